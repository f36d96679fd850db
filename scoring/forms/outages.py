"""What is typed when the portal was down: from when to when, the new last minute, for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import clock
from scoring.actions.outages import Breakdown

TYPED = "%d/%m/%Y %H:%M"


def moment(label: Any, missing: Any) -> forms.DateTimeField:
    """A day and minute as people write them."""
    return forms.DateTimeField(
        label=label,
        input_formats=[TYPED, "%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"placeholder": "30/11/2026 17:00", "autocomplete": "off"}, format=TYPED),
        error_messages={"invalid": gettext_lazy("Ghi ngày và giờ dạng 30/11/2026 17:00."), "required": missing},
    )


class OutageForm(forms.Form):
    """An outage and whom it gives more time."""

    began_at = moment(gettext_lazy("Cổng dừng từ"), gettext_lazy("Ghi lúc cổng bắt đầu dừng."))
    ended_at = moment(gettext_lazy("Hoạt động lại từ"), gettext_lazy("Ghi lúc cổng hoạt động lại."))
    until = moment(gettext_lazy("Hạn nộp mới cho mọi đơn vị"), gettext_lazy("Ghi hạn nộp mới."))
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mọi đơn vị được dời hạn đều đọc được."),
        error_messages={"required": gettext_lazy("Ghi lý do.")},
    )
    populations = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Nhóm được dời hạn"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một nhóm.")},
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["populations"].choices = list(choices)
        self.fields["until"].help_text = _("Nên cho thêm ít nhất bằng thời gian cổng dừng.")

    def breakdown(self) -> Breakdown:
        """What was typed."""
        data = self.cleaned_data
        return Breakdown(data["began_at"], data["ended_at"], data["until"], data["reason"])


def typed(value: Any) -> str:
    """A moment as the form writes it."""
    return clock.local(value).strftime(TYPED) if value else ""
