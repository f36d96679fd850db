"""The cycle of a year and the populations ranked in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from criteria.models import Cycle, Framework, Population
from parindex import audit, clock
from units.models import Level, Unit


@transaction.atomic
def ensure_populations(
    *, year: int, level: str, by: Any, now: datetime | None = None, origin: str = "import"
) -> tuple[Cycle, list[Population]]:
    """The cycle of ``year`` and the populations of ``level``, made where missing; asking again changes nothing.

    Communes are ranked by district while districts exist (design §3.13): one population for each district valid at
    the reference date (31/12 unless a population says otherwise) that has communes; one without a district otherwise.
    Populations that no longer fit the units are removed while they are unopened and nothing hangs on them.
    """
    cycle, made = Cycle.objects.get_or_create(year=year)
    Cycle.objects.select_for_update().get(pk=cycle.pk)  # two imports at once must not both create
    at = now or clock.now()
    if made:
        audit.record("cycle.created", cycle, by=by, at=at, data={"year": year}, origin=origin)
    there = {p.parent_id: p for p in Population.objects.filter(cycle=cycle, level=level).order_by("pk")}
    day = next((p.reference_date for p in there.values()), date(year, 12, 31))
    wanted = _parents(level, day)
    framework = Framework.objects.filter(cycle=cycle, level=level).first()
    for parent_id in sorted(wanted - there.keys(), key=lambda pk: pk or 0):
        population = Population.objects.create(
            cycle=cycle, level=level, parent_id=parent_id, reference_date=day, framework=framework
        )
        there[parent_id] = population
        data = {"year": year, "level": level, "parent": parent_id}
        audit.record("population.created", population, by=by, at=at, data=data, unit=parent_id, origin=origin)
    for parent_id in there.keys() - wanted:
        if _removed(there[parent_id]):
            del there[parent_id]
    return cycle, sorted(there.values(), key=lambda p: p.pk)


def _parents(level: str, day: date) -> set[int | None]:
    """Ids of the districts whose communes are ranked by themselves; {None} when there are none."""
    if level != Level.COMMUNE:
        return {None}
    districts = set(Unit.objects.valid_on(day).filter(level=Level.DISTRICT).values_list("pk", flat=True))
    parents = (
        Unit.objects.valid_on(day).filter(level=Level.COMMUNE).order_by().values_list("parent_id", flat=True)
    )
    found: set[int | None] = {pk if pk in districts else None for pk in parents.distinct()}
    return found or {None}


def _removed(population: Population) -> bool:
    """Delete a population nobody has used; False when it is open or something hangs on it."""
    if population.opened_at is not None or population.totals_only:
        return False
    try:
        with transaction.atomic():
            population.delete()
    except ProtectedError:
        return False
    return True
