"""What a person may do with a population now, and the pages that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models import Population
from criteria.stages import Stage
from scoring import permissions, states
from scoring.queries.ground import ROUNDS
from scoring.queries.progress import FINISHED, HANDED_IN, Round, UnitProgress
from scoring.views.population_words import MEANINGS, result_url
from units.access import access_of
from units.authorization import Permission

#: Moves that carry a round forward; the first open one is the button of the page.
FORWARD = ("open", "begin_appraisal", "convene", "settle", "publish")
PAGES = {"open": "scoring:population_open", "settle": "scoring:population_settle", "publish": "sanctions:publish"}
APPRAISAL = (Stage.APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)


@dataclass(frozen=True)
class Act:
    """Something this person may do with the population now."""

    name: str
    label: str
    meaning: str
    url: str
    post: bool = False
    forward: bool = False


def ready_for(population: Population, rows: list[UnitProgress], now: datetime) -> bool:
    """Whether the stage has done its work, so that moving on is what the page offers first."""
    ends_at = population.ends_at(population.stage)
    if ends_at is not None and ends_at < now:
        return True
    if population.stage == Stage.SELF_ASSESSMENT:
        return all(row.group in (HANDED_IN, FINISHED) for row in rows)
    return population.stage not in APPRAISAL or all(row.decided >= row.cells for row in rows)


def acts_of(user: Any, population: Population, done: Round, *, ready: bool) -> list[Act]:
    """What this person may do now: moves of the stage, computing, dates."""

    def may(permission: str) -> bool:
        return bool(permissions.may_in_population(user, population, Permission(permission)))

    found = []
    for move, known in states.STAGE_MOVES.items():
        if population.stage in known.sources and not known.by_file and may(known.permission):
            name = PAGES.get(move, "scoring:population_move")
            url = reverse(name, args=[population.pk] if move in PAGES else [population.pk, move])
            found.append(Act(move, str(known.label), str(MEANINGS[move]), url, forward=ready and move in FORWARD))
    if may(Permission.RUN_COMPUTE) and population.opened_at is not None and done.live is None:
        label = _("Tính lại chỉ số") if done.runs else _("Tính chỉ số")
        meaning = _("Máy tính điểm, xếp hạng và đề nghị theo Điều 19, 20 từ số liệu hiện có. Chạy nền, có thể rời trang.")
        first = population.stage == Stage.COUNCIL and not done.runs
        compute = Act("compute", label, meaning, reverse("scoring:population_compute", args=[population.pk]), True, first)
        found.insert(0 if first else len(found), compute)
    if may(Permission.POPULATION_MANAGE) and population.stage not in (Stage.SETTLED, Stage.PUBLISHED):
        meaning = _("Hạn nộp, hạn thẩm định, ngày họp hội đồng, ngày dự kiến công bố.")
        found.append(Act("dates", _("Đặt lịch"), meaning, reverse("scoring:population_dates", args=[population.pk])))
    return found


def links_of(user: Any, population: Population, done: Round) -> list[tuple[str, str]]:
    """Pages that belong to the population and open to this person, as (words, address)."""
    access = access_of(user)
    year, level, pk = population.cycle.year, population.level, population.pk
    pages = (
        (bool(done.runs), _("Kết quả"), result_url(population)),
        (
            bool(done.runs) and may_see(user, population, Permission.OUTCOME_VIEW),
            _("Đề nghị theo Điều 19, 20"),
            reverse("sanctions:outcomes", args=[year, level]),
        ),
        (access.everywhere(Permission.ASSIGNMENT_EDIT) and population.stage in ROUNDS, _("Phân công thẩm định"), reverse("scoring:assignment", args=[pk])),
        (
            may_see(user, population, Permission.EXEMPTION_GRANT) and population.framework_id is not None,
            _("Không áp dụng"),
            reverse("scoring:exemptions", args=[pk]),
        ),
        (access.everywhere(Permission.SURVEY_IMPORT), _("Điều tra xã hội học"), reverse("scoring:survey", args=[year, level])),
        (population.framework_id is not None, _("Bộ tiêu chí"), reverse("criteria:framework", args=[year, level])),
    )
    return [(label, url) for open_to, label, url in pages if open_to]


def may_see(user: Any, population: Population, permission: Permission) -> bool:
    """Whether the person holds the permission on the population."""
    return bool(permissions.may_in_population(user, population, permission))
