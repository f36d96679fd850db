"""The yearly rounds: a year with all its populations, how far each is, and who has not come yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from parindex.components import Choice, Figure
from parindex.edge import ask
from parindex.numbers import shown
from scoring import permissions
from scoring.queries.ground import ROUNDS, in_context
from scoring.queries.progress import UNTOUCHED, WITH_HEAD, WORKING, Tally, populations_for, tallies_of
from scoring.views.appraisal import name_of, with_query
from scoring.views.population_words import board_url, level_words, stages_of
from scoring.views.reminders import may_remind
from units.access import access_of
from units.authorization import Permission, Role
from units.models import Level

#: Pieces of a bar, from handed in to untouched.
STACK = ("s4", "s3", "s2", "sx")


@dataclass(frozen=True)
class PopulationRow:
    """One population of the overview with its dossiers; those finished count as handed in."""

    population: Population
    name: str
    url: str
    tally: Tally

    @property
    def running(self) -> bool:
        """Whether its units are at work, so that it matters who has logged in."""
        return self.population.stage == Stage.SELF_ASSESSMENT

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The pieces of its bar."""
        groups = self.tally.groups
        pieces = (self.tally.handed_in, groups[WITH_HEAD], groups[WORKING], groups[UNTOUCHED])
        return list(zip(STACK, pieces, strict=True))


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
    rows = rows_of([each for each in everything if each.cycle.year == year], clock.now())
    context = {
        "year": year,
        "groups": grouped(rows),
        "total": sum(row.tally.total for row in rows),
        "handed_in": sum(row.tally.handed_in for row in rows),
        "figures": figures_of(rows),
        "to_remind": sum(row.tally.held for row in rows if row.running and may_remind(request.user, row.population)),
        "published": all(row.population.stage == Stage.PUBLISHED for row in rows),
        "pills": [Choice(str(each), with_query(request, nam=str(each)), current=each == year) for each in years],
        "may_load": access.everywhere(Permission.FRAMEWORK_EDIT),
    }
    return render(request, "scoring/population/list.html", context)


def rows_of(listed: list[Population], now: datetime) -> list[PopulationRow]:
    """The populations with what their dossiers count as."""
    tallies = tallies_of(listed, now)
    return [PopulationRow(each, short_name(each), board_url(each), tallies[each.pk]) for each in listed]


def figures_of(rows: list[PopulationRow]) -> list[Figure]:
    """The whole year while a self-assessment runs: who has come, who is where, whom to look after."""
    tallies = [row.tally for row in rows if row.running]
    if not tallies:
        return []

    def of(group: str) -> int:
        return sum(tally.groups[group] for tally in tallies)

    found = [
        (_("Chưa đăng nhập"), sum(tally.never for tally in tallies)),
        (_("Chưa bắt đầu"), sum(tally.idle for tally in tallies)),
        (_("Đang làm"), of(WORKING)),
        (_("Chờ lãnh đạo duyệt"), of(WITH_HEAD)),
        (_("Đã nộp"), sum(tally.handed_in for tally in tallies)),
        (_("Trễ hạn"), sum(tally.late for tally in tallies)),
    ]
    return [Figure(label, shown(number, 0)) for label, number in found]


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
    whole = [row for row in rows if row.population.parent_id is None and (row.tally.total or _alone(row, rows))]
    parted = [row for row in rows if row.population.parent_id is not None]
    heading = _("%(level)s, theo huyện") % {"level": level_words(Level.COMMUNE)}
    return [(label, found) for label, found in (("", whole), (heading, parted)) if found]


def _alone(row: PopulationRow, rows: list[PopulationRow]) -> bool:
    """Not the empty rest beside the populations of the districts."""
    return not any(each.population.parent_id and each.population.level == row.population.level for each in rows)
