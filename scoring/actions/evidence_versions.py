"""The life of a document after its upload: a newer version takes its place, it is withdrawn, it comes back.

Locks, from the top of docs/locking.md down: the unit's row, all dossiers of the unit in the order of their
keys, the document. A person who links takes the dossier's lock, so each link falls before or after.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock
from parindex.decisions import refuse, require
from scoring import evidence_policies, permissions, policies
from scoring.actions.evidence import Particulars, known_document, lock_dossiers_of, record_stored, store_file
from scoring.actions.evidence_links import move_link
from scoring.models import Assessment, Evidence, EvidenceLink, SignedScan
from scoring.queries.documents import standing_of
from scoring.queries.dossiers import sheet_of
from scoring.uploads import Checked
from units.models import Unit


def replace_evidence(
    *,
    evidence_id: int,
    upload: Any,
    checked: Checked,
    particulars: Particulars,
    by: Any,
    now: datetime | None = None,
) -> tuple[Evidence, int]:
    """Store a checked file as the newer version of a document; return it and how many links moved to it.

    Links of dossiers that may be edited now move on; what was submitted keeps the version it was submitted
    with. A file that is in the library already, and there stands alone, becomes the newer version as it is.
    The same replacement sent twice is one.
    """
    unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
    require(permissions.may_upload_evidence(by, unit_id))
    stored = store_file(unit_id, upload)
    kept = False
    try:
        with transaction.atomic():
            old = _locked(unit_id, evidence_id)
            at = now or clock.now()
            if _is_done(old, checked):
                return old.replaced_by, 0
            require(evidence_policies.may_replace(standing_of(old)))
            newer = known_document(unit_id, checked)
            if newer is None:
                newer = record_stored(unit_id, stored, checked, particulars, by=by, at=at, replaces=old)
                kept = True
            else:
                _adopt(newer, old)
            moved = _move_links(old, newer, by=by, at=at)
            data = {"document": str(newer), "before": str(old), "from": old.pk, "to": newer.pk, "links": moved}
            audit.record("evidence.replaced", newer, by=by, at=at, unit=unit_id, data=data)
    except BaseException:
        kept = False
        raise
    finally:
        if not kept:
            default_storage.delete(stored)
    return newer, moved


def withdraw_evidence(*, evidence_id: int, by: Any, now: datetime | None = None) -> Evidence:
    """Take a document that nothing uses out of the library; it stays stored and may come back. Twice is harmless."""
    with transaction.atomic():
        unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
        evidence = _locked(unit_id, evidence_id)
        at = now or clock.now()
        require(permissions.may_upload_evidence(by, unit_id))
        if evidence.withdrawn_at is not None:
            return evidence
        signed = SignedScan.objects.filter(evidence=evidence).exists()
        require(evidence_policies.may_withdraw(standing_of(evidence), _uses(evidence), signed=signed))
        evidence.withdrawn_at, evidence.withdrawn_by = at, by
        evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("evidence.withdrawn", evidence, by=by, at=at, unit=unit_id, data={"document": str(evidence)})
        return evidence


def restore_evidence(*, evidence_id: int, by: Any, now: datetime | None = None) -> Evidence:
    """Bring a withdrawn document back into the library. Twice is harmless."""
    with transaction.atomic():
        unit_id = Evidence.objects.values_list("unit_id", flat=True).get(pk=evidence_id)
        evidence = _locked(unit_id, evidence_id)
        at = now or clock.now()
        require(permissions.may_upload_evidence(by, unit_id))
        if evidence.withdrawn_at is None:
            return evidence
        evidence.withdrawn_at = evidence.withdrawn_by = None
        evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("evidence.restored", evidence, by=by, at=at, unit=unit_id, data={"document": str(evidence)})
        return evidence


def _locked(unit_id: int, evidence_id: int) -> Evidence:
    """The document, with its unit and every dossier that could use it locked above it."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    lock_dossiers_of(unit_id)
    return Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)


def _is_done(old: Evidence, checked: Checked) -> bool:
    """Whether this very file has already taken the document's place (a double click)."""
    newer = Evidence.objects.filter(replaces_id=old.pk).first()
    return newer is not None and newer.sha256 == checked.sha256


def _adopt(newer: Evidence, old: Evidence) -> None:
    """Make a document that is in the library already the newer version, where it stands alone.

    It is neither replaced nor a newer version itself, so no chain can bite its own tail.
    """
    if newer.pk == old.pk:
        refuse(_("Tệp này chính là bản đang có. Chọn tệp của bản mới."), code="same")
    alone = newer.replaces_id is None and standing_of(newer) == evidence_policies.Standing()
    if not alone:
        refuse(
            _("Tệp này đã có trong kho là tài liệu %(document)s, không thay cho tài liệu khác được nữa.")
            % {"document": newer},
            code="known",
        )
    newer.replaces = old
    newer.save(update_fields=["replaces"])


def _move_links(old: Evidence, newer: Evidence, *, by: Any, at: datetime) -> int:
    """Move the links of every dossier that may be edited now; the dossiers are locked."""
    rows = Assessment.objects.filter(pk__in=old.links.values("score__assessment")).select_related("population")
    open_now = [row.pk for row in rows.order_by("pk") if policies.may_edit(sheet_of(row), at)]
    links = EvidenceLink.objects.select_related("evidence", "score__node").order_by("pk")
    found = list(links.filter(evidence=old, score__assessment_id__in=open_now))
    for link in found:
        move_link(link, newer, by=by, at=at)
    return len(found)


def _uses(evidence: Evidence) -> list[str]:
    """Each component a document proves, with its year."""
    rows = evidence.links.select_related("score__node", "score__assessment__population__cycle").order_by("pk")
    return [f"{row.score.node.code} ({row.score.assessment.population.cycle.year})" for row in rows]
