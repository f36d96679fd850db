"""How the index of each published year was computed: the parameters as they stand in the populations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from criteria.models import Framework, Node
from parindex import canonical
from reports.content.levels import Kind
from reports.content.shelf import Shelf
from scoring import ranking
from scoring.models import Publication


@dataclass(frozen=True)
class LevelMethod:
    """The framework of a level in a year in three figures; None where only totals are known."""

    kind: Kind
    framework: Framework | None
    leaves: int
    survey_points: Decimal
    own_points: Decimal


@dataclass(frozen=True)
class YearMethod:
    """The parameters of a year: digits of points, bands from the highest down, legal basis, levels."""

    year: int
    digits: tuple[int, ...]
    bands: tuple[tuple[ranking.Band, ...], ...]
    legal_basis: str
    levels: tuple[LevelMethod, ...]


def methods_of(shelf: Shelf) -> list[YearMethod]:
    """Every published year, newest first: two queries."""
    frameworks = {
        (found.cycle_id, found.level): found
        for found in Framework.objects.filter(cycle__year__in=shelf.years)
    }
    leaves: dict[int, dict[str, tuple[int, Decimal]]] = {}
    rows = Node.objects.filter(framework__in=[f.pk for f in frameworks.values()], is_leaf=True)
    for framework_id, source, points in rows.values_list("framework_id", "source", "max_points"):
        counted = leaves.setdefault(framework_id, {})
        n, total = counted.get(source, (0, Decimal(0)))
        counted[source] = n + 1, total + points
    return [_year(year, shelf, frameworks, leaves) for year in shelf.years]


def _year(
    year: int,
    shelf: Shelf,
    frameworks: dict[tuple[int, str], Framework],
    leaves: dict[int, dict[str, tuple[int, Decimal]]],
) -> YearMethod:
    publications = shelf.of(year)
    cycle = publications[0].population.cycle
    levels = []
    for kind in shelf.kinds(year):
        framework = frameworks.get((cycle.pk, str(kind.level)))
        counted = leaves.get(framework.pk, {}) if framework else {}
        survey = counted.get("survey", (0, Decimal(0)))
        own = [value for source, value in counted.items() if source != "survey"]
        levels.append(
            LevelMethod(
                kind,
                framework,
                survey[0] + sum(n for n, _points in own),
                survey[1],
                sum((points for _n, points in own), Decimal(0)),
            )
        )
    return YearMethod(
        year=year,
        digits=tuple(sorted({found.population.digits for found in publications})),
        bands=tuple(dict.fromkeys(_bands(found) for found in publications)),
        legal_basis=cycle.legal_basis,
        levels=tuple(levels),
    )


def _bands(found: Publication) -> tuple[ranking.Band, ...]:
    return ranking.parse_bands(canonical.loads(found.population.bands) if found.population.bands else None)
