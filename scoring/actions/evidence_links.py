"""What a document proves: give it for components, take it away, move on to its newer version."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.decisions import refuse, require
from scoring import evidence_policies, permissions, policies
from scoring.actions.scores import lock_dossier, locked_score
from scoring.models import Assessment, Evidence, EvidenceLink
from scoring.queries.documents import standing_of
from scoring.queries.dossiers import sheet_of


@dataclass(frozen=True)
class _Hand:
    """Who links when, in a dossier that is locked."""

    assessment: Assessment
    by: Any
    at: datetime

    def remember(self, action: str, evidence: Evidence, code: str, **more: str) -> None:
        """One audit row."""
        data = {"assessment": self.assessment.pk, "code": code, "document": str(evidence), **more}
        audit.record(action, evidence, by=self.by, at=self.at, unit=self.assessment.unit_id, data=data)


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
    """Give a document of the unit for one component; giving it again only changes page and note.

    A document that was withdrawn or replaced is not given anew.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        return _given(hand, _document(hand, evidence_id), code, pages, note)


def use_evidence(
    *,
    assessment_id: int,
    evidence_id: int,
    pages: Mapping[str, str],
    drop: Collection[str] = (),
    by: Any,
    now: datetime | None = None,
) -> tuple[int, int]:
    """Give one document for many components at once, and take it away from others: all or nothing.

    ``pages``: page or section by code of the component; ``drop``: codes it no longer proves. Returns how many
    links were given or changed, and how many taken away; the same again changes nothing.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        evidence = _document(hand, evidence_id)
        before = {link.score.node.code: link for link in _links(hand.assessment).filter(evidence=evidence)}
        changed = dropped = 0
        for code in sorted(pages):
            had = before.get(code)
            if had is None or had.pages != text.clean_line(pages[code])[:100]:
                _given(hand, evidence, code, pages[code], had.note if had else "")
                changed += 1
        for code in sorted(set(drop) & set(before) - set(pages)):
            _taken(hand, before[code])
            dropped += 1
        return changed, dropped


def unlink_evidence(*, assessment_id: int, link_id: int, by: Any, now: datetime | None = None) -> None:
    """Take a document away from a component. The document itself stays; taking away twice is harmless."""
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        link = _links(hand.assessment).filter(pk=link_id).first()
        if link is not None:
            _taken(hand, link)


def use_newer(*, assessment_id: int, link_id: int, by: Any, now: datetime | None = None) -> Evidence | None:
    """Let a component be proved by the newest version of its document; None when that is already so.

    For a dossier that came back after its document was replaced: it still names the version it was
    submitted with, until a person moves on.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        link = _links(hand.assessment).filter(pk=link_id).first()
        newest = newest_of(link.evidence) if link is not None else None
        if link is None or newest is None or newest.pk == link.evidence_id:
            return None
        require(evidence_policies.may_link(standing_of(newest)))
        move_link(link, newest, by=by, at=hand.at)
        return newest


def newest_of(evidence: Evidence) -> Evidence:
    """The last version of a document; itself when nothing replaced it."""
    newest = evidence
    while (newer := Evidence.objects.filter(replaces_id=newest.pk).first()) is not None:
        newest = newer
    return newest


def move_link(link: EvidenceLink, newer: Evidence, *, by: Any, at: datetime) -> None:
    """Point a link of a locked dossier to a newer version; where that one is given already, the old link goes."""
    score = link.score
    data = {
        "assessment": score.assessment_id,
        "code": score.node.code,
        "document": str(newer),
        "before": str(link.evidence),
        "from": link.evidence_id,
        "to": newer.pk,
    }
    if EvidenceLink.objects.filter(score=score, evidence=newer).exists():
        link.delete()
    else:
        link.evidence = newer
        link.save(update_fields=["evidence"])
    audit.record("evidence.moved", newer, by=by, at=at, unit=newer.unit_id, data=data)


def _document(hand: _Hand, evidence_id: int) -> Evidence:
    """The unit's document, read after the lock of the dossier."""
    rows = Evidence.objects.select_related("replaced_by")
    evidence = rows.filter(pk=evidence_id, unit_id=hand.assessment.unit_id).first()
    if evidence is None:
        refuse(_("Không tìm thấy tài liệu này trong tài liệu của đơn vị."), code="evidence")
    return evidence


def _links(assessment: Assessment) -> Any:
    return EvidenceLink.objects.select_related("evidence", "score__node").filter(score__assessment=assessment)


def _given(hand: _Hand, evidence: Evidence, code: str, pages: str, note: str) -> EvidenceLink:
    """The link of a document to a component, made or changed."""
    score = locked_score(hand.assessment, code)
    values = {"pages": text.clean_line(pages)[:100], "note": text.clean_line(note)[:300]}
    link = EvidenceLink.objects.filter(score=score, evidence=evidence).first() if score.pk else None
    if link is not None and (link.pages, link.note) == (values["pages"], values["note"]):
        return link
    if link is None:
        require(evidence_policies.may_link(standing_of(evidence)))
        if not score.pk:
            score.save()
        link = EvidenceLink(score=score, evidence=evidence, linked_at=hand.at, linked_by=hand.by)
    link.pages, link.note = values["pages"], values["note"]
    link.save(update_fields=["pages", "note"] if link.pk else None)
    hand.remember("evidence.linked", evidence, score.node.code, **values)
    return link


def _taken(hand: _Hand, link: EvidenceLink) -> None:
    link.delete()
    hand.remember("evidence.unlinked", link.evidence, link.score.node.code)


def _hand(assessment_id: int, by: Any, now: datetime | None) -> _Hand:
    """The locked dossier and the moment, after asking whether this person may change it now."""
    assessment = lock_dossier(assessment_id)
    at = now or clock.now()
    require(permissions.may_edit_assessment(by, assessment))
    require(policies.may_edit(sheet_of(assessment), at))
    return _Hand(assessment, by, at)
