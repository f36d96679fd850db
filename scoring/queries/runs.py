"""Which run of a population counts, and what the runs of a year say.

"Shown" is the latest publication, or while there is none the latest run (design §6).
Every function needs a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from criteria.models import Population
from parindex import text
from scoring import ranking
from scoring.models import Aftereffect, NodeResult, Publication, Run, UnitResult
from scoring.queries.populations import populations_of
from scoring.standings import Figures, Result


@dataclass(frozen=True)
class Shown:
    """A population with the run that counts for it; ``publication`` is None while nothing is published."""

    population: Population
    run: Run | None
    publication: Publication | None


@dataclass(frozen=True)
class LevelRow:
    """One unit of a level in a year.

    ``rank``: among all units of the level; ``result.rank``: inside its population (communes: the district).
    """

    result: UnitResult
    rank: int | None
    shown: Shown


@dataclass(frozen=True)
class LevelResults:
    """A level of a year: rows by rank, then Vietnamese order, the unranked last; percent and points as stored."""

    year: int
    level: str
    populations: tuple[Shown, ...]
    rows: tuple[LevelRow, ...]

    @property
    def published(self) -> bool:
        """Whether every row shown is a published one (False when there are none)."""
        return bool(self.rows) and all(row.shown.publication is not None for row in self.rows)


@dataclass(frozen=True)
class PastResult:
    """The index of one unit in an earlier year, as it counts today."""

    unit_id: int
    unit_code: str
    unit_name: str
    index_percent: Decimal | None
    population: Population


@dataclass(frozen=True)
class Past:
    """The years before one: results by year and unit id, reference dates by year and level."""

    years: Mapping[int, Mapping[int, PastResult]] = field(default_factory=dict)
    reference_dates: Mapping[tuple[int, str], date] = field(default_factory=dict)

    def result(self, year: int, unit_id: int | None) -> PastResult | None:
        """What a unit reached in a year, or None."""
        return None if unit_id is None else self.years.get(year, {}).get(unit_id)


def latest_run(population: Population) -> Run | None:
    """The newest run, published or not."""
    return Run.objects.filter(population_id=population.pk).order_by("-number").first()


def latest_publication(population: Population) -> Publication | None:
    """The publication in force, or None."""
    found = Publication.objects.filter(population_id=population.pk).select_related("run")
    return found.order_by("-version").first()


def shown_run(population: Population) -> Run | None:
    """The run of the latest publication, else the latest run."""
    publication = latest_publication(population)
    return publication.run if publication is not None else latest_run(population)


def shown_of(
    populations: Iterable[Population], *, published_only: bool = False, version: int | None = None
) -> list[Shown]:
    """What counts for each population, in their order: two queries for any number of them.

    ``version``: what counted with that publication of each, the latest of those with fewer;
    nothing is shown when none of them has it.
    """
    listed = list(populations)
    ids = [population.pk for population in listed]
    stored = Publication.objects.filter(population_id__in=ids).select_related("run").order_by("version")
    if version is not None:
        stored = stored.filter(version__lte=version)
    publications = {found.population_id: found for found in stored}
    if version is not None and all(found.version != version for found in publications.values()):
        publications = {}
    runs: dict[int, Run] = {}
    if not published_only and version is None:
        runs = {
            run.population_id: run for run in Run.objects.filter(population_id__in=ids).order_by("number")
        }
    return [
        Shown(
            population,
            publications[population.pk].run if population.pk in publications else runs.get(population.pk),
            publications.get(population.pk),
        )
        for population in listed
    ]


def level_results(
    year: int, level: str, *, published_only: bool = False, version: int | None = None
) -> LevelResults:
    """All units of a level with their rank in the whole level (design §6): four queries.

    A population shows its latest publication, else its latest run; with ``published_only`` it shows
    nothing before it is published. ``version`` gives the level as it stood with that publication of
    each population (see ``shown_of``); no rows when no population has it.
    """
    populations = populations_of(year, level)
    shown = shown_of(populations, published_only=published_only, version=version)
    by_run = {found.run.pk: found for found in shown if found.run is not None}
    results = {result.unit_id: result for result in UnitResult.objects.filter(run_id__in=by_run)}
    standings = ranking.rank(
        ranking.Entry(
            unit=result.unit_id,
            index_percent=result.index_percent,
            sort_key=text.sort_key(result.unit_name),
            ranked=result.rank is not None,
        )
        for result in results.values()
    )
    rows = tuple(
        LevelRow(result, standing.rank, by_run[result.run_id])
        for standing in standings
        for result in [results[standing.entry.unit]]
    )
    return LevelResults(year, level, tuple(shown), rows)


def past_before(year: int) -> Past:
    """Every earlier year by its latest publication, else its latest run: four queries."""
    populations = list(
        Population.objects.filter(cycle__year__lt=year).select_related("cycle").order_by("cycle__year", "pk")
    )
    by_run = {found.run.pk: found.population for found in shown_of(populations) if found.run is not None}
    years: dict[int, dict[int, PastResult]] = {}
    rows = UnitResult.objects.filter(run_id__in=by_run).values_list(
        "run_id", "unit_id", "unit_code", "unit_name", "index_percent"
    )
    for run_id, unit_id, code, name, index in rows:
        population = by_run[run_id]
        years.setdefault(population.cycle.year, {})[unit_id] = PastResult(
            unit_id, code, name, index, population
        )
    return Past(years, {(p.cycle.year, p.level): p.reference_date for p in populations})


def run_gaps(run: Run) -> dict[int, list[tuple[str, str]]]:
    """Leaves without an answer or without data, as (code, state) by unit id, in the order of the framework."""
    rows = (
        NodeResult.objects.filter(result__run=run, node__is_leaf=True, state__in=["empty", "no_data"])
        .order_by("node__position")
        .values_list("result__unit_id", "node__code", "state")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for unit_id, code, state in rows:
        found.setdefault(unit_id, []).append((code, state))
    return found


def stored_results(run: Run) -> tuple[Result, ...]:
    """The rows of a stored run as they were before storing, in the order of the ranking: one query."""
    rows = sorted(
        UnitResult.objects.filter(run=run),
        key=lambda row: (row.rank is None, row.rank, text.sort_key(row.unit_name)),
    )
    return tuple(
        Result(
            row.unit_id,
            row.unit_code,
            row.unit_name,
            Figures(
                row.self_points,
                row.appraised_points,
                row.survey_points,
                row.points if row.points is not None else Decimal(0),
                row.max_points,
                row.index_percent,
                row.complete,
                row.missing,
            ),
            row.rank,
            row.band,
            row.previous_index_percent,
            row.change,
            row.comparable,
        )
        for row in rows
    )


def doubts_of(publications: Iterable[Publication]) -> dict[int, list[Aftereffect]]:
    """Why publications in force are in doubt, by their id: figures they rest on were published anew later."""
    found: dict[int, list[Aftereffect]] = {}
    ids = [publication.pk for publication in publications]
    for effect in Aftereffect.objects.filter(affected_id__in=ids).select_related("cause__population__cycle"):
        found.setdefault(effect.affected_id, []).append(effect)
    return found
