"""Forms around workbooks: the filled file, and what is chosen on the page of differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from scoring import uploads
from scoring.actions.workbooks import Choice

KEEP, SEEN = "keep.", "seen."


class WorkbookForm(forms.Form):
    """A filled workbook."""

    file = forms.FileField(
        label=gettext_lazy("Tệp Excel đã điền"),
        help_text=gettext_lazy("Đúng tệp .xlsx đã tải từ hồ sơ này. Nộp tệp chưa ghi gì: bạn xem chỗ khác nhau rồi mới ghi."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": gettext_lazy("Chọn tệp Excel đã điền."),
            "empty": gettext_lazy("Tệp rỗng. Mở tệp kiểm tra rồi chọn lại."),
        },
    )

    def __init__(self, *args: Any, dropped: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if dropped:
            self.fields["file"].error_messages["required"] = uploads.too_big(dropped[0])


def choices_from(data: Mapping[str, Any]) -> dict[str, Choice]:
    """What was chosen, by code, for every difference that was on the page."""
    found = {}
    for name in data:
        if name.startswith(SEEN):
            code, seen = name.removeprefix(SEEN), str(data[name])
            version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
            found[code] = Choice(version, str(data.get(KEEP + code, "")))
    return found
