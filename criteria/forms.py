"""The form that takes a framework's file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from parindex import clock
from units.models import Level


class FrameworkFileForm(forms.Form):
    """Year, level and file; a trial run writes nothing."""

    year = forms.IntegerField(label=_("Năm"), min_value=2000, max_value=2200)
    level = forms.ChoiceField(label=_("Cấp"), choices=Level.choices)
    file = forms.FileField(
        label=_("Tệp bộ tiêu chí"),
        help_text=_("CSV hoặc XLSX, các cột như tệp tải về từ một bộ tiêu chí đang có."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    trial = forms.BooleanField(
        label=_("Chỉ kiểm tra, chưa ghi"),
        required=False,
        initial=True,
        help_text=_("Bỏ chọn để ghi vào hệ thống."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year
