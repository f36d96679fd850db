"""Workbooks that people send back filled in: every cell of every sheet, read in the process of ``parindex.tabular``.

    book = read_book(upload, name="ban-dien.xlsx")
    book.sheets["Lĩnh vực 1"].cell(5, 7)      # "" when empty, a text, or a pair such as ("n", "12.5")

Nothing is judged here but the file as a whole: who knows what must stand where names what is odd.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from parindex import text
from parindex.decisions import Denied
from parindex.tabular import MOST_BYTES, READER, WALL_SECONDS
from parindex.tabular_problems import FileRefused
from parindex.tabular_words import ENDED, TOO_SLOW, file_sentence

#: Text, or kind and text: n number, p percentage, d date, f formula, b yes/no, e error value, l too long.
Cell = str | tuple[str, str]


@dataclass
class BookSheet:
    """One sheet: its cells that hold something by row and column (both from 1), and its merged ranges."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, "" when nothing stands there."""
        return self.rows.get(row, {}).get(column, "")


@dataclass(frozen=True)
class Book:
    """A workbook as read; ``sha256`` is of the bytes of its file."""

    name: str
    sha256: str
    sheets: dict[str, BookSheet]


def read_book(source: BinaryIO, *, name: str) -> Book:
    """Read an uploaded workbook. Raises ``FileRefused`` when the file as a whole cannot be read."""
    shown = text.clean_line(name)[:200] or "?"
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy, tempfile.TemporaryFile() as answer:
        while piece := source.read(256 * 1024):
            digest.update(piece)
            copy.write(piece)
            if copy.tell() > MOST_BYTES:
                raise _refused(shown, "too_many_bytes", most=MOST_BYTES // 1024 // 1024)
        copy.flush()
        _run(shown, copy.name, {"mode": "book", "suffix": Path(name).suffix.lower()}, answer)
        answer.seek(0)
        return Book(shown, digest.hexdigest(), _taken(shown, (json.loads(line) for line in answer)))


def _run(shown: str, path: str, request: dict[str, Any], answer: Any) -> None:
    command = [sys.executable, "-I", "-S", str(READER), path, json.dumps(request)]
    try:
        done = subprocess.run(  # noqa: S603 (our own reader, no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(shown, TOO_SLOW) from None
    if done.returncode != 0:
        raise _refused(shown, TOO_SLOW if done.returncode < 0 else ENDED)


def _taken(shown: str, lines: Iterator[Any]) -> dict[str, BookSheet]:
    sheets: dict[str, BookSheet] = {}
    sheet = BookSheet("")
    for line in lines:
        if isinstance(line, list):
            sheet.rows[line[0]] = {column: cell if isinstance(cell, str) else (cell[0], cell[1]) for column, cell in line[1]}
        elif "refused" in line:
            raise _refused(shown, line.pop("refused"), **line)
        elif "sheet" in line:
            sheet = sheets.setdefault(line["sheet"], BookSheet(line["sheet"]))
        elif "merged" in line:
            sheet.merged = tuple(line["merged"])
        else:
            return sheets
    raise _refused(shown, ENDED)


def _refused(shown: str, code: str, **particulars: Any) -> FileRefused:
    places = []
    if particulars.get("read"):
        places.append(_("trang «%(sheet)s»") % {"sheet": text.clean_line(str(particulars["read"]))[:80]})
    if particulars.get("row"):
        places.append(_("dòng %(row)d") % {"row": particulars["row"]})
    place = ", ".join(places)
    place = f"{place[0].upper()}{place[1:]}: " if place else ""
    sentence = place + file_sentence(code, particulars)
    return FileRefused(Denied(_("Không đọc được tệp «%(name)s».") % {"name": shown}, (sentence,), code=code))
