"""Many rows of one table in one go, as fast as the database takes them.

For rows that are written once by a computation or an import. Defaults, ``save`` and
validators of the model are not consulted: the caller gives a value for every column
that has no default in the database. PostgreSQL takes them by COPY, SQLite by one
prepared statement run many times; either way it is one round, however many rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connections, models, router, transaction

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, each a sequence of values in the order of ``fields`` (names of model fields, "unit_id" allowed).

    Values are text, whole numbers, ``Decimal`` with the column's decimals, booleans, aware
    moments and None. Constraints and triggers of the table hold as for any other insert.
    """
    connection = connections[router.db_for_write(model)]
    columns = [model._meta.get_field(name).column for name in fields]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, model._meta.db_table, columns, rows)
        else:
            _execute_many(cursor, model._meta.db_table, columns, rows)


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    text = "\n".join(["\t".join([_shown(value) for value in row]) for row in rows])
    if text:
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', io.StringIO(text + "\n"))


def _shown(value: Any) -> str:
    """A value as COPY reads it in text format."""
    kind = type(value)
    if kind is int or kind is Decimal:
        return str(value)
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


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
