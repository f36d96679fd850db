"""Why a published component has its points, in the words of its rule; never in anybody's free words (design §3.10).

The answer shown is the one the published run was computed from. An answer saved later, for a correction in
preparation, is not published and not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import DERIVED, SURVEY, AnswerError, Rule, compute
from parindex import canonical
from parindex.numbers import shown
from scoring.models import CellState, NodeResult, Publication, Score, UnitResult
from scoring.queries.leaves import rule_of

FIELDS = ("node_id", "answer", "appraised_answer", "not_self_assessed", "saved_at", "appraised_at")


def reasons_of(found: UnitResult, publication: Publication, nodes: Iterable[NodeResult]) -> dict[int, str]:
    """A sentence by node id for every leaf of a unit: one query."""
    scores = Score.objects.filter(
        assessment__population_id=publication.population_id, assessment__unit_id=found.unit_id
    ).values(*FIELDS)
    stored = {score["node_id"]: score for score in scores}
    computed_at = publication.run.computed_at
    digits = publication.population.digits
    return {
        row.node_id: _reason(row, stored.get(row.node_id), computed_at, digits)
        for row in nodes
        if row.node.is_leaf or row.node.parent_id is None
    }


def _reason(row: NodeResult, score: dict[str, Any] | None, computed_at: datetime, digits: int) -> str:
    if row.state == CellState.NOT_APPLICABLE:
        return _("Không áp dụng cho đơn vị này, không tính vào điểm tối đa")
    if not row.node.is_leaf:
        return ""
    rule = rule_of(row.node)
    if rule.answered_by == SURVEY:
        return _("Điều tra xã hội học")
    if rule.answered_by == DERIVED:
        return _("Tính từ chênh lệch giữa điểm tự đánh giá và điểm thẩm định")
    if score is None or not _known_then(score, computed_at):
        return _decided(row)
    return _answered(row, rule, score, digits)


def _known_then(score: dict[str, Any], computed_at: datetime) -> bool:
    return all(
        moment is None or moment <= computed_at for moment in (score["saved_at"], score["appraised_at"])
    )


def _answered(row: NodeResult, rule: Rule, score: dict[str, Any], digits: int) -> str:
    if score["not_self_assessed"]:
        return _("Đơn vị không tự đánh giá")
    text = score["appraised_answer"] or score["answer"]
    if not text:
        return _decided(row)
    try:
        computed = compute(rule, canonical.loads(text), digits=digits)
    except AnswerError:
        return _decided(row)
    if computed.points == row.points:
        # The points stand in their own column.
        return computed.explanation.rpartition(" → ")[0] or computed.explanation
    verdict = _("thẩm định %(points)s điểm") % {"points": shown(row.points, digits)}
    return f"{computed.explanation}; {verdict}"


def _decided(row: NodeResult) -> str:
    if row.self_points is None or row.points is None or row.self_points == row.points:
        return ""
    words = {"own": shown(row.self_points), "points": shown(row.points)}
    return _("Đơn vị tự chấm %(own)s; thẩm định %(points)s điểm") % words
