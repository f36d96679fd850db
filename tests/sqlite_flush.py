"""Let Django empty the tables of transactional tests on SQLite.

Between such tests Django deletes every row. On PostgreSQL that is TRUNCATE, which
the triggers of ``parindex.immutability`` do not watch; on SQLite it is DELETE,
which they refuse. So the triggers are taken down for the flush and put back.
"""

from __future__ import annotations

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations

_flush = DatabaseOperations.execute_sql_flush


def _flush_without_triggers(self, sql_list):
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        return _flush(self, sql_list)
    finally:
        with self.connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)


@pytest.fixture(autouse=True, scope="session")
def flush_past_triggers():
    """Install the flush for the whole test session."""
    DatabaseOperations.execute_sql_flush = _flush_without_triggers
    yield
    DatabaseOperations.execute_sql_flush = _flush
