"""What is typed to publish a result, and how its ranking is searched."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import clock


class PublishForm(forms.Form):
    """Decision and day, for a year's result; a correction says why."""

    decision = forms.CharField(
        label=gettext_lazy("Số quyết định"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "36/QĐ-UBND", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Ghi số quyết định công bố.")},
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Ngày ký"),
        widget=forms.TextInput(attrs={"placeholder": "11/01/2027", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Ghi ngày ký quyết định."),
            "invalid": gettext_lazy("Ghi ngày dạng 11/01/2027."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do đính chính"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Hiện công khai cùng lần công bố mới."),
        error_messages={"required": gettext_lazy("Đã công bố trước đây. Công bố lại để đính chính cần ghi lý do.")},
    )

    def __init__(self, *args: Any, version: int, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        if version > 1:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def clean_decided_on(self) -> date:
        """Signed already, and not before the year that is judged."""
        day: date = self.cleaned_data["decided_on"]
        today = clock.today()
        if day > today:
            raise ValidationError(
                _("Ngày ký không thể sau hôm nay, %(today)s. Kiểm tra lại ngày ghi trên quyết định."),
                code="future",
                params={"today": f"{today:%d/%m/%Y}"},
            )
        if day.year < self.year:
            raise ValidationError(
                _("Ngày ký không thể trước năm đánh giá %(year)d. Kiểm tra lại ngày ghi trên quyết định."),
                code="early",
                params={"year": self.year},
            )
        return day


class RankingForm(forms.Form):
    """Which units of the ranking."""

    q = forms.CharField(label=gettext_lazy("Tìm đơn vị"), required=False, max_length=100)
    nhom = forms.ChoiceField(label=gettext_lazy("Nhóm"), required=False)

    def __init__(self, *args: Any, bands: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nhom"].choices = [("", _("Tất cả")), *((band, band) for band in bands)]
