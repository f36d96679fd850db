"""Everything that changes units, heads and accounts, one module per noun."""

from units.actions.accounts import (
    activate_account,
    change_account,
    change_own_email,
    change_own_password,
    create_account,
    deactivate_account,
    end_other_sessions,
    reset_password,
)
from units.actions.heads import add_tenure, change_tenure, import_heads
from units.actions.mail import send_waiting_mail
from units.actions.notices import (
    Letter,
    change_notice_text,
    choose_mail,
    mark_notice_read,
    mark_notices_read,
    notify,
    notify_each,
    restore_notice_text,
    send_mail_again,
)
from units.actions.roles import end_role, grant_role
from units.actions.units import import_units

__all__ = [
    "Letter",
    "activate_account",
    "add_tenure",
    "change_account",
    "change_notice_text",
    "change_own_email",
    "change_own_password",
    "change_tenure",
    "choose_mail",
    "create_account",
    "deactivate_account",
    "end_other_sessions",
    "end_role",
    "grant_role",
    "import_heads",
    "import_units",
    "mark_notice_read",
    "mark_notices_read",
    "notify",
    "notify_each",
    "reset_password",
    "restore_notice_text",
    "send_mail_again",
    "send_waiting_mail",
]
