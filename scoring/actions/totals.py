"""Runs of a year that is known only by the totals of its units: no framework, no dossiers, no components."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from parindex import canonical
from parindex.decisions import refuse
from parindex.numbers import exact, half_up
from scoring import ranking
from scoring.actions.runs import (
    Computation,
    add_run,
    latest_run,
    parameters,
    record_run,
    run_digest,
    store_results,
)
from scoring.models import Run, UnitResult
from scoring.queries.inputs import METHOD, Lineage, previous_figures, unit_rows
from scoring.queries.runs import Past
from scoring.standings import Figures, Previous, UnitRow, stand


class Totals(NamedTuple):
    """What is known of one unit: points, and how many of them came from appraisal and survey (None: unknown)."""

    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal
    max_points: Decimal


@transaction.atomic
def totals_run(
    *,
    population: Population,
    totals: Mapping[int, Totals] | None,
    past: Past,
    lines: Lineage,
    context: str = "",
    by: Any = None,
    now: datetime | None = None,
    origin: str = "import",
) -> Computation:
    """Store a run from totals by unit id, or from those of the latest run; the caller holds the population's lock.

    A unit without totals has no result that year. When nothing has changed since the latest run,
    that run is returned and nothing is written.
    """
    latest = latest_run(population)
    if totals is None:
        totals = _stored(latest)
    units = tuple(unit for unit in unit_rows(population, {}) if unit.id in totals)
    previous = previous_figures(population, [], units, past, lines)
    bands = ranking.parse_bands(canonical.loads(population.bands) if population.bands else None)
    inputs = _digest(population, units, totals, previous, bands)
    digest = run_digest(inputs, context)
    if latest is not None and latest.digest == digest:
        return Computation(latest, False, ())
    figures = {unit.id: _figures(totals[unit.id], population.digits) for unit in units}
    results = stand(units, figures, previous, bands)
    used = parameters(population.digits, bands, inputs, context)
    run = add_run(population, digest=digest, parameters=used, by=by, now=now, totals_only=True)
    store_results(run, results)
    record_run(run, by=by, origin=origin)
    return Computation(run, True, results)


def _stored(run: Run | None) -> dict[int, Totals]:
    if run is None:
        refuse(_("Năm này chưa có kết quả tổng nào. Nhập kết quả bằng import_results."), code="empty")
    rows = UnitResult.objects.filter(run=run).values_list(
        "unit_id", "appraised_points", "survey_points", "points", "max_points"
    )
    return {unit_id: Totals(*values) for unit_id, *values in rows}


def _figures(totals: Totals, digits: int) -> Figures:
    index = None
    if totals.max_points > 0:
        index = half_up(100 * exact(totals.points) / exact(totals.max_points), digits)
    return Figures(
        None, totals.appraised_points, totals.survey_points, totals.points, totals.max_points, index
    )


def _digest(
    population: Population,
    units: tuple[UnitRow, ...],
    totals: Mapping[int, Totals],
    previous: Mapping[int, Previous],
    bands: tuple[ranking.Band, ...],
) -> str:
    return canonical.digest(
        {
            "method": METHOD,
            "digits": population.digits,
            "bands": [[band.code, band.minimum] for band in bands],
            "units": [
                [
                    unit.code,
                    unit.name,
                    *totals[unit.id],
                    previous[unit.id].index_percent,
                    previous[unit.id].comparable,
                ]
                for unit in units
            ],
        }
    )
