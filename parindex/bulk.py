"""Many rows of one table in one go, as fast as the database takes them, and many values without the collector.

For rows that are written once by a computation or an import. Defaults, ``save`` and
validators of the model are not consulted: the caller gives a value for every column
that has no default in the database. PostgreSQL takes them by COPY, SQLite by one
prepared statement run many times; either way it is one round, however many rows.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connections, models, router, transaction
from psycopg2.extras import execute_values

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause the search for reference cycles while many small values are made.

    Computing a province makes some hundred thousand tuples and no cycle; walking them again and
    again would cost a third of its time. Reference counting goes on, so nothing is kept longer.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, each a sequence of values in the order of ``fields`` (names of model fields, "unit_id" allowed).

    Values are text (choices count as their values), whole numbers, ``Decimal`` with the column's decimals, booleans, aware
    moments and None. Constraints and triggers of the table hold as for any other insert.
    """
    connection = connections[router.db_for_write(model)]
    columns = [model._meta.get_field(name).column for name in fields]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, model._meta.db_table, columns, rows)
        else:
            _execute_many(cursor, model._meta.db_table, columns, rows)


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set ``fields`` of existing rows; each of ``rows`` begins with the id, then the values in the order of ``fields``.

    The kinds of values are those of ``insert_rows``; ids that are not there change nothing.
    """
    connection = connections[router.db_for_write(model)]
    listed = list(rows)
    if not listed:
        return
    known = [model._meta.get_field(name) for name in fields]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            names = ", ".join(f'"{field.column}"' for field in known)
            values = ", ".join(f'v."{field.column}"::{field.db_type(connection)}' for field in known)
            statement = f'UPDATE "{table}" t SET ({names}) = ROW({values}) FROM (VALUES %s) v(id, {names}) WHERE t.id = v.id'  # noqa: S608 (names are ours)
            execute_values(cursor.cursor, statement, listed, page_size=1000)
        else:
            names = ", ".join(f'"{field.column}" = %s' for field in known)
            adapted = [[*map(_plain, row[1:]), row[0]] for row in listed]
            cursor.executemany(f'UPDATE "{table}" SET {names} WHERE "id" = %s', adapted)  # noqa: S608 (names are ours)


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    # One expression per cell: this runs a quarter of a million times for one province.
    lines = [
        "\t".join(
            [
                "\\N" if value is None else value.translate(_ESCAPES) if type(value) is str else str(value)
                for value in row
            ]
        )
        for row in rows
    ]
    if lines:
        names = ", ".join(f'"{column}"' for column in columns)
        lines.append("")
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', io.StringIO("\n".join(lines)))


def _execute_many(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    adapted = [[_plain(value) for value in row] for row in rows]
    if adapted:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', adapted)  # noqa: S608 (names are ours)


def _plain(value: Any) -> Any:
    """A value as SQLite stores it: decimals as their digits, moments in UTC without their zone."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return value
