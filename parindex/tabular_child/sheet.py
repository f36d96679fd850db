"""Rows of one sheet of a workbook.

The reader is our own because each refusal must name the cell: a library stops at the first odd value without
saying where, and keeps neither merged cells nor formulas when it streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Context, Decimal, InvalidOperation

from limits import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Cell, Refusal
from markup import steps, whole

FIFTEEN = Context(prec=15)  # a workbook shows and keeps fifteen digits
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class SheetReader:
    """Turns the XML of a sheet into rows of cells."""

    def __init__(self, strings: list[str], dates: set[int], epoch: date) -> None:
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.hidden = 0  # rows that a filter or a person has hidden
        self.ready: list[tuple[int, list[Cell]]] = []
        self.number = 0
        self.count = 0
        self.cells: list[Cell] = []
        self.column = 0
        self.kind = self.style = ""
        self.parts: list[str] = []
        self.formula = self.taking = self.phonetic = False

    def rows(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        """The rows in the order of the file, with the numbers a spreadsheet shows."""
        first = True
        for _piece in steps(chunks, self.start, self.end, self.text):
            for number, cells in self.ready:
                if first and number != 1:
                    yield 1, []
                first = False
                yield number, cells
            self.ready.clear()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in ("v", "t"):
            self.taking = not self.phonetic
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "mergeCell":
            first = REFERENCE.match(attributes.get("ref", ""))
            raise Refusal(
                "merged", row=whole(first.group(2)) if first else 0, place=attributes.get("ref", "")[:40]
            )

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self.count += 1
        number = whole(attributes.get("r")) or self.number + 1
        if self.count > MOST_ROWS + 1 or number > 1_048_576:
            raise Refusal("rows", most=MOST_ROWS)
        if number <= self.number:
            raise Refusal("broken")
        self.number, self.cells, self.column = number, [], 0
        if attributes.get("hidden") in ("1", "true"):
            self.hidden += 1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        match = REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = column_number(match.group(1)) if match else self.column + 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.parts, self.formula = [], False

    def text(self, data: str) -> None:
        if self.taking:
            self.parts.append(data)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.taking = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self.ready.append((self.number, self.cells))
        elif tag == "rPh":
            self.phonetic = False

    def _end_cell(self) -> None:
        value = ["f", ""] if self.formula else self._value("".join(self.parts))
        if not value:
            return
        if self.column > MOST_COLUMNS:
            raise Refusal("columns", most=MOST_COLUMNS, row=self.number)
        if isinstance(value, str) and len(value) > MOST_CELL:
            raise Refusal("long_cell", row=self.number)
        if len(self.cells) < self.column:
            self.cells.extend([""] * (self.column - len(self.cells)))
        self.cells[self.column - 1] = value

    def _value(self, text: str) -> Cell:
        kind = self.kind
        if kind == "s":
            place = whole(text)
            if not text or place >= len(self.strings):
                raise Refusal("broken")
            return self.strings[place]
        if kind in ("str", "inlineStr"):
            return text
        if not text:
            return ""
        if kind == "b":
            return ["b", "TRUE" if text == "1" else "FALSE"]
        if kind == "e":
            return ["e", text[:20]]
        if kind == "d":
            return ["d", text[:10]]
        return self._number(text)

    def _number(self, text: str) -> Cell:
        try:
            number = FIFTEEN.create_decimal(text)
        except InvalidOperation:
            return ["e", text[:20]]
        if not number.is_finite() or number.adjusted() > 30:
            return ["e", text[:20]]
        if self.style and whole(self.style) in self.dates:
            return self._date(number)
        return ["n", plain_number(number)]

    def _date(self, number: Decimal) -> Cell:
        days = int(number)
        if not 0 < days < 2_958_466:
            return ["e", plain_number(number)[:20]]
        if days < 60 and self.epoch.year == 1899:
            days += 1  # the programs believe in a 29 February 1900
        return ["d", (self.epoch + timedelta(days=days)).isoformat()]


def plain_number(number: Decimal) -> str:
    """Digits without exponent and needless zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
