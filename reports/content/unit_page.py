"""The page of a unit in a published year: where it stands, area by area, component by component, and why.

What design §3.10 keeps from the public never enters this object: no person, no explanation or note in free
words, no evidence, no outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from criteria.models import NodeLevel
from reports.content.areas import area_table
from reports.content.kinship import Kinship, kinship_of
from reports.content.levels import BY_LEVEL, Kind
from reports.content.reasons import reasons_of
from reports.content.shelf import Shelf
from scoring import analysis
from scoring.models import CellState, NodeResult, Publication, UnitResult
from scoring.queries.runs import LevelRow, level_results

#: Units shown on each side of the unit in the ranking.
NEIGHBOURS = 2


@dataclass(frozen=True)
class Leaf:
    """A component: its points, what was lost and how they came about."""

    code: str
    name: str
    points: Decimal | None
    max_points: Decimal
    applies: bool
    why: str

    @property
    def lost(self) -> Decimal:
        """Points not reached."""
        return analysis.lost(self.points, self.max_points)


@dataclass(frozen=True)
class Criterion:
    """A criterion with its components; a criterion without components holds itself."""

    code: str
    name: str
    points: Decimal | None
    max_points: Decimal
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class UnitArea:
    """An area: points, applicable maximum, percent and the median of the units ranked together."""

    code: str
    name: str
    points: Decimal | None
    max_points: Decimal
    percent: Decimal | None
    median: Decimal | None
    criteria: tuple[Criterion, ...]

    @property
    def against(self) -> Decimal | None:
        """Percentage points above the median."""
        return analysis.difference(self.percent, self.median)

    @property
    def lost(self) -> Decimal:
        """Points not reached."""
        return analysis.lost(self.points, self.max_points)


@dataclass(frozen=True)
class Neighbour:
    """A unit just above or below."""

    rank: int | None
    code: str
    name: str
    index: Decimal | None
    me: bool


@dataclass(frozen=True)
class UnitPage:
    """Everything the page says. ``rank`` counts in the level, ``result.rank`` in the population.

    ``comparable``: whether the year before had the same framework; None where only its totals are known.
    """

    year: int
    kind: Kind
    result: UnitResult
    publication: Publication
    rank: int | None
    ranked: int
    own_ranked: int
    areas: tuple[UnitArea, ...]
    extras: tuple[Leaf, ...]
    neighbours: tuple[Neighbour, ...]
    kinship: Kinship
    leaf_count: int
    comparable: bool | None

    @property
    def district(self) -> str:
        """The district that ranks this commune, "" where there is none."""
        parent = self.publication.population.parent
        return parent.name if parent else ""


def unit_page(shelf: Shelf, year: int, code: str) -> UnitPage | None:
    """The page of the unit that bore the code at the reference date; None when nothing is published of it."""
    publications = {found.run_id: found for found in shelf.of(year)}
    found = (
        UnitResult.objects.filter(run_id__in=publications, unit_code=code)
        .select_related("unit")
        .order_by("pk")
        .first()
    )
    if found is None:
        return None
    publication = publications[found.run_id]
    level = publication.population.level
    rows = level_results(year, level, published_only=True).rows
    mine = next(row for row in rows if row.result.pk == found.pk)
    own = [row for row in rows if row.result.run_id == found.run_id]
    areas, extras, count = _tree(found, publication, [row.result.pk for row in own])
    return UnitPage(
        year=year,
        kind=BY_LEVEL[level],
        result=found,
        publication=publication,
        rank=mine.rank,
        ranked=sum(1 for row in rows if row.rank is not None),
        own_ranked=sum(1 for row in own if row.result.rank is not None),
        areas=areas,
        extras=extras,
        neighbours=_neighbours(own, found),
        kinship=kinship_of(found, year, shelf),
        leaf_count=count,
        comparable=_comparable(found, shelf.of(year - 1, level)),
    )


def _comparable(found: UnitResult, before: list[Publication]) -> bool | None:
    if any(publication.population.totals_only for publication in before):
        return None
    return found.comparable


def _neighbours(own: list[LevelRow], found: UnitResult) -> tuple[Neighbour, ...]:
    """The units around it in its own population, in the order of the ranking."""
    ranked = [row for row in own if row.result.rank is not None]
    place = next((i for i, row in enumerate(ranked) if row.result.pk == found.pk), None)
    if place is None:
        return ()
    first = max(0, min(place - NEIGHBOURS, len(ranked) - 2 * NEIGHBOURS - 1))
    return tuple(
        Neighbour(
            row.result.rank,
            row.result.unit_code,
            row.result.unit_name,
            row.result.index_percent,
            row.result.pk == found.pk,
        )
        for row in ranked[first : first + 2 * NEIGHBOURS + 1]
    )


def _tree(
    found: UnitResult, publication: Publication, together: list[int]
) -> tuple[tuple[UnitArea, ...], tuple[Leaf, ...], int]:
    """Areas with criteria and leaves, the rows outside the tree, and the number of leaves. Four queries."""
    nodes = list(NodeResult.objects.filter(result=found).select_related("node").order_by("node__position"))
    if not nodes:
        return (), (), 0
    table = area_table([publication.run_id])
    medians = dict(zip((area.code for area in table.areas), table.medians(together), strict=True))
    why = reasons_of(found, publication, nodes)
    below: dict[int | None, list[NodeResult]] = {}
    for row in nodes:
        below.setdefault(row.node.parent_id, []).append(row)
    roots = [row for row in below.get(None, []) if row.node.level == NodeLevel.AREA]
    areas = tuple(_area(row, below, why, medians) for row in roots)
    outside = (NodeLevel.BONUS, NodeLevel.PENALTY)
    extras = tuple(_leaf(row, why) for row in below.get(None, []) if row.node.level in outside)
    return areas, extras, sum(1 for row in nodes if row.node.is_leaf)


def _area(
    row: NodeResult,
    below: Mapping[int | None, list[NodeResult]],
    why: Mapping[int, str],
    medians: Mapping[str, Decimal | None],
) -> UnitArea:
    return UnitArea(
        code=row.node.code,
        name=row.node.name,
        points=row.points,
        max_points=row.max_points,
        percent=analysis.percent(row.points, row.max_points),
        median=medians.get(row.node.code),
        criteria=tuple(
            Criterion(
                child.node.code,
                child.node.name,
                child.points,
                child.max_points,
                tuple(_leaf(leaf, why) for leaf in below.get(child.node_id, [child])),
            )
            for child in below.get(row.node_id, [])
        ),
    )


def _leaf(row: NodeResult, why: Mapping[int, str]) -> Leaf:
    applies = row.state != CellState.NOT_APPLICABLE
    return Leaf(
        code=row.node.code,
        name=row.node.name,
        points=row.points if applies else None,
        max_points=row.max_points if applies else row.node.max_points,
        applies=applies,
        why=why.get(row.node_id, ""),
    )
