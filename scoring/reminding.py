"""When a unit that has not handed in is reminded of its deadline. Pure.

Each moment is a span before the deadline, with a patience: a server that was off at the moment makes up
for it only that long, because "7 days left" said two days late would be wrong. Of several moments
that have come only the nearest to the deadline is said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from criteria.stages import Stage
from scoring import policies, states

#: Stages in which nobody can hand in.
_OVER = frozenset({Stage.PREPARING, Stage.SETTLED, Stage.PUBLISHED})
#: Shortest time between two reminders of Sở Nội vụ to one unit.
REMINDER_PAUSE = timedelta(hours=12)


@dataclass(frozen=True)
class Moment:
    """A kind of notice, how long before the deadline it is due, and how late it may still be said."""

    kind: str
    before: timedelta
    patience: timedelta


MOMENTS = (
    Moment("deadline_7", timedelta(days=7), timedelta(days=1)),
    Moment("deadline_3", timedelta(days=3), timedelta(hours=12)),
    Moment("deadline_1", timedelta(days=1), timedelta(hours=6)),
    Moment("deadline_2h", timedelta(hours=2), timedelta(hours=1)),
)


def due_kind(now: datetime, deadline: datetime, sent: Collection[str] = ()) -> str | None:
    """The kind of notice that is due at ``now``, None when nothing is or it is among the ``sent`` ones.

    The deadline counts from its own minute ("17:00" is 17:00:00 here, although it accepts until 17:01).
    """
    last = policies.closes_at(deadline) - timedelta(minutes=1)
    come = [moment for moment in MOMENTS if now >= last - moment.before]
    if not come or policies.deadline_passed(now, deadline):
        return None
    nearest = min(come, key=lambda moment: moment.before)
    late = now - (last - nearest.before)
    return None if late > nearest.patience or nearest.kind in sent else nearest.kind


def deadline_of(sheet: policies.Sheet) -> datetime | None:
    """The moment by which a unit must hand in, None when it has none or has handed in.

    A returned dossier has the date it was returned with; once the self-assessment of its population is
    over, only an extension of its own counts.
    """
    if sheet.state not in states.UNSUBMITTED or sheet.stage in _OVER:
        return None
    if sheet.state == states.State.RETURNED:
        return sheet.extended_until
    if sheet.stage != Stage.SELF_ASSESSMENT and sheet.extended_until is None:
        return None
    return sheet.own_deadline()


def notice_key(population_id: int, unit_id: int, deadline: datetime, kind: str) -> str:
    """What makes a reminder once per person: a deadline that is moved is another one."""
    minute = (policies.closes_at(deadline) - timedelta(minutes=1)).astimezone(UTC)
    return f"deadline:{population_id}:{unit_id}:{minute:%Y%m%dT%H%M}:{kind}"


def left_words(now: datetime, deadline: datetime) -> str:
    """How long is left: "3 ngày 2 giờ", to the hour from a day on, "1 giờ 55 phút" below; "đã quá hạn" after it."""
    if policies.deadline_passed(now, deadline):
        return _("đã quá hạn")
    left = max(deadline - now, timedelta(minutes=1))
    if left >= timedelta(hours=23, minutes=30):
        days, hours = divmod((left + timedelta(minutes=30)) // timedelta(hours=1), 24)
        parts = [(days, _("%(number)d ngày")), (hours, _("%(number)d giờ"))]
    else:
        hours, minutes = divmod(-(-left // timedelta(minutes=1)), 60)
        parts = [(hours, _("%(number)d giờ")), (minutes, _("%(number)d phút"))]
    return " ".join(words % {"number": number} for number, words in parts if number)
