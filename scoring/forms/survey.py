"""The form that takes a file of survey figures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parindex import clock
from units.models import Level


class SurveyFileForm(forms.Form):
    """Year, level and file; a trial run writes nothing."""

    year = forms.IntegerField(label=_("Năm"), min_value=2000, max_value=2200)
    level = forms.ChoiceField(label=_("Cấp"), choices=Level.choices)
    file = forms.FileField(
        label=_("Tệp số liệu điều tra"),
        help_text=_("CSV hoặc XLSX, các cột unit_code, component_code, group, answer, count, percent."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    trial = forms.BooleanField(
        label=_("Chỉ kiểm tra, chưa ghi"), required=False, initial=True, help_text=_("Bỏ chọn để ghi vào hệ thống.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year
