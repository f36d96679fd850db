"""Documents that prove a component: upload, link, unlink, correct."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.decisions import refuse, require
from scoring import permissions, policies
from scoring.actions.scores import lock_dossier, locked_score
from scoring.models import Assessment, Evidence, EvidenceLink
from scoring.queries.dossiers import sheet_of, uses_of
from scoring.uploads import Checked
from units.models import Unit


@dataclass(frozen=True)
class Particulars:
    """What a document says about itself: number, date, issuer, title."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""

    def fields(self) -> dict[str, Any]:
        """Cleaned field values of ``Evidence``."""
        return {
            "number": text.clean_line(self.number)[:100],
            "issued_on": self.issued_on,
            "issuer": text.clean_line(self.issuer)[:200],
            "title": text.clean_line(self.title)[:500],
        }


def add_evidence(
    *,
    unit_id: int,
    upload: Any,
    checked: Checked,
    particulars: Particulars,
    by: Any,
    now: datetime | None = None,
) -> tuple[Evidence, bool]:
    """Store a checked file among a unit's documents; return it and whether it is new.

    The same content again gives the document that is already there. The file lies under a
    random name in the private store; when the row cannot be written, the file goes too.
    """
    require(permissions.may_upload_evidence(by, unit_id))
    known = _known(unit_id, checked)
    if known is not None:
        return known, False
    stored = _store(unit_id, upload)
    try:
        with transaction.atomic():
            # The unit's row makes two uploads of one file wait for each other.
            Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
            known = _known(unit_id, checked)
            made = known or _recorded(unit_id, stored, checked, particulars, by=by, at=now or clock.now())
    except BaseException:
        default_storage.delete(stored)
        raise
    if known is not None:
        default_storage.delete(stored)
    return made, known is None


def _recorded(
    unit_id: int, stored: str, checked: Checked, particulars: Particulars, *, by: Any, at: datetime
) -> Evidence:
    """The row of a stored file and its audit row."""
    made = Evidence.objects.create(
        unit_id=unit_id,
        original_name=checked.name,
        stored_as=stored,
        sha256=checked.sha256,
        size=checked.size,
        content_type=checked.content_type,
        uploaded_at=at,
        uploaded_by=by,
        **particulars.fields(),
    )
    data = {"name": checked.name, "sha256": checked.sha256, "size": checked.size}
    audit.record("evidence.added", made, by=by, at=at, unit=unit_id, data=data)
    return made


def _known(unit_id: int, checked: Checked) -> Evidence | None:
    """The unit's document with the same content."""
    return Evidence.objects.filter(unit_id=unit_id, sha256=checked.sha256).order_by("pk").first()


def _store(unit_id: int, upload: Any) -> str:
    upload.seek(0)
    return default_storage.save(f"evidence/{unit_id}/{secrets.token_hex(20)}", File(upload))


def link_evidence(
    *,
    assessment_id: int,
    code: str,
    evidence_id: int,
    pages: str = "",
    note: str = "",
    by: Any,
    now: datetime | None = None,
) -> EvidenceLink:
    """Give a document of the unit for one component; giving it again only changes page and note."""
    with transaction.atomic():
        assessment, at = _editable(assessment_id, by, now)
        evidence = Evidence.objects.filter(pk=evidence_id, unit_id=assessment.unit_id).first()
        if evidence is None:
            refuse(_("Không tìm thấy tài liệu này trong tài liệu của đơn vị."), code="evidence")
        score = locked_score(assessment, code)
        if not score.pk:
            score.save()
        values = {"pages": text.clean_line(pages)[:100], "note": text.clean_line(note)[:300]}
        link = EvidenceLink.objects.filter(score=score, evidence=evidence).first()
        if link is not None and (link.pages, link.note) == (values["pages"], values["note"]):
            return link
        link = link or EvidenceLink(score=score, evidence=evidence, linked_at=at, linked_by=by)
        link.pages, link.note = values["pages"], values["note"]
        link.save(update_fields=["pages", "note"] if link.pk else None)
        data = {"assessment": assessment.pk, "code": score.node.code, "document": str(evidence), **values}
        audit.record("evidence.linked", evidence, by=by, at=at, unit=assessment.unit_id, data=data)
        return link


def unlink_evidence(*, assessment_id: int, link_id: int, by: Any, now: datetime | None = None) -> None:
    """Take a document away from a component. The document itself stays; taking away twice is harmless."""
    with transaction.atomic():
        assessment, at = _editable(assessment_id, by, now)
        rows = EvidenceLink.objects.select_related("evidence", "score__node")
        link = rows.filter(pk=link_id, score__assessment=assessment).first()
        if link is None:
            return
        data = {"assessment": assessment.pk, "code": link.score.node.code, "document": str(link.evidence)}
        link.delete()
        audit.record("evidence.unlinked", link.evidence, by=by, at=at, unit=assessment.unit_id, data=data)


def describe_evidence(
    *, evidence_id: int, particulars: Particulars, by: Any, now: datetime | None = None
) -> Evidence:
    """Correct the number, date, issuer or title of a document. The file never changes.

    Refused while a dossier that uses it may not be edited: what was submitted stays as it was read.
    """
    with transaction.atomic():
        unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
        _lock_dossiers_of(unit_id)
        evidence = Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)
        require(permissions.may_upload_evidence(by, evidence.unit_id))
        require(policies.may_describe(uses_of(evidence), now or clock.now()))
        values = particulars.fields()
        changed = {
            name: {"from": str(getattr(evidence, name) or ""), "to": str(value or "")}
            for name, value in values.items()
            if getattr(evidence, name) != value
        }
        if not changed:
            return evidence
        for name, value in values.items():
            setattr(evidence, name, value)
        evidence.save(update_fields=[*values])
        audit.record("evidence.described", evidence, by=by, at=now, unit=evidence.unit_id, data=changed)
        return evidence


def _lock_dossiers_of(unit_id: int) -> None:
    """Make submitting and linking wait: a document is used only by the dossiers of its unit."""
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True).filter(unit_id=unit_id)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _editable(assessment_id: int, by: Any, now: datetime | None) -> tuple[Assessment, datetime]:
    """The locked dossier and the moment, after asking whether this person may change it now."""
    assessment = lock_dossier(assessment_id)
    at = now or clock.now()
    require(permissions.may_edit_assessment(by, assessment))
    require(policies.may_edit(sheet_of(assessment), at))
    return assessment, at
