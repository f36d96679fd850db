"""Forms around documents: upload, describe, choose one that is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import text
from scoring import uploads
from scoring.actions import Particulars
from scoring.models import Evidence


class ParticularsForm(forms.Form):
    """What a document says about itself."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu"), max_length=100, required=False)
    issued_on = forms.DateField(
        label=gettext_lazy("Ngày ban hành"),
        required=False,
        widget=forms.DateInput(attrs={"placeholder": "30/11/2024", "autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"invalid": gettext_lazy("Ghi ngày dạng 30/11/2024.")},
    )
    issuer = forms.CharField(label=gettext_lazy("Cơ quan ban hành"), max_length=200, required=False)
    title = forms.CharField(label=gettext_lazy("Trích yếu"), max_length=500, required=False)

    def particulars(self) -> Particulars:
        """The cleaned particulars."""
        data = self.cleaned_data
        return Particulars(data["number"], data["issued_on"], data["issuer"], data["title"])

    @staticmethod
    def initial_of(evidence: Evidence) -> dict[str, Any]:
        """The present values of a document."""
        return {name: getattr(evidence, name) for name in ("number", "issued_on", "issuer", "title")}


class UploadForm(ParticularsForm):
    """A new document, with the page that proves the point."""

    file = forms.FileField(
        label=gettext_lazy("Tệp"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        error_messages={
            "required": gettext_lazy("Chọn tệp cần tải lên."),
            "empty": gettext_lazy("Tệp rỗng. Mở tệp kiểm tra rồi tải lại."),
        },
    )
    pages = forms.CharField(
        label=gettext_lazy("Trang, mục chứng minh"), max_length=100, required=False, help_text=gettext_lazy("ví dụ: tr. 4–9")
    )
    field_order = ["file", "number", "issued_on", "issuer", "title", "pages"]

    def __init__(self, *args: Any, dropped: tuple[str, ...] = (), with_pages: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dropped = dropped
        self.fields["file"].help_text = _(
            "PDF, DOCX, XLSX, JPG, PNG, không quá %(limit)d MB. Không tải lên tài liệu có độ mật."
        ) % {"limit": uploads.limit_in_mb()}
        if dropped:
            self.fields["file"].error_messages["required"] = uploads.too_big(dropped[0])
        if not with_pages:
            del self.fields["pages"]

    def clean_file(self) -> Any:
        """The upload, looked at; ``self.checked`` says what it is."""
        upload = self.cleaned_data["file"]
        try:
            self.checked = uploads.check(upload)
        except uploads.UploadRefused as refused:
            raise ValidationError(str(refused)) from None
        return upload


class ChooseForm(forms.Form):
    """A document that is already there, with the page that proves the point."""

    evidence = forms.ModelChoiceField(
        label=gettext_lazy("Tài liệu đã có của đơn vị"),
        queryset=Evidence.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một tài liệu."), "invalid_choice": gettext_lazy("Chọn một tài liệu.")},
    )
    pages = forms.CharField(
        label=gettext_lazy("Trang, mục chứng minh"), max_length=100, required=False, help_text=gettext_lazy("ví dụ: tr. 4–9")
    )

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        field.queryset = found
        field.label_from_instance = label_of


class PagesForm(forms.Form):
    """The page or section of a linked document."""

    pages = forms.CharField(label=gettext_lazy("Trang, mục chứng minh"), max_length=100, required=False)


def label_of(evidence: Evidence) -> str:
    """A document as a choice: number, date, title or file name."""
    date = evidence.issued_on.strftime("%d/%m/%Y") if evidence.issued_on else ""
    rest = evidence.title or (evidence.original_name if evidence.number else "")
    return text.clean_line(" · ".join(part for part in (str(evidence), date, rest) if part))
