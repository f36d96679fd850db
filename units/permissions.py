"""May this person see or change units, heads and accounts?

Whoever has no business with a thing gets a hidden refusal (404).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from parindex.decisions import Allowed, Decision, Denied
from units.access import access_of
from units.authorization import Permission
from units.models import Unit

HIDDEN = Denied("Không tìm thấy.", code="hidden", hidden=True)


def may_view_units(user: Any) -> Decision:
    """Everybody with a role: names and dates of public bodies."""
    return Allowed() if access_of(user).anywhere(Permission.UNIT_VIEW) else HIDDEN


def may_edit_units(user: Any) -> Decision:
    """The index manager and the administrator; None is the system itself."""
    if user is None or access_of(user).everywhere(Permission.UNIT_EDIT):
        return Allowed()
    if access_of(user).anywhere(Permission.UNIT_VIEW):
        return Denied(_("Bạn xem được danh sách đơn vị nhưng không sửa được."), code="role")
    return HIDDEN


def may_import(user: Any, origin: str) -> Decision:
    """Files: on the server whoever may run the command may do everything, in the browser as for the pages."""
    return Allowed() if origin == "import" else may_edit_units(user)


def may_view_heads(user: Any, unit: Unit) -> Decision:
    """Names of heads: whoever keeps the units, and the unit's own people (design §3.10)."""
    access = access_of(user)
    if access.everywhere(Permission.UNIT_EDIT) or access.at(Permission.UNIT_VIEW, unit.pk):
        return Allowed()
    return HIDDEN


def may_edit_accounts(user: Any) -> Decision:
    """The administrator; None is the system itself."""
    if user is None or access_of(user).everywhere(Permission.USER_EDIT):
        return Allowed()
    return HIDDEN


def may_edit_notice_texts(user: Any) -> Decision:
    """The words of notices: Sở Nội vụ."""
    return Allowed() if access_of(user).everywhere(Permission.NOTICE_TEXT_EDIT) else HIDDEN


def may_mend_mail(user: Any) -> Decision:
    """Mail that did not go out: whoever keeps the accounts and their addresses."""
    return Allowed() if access_of(user).everywhere(Permission.USER_EDIT) else HIDDEN
