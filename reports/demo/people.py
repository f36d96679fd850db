"""The people of the demonstration: heads of every unit with their time at it. All invented. Pure.

Names are put together from the commonest Vietnamese family, middle and given names; nobody is meant. A person keeps
one code, so that acting first and appointed later, or moving to another unit, is the same person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from reports.demo import cast
from reports.demo.dice import Dice

FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    "Lò", "Quàng", "Cầm", "Hà", "Đinh", "Lường", "Tòng", "Vì", "Giàng", "Mùa", "Sồng", "Bạc",
)  # fmt: skip
MEN_MIDDLE = ("Văn", "Đức", "Hữu", "Quang", "Xuân", "Minh", "Ngọc", "Thanh")
MEN = (
    "An", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hải", "Hiếu", "Hùng", "Khánh", "Lâm", "Long", "Minh", "Nam",
    "Phong", "Phúc", "Quân", "Sơn", "Thắng", "Thành", "Tiến", "Toàn", "Trung", "Tuấn", "Việt", "Vinh",
)  # fmt: skip
WOMEN_MIDDLE = ("Thị", "Thị", "Thu", "Thanh", "Ngọc", "Minh")
WOMEN = (
    "Anh", "Chi", "Dung", "Hà", "Hạnh", "Hiền", "Hoa", "Hồng", "Hương", "Lan", "Liên", "Linh", "Loan", "Mai",
    "Nga", "Nhung", "Oanh", "Phương", "Thảo", "Thu", "Thủy", "Trang", "Vân", "Yến",
)  # fmt: skip

#: Tenures are known from here on.
FIRST_DAY = date(2021, 7, 1)
#: New heads came on this day in the years of the demonstration.
CHANGES = ((date(2023, 6, 1), 90), (date(2024, 4, 1), 110), (date(2025, 10, 1), 40))

_SPECIAL = {"VPUB": "Chánh Văn phòng", "TTT": "Chánh Thanh tra", "BQLKCN": "Trưởng ban", "BDT": "Trưởng ban"}
_ACTING = "Phụ trách"


class Time(NamedTuple):
    """A head's time at a unit, to the last day; one ``person`` may have several."""

    unit_code: str
    person: str
    full_name: str
    title: str
    acting: bool
    first: date
    last: date | None


@dataclass(frozen=True)
class Body:
    """A unit as its heads see it; ``before`` is the one unit it merely continues, if any."""

    code: str
    level: str
    valid_from: date
    valid_to: date | None
    before: str = ""


def title_of(code: str, level: str) -> str:
    """What the head of a unit is called."""
    return _SPECIAL.get(code, "Giám đốc") if level == "department" else "Chủ tịch UBND"


def name_of(*key: object) -> str:
    """An invented full name that belongs to a key."""
    dice = Dice("name", *key)
    if dice.chance(330):
        return f"{dice.pick(FAMILY)} {dice.pick(WOMEN_MIDDLE)} {dice.pick(WOMEN)}"
    return f"{dice.pick(FAMILY)} {dice.pick(MEN_MIDDLE)} {dice.pick(MEN)}"


def tenures(bodies: Iterable[Body]) -> list[Time]:
    """The heads of every unit; acting heads are told from appointed ones."""
    return [time for body in bodies for time in _of_body(body)]


def _of_body(body: Body) -> list[Time]:
    if body.level == "commune" and body.code == cast.UNKNOWN_HEAD:
        return []
    if body.valid_to is not None and body.valid_to < FIRST_DAY:
        return []
    start = max(body.valid_from, FIRST_DAY)
    person = f"MH-{body.code}-{body.valid_from:%y}"
    if body.before:
        # A commune that only changed its status keeps whoever headed it.
        person = _last_person(body.before)
    written = _written(body, start)
    return written if written is not None else _usual(body, start, person)


def _last_person(code: str) -> str:
    """The person at the head of an old commune when it ended."""
    return f"MH-{code}-10" + _suffix(code, CHANGES[1][0])


def _suffix(code: str, day: date) -> str:
    """Which of a unit's heads served on a day: the first has no suffix."""
    changed = [number for number, (when, permille) in enumerate(CHANGES) if when <= day and _changes(code, number, permille)]
    return f"-{changed[-1] + 2}" if changed else ""


def _changes(code: str, number: int, permille: int) -> bool:
    return code not in _FIXED and Dice("change", code, number).chance(permille)


#: Their heads are told below, or must not change.
_FIXED = {
    cast.TWO_YEARS_SAME_HEAD, cast.TWO_YEARS_NEW_HEAD, cast.ACTING_THEN_APPOINTED, cast.MOVED_HEAD,
    cast.RECOVERED, cast.RENAMED_TWO_YEARS, *cast.NEVER_SUBMITTED.values(), "VPUB",
}  # fmt: skip


def _row(body: Body, person: str, first: date, last: date | None, *, acting: bool = False) -> Time:
    usual = title_of(body.code, body.level)
    title = f"{_ACTING} {usual.replace('Chủ tịch ', '') if body.level == 'commune' else usual}" if acting else usual
    return Time(body.code, person, name_of(person), title, acting, first, last)


def _usual(body: Body, start: date, person: str) -> list[Time]:
    """One head after another, changing on the days of ``CHANGES`` by chance."""
    days = [
        (when, f"MH-{body.code}-{body.valid_from:%y}-{number + 2}")
        for number, (when, permille) in enumerate(CHANGES)
        if start < when and (body.valid_to is None or when <= body.valid_to) and _changes(body.code, number, permille)
    ]
    rows = []
    for when, who in days:
        rows.append(_row(body, person, start, when - timedelta(days=1)))
        start, person = when, who
    return [*rows, _row(body, person, start, body.valid_to)]


def _written(body: Body, start: date) -> list[Time] | None:
    """The heads that a case needs; None for everybody else."""
    old = body.level == "commune" and body.valid_to is not None
    end, spring = body.valid_to, date(2024, 4, 1)
    before = spring - timedelta(days=1)
    first, second = f"MH-{body.code}-10", f"MH-{body.code}-10-2"
    if old and body.code == cast.TWO_YEARS_NEW_HEAD:
        return [_row(body, first, start, before), _row(body, second, spring, end)]
    if old and body.code == cast.ACTING_THEN_APPOINTED:
        took_over = date(2023, 5, 1)
        return [
            _row(body, first, start, took_over - timedelta(days=1)),
            _row(body, second, took_over, before, acting=True),
            _row(body, second, spring, end),
        ]
    if old and body.code == cast.MOVED_HEAD:
        return [_row(body, first, start, before), _row(body, f"MH-{cast.TWO_YEARS_NEW_HEAD}-10", spring, end)]
    if body.code == "VPUB":
        # Less than 183 days at the head of the year that is commended.
        came = date(2024, 8, 15)
        return [_row(body, first, start, came - timedelta(days=1)), _row(body, second, came, end)]
    return None
