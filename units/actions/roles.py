"""Roles: given and ended by the administrator, never by oneself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import audit, clock
from parindex.decisions import refuse, require
from units.authorization import UNIT_ROLES, Role
from units.intake import day_words
from units.models import RoleAssignment, Unit, User
from units.permissions import may_edit_accounts

LAST_ADMINISTRATOR = gettext_lazy(
    "Đây là người quản trị cuối cùng. Giao vai trò quản trị cho người khác trước."
)


@transaction.atomic
def grant_role(
    *,
    user_id: int,
    role: str,
    unit_id: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    by: Any,
    now: datetime | None = None,
    origin: str = "web",
) -> RoleAssignment:
    """Give a person a role, for one body where the role needs one, between two days (both included)."""
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    if by is not None and user.pk == by.pk:
        refuse(_("Bạn không tự giao vai trò cho mình được. Nhờ một người quản trị khác."), code="own")
    if valid_to is not None and valid_to < valid_from:
        refuse(_("Ngày kết thúc đứng trước ngày bắt đầu. Kiểm tra lại hai ngày."), code="dates")
    unit = _body(Role(role), unit_id, valid_from)
    _refuse_repeated(user, role, unit, valid_from, valid_to)
    assignment = RoleAssignment.objects.create(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to
    )
    data = {"role": role, "from": valid_from.isoformat(), "to": valid_to.isoformat() if valid_to else None}
    audit.record("role.granted", user, by=by, at=now or clock.now(), data=data, unit=unit, origin=origin)
    return assignment


@transaction.atomic
def end_role(*, assignment_id: int, last_day: date, by: Any, now: datetime | None = None) -> None:
    """End a role after ``last_day``, yesterday at the earliest: yesterday means at once.

    The row stays, so that it is known who could do what when; a role that never came into force goes.
    """
    user_id, role = RoleAssignment.objects.values_list("user_id", "role").get(pk=assignment_id)
    at = now or clock.now()
    last = role == Role.ADMINISTRATOR and is_last_administrator(user_id, last_day + timedelta(days=1))
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    if by is not None and user.pk == by.pk and role == Role.ADMINISTRATOR:
        refuse(
            _("Bạn không bỏ được vai trò quản trị của chính mình. Nhờ một người quản trị khác."), code="own"
        )
    if last:
        refuse(str(LAST_ADMINISTRATOR), code="last")
    assignment = user.role_assignments.get(pk=assignment_id)
    _refuse_last_day(assignment, last_day, clock.today(at))
    before = assignment.valid_to
    if last_day < assignment.valid_from:
        assignment.delete()
    else:
        assignment.valid_to = last_day
        assignment.save(update_fields=["valid_to"])
    data = {"role": role, "before": before.isoformat() if before else None, "to": last_day.isoformat()}
    audit.record("role.ended", user, by=by, at=at, data=data, unit=assignment.unit_id)


def is_last_administrator(user_id: int, day: date) -> bool:
    """Whether the person is the only active administrator of a day.

    Locks every administrator in the order of ids, so that two of them never take each other away at once.
    """
    holders = RoleAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), role=Role.ADMINISTRATOR, valid_from__lte=day
    )
    administrators = User.objects.select_for_update().filter(pk__in=holders.values("user_id"), is_active=True)
    return [user.pk for user in administrators.order_by("pk")] == [user_id]


def _refuse_last_day(assignment: RoleAssignment, last_day: date, today: date) -> None:
    if last_day < today - timedelta(days=1):
        refuse(
            _("Không kết thúc vai trò lùi về trước hôm qua được. Chọn hôm qua để dừng ngay."), code="dates"
        )
    if assignment.valid_to is not None and assignment.valid_to < last_day:
        words = _("Vai trò này đã kết thúc ngày %(day)s. Muốn kéo dài thì giao vai trò mới.")
        refuse(words % {"day": day_words(assignment.valid_to)}, code="dates")


def _body(role: Role, unit_id: int | None, day: date) -> Unit | None:
    """The unit of a role, or a refusal: unit roles need one valid on the day, province roles have none."""
    if role not in UNIT_ROLES:
        if unit_id is not None:
            refuse(_("Vai trò này có hiệu lực toàn tỉnh, không gắn với đơn vị."), code="unit")
        return None
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        refuse(_("Chọn đơn vị cho vai trò này."), code="unit")
        raise AssertionError  # refuse never returns
    if not unit.valid_on(day):
        words = _("Ngày %(day)s đơn vị %(unit)s chưa có hoặc đã hết hiệu lực.")
        refuse(words % {"day": day_words(day), "unit": unit.name}, code="unit")
    return unit


def _refuse_repeated(user: User, role: str, unit: Unit | None, start: date, end: date | None) -> None:
    same = user.role_assignments.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=start), role=role, unit=unit
    )
    if end is not None:
        same = same.filter(valid_from__lte=end)
    if same.exists():
        refuse(
            _("Người này đã có vai trò đó trong thời gian ấy. Kết thúc vai trò cũ trước."), code="repeated"
        )
