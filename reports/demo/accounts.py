"""The accounts of a demonstration: one person for each role with a password of its own, and everybody's names.

Passwords are made once by chance and kept in a file that only its owner reads, beside the database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from parindex import audit, clock
from reports.demo.people import FIRST_DAY, name_of
from units.authorization import Role
from units.models import RoleAssignment, Tenure, Unit, User
from units.passwords import one_time_password

FILE = "demo-accounts.json"
#: Addresses that lead nowhere, wherever the demonstration is run (RFC 2606).
MAIL_DOMAIN = "minh-hoa.invalid"


class Account(NamedTuple):
    """Somebody who can be tried out. ``unit_code`` of the body of the role, "" for the whole province."""

    username: str
    role: str
    unit_code: str = ""
    title: str = ""


ACCOUNTS = (
    Account("canbo.sxd", Role.CLERK, "SXD25", "Chuyên viên Văn phòng"),
    Account("canbo2.sxd", Role.CLERK, "SXD25", "Chuyên viên Phòng Quản lý xây dựng"),
    Account("lanhdao.sxd", Role.HEAD, "SXD25", "Giám đốc"),
    Account("thamdinh.snv", Role.APPRAISER, "SNV25", "Chuyên viên Phòng Cải cách hành chính"),
    Account("thamdinh.stc", Role.APPRAISER, "STC25", "Chuyên viên Phòng Hành chính sự nghiệp"),
    Account("thamdinh.stp", Role.APPRAISER, "STP", "Chuyên viên Phòng Xây dựng và Kiểm tra văn bản"),
    Account("thamdinh.mocchau", Role.APPRAISER, "123", "Chuyên viên Phòng Nội vụ"),
    Account("quanly.chiso", Role.INDEX_MANAGER, "", "Trưởng phòng Cải cách hành chính"),
    Account("hoidong", Role.COUNCIL, "", "Thành viên Hội đồng thẩm định"),
    Account("lanhdao.tinh", Role.LEADER, "", "Lãnh đạo UBND tỉnh"),
    Account("giamsat", Role.SUPERVISOR, "", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"),
    Account("dieutra", Role.SURVEY_OFFICER, "", "Cán bộ điều tra xã hội học"),
    Account("kiemtra", Role.AUDITOR, "", "Kiểm tra nhật ký"),
    Account("quantri", Role.ADMINISTRATOR, "", "Quản trị hệ thống"),
    Account("canbo.mocchau", Role.CLERK, "03980", "Công chức Văn phòng - Thống kê"),
    Account("lanhdao.mocchau", Role.HEAD, "03980", "Chủ tịch UBND"),
)
#: Bodies that lead the appraisal of an area in the running year.
LEADS = ("SNV25", "STP", "VPUB", "STC25", "SKHCN25")

_NAMES = {Role.CLERK: "canbo", Role.HEAD: "lanhdao", Role.APPRAISER: "thamdinh"}


@dataclass(frozen=True)
class Key:
    """How to log in as somebody: the columns of ``demo_accounts --json``."""

    username: str
    password: str
    role: str
    unit_code: str


def username_of(role: str, unit_code: str) -> str:
    """The account of a unit's clerk, head or appraiser: the one to be tried out, else one by the unit's code."""
    known = (account.username for account in ACCOUNTS if (account.role, account.unit_code) == (role, unit_code))
    return next(known, f"{_NAMES[Role(role)]}.{unit_code.lower()}")


def username_of_role(role: str) -> str:
    """The account of a role for the whole province."""
    return next(account.username for account in ACCOUNTS if account.role == role)


def staff(units: Iterable[Unit]) -> list[Account]:
    """Clerk and head of every unit, and an appraiser of every lead body: names without a password."""
    found = []
    for unit in units:
        found.append(Account(username_of(Role.CLERK, unit.code), Role.CLERK, unit.code, "Cán bộ đầu mối"))
        found.append(Account(username_of(Role.HEAD, unit.code), Role.HEAD, unit.code, ""))
        if unit.code in LEADS:
            found.append(Account(username_of(Role.APPRAISER, unit.code), Role.APPRAISER, unit.code, "Thẩm định viên"))
    known = {account.username for account in ACCOUNTS}
    return [account for account in found if account.username not in known]


# --- Rows ----------------------------------------------------------------------------------------


@transaction.atomic
def add_people(accounts: Iterable[Account], *, now: datetime) -> dict[str, User]:
    """Make the accounts that are not there yet, with their role and no password; all of them by user name."""
    listed = list(accounts)
    there = User.objects.in_bulk([account.username for account in listed], field_name="username")
    missing = [account for account in listed if account.username not in there]
    units = _units(missing, clock.today(now))
    heads = _heads(units.values(), clock.today(now))
    made = User.objects.bulk_create(
        User(username=account.username, password=make_password(None), title=account.title,
             full_name=_name(account, units, heads), email=f"{account.username}@{MAIL_DOMAIN}")
        for account in missing
    )  # fmt: skip
    by_name = there | {user.username: user for user in made}
    roles = [
        RoleAssignment(user=by_name[account.username], role=account.role, unit=unit,
                       valid_from=max(FIRST_DAY, unit.valid_from) if unit else FIRST_DAY)
        for account in missing
        for unit in [units.get(account.unit_code)]
    ]  # fmt: skip
    RoleAssignment.objects.bulk_create(roles)
    audit.record_many(
        [audit.row("account.created", user, at=now, data={"username": user.username}, origin="demo") for user in made]
        + [
            audit.row("role.granted", role.user, at=now, unit=role.unit_id, origin="demo",
                      data={"role": role.role, "from": role.valid_from.isoformat(), "to": None})
            for role in roles
        ]
    )  # fmt: skip
    return by_name


def _units(accounts: Iterable[Account], day: date) -> dict[str, Unit]:
    """The latest unit of every code."""
    codes = {account.unit_code for account in accounts if account.unit_code}
    rows = Unit.objects.filter(code__in=codes, valid_from__lte=day).order_by("valid_from")
    return {unit.code: unit for unit in rows}


def _heads(units: Iterable[Unit], day: date) -> dict[int, str]:
    """The name of whoever heads a unit now (a unit that has ended: headed it last), by unit id."""
    rows = Tenure.objects.filter(unit__in=[unit.pk for unit in units], from_date__lte=day).order_by("from_date")
    return dict(rows.values_list("unit_id", "head__full_name"))


def _name(account: Account, units: Mapping[str, Unit], heads: Mapping[int, str]) -> str:
    unit = units.get(account.unit_code)
    if account.role == Role.HEAD and unit is not None and unit.pk in heads:
        return heads[unit.pk]
    return name_of("account", account.username)


# --- Passwords -----------------------------------------------------------------------------------


def path() -> Path:
    """Where the passwords are kept."""
    return settings.VAR / FILE


def kept_passwords() -> dict[str, str]:
    """Passwords by user name as kept; empty when there is no such file, or none that can be read."""
    try:
        return {row["username"]: row["password"] for row in json.loads(path().read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


class Passwords:
    """The passwords of the accounts, hashed beside whatever else is going on (hashing is slow on purpose)."""

    def __init__(self, accounts: Iterable[Account] = ACCOUNTS) -> None:
        self.accounts = tuple(accounts)
        kept = kept_passwords()
        self.plain = {a.username: kept.get(a.username) or one_time_password() for a in self.accounts}
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._hashes: dict[str, Future[str]] = {
            username: self._pool.submit(make_password, password) for username, password in self.plain.items()
        }

    @transaction.atomic
    def store(self) -> None:
        """Set the passwords of the accounts, and keep them in the file."""
        users = list(User.objects.filter(username__in=self.plain).order_by("pk"))
        for user in users:
            user.password = self._hashes[user.username].result()
        User.objects.bulk_update(users, ["password"])
        self._pool.shutdown()
        keep({**kept_passwords(), **self.plain})


def keep(passwords: Mapping[str, str]) -> None:
    """Write the file, readable for its owner only."""
    content = json.dumps([asdict(key) for key in keys(passwords)], ensure_ascii=False, indent=1)
    fresh = path().with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content + "\n")
    fresh.replace(path())


def keys(passwords: Mapping[str, str]) -> list[Key]:
    """The accounts with their passwords, in the order they are shown."""
    return [
        Key(account.username, passwords[account.username], str(account.role), account.unit_code)
        for account in ACCOUNTS
        if account.username in passwords
    ]


def ensure(*, now: datetime | None = None) -> list[Key]:
    """Everybody who can be tried out, made where missing, with the password that is kept."""
    kept = kept_passwords()
    there = set(User.objects.filter(username__in=[a.username for a in ACCOUNTS]).values_list("username", flat=True))
    wanting = [account for account in ACCOUNTS if account.username not in there or account.username not in kept]
    if wanting:
        passwords = Passwords(wanting)
        add_people(wanting, now=now or clock.now())
        passwords.store()
    return keys(kept_passwords())
