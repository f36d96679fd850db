"""Carrying last year's answers over, and confirming that they still hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, canonical, clock
from parindex.decisions import Conflict, Denied, require
from scoring import permissions, policies
from scoring.actions.scores import STATED, lock_dossier, locked_score, stated
from scoring.models import Assessment, EvidenceLink, Score, ScoreRevision
from scoring.queries.carrying import Candidate, candidates_of
from scoring.queries.dossiers import Dossier, dossier_of, sheet_of

WRITTEN = (*STATED, "version", "not_self_assessed", "carried_from", "saved_at", "saved_by", "origin")


@dataclass(frozen=True)
class Carried:
    """What was copied (codes), what was asked for and was not (code and why), and how many documents were given."""

    copied: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    documents: int = 0


@dataclass(frozen=True)
class _Hand:
    """Who writes when, in a dossier that is locked."""

    assessment: Assessment
    by: Any
    at: datetime

    @property
    def year(self) -> int:
        """The year copied from."""
        return self.assessment.population.cycle.year - 1

    def row(self, action: str, subject: Any, **data: Any) -> dict[str, Any]:
        """One audit row about the unit's dossier."""
        values = {"assessment": self.assessment.pk, **data}
        return audit.row(action, subject, by=self.by, at=self.at, unit=self.assessment.unit_id, data=values)


def carry_forward(
    *,
    assessment_id: int,
    codes: Collection[str] | None = None,
    area: str = "",
    documents: Collection[str] = (),
    by: Any,
    now: datetime | None = None,
) -> Carried:
    """Copy last year's answers and explanations into components that are still open, marked until confirmed.

    ``codes`` names them one by one, changed ones included; None takes all that go on as they were (of one
    ``area``, where it is named). ``documents``: codes whose documents of last year are given again. Points are
    those of this year's rule. An answer that is there is never touched, so the same again copies nothing.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        dossier = dossier_of(hand.assessment)
        chosen, skipped = _chosen(dossier, codes, area)
        scores = _copied(hand, chosen)
        given = _given(hand, [each for each in chosen if each.code in documents], scores)
        if chosen:
            data = {"year": hand.year, "count": len(chosen), "documents": given}
            audit.record_many([hand.row("assessment.carried", hand.assessment, **data)])
        return Carried(tuple(each.code for each in chosen), skipped, given)


def _hand(assessment_id: int, by: Any, now: datetime | None) -> _Hand:
    """The locked dossier and the moment, after asking whether this person may change it now."""
    assessment = lock_dossier(assessment_id)
    at = now or clock.now()
    require(permissions.may_edit_assessment(by, assessment))
    require(policies.may_edit(sheet_of(assessment), at))
    return _Hand(assessment, by, at)


def _chosen(
    dossier: Dossier, codes: Collection[str] | None, area: str
) -> tuple[list[Candidate], tuple[tuple[str, str], ...]]:
    """What is copied, and what was named and cannot be, with the reason."""
    found = {each.code: each for each in candidates_of(dossier) if area in ("", each.area.code)}
    if codes is None:
        return [each for each in found.values() if each.holds], ()
    chosen = [each for code, each in found.items() if code in codes and not each.hindrance]
    skipped = []
    for leaf in dossier.leaves:
        code = leaf.node.code
        if code not in codes or any(each.code == code for each in chosen):
            continue
        if leaf.answered:
            skipped.append((code, _("đã có câu trả lời")))
        else:
            skipped.append((code, found[code].hindrance if code in found else _("năm trước không có câu trả lời")))
    return chosen, tuple(skipped)


def _copied(hand: _Hand, chosen: list[Candidate]) -> dict[str, Score]:
    """Write the copies with their revisions and audit rows: the same few statements however many there are.

    The dossier's lock is held, and whoever saves a component takes it first: nobody else writes these rows now.
    """
    scores: dict[str, Score] = {}
    before: dict[str, dict[str, Any]] = {}
    for each in chosen:
        score = each.leaf.score or Score(assessment=hand.assessment, node=each.leaf.node)
        before[each.code] = stated(score)
        score.answer, score.self_points = each.answer, each.points
        score.explanation = score.explanation or each.then.explanation
        score.version += 1
        score.not_self_assessed, score.carried_from = False, hand.year
        score.saved_at, score.saved_by, score.origin = hand.at, hand.by, "web"
        scores[each.code] = score
    Score.objects.bulk_update([row for row in scores.values() if row.pk], WRITTEN, batch_size=40)
    Score.objects.bulk_create([row for row in scores.values() if not row.pk])
    ScoreRevision.objects.bulk_create(_revision(hand, score, "copy") for score in scores.values())
    audit.record_many([_row(hand, code, score, before[code]) for code, score in scores.items()])
    return scores


def _row(hand: _Hand, code: str, score: Score, before: Mapping[str, Any]) -> dict[str, Any]:
    after = stated(score)
    changed = {name: {"from": before[name], "to": after[name]} for name in STATED if before[name] != after[name]}
    return hand.row("score.copied", score, code=code, version=score.version, year=hand.year, changed=changed)


def _revision(hand: _Hand, score: Score, kind: str) -> ScoreRevision:
    values = canonical.dumps(stated(score) | {"carried_from": score.carried_from})
    return ScoreRevision(score=score, version=score.version, kind=kind, values=values, at=hand.at, by=hand.by)


def _given(hand: _Hand, chosen: list[Candidate], scores: Mapping[str, Score]) -> int:
    """Give last year's documents for the components that ask for it; one that is given already stays as it is."""
    held = set(EvidenceLink.objects.filter(score__assessment=hand.assessment).values_list("score_id", "evidence_id"))
    links, rows = [], []
    for each in chosen:
        for old in each.documents:
            if (scores[each.code].pk, old.evidence_id) in held:
                continue
            link = EvidenceLink(score=scores[each.code], evidence=old.evidence, pages=old.pages, note=old.note)
            link.linked_at, link.linked_by = hand.at, hand.by
            links.append(link)
            data = {"code": each.code, "document": str(old.evidence), "pages": old.pages, "note": old.note}
            rows.append(hand.row("evidence.linked", old.evidence, **data))
    EvidenceLink.objects.bulk_create(links)
    audit.record_many(rows)
    return len(links)


# --- Confirming ----------------------------------------------------------------------------------


def confirm_copied(
    *, assessment_id: int, code: str, version: int, by: Any, now: datetime | None = None
) -> tuple[Score, bool]:
    """Say that a copied answer still holds, under the version the person saw; return it and whether that was new.

    Raises ``Conflict`` with the stored row when somebody has changed it since. Confirming twice is harmless.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        score = locked_score(hand.assessment, code)
        if score.carried_from is None:
            return score, False
        if score.version != version:
            words = _("%(code)s vừa được chép lại hoặc sửa. Xem lại rồi xác nhận.") % {"code": code}
            raise Conflict(Denied(words, code="conflict"), current=score)
        _confirmed(hand, [score])
        return score, True


def confirm_all(
    *, assessment_id: int, versions: Mapping[str, int], by: Any, now: datetime | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Confirm the copies a person has seen listed, by code and version.

    Returns the codes confirmed, and those left because somebody has changed them since they were shown.
    """
    with transaction.atomic():
        hand = _hand(assessment_id, by, now)
        rows = Score.objects.select_for_update(of=("self",)).select_related("node").order_by("node__position")
        waiting = rows.filter(assessment=hand.assessment, carried_from__isnull=False, node__code__in=versions)
        seen = {row.node.code: row for row in waiting}
        chosen = [row for code, row in seen.items() if row.version == versions[code]]
        _confirmed(hand, chosen)
        done = tuple(row.node.code for row in chosen)
        return done, tuple(code for code in seen if code not in done)


def _confirmed(hand: _Hand, scores: list[Score]) -> None:
    """Take the mark away, with revision and audit row; the answer counts as this person's."""
    rows = []
    for score in scores:
        year, score.carried_from = score.carried_from, None
        score.version += 1
        score.saved_at, score.saved_by = hand.at, hand.by
        rows.append(hand.row("score.confirmed", score, code=score.node.code, version=score.version, year=year))
    Score.objects.bulk_update(scores, ["version", "carried_from", "saved_at", "saved_by"], batch_size=100)
    ScoreRevision.objects.bulk_create(_revision(hand, score, "self") for score in scores)
    if scores:
        codes = [score.node.code for score in scores]
        rows.append(hand.row("assessment.copies_confirmed", hand.assessment, count=len(codes), codes=codes))
    audit.record_many(rows)
