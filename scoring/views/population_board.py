"""The board of one population: who has come, who is where, whom to call; the same rows as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock, text
from parindex.components import Choice, Figure, File
from parindex.edge import ask
from parindex.exports import CONTENT_TYPES, write_table
from parindex.models import Installation
from parindex.numbers import shown
from scoring import permissions, policies, states
from scoring.actions.reminding import last_reminded
from scoring.actions.runs import COMPUTE
from scoring.forms.populations import KINDS, UnitsForm
from scoring.queries.dossiers import sheet_of
from scoring.queries.ground import ROUNDS
from scoring.queries.outages import latest_for
from scoring.queries.progress import (
    FINISHED,
    HANDED_IN,
    NEVER,
    UNTOUCHED,
    WITH_HEAD,
    WORKING,
    UnitProgress,
    progress_of,
    round_of,
)
from scoring.views.appraisal import name_of, with_query
from scoring.views.population_export import board_table
from scoring.views.population_links import acts_of, links_of, may_see, ready_for
from scoring.views.population_words import population_at, stages_of
from scoring.views.reminders import may_remind
from units.access import access_of
from units.authorization import Permission

FILES = ("xlsx", "csv")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
SORTS: Mapping[str, Callable[[UnitProgress], Any]] = {
    "don-vi": lambda row: row.assessment.unit.sort_key,
    "da-lam": lambda row: Decimal(row.answered) / row.asked if row.asked else Decimal(1),
    "lan-cuoi": lambda row: row.last_at or LONG_AGO,
}


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
        "outage": latest_for(found.pk) if found.stage == Stage.SELF_ASSESSMENT else None,
        **units_of_board(request, found, rows, now),
    }
    return render(request, "scoring/population/board.html", context)


def units_of_board(request: HttpRequest, population: Population, rows: list[UnitProgress], now: datetime) -> dict[str, Any]:
    """The lower half of the board: filters, the table, reminders, files."""
    form = UnitsForm(request.GET)
    listed = chosen(rows, form, request.GET.get("xep", ""))
    reminds = may_remind(request.user, population) and population.stage in ROUNDS
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "form": form,
        "keep": [(name, request.GET[name]) for name in ("tt", "xep") if request.GET.get(name)],
        "filters": filters_of(request, rows, form),
        "rows": rows_for(request.user, population, listed, now),
        "total": len(rows),
        "picked": any(form.cleaned_data.values()) if form.is_valid() else False,
        "to_remind": sum(row.held for row in rows) if reminds else 0,
        "reminds": reminds and any(row.held for row in listed),
        "files": [File(kind.upper(), reverse("scoring:population_file", args=[population.pk, kind]) + query) for kind in FILES],
    }


@require_GET
def board_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The rows of the board as they are filtered and sorted, for whoever sees the board."""
    found = get_object_or_404(Population.objects.select_related("cycle", "parent", "framework"), pk=pk)
    ask(permissions.may_in_population(request.user, found, Permission.RESULT_VIEW))
    if kind not in FILES:
        raise Http404("no such format")
    rows = chosen(progress_of(found, clock.now()), UnitsForm(request.GET), request.GET.get("xep", ""))
    demonstration = Installation.objects.filter(demonstration=True).exists()
    table = board_table(found, name_of(found), rows, contacts=may_remind(request.user, found), demonstration=demonstration)
    whole = BytesIO()
    write_table(table, whole, kind)
    response = HttpResponse(whole.getvalue(), content_type=CONTENT_TYPES[kind])
    place = f"-{found.parent.code}" if found.parent else ""
    name = f"theo-doi-{found.cycle.year}-{found.level}{place}{'-du-lieu-minh-hoa' if demonstration else ''}.{kind}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


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
    if not rows:
        return []
    groups = Counter(row.standing for row in rows)
    found = [
        (_("Chưa đăng nhập"), groups[NEVER]),
        (_("Chưa bắt đầu"), groups[UNTOUCHED]),
        (_("Đang làm"), groups[WORKING]),
        (_("Chờ lãnh đạo duyệt"), groups[WITH_HEAD]),
        (_("Đã nộp"), groups[HANDED_IN]),
    ]
    if population.stage != Stage.SELF_ASSESSMENT:
        found = [*found[1:], (_("Đã thẩm định xong"), groups[FINISHED])]
    elif late := sum(row.late for row in rows):
        found.append((_("Trễ hạn"), late))
    return [Figure(label, str(number)) for label, number in found]


# --- The table of units --------------------------------------------------------------------------


def fits(row: UnitProgress, kind: str) -> bool:
    """Whether a row belongs to a filter (a key of ``KINDS``)."""
    plights = {
        "": True,
        "late": row.late,
        "extended": row.extended,
        "locked": row.locked,
        "nobody": not row.presence.people,
        "undecided": row.decided < row.cells,
    }
    return plights.get(kind, row.standing == kind)


def chosen(rows: list[UnitProgress], form: UnitsForm, order: str = "") -> list[UnitProgress]:
    """The rows that the filters leave, in the order asked for; an unknown order is that of the names."""
    asked = form.cleaned_data if form.is_valid() else {}
    wanted, kind = text.search_key(asked.get("q", "")), asked.get("tt", "")
    found = [row for row in rows if wanted in row.assessment.unit.search_key and fits(row, kind)]
    key = SORTS.get(order.removeprefix("-"))
    return found if key is None else sorted(found, key=key, reverse=order.startswith("-"))


def filters_of(request: HttpRequest, rows: list[UnitProgress], form: UnitsForm) -> list[Choice]:
    """One pill for each filter that has units, with how many."""
    now = form.cleaned_data.get("tt", "") if form.is_valid() else ""
    counts = {kind: sum(fits(row, kind) for row in rows) for kind in KINDS}
    return [
        Choice(str(label), with_query(request, tt=kind) + "#don-vi", current=kind == now, count=counts[kind])
        for kind, label in KINDS.items()
        if counts[kind] or kind in ("", now)
    ]


@dataclass(frozen=True)
class BoardRow:
    """One unit of the table: its progress, and what this person may open and do there (addresses, "" where not)."""

    progress: UnitProgress
    url: str
    tick: bool
    reminded: datetime | None
    contact: Any
    extend: str
    close: str


def rows_for(user: Any, population: Population, rows: list[UnitProgress], now: datetime) -> list[BoardRow]:
    """Rows with what this person may do; extending is offered from the start, closing only when the time has run out."""
    everywhere = access_of(user).everywhere(Permission.ASSESSMENT_VIEW)
    may = {
        each: may_see(user, population, each)
        for each in (Permission.ASSESSMENT_VIEW, Permission.REMINDER_SEND, Permission.EXTENSION_GRANT, Permission.ASSESSMENT_CLOSE_UNSUBMITTED)
    }
    reminds = may[Permission.REMINDER_SEND] and population.stage in ROUNDS
    reminded = last_reminded(population, now) if reminds else {}

    def row_of(row: UnitProgress) -> BoardRow:
        case, pk = row.assessment, row.assessment.pk
        case.population = population
        opens = everywhere or (may[Permission.ASSESSMENT_VIEW] and case.state in states.APPRAISABLE | {states.State.CLOSED})
        extends = may[Permission.EXTENSION_GRANT] and row.held and population.stage in ROUNDS
        closes = may[Permission.ASSESSMENT_CLOSE_UNSUBMITTED] and policies.may_close_unsubmitted(sheet_of(case), now, reason="?")
        recent = reminded.get(case.unit_id)
        return BoardRow(
            progress=row,
            url=reverse("scoring:appraisal_case", args=[pk]) if opens else "",
            tick=reminds and row.held and bool(row.presence.people) and recent is None,
            reminded=recent[1] if recent else None,
            contact=row.presence.contact if may[Permission.REMINDER_SEND] else None,
            extend=reverse("scoring:appraisal_extend", args=[pk]) if extends else "",
            close=reverse("scoring:appraisal_close_unsubmitted", args=[pk]) if closes else "",
        )

    return [row_of(row) for row in rows]
