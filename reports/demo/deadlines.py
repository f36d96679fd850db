"""A demonstration that was left alone for a while goes on: passed deadlines move ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from parindex.decisions import refuse
from parindex.models import Installation
from scoring.actions.populations import DATE_LABELS, set_dates
from scoring.calendar import FIELDS
from scoring.policies import deadline_passed, shown_moment
from units.authorization import Role
from units.models import Level, User

#: How far ahead a passed deadline is moved.
DAYS_AHEAD = 14
REASON = "Bản minh họa: hạn đã qua nên được dời tới."

#: The date of the population that ends each stage in which people work.
ENDS = {
    Stage.SELF_ASSESSMENT: "self_assessment_ends_at",
    Stage.APPRAISAL: "appraisal_ends_at",
    Stage.EXPLANATION: "explanation_ends_at",
    Stage.SECOND_APPRAISAL: "second_appraisal_ends_at",
    Stage.COUNCIL: "council_ends_at",
}


def roll(*, now: datetime | None = None) -> list[str]:
    """Move every passed deadline of a running stage to 14 days ahead, and what follows it by as much.

    Returns one sentence per population. Raises ``Refused`` on a database that is no demonstration.
    """
    if not Installation.objects.filter(demonstration=True).exists():
        refuse("Cơ sở dữ liệu này không phải bản minh họa nên không dời hạn.", code="not_demonstration")
    at = now or clock.now()
    rows = Population.objects.filter(stage__in=ENDS).select_related("cycle", "parent").order_by("pk")
    return [_moved(population, at) for population in rows if deadline_passed(at, population.ends_at(population.stage))]


def _moved(population: Population, at: datetime) -> str:
    field = ENDS[Stage(population.stage)]
    passed = clock.local(getattr(population, field))
    delta = clock.today(at) + timedelta(days=DAYS_AHEAD) - passed.date()
    following = FIELDS[FIELDS.index(field) :]
    dates = {name: value + delta for name in following if (value := getattr(population, name)) is not None}
    manager = User.objects.filter(role_assignments__role=Role.INDEX_MANAGER, is_active=True).order_by("pk").first()
    set_dates(population=population, dates=dates, by=manager, reason=REASON, now=at)
    return (
        f"{DATE_LABELS[field]} năm {population.cycle.year} ({Level(population.level).label}) đã qua, "
        f"dời đến {shown_moment(dates[field])}."
    )
