"""The one clock of the product.

Times are stored in UTC and decided in Asia/Ho_Chi_Minh. An action reads
``now()`` after it holds its lock, so that a request which waited for a lock
past the deadline is refused.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """The calendar day in Vietnam at a moment (default: now)."""
    return (at or now()).astimezone(VIETNAM).date()


def local(moment: datetime) -> datetime:
    """The moment as a clock on a wall in Vietnam shows it."""
    return moment.astimezone(VIETNAM)
