"""Taking files that arrive: each by itself, each with one line that says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from parindex.decisions import Refused
from parindex.edge import sentence
from scoring import actions, uploads
from scoring.evidence_policies import may_link
from scoring.evidence_warnings import Facts, warnings_of
from scoring.models import Evidence
from scoring.queries.documents import replacement_of, standing_of

#: The header of a request that ``static/js/upload.js`` sends for one file.
HEADER = "X-Upload"


@dataclass(frozen=True)
class Line:
    """What became of one file.

    ``kind``: stored, known (it was there already), withdrawn, replaced, or refused. ``url`` with ``way`` is the
    way out or on; ``evidence`` the document it is now, None when refused.
    """

    name: str
    kind: str
    text: str
    evidence: Evidence | None = None
    url: str = ""
    way: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"stored": "ok", "known": "ok", "refused": "bad"}.get(self.kind, "warn")


def by_script(request: HttpRequest) -> bool:
    """Whether the script sends one file and takes one line as the answer."""
    return bool(request.headers.get(HEADER))


def take(
    request: HttpRequest,
    unit_id: int,
    *,
    year: int,
    particulars: actions.Particulars,
    then: Callable[[Evidence], str] | None = None,
) -> list[Line]:
    """Check and store every file of the request; one refusal does not stop the others.

    ``then`` does something with each document (links it) and says so; it may raise ``Refused``. ``particulars``
    hold for a single file only: of several nobody can know which one they describe.
    """
    given = _with_names(request)
    alone = particulars if len(given) == 1 else actions.Particulars()
    lines = [_taken(request, unit_id, upload, name, alone, year, then) for upload, name in given]
    return [*lines, *_passed_over(request)]


def _with_names(request: HttpRequest) -> list[tuple[Any, str]]:
    """Every file that arrived, with its name as it was sent."""
    files = request.FILES.getlist("file")  # first: this reads the request, and only then are the names known
    dropped = list(getattr(request, "dropped_uploads", ()))
    names = []
    for kept, sent in getattr(request, "given_names", ()):
        if kept in dropped:
            dropped.remove(kept)
        elif kept:
            names.append(sent)
    return list(zip(files, names if len(names) == len(files) else [file.name for file in files], strict=True))


def _passed_over(request: HttpRequest) -> list[Line]:
    """Lines of what never arrived: grown past the limit, or without a name that means anything."""
    lines = [
        Line(uploads.clean_name(name), "refused", uploads.too_big(name))
        for name in getattr(request, "dropped_uploads", ())
    ]
    for kept, sent in getattr(request, "given_names", ()):
        if not kept and sent:
            lines.append(_refused_name(sent))
    return lines


def _refused_name(sent: str) -> Line:
    try:
        uploads.refuse_name(sent)
    except uploads.UploadRefused as refused:
        return Line(uploads.clean_name(sent), "refused", str(refused))
    return Line(sent, "refused", _("Không nhận tệp không có tên. Đổi tên tệp rồi tải lại."))


def _taken(
    request: HttpRequest,
    unit_id: int,
    upload: Any,
    name: str,
    particulars: actions.Particulars,
    year: int,
    then: Callable[[Evidence], str] | None,
) -> Line:
    try:
        checked = uploads.check(upload, name)
    except uploads.UploadRefused as refused:
        return Line(uploads.clean_name(name), "refused", str(refused))
    evidence, new = actions.add_evidence(
        unit_id=unit_id, upload=upload, checked=checked, particulars=particulars, by=request.user
    )
    standing = standing_of(evidence)
    if not may_link(standing):
        return _not_usable(checked.name, evidence, withdrawn=standing.withdrawn and not standing.newer)
    said = _("đã lưu vào kho tài liệu.") if new else _("đã có trong kho, dùng lại tài liệu đã có: %(document)s.")
    text = said % {"document": evidence} if not new else said
    if then is not None:
        try:
            text = f"{text} {then(evidence)}"
        except Refused as refused:
            return Line(checked.name, "refused", f"{text} {sentence(refused.decision)}", evidence)
    return Line(
        name=checked.name,
        kind="stored" if new else "known",
        text=text,
        evidence=evidence,
        url=reverse("scoring:document", args=[evidence.pk]),
        way=_("Mở tài liệu"),
        warnings=tuple(warning.text for warning in warnings_of(Facts.of(evidence), year)),
    )


def _not_usable(name: str, evidence: Evidence, *, withdrawn: bool) -> Line:
    """The same file was withdrawn or replaced before: say so and offer the way."""
    if withdrawn:
        words = _("tệp này đã có trong kho nhưng đã rút: %(document)s. Khôi phục để dùng lại.")
        url = reverse("scoring:document_restore", args=[evidence.pk])
        return Line(name, "withdrawn", words % {"document": evidence}, evidence, url, _("Khôi phục tài liệu"))
    newer = replacement_of(evidence)
    words = _("tệp này là bản cũ, đã thay bằng %(newer)s. Dùng bản mới.")
    url = reverse("scoring:document", args=[newer.pk if newer else evidence.pk])
    return Line(name, "replaced", words % {"newer": newer}, evidence, url, _("Mở bản mới"))
