"""Reads one CSV file or workbook in a process of its own and prints its rows as JSON lines.

Run as ``python -I -S tabular_child FILE REQUEST`` with nothing but the standard library. The file is somebody
else's and may be broken or hostile, so this process limits its own memory and time, unpacks under a cap, and
refuses a document type before anything is expanded.
"""

from __future__ import annotations

import json
import resource
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from book import book_lines
from comma import csv_rows, refuse_foreign
from limits import MEMORY, MOST_COLUMNS, MOST_TEXT, SECONDS, Cell, Refusal
from package import Package
from sheet import SheetReader


def main() -> None:
    """Read, print, and say why when it cannot be done. The exit status is always 0 for an answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.loads(sys.argv[2])
    try:
        with open(sys.argv[1], "rb") as file:  # noqa: PTH123
            if request.get("mode") == "book":
                for line in book_lines(file, request):
                    say(line)
            else:
                answer(file, request)
    except Refusal as refusal:
        say({"read": request.get("found", ""), **refusal.answer})
    except MemoryError:
        say({"refused": "too_big"})


def say(value: Any) -> None:
    """One line of the answer."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def answer(file: Any, request: dict[str, Any]) -> None:
    """Print the header line, then the rows that hold something in a wanted column."""
    head = file.read(8)
    file.seek(0)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        kind, rows = "xlsx", workbook_rows(Package(file), request)
    else:
        refuse_foreign(file)
        kind, rows = "csv", csv_rows(file)
    suffix = request["suffix"]
    if suffix not in ("", ".csv", ".xlsx") or (suffix and suffix != f".{kind}"):
        raise Refusal("renamed", suffix=suffix, kind=kind)
    header = [plain(cell) for cell in next(rows, (1, []))[1]]
    places = [
        [place for place, name in enumerate(header) if key(name) == wanted] for wanted in request["wanted"]
    ]
    say({"header": header[:MOST_COLUMNS], "places": places, "sheet": request.get("found", ""), "kind": kind})
    if not header or any(len(found) > 1 for found in places):
        return
    picked = [found[0] if found else None for found in places]
    total = 0
    for number, cells in rows:
        row = [cells[place] if place is not None and place < len(cells) else "" for place in picked]
        if not any(row):
            continue
        total += sum(len(cell) if isinstance(cell, str) else len(cell[1]) for cell in row)
        if total > MOST_TEXT:
            raise Refusal("too_big")
        say([number, row, len(cells)])
    say({"end": True, "notices": request.get("notices", [])})


def key(name: str) -> str:
    """A header as it is compared: NFC, without outer spaces, in small letters."""
    return unicodedata.normalize("NFC", name).strip().strip("\ufeff").strip().lower()


def plain(cell: Cell) -> str:
    """The text of a cell of any kind."""
    return cell if isinstance(cell, str) else cell[1]


def workbook_rows(book: Package, request: dict[str, Any]) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of the wanted sheet (default: the first visible one) of an .xlsx workbook."""
    sheet = book.sheet(request.get("sheet") or "")
    request["found"] = sheet
    request["notices"] = [["sheets", book.other_sheets(sheet)]]
    reader = SheetReader(book.strings(), book.date_styles(), book.epoch)
    yield from reader.rows(book.chunks(book.paths[sheet]))
    request["notices"].append(["hidden", reader.hidden])


if __name__ == "__main__":
    main()
