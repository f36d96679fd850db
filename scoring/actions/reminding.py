"""Reminders to units that have not handed in: by the clock, and by Sở Nội vụ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from criteria.stages import Stage
from parindex import audit, canonical, clock, text
from parindex.decisions import refuse, require
from parindex.models import AuditEvent
from scoring import reminding
from scoring.actions.populations import lock_population
from scoring.actions.telling import CLERK_AND_HEAD, remind_by_hand, remind_of_deadline
from scoring.models import Assessment
from scoring.permissions import may_in_population
from scoring.policies import shown_moment
from scoring.queries.dossiers import sheet_of
from scoring.states import UNSUBMITTED
from units.authorization import Permission
from units.models import MailState, Notice, User
from units.queries.people import people_of

SENT = "reminder.sent"
MOST_NOTE = 500


@dataclass(frozen=True)
class Reminded:
    """What a reminder did: how many units and people were told, and a sentence for every unit that was not.

    ``mails``: people who are also sent a mail. Names of units: ``recent``, reminded a short while ago;
    ``without_account``; ``without_mail``, told in the portal alone because nobody there is sent mail.
    """

    units: int
    people: int
    skipped: tuple[str, ...] = ()
    mails: int = 0
    recent: tuple[str, ...] = ()
    without_account: tuple[str, ...] = ()
    without_mail: tuple[str, ...] = ()


@transaction.atomic
def remind(
    *, population_id: int, by: Any, unit_ids: Collection[int] | None = None, note: str = "", now: datetime | None = None
) -> Reminded:
    """Remind clerks and heads of units that have not handed in; without ``unit_ids`` of all of them.

    A unit is reminded at most once in 12 hours; one without an account cannot be. Refused, with a
    sentence for each unit, when nobody is left to remind.
    """
    population = lock_population(population_id)
    at = now or clock.now()
    require(may_in_population(by, population, Permission.REMINDER_SEND))
    if population.stage in (Stage.PREPARING, Stage.SETTLED, Stage.PUBLISHED):
        refuse(_("Đợt đánh giá không ở bước đơn vị nộp hồ sơ."), code="stage")
    waiting = _waiting(population, unit_ids)
    recent = last_reminded(population, at)
    people_at = people_of([each.unit_id for each in waiting], CLERK_AND_HEAD, clock.today(at))
    skipped = _skipped(waiting, recent, people_at)
    told = [each for each in waiting if each.unit_id not in skipped]
    if not told:
        refuse(_("Không còn đơn vị nào để nhắc."), details=tuple(skipped.values()), code="nobody")
    words = text.clean_line(note)[:MOST_NOTE]
    people = remind_by_hand(told, by=by, at=at, note=words)
    units = [each.unit_id for each in told]
    audit.record(SENT, population, by=by, at=at, data={"units": units, "people": people, "note": words})
    mailed = _mailed(people_at, told, at)
    left = [each for each in waiting if each.unit_id in skipped]
    return Reminded(
        units=len(told),
        people=people,
        skipped=tuple(skipped.values()),
        mails=len(mailed),
        recent=tuple(each.unit.name for each in left if each.unit_id in recent),
        without_account=tuple(each.unit.name for each in left if each.unit_id not in recent),
        without_mail=tuple(each.unit.name for each in told if not mailed & {user.pk for user in people_at[each.unit_id]}),
    )


def _mailed(people_at: Mapping[int, list[User]], told: list[Assessment], at: datetime) -> set[int]:
    """Ids of the people whose reminder of this moment also goes by mail (one query)."""
    users = {user.pk for each in told for user in people_at[each.unit_id]}
    rows = Notice.objects.filter(kind="reminder", created_at=at, user__in=users).exclude(mail=MailState.NONE)
    return set(rows.values_list("user_id", flat=True))


def _waiting(population: Population, unit_ids: Collection[int] | None) -> list[Assessment]:
    rows = Assessment.objects.filter(population=population, state__in=sorted(UNSUBMITTED))
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=list(unit_ids))
    return list(rows.select_related("unit", "population__cycle").order_by("unit__sort_key", "pk"))


def _skipped(
    waiting: list[Assessment], recent: Mapping[int, tuple[str, datetime]], people: Mapping[int, list[User]]
) -> dict[int, str]:
    """Why a unit is not reminded, by its id: reminded a short while ago, or nobody has an account there."""
    found = {}
    for each in waiting:
        if each.unit_id in recent:
            who, moment = recent[each.unit_id]
            words = _("%(unit)s: %(who)s đã nhắc lúc %(moment)s, nhắc lại được sau 12 giờ")
            found[each.unit_id] = words % {"unit": each.unit.name, "who": who, "moment": shown_moment(moment)}
        elif not people[each.unit_id]:
            found[each.unit_id] = _("%(unit)s: chưa có tài khoản cán bộ hoặc người đứng đầu") % {"unit": each.unit.name}
    return found


def last_reminded(population: Population, at: datetime) -> dict[int, tuple[str, datetime]]:
    """Who reminded a unit within the last 12 hours and when, by unit id, from the log (one query)."""
    rows = AuditEvent.objects.filter(
        action=SENT,
        subject_type=population._meta.label_lower,
        subject_id=str(population.pk),
        at__gt=at - reminding.REMINDER_PAUSE,
    )
    found: dict[int, tuple[str, datetime]] = {}
    for row in rows.order_by("pk"):
        found.update(dict.fromkeys(canonical.loads(row.data)["units"], (row.actor, row.at)))
    return found


def send_deadline_notices(now: datetime | None = None) -> int:
    """Remind every unit whose deadline is 7, 3 or 1 days or 2 hours away; returns how many people were told.

    Run as often as one likes: each deadline and kind is said once. Nothing is locked; a dossier handed in
    at this very moment may still be reminded.
    """
    at = now or clock.now()
    rows = Assessment.objects.filter(state__in=sorted(UNSUBMITTED)).exclude(
        population__stage__in=[Stage.PREPARING, Stage.SETTLED, Stage.PUBLISHED]
    )
    due: dict[str, list[Assessment]] = {}
    for each in rows.select_related("unit", "population__cycle").order_by("pk"):
        deadline = reminding.deadline_of(sheet_of(each))
        kind = reminding.due_kind(at, deadline) if deadline is not None else None
        if kind is not None:
            due.setdefault(kind, []).append(each)
    return sum(remind_of_deadline(dossiers, kind, at=at) for kind, dossiers in due.items())
