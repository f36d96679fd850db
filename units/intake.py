"""What a file of units or heads says, row by row, as values.

A row carries the number a spreadsheet shows for it, so that every problem can name its place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from parindex.tabular import CODE, DATE, Column, Row, Table

LEVELS = ("department", "district", "commune")

UNIT_COLUMNS = (
    Column("code", kind=CODE, filled=True, most=20),
    Column("name", filled=True, most=200),
    Column("short_name", most=100),
    Column("level", filled=True, most=20),
    Column("parent_code", kind=CODE, most=20),
    Column("valid_from", kind=DATE, filled=True),
    Column("valid_to", kind=DATE),
    Column("predecessor_codes", kind=CODE, most=2000),
    Column("remark", needed=False, most=300),
)

HEAD_COLUMNS = (
    Column("unit_code", kind=CODE, filled=True, most=20),
    Column("full_name", filled=True, most=120),
    Column("title", most=120),
    Column("acting", most=10),
    Column("from_date", kind=DATE, filled=True),
    Column("to_date", kind=DATE),
    Column("person_code", kind=CODE, needed=False, most=40),
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one cell: row as a spreadsheet shows it, column by its header, a sentence."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class UnitRow:
    """One row of ``import_units``. ``valid_to`` is the last valid day; ``remark`` None leaves the stored one."""

    row: int
    code: str
    name: str
    short_name: str
    level: str
    parent_code: str
    valid_from: date
    valid_to: date | None
    predecessor_codes: tuple[str, ...] = ()
    remark: str | None = None

    @property
    def key(self) -> tuple[str, date]:
        """The natural key."""
        return self.code, self.valid_from


@dataclass(frozen=True)
class HeadRow:
    """One row of ``import_heads``. ``to_date`` is the last day; ``person_code`` "" when the file has none."""

    row: int
    unit_code: str
    full_name: str
    title: str
    acting: bool
    from_date: date
    to_date: date | None
    person_code: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of days of one thing; ``row`` is None for what is already stored."""

    start: date
    end: date | None
    row: int | None
    name: str

    def covers(self, day: date) -> bool:
        """Whether the day lies inside, both ends included."""
        return self.start <= day and (self.end is None or day <= self.end)


def overlaps(spans: Iterable[Span]) -> list[tuple[Span, Span]]:
    """Pairs of neighbours in time that share a day, the later one second."""
    ordered = sorted(spans, key=lambda span: (span.start, span.row or 0))
    found = []
    latest: Span | None = None
    for span in ordered:
        if latest is not None and (latest.end is None or span.start <= latest.end):
            found.append((latest, span))
        if latest is None or (latest.end is not None and (span.end is None or span.end > latest.end)):
            latest = span
    return found


def to_blame(first: Span, second: Span) -> tuple[Span, Span]:
    """Of two overlapping spans the one of the file to be named (the lower row), then the other."""
    if first.row is not None and (second.row is None or first.row > second.row):
        return first, second
    return second, first


def repeated(keys: Iterable[tuple[int, Hashable]]) -> list[tuple[int, int]]:
    """(row, earlier row) for every (row, key) whose key came before."""
    first: dict[Hashable, int] = {}
    found = []
    for row, key in keys:
        if key in first:
            found.append((row, first[key]))
        first.setdefault(key, row)
    return found


def unit_rows(table: Table) -> list[UnitRow]:
    """The rows of a table with the columns ``UNIT_COLUMNS``; what cannot be read is noted in the table."""
    found = []
    for row in table.rows:
        start, end = row.date("valid_from"), row.date("valid_to")
        _note_order(row, "valid_to", start, end)
        level = row["level"].casefold()
        if row["level"] and level not in LEVELS:
            words = _("“%(level)s” không phải một cấp. Ghi department, district hoặc commune.")
            row.refuse("level", words % {"level": row["level"][:40]})
        if start is None:
            continue
        codes = tuple(
            part for part in (piece.strip() for piece in row["predecessor_codes"].split(";")) if part
        )
        remark = row["remark"] if "remark" in table.present else None
        found.append(
            UnitRow(
                row=row.number,
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                level=level,
                parent_code=row["parent_code"],
                valid_from=start,
                valid_to=end,
                predecessor_codes=codes,
                remark=remark,
            )
        )
    return found


def head_rows(table: Table) -> list[HeadRow]:
    """The rows of a table with the columns ``HEAD_COLUMNS``; what cannot be read is noted in the table."""
    found = []
    for row in table.rows:
        start, end = row.date("from_date"), row.date("to_date")
        _note_order(row, "to_date", start, end)
        acting = row.yes_no("acting")
        if start is None:
            continue
        found.append(
            HeadRow(
                row=row.number,
                unit_code=row["unit_code"],
                full_name=row["full_name"],
                title=row["title"],
                acting=bool(acting),
                from_date=start,
                to_date=end,
                person_code=row["person_code"],
            )
        )
    return found


def _note_order(row: Row, column: str, start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end < start:
        words = _("Ngày cuối %(end)s đứng trước ngày đầu %(start)s. Kiểm tra lại hai ngày.")
        row.refuse(column, words % {"start": day_words(start), "end": day_words(end)})


def span_words(start: date, end: date | None) -> str:
    """ "từ 01/01/2010 đến hết 30/6/2025", or without an end."""
    if end is None:
        return _("từ %(start)s") % {"start": day_words(start)}
    return _("từ %(start)s đến hết %(end)s") % {"start": day_words(start), "end": day_words(end)}


def day_words(day: date) -> str:
    """The day as officials write it: 01/07/2025."""
    return day.strftime("%d/%m/%Y")
