"""Statements that are written down: PostgreSQL keeps them ready, and they mean the same as on SQLite."""

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from parindex import rows

TABLE = Session._meta.db_table
#: A text that no other code uses, so that the connection cannot know it yet.
FOUND = f"SELECT session_data FROM {TABLE} WHERE session_key = %s AND session_data <> %s AND expire_date > %s"
NOW = datetime(2025, 1, 1, tzinfo=UTC)


def store(data="chữ 'có' dấu"):
    Session.objects.create(session_key="k", session_data=data, expire_date=datetime(2025, 2, 1, tzinfo=UTC))
    return data


def found(other="", at=NOW):
    row, _using = rows.first(Session, FOUND, ["k", other, at])
    return row and row[0]


@pytest.mark.django_db
def test_a_row_is_found_with_its_parameters_again_and_again():
    data = store()

    # Oftener than PostgreSQL plans for the given values.
    assert [found(f"lần {number}") for number in range(12)] == [data] * 12
    assert found(other=data) is None
    assert found(at=datetime(2025, 3, 1, tzinfo=UTC)) is None


@pytest.mark.django_db
def test_a_statement_counts_once():
    with CaptureQueriesContext(connection) as queries:
        rows.first(Session, f"SELECT 1 FROM {TABLE} WHERE session_key = %s", ["k"])

    assert len(queries) == 1


@pytest.mark.postgresql
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL keeps statements ready")
@pytest.mark.django_db(transaction=True)
def test_what_a_rolled_back_transaction_made_ready_stays_and_a_new_connection_learns_it_anew():
    data = store()
    connection.close()
    with transaction.atomic():
        assert found() == data
        transaction.set_rollback(True)
    assert found() == data
    assert ready() == 1

    connection.close()
    assert ready() == 0
    assert found() == data
    assert ready() == 1


def ready():
    """How often the open connection holds the statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE position(%s in statement) > 0", ["session_data <> $2"])
        return cursor.fetchone()[0]
