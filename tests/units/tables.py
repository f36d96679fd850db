"""Tables as ``parindex.tabular`` reads them, from rows of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from parindex.tabular import Column, Row, Table
from units.intake import HEAD_COLUMNS, UNIT_COLUMNS, HeadRow, UnitRow


def table(
    columns: Sequence[Column], rows: Iterable[tuple[int, dict[str, str]]], *, without: set[str] = frozenset()
) -> Table:
    """A table with the columns but those ``without``."""
    made = Table("tep.csv", columns, present=frozenset(column.name for column in columns) - without)
    made.rows = [
        Row(number, [cells.get(column.name, "") for column in columns], made) for number, cells in rows
    ]
    return made


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def unit_table(rows: Iterable[UnitRow]) -> Table:
    """The file with these rows; without the column of remarks when none has one."""
    given = list(rows)
    cells = [
        (
            row.row,
            {
                "code": row.code,
                "name": row.name,
                "short_name": row.short_name,
                "level": str(row.level),
                "parent_code": row.parent_code,
                "valid_from": day(row.valid_from),
                "valid_to": day(row.valid_to),
                "predecessor_codes": ";".join(row.predecessor_codes),
                "remark": row.remark or "",
            },
        )
        for row in given
    ]
    without = set() if any(row.remark is not None for row in given) else {"remark"}
    return table(UNIT_COLUMNS, cells, without=without)


def head_table(rows: Iterable[HeadRow]) -> Table:
    """The file with these rows."""
    cells = [
        (
            row.row,
            {
                "unit_code": row.unit_code,
                "full_name": row.full_name,
                "title": row.title,
                "acting": "yes" if row.acting else "no",
                "from_date": day(row.from_date),
                "to_date": day(row.to_date),
                "person_code": row.person_code,
            },
        )
        for row in rows
    ]
    return table(HEAD_COLUMNS, cells)
