"""Moves of a dossier that are not the unit's own: return, finish, reopen, close unsubmitted, extend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from criteria.rules import DERIVED, SURVEY
from parindex import audit, canonical, clock, text
from parindex.decisions import Allowed, Decision, Denied, require
from scoring import permissions, policies, states
from scoring.actions.appraisal import undecided
from scoring.actions.dossiers import move_dossier
from scoring.actions.scores import lock_dossier
from scoring.actions.telling import tell_of_extension
from scoring.models import Assessment, Score, ScoreRevision
from scoring.queries.dossiers import sheet_of
from scoring.queries.leaves import rule_of
from units.authorization import Permission


def return_dossier(
    *,
    assessment_id: int,
    reason: str,
    by: Any,
    until: datetime | None = None,
    points: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Assessment:
    """Give a submitted dossier back to its unit with a reason, until a date of its own or the general one.

    ``points``: what is to be mended in single components, by code. Decisions stay; each is reopened when
    the unit changes what it was made on.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_in_population(by, assessment.population, Permission.ASSESSMENT_RETURN))
        require(policies.may_return(assessment.state, assessment.population.stage, reason=reason))
        fields: tuple[str, ...] = ("submitted_at", "submitted_by")
        assessment.submitted_at = assessment.submitted_by = None
        if until is not None:
            require(_later_than_now(until, at))
            assessment.extended_until, assessment.extension_reason = until, text.clean_line(reason)[:500]
            fields += ("extended_until", "extension_reason")
        elif policies.deadline_passed(at, assessment.extended_until):
            # Of an extension that is over nothing is left: it would close the dossier the moment it comes back.
            assessment.extended_until, assessment.extension_reason = None, ""
            fields += ("extended_until", "extension_reason")
        return move_dossier(assessment, "return", by=by, at=at, reason=reason, fields=fields, points=points)


def finish_appraisal(*, assessment_id: int, by: Any, now: datetime | None = None) -> Assessment:
    """Close a dossier whose every component is decided; refused with the list of what is not."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_in_population(by, assessment.population, Permission.ASSESSMENT_CLOSE))
        if assessment.state == states.State.CLOSED:
            return assessment
        waiting = undecided(assessment)
        require(policies.may_finish_appraisal(assessment.state, assessment.population.stage, waiting, ()))
        return move_dossier(assessment, "finish_appraisal", by=by, at=at)


def reopen_appraisal(*, assessment_id: int, reason: str, by: Any, now: datetime | None = None) -> Assessment:
    """Open a finished dossier for appraisers again, with a reason, while nothing is settled."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_in_population(by, assessment.population, Permission.ASSESSMENT_CLOSE))
        require(policies.may_reopen_appraisal(assessment.state, assessment.population.stage, reason=reason))
        return move_dossier(assessment, "reopen_appraisal", by=by, at=at, reason=reason)


def close_unsubmitted(*, assessment_id: int, reason: str, by: Any, now: datetime | None = None) -> Assessment:
    """Close a dossier that was never submitted: its empties become "không tự đánh giá" (design §3.3)."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(
            permissions.may_in_population(by, assessment.population, Permission.ASSESSMENT_CLOSE_UNSUBMITTED)
        )
        require(policies.may_close_unsubmitted(sheet_of(assessment), at, reason=reason))
        _mark_empties(assessment, by=by, at=at)
        assessment.closed_unsubmitted_at = at
        assessment.closed_unsubmitted_reason = text.clean_line(reason)[:500]
        return move_dossier(
            assessment,
            "close_unsubmitted",
            by=by,
            at=at,
            reason=reason,
            fields=("closed_unsubmitted_at", "closed_unsubmitted_reason"),
        )


def extend_deadline(
    *, assessment_id: int, until: datetime, reason: str, by: Any, now: datetime | None = None
) -> Assessment:
    """Give one unit a later deadline, with a reason."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_in_population(by, assessment.population, Permission.EXTENSION_GRANT))
        sheet = sheet_of(assessment)
        before = sheet.own_deadline()
        require(policies.may_extend(sheet, until, at, reason=reason))
        assessment.extended_until, assessment.extension_reason = until, text.clean_line(reason)[:500]
        assessment.save(update_fields=["extended_until", "extension_reason"])
        audit.record(
            "assessment.extended",
            assessment,
            by=by,
            at=at,
            unit=assessment.unit_id,
            data={"from": before.isoformat() if before else None, "to": until.isoformat(), "reason": reason},
        )
        tell_of_extension(assessment, by=by, at=at, reason=reason)
        return assessment


def _later_than_now(until: datetime, at: datetime) -> Decision:
    if until > at:
        return Allowed()
    return Denied(_("Hạn nộp lại phải sau thời điểm này."), code="deadline")


def _mark_empties(assessment: Assessment, *, by: Any, at: datetime) -> None:
    """Mark every leaf the unit left empty as not self-assessed; the appraiser decides each.

    A copy of last year that nobody confirmed was never stated by the unit (docs/scoring.md §3.13): it leaves
    the row and stays in its revisions.
    """
    stored = {score.node_id: score for score in assessment.scores.select_for_update(of=("self",))}
    own = _own_explanations(stored.values())
    nodes = Node.objects.filter(framework_id=assessment.population.framework_id, is_leaf=True)
    marked: list[tuple[Score, int | None]] = []
    for node in nodes:
        if rule_of(node).answered_by in (SURVEY, DERIVED):
            continue
        score = stored.get(node.pk) or Score(assessment=assessment, node=node)
        year = score.carried_from
        if score.is_answered and year is None:
            continue
        if year is not None:
            score.answer, score.self_points, score.carried_from = "", None, None
            score.explanation = own.get(score.pk, "")
        score.not_self_assessed, score.version = True, score.version + 1
        score.save()
        marked.append((score, year))
    ScoreRevision.objects.bulk_create(
        ScoreRevision(score=score, version=score.version, kind="close", values=_closed(year), at=at, by=by)
        for score, year in marked
    )


def _closed(year: int | None) -> str:
    """What the revision of a closed leaf says; ``year`` of the copy that nobody confirmed."""
    return canonical.dumps({"not_self_assessed": True} | ({"unconfirmed_from": year} if year is not None else {}))


def _own_explanations(scores: Iterable[Score]) -> dict[int, str]:
    """What the unit itself had explained before last year was copied over it, by score id (one query)."""
    copies = {score.pk: score.version for score in scores if score.carried_from is not None}
    rows = ScoreRevision.objects.filter(score_id__in=copies).exclude(kind__in=["close", "appraisal"]).order_by("version")
    return {
        row.score_id: canonical.loads(row.values).get("explanation", "")
        for row in rows
        if row.version < copies[row.score_id]
    }
