"""The audit log of decisions: who did what to which thing, when, from what to what.

One row per change, written in the same transaction as the change. Rows are never
changed or deleted (the database refuses). No foreign keys: the log must not stand
in the way of live data, and must stay readable when a person or unit is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from parindex import canonical, clock, rows
from parindex.models import AuditEvent


def record(
    action: str,
    subject: Any,
    *,
    by: Any = None,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    unit: Any = None,
    origin: str = "web",
) -> AuditEvent:
    """Write one audit row.

    ``action`` is ``noun.verb`` ("score.saved"); ``subject`` a model instance or a
    pair (type, id); ``by`` a user or None for the system; ``data`` holds before
    and after as canonical JSON values; ``unit`` the unit concerned, for filtering.
    """
    values = row(action, subject, by=by, at=at, data=data, unit=unit, origin=origin)
    return AuditEvent(pk=rows.insert(AuditEvent, **values), **values)


def row(
    action: str,
    subject: Any,
    *,
    by: Any = None,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    unit: Any = None,
    origin: str = "web",
) -> dict[str, Any]:
    """The field values of one audit row, for actions that write many at once."""
    kind, key = subject if isinstance(subject, tuple) else (subject._meta.label_lower, subject.pk)
    return {
        "at": at or clock.now(),
        "actor_id": getattr(by, "pk", None),
        "actor": (by.get_username() if by is not None else ""),
        "action": action,
        "subject_type": str(kind),
        "subject_id": str(key),
        "unit_id": getattr(unit, "pk", unit),
        "origin": origin,
        "data": canonical.dumps(dict(data or {})),
    }


def record_many(rows: list[dict[str, Any]]) -> None:
    """Write many audit rows in one statement batch (imports)."""
    AuditEvent.objects.bulk_create([AuditEvent(**values) for values in rows], batch_size=2000)
