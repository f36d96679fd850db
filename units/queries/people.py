"""Who acts for a body on a day: the people behind a role."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from units.authorization import Role
from units.models import RoleAssignment, Unit, User
from units.queries.bodies import lineage


def people_of(unit_ids: Iterable[int], roles: Collection[Role], day: date) -> dict[int, list[User]]:
    """Active people with one of the roles at each unit on a day, each once, by unit id; a unit without any has an empty list.

    For a unit that has ended, the people of the body it went into, as far as that is one body
    (design §3.13). Two queries, and two more when a unit has ended.
    """
    wanted = list(dict.fromkeys(unit_ids))
    acting = _acting(wanted, day)
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    rows = RoleAssignment.objects.filter(
        current, valid_from__lte=day, role__in=list(roles), unit_id__in=set(acting.values()), user__is_active=True
    )
    by_unit: dict[int | None, dict[int, User]] = {}
    for row in rows.select_related("user").order_by("role", "user_id"):
        by_unit.setdefault(row.unit_id, {}).setdefault(row.user_id, row.user)
    return {unit: list(by_unit.get(acting.get(unit), {}).values()) for unit in wanted}


def _acting(wanted: list[int], day: date) -> dict[int, int]:
    valid = set(Unit.objects.valid_on(day).filter(pk__in=wanted).values_list("pk", flat=True))
    if valid.issuperset(wanted):
        return {unit: unit for unit in wanted}
    successors, _predecessors = lineage()
    alive = set(Unit.objects.valid_on(day).values_list("pk", flat=True))
    found = {}
    for unit in wanted:
        at, seen = unit, {unit}
        while at not in alive and len(successors.get(at, ())) == 1 and successors[at][0] not in seen:
            at = successors[at][0]
            seen.add(at)
        if at in alive:
            found[unit] = at
    return found
