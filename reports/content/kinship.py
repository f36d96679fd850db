"""A unit through the years: earlier and later results of the same unit, and what merged into what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from reports.content.shelf import Shelf
from scoring import ranking
from scoring.models import UnitResult
from units.models import Unit
from units.queries import lineage


@dataclass(frozen=True)
class Year:
    """A year of the same unit. ``rank`` of ``ranked`` in its population; None where nothing is published."""

    year: int
    code: str
    name: str
    index: Decimal | None
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class Relative:
    """A unit before or after, with its last (or first) published year for a link; 0 when there is none."""

    name: str
    code: str
    year: int
    index: Decimal | None


@dataclass(frozen=True)
class Kinship:
    """``years`` oldest first, the unit's own or its renamings'; predecessors where the line begins, successors where it ends."""

    years: tuple[Year, ...]
    predecessors: tuple[Relative, ...]
    since: date | None
    successors: tuple[Relative, ...]
    until: date | None
    siblings: tuple[str, ...]

    @property
    def line(self) -> list[tuple[int, Decimal | None]]:
        """(year, index) of every year between the first and the last known."""
        known = {year.year: year.index for year in self.years}
        return [(year, known.get(year)) for year in range(min(known), max(known) + 1)] if known else []


def kinship_of(found: UnitResult, year: int, shelf: Shelf) -> Kinship:
    """The lineage of a unit and its published results: five queries."""
    successors, predecessors = lineage()
    chain = ranking.renamings(found.unit_id, predecessors=predecessors, successors=successors)
    chain = (*_later(found.unit_id, predecessors, successors), *chain)
    first, last = chain[-1], chain[0]
    before, after = predecessors.get(first, []), successors.get(last, [])
    beside = [pk for other in after for pk in predecessors.get(other, []) if pk != last]
    ids = {*chain, *before, *after, *beside}
    units = Unit.objects.in_bulk(list(ids))
    results = _results(ids, shelf)
    return Kinship(
        years=tuple(
            Year(y, row.unit_code, row.unit_name, row.index_percent, row.rank, ranked)
            for y, row, ranked in sorted(
                (entry for pk in chain for entry in results.get(pk, [])), key=lambda entry: entry[0]
            )
        ),
        predecessors=tuple(_relative(units[pk], results, newest=True) for pk in _in_order(before, units)),
        since=units[first].valid_from if before else None,
        successors=tuple(_relative(units[pk], results, newest=False) for pk in _in_order(after, units)),
        until=units[last].valid_to,
        siblings=tuple(units[pk].name for pk in _in_order(list(dict.fromkeys(beside)), units)),
    )


def _in_order(ids: list[int], units: dict[int, Unit]) -> list[int]:
    return sorted(ids, key=lambda pk: units[pk].sort_key)


def _later(unit_id: int, predecessors: dict[int, list[int]], successors: dict[int, list[int]]) -> list[int]:
    """What the unit was merely renamed to later, newest first."""
    found: list[int] = []
    here = unit_id
    while True:
        after = successors.get(here, [])
        if len(after) != 1 or len(predecessors.get(after[0], [])) != 1 or after[0] in (unit_id, *found):
            return found
        here = after[0]
        found.insert(0, here)


def _results(ids: set[int], shelf: Shelf) -> dict[int, list[tuple[int, UnitResult, int]]]:
    """Published results by unit id, as (year, result, units ranked with it), oldest first."""
    publications = shelf.year_of_run()
    rows = list(UnitResult.objects.filter(run_id__in=publications, unit_id__in=ids))
    counts = dict(
        UnitResult.objects.filter(run_id__in={row.run_id for row in rows}, rank__isnull=False)
        .values("run_id")
        .annotate(n=Count("pk"))
        .values_list("run_id", "n")
    )
    found: dict[int, list[tuple[int, UnitResult, int]]] = {}
    for row in rows:
        year = publications[row.run_id].population.cycle.year
        found.setdefault(row.unit_id, []).append((year, row, counts.get(row.run_id, 0)))
    for entries in found.values():
        entries.sort(key=lambda entry: entry[0])
    return found


def _relative(unit: Unit, results: dict[int, list[tuple[int, UnitResult, int]]], *, newest: bool) -> Relative:
    entries = results.get(unit.pk)
    if not entries:
        return Relative(unit.name, unit.code, 0, None)
    year, row, _ranked = entries[-1 if newest else 0]
    return Relative(row.unit_name, row.unit_code, year, row.index_percent)
