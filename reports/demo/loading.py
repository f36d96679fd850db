"""Filling an empty database with the demonstration province, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from parindex import clock
from parindex.decisions import refuse
from parindex.models import Installation
from parindex.tabular import read
from reports.demo import accounts, cast, correction, people, running
from reports.demo.history import Frameworks, publish_year
from reports.demo.tables import table_of
from units.actions import import_heads, import_units
from units.intake import HEAD_COLUMNS, UNIT_COLUMNS
from units.models import Unit, User
from units.queries import lineage

Say = Callable[[str], None]

#: The official lists of units of the province, as ``import_units`` takes them.
UNITS = settings.BASE_DIR / "units" / "data" / "sonla-units.csv"


def is_loaded() -> bool:
    """Whether this database holds the demonstration."""
    return Installation.objects.filter(demonstration=True).exists()


def load(*, now: datetime | None = None, say: Say = lambda _text: None) -> bool:
    """Load the demonstration into an empty database; False when it is there already.

    The history carries the days it would have had; the running year stands around ``now``. Raises
    ``Refused`` where the database holds anything else.
    """
    if is_loaded():
        return False
    if Installation.objects.exists() or Unit.objects.exists() or User.objects.exists():
        refuse("Cơ sở dữ liệu đã có dữ liệu khác nên không nạp dữ liệu minh họa.", code="not_empty")
    at = now or clock.now()
    passwords = accounts.Passwords()
    with transaction.atomic():
        Installation.objects.create(demonstration=True)
        say("Đơn vị và người đứng đầu")
        staff = _people(at)
        frameworks = Frameworks()
        for year in cast.YEARS:
            say(f"Năm {year}: chấm, tính, công bố")
            publish_year(frameworks, year, staff)
            if year == cast.CORRECTED[0]:
                correction.make(staff)
            _tell_planner()
        say(f"Năm {cast.RUNNING}: đang chạy")
        running.start(frameworks, staff, now=at)
        passwords.store()
    return True


def _tell_planner() -> None:
    """Let PostgreSQL count the new rows: inside one transaction nobody else does, and its plans go astray."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _people(at: datetime) -> dict[str, User]:
    """Units, heads and everybody who acts."""
    _units(at)
    _heads(at)
    today = clock.today(at)
    current = Unit.objects.valid_on(today).in_order()
    return accounts.add_people([*accounts.ACCOUNTS, *accounts.staff(current)], now=at)


def _units(at: datetime) -> None:
    table = read(UNITS, columns=UNIT_COLUMNS, name=UNITS.name)
    assert table is not None  # only a sheet asked for by name can be missing
    import_units(table=table, now=at)


def _heads(at: datetime) -> None:
    rows = [_row(time) for time in people.tenures(bodies())]
    import_heads(table=table_of("nguoi-dung-dau-minh-hoa.csv", HEAD_COLUMNS, rows), now=at)


def _row(time: people.Time) -> dict[str, Any]:
    return {
        "unit_code": time.unit_code,
        "full_name": time.full_name,
        "title": time.title,
        "acting": "yes" if time.acting else "no",
        "from_date": time.first.isoformat(),
        "to_date": time.last.isoformat() if time.last else "",
        "person_code": time.person,
    }


def bodies() -> list[people.Body]:
    """Every unit, and the one it merely continues (its only predecessor, which went nowhere else)."""
    successors, predecessors = lineage()
    units = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
    found = []
    for pk, unit in units.items():
        before = predecessors.get(pk, [])
        continues = len(before) == 1 and len(successors[before[0]]) == 1
        code = units[before[0]].code if continues else ""
        found.append(people.Body(unit.code, unit.level, unit.valid_from, unit.valid_to, code))
    return found
