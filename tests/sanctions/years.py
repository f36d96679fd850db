"""Years known by totals, as short as a test can say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from criteria.models import Population
from sanctions.actions import ResultRow, import_results, publish
from sanctions.actions.publishing import Published
from scoring.actions.totals import Totals
from units.models import Level, Unit


def never(column: str, sentence: str) -> None:
    """These rows are sound."""
    raise AssertionError(f"{column}: {sentence}")


def totals_year(year: int, points: Mapping[Unit, str], level: str = Level.DEPARTMENT) -> Population:
    """A settled year from points of 100 by unit; the population of the first run."""
    rows = [
        ResultRow(unit.code, Totals(None, None, Decimal(p), Decimal(100)), never)
        for unit, p in points.items()
    ]
    done = import_results(year=year, level=level, rows=rows, check=lambda: None)
    return done[0].run.population


def published(population: Population, reason: str = "", decision: str = "QĐ 36/QĐ-UBND") -> Published:
    """Publish from the command line."""
    day = date(population.cycle.year + 1, 1, 11)
    return publish(population=population, decision=decision, decided_on=day, reason=reason, origin="command")
