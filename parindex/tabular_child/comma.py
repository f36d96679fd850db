"""Rows of a CSV file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

from limits import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Cell, Refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LONGEST_LINE = 8 * MOST_CELL
FOREIGN = (
    b"%PDF", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"
)  # fmt: skip


def csv_rows(file: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of a CSV file, numbered as a spreadsheet shows them (a quoted line break makes no new row)."""
    lines = decoded(file)
    first = next(lines, "")
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(_chain(first, lines), delimiter=separator(first), strict=True)
    number = 0
    width = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "long_cell" if "field larger" in str(error) else "quotes"
            raise Refusal(code, row=number + 1) from None
        number += 1
        if number > MOST_ROWS + 1:
            raise Refusal("rows", most=MOST_ROWS)
        if number == 1:
            width = len(cells)
            if width > MOST_COLUMNS:
                raise Refusal("columns", most=MOST_COLUMNS)
        elif len(cells) > width:
            raise Refusal("ragged", row=number, cells=len(cells), header=width, separator=separator(first))
        yield number, list(cells)


def refuse_foreign(file: Any) -> None:
    """Refuse what is no text file of rows, by its first bytes."""
    head = file.read(4096)
    file.seek(0)
    if not head:
        raise Refusal("empty")
    if head.startswith(OLE):
        body = file.read()
        file.seek(0)
        encrypted = "EncryptedPackage".encode("utf-16-le") in body
        raise Refusal("encrypted" if encrypted else "old_xls")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal("encoding", row=1)
    if head.startswith(FOREIGN):
        raise Refusal("foreign")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<", b"{\\rtf")):
        raise Refusal("foreign")


def decoded(file: Any) -> Iterator[str]:
    """Lines in UTF-8 with their ends; a null byte or another encoding is refused with its row."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if number == 1 and line.startswith(codecs.BOM_UTF8):
            line = line[3:]
        if len(line) >= LONGEST_LINE and not line.endswith(b"\n"):
            raise Refusal("long_cell", row=number)
        if b"\x00" in line:
            raise Refusal("null", row=number)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("encoding", row=number) from None
        # A lone carriage return ends a row too (very old programs).
        yield from io.StringIO(text, newline="") if "\r" in text[:-2] else (text,)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def separator(header: str) -> str:
    """What stands between the names of the header: a comma, or what a Vietnamese Excel writes instead."""
    counts = {mark: header.count(mark) for mark in ",;\t"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","
