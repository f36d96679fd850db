"""Documents of a unit: stored once under a hash, described by people, never deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from parindex import audit, clock, text
from parindex.decisions import require
from scoring import permissions, policies
from scoring.actions.scanning import receive
from scoring.models import Assessment, Evidence
from scoring.queries.dossiers import uses_of
from scoring.reading_words import confirmed
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
    known = known_document(unit_id, checked)
    if known is not None:
        return known, False
    stored = store_file(unit_id, upload)
    try:
        with transaction.atomic():
            # The unit's row makes two uploads of one file wait for each other.
            Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
            known = known_document(unit_id, checked)
            made = known or record_stored(unit_id, stored, checked, particulars, by=by, at=now or clock.now())
    except BaseException:
        default_storage.delete(stored)
        raise
    if known is not None:
        default_storage.delete(stored)
    return made, known is None


def record_stored(
    unit_id: int,
    stored: str,
    checked: Checked,
    particulars: Particulars,
    *,
    by: Any,
    at: datetime,
    replaces: Evidence | None = None,
) -> Evidence:
    """The row of a stored file, its audit row, and the job that reads it; inside the caller's transaction."""
    made = Evidence.objects.create(
        unit_id=unit_id,
        original_name=checked.name,
        stored_as=stored,
        sha256=checked.sha256,
        size=checked.size,
        content_type=checked.content_type,
        uploaded_at=at,
        uploaded_by=by,
        replaces=replaces,
        **particulars.fields(),
    )
    data = {"name": checked.name, "sha256": checked.sha256, "size": checked.size}
    audit.record("evidence.added", made, by=by, at=at, unit=unit_id, data=data)
    receive(made, by=by)
    return made


def known_document(unit_id: int, checked: Checked) -> Evidence | None:
    """The unit's document with the same content."""
    return Evidence.objects.filter(unit_id=unit_id, sha256=checked.sha256).order_by("pk").first()


def store_file(unit_id: int, upload: Any) -> str:
    """The name under which the file lies in the private store: random, without a word of its own."""
    upload.seek(0)
    return default_storage.save(f"evidence/{unit_id}/{secrets.token_hex(20)}", File(upload))


def describe_evidence(
    *, evidence_id: int, particulars: Particulars, by: Any, now: datetime | None = None
) -> Evidence:
    """Correct the number, date, issuer or title of a document, or confirm what was read. The file never changes.

    Refused while a dossier that uses it may not be edited: what was submitted stays as it was read.
    """
    with transaction.atomic():
        unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
        lock_dossiers_of(unit_id)
        evidence = Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)
        require(permissions.may_upload_evidence(by, evidence.unit_id))
        require(policies.may_describe(uses_of(evidence), now or clock.now()))
        values = particulars.fields()
        changed = {
            name: {"from": str(getattr(evidence, name) or ""), "to": str(value or "")}
            for name, value in values.items()
            if getattr(evidence, name) != value
        }
        kept = confirmed(evidence)
        if not changed and kept == evidence.suggested:
            return evidence
        for name, value in values.items():
            setattr(evidence, name, value)
        evidence.suggested = kept
        evidence.save(update_fields=[*values, "suggested"])
        audit.record("evidence.described", evidence, by=by, at=now, unit=evidence.unit_id, data=changed)
        return evidence


def lock_dossiers_of(unit_id: int) -> None:
    """Make submitting and linking wait: a document is used only by the dossiers of its unit."""
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True).filter(unit_id=unit_id)
    list(rows.order_by("pk").values_list("pk", flat=True))
