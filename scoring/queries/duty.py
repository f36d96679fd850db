"""Who verifies what in a population, read from its assignments (four queries)."""

from __future__ import annotations

from datetime import date

from criteria.models import Population
from parindex import clock
from scoring.appraising import Duty
from scoring.models import Assignment
from units.models import Unit
from units.queries import lineage, standing_body


def duty_of(population: Population, day: date | None = None) -> Duty:
    """The assignments of a population as the question "which body verifies this cell" needs them."""
    on = day or clock.today()
    rows = Assignment.objects.filter(population=population).values_list("node_id", "body_id", "user_id")
    people: dict[int, set[int]] = {}
    bodies: dict[int, int | None] = {}
    for node_id, body_id, user_id in rows:
        if user_id is None:
            bodies[node_id] = body_id
        else:
            bodies.setdefault(node_id, body_id)
            people.setdefault(node_id, set()).add(user_id)
    standing = standing_body(on)
    return Duty(
        bodies=bodies,
        people={node_id: frozenset(ids) for node_id, ids in people.items()},
        standing=standing.pk if standing is not None else None,
        district=population.parent_id,
        acting=acting_bodies(on, standing.pk if standing is not None else None),
    )


def acting_bodies(day: date, standing: int | None) -> dict[int, int | None]:
    """For every ended unit the one that acts for it: its only successor, through any number of mergers.

    A unit that ended without a single successor is acted for by the standing body (design §3.13).
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
        found[unit_id] = place if place in valid else standing
    return found
