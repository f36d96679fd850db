"""Tables that people send us: CSV files and workbooks, read into rows with the numbers a spreadsheet shows.

    table = read(path, columns=[Column("unit_code", kind=CODE, filled=True), Column("count"), Column("note", needed=False)])
    for row in table.rows:
        count = row.count("count")          # None and a problem when it is no whole number
    table.refuse_if_faulty()                # raises FileRefused with one sentence per faulty cell

The file is read by a process of its own with limits on memory and time (``parindex.tabular_child``). Everything that
is wrong is collected and named by sheet, row and column; nothing is guessed. Texts come out in NFC, without control,
bidi and zero-width characters.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from parindex import numbers, text
from parindex.decisions import Denied
from parindex.spreadsheet import unguarded
from parindex.tabular_problems import FileRefused, Problems
from parindex.tabular_words import CELL_WORDS, ENDED, MISSING_FILE, TOO_LONG, TOO_SLOW, file_sentence

READER = Path(__file__).with_name("tabular_child")
MOST_BYTES = 20 * 1024 * 1024
WALL_SECONDS = 20

TEXT, LONG_TEXT, CODE, NUMBER, DATE = "text", "long_text", "code", "number", "date"


@dataclass(frozen=True)
class Column:
    """A column of a file contract.

    ``kind``: TEXT (one line), LONG_TEXT (line breaks kept), CODE (must be a text cell in a workbook), NUMBER, DATE.
    ``needed``: the header must be there; ``filled``: no cell may be empty; ``most``: characters.
    """

    name: str
    kind: str = TEXT
    needed: bool = True
    filled: bool = False
    most: int = 1000


class Row:
    """One row of a table. ``row[name]`` is the cleaned text, "" when empty or when the column is absent.

    The typed readers give None for an empty cell, and None with a noted problem for one that cannot be read.
    """

    __slots__ = ("_cells", "number", "table")

    def __init__(self, number: int, cells: list[str], table: Table) -> None:
        self.number, self._cells, self.table = number, cells, table

    def __getitem__(self, name: str) -> str:
        return self._cells[self.table.place[name]]

    def refuse(self, column: str, sentence: str) -> None:
        """Note a problem with this row; ``column`` "" when it is not about one cell."""
        self.table.problems.add(self.number, column, sentence)

    def _parsed(self, name: str, parse: Any) -> Any:
        value = self[name]
        if not value:
            return None
        try:
            return parse(value)
        except numbers.NumberError as error:
            self.refuse(name, str(error))
            return None

    def points(self, name: str, *, digits: int = 2) -> Decimal | None:
        """Points ≥ 0: one comma or one point, at most ``digits`` decimals."""
        return self._parsed(name, lambda value: numbers.parse_points(value, digits=digits))

    def percent(self, name: str) -> Decimal | None:
        """A percentage from 0 to 100."""
        return self._parsed(name, numbers.parse_percent)

    def count(self, name: str) -> int | None:
        """A whole number ≥ 0 without separators."""
        return self._parsed(name, numbers.parse_count)

    def date(self, name: str) -> date | None:
        """A day written 2024-12-31 or 31/12/2024, or a date cell."""
        value = self[name]
        if not value:
            return None
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                found = datetime.strptime(value, pattern).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
            if 1900 <= found.year <= 2200:
                return found
        self.refuse(
            name, _("“%(text)s” không phải là ngày. Ghi 2024-12-31 hoặc 31/12/2024.") % {"text": value[:40]}
        )
        return None

    def yes_no(self, name: str) -> bool | None:
        """``yes`` or ``no``."""
        value = self[name].casefold()
        if value in ("yes", "no"):
            return value == "yes"
        if value:
            self.refuse(name, _("“%(text)s” không hợp lệ. Ghi yes hoặc no.") % {"text": self[name][:40]})
        return None


@dataclass
class Table:
    """A file as read. ``present`` are the contract's columns that the file has; ``sha256`` is of its bytes.

    ``further`` names sheets that the caller reads by themselves.
    """

    name: str
    columns: Sequence[Column]
    further: Sequence[str] = ()
    sha256: str = ""
    size: int = 0
    sheet: str = ""
    kind: str = ""
    present: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems = Problems(self.name)
        self.place = {column.name: number for number, column in enumerate(self.columns)}

    def refuse_if_faulty(self) -> None:
        """Raise ``FileRefused`` when any problem was noted."""
        if self.problems:
            raise self.problems.refusal()

    def unique(self, names: Sequence[str]) -> None:
        """Note every row that repeats the natural key of an earlier one."""
        seen: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row[name] for name in names)
            first = seen.setdefault(key, row.number)
            if first != row.number:
                row.refuse(
                    names[-1],
                    _("Trùng với dòng %(first)d (%(key)s). Giữ lại một dòng.")
                    % {"first": first, "key": " · ".join(part for part in key if part)[:120]},
                )


def read(
    source: Path | str | BinaryIO,
    *,
    columns: Sequence[Column],
    name: str = "",
    sheet: str = "",
    further: Sequence[str] = (),
) -> Table | None:
    """Read a file into a ``Table``; cell problems are noted in it and refused by ``refuse_if_faulty``.

    ``source`` is a path or an uploaded file with its ``name``. ``sheet`` asks for a sheet by name: None when the file
    has none of that name. Raises ``FileRefused`` when the file as a whole cannot be read.
    """
    if isinstance(source, Path | str):
        return _read_path(Path(source), columns, name or Path(source).name, sheet, further)
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy:
        while piece := source.read(256 * 1024):
            copy.write(piece)
            if copy.tell() > MOST_BYTES:
                break
        copy.flush()
        return _read_path(Path(copy.name), columns, name or getattr(source, "name", ""), sheet, further)


def _read_path(
    path: Path, columns: Sequence[Column], name: str, sheet: str, further: Sequence[str]
) -> Table | None:
    table = Table(text.clean_line(name)[:200] or "?", tuple(columns), tuple(further))
    if not path.is_file():
        raise _refused(table, MISSING_FILE)
    table.size = path.stat().st_size
    if table.size > MOST_BYTES:
        raise _refused(table, "too_many_bytes", most=MOST_BYTES // 1024 // 1024)
    with path.open("rb") as file:
        table.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    request = {
        "suffix": Path(name).suffix.lower(),
        "sheet": sheet,
        "wanted": [column.name for column in columns],
    }
    with tempfile.TemporaryFile() as answer:
        _run_reader(table, path, request, answer)
        answer.seek(0)
        return table if _take(table, answer, sheet) else None


def _run_reader(table: Table, path: Path, request: dict[str, Any], answer: Any) -> None:
    command = [sys.executable, "-I", "-S", str(READER), str(path.resolve()), json.dumps(request)]
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
        raise _refused(table, TOO_SLOW) from None
    if done.returncode != 0:
        raise _refused(table, TOO_SLOW if done.returncode < 0 else ENDED)


def _refused(table: Table, code: str, **particulars: Any) -> FileRefused:
    row = particulars.get("row")
    table.problems.sheet = particulars.get("read") or table.problems.sheet
    sentence = table.problems.place(row, "") + file_sentence(code, particulars)
    return FileRefused(
        Denied(_("Không nhập được tệp «%(name)s».") % {"name": table.name}, (sentence,), code=code)
    )


def _take(table: Table, answer: Any, sheet: str) -> bool:
    """Fill the table from the reader's lines; False when the sheet asked for is not there."""
    lines = (json.loads(line) for line in answer)
    first = next(lines, None)
    if first is None:
        raise _refused(table, ENDED)
    if "refused" in first:
        if first["refused"] == "no_sheet" and sheet:
            return False
        raise _refused(table, first.pop("refused"), **first)
    table.sheet, table.kind = first["sheet"], first["kind"]
    table.problems.sheet = table.sheet
    _take_header(table, first)
    _take_rows(table, lines, len(first["header"]))
    return True


def _take_header(table: Table, first: dict[str, Any]) -> None:
    """Match the header to the contract; raises when a needed column is missing or one stands twice."""
    header = [text.clean_line(name)[:80] for name in first["header"]]
    found = {column.name: places for column, places in zip(table.columns, first["places"], strict=True)}
    table.present = frozenset(name for name, places in found.items() if places)
    further = [
        name for place, name in enumerate(header) if name and not any(place in p for p in found.values())
    ]
    for name, places in found.items():
        if len(places) > 1:
            table.problems.add(1, name, _("Cột này có %(count)d lần. Chỉ giữ một.") % {"count": len(places)})
    for column in table.columns:
        if column.needed and column.name not in table.present:
            near = difflib.get_close_matches(
                column.name, [name.casefold() for name in further], n=1, cutoff=0.6
            )
            hint = _(" Có phải cột «%(near)s» viết sai tên?") % {"near": near[0]} if near else ""
            table.problems.add(1, column.name, _("Thiếu cột này ở dòng tiêu đề.") + hint)
    if table.problems:
        raise table.problems.refusal()
    if further:
        table.notices.append(_("Bỏ qua các cột: %(names)s.") % {"names": ", ".join(dict.fromkeys(further))})


def _take_rows(table: Table, lines: Iterator[Any], width: int) -> None:
    cleaner = _Cleaner(table)
    ended = False
    for line in lines:
        if isinstance(line, list):
            table.rows.append(cleaner.row(line[0], line[1]))
        elif "refused" in line:
            raise _refused(table, line.pop("refused"), **line)
        else:
            ended = True
            for kind, value in line["notices"]:
                _remark(table, kind, value)
    if not ended:
        raise _refused(table, ENDED)
    if not table.rows:
        raise _refused(table, "no_rows")


def _remark(table: Table, kind: str, value: Any) -> None:
    """A notice about the sheets that are not read, or about hidden rows."""
    if isinstance(value, list):
        value = ", ".join(name for name in value if name not in table.further)
    if value:
        table.notices.append(file_sentence(f"notice_{kind}", {"value": value}))


class _Cleaner:
    """From the cells of the reader to the cleaned texts of a row. Equal texts are cleaned once and kept once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.known: list[dict[str, str]] = [{} for _column in table.columns]

    def row(self, number: int, cells: list[Any]) -> Row:
        cleaned = []
        for place, cell in enumerate(cells):
            known = self.known[place]
            if isinstance(cell, str) and cell in known:
                cleaned.append(known[cell])
                continue
            value = self._cell(number, self.table.columns[place], cell)
            if isinstance(cell, str):
                known[cell] = value
            cleaned.append(value)
        for column, value in zip(self.table.columns, cleaned, strict=True):
            if column.filled and not value and column.name in self.table.present:
                self._refuse_empty(number, column, cells)
        return Row(number, cleaned, self.table)

    def _refuse_empty(self, number: int, column: Column, cells: list[Any]) -> None:
        if not isinstance(cells[self.table.place[column.name]], list):  # another problem is noted already
            self.table.problems.add(number, column.name, _("Ô này không được để trống."))

    def _cell(self, number: int, column: Column, cell: str | list[str]) -> str:
        if isinstance(cell, list):
            return self._typed(number, column, *cell)
        if self.table.kind == "csv" and column.kind in (TEXT, LONG_TEXT):
            cell = unguarded(cell)
        value = text.clean_text(cell) if column.kind == LONG_TEXT else cleaned_line(cell)
        if len(value) > column.most:
            self.table.problems.add(number, column.name, file_sentence(TOO_LONG, {"most": column.most}))
            return value[: column.most]
        return value

    def _typed(self, number: int, column: Column, kind: str, value: str) -> str:
        if kind in ("n", "d") and column.kind == CODE:
            sentence = CELL_WORDS["code_number" if kind == "n" else "code_date"]
        elif (kind == "n" and column.kind == DATE) or (kind == "d" and column.kind == NUMBER):
            sentence = CELL_WORDS["number_as_date" if kind == "n" else "date_as_number"]
        elif kind in ("f", "e"):
            sentence = CELL_WORDS["formula" if kind == "f" else "error"]
        elif kind == "d":
            return date.fromisoformat(value).strftime("%d/%m/%Y") if column.kind != DATE else value
        else:
            return value
        self.table.problems.add(number, column.name, str(sentence) % {"value": value[:40]})
        return ""


def cleaned_line(value: str) -> str:
    """``text.clean_line``, with a short way for what is clean already."""
    if value.isascii() and value.isprintable() and "  " not in value and value == value.strip():
        return value
    return text.clean_line(value)
