"""Single rows by statements whose text is worked out once: for what a hundred people wait for at the same moment.

Putting a query together costs Django more than the database needs to answer it. Where that matters – the session and the
person of every request, the save of one component – the statement is written down instead. Models, types and conversions stay
Django's. For anything else use querysets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models, router

#: What each open connection of PostgreSQL has been told already; gone with the connection.
_PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Columns:
    """Columns of a model under a table alias, and the way from the values of a row to an instance.

    ``sql`` stands in the SELECT list; ``take`` reads the values from a place in the row. ``without`` names fields that are
    left out (asked for later, they are read by a query of their own), ``only`` those that are read beside the key.
    """

    def __init__(
        self, model: type[models.Model], alias: str, *, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
    ) -> None:
        self.model = model
        wanted = {model._meta.pk.attname, *only} if only else {field.attname for field in model._meta.concrete_fields}
        self.fields = [field for field in model._meta.concrete_fields if field.attname in wanted - set(without)]
        self.names = [field.attname for field in self.fields]
        self.key = self.names.index(model._meta.pk.attname)
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in self.fields)
        self._converters: dict[str, list[tuple[int, Any, Any]]] = {}

    def __len__(self) -> int:
        return len(self.fields)

    def take(self, row: Sequence[Any], start: int, using: str) -> Any:
        """The instance in ``row[start:]``, or None where an outer join found nothing."""
        values = list(row[start : start + len(self.fields)])
        if values[self.key] is None:
            return None
        connection = connections[using]
        for place, convert, expression in self._conversions(connection):
            values[place] = convert(values[place], expression, connection)
        return self.model.from_db(using, self.names, values)

    def _conversions(self, connection: Any) -> list[tuple[int, Any, Any]]:
        """What this database's values need to become Python's (SQLite: moments, decimals, booleans)."""
        found = self._converters.get(connection.vendor)
        if found is None:
            found = [
                (place, convert, field.cached_col)
                for place, field in enumerate(self.fields)
                for convert in (
                    *connection.ops.get_db_converters(field.cached_col), *field.get_db_converters(connection)
                )
            ]  # fmt: skip
            self._converters[connection.vendor] = found
        return found


def first(model: type[models.Model], sql: str, params: Sequence[Any]) -> tuple[Sequence[Any] | None, str]:
    """The first row of a SELECT on the database of ``model``, and that database's name.

    ``sql`` is one of few texts, with ``%s`` for parameters and no other per cent sign: PostgreSQL reads and plans it once
    for each connection, because planning a join of five tables takes it longer than answering.
    """
    using = router.db_for_read(model)
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_ready(connection, sql), params)
        return cursor.fetchone(), using


def _ready(connection: Any, sql: str) -> str:
    """The statement that runs ``sql``; PostgreSQL keeps what it made of it, whatever becomes of the transaction."""
    if connection.vendor != "postgresql":
        return sql
    name, definition, call = _preparation(sql)
    known = _PREPARED.setdefault(connection.connection, set())
    if name not in known:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(definition)
        known.add(name)
    return call


@lru_cache(maxsize=256)
def _preparation(sql: str) -> tuple[str, str, str]:
    """Name, definition and call of a prepared statement."""
    name = f"rows_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    first, *rest = sql.split("%s")
    numbered = first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
    given = f" ({', '.join(['%s'] * len(rest))})" if rest else ""
    return name, f"PREPARE {name} AS {numbered}", f"EXECUTE {name}{given}"


def insert(model: type[models.Model], **values: Any) -> Any:
    """Insert one row and return its key; values by attribute name (``score_id``), every column without a default in the database."""
    connection = connections[router.db_for_write(model)]
    fields, text = _insertion(model, tuple(values))
    params = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_ready(connection, text), params)
        return cursor.fetchone()[0]


def update(model: type[models.Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Set ``values`` in the one row that ``where`` names (its key and what it must still hold); False: there is none."""
    connection = connections[router.db_for_write(model)]
    fields, text = _change(model, tuple(values), tuple(where))
    given = zip(fields, (*values.values(), *where.values()), strict=True)
    params = [field.get_db_prep_save(value, connection) for field, value in given]
    with connection.cursor() as cursor:
        cursor.execute(_ready(connection, text), params)
        return cursor.rowcount == 1


@lru_cache(maxsize=256)
def _insertion(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[models.Field], str]:
    fields = _fields(model, names)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    key = model._meta.pk.column
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING "{key}"'  # noqa: S608 - names of the model


@lru_cache(maxsize=256)
def _change(
    model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]
) -> tuple[list[models.Field], str]:
    fields, conditions = _fields(model, names), _fields(model, where)
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    found = " AND ".join(f'"{field.column}" = %s' for field in conditions)
    return fields + conditions, f'UPDATE "{model._meta.db_table}" SET {changes} WHERE {found}'  # noqa: S608 - names of the model


def _fields(model: type[models.Model], names: tuple[str, ...]) -> list[models.Field]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]
