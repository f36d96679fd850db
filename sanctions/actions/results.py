"""Entering the results of a past year that is known only by the totals of its units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.actions.populations import ensure_populations
from criteria.models import Population
from criteria.stages import Stage
from parindex import audit, clock
from parindex.decisions import refuse
from sanctions.actions.computing import compute
from scoring.actions.populations import lock_population, make_move
from scoring.actions.runs import Computation
from scoring.actions.totals import Totals
from scoring.models import Score
from scoring.queries.populations import units_of


@dataclass(frozen=True)
class ResultRow:
    """One row of ``import_results``; ``refuse(column, sentence)`` notes a problem at its place in the file."""

    unit_code: str
    totals: Totals
    refuse: Callable[[str, str], None]


@transaction.atomic
def import_results(
    *,
    year: int,
    level: str,
    rows: Sequence[ResultRow],
    check: Callable[[], None],
    by: Any = None,
    now: datetime | None = None,
    origin: str = "import",
    dry_run: bool = False,
) -> tuple[Computation, ...]:
    """Create the year's populations where they are missing, and a settled run of totals for each; all or nothing.

    The file is the whole year: a unit that is not in it has no result. ``check`` raises when a problem was
    noted. ``dry_run`` does everything and undoes it. Refused for a year that was opened with a framework,
    or whose codes belong to no unit.
    """
    at = now or clock.now()
    _cycle, populations = ensure_populations(year=year, level=level, by=by, now=now)
    places = _places(populations)
    by_population: dict[int, dict[int, Totals]] = {population.pk: {} for population in populations}
    for row in rows:
        _check_sums(row)
        place = places.get(row.unit_code)
        if place is None:
            row.refuse(
                "unit_code",
                _("Không có đơn vị mã “%(code)s” có hiệu lực tại ngày chốt.") % {"code": row.unit_code},
            )
        else:
            by_population[place[0]][place[1]] = row.totals
    check()
    done = tuple(
        _store(population, by_population[population.pk], by=by, at=at, origin=origin)
        for population in populations
        if by_population[population.pk] or population.totals_only
    )
    if dry_run:
        transaction.set_rollback(True)
    return done


def _places(populations: Sequence[Population]) -> dict[str, tuple[int, int]]:
    """Population and unit id by the code valid at the reference date."""
    return {
        code: (population.pk, unit_id)
        for population in populations
        for unit_id, code in units_of(population).values_list("id", "code")
    }


def _check_sums(row: ResultRow) -> None:
    """Points within the maximum; where both parts stand they add up to the points."""
    totals = row.totals
    if totals.points > totals.max_points:
        row.refuse("points", _("Điểm lớn hơn điểm tối đa. Kiểm tra lại."))
    for name, part in (
        ("appraised_points", totals.appraised_points),
        ("survey_points", totals.survey_points),
    ):
        if part is not None and part > totals.points:
            row.refuse(name, _("Lớn hơn tổng điểm. Kiểm tra lại."))
    parts = [part for part in (totals.appraised_points, totals.survey_points) if part is not None]
    if len(parts) == 2 and sum(parts, Decimal(0)) != totals.points:
        row.refuse("points", _("Điểm thẩm định cộng điểm điều tra không bằng tổng điểm."))


def _store(
    population: Population, totals: Mapping[int, Totals], *, by: Any, at: datetime, origin: str
) -> Computation:
    """The settled run of one population."""
    population = lock_population(population.pk)
    if population.opened_at is not None or Score.objects.filter(assessment__population=population).exists():
        refuse(_("Đợt này đã mở theo bộ tiêu chí, không nhập kết quả tổng được."), code="opened")
    if not population.totals_only:
        population.totals_only = True
        population.save(update_fields=["totals_only"])
    done = compute(population=population, by=by, now=at, origin=origin, totals=totals)
    if done.created or population.stage not in (Stage.SETTLED, Stage.PUBLISHED):
        make_move(population, "settle_from_files", by=by, reason="", at=at, origin=origin)
    if done.run.provisional:
        done.run.provisional = False
        done.run.save(update_fields=["provisional"])
    data = {"run": done.run.number, "units": len(totals), "new": done.created}
    audit.record("results.imported", population, by=by, at=at, data=data, origin=origin)
    return done
