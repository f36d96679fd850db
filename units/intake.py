"""What a file of units or heads says, row by row, and what is wrong with it. Values in, values out.

A row carries the number a spreadsheet shows for it, so that every problem can name its place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one cell: row as a spreadsheet shows it, column by its header, a sentence."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return _("Dòng %(row)d, cột «%(column)s»: %(sentence)s") % {
            "row": self.row,
            "column": self.column,
            "sentence": self.sentence,
        }


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


def span_words(start: date, end: date | None) -> str:
    """ "từ 01/01/2010 đến hết 30/6/2025", or without an end."""
    if end is None:
        return _("từ %(start)s") % {"start": day_words(start)}
    return _("từ %(start)s đến hết %(end)s") % {"start": day_words(start), "end": day_words(end)}


def day_words(day: date) -> str:
    """The day as officials write it: 01/07/2025."""
    return day.strftime("%d/%m/%Y")
