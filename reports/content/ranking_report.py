"""The ranking of a level, or of the communes of one district, as an official paper: rendered as PDF and XLSX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from criteria.models import Population
from reports.content.paper import REGULATION, Paper, inside, paper_of
from scoring import analysis
from scoring.queries.populations import populations_of
from scoring.queries.runs import LevelResults, LevelRow, Shown, level_results
from units.models import Unit


@dataclass(frozen=True)
class RankedUnit:
    """One unit. ``rank`` is the place on this paper, ``own_rank`` that in its population (communes: the district)."""

    rank: int | None
    own_rank: int | None
    unit_code: str
    unit_name: str
    district: str
    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal | None
    max_points: Decimal
    index_percent: Decimal | None
    band: str
    previous_index_percent: Decimal | None
    change: Decimal | None
    comparable: bool
    complete: bool


@dataclass(frozen=True)
class RankingReport:
    """Rows by place, then Vietnamese order, the unranked last.

    ``district`` names the only district on the paper, "" when it holds the whole level. ``waiting`` are
    districts whose communes are not on it because they have no result to show yet.
    """

    paper: Paper
    district: str
    district_code: str
    rows: tuple[RankedUnit, ...]
    waiting: tuple[str, ...]

    @property
    def basis(self) -> str:
        """The legal basis inside a sentence."""
        return REGULATION

    @property
    def district_inside(self) -> str:
        """The only district, inside a sentence."""
        return inside(self.district)

    @property
    def by_district(self) -> bool:
        """Whether several districts decided, so that the place in the province is for reference (design §3.13)."""
        return not self.district and any(row.district for row in self.rows)

    @property
    def bands(self) -> tuple[tuple[str, int], ...]:
        """Units by band, the best first."""
        return tuple(sorted(Counter(row.band for row in self.rows if row.band).items()))

    @property
    def median(self) -> Decimal | None:
        """The median index in percent."""
        return analysis.median(row.index_percent for row in self.rows)

    @property
    def highest(self) -> Decimal | None:
        """The best index in percent."""
        return max((row.index_percent for row in self.rows if row.index_percent is not None), default=None)

    @property
    def lowest(self) -> Decimal | None:
        """The lowest index in percent."""
        return min((row.index_percent for row in self.rows if row.index_percent is not None), default=None)

    @property
    def tied(self) -> bool:
        """Whether two units share a place."""
        places = [row.rank for row in self.rows if row.rank is not None]
        return len(places) != len(set(places))

    @property
    def reduced(self) -> bool:
        """Whether some criteria did not apply to some unit."""
        return any(row.max_points != 100 for row in self.rows)

    @property
    def unranked(self) -> int:
        """Units without a place."""
        return sum(1 for row in self.rows if row.rank is None)

    @property
    def uncompared(self) -> bool:
        """Whether a change stands beside a framework that changed."""
        return any(not row.comparable for row in self.rows if row.change is not None)

    @property
    def incomplete(self) -> bool:
        """Whether a unit still lacks answers or survey data."""
        return any(not row.complete for row in self.rows)


def ranking_report(
    year: int, level: str, *, district: str = "", published_only: bool = True
) -> RankingReport | None:
    """The ranking of a level, or of one district's communes by its code; None without results: at most six queries."""
    found = level_results(year, level, published_only=published_only)
    populations, parent = _chosen(found, district)
    ids = {shown.population.pk for shown in populations}
    rows = [row for row in found.rows if row.shown.population.pk in ids]
    shown = [each for each in populations if each.run is not None]
    if not rows or not shown:
        return None
    return RankingReport(
        paper=paper_of(year, level, shown, district=parent),
        district=parent.name if parent else "",
        district_code=parent.code if parent else "",
        rows=tuple(_row(row, alone=parent is not None) for row in _in_order(rows, alone=parent is not None)),
        waiting=tuple(
            each.population.parent.name for each in populations if each.run is None and each.population.parent
        ),
    )


def _chosen(found: LevelResults, district: str) -> tuple[Sequence[Shown], Unit | None]:
    if not district:
        return found.populations, None
    own = [each for each in found.populations if each.population.parent and each.population.parent.code == district]
    return own, own[0].population.parent if own else None


def _in_order(rows: list[LevelRow], *, alone: bool) -> list[LevelRow]:
    """Inside one district by the place there; equal places keep their Vietnamese order."""
    if not alone:
        return rows
    return sorted(rows, key=lambda row: (row.result.rank is None, row.result.rank))


def _row(row: LevelRow, *, alone: bool) -> RankedUnit:
    result, parent = row.result, row.shown.population.parent
    return RankedUnit(
        rank=result.rank if alone else row.rank,
        own_rank=result.rank,
        unit_code=result.unit_code,
        unit_name=result.unit_name,
        district=parent.name if parent else "",
        appraised_points=result.appraised_points,
        survey_points=result.survey_points,
        points=result.points,
        max_points=result.max_points,
        index_percent=result.index_percent,
        band=result.band,
        previous_index_percent=result.previous_index_percent,
        change=result.change,
        comparable=result.comparable,
        complete=result.complete,
    )


def populations_in(year: int, level: str, district: str = "") -> list[Population]:
    """The populations of a level, or the one of a district by its code: one query."""
    return [
        population
        for population in populations_of(year, level)
        if not district or (population.parent is not None and population.parent.code == district)
    ]
