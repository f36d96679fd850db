"""Saving what a unit states about one component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node, Population
from criteria.rules import UNIT, Rule, compute, normalise
from parindex import audit, canonical, clock, rows, text
from parindex.decisions import Conflict, Denied, refuse, require
from scoring import permissions, policies
from scoring.models import Assessment, Exemption, Score, ScoreRevision
from scoring.queries import saving
from scoring.queries.dossiers import sheet_of
from scoring.queries.leaves import EXTRA_LEVELS, rule_of

#: The fields a unit's save writes besides version, time and person.
STATED = ("answer", "self_points", "explanation", "na_requested", "na_reason")


@dataclass(frozen=True)
class Statement:
    """What a unit states about one component.

    ``answer``: canonical form of docs/scoring.md §3, None when not answered. ``na_requested``
    asks for "not applicable" with ``na_reason``; it stands instead of an answer.
    """

    answer: Mapping[str, Any] | None = None
    explanation: str = ""
    na_requested: bool = False
    na_reason: str = ""


def lock_dossier(assessment_id: int) -> Assessment:
    """The dossier, locked: everything that changes a dossier takes this lock first (docs/locking.md)."""
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True)
    assessment = locked.select_related("unit").get(pk=assessment_id)
    # A row joined to a locked one is as old as the wait for the lock: the stage is read after it.
    stages = Population.objects.select_related("framework", "cycle")
    assessment.population = stages.get(pk=assessment.population_id)
    return assessment


def save_score(
    *,
    assessment_id: int,
    code: str,
    version: int,
    statement: Statement,
    by: Any,
    now: datetime | None = None,
) -> tuple[Score, bool]:
    """Save one component under the version the person saw; return the row and whether it was made now.

    Points come from the rule. Saving what is already stored changes nothing (double click, repeated request), unless
    it was copied from last year: saving it confirms it. Raises ``AnswerError`` when the answer does not fit the
    rule, ``Conflict`` with the stored row when somebody else saved first, ``Refused`` when it may not be. Writes the
    score, its revision and an audit row. The row knows whether it has documents (``documented``).
    """
    with transaction.atomic():
        saving.lock(assessment_id)
        at = now or clock.now()
        ground = saving.ground_of(assessment_id, code, by=by, day=clock.today())
        assessment = ground.assessment
        if not ground.own:
            require(permissions.may_edit_assessment(by, assessment))
        require(policies.may_edit(sheet_of(assessment), at))
        score = ground.score or _blank(assessment, ground.leaf)
        score.documented = ground.documented
        values = _values(rule_of(score.node), statement, digits=assessment.population.digits)
        before = stated(score)
        if values == before and score.carried_from is None:
            return score, False
        if score.version != version:
            raise Conflict(_changed_by(score, by), current=score)
        made = _store(score, values, by=by, at=at)
        _remember(score, before, assessment, by=by, at=at)
        if before["na_requested"] and not score.na_requested:
            _end_grant(score, assessment, by=by, at=at)
        return score, made


def _blank(assessment: Assessment, node: Node | None) -> Score:
    """The unsaved row (version 0) of a leaf that has none."""
    if node is None or not (node.is_leaf or node.level in EXTRA_LEVELS):
        refuse(_("Không có tiêu chí này trong bộ tiêu chí của đợt."), code="node")
    return Score(assessment=assessment, node=node)


def _store(score: Score, values: Mapping[str, Any], *, by: Any, at: datetime) -> bool:
    """Write the row as the next version; True when it was made now.

    The version that was read stands in the condition: whoever wrote without the dossier's lock is not overwritten.
    """
    seen = score.version
    score.saved_by = by
    own = {"version": seen + 1, "not_self_assessed": False, "carried_from": None}
    written = {**values, **own, "saved_at": at, "saved_by_id": by.pk, "origin": "web"}
    for name, value in written.items():
        setattr(score, name, value)
    if score.pk is None:
        score.save(force_insert=True)
        return True
    if not rows.update(Score, {"id": score.pk, "version": seen}, written):
        stored = Score.objects.select_related("node", "saved_by", "assessment__population__cycle").get(pk=score.pk)
        raise Conflict(_changed_by(stored, by), current=stored)
    return False


def locked_score(assessment: Assessment, code: str) -> Score:
    """The row of one leaf, locked; a new unsaved one (version 0) when nothing is stored yet.

    The dossier's lock is held, so nobody else can create it meanwhile.
    """
    locked = Score.objects.select_for_update(of=("self",)).select_related("node__parent__parent")
    score = locked.filter(assessment=assessment, node__code=code).first()
    if score is not None:
        score.assessment = assessment
        return score
    nodes = Node.objects.filter(framework_id=assessment.population.framework_id, code=code)
    return _blank(assessment, nodes.select_related("parent__parent").first())


def _end_grant(score: Score, assessment: Assessment, *, by: Any, at: datetime) -> None:
    """A request that is taken back takes its grant with it: an answer that applies must count."""
    grant = Exemption.objects.filter(
        unit_id=assessment.unit_id, node_id=score.node_id, origin=Exemption.Origin.REQUEST
    ).first()
    if grant is not None:
        data = {"code": score.node.code, "reason": grant.reason, "why": "request withdrawn"}
        audit.record("exemption.revoked", grant, by=by, at=at, unit=assessment.unit_id, data=data)
        grant.delete()


def stated(score: Score) -> dict[str, Any]:
    """What the unit has stated in a score, field by field."""
    return {name: getattr(score, name) for name in STATED}


def _values(rule: Rule, statement: Statement, *, digits: int) -> dict[str, Any]:
    """The fields of a statement, with points by the rule. Raises ``AnswerError`` or ``Refused``."""
    if rule.answered_by != UNIT:
        refuse(_("Tiêu chí này đơn vị không phải trả lời."), code="not_asked")
    if statement.na_requested and not rule.na_allowed:
        refuse(_("Tiêu chí này luôn áp dụng, không đề nghị “không áp dụng” được."), code="na")
    answer = None if statement.na_requested else statement.answer
    return {
        "answer": canonical.dumps(normalise(rule, answer)) if answer is not None else "",
        "self_points": compute(rule, answer, digits=digits).points if answer is not None else None,
        "explanation": text.clean_text(statement.explanation),
        "na_requested": statement.na_requested,
        "na_reason": text.clean_line(statement.na_reason)[:1000] if statement.na_requested else "",
    }


def _changed_by(score: Score, by: Any) -> Denied:
    """Who saved meanwhile, and when; people who meet themselves are not told of somebody else."""
    who = score.saved_by.get_full_name() if score.saved_by is not None else _("Người khác")
    when = clock.local(score.saved_at).strftime("%H:%M") if score.saved_at is not None else ""
    if score.saved_by_id is not None and score.saved_by_id == by.pk:
        own = _("Chính bạn đã lưu câu trả lời khác lúc %(when)s (ở thẻ hoặc trang khác).") % {"when": when}
        return Denied(own, code="conflict")
    return Denied(
        _("%(who)s vừa lưu câu trả lời khác lúc %(when)s.") % {"who": who, "when": when}, code="conflict"
    )


def _remember(score: Score, before: Mapping[str, Any], assessment: Assessment, *, by: Any, at: datetime) -> None:
    """The revision and the audit row of a save."""
    after = stated(score)
    stored = canonical.dumps(after)
    rows.insert(ScoreRevision, score_id=score.pk, version=score.version, kind="self", values=stored, at=at, by_id=by.pk)
    changed = {name: {"from": before[name], "to": after[name]} for name in STATED if before[name] != after[name]}
    audit.record(
        "score.saved",
        score,
        by=by,
        at=at,
        unit=assessment.unit_id,
        data={"assessment": assessment.pk, "code": score.node.code, "version": score.version, "changed": changed},
    )
