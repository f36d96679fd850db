"""Writing tables for people: XLSX with plain text cells, CSV that no spreadsheet takes for formulas.

Codes and texts are always text cells, so that 1.10 stays 1.10 and "=1+1" stays a text; numbers are ``Decimal`` or int.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

#: Marks that make a spreadsheet take a text for a formula; our exports put an apostrophe before them.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """One sheet: header and rows of str, int, Decimal or None; ``widths`` of columns in characters."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = field(default=())


def write_xlsx(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook, row by row so that memory stays small."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for number, width in enumerate(sheet.widths):
            page.column_dimensions[_letters(number)].width = width
        page.append([_cell(WriteOnlyCell, page, name, bold) for name in sheet.header])
        for row in sheet.rows:
            page.append([_cell(WriteOnlyCell, page, value) for value in row])
    book.save(file)


def _cell(make: Any, page: Any, value: Any, font: Any = None) -> Any:
    cell = make(page, value=value if isinstance(value, int | Decimal) else None)
    if isinstance(value, Decimal):
        places = max(0, -int(value.as_tuple().exponent))
        cell.number_format = "0." + "0" * places if places else "0"
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = "@"
    if font is not None:
        cell.font = font
    return cell


def _letters(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else "A" + chr(ord("A") + number - 26)


def write_csv(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Any]], *, guard: Iterable[str] = ()
) -> None:
    """Write a CSV file in UTF-8; the texts of the columns in ``guard`` never begin a formula."""
    import io

    free = [name in set(guard) for name in header]
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            [
                guarded(cell) if text and isinstance(cell, str) else _plain(cell)
                for cell, text in zip(row, free, strict=True)
            ]
        )
    out.detach()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def guarded(value: str) -> str:
    """A text for a CSV cell that a spreadsheet must not take for a formula: ``=1+1`` becomes ``'=1+1``."""
    return "'" + value if value.lstrip("'").startswith(FORMULA_MARKS) else value


def unguarded(value: str) -> str:
    """The text that ``guarded`` was given."""
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(FORMULA_MARKS) else value
