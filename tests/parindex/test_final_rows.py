"""The database itself refuses to change what is final."""

import pytest
from django.db import DatabaseError, connection, transaction

from parindex import audit
from parindex.models import AuditEvent

pytestmark = pytest.mark.django_db


def refused(statement, *params):
    with pytest.raises(DatabaseError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_audit_rows_refuse_update_and_delete():
    event = audit.record("thing.changed", ("test.thing", 1), data={"before": "a", "after": "b"})

    refused("UPDATE parindex_auditevent SET action = 'x' WHERE id = %s", event.pk)
    refused("DELETE FROM parindex_auditevent WHERE id = %s", event.pk)

    assert AuditEvent.objects.get().action == "thing.changed"


def test_every_guarded_table_has_its_triggers():
    tables = {
        "parindex_auditevent",
        "criteria_framework",
        "criteria_node",
        "scoring_run",
        "scoring_unitresult",
        "scoring_noderesult",
        "scoring_publication",
        "scoring_transition",
        "scoring_scorerevision",
        "scoring_submission",
        "scoring_returnpoint",
        "scoring_signedscan",
        "scoring_outage",
        "scoring_outageextension",
        "sanctions_outcome",
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT event_object_table, event_manipulation FROM information_schema.triggers")
            found = {(table, event) for table, event in cursor.fetchall()}
        else:
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
            found = {(table, name.rsplit("_", 1)[1].upper()) for table, name in cursor.fetchall()}

    assert {(table, event) for table in tables for event in ("UPDATE", "DELETE")} <= found
    assert ("scoring_evidence", "DELETE") in found
