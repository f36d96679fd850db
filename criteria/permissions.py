"""May this person see or change frameworks? Roles from ``units.access``."""

from __future__ import annotations

from typing import Any

from parindex.decisions import Allowed, Decision, Denied
from units.access import access_of
from units.authorization import Permission

HIDDEN = Denied("Không tìm thấy.", code="hidden", hidden=True)


def may_view_framework(user: Any) -> Decision:
    """Everybody with a role in the procedure."""
    return Allowed() if access_of(user).anywhere(Permission.FRAMEWORK_VIEW) else HIDDEN


def may_edit_framework(user: Any) -> Decision:
    """The index manager loads and replaces frameworks."""
    return Allowed() if access_of(user).everywhere(Permission.FRAMEWORK_EDIT) else HIDDEN
