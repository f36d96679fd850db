"""Forms around documents: upload, describe, choose one that is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import canonical, text
from scoring import uploads
from scoring.actions import Particulars
from scoring.models import Evidence
from scoring.queries.documents import Row
from scoring.reading_words import unconfirmed


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


class ManyFilesInput(forms.FileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class UploadForm(forms.Form):
    """The field where files are chosen. The files are looked at one by one (``views.evidence_uploading``)."""

    file = forms.FileField(
        label=gettext_lazy("Tệp"),
        widget=ManyFilesInput(attrs={"accept": uploads.ACCEPT, "multiple": True}),
        error_messages={"required": gettext_lazy("Chọn tệp cần tải lên.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, DOCX, XLSX, JPG, PNG; mỗi tệp không quá %(limit)d MB, mỗi lần không quá %(most)d tệp. Không tải lên tài liệu có độ mật."
        ) % {"limit": uploads.limit_in_mb(), "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES}


class GiveForm(ParticularsForm):
    """What goes with files given for one component: the page that proves it, and what a single file says of itself."""

    pages = forms.CharField(
        label=gettext_lazy("Trang, mục chứng minh"), max_length=100, required=False, help_text=gettext_lazy("ví dụ: tr. 4–9")
    )
    field_order = ["pages", "number", "issued_on", "issuer", "title"]


class ReplaceForm(ParticularsForm):
    """The newer version of a document, with the particulars of the old one to correct."""

    file = forms.FileField(
        label=gettext_lazy("Tệp của bản mới"),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
        error_messages={
            "required": gettext_lazy("Chọn tệp của bản mới."),
            "empty": gettext_lazy("Tệp rỗng. Mở tệp kiểm tra rồi tải lại."),
        },
    )
    field_order = ["file", "number", "issued_on", "issuer", "title"]

    def __init__(self, *args: Any, dropped: tuple[str, ...] = (), given: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = given
        self.fields["file"].help_text = _(
            "PDF, DOCX, XLSX, JPG, PNG, không quá %(limit)d MB. Không tải lên tài liệu có độ mật."
        ) % {"limit": uploads.limit_in_mb()}
        if dropped:
            self.fields["file"].error_messages["required"] = uploads.too_big(dropped[0])

    def clean_file(self) -> Any:
        """The upload, looked at; ``self.checked`` says what it is."""
        upload = self.cleaned_data["file"]
        try:
            self.checked = uploads.check(upload, self.given)
        except uploads.UploadRefused as refused:
            raise ValidationError(str(refused)) from None
        return upload


class DescribeForm(ParticularsForm):
    """The particulars of one document among several, filled with what was read from its text."""

    from_text = False

    @classmethod
    def of(cls, evidence: Evidence, data: Any = None) -> DescribeForm:
        """The form of a document; what a person wrote goes before what was read."""
        present = cls.initial_of(evidence)
        read = read_from(evidence)
        form = cls(data, prefix=f"d{evidence.pk}", initial={name: present[name] or read.get(name, "") for name in present})
        form.from_text = bool(unconfirmed(evidence)) or any(read.get(name) and not present[name] for name in present)
        return form


def read_from(evidence: Evidence) -> dict[str, str]:
    """What a job read from the document's text: number, issued_on, issuer, title, as far as found."""
    said = canonical.loads(evidence.suggested or "{}")
    found = {name: str(value) for name, value in said.items() if value} if isinstance(said, dict) else {}
    day = found.pop("issued_on", "")
    try:
        return {**found, "issued_on": date.fromisoformat(day).strftime("%d/%m/%Y")} if day else found
    except ValueError:
        return found


@dataclass(frozen=True)
class Sieve:
    """One choice of the library's filter."""

    label: Any
    holds: Callable[[Row], bool]


def _live(row: Row) -> bool:
    return row.newer is None and row.evidence.withdrawn_at is None


FILTERS = {
    "": Sieve(gettext_lazy("Đang dùng được"), _live),
    "chua-dung": Sieve(gettext_lazy("Chưa dùng cho tiêu chí nào"), lambda row: _live(row) and not row.uses),
    "ngoai-nam": Sieve(gettext_lazy("Ngày ngoài năm đánh giá"), lambda row: _live(row) and row.has("outside_year")),
    "chua-ghi": Sieve(gettext_lazy("Chưa ghi số, ngày"), lambda row: _live(row) and row.has("undescribed")),
    "khong-chu": Sieve(gettext_lazy("Bản quét không có chữ"), lambda row: _live(row) and row.has("no_text")),
    "da-thay": Sieve(gettext_lazy("Đã thay bằng bản mới"), lambda row: row.newer is not None),
    "da-rut": Sieve(gettext_lazy("Đã rút"), lambda row: row.evidence.withdrawn_at is not None),
}


class FilterForm(forms.Form):
    """What of the library is shown."""

    q = forms.CharField(label=gettext_lazy("Tìm số, trích yếu, tên tệp, mã tiêu chí"), required=False, max_length=100)
    loc = forms.ChoiceField(
        label=gettext_lazy("Loại"), required=False, choices=[(code, sieve.label) for code, sieve in FILTERS.items()]
    )
    nam = forms.ChoiceField(label=gettext_lazy("Năm của văn bản"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nam"].choices = [("", _("Mọi năm")), *((str(year), str(year)) for year in years)]

    def wanted(self) -> dict[str, str]:
        """The filters that make sense; a stale address shows everything."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


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
        field: Any = self.fields["evidence"]
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
