"""Reading a document: pictures of its pages into the store, its particulars into the fields left blank."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, canonical, clock, jobs, text
from scoring import document_reader, policies
from scoring.actions.evidence import lock_dossiers_of
from scoring.document_reader import MOST_PICTURES, Picture, Unreadable
from scoring.models import Evidence, EvidencePage, Reading, Scan
from scoring.particulars_reading import Found, has_words, read_particulars
from scoring.queries.dossiers import uses_of
from scoring.reading_words import FIELDS
from units.models import Unit

#: Seconds between two words to the job's row while a page takes long.
QUIET = 5


def read_document(*, evidence_id: int, progress: jobs.Progress) -> dict[str, Any]:
    """Read one document; begun again after a kill it gives the same rows and the same files."""
    evidence = Evidence.objects.select_related("unit").get(pk=evidence_id)
    if evidence.reading != Reading.WAITING:
        return {"reading": evidence.reading, "pages": evidence.pages}
    kept: list[EvidencePage] = []
    try:
        reading = _read(evidence, progress, kept)
    except Unreadable as failure:
        _still_held(progress)
        drop_pictures(evidence, 0)
        return _written(evidence_id, progress, reading=Reading.FAILED, said={"why": str(failure)})
    _still_held(progress)
    drop_pictures(evidence, len(kept))
    found = read_particulars(reading.texts[0]) if reading.texts else Found()
    state = Reading.DONE if kept else Reading.NONE
    has_text = bool(reading.words) or any(map(has_words, reading.texts))
    return _written(
        evidence_id,
        progress,
        reading=state,
        pages=reading.pages or None,
        has_text=has_text if document_reader.kind_of(evidence.content_type) else None,
        said=_said(found, evidence.unit),
        kept=kept,
    )


def _read(evidence: Evidence, progress: jobs.Progress, kept: list[EvidencePage]) -> document_reader.Reading:
    """Have the child read; pictures go to the store as they come. Raises ``Unreadable``."""
    kind = document_reader.kind_of(evidence.content_type)
    progress.at(0, 1, _("Mở tệp"))
    reading = document_reader.Reading()
    if evidence.scan == Scan.REFUSED:
        raise Unreadable("refused")
    if not kind:
        return reading
    try:
        source = default_storage.open(evidence.stored_as, "rb")
    except FileNotFoundError:
        raise Unreadable("missing") from None
    with source:
        for part in document_reader.read(source, kind, _beat(progress)):
            if isinstance(part, Picture):
                kept.append(_stored(evidence, part))
                shown = min(reading.pages, MOST_PICTURES)
                words = _("Dựng trang %(page)d trên %(pages)d") % {"page": part.number, "pages": shown}
                progress.at(part.number, shown + 1, words)
            else:
                reading = part
    return reading


def _still_held(progress: jobs.Progress) -> None:
    """Ask before files are removed: they may be those of the worker that took over. Raises ``LeaseLost``."""
    with transaction.atomic():
        progress.hold()


def _beat(progress: jobs.Progress) -> Callable[[], None]:
    """Keep the lease while the child is silent, without a write for every line."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last >= QUIET:
            last = time.monotonic()
            job = progress.job
            job.refresh_from_db(fields=["progress", "total", "step"])
            progress.at(job.progress, job.total, job.step)

    return beat


# --- Pictures ------------------------------------------------------------------------------------


def picture_name(evidence: Evidence, number: int) -> str:
    """Where the picture of a page lies: as unguessable as the random name of the file it comes from, and the same
    every time, so that a reading begun again leaves no stray file."""
    digest = hashlib.sha256(f"{evidence.stored_as}\n{number}".encode()).hexdigest()
    return f"pages/{evidence.unit_id}/{digest[:40]}"


def _stored(evidence: Evidence, picture: Picture) -> EvidencePage:
    name = picture_name(evidence, picture.number)
    default_storage.delete(name)
    with picture.path.open("rb") as content:
        stored = default_storage.save(name, File(content))
    return EvidencePage(
        evidence=evidence, number=picture.number, stored_as=stored, width=picture.width, height=picture.height
    )


def drop_pictures(evidence: Evidence, after: int) -> None:
    """Remove what an earlier attempt stored beyond the pages that count."""
    for number in range(after + 1, MOST_PICTURES + 1):
        name = picture_name(evidence, number)
        if default_storage.exists(name):
            default_storage.delete(name)


# --- What was read -------------------------------------------------------------------------------


def _said(found: Found, unit: Unit) -> dict[str, Any]:
    """The particulars as kept; the issuer in the unit's own spelling when it is the unit."""
    own = text.search_key(found.issuer) == text.search_key(unit.name)
    said = {
        "number": found.number,
        "issued_on": found.issued_on.isoformat() if found.issued_on else "",
        "issuer": unit.name if own else found.issuer,
        "title": found.title,
    }
    return {name: value for name, value in said.items() if value}


def _written(
    evidence_id: int,
    progress: jobs.Progress,
    *,
    reading: str,
    said: dict[str, Any],
    pages: int | None = None,
    has_text: bool | None = None,
    kept: list[EvidencePage] | None = None,
) -> dict[str, Any]:
    """Write what was read, in one transaction with the job's row held; fill what is still blank."""
    with transaction.atomic():
        progress.hold()
        unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
        lock_dossiers_of(unit_id)
        evidence = Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)
        if evidence.reading != Reading.WAITING:
            return {"reading": evidence.reading, "pages": evidence.pages}
        EvidencePage.objects.bulk_create(kept or [])
        filled = _fill(evidence, said)
        evidence.reading, evidence.pages, evidence.has_text = reading, pages, has_text
        evidence.suggested = canonical.dumps({**said, **({"filled": filled} if filled else {})})
        evidence.save(update_fields=["reading", "pages", "has_text", "suggested", *filled])
        data = {"reading": reading, "pages": pages, "shown": len(kept or []), **{name: said[name] for name in filled}}
        audit.record("evidence.read", evidence, unit=unit_id, data=data, origin="job")
        return {"reading": reading, "pages": pages, "shown": len(kept or [])}


def _fill(evidence: Evidence, said: dict[str, Any]) -> list[str]:
    """Put what was read into fields that are blank, while the particulars may be corrected; return their names."""
    names = [name for name in FIELDS if said.get(name) and not getattr(evidence, name)]
    if not names or not policies.may_describe(uses_of(evidence), clock.now()):
        return []
    for name in names:
        setattr(evidence, name, date.fromisoformat(said[name]) if name == "issued_on" else said[name])
    return names
