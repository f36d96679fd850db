"""The result report of one unit (phiếu điểm): one content, rendered as PDF and XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from criteria.models import Population
from reports.content.paper import REGULATION, Paper, inside, paper_of
from scoring.models import UnitResult
from scoring.queries.runs import LevelResults, LevelRow, level_results
from scoring.queries.sheets import SheetLine, sheet_of


@dataclass(frozen=True)
class UnitReport:
    """A unit's result in a year. Points carry two decimals, percents are rounded once (docs/scoring.md §2).

    ``rank`` of ``ranked`` counts inside the population (communes: the district), ``level_rank`` of
    ``level_ranked`` in the whole level. ``lines`` is empty for a year known only by totals. There is no
    person, no explanation and no evidence in it (design §3.10).
    """

    paper: Paper
    unit_code: str
    unit_name: str
    district: str
    self_points: Decimal | None
    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal | None
    max_points: Decimal
    index_percent: Decimal | None
    band: str
    rank: int | None
    ranked: int
    level_rank: int | None
    level_ranked: int
    previous_index_percent: Decimal | None
    change: Decimal | None
    comparable: bool
    complete: bool
    missing: int
    framework_basis: str
    framework_note: str
    lines: tuple[SheetLine, ...]

    @property
    def basis(self) -> str:
        """The legal basis inside a sentence."""
        return (self.framework_basis or REGULATION).rstrip(". ")

    @property
    def district_inside(self) -> str:
        """The district inside a sentence."""
        return inside(self.district)

    @property
    def has_derived(self) -> bool:
        """Whether a component is computed from the others."""
        return any(line.derived for line in self.lines)

    @property
    def has_not_applicable(self) -> bool:
        """Whether something does not apply to the unit."""
        return any(not line.applies for line in self.lines)


def unit_report(year: int, code: str, *, level: str = "", published_only: bool = True) -> UnitReport | None:
    """The report of the unit that bears a code in a year; None when it has no result: at most eight queries.

    Without ``level`` it is looked for in all levels. With ``published_only`` nothing but published
    results is found; otherwise the latest run counts where nothing is published.
    """
    found = unit_row(year, code, level=level, published_only=published_only)
    return report_of(*found) if found is not None else None


def unit_row(
    year: int, code: str, *, level: str = "", published_only: bool = True
) -> tuple[LevelResults, LevelRow] | None:
    """The row of a unit with the level it stands in; None when it has no result."""
    known = UnitResult.objects.filter(unit_code=code, run__population__cycle__year=year)
    if published_only:
        known = known.filter(run__publications__isnull=False)
    levels = [level] if level else sorted(set(known.values_list("run__population__level", flat=True)), reverse=True)
    for name in levels:
        results = level_results(year, name, published_only=published_only)
        row = next((row for row in results.rows if row.result.unit_code == code), None)
        if row is not None:
            return results, row
    return None


def report_of(results: LevelResults, row: LevelRow) -> UnitReport:
    """The report of one row of a level: three queries."""
    result, population = row.result, row.shown.population
    framework = population.framework
    return UnitReport(
        paper=paper_of(results.year, results.level, [row.shown], district=population.parent),
        unit_code=result.unit_code,
        unit_name=result.unit_name,
        district=population.parent.name if population.parent else "",
        self_points=result.self_points,
        appraised_points=result.appraised_points,
        survey_points=result.survey_points,
        points=result.points,
        max_points=result.max_points,
        index_percent=result.index_percent,
        band=result.band,
        rank=result.rank,
        ranked=_ranked(results, population),
        level_rank=row.rank,
        level_ranked=sum(1 for other in results.rows if other.rank is not None),
        previous_index_percent=result.previous_index_percent,
        change=result.change,
        comparable=result.comparable,
        complete=result.complete,
        missing=result.missing,
        framework_basis=framework.legal_basis if framework else "",
        framework_note=framework.drafted_note if framework else "",
        lines=sheet_of(result.pk),
    )


def _ranked(results: LevelResults, population: Population) -> int:
    own = (row for row in results.rows if row.shown.population.pk == population.pk)
    return sum(1 for row in own if row.result.rank is not None)
