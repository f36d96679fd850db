"""Publishing a population's result under its decision, and what that leaves in doubt later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from criteria.stages import Stage
from parindex import audit, clock, text
from parindex.decisions import refuse, require
from sanctions.actions.computing import compute
from sanctions.models import Outcome
from sanctions.queries import context_of, proposals
from scoring import population_policies
from scoring.actions.populations import ask, lock_dossiers, lock_population, make_move, settleable
from scoring.actions.runs import freeze_run
from scoring.models import Aftereffect, Publication, Run
from scoring.queries.inputs import lineage_before
from scoring.queries.runs import latest_publication, latest_run, past_before, shown_of, stored_results
from units.authorization import Permission


@dataclass(frozen=True)
class Published:
    """A new publication, and the later publications whose change or proposals would now read differently."""

    publication: Publication
    affected: tuple[Aftereffect, ...]


@transaction.atomic
def publish(
    *,
    population: Population,
    decision: str,
    decided_on: date,
    reason: str = "",
    by: Any = None,
    now: datetime | None = None,
    origin: str = "web",
) -> Published:
    """Publish the latest run as the next version; from then on it is final.

    A page publishes what was settled, and never the run in force once more; the command line
    (``origin="command"``) settles in the same step, computes first where nothing was ever computed, and
    may publish the run in force again, so that a wrong decision number can be put right. Refused for
    missing components, inputs changed since the run, and a second version without a reason – never for
    clock, heads or accounts: proposals are brought up to date with the heads known now.
    """
    population = lock_population(population.pk)
    ask(by, population, Permission.POPULATION_PUBLISH, origin)
    lock_dossiers(population)
    at = now or clock.now()
    run = _run_to_publish(population, by=by, at=at, origin=origin)
    before = latest_publication(population)
    version = before.version + 1 if before is not None else 1
    decision, reason = text.clean_line(decision), text.clean_text(reason)
    settled = origin == "command" or population.stage == Stage.SETTLED
    require(population_policies.may_publish(settled=settled, version=version, decision_number=decision, reason=reason))
    require(settleable(population, run))
    run = compute(population=population, by=by, now=at, origin="publication").run
    if origin == "web":
        _require_difference(run, before)
    if population.stage != Stage.SETTLED:
        make_move(population, "settle_from_files", by=by, reason=reason, at=at, origin=origin)
    freeze_run(run=run, now=at)
    publication = Publication.objects.create(
        population=population, version=version, run=run, decision_number=decision, decided_on=decided_on,
        reason=reason, published_at=at, published_by=by,
    )  # fmt: skip
    make_move(population, "publish", by=by, reason=reason, at=at, origin=origin)
    affected = _mark_aftereffects(publication)
    _record(publication, affected, by=by, origin=origin)
    return Published(publication, affected)


def _run_to_publish(population: Population, *, by: Any, at: datetime, origin: str) -> Run:
    run = latest_run(population)
    if run is None and origin == "command":
        return compute(population=population, by=by, now=at, origin=origin).run
    if run is None:
        refuse(_("Chưa tính chỉ số lần nào. Tính chỉ số trước khi công bố."), code="stale")
    return run


def _require_difference(run: Run, before: Publication | None) -> None:
    """A correction corrects something: the run in force is not published again."""
    if before is not None and before.run_id == run.pk:
        refuse(
            _(
                "Kết quả không khác lần công bố đang có hiệu lực (lần %(version)d, %(decision)s), không có gì để "
                "đính chính. Mở lại kết quả, sửa số liệu và tính lại rồi hãy công bố."
            )
            % {"version": before.version, "decision": before.decision_number},
            code="unchanged",
        )


def _record(publication: Publication, affected: tuple[Aftereffect, ...], *, by: Any, origin: str) -> None:
    data = {
        "version": publication.version,
        "decision": publication.decision_number,
        "decided_on": publication.decided_on.isoformat(),
        "reason": publication.reason,
        "run": publication.run.number,
        "digest": publication.run.digest,
        "affects": [effect.affected_id for effect in affected],
    }
    audit.record(
        "result.published", publication, by=by, at=publication.published_at, data=data, origin=origin
    )


def _mark_aftereffects(cause: Publication) -> tuple[Aftereffect, ...]:
    """Store which later publications would read differently now that ``cause`` is in force (design §3.12)."""
    later = Population.objects.filter(cycle__year__gt=cause.population.cycle.year).select_related(
        "cycle", "parent"
    )
    found = []
    for shown in shown_of(later.order_by("cycle__year", "pk"), published_only=True):
        if shown.publication is not None:
            changes, proposed = _differences(shown.population, shown.publication.run)
            if changes or proposed:
                found.append(
                    Aftereffect(cause=cause, affected=shown.publication, changes=changes, outcomes=proposed)
                )
    Aftereffect.objects.bulk_create(found)
    return tuple(found)


def _differences(population: Population, run: Run) -> tuple[int, int]:
    """For how many units of a published run the change, and the proposals, would now be different."""
    past = past_before(population.cycle.year)
    lines = lineage_before(population, past)
    results = stored_results(run)
    changes = 0
    for row in results:
        before = lines.previous(row.unit_id).unit
        now = past.result(population.cycle.year - 1, before if isinstance(before, int) else None)
        changes += row.previous_index_percent != (now.index_percent if now else None)
    context = context_of(population, past, lines)
    stored: dict[int, set[tuple[Any, ...]]] = {}
    for unit_id, *values in Outcome.objects.filter(run=run).values_list(
        "unit_id", "kind", "article", "subject", "head_id"
    ):
        stored.setdefault(unit_id, set()).add(tuple(values))
    proposed = {
        unit_id: {
            (o.kind, o.article, o.subject, context.people[o.head] if o.head else None) for o in all_found
        }
        for unit_id, all_found in proposals(population, results, context).items()
    }
    units = {row.unit_id for row in results}
    return changes, sum(stored.get(unit_id, set()) != proposed.get(unit_id, set()) for unit_id in units)
