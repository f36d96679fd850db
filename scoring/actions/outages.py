"""More time for everybody after the portal itself was down: one recorded act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from criteria.stages import Stage
from parindex import audit, clock, text
from parindex.decisions import refuse, require
from scoring import permissions, population_policies
from scoring.actions.populations import DATE_LABELS, lock_population
from scoring.actions.telling import tell_of_new_deadline
from scoring.models import Outage, OutageExtension


@dataclass(frozen=True)
class Breakdown:
    """What is recorded: when the portal was away, the new last minute for all, and why."""

    began_at: datetime
    ended_at: datetime
    until: datetime
    reason: str


def record_outage(
    *, breakdown: Breakdown, population_ids: Collection[int], by: Any, now: datetime | None = None
) -> tuple[Outage, bool]:
    """Move the deadline of the chosen populations to ``until`` and tell everybody; return the act and whether it is new.

    Only populations still in self-assessment whose deadline is earlier are moved, never to an earlier
    minute; a unit's own later extension stays. The same times recorded again change nothing (double click).
    A dossier that was returned keeps its own deadline: whoever returned it extends it.
    """
    with transaction.atomic():
        chosen = [lock_population(pk) for pk in sorted(population_ids)]
        at = now or clock.now()
        require(permissions.may_record_outage(by))
        same = Outage.objects.filter(
            began_at=breakdown.began_at, ended_at=breakdown.ended_at, until=breakdown.until
        ).first()
        if same is not None:
            return same, False
        reason = text.clean_line(breakdown.reason)[:500]
        require(population_policies.may_record_outage(breakdown.began_at, breakdown.ended_at, breakdown.until, at, reason=reason))
        moved = [each for each in chosen if _gains(each, breakdown.until)]
        if not moved:
            refuse(_("Không nhóm đơn vị nào được thêm giờ. Chọn nhóm đang tự đánh giá có hạn trước hạn mới."), code="nobody")
        outage = Outage.objects.create(
            began_at=breakdown.began_at, ended_at=breakdown.ended_at, until=breakdown.until, reason=reason, at=at, by=by
        )
        for population in moved:
            _extend(population, outage, by=by, at=at)
        return outage, True


def _gains(population: Population, until: datetime) -> bool:
    deadline = population.self_assessment_ends_at
    return population.stage == Stage.SELF_ASSESSMENT and deadline is not None and deadline < until


def _extend(population: Population, outage: Outage, *, by: Any, at: datetime) -> None:
    """Raise one deadline, with its row, its audit row and its notices."""
    before = population.self_assessment_ends_at
    population.self_assessment_ends_at = outage.until
    require(population_policies.dates_in_order([(str(label), getattr(population, name)) for name, label in DATE_LABELS.items()]))
    population.save(update_fields=["self_assessment_ends_at"])
    OutageExtension.objects.create(outage=outage, population=population, before=before, after=outage.until)
    data = {
        "from": before.isoformat() if before else None,
        "to": outage.until.isoformat(),
        "began": outage.began_at.isoformat(),
        "ended": outage.ended_at.isoformat(),
        "reason": outage.reason,
    }
    audit.record("population.outage", population, by=by, at=at, data=data)
    tell_of_new_deadline(population, by=by, at=at, reason=outage.reason, kind="outage")
