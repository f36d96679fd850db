"""What the reading process allows itself, and how it says no. It knows no wording: the codes become sentences in
``parindex.tabular``."""

from __future__ import annotations

from typing import Any

MEMORY = 220 * 1024 * 1024  # bytes of address space
SECONDS = 8  # of processor time
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELL = 20_000  # characters
MOST_UNPACKED = 64 * 1024 * 1024
MOST_MEMBERS = 200
MOST_TEXT = 48 * 1024 * 1024  # characters handed over
MOST_DISTINCT = 600_000  # strings of a workbook's table
MOST_SHEETS = 60  # of a form
MOST_BOOK_ROWS = 5_000  # of one sheet of a form that hold something
MOST_BOOK_TEXT = 4 * 1024 * 1024  # characters of a form

#: Text, or a pair of kind and text: n number, d date, f formula, b yes/no, e error value;
#: in a form also p percentage, l text that is too long.
Cell = str | list[str]


class Refusal(Exception):
    """The file cannot be taken; ``code`` and its particulars are handed over."""

    def __init__(self, code: str, **particulars: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **particulars}
