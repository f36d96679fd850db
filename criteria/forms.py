"""The forms of frameworks: their file, and a link to the year before."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.linking import CHANGED, CONTINUED, NEW
from criteria.queries.links import Pair
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


class LinkForm(forms.Form):
    """How a row continues last year, and which row of it."""

    kind = forms.ChoiceField(
        label=_("So với năm trước"),
        choices=[
            (CONTINUED, _("Tiếp tục: vẫn là tiêu chí ấy")),
            (CHANGED, _("Thay đổi: cùng việc ấy nhưng cách hỏi, cách chấm hoặc vị trí đã khác")),
            (NEW, _("Mới: năm trước không có")),
        ],
        widget=forms.RadioSelect,
    )
    previous_code = forms.ChoiceField(
        label=_("Tiêu chí của năm trước"),
        required=False,
        help_text=_("Bỏ trống khi chọn “Mới”."),
        error_messages={"invalid_choice": _("Chọn mã của năm trước, cùng cấp với mục này.")},
    )

    def __init__(self, *args, pair: Pair, choices: list[tuple[str, str]], **kwargs):
        initial = {"kind": pair.link.kind, "previous_code": pair.before.code if pair.before else ""}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["previous_code"].choices = [("", _("Không có")), *choices]

    def clean(self):
        """A row that continues another one names it."""
        said = super().clean()
        if said.get("kind") in (CONTINUED, CHANGED) and "previous_code" in said and not said["previous_code"]:
            self.add_error("previous_code", _("Chọn tiêu chí của năm trước mà mục này nối tiếp."))
        return said
