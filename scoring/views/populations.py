"""Boards of the yearly rounds: a year with all its populations, and one population with its units and acts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock, text
from parindex.components import Choice, Figure
from parindex.edge import ask
from parindex.numbers import shown
from scoring import permissions, states
from scoring.actions.runs import COMPUTE
from scoring.forms.populations import UnitsForm
from scoring.queries.ground import ROUNDS, in_context
from scoring.queries.progress import (
    FINISHED,
    HANDED_IN,
    UNTOUCHED,
    WITH_HEAD,
    WORKING,
    Round,
    UnitProgress,
    counts_of,
    populations_for,
    progress_of,
    round_of,
)
from scoring.views.appraisal import name_of, with_query
from scoring.views.population_words import (
    MEANINGS,
    board_url,
    level_words,
    population_at,
    result_url,
    stages_of,
)
from units.access import access_of
from units.authorization import Permission, Role
from units.models import Level

#: Moves that carry a round forward; the first open one is the button of the page.
FORWARD = ("open", "begin_appraisal", "convene", "settle", "publish")
PAGES = {"open": "scoring:population_open", "settle": "scoring:population_settle", "publish": "sanctions:publish"}
APPRAISAL = (Stage.APPRAISAL, Stage.EXPLANATION, Stage.SECOND_APPRAISAL)
STACK = ((HANDED_IN, "s4"), (WITH_HEAD, "s3"), (WORKING, "s2"), (UNTOUCHED, "sx"))


# --- A year --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PopulationRow:
    """One population of the overview. ``counts`` are dossiers by group; those finished count as handed in."""

    population: Population
    name: str
    url: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All dossiers."""
        return sum(self.counts.values())

    @property
    def handed_in(self) -> int:
        """Dossiers that have reached the appraisers."""
        return self.counts[HANDED_IN] + self.counts[FINISHED]

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The pieces of its bar."""
        counts = self.counts + Counter({HANDED_IN: self.counts[FINISHED]})
        return [(kind, counts[group]) for group, kind in STACK]


@require_GET
def populations(request: HttpRequest) -> HttpResponse:
    """The rounds of a year: where each stands and how many dossiers have come in."""
    access = access_of(request.user)
    if not access.anywhere(Permission.RESULT_VIEW) and not access.is_(Role.APPRAISER):
        ask(permissions.HIDDEN)
    everything = populations_for(request.user)
    if not everything:
        return calendar(request)
    years = sorted({each.cycle.year for each in everything}, reverse=True)
    asked = request.GET.get("nam", "")
    year = int(asked) if asked in map(str, years) else years[0]
    listed = [each for each in everything if each.cycle.year == year]
    counts = counts_of(listed)
    rows = [PopulationRow(each, short_name(each), board_url(each), counts[each.pk]) for each in listed]
    context = {
        "year": year,
        "groups": grouped(rows),
        "total": sum(row.total for row in rows),
        "handed_in": sum(row.handed_in for row in rows),
        "published": all(row.population.stage == Stage.PUBLISHED for row in rows),
        "pills": [Choice(str(each), with_query(request, nam=str(each)), current=each == year) for each in years],
        "may_load": access.everywhere(Permission.FRAMEWORK_EDIT),
    }
    return render(request, "scoring/population/list.html", context)


def calendar(request: HttpRequest) -> HttpResponse:
    """For appraisers of one area: the running rounds with their dates, without anybody's progress."""
    running = in_context(Population.objects.filter(stage__in=ROUNDS, totals_only=False, parent__isnull=True))
    rounds = [(name_of(each), stages_of(each)) for each in running]
    return render(request, "scoring/population/calendar.html", {"rounds": rounds})


def short_name(population: Population) -> str:
    """The population inside its year: its district, else its level."""
    return str(population.parent) if population.parent is not None else level_words(population.level)


def grouped(rows: list[PopulationRow]) -> list[tuple[str, list[PopulationRow]]]:
    """Rows with a heading over those that are parted by district."""
    whole = [row for row in rows if row.population.parent_id is None and (row.total or _alone(row, rows))]
    parted = [row for row in rows if row.population.parent_id is not None]
    heading = _("%(level)s, theo huyện") % {"level": level_words(Level.COMMUNE)}
    return [(label, found) for label, found in (("", whole), (heading, parted)) if found]


def _alone(row: PopulationRow, rows: list[PopulationRow]) -> bool:
    """Not the empty rest beside the populations of the districts."""
    return not any(each.population.parent_id and each.population.level == row.population.level for each in rows)


# --- One population ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """Something this person may do with the population now."""

    name: str
    label: str
    meaning: str
    url: str
    post: bool = False
    forward: bool = False


@require_GET
def population(request: HttpRequest, year: int, level: str, district: str = "") -> HttpResponse:
    """One population: stages, counts, units, and what this person may do."""
    found = population_at(year, level, district)
    if found is None:
        raise Http404("no such population")
    ask(permissions.may_in_population(request.user, found, Permission.RESULT_VIEW))
    now = clock.now()
    rows = progress_of(found, now)
    done = round_of(found, COMPUTE)
    form = UnitsForm(request.GET)
    acts = acts_of(request.user, found, done, ready=ready_for(found, rows, now))
    context = {
        "population": found,
        "name": name_of(found),
        "heading": heading_of(found, rows),
        "ends_at": found.ends_at(found.stage) if found.stage in ROUNDS else None,
        "now": now,
        "stages": stages_of(found),
        "figures": figures_of(found, rows),
        "acts": acts,
        "primary": next((act for act in acts if act.forward), None),
        "links": links_of(request.user, found, done),
        "round": done,
        "form": form,
        "rows": rows_for(request.user, found, chosen(rows, form)),
        "total": len(rows),
    }
    return render(request, "scoring/population/board.html", context)


def heading_of(population: Population, rows: list[UnitProgress]) -> str:
    """The answer to what one comes for, by stage."""
    total = len(rows)
    handed = sum(row.group in (HANDED_IN, FINISHED) for row in rows)
    if population.stage == Stage.PREPARING:
        return _("Chưa mở tự đánh giá")
    if population.stage == Stage.SELF_ASSESSMENT:
        return _("%(n)s trên %(all)s đơn vị đã nộp") % {"n": handed, "all": total}
    if population.stage == Stage.PUBLISHED:
        return _("Đã công bố kết quả %(all)s đơn vị") % {"all": total}
    if population.stage == Stage.SETTLED:
        return _("Đã chốt, chờ quyết định công bố")
    cells, decided = sum(row.cells for row in rows), sum(row.decided for row in rows)
    if decided >= cells:
        return _("Đã quyết định hết %(all)s tiêu chí") % {"all": shown(cells, 0)}
    return _("Còn %(n)s trên %(all)s tiêu chí chưa quyết định") % {"n": shown(cells - decided, 0), "all": shown(cells, 0)}


def figures_of(population: Population, rows: list[UnitProgress]) -> list[Figure]:
    """Dossiers by group; a group that has no meaning any more is left out."""
    groups = Counter(row.group for row in rows)
    late = sum(row.late for row in rows)
    found = [
        Figure(_("Chưa trả lời"), str(groups[UNTOUCHED])),
        Figure(_("Đang làm"), str(groups[WORKING])),
        Figure(_("Chờ lãnh đạo duyệt"), str(groups[WITH_HEAD])),
        Figure(_("Đã nộp"), str(groups[HANDED_IN])),
        Figure(_("Đã thẩm định xong"), str(groups[FINISHED])),
    ]
    if late:
        found.append(Figure(_("Trễ hạn"), str(late)))
    return found if rows else []


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


def chosen(rows: list[UnitProgress], form: UnitsForm) -> list[UnitProgress]:
    """The rows that the filters leave."""
    asked = form.cleaned_data if form.is_valid() else {}
    wanted, kind = text.search_key(asked.get("q", "")), asked.get("tt", "")
    fits = {
        "": lambda row: True,
        "late": lambda row: row.late,
        "undecided": lambda row: row.decided < row.cells,
    }.get(kind, lambda row: row.group == kind)
    return [row for row in rows if wanted in row.assessment.unit.search_key and fits(row)]


def rows_for(user: Any, population: Population, rows: list[UnitProgress]) -> list[tuple[UnitProgress, str]]:
    """Rows with the address of the dossier where this person may open it."""
    everywhere = access_of(user).everywhere(Permission.ASSESSMENT_VIEW)
    district = may_see(user, population, Permission.ASSESSMENT_VIEW)
    with_appraisers = states.APPRAISABLE | {states.State.CLOSED}
    return [
        (
            row,
            reverse("scoring:appraisal_case", args=[row.assessment.pk])
            if everywhere or (district and row.assessment.state in with_appraisers)
            else "",
        )
        for row in rows
    ]
