"""Tables for machines: one table written as CSV, JSON or XLSX with the same cells.

CSV rows stay pure (the mark of a demonstration belongs to file name and HTTP header); JSON is
``{"meta": …, "rows": …}``; XLSX says on a second sheet what the table is. Decimals keep their
digits, in JSON as text; an absent figure is an empty cell or null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import canonical
from parindex.spreadsheet import Sheet, write_csv, write_xlsx

FORMATS = ("csv", "json", "xlsx")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Said on the second sheet, in the file name and in the HTTP header of a demonstration.
DEMONSTRATION = gettext_lazy("Dữ liệu minh họa")


@dataclass(frozen=True)
class OpenTable:
    """A table with its columns, rows of str, int, Decimal, None or a mapping, and what is to be said about it.

    ``texts``: columns whose text a spreadsheet must not take for a formula. ``widths``: of the columns of a
    sheet, in characters. ``meta`` holds text, numbers, booleans and lists of such.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    meta: Mapping[str, Any]
    texts: frozenset[str] = frozenset()
    widths: Sequence[int] = ()

    @property
    def demonstration(self) -> bool:
        """Whether the figures are invented."""
        return bool(self.meta.get("demonstration"))


def write_table(table: OpenTable, file: IO[bytes], kind: str) -> None:
    """Write the table to a binary file as ``csv``, ``json`` or ``xlsx``."""
    if kind == "csv":
        write_csv(file, table.columns, (_cells(row) for row in table.rows), guard=table.texts)
    elif kind == "json":
        file.write(_json(table).encode())
    elif kind == "xlsx":
        sheets = [
            Sheet(table.title, table.columns, [_cells(row) for row in table.rows], table.widths),
            _about(table),
        ]
        write_xlsx(file, sheets)
    else:
        raise ValueError(f"unknown format {kind}")


def _cells(row: Sequence[Any]) -> list[Any]:
    """A row for a sheet: an object becomes its canonical JSON in one cell."""
    return [canonical.dumps(cell) if isinstance(cell, Mapping) else cell for cell in row]


def _json(table: OpenTable) -> str:
    meta = canonical.dumps(table.meta)
    rows = (canonical.dumps(dict(zip(table.columns, map(_as_json, row), strict=True))) for row in table.rows)
    return '{"meta":' + meta + ',"rows":[\n' + ",\n".join(rows) + "\n]}\n"


def _as_json(cell: Any) -> Any:
    return format(cell, "f") if isinstance(cell, Decimal) else cell


def _about(table: OpenTable) -> Sheet:
    """The second sheet: what the table is, and the mark of a demonstration."""
    rows = [[key, _said(value)] for key, value in table.meta.items()]
    if table.demonstration:
        rows.insert(
            0, [str(DEMONSTRATION), _("Số liệu do phần mềm tạo ra để minh họa, không phải kết quả thật.")]
        )
    return Sheet(_("Thông tin"), [_("Mục"), _("Nội dung")], rows, (28, 90))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list | tuple | Mapping):
        return canonical.dumps(value)
    return "" if value is None else str(value)
