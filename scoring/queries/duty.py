"""Who verifies what in a population, read from its assignments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from criteria.models import Population
from parindex import clock
from scoring.appraising import Duty
from scoring.models import Assignment
from units.models import Unit
from units.queries import lineage, standing_body


def duty_of(population: Population, day: date | None = None) -> Duty:
    """The assignments of a population as the question "which body verifies this cell" needs them (five queries)."""
    return duties_of([population], day)[population.pk]


def duties_of(populations: Collection[Population], day: date | None = None) -> dict[int, Duty]:
    """The duty of several populations by their id, in the same number of queries as of one."""
    on = day or clock.today()
    rows = Assignment.objects.filter(population__in=[population.pk for population in populations])
    by_population: dict[int, list[tuple[int, int | None, int | None]]] = {}
    for population_id, *row in rows.order_by("pk").values_list(
        "population_id", "node_id", "body_id", "user_id"
    ):
        by_population.setdefault(population_id, []).append((row[0], row[1], row[2]))
    standing = standing_body(on)
    standing_id = standing.pk if standing is not None else None
    heirs = sole_successors(on)
    return {
        population.pk: _duty(by_population.get(population.pk, ()), standing_id, population.parent_id, heirs)
        for population in populations
    }


def _duty(
    rows: Iterable[tuple[int, int | None, int | None]],
    standing: int | None,
    district: int | None,
    heirs: dict[int, int | None],
) -> Duty:
    people: dict[int, set[int]] = {}
    bodies: dict[int, int | None] = {}
    named: dict[int, int | None] = {}
    for node_id, body_id, user_id in rows:
        if user_id is None:
            bodies[node_id] = body_id
        else:
            named[node_id] = body_id
            people.setdefault(node_id, set()).add(user_id)
    acting = {ended: standing if heir is None else heir for ended, heir in heirs.items()}
    if district in heirs:
        acting[district] = standing  # whatever a district has become, its communes go to Sở Nội vụ (design §3.13)
    return Duty(
        bodies={**named, **bodies},  # a body stated for the node counts, not that of its persons
        people={node_id: frozenset(ids) for node_id, ids in people.items()},
        standing=standing,
        district=district,
        acting=acting,
        orphans=frozenset(ended for ended, heir in heirs.items() if heir is None),
    )


def sole_successors(day: date) -> dict[int, int | None]:
    """For every ended unit the one it has become: its only successor, through any number of mergers.

    None for a unit that ended without a single successor: the standing body acts for it (design §3.13).
    """
    successors, _predecessors = lineage()
    valid = set(Unit.objects.valid_on(day).values_list("pk", flat=True))
    ended = Unit.objects.filter(valid_to__lt=day).values_list("pk", flat=True)
    found: dict[int, int | None] = {}
    for unit_id in ended:
        seen = {unit_id}
        place = unit_id
        while place not in valid:
            after = [each for each in successors.get(place, ()) if each not in seen]
            if len(after) != 1:
                break
            place = after[0]
            seen.add(place)
        found[unit_id] = place if place in valid else None
    return found
