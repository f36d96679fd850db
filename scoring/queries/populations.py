"""Which units a population ranks, and which populations a year has."""

from __future__ import annotations

from criteria.models import Population
from units.models import Level, Unit, UnitQuerySet


def units_of(population: Population) -> UnitQuerySet:
    """The units that take part: of the level, valid at the reference date, of the district where it has one.

    A population of communes without a district holds those whose district has no population of its own.
    """
    units: UnitQuerySet = Unit.objects.valid_on(population.reference_date).filter(level=population.level)
    if population.level != Level.COMMUNE:
        return units
    if population.parent_id is not None:
        return units.filter(parent_id=population.parent_id)
    districts = Population.objects.filter(
        cycle_id=population.cycle_id, level=population.level, parent__isnull=False
    ).values("parent_id")
    return units.exclude(parent_id__in=districts)


def populations_of(year: int, level: str) -> list[Population]:
    """The populations of a level in a year, districts in Vietnamese order; empty when there is no such cycle."""
    found = Population.objects.filter(cycle__year=year, level=level).select_related(
        "cycle", "parent", "framework"
    )
    return sorted(found, key=lambda p: (p.parent.sort_key if p.parent else "", p.pk))
