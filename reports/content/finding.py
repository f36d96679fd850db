"""Finding a unit by any part of its name, with or without accents, over every published year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from parindex import text
from reports.content.levels import BY_LEVEL, Kind
from reports.content.shelf import Shelf
from scoring.models import UnitResult

MOST_FOUND = 40


@dataclass(frozen=True)
class Hit:
    """A unit under its latest name, with its published years, newest first as (year, code, index)."""

    name: str
    kind: Kind
    place: str
    years: tuple[tuple[int, str, Decimal | None], ...]


@dataclass(frozen=True)
class Found:
    """What a search gives: ``total`` counts also what is not listed."""

    asked: str
    hits: tuple[Hit, ...]
    total: int


def find(asked: str, shelf: Shelf) -> Found:
    """Search the published units: one query. The words as one phrase, or else each of them somewhere."""
    asked = text.clean_line(asked)[:100]
    wanted = text.search_key(asked)
    if not wanted:
        return Found(asked, (), 0)
    publications = shelf.year_of_run()
    by_unit: dict[int, list[tuple[int, str, str, str, Decimal | None, int]]] = {}
    rows = UnitResult.objects.filter(run_id__in=publications).values_list(
        "unit_id", "run_id", "unit_code", "unit_name", "unit__short_name", "index_percent"
    )
    for unit_id, run_id, code, name, short, index in rows:
        year = publications[run_id].population.cycle.year
        by_unit.setdefault(unit_id, []).append((year, code, name, short, index, run_id))
    named = [(sorted(years, reverse=True, key=lambda row: row[0])) for years in by_unit.values()]
    keyed = [(text.search_key(f"{years[0][2]} {years[0][3]} {years[0][1]}"), years) for years in named]
    fitting = [years for key, years in keyed if wanted in key]
    if not fitting:
        fitting = [years for key, years in keyed if all(word in key for word in wanted.split())]
    hits = [_hit(years, publications) for years in fitting]
    order = list(BY_LEVEL)
    hits.sort(
        key=lambda hit: (order.index(hit.kind.level), -hit.years[0][0], text.sort_key(hit.name), hit.place)
    )
    return Found(asked, tuple(hits[:MOST_FOUND]), len(hits))


def _hit(years: list, publications: dict) -> Hit:
    population = publications[years[0][5]].population
    return Hit(
        name=years[0][2],
        kind=BY_LEVEL[population.level],
        place=population.parent.name if population.parent else "",
        years=tuple((year, code, index) for year, code, _name, _short, index, _run in years),
    )
