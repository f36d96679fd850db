"""What a person may do where, read once from their role assignments.

Roles of a body reach the ended bodies it acts for (design §3.13: a body that has
ended acts through its successor).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from parindex import clock
from units.authorization import ROLE_PERMISSIONS, UNIT_ROLES, Permission, Role
from units.models import RoleAssignment
from units.queries import ended_predecessors


@dataclass(frozen=True)
class Access:
    """The roles of one person on one day.

    ``roles`` are pairs (role, unit id or None); ``reach`` maps each unit role to
    the ids of units it reaches, ended predecessors included.
    """

    user_id: int | None
    roles: tuple[tuple[Role, int | None], ...]
    reach: dict[Role, frozenset[int]]

    def everywhere(self, permission: Permission) -> bool:
        """Whether a province-wide role carries the permission."""
        return any(
            role not in UNIT_ROLES and permission in ROLE_PERMISSIONS[role] for role, _unit in self.roles
        )

    def at(self, permission: Permission, unit_id: int) -> bool:
        """Whether a role bound to the unit carries the permission."""
        own = (role for role, unit in self.roles if unit == unit_id and role in UNIT_ROLES)
        if any(permission in ROLE_PERMISSIONS[role] for role in own):
            return True
        return any(
            permission in ROLE_PERMISSIONS[role] and unit_id in reached
            for role, reached in self.reach.items()
        )

    def has(self, permission: Permission, unit_id: int | None = None) -> bool:
        """Whether any role carries the permission, province-wide or at the unit."""
        return self.everywhere(permission) or (unit_id is not None and self.at(permission, unit_id))

    def anywhere(self, permission: Permission) -> bool:
        """Whether the permission is carried by any role, wherever it reaches."""
        return any(permission in ROLE_PERMISSIONS[role] for role, _unit in self.roles)

    def units(self, role: Role) -> frozenset[int]:
        """Ids of the units a unit role reaches."""
        return self.reach.get(role, frozenset())

    def is_(self, role: Role) -> bool:
        """Whether the person holds the role anywhere."""
        return any(held == role for held, _unit in self.roles)


NOBODY = Access(None, (), {})


def access_of(user: Any, day: date | None = None) -> Access:
    """The access of a user on a day (default today); kept on the user object for the request."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    on = day or clock.today()
    kept: dict[date, Access] = user.__dict__.setdefault("_access", {})
    if on not in kept:
        kept[on] = _read(user, on)
    return kept[on]


def _read(user: Any, day: date) -> Access:
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    rows = RoleAssignment.objects.filter(current, user_id=user.pk, valid_from__lte=day).order_by("pk")
    roles = tuple((Role(role), unit) for role, unit in rows.values_list("role", "unit_id"))
    # Lineage is read only when the person asks about a body that is not their own.
    reach = cast("dict[Role, frozenset[int]]", SimpleLazyObject(lambda: _reach(roles, day)))
    return Access(user.pk, roles, reach)


def _reach(roles: tuple[tuple[Role, int | None], ...], day: date) -> dict[Role, frozenset[int]]:
    own = {unit for role, unit in roles if role in UNIT_ROLES and unit is not None}
    ended = {unit: ended_predecessors({unit}, day) for unit in own}
    return {
        kind: frozenset().union(
            *({unit} | ended[unit] for role, unit in roles if role == kind and unit is not None)
        )
        for kind in {role for role, _unit in roles if role in UNIT_ROLES}
    }


def forget(user: Any) -> None:
    """Drop what was kept on a user object (after its roles changed)."""
    user.__dict__.pop("_access", None)
