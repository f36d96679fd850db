"""Notices: short messages to one person about something that waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from parindex import clock
from units.models import Notice, User


@transaction.atomic
def notify(*, users: Iterable[User], text: str, url: str = "", now: datetime | None = None) -> int:
    """Leave a notice for each person; returns how many."""
    at = now or clock.now()
    rows = [Notice(user=user, text=text[:300], url=url[:300], created_at=at) for user in users]
    Notice.objects.bulk_create(rows, batch_size=500)
    return len(rows)


@transaction.atomic
def mark_notices_read(*, user: User, now: datetime | None = None) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    return Notice.objects.filter(user=user, read_at__isnull=True).update(read_at=now or clock.now())
