"""How units did in each area of their framework, in percent of the applicable maximum."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from criteria.models import NodeLevel
from scoring import analysis
from scoring.models import NodeResult


@dataclass(frozen=True)
class Area:
    """An area of a framework. ``short`` is the part of the name that tells it apart."""

    code: str
    name: str
    max_points: Decimal

    @property
    def short(self) -> str:
        """The name without what all areas share, for a narrow column."""
        head, _comma, rest = self.name.partition(",")
        return self.name if len(self.name) <= 28 or not rest else head


@dataclass(frozen=True)
class AreaTable:
    """Percent reached by result id, in the order of ``areas`` (None: does not apply)."""

    areas: tuple[Area, ...] = ()
    rows: Mapping[int, tuple[Decimal | None, ...]] = field(default_factory=dict)

    def of(self, result_id: int) -> tuple[Decimal | None, ...]:
        """The percents of one unit; empty where only totals are known."""
        return self.rows.get(result_id, ())

    def medians(self, result_ids: Collection[int]) -> list[Decimal | None]:
        """The median of each area over some units."""
        chosen = [self.rows[pk] for pk in result_ids if pk in self.rows]
        return [analysis.median(row[place] for row in chosen) for place in range(len(self.areas))]

    def lowest(self, result_id: int) -> Area | None:
        """The area with the smallest percent; of equals the first."""
        known = [(value, place) for place, value in enumerate(self.of(result_id)) if value is not None]
        return self.areas[min(known)[1]] if known else None


def area_table(run_ids: Collection[int]) -> AreaTable:
    """The areas of all units of some runs of one framework: one query."""
    found = NodeResult.objects.filter(
        result__run_id__in=list(run_ids), node__level=NodeLevel.AREA
    ).values_list(
        "result_id", "node_id", "node__position", "node__code", "node__name", "node__max_points", "points", "max_points"
    )
    areas: dict[int, tuple[int, Area]] = {}
    cells: dict[int, dict[int, Decimal | None]] = {}
    for result_id, node_id, position, code, name, most, points, maximum in found:
        if node_id not in areas:
            areas[node_id] = position, Area(code, name, most)
        cells.setdefault(result_id, {})[node_id] = analysis.percent(points, maximum)
    order = sorted(areas, key=lambda node_id: areas[node_id][0])
    rows = {result_id: tuple(row.get(node_id) for node_id in order) for result_id, row in cells.items()}
    return AreaTable(tuple(areas[node_id][1] for node_id in order), rows)
