"""Production never serves invented scores as real ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

SENTENCE = (
    "This database is marked as a demonstration: its scores are invented. Production refuses to start on it. "
    "Point DATABASE_URL to a database of its own, made by `manage.py migrate` or by `./run restore FILE`."
)


def marked_as_demonstration(database: BaseDatabaseWrapper) -> bool:
    """Whether the database carries the mark; a database without tables carries none."""
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT demonstration FROM parindex_installation")
            row = cursor.fetchone()
    except DatabaseError:
        return False
    return bool(row and row[0])


def refuse_demonstration(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of ``connection_created`` in production: no process of ours works on a marked database."""
    if connection.alias == "default" and marked_as_demonstration(connection):
        connection.close()
        raise ImproperlyConfigured(SENTENCE)


def look_at_database() -> None:
    """Open the connection once at the start of a production server, so that it refuses then and not at the first visitor.

    A database that is away for the moment does not stop the start: ``/readyz`` says so until it is back.
    """
    if not settings.PRODUCTION:
        return
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    connection.close()
