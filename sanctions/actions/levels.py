"""Computing and publishing every population of a level at once, as the command line does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Population
from parindex.decisions import refuse
from sanctions.actions.computing import compute
from sanctions.actions.publishing import Published, publish
from scoring.actions.runs import Computation
from scoring.queries.populations import populations_of, units_of
from scoring.queries.runs import Shown, latest_run, shown_of
from units.models import Unit


def compute_level(
    *, year: int, level: str, by: Any = None, now: datetime | None = None, origin: str = "command"
) -> list[Computation]:
    """Compute every population of a level that has been opened, each in its own transaction."""
    open_ones = [p for p in _existing(year, level) if p.opened_at is not None or p.totals_only]
    if not open_ones:
        refuse(
            _("Năm %(year)d, cấp này chưa mở đợt đánh giá nào nên chưa có gì để tính.") % {"year": year},
            code="closed",
        )
    return [compute(population=population, by=by, now=now, origin=origin) for population in open_ones]


@transaction.atomic
def publish_level(
    *,
    year: int,
    level: str,
    decision: str,
    decided_on: date,
    reason: str = "",
    parent_code: str = "",
    by: Any = None,
    now: datetime | None = None,
    origin: str = "command",
) -> list[Published]:
    """Publish a level, or the communes of one district; all or nothing.

    Without ``parent_code`` those populations are published that are not yet; when all are, a
    reason publishes anew those whose result has changed since.
    """
    populations = _existing(year, level)
    chosen = _of_district(populations, parent_code) if parent_code else _due(populations, reason)
    return [
        publish(
            population=population,
            decision=decision,
            decided_on=decided_on,
            reason=reason,
            by=by,
            now=now,
            origin=origin,
        )
        for population in chosen
    ]


def _existing(year: int, level: str) -> list[Population]:
    found = populations_of(year, level)
    if not found:
        refuse(_("Chưa có đợt đánh giá năm %(year)d cho cấp này.") % {"year": year}, code="absent")
    return found


def _of_district(populations: Sequence[Population], code: str) -> list[Population]:
    """The population of the district that bears the code at the reference date."""
    for population in populations:
        parent: Unit | None = population.parent
        if parent is not None and parent.code == code and parent.valid_on(population.reference_date):
            return [population]
    refuse(_("Không có đợt đánh giá cấp xã của huyện mã “%(code)s”.") % {"code": code}, code="absent")
    raise AssertionError


def _due(populations: Sequence[Population], reason: str) -> list[Population]:
    """Those not yet published; when there are none, those with a newer run; when there are none either, all."""
    shown = [found for found in shown_of(populations) if _takes_part(found)]
    waiting = [found.population for found in shown if found.publication is None]
    if not waiting and reason.strip():
        waiting = [found.population for found in shown if latest_run(found.population) != found.run]
    return waiting or [found.population for found in shown]


def _takes_part(shown: Shown) -> bool:
    """A population with units of its own, or with a result."""
    return shown.run is not None or units_of(shown.population).exists()
