"""What is typed to run a cycle: stage dates, reasons, filters of the board."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from criteria.models import Population
from parindex import clock
from scoring.actions.populations import DATE_LABELS
from scoring.queries.progress import FINISHED, HANDED_IN, NEVER, UNTOUCHED, WITH_HEAD, WORKING

TYPED = "%d/%m/%Y %H:%M"


class DatesForm(forms.Form):
    """The last moments of the stages, in the order of the year; an empty one sets no limit."""

    def __init__(self, *args: Any, population: Population, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DATE_LABELS.items():
            stored = getattr(population, name)
            self.fields[name] = forms.DateTimeField(
                label=label,
                required=False,
                input_formats=[TYPED, "%Y-%m-%dT%H:%M"],
                initial=clock.local(stored).strftime(TYPED) if stored else "",
                widget=forms.TextInput(attrs={"placeholder": "30/11/2026 17:00", "autocomplete": "off"}),
                error_messages={"invalid": gettext_lazy("Ghi ngày và giờ dạng 30/11/2026 17:00.")},
            )
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("Lý do đổi"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )

    def changed(self, population: Population) -> dict[str, Any]:
        """The moments that differ from what is stored, to the minute."""
        return {
            name: self.cleaned_data[name]
            for name in DATE_LABELS
            if _minute(self.cleaned_data[name]) != _minute(getattr(population, name))
        }


def _minute(moment: Any) -> Any:
    return moment and moment.replace(second=0, microsecond=0)


class WhyForm(forms.Form):
    """The reason of a move that needs one."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi lý do.")},
    )


class SettleForm(forms.Form):
    """Why the council settles although appraisers have not decided everything; kept in the log."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do chốt khi còn tiêu chí chưa thẩm định"),
        help_text=gettext_lazy("Ví dụ: hội đồng họp ngày …, thống nhất lấy điểm tự đánh giá của các tiêu chí còn lại."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


#: Filters of the board: key in the address → words, in the order of the pills.
KINDS: dict[str, Any] = {
    "": gettext_lazy("Tất cả"),
    NEVER: gettext_lazy("Chưa đăng nhập"),
    UNTOUCHED: gettext_lazy("Chưa bắt đầu"),
    WORKING: gettext_lazy("Đang làm"),
    WITH_HEAD: gettext_lazy("Chờ lãnh đạo"),
    HANDED_IN: gettext_lazy("Đã nộp"),
    FINISHED: gettext_lazy("Đã thẩm định xong"),
    "late": gettext_lazy("Trễ hạn"),
    "extended": gettext_lazy("Gia hạn"),
    "locked": gettext_lazy("Khóa khi chưa nộp"),
    "nobody": gettext_lazy("Chưa có tài khoản"),
    "undecided": gettext_lazy("Còn tiêu chí chưa quyết định"),
}


class UnitsForm(forms.Form):
    """Which units of the board: typed words, and one of the pills."""

    q = forms.CharField(label=gettext_lazy("Tìm đơn vị"), required=False, max_length=100)
    tt = forms.ChoiceField(required=False, choices=list(KINDS.items()), widget=forms.HiddenInput)
