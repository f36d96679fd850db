"""Everything that changes units, heads and accounts, one module per noun."""

from units.actions.accounts import (
    activate_account,
    change_account,
    change_own_password,
    create_account,
    deactivate_account,
    end_other_sessions,
    reset_password,
)
from units.actions.heads import add_tenure, change_tenure, import_heads
from units.actions.notices import mark_notices_read, notify
from units.actions.roles import end_role, grant_role
from units.actions.units import import_units

__all__ = [
    "activate_account",
    "add_tenure",
    "change_account",
    "change_own_password",
    "change_tenure",
    "create_account",
    "deactivate_account",
    "end_other_sessions",
    "end_role",
    "grant_role",
    "import_heads",
    "import_units",
    "mark_notices_read",
    "notify",
    "reset_password",
]
