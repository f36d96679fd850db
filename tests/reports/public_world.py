"""Published years for the tests of the portal: results written straight into rows, so that 204 units cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from criteria.models import NodeLevel, Population
from criteria.stages import Stage
from scoring import ranking
from scoring.models import NodeResult, Publication, Run, UnitResult
from tests import build
from units.models import Level, Unit

#: The share of points, in per cent of the index, by which the first area differs from the second.
TILT = Decimal(2)


def publication(
    population: Population,
    indices: Mapping[Unit, str | None],
    *,
    before: Mapping[Unit, str] | None = None,
    version: int = 1,
    reason: str = "",
    decision: str = "41/QĐ-UBND",
    maximum: str = "100",
) -> Publication:
    """Publish an index of each unit (None: nothing applies to it), with two areas when there is a framework."""
    at = datetime(population.cycle.year + 1, 1, 14, tzinfo=UTC)
    number = Run.objects.filter(population=population).count() + 1
    run = Run.objects.create(population=population, number=number, digest=f"{number:064d}", computed_at=at)
    before = before or {}
    places = {
        standing.entry.unit: standing.rank
        for standing in ranking.rank(
            ranking.Entry(unit.pk, Decimal(index) if index else None, unit.sort_key)
            for unit, index in indices.items()
        )
    }
    results = UnitResult.objects.bulk_create(
        _result(run, unit, index, places[unit.pk], before.get(unit), Decimal(maximum))
        for unit, index in indices.items()
    )
    if population.framework_id:
        areas = list(population.framework.nodes.filter(level=NodeLevel.AREA))
        NodeResult.objects.bulk_create(
            NodeResult(
                result=result,
                node=area,
                state="scored",
                max_points=area.max_points,
                points=_points(result, area.max_points, tilt=TILT if place else -TILT),
            )
            for result in results
            if result.index_percent is not None
            for place, area in enumerate(areas)
        )
    Run.objects.filter(pk=run.pk).update(frozen_at=at, provisional=False)
    Population.objects.filter(pk=population.pk).update(stage=Stage.PUBLISHED)
    return Publication.objects.create(
        population=population,
        version=version,
        run=run,
        decision_number=decision,
        decided_on=date(population.cycle.year + 1, 1, 14),
        reason=reason,
        published_at=at,
    )


def _points(result: UnitResult, most: Decimal, *, tilt: Decimal) -> Decimal:
    share = min(max((result.index_percent or Decimal(0)) + tilt, Decimal(0)), Decimal(100))
    return (share * most / 100).quantize(Decimal("0.01"))


def _result(
    run: Run, unit: Unit, index: str | None, rank: int | None, before: str | None, maximum: Decimal
) -> UnitResult:
    value = Decimal(index) if index else None
    points = (value * maximum / 100).quantize(Decimal("0.01")) if value is not None else None
    return UnitResult(
        run=run,
        unit=unit,
        unit_code=unit.code,
        unit_name=unit.name,
        points=points,
        max_points=maximum if value is not None else Decimal(0),
        index_percent=value,
        rank=rank,
        band=ranking.band(value),
        previous_index_percent=Decimal(before) if before else None,
        change=value - Decimal(before) if before and value is not None else None,
    )


def departments(indices: Mapping[str, str | None], year: int = build.YEAR, **fields) -> Publication:
    """A published year of departments by name."""
    units = {build.unit(name=name): index for name, index in indices.items()}
    return publication(build.population(Level.DEPARTMENT, year), units, **fields)


def communes(count: int, year: int = build.YEAR, per_district: int = 17) -> list[Publication]:
    """Communes of several districts, each district published by itself."""
    done = []
    for first in range(0, count, per_district):
        district = build.unit(level=Level.DISTRICT, name=f"Huyện Mường Thử {first // per_district + 1}")
        units = {
            build.unit(
                f"{3000 + number:05d}", f"Xã Chiềng Thử {number}", Level.COMMUNE, parent=district
            ): number
            for number in range(first, min(first + per_district, count))
        }
        population = build.population(Level.COMMUNE, year, parent=district)
        done.append(
            publication(
                population,
                {unit: f"{40 + number % 59}.{number % 100:02d}" for unit, number in units.items()},
                before={unit: f"{39 + number % 55}.50" for unit, number in units.items()},
            )
        )
    return done
