"""What people type around a submission: the signed scan, and notes on components that go back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import text
from scoring import uploads
from scoring.actions.receipts import SCANS

#: The name of a note's field is this and the code of its component.
POINT = "sua-"


class ScanForm(forms.Form):
    """The scan of the signed and stamped report."""

    file = forms.FileField(
        label=gettext_lazy("Bản ký, đóng dấu (PDF, JPG hoặc PNG)"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": gettext_lazy("Chọn tệp bản ký cần đính kèm."),
            "empty": gettext_lazy("Tệp rỗng. Mở tệp kiểm tra rồi tải lại."),
        },
    )

    def __init__(self, *args: Any, dropped: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Không quá %(limit)d MB. Không tải lên tài liệu có độ mật.") % {
            "limit": uploads.limit_in_mb()
        }
        if dropped:
            self.fields["file"].error_messages["required"] = uploads.too_big(dropped[0])

    def clean_file(self) -> Any:
        """The upload, looked at; ``self.checked`` says what it is."""
        upload = self.cleaned_data["file"]
        try:
            self.checked = uploads.check(upload)
        except uploads.UploadRefused as refused:
            raise ValidationError(str(refused)) from None
        if self.checked.content_type not in SCANS:
            raise ValidationError(_("Bản ký là bản quét: chỉ nhận PDF, JPG hoặc PNG."))
        return upload


def points_from(data: Mapping[str, Any]) -> dict[str, str]:
    """The notes on single components that were typed, by code; empty ones are left out."""
    typed = {name.removeprefix(POINT): str(data[name]) for name in data if name.startswith(POINT)}
    return {code: note for code, note in typed.items() if text.clean_text(note)}
