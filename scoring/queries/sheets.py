"""The score sheet of one unit in a run: every node with its points, split by where they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from criteria.models import NodeLevel
from criteria.rules import DERIVED, SURVEY
from parindex import canonical
from scoring import analysis
from scoring.models import CellState, NodeResult

OUTSIDE_THE_TREE = frozenset({NodeLevel.BONUS, NodeLevel.PENALTY})


@dataclass(frozen=True)
class SheetLine:
    """One node of a sheet. Points are exact; None where there are none.

    ``max_points`` is the applicable maximum. ``self_points`` is what the unit gave itself;
    ``appraised_points`` + ``survey_points`` = ``points``, where both stand. ``percent`` is filled for areas
    and criteria. ``derived``: computed last from the other leaves (design §3.5).
    """

    code: str
    name: str
    level: str
    is_leaf: bool
    survey: bool
    derived: bool
    state: str
    max_points: Decimal
    self_points: Decimal | None
    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal | None
    percent: Decimal | None

    @property
    def applies(self) -> bool:
        """Whether the node counts for the unit at all."""
        return self.state != CellState.NOT_APPLICABLE

    @property
    def outside(self) -> bool:
        """Whether this is a bonus or penalty, which stands outside the 100 points."""
        return self.level in OUTSIDE_THE_TREE


def sheet_of(result_id: int) -> tuple[SheetLine, ...]:
    """The sheet of one stored result in the order of the framework: one query. Empty for a year known by totals."""
    rows = NodeResult.objects.filter(result_id=result_id).order_by("node__position").values_list(
        "node_id",
        "node__parent_id",
        "node__code",
        "node__name",
        "node__level",
        "node__is_leaf",
        "node__source",
        "node__rule_params",
        "state",
        "max_points",
        "self_points",
        "points",
    )
    lines: dict[int, SheetLine] = {}
    parents: dict[int, int | None] = {}
    for node_id, parent_id, *values in rows:
        lines[node_id] = _line(*values)
        parents[node_id] = parent_id
    return tuple(_with_sums(lines, parents))


def _line(
    code: str,
    name: str,
    level: str,
    is_leaf: bool,
    source: str,
    params: str,
    state: str,
    max_points: Decimal,
    self_points: Decimal | None,
    points: Decimal | None,
) -> SheetLine:
    survey = is_leaf and source == SURVEY
    scored_leaf = is_leaf or level in OUTSIDE_THE_TREE
    return SheetLine(
        code=code,
        name=name,
        level=level,
        is_leaf=is_leaf,
        survey=survey,
        derived=is_leaf and '"derived"' in params and DERIVED in canonical.loads(params),
        state=state,
        max_points=max_points,
        self_points=self_points,
        appraised_points=points if scored_leaf and not survey else None,
        survey_points=points if survey else None,
        points=points,
        percent=None if scored_leaf and level != NodeLevel.CRITERION else analysis.percent(points, max_points),
    )


def _with_sums(lines: dict[int, SheetLine], parents: dict[int, int | None]) -> Iterable[SheetLine]:
    """Areas and criteria with the exact sums of the leaves below them, by where the points come from."""
    appraised: dict[int, Decimal] = {}
    surveyed: dict[int, Decimal] = {}
    for node_id, line in lines.items():
        above = parents[node_id]
        while line.is_leaf and above is not None:
            if line.appraised_points is not None:
                appraised[above] = appraised.get(above, Decimal(0)) + line.appraised_points
            if line.survey_points is not None:
                surveyed[above] = surveyed.get(above, Decimal(0)) + line.survey_points
            above = parents[above]
    for node_id, line in lines.items():
        if line.is_leaf or line.outside:
            yield line
        else:
            yield replace(line, appraised_points=appraised.get(node_id), survey_points=surveyed.get(node_id))
