"""Accounts: made, corrected, closed and opened by the administrator; passwords changed by their owner."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.decisions import refuse, require
from units.actions.roles import LAST_ADMINISTRATOR, is_last_administrator
from units.models import User
from units.passwords import one_time_password
from units.permissions import may_edit_accounts

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,149}")
#: What an administrator may correct on an account.
FIELDS = ("full_name", "title", "email", "phone")


@transaction.atomic
def create_account(
    *, username: str, by: Any, now: datetime | None = None, origin: str = "web", **fields: str
) -> tuple[User, str]:
    """Make an account without a role; returns it with its one-time password, which is stored nowhere.

    ``fields`` are of ``FIELDS``. The password must be changed at the first log-in.
    """
    require(may_edit_accounts(by))
    name = text.clean_line(username)
    if not USERNAME.fullmatch(name):
        refuse(
            _("Tên đăng nhập dài từ 3 ký tự, chỉ gồm chữ không dấu, số, dấu chấm, gạch ngang."),
            code="username",
        )
    if User.objects.filter(username__iexact=name).exists():
        refuse(_("Tên đăng nhập %(name)s đã có người dùng. Chọn tên khác.") % {"name": name}, code="username")
    password = one_time_password()
    user = User.objects.create_user(name, password, must_change_password=True, **_cleaned(fields))
    data = {"username": name, **_cleaned(fields)}
    audit.record("account.created", user, by=by, at=now or clock.now(), data=data, origin=origin)
    return user, password


@transaction.atomic
def change_account(*, user_id: int, by: Any, now: datetime | None = None, **fields: str) -> User:
    """Correct name, office, e-mail or telephone of an account."""
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    wanted = _cleaned(fields)
    before = {name: getattr(user, name) for name in wanted if getattr(user, name) != wanted[name]}
    if before:
        for name in before:
            setattr(user, name, wanted[name])
        user.save(update_fields=list(before))
        data = {"before": before, "after": {name: wanted[name] for name in before}}
        audit.record("account.changed", user, by=by, at=now or clock.now(), data=data)
    return user


@transaction.atomic
def reset_password(*, user_id: int, by: Any, now: datetime | None = None) -> tuple[User, str]:
    """Give an account a new one-time password; whoever is logged in with it is logged out."""
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    if by is not None and user.pk == by.pk:
        refuse(_("Mật khẩu của chính bạn thì đổi ở trang Đổi mật khẩu."), code="own")
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_reset", user, by=by, at=now or clock.now())
    return user, password


@transaction.atomic
def change_own_password(*, user: User, password: str, now: datetime | None = None) -> None:
    """Set the password a person chose (already validated); their other sessions end."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "must_change_password"])
    user.password, user.must_change_password = locked.password, False
    audit.record("account.password_changed", locked, by=locked, at=now or clock.now())


@transaction.atomic
def change_own_email(*, user: User, email: str, now: datetime | None = None) -> None:
    """Set where a person wants mail to go; empty = nowhere."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    before, wanted = locked.email, text.clean_line(email)
    if before == wanted:
        return
    locked.email = user.email = wanted
    locked.save(update_fields=["email"])
    data = {"before": {"email": before}, "after": {"email": wanted}}
    audit.record("account.changed", locked, by=locked, at=now or clock.now(), data=data)


@transaction.atomic
def deactivate_account(*, user_id: int, by: Any, now: datetime | None = None) -> User:
    """Close an account: nobody logs in with it, its sessions end, everything it did stays."""
    at = now or clock.now()
    last = is_last_administrator(user_id, clock.today(at))
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    if by is not None and user.pk == by.pk:
        refuse(_("Bạn không ngừng được tài khoản của chính mình. Nhờ một người quản trị khác."), code="own")
    if last:
        refuse(str(LAST_ADMINISTRATOR), code="last")
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        audit.record("account.deactivated", user, by=by, at=at)
    return user


@transaction.atomic
def activate_account(*, user_id: int, by: Any, now: datetime | None = None) -> User:
    """Open a closed account again, with its old password and roles."""
    user = User.objects.select_for_update().get(pk=user_id)
    require(may_edit_accounts(by))
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record("account.activated", user, by=by, at=now or clock.now())
    return user


@transaction.atomic
def end_other_sessions(*, user: User, keep: str | None, now: datetime | None = None) -> int:
    """Log a person out everywhere but in the session ``keep``; returns how many sessions ended."""
    at = now or clock.now()
    own = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=at).exclude(session_key=keep).iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(session_key__in=own).delete()
    audit.record("account.sessions_ended", user, by=user, at=at, data={"count": len(own)})
    return len(own)


def _cleaned(fields: dict[str, str]) -> dict[str, str]:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"An account has no field {', '.join(sorted(unknown))}.")
    return {name: text.clean_line(value) for name, value in fields.items()}
