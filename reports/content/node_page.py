"""One node of a framework across the units of a year: its rule, and what each unit reached."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from criteria.models import Framework, Node
from criteria.queries.frameworks import framework_of
from criteria.queries.outlines import Entry, outline_of
from parindex import text
from reports.content.levels import BY_LEVEL, Kind
from reports.content.shelf import Shelf
from scoring import analysis
from scoring.models import CellState, NodeResult


@dataclass(frozen=True)
class UnitPoints:
    """What one unit reached at the node; ``percent`` of its applicable maximum."""

    code: str
    name: str
    district: str
    points: Decimal | None
    max_points: Decimal
    percent: Decimal | None
    applies: bool


@dataclass(frozen=True)
class NodePage:
    """A node, the nodes above it, what is below it, and the units by points, most first."""

    year: int
    kind: Kind
    framework: Framework
    entry: Entry
    above: tuple[Node, ...]
    rows: tuple[UnitPoints, ...]

    @property
    def median(self) -> Decimal | None:
        """The median of the percents."""
        return analysis.median(row.percent for row in self.rows)

    @property
    def full(self) -> int:
        """Units with every point."""
        return sum(1 for row in self.rows if row.applies and row.points == row.max_points)

    @property
    def counted(self) -> int:
        """Units to which it applies."""
        return sum(1 for row in self.rows if row.applies)


def public_framework(shelf: Shelf, year: int, level: str) -> Framework | None:
    """The framework of a level whose result is published."""
    return framework_of(year, level) if shelf.of(year, level) else None


def node_page(shelf: Shelf, year: int, level: str, code: str) -> NodePage | None:
    """The page of a node; None when the year is not published or knows no such code. Three queries."""
    framework = public_framework(shelf, year, level)
    if framework is None:
        return None
    outline = outline_of(framework, code.split(".")[0])
    found = _find(outline.areas, code, ())
    if found is None:
        return None
    entry, above = found
    publications = {publication.run_id: publication for publication in shelf.of(year, level)}
    results = NodeResult.objects.filter(
        result__run_id__in=publications, node_id=entry.node.pk
    ).select_related("result")
    rows = []
    for row in results:
        parent = publications[row.result.run_id].population.parent
        rows.append(_points(row, parent.name if parent else ""))
    rows.sort(key=lambda row: (not row.applies, -(row.percent or Decimal(0)), text.sort_key(row.name)))
    return NodePage(year, BY_LEVEL[level], framework, entry, above, tuple(rows))


def _find(
    entries: tuple[Entry, ...], code: str, above: tuple[Node, ...]
) -> tuple[Entry, tuple[Node, ...]] | None:
    for entry in entries:
        if entry.node.code == code:
            return entry, above
        deeper = _find(entry.entries, code, (*above, entry.node))
        if deeper is not None:
            return deeper
    return None


def _points(row: NodeResult, district: str) -> UnitPoints:
    applies = row.state != CellState.NOT_APPLICABLE
    return UnitPoints(
        code=row.result.unit_code,
        name=row.result.unit_name,
        district=district,
        points=row.points if applies else None,
        max_points=row.max_points,
        percent=analysis.percent(row.points, row.max_points) if applies else None,
        applies=applies,
    )
