"""What appraisers decide about one component, and about what is left of an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from criteria.rules import DERIVED, SURVEY, UNIT, Rule, compute, is_allowed, normalise
from parindex import audit, canonical, clock, numbers, text
from parindex.decisions import Conflict, Denied, refuse, require
from scoring import permissions, policies
from scoring.actions.scores import lock_dossier, locked_score
from scoring.models import Assessment, Exemption, Score, ScoreRevision
from scoring.queries.duty import duty_of
from scoring.queries.leaves import chain_of, rule_of

Kind = Literal["accept", "correct", "points", "grant_na"]

#: The fields a decision writes besides version, time and person.
DECIDED = ("appraised_answer", "appraised_points", "appraisal_reason")


@dataclass(frozen=True)
class Verdict:
    """What an appraiser decides about one component.

    ``accept``: the unit's own points count. ``correct``: other inputs (``answer``), the rule
    computes. ``points``: other ``points`` within the rule's steps. ``grant_na``: the unit's
    request of "not applicable" is granted. Everything but accepting needs a ``reason``.
    """

    kind: Kind
    answer: Mapping[str, Any] | None = None
    points: Decimal | None = None
    reason: str = ""


def decide_score(
    *, assessment_id: int, code: str, version: int, verdict: Verdict, by: Any, now: datetime | None = None
) -> tuple[Score, bool]:
    """Decide one component under the version the appraiser saw; return the row and whether it changed.

    Deciding what is already decided changes nothing (double click). Raises ``AnswerError`` when
    corrected inputs do not fit the rule, ``Conflict`` with the stored row when it changed since,
    ``Refused`` when it may not be. Writes the score, its revision, an audit row, and the grant
    where "not applicable" is granted.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        score = locked_score(assessment, code)
        require(
            permissions.may_appraise(by, assessment, chain_of(score.node), duty_of(assessment.population))
        )
        require(policies.may_appraise(assessment.state, assessment.population.stage))
        values = _values(score, rule_of(score.node), verdict, digits=assessment.population.digits)
        if _already(score, values, verdict):
            return score, False
        if score.version != version:
            raise Conflict(_changed(score), current=score)
        _write(score, assessment, values, verdict, by=by, at=at)
        return score, True


def accept_rest(
    *, assessment_id: int, versions: Mapping[str, int], by: Any, now: datetime | None = None
) -> int:
    """Accept several components as self-scored, all or nothing; return how many were decided.

    ``versions`` holds code → version as the list on the page showed them. Refused as a whole when one
    of them changed since, is not the appraiser's, or asks for a decision of its own (no answer, "not
    applicable").
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(policies.may_appraise(assessment.state, assessment.population.stage))
        duty = duty_of(assessment.population)
        rows = assessment.scores.select_for_update(of=("self",)).select_related("node__parent__parent")
        scores = {score.node.code: score for score in rows.filter(node__code__in=list(versions))}
        count = 0
        for code, version in versions.items():
            score = scores.get(code)
            if score is None or score.self_points is None:
                refuse(
                    _("%(code)s chưa có điểm tự đánh giá, cần quyết định riêng.") % {"code": code},
                    code="single",
                )
            require(permissions.may_appraise(by, assessment, chain_of(score.node), duty))
            if score.version != version:
                raise Conflict(_changed(score), current=score)
            verdict = Verdict("accept")
            values = _values(score, rule_of(score.node), verdict, digits=assessment.population.digits)
            if not _already(score, values, verdict):
                _write(score, assessment, values, verdict, by=by, at=at)
                count += 1
        return count


def is_decided(score: Score) -> bool:
    """Whether a decision stands: made, and on the version that is stored now."""
    return score.appraised_at is not None and score.appraised_version == score.version


def _values(score: Score, rule: Rule, verdict: Verdict, *, digits: int) -> dict[str, Any]:
    """The decided fields of a verdict. Raises ``AnswerError`` or ``Refused``."""
    if rule.answered_by in (SURVEY, DERIVED):
        refuse(
            _("Điểm của tiêu chí này do điều tra hoặc do máy tính, không thẩm định từng đơn vị."),
            code="not_asked",
        )
    reason = text.clean_text(verdict.reason)
    points, answer = _points(score, rule, verdict, digits=digits)
    if not reason and _needs_reason(score, rule, verdict, points):
        refuse(_("Ghi lý do: đơn vị sẽ đọc được vì sao điểm khác điểm tự đánh giá."), code="reason")
    return {"appraised_answer": answer, "appraised_points": points, "appraisal_reason": reason}


def _points(score: Score, rule: Rule, verdict: Verdict, *, digits: int) -> tuple[Decimal | None, str]:
    """Decided points and the corrected answer in canonical form ("" without one)."""
    if verdict.kind == "grant_na":
        if not score.na_requested:
            refuse(_("Đơn vị không đề nghị “không áp dụng” ở tiêu chí này."), code="na")
        return None, ""
    if verdict.kind == "correct":
        if verdict.answer is None:
            refuse(_("Nhập số liệu đúng, hoặc chọn cách quyết định khác."), code="answer")
        return compute(rule, verdict.answer, digits=digits).points, canonical.dumps(
            normalise(rule, verdict.answer)
        )
    if verdict.kind == "points":
        if verdict.points is None or not is_allowed(rule, verdict.points, digits=digits):
            refuse(
                _("Điểm phải là một trong các bậc của quy định chấm, từ 0 đến điểm tối đa."), code="points"
            )
        return numbers.half_up(verdict.points, digits), ""
    if score.not_self_assessed:
        return Decimal(0), ""  # accepting what was never self-assessed means 0 (design §3.3)
    if score.self_points is None:
        refuse(_("Đơn vị chưa có điểm tự đánh giá để chấp nhận; quyết định điểm khác."), code="accept")
    return score.self_points, ""


def _needs_reason(score: Score, rule: Rule, verdict: Verdict, points: Decimal | None) -> bool:
    if verdict.kind == "accept":
        return False
    if verdict.kind == "grant_na":
        return False  # the unit's own reason stands in the grant
    return rule.answered_by != UNIT or points != score.self_points


def _already(score: Score, values: Mapping[str, Any], verdict: Verdict) -> bool:
    return is_decided(score) and all(getattr(score, name) == value for name, value in values.items())


def _changed(score: Score) -> Denied:
    if score.saved_at is not None and (score.appraised_at is None or score.saved_at > score.appraised_at):
        return Denied(_("Đơn vị vừa sửa câu trả lời này. Xem lại rồi quyết định."), code="conflict")
    who = score.appraised_by.get_full_name() if score.appraised_by is not None else _("Người khác")
    return Denied(
        _("%(who)s vừa quyết định tiêu chí này. Xem lại rồi quyết định.") % {"who": who}, code="conflict"
    )


def _write(
    score: Score,
    assessment: Assessment,
    values: Mapping[str, Any],
    verdict: Verdict,
    *,
    by: Any,
    at: datetime,
) -> None:
    """Store a decision with its revision and audit row; keep the grant of "not applicable" in step."""
    before = {name: getattr(score, name) for name in DECIDED}
    for name, value in values.items():
        setattr(score, name, value)
    score.version += 1
    score.appraised_version, score.appraised_at, score.appraised_by = score.version, at, by
    made = score.pk is None
    score.save(
        update_fields=None
        if made
        else [*DECIDED, "version", "appraised_version", "appraised_at", "appraised_by"]
    )
    _keep_grant(score, assessment, verdict, by=by, at=at)
    ScoreRevision.objects.create(
        score=score,
        version=score.version,
        kind="appraisal",
        values=canonical.dumps({"verdict": verdict.kind, **values}),
        at=at,
        by=by,
    )
    audit.record(
        "score.decided",
        score,
        by=by,
        at=at,
        unit=assessment.unit_id,
        data={
            "assessment": assessment.pk,
            "code": score.node.code,
            "version": score.version,
            "verdict": verdict.kind,
            "changed": {name: {"from": before[name], "to": values[name]} for name in DECIDED},
        },
    )


def _keep_grant(score: Score, assessment: Assessment, verdict: Verdict, *, by: Any, at: datetime) -> None:
    """A granted request is a row of ``Exemption``; deciding otherwise later takes that row away again."""
    own = Exemption.objects.filter(
        unit_id=assessment.unit_id, node_id=score.node_id, origin=Exemption.Origin.REQUEST
    )
    if verdict.kind == "grant_na":
        Exemption.objects.get_or_create(
            unit_id=assessment.unit_id,
            node_id=score.node_id,
            defaults={
                "origin": Exemption.Origin.REQUEST,
                "reason": score.na_reason or verdict.reason,
                "granted_at": at,
                "granted_by": by,
            },
        )
    elif score.na_requested:
        own.delete()


def undecided(assessment: Assessment) -> list[str]:
    """Codes of the leaves that still wait for a decision, in the order of the tree."""
    scores = {score.node_id: score for score in assessment.scores.all()}
    nodes = Node.objects.filter(framework_id=assessment.population.framework_id, is_leaf=True)
    nodes = nodes.select_related("parent__parent").order_by("position")
    exempt = set(
        Exemption.objects.filter(
            unit_id=assessment.unit_id, node__framework_id=assessment.population.framework_id
        ).values_list("node_id", flat=True)
    )
    waiting = []
    for node in nodes:
        if rule_of(node).answered_by in (SURVEY, DERIVED) or exempt.intersection(chain_of(node)):
            continue
        score = scores.get(node.pk)
        if score is None or not is_decided(score):
            waiting.append(node.code)
    return waiting
