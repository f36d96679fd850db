"""Every sheet of a workbook, cell by cell, for a reader who knows what must stand where.

Where a table has columns with headers, a form has places. So nothing is refused here that the form can name better:
merged cells, formulas, dates, percentages and cells that are too long are handed over with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from comma import refuse_foreign
from limits import MOST_BOOK_ROWS, MOST_BOOK_TEXT, MOST_CELL, MOST_COLUMNS, MOST_SHEETS, Cell, Refusal
from package import Package
from sheet import SheetReader

#: A character written by its number; halves of a pair mean nothing alone and stay as they are.
_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
#: Parts that bring other files or programs along: by the beginning of their names.
_FOREIGN = {
    "xl/externallinks/": "links",
    "xl/embeddings/": "objects",
    "xl/activex/": "objects",
    "xl/connections.xml": "links",
    "xl/querytables/": "links",
}


class FormReader(SheetReader):
    """A sheet whose odd cells are kept with their kind: p percentage, l too long, besides those of ``Cell``."""

    def __init__(self, strings: list[str], book: Package, percents: set[int], dates: set[int]) -> None:
        super().__init__(strings, dates, book.epoch)
        self.percents = percents
        self.merged: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "mergeCell":
            if len(self.merged) < 100:
                self.merged.append(attributes.get("ref", "")[:40])
            return
        super().start(tag, attributes)

    def _end_cell(self) -> None:
        value: Cell = ["f", ""] if self.formula else self._value("".join(self.parts))
        if not value:
            return
        if self.column > MOST_COLUMNS:
            raise Refusal("columns", most=MOST_COLUMNS, row=self.number)
        if isinstance(value, str):
            value = ["l", ""] if len(value) > MOST_CELL else unescaped(value)
        if len(self.cells) < self.column:
            self.cells.extend([""] * (self.column - len(self.cells)))
        self.cells[self.column - 1] = value

    def _number(self, text: str) -> Cell:
        found = super()._number(text)
        if isinstance(found, list) and found[0] == "n" and self.style.isdigit() and int(self.style[:9]) in self.percents:
            return ["p", found[1]]
        return found


def book_lines(file: Any, request: dict[str, Any]) -> Iterator[Any]:
    """The lines of the answer: for each sheet its name, its rows as pairs of column and cell, and its merged cells."""
    head = file.read(4)
    file.seek(0)
    if head[:2] != b"PK":
        raise Refusal(_kind_of(file))
    book = Package(file)
    for name in book.names:
        for beginning, code in _FOREIGN.items():
            if name.startswith(beginning):
                raise Refusal(code)
    if request.get("suffix") not in ("", ".xlsx"):
        raise Refusal("renamed", suffix=request["suffix"], kind="xlsx")
    if len(book.paths) > MOST_SHEETS:
        raise Refusal("sheets", most=MOST_SHEETS)
    strings, dates, percents = book.strings(), book.date_styles(), book.percent_styles()
    total = 0
    for name, path in book.paths.items():
        request["found"] = name
        yield {"sheet": name}
        reader = FormReader(strings, book, percents, dates)
        count = 0
        for number, cells in reader.rows(book.chunks(path)):
            row = [[column, cell] for column, cell in enumerate(cells, start=1) if cell]
            if not row:
                continue
            count += 1
            total += sum(len(cell) if isinstance(cell, str) else len(cell[1]) for _column, cell in row)
            if count > MOST_BOOK_ROWS:
                raise Refusal("rows", most=MOST_BOOK_ROWS)
            if total > MOST_BOOK_TEXT:
                raise Refusal("too_big")
            yield [number, row]
        yield {"merged": reader.merged}
    yield {"end": True}


def _kind_of(file: Any) -> str:
    """The code for a file that is no workbook of today."""
    try:
        refuse_foreign(file)
    except Refusal as refusal:
        code = str(refusal)
        return code if code in ("empty", "encrypted", "old_xls") else "not_book"
    return "not_book"


def unescaped(text: str) -> str:
    """A text as people see it: a workbook writes some characters by their number, such as ``_x000D_``."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text

