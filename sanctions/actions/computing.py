"""Computing a population: index, ranking and the proposals of Điều 19 and 20, stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from parindex import bulk, canonical, clock
from parindex.bulk import without_collector
from parindex.decisions import refuse
from sanctions import outcomes
from sanctions.models import Outcome
from sanctions.queries import Context, context_of, proposals
from scoring.actions.populations import ask, lock_population
from scoring.actions.runs import Computation, compute_run
from scoring.actions.totals import Totals, totals_run
from scoring.models import Run
from scoring.queries.inputs import lineage_before
from scoring.queries.runs import past_before
from units.authorization import Permission

OUTCOME_FIELDS = ("run", "unit", "kind", "article", "subject", "head", "facts")


@without_collector()
@transaction.atomic
def compute(
    *,
    population: Population,
    by: Any = None,
    now: datetime | None = None,
    origin: str = "web",
    hold: Callable[[], None] | None = None,
    totals: Mapping[int, Totals] | None = None,
) -> Computation:
    """Compute a population and store the run with its proposals; the same inputs give the same run.

    ``hold`` is called under the lock before anything is written: a job uses it to make sure that it
    is still its own. ``totals`` are new totals of a year known only by them. Raises ``Refused``
    when the population was never opened.
    """
    population = lock_population(population.pk)
    ask(by, population, Permission.RUN_COMPUTE, origin)
    if hold is not None:
        hold()
    at = now or clock.now()
    past = past_before(population.cycle.year)
    lines = lineage_before(population, past)
    context = context_of(population, past, lines)
    shared = {"population": population, "past": past, "lines": lines, "context": context.digest}
    if population.totals_only:
        done = totals_run(**shared, totals=totals, by=by, now=at, origin=origin)
    else:
        if population.opened_at is None:
            refuse(
                _("Đợt này chưa mở nên chưa có gì để tính. Mở đợt hoặc nhập số liệu trước."), code="closed"
            )
        done = compute_run(**shared, by=by, now=at, origin=origin)
    if done.created:
        store_outcomes(done.run, proposals(population, done.results, context), context)
    return done


def store_outcomes(run: Run, proposed: Mapping[int, Iterable[outcomes.Outcome]], context: Context) -> None:
    """Write the proposals of a run, in the order of its ranking."""
    bulk.insert_rows(
        Outcome,
        OUTCOME_FIELDS,
        (
            (
                run.pk,
                unit_id,
                found.kind,
                found.article,
                found.subject,
                context.people[found.head] if found.head is not None else None,
                canonical.dumps(found.facts),
            )
            for unit_id, all_found in proposed.items()
            for found in all_found
        ),
    )
