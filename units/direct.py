"""A right that a person holds at a unit itself, as a condition inside a statement: no round to the database of its own.

It answers yes for the ordinary case – the own people of a unit. Any other answer means: ask ``units.access``, which knows
lineage, province-wide roles and the difference between "no" and "not there".
"""

from __future__ import annotations

from datetime import date
from typing import Any

from units.authorization import ROLE_PERMISSIONS, UNIT_ROLES, Permission
from units.models import RoleAssignment


def holds(permission: Permission, unit_column: str) -> str:
    """The condition; ``unit_column`` names the unit in the statement, ``params`` gives its parameters."""
    roles = sorted(str(role) for role in UNIT_ROLES if permission in ROLE_PERMISSIONS[role])
    listed = ", ".join(f"'{role}'" for role in roles)
    table = RoleAssignment._meta.db_table
    return f"""EXISTS (SELECT 1 FROM "{table}" held WHERE held.user_id = %s AND held.unit_id = {unit_column}
        AND held.role IN ({listed}) AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to >= %s))"""  # noqa: S608 - names of models


def params(user: Any, day: date) -> tuple[Any, ...]:
    """Who asks, on which day. Accounts that are closed hold nothing."""
    known = user is not None and user.is_authenticated and user.is_active
    return (user.pk if known else None, day, day)
