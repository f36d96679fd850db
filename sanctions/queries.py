"""What the proposals of a year rest on besides the results: heads, earlier years, lineage.

Every function needs a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from criteria.models import Population
from parindex import canonical, text
from sanctions import outcomes
from sanctions.models import Outcome
from scoring.models import UnitResult
from scoring.queries.inputs import Lineage
from scoring.queries.populations import populations_of, units_of
from scoring.queries.runs import Past, PastResult, shown_of
from scoring.standings import Result
from units.models import Tenure


@dataclass(frozen=True)
class UnitContext:
    """What is known of one unit's heads and past; the shapes are those of ``sanctions.outcomes``."""

    tenures: tuple[outcomes.Tenure, ...]
    history: tuple[outcomes.PastYear, ...]
    predecessors: tuple[outcomes.OtherResult, ...]
    elsewhere: tuple[outcomes.OtherResult, ...]


@dataclass(frozen=True)
class Context:
    """The context of a population by unit id; ``people`` maps the identity of a person to the head's id."""

    units: Mapping[int, UnitContext]
    people: Mapping[str, int]
    digest: str


@dataclass(frozen=True)
class Tenures:
    """All tenures by unit id, with the last day of each unit's own validity applied."""

    by_unit: Mapping[int, tuple[outcomes.Tenure, ...]]
    people: Mapping[str, int]

    def of(self, unit_ids: Iterable[int]) -> tuple[outcomes.Tenure, ...]:
        """The tenures of some units, oldest first."""
        found = [tenure for unit_id in unit_ids for tenure in self.by_unit.get(unit_id, ())]
        return tuple(sorted(found, key=lambda t: (t.from_date, t.unit_code, t.person)))


def tenures() -> Tenures:
    """Every tenure of every unit, cut to the unit's validity: one query."""
    by_unit: dict[int, list[outcomes.Tenure]] = {}
    people: dict[str, int] = {}
    for tenure in Tenure.objects.select_related("head", "unit").order_by("unit_id", "from_date", "pk"):
        person = tenure.head.person_code or f"H{tenure.head_id}"
        people[person] = tenure.head_id
        first = max(tenure.from_date, tenure.unit.valid_from)
        last = min((day for day in (tenure.to_date, tenure.unit.valid_to) if day is not None), default=None)
        if last is not None and last < first:
            continue
        by_unit.setdefault(tenure.unit_id, []).append(
            outcomes.Tenure(
                person=person,
                name=tenure.head.full_name,
                title=tenure.title,
                acting=tenure.acting,
                from_date=first,
                to_date=last,
                unit_code=tenure.unit.code,
            )
        )
    return Tenures({unit_id: tuple(found) for unit_id, found in by_unit.items()}, people)


def context_of(population: Population, past: Past, lines: Lineage) -> Context:
    """Heads and past of every unit of a population: two queries. ``population`` comes with its cycle."""
    known = tenures()
    year = population.cycle.year
    headed_before = _headed_before(known, past, year - 1)
    units = {
        unit_id: _unit_context(unit_id, population, past, lines, known, headed_before)
        for unit_id in units_of(population).order_by("code", "pk").values_list("id", flat=True)
    }
    # Facts are compared as a whole: whatever may appear in a proposal is part of the digest.
    digest = canonical.digest([_plain(asdict(context)) for context in units.values()])
    return Context(units, known.people, digest)


def _unit_context(
    unit_id: int,
    population: Population,
    past: Past,
    lines: Lineage,
    known: Tenures,
    headed_before: Mapping[str, list[int]],
) -> UnitContext:
    year = population.cycle.year
    before = lines.previous(unit_id)
    chain = _renamings(unit_id, lines)
    own = known.of(chain)
    head = outcomes.head_on(own, population.reference_date)
    return UnitContext(
        tenures=_in_year(own, year, population.reference_date),
        history=_history(year, before.unit, past, lines, known),
        predecessors=tuple(
            _other(found, year - 1)
            for other in before.predecessors
            if before.unit is None and (found := past.result(year - 1, other)) is not None
        ),
        elsewhere=tuple(
            _other(found, year - 1, head.person)
            for other in (headed_before.get(head.person, []) if head else [])
            if other not in chain and (found := past.result(year - 1, other)) is not None
        ),
    )


def _renamings(unit_id: int, lines: Lineage) -> list[int]:
    """The unit and what it was renamed from, newest first: one predecessor with one successor at each step."""
    chain = [unit_id]
    while True:
        before = lines.predecessors.get(chain[-1], [])
        if len(before) != 1 or len(lines.successors.get(before[0], [])) != 1 or before[0] in chain:
            return chain
        chain.append(before[0])


def _history(
    year: int, unit: Any, past: Past, lines: Lineage, known: Tenures
) -> tuple[outcomes.PastYear, ...]:
    """The unbroken years before, newest first, as long as the same unit or its renaming has a result."""
    found: list[outcomes.PastYear] = []
    chain = _renamings(unit, lines) if isinstance(unit, int) else []
    while chain:
        year -= 1
        result = next((r for unit_id in chain if (r := past.result(year, unit_id)) is not None), None)
        if result is None:
            break
        found.append(
            outcomes.PastYear(
                year=year,
                unit_code=result.unit_code,
                index_percent=result.index_percent,
                reference_date=result.population.reference_date,
                tenures=_in_year(
                    known.of(_renamings(result.unit_id, lines)), year, result.population.reference_date
                ),
            )
        )
        chain = _renamings(result.unit_id, lines)
    return tuple(found)


def _in_year(found: Iterable[outcomes.Tenure], year: int, reference: date) -> tuple[outcomes.Tenure, ...]:
    """The tenures that cover a day of the year or its reference date."""
    first, last = min(date(year, 1, 1), reference), max(date(year, 12, 31), reference)
    return tuple(t for t in found if t.from_date <= last and (t.to_date is None or t.to_date >= first))


def _headed_before(known: Tenures, past: Past, year: int) -> dict[str, list[int]]:
    """The units with a result that each person headed at the reference date of a year."""
    found: dict[str, list[int]] = {}
    for unit_id, result in sorted(past.years.get(year, {}).items()):
        day = result.population.reference_date
        tenure = outcomes.head_on(known.by_unit.get(unit_id, ()), day)
        if tenure is not None:
            found.setdefault(tenure.person, []).append(unit_id)
    return found


def _other(result: PastResult, year: int, person: str = "") -> outcomes.OtherResult:
    return outcomes.OtherResult(year, result.unit_code, result.unit_name, result.index_percent, person)


def _plain(value: Any) -> Any:
    """Days as text, so that the value has a canonical form."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def proposals(
    population: Population, results: Iterable[Result], context: Context
) -> dict[int, tuple[outcomes.Outcome, ...]]:
    """What Điều 19 and 20 propose for every unit of a run, by unit id."""
    return {
        row.unit_id: outcomes.propose(_facts(population, row, context.units[row.unit_id]))
        for row in results
        if row.unit_id in context.units
    }


@dataclass(frozen=True)
class OutcomeRow:
    """A stored proposal with the unit as it was named in the run."""

    outcome: Outcome
    unit_code: str
    unit_name: str
    population: Population


def level_outcomes(year: int, level: str) -> list[OutcomeRow]:
    """The proposals of a level's shown runs, in Vietnamese order of units: five queries."""
    return run_outcomes(
        {
            found.run.pk: found.population
            for found in shown_of(populations_of(year, level))
            if found.run is not None
        }
    )


def run_outcomes(by_run: Mapping[int, Population]) -> list[OutcomeRow]:
    """The proposals of some runs, given with their populations, in Vietnamese order of units: two queries."""
    names = {
        (run_id, unit_id): (code, name)
        for run_id, unit_id, code, name in UnitResult.objects.filter(run_id__in=by_run).values_list(
            "run_id", "unit_id", "unit_code", "unit_name"
        )
    }
    rows = [
        OutcomeRow(outcome, *names[outcome.run_id, outcome.unit_id], by_run[outcome.run_id])
        for outcome in Outcome.objects.filter(run_id__in=by_run).order_by("pk")
    ]
    return sorted(rows, key=lambda row: (text.sort_key(row.unit_name), row.unit_code, row.outcome.pk))


def _facts(population: Population, row: Result, context: UnitContext) -> outcomes.UnitFacts:
    return outcomes.UnitFacts(
        year=population.cycle.year,
        unit_code=row.unit_code,
        unit_name=row.unit_name,
        index_percent=row.figures.index_percent,
        points=row.figures.points,
        max_points=row.figures.max_points,
        reference_date=population.reference_date,
        complete=row.figures.complete,
        tenures=context.tenures,
        history=context.history,
        predecessors=context.predecessors,
        elsewhere=context.elsewhere,
    )
