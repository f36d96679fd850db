"""Accounts for the administrator's pages and for their owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from parindex import text
from units.authorization import Role
from units.models import RoleAssignment, User

PAGE_SIZE = 50


@dataclass(frozen=True)
class Accounts:
    """One page of accounts with the roles of a day in ``current_roles``; how many there are and are open."""

    page: Page
    total: int
    active: int


def accounts(
    day: date, *, search: str = "", role: str = "", state: str = "", page: str | int = 1
) -> Accounts:
    """Accounts in Vietnamese order of names, searched without accents; ``state`` is "active" or "closed"."""
    roles = RoleAssignment.objects.filter(*_in_force(day)).select_related("unit").order_by("role", "pk")
    people = User.objects.prefetch_related(Prefetch("role_assignments", roles, "current_roles"))
    if role:
        people = people.filter(Exists(roles.filter(user=OuterRef("pk"), role=role).order_by()))
    if state:
        people = people.filter(is_active=state == "active")
    wanted = text.search_key(search)
    index = people.order_by().values_list("pk", "username", "full_name", "is_active")
    rows = [row for row in index if wanted in text.search_key(f"{row[1]} {row[2]}")]
    rows.sort(key=lambda row: (text.sort_key(row[2] or row[1]), row[1]))
    shown = Paginator([row[0] for row in rows], PAGE_SIZE).get_page(page)
    by_pk = people.in_bulk(list(shown.object_list))
    shown.object_list = [by_pk[pk] for pk in shown.object_list]
    return Accounts(shown, len(rows), sum(1 for row in rows if row[3]))


def roles_of(user: User) -> list[RoleAssignment]:
    """All roles a person holds, held or will hold, newest first."""
    return list(user.role_assignments.select_related("unit").order_by("-valid_from", "role", "-pk"))


def with_role(role: Role, day: date, unit_id: int | None = None) -> QuerySet[User]:
    """Active people who hold a role on a day, at a unit or province-wide."""
    held = RoleAssignment.objects.filter(*_in_force(day), user=OuterRef("pk"), role=role, unit_id=unit_id)
    return User.objects.filter(Exists(held), is_active=True).order_by("pk")


def _in_force(day: date) -> tuple[Q, Q]:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=day), Q(valid_from__lte=day)
