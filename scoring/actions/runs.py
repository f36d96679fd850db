"""Runs: computing a population's index and ranking, and freezing a run for publication.

The outcomes that follow from a result belong to ``sanctions``: its ``compute`` and
``publish`` call these actions inside their own transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from criteria.models import Population
from parindex import audit, bulk, canonical, clock, jobs
from parindex.decisions import require
from parindex.models import Job
from scoring import ranking
from scoring.index import UnitTotal, compute_unit
from scoring.models import NodeResult, Run, UnitResult
from scoring.permissions import may_in_population
from scoring.queries.inputs import Lineage, lineage_before, load
from scoring.queries.runs import Past, latest_run, past_before
from scoring.standings import Figures, Result, stand
from units.authorization import Permission

#: The kind of the job that computes a population; its handler is ``sanctions.tasks``.
COMPUTE = "compute"

UNIT_FIELDS = (
    "run",
    "unit",
    "unit_code",
    "unit_name",
    "self_points",
    "appraised_points",
    "survey_points",
    "points",
    "max_points",
    "index_percent",
    "rank",
    "band",
    "previous_index_percent",
    "change",
    "comparable",
    "complete",
    "missing",
)
NODE_FIELDS = ("result", "node", "state", "max_points", "self_points", "points")


@dataclass(frozen=True)
class Computation:
    """What a computation gave: the run, whether it is new, and the results of a new one."""

    run: Run
    created: bool
    results: tuple[Result, ...]


def request_run(*, population: Population, by: Any) -> Job:
    """Ask a worker to compute the population; asking again while it waits or runs gives the same job."""
    require(may_in_population(by, population, Permission.RUN_COMPUTE))
    title = f"Tính chỉ số năm {population.cycle.year}"
    return jobs.enqueue(COMPUTE, str(population.pk), title=title, by=by)


@transaction.atomic
def compute_run(
    *,
    population: Population,
    by: Any = None,
    now: datetime | None = None,
    past: Past | None = None,
    lines: Lineage | None = None,
    context: str = "",
    origin: str = "web",
) -> Computation:
    """Compute a population from what is stored, and store the run; the caller holds the population's lock.

    ``context`` is the digest of whatever else the caller stores with the run. When nothing has
    changed since the latest run, that run is returned and nothing is written.
    """
    started = time.monotonic()
    past = past if past is not None else past_before(population.cycle.year)
    lines = lines if lines is not None else lineage_before(population, past)
    inputs = load(population, past, lines)
    digest = run_digest(inputs.digest, context)
    latest = latest_run(population)
    if latest is not None and latest.digest == digest:
        return Computation(latest, False, ())
    totals = {
        unit.id: compute_unit(inputs.plan, inputs.cells[unit.id], extra=inputs.extras[unit.id])
        for unit in inputs.units
    }
    figures = {unit_id: Figures.of(total) for unit_id, total in totals.items()}
    results = stand(inputs.units, figures, inputs.previous, inputs.bands)
    used = parameters(inputs.digits, inputs.bands, inputs.digest, context)
    run = add_run(population, digest=digest, parameters=used, by=by, now=now)
    store_nodes(store_results(run, results), totals, inputs.node_ids)
    run.milliseconds = int((time.monotonic() - started) * 1000)
    run.save(update_fields=["milliseconds"])
    record_run(run, by=by, origin=origin)
    return Computation(run, True, results)


def run_digest(inputs: str, context: str) -> str:
    """The digest of a run: of its scoring inputs and of what the caller adds."""
    return canonical.digest({"inputs": inputs, "context": context})


def parameters(digits: int, bands: Sequence[ranking.Band], inputs: str, context: str) -> dict[str, Any]:
    """What a run was computed with, kept beside it; ``inputs`` and ``context`` are the two parts of its digest."""
    return {
        "digits": digits,
        "bands": [[band.code, band.minimum] for band in bands],
        "rounding": "half-up",
        "inputs": inputs,
        "context": context,
    }


def add_run(
    population: Population,
    *,
    digest: str,
    parameters: Mapping[str, Any],
    by: Any,
    now: datetime | None,
    totals_only: bool = False,
) -> Run:
    """The next run of a locked population, provisional until it is settled."""
    latest = latest_run(population)
    return Run.objects.create(
        population=population,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        parameters=canonical.dumps(parameters),
        totals_only=totals_only,
        computed_at=now or clock.now(),
        computed_by=by,
    )


def record_run(run: Run, *, by: Any, origin: str) -> None:
    """The audit row of a new run."""
    audit.record(
        "run.computed",
        run,
        by=by,
        at=run.computed_at,
        data={"number": run.number, "digest": run.digest},
        origin=origin,
    )


def store_results(run: Run, results: Iterable[Result]) -> dict[int, int]:
    """Write the rows of the units; return the row's id by unit id."""
    bulk.insert_rows(
        UnitResult,
        UNIT_FIELDS,
        (
            (
                run.pk,
                row.unit_id,
                row.unit_code,
                row.unit_name,
                *row.figures[:6],
                row.rank,
                row.band,
                row.previous_index_percent,
                row.change,
                row.comparable,
                row.figures.complete,
                row.figures.missing,
            )
            for row in results
        ),
    )
    return dict(UnitResult.objects.filter(run=run).values_list("unit_id", "id"))


def store_nodes(
    keys: Mapping[int, int], totals: Mapping[int, UnitTotal], node_ids: Mapping[str, int]
) -> None:
    """Write the rows of areas, criteria and components, bonus and penalty."""
    bulk.insert_rows(
        NodeResult,
        NODE_FIELDS,
        (
            (key, node_ids[line.code], line.state, line.max_points, line.self_points, line.points)
            for unit_id, total in totals.items()
            for key in [keys[unit_id]]
            for line in total.lines
        ),
    )


def freeze_run(*, run: Run, now: datetime) -> None:
    """Make a run final: from here on the database refuses to change it or its rows. The caller holds the lock."""
    if run.frozen_at is not None:
        return
    run.frozen_at, run.provisional = now, False
    run.save(update_fields=["frozen_at", "provisional"])
