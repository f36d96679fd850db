"""Rows as if they had been read from a file: what the imports take, without a file and its reader."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence

from parindex.tabular import Column, Row, Table


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as the bytes of a CSV file in UTF-8; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def table_of(name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, str]]) -> Table:
    """A table of clean texts; a column that a row leaves out is empty."""
    names = [column.name for column in columns]
    cells = [[row.get(name, "") for name in names] for row in rows]
    table = named(name, csv_bytes(names, cells), columns)
    table.rows = [Row(number, listed, table) for number, listed in enumerate(cells, start=2)]
    return table


def named(name: str, content: bytes, columns: Sequence[Column] = ()) -> Table:
    """A table without rows that says which file it was."""
    present = frozenset(column.name for column in columns)
    digest = hashlib.sha256(content).hexdigest()
    return Table(name, tuple(columns), sha256=digest, size=len(content), kind="csv", present=present)
