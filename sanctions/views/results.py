"""Results inside the procedure: the years, the ranking of a run, and one unit's sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.models import Population
from criteria.stages import Stage
from parindex import text
from parindex.components import File
from parindex.edge import ask
from sanctions.forms import RankingForm
from scoring import permissions
from scoring.models import UnitResult
from scoring.queries.past import in_words
from scoring.queries.populations import populations_of
from scoring.queries.progress import populations_for
from scoring.queries.results import (
    AtHand,
    RankedRow,
    area_names,
    at_hand,
    ranking_of_runs,
    reasoned_sheet,
)
from scoring.views.population_words import board_url, level_words, result_url
from units.authorization import Permission
from units.models import Level


def populations_at(request: HttpRequest, year: int, level: str, permission: Permission, district: str = "") -> list[Population]:
    """The populations of a level that this person may look at; 404 when there are none."""
    if level not in Level.values:
        raise Http404("no such level")
    listed = [each for each in populations_of(year, level) if not district or _is(each, district)]
    if not listed:
        raise Http404("no such population")
    allowed = [each for each in listed if permissions.may_in_population(request.user, each, permission)]
    if not allowed:
        ask(permissions.HIDDEN)
    return allowed


def _is(population: Population, district: str) -> bool:
    parent = population.parent
    return parent is not None and parent.code == district and parent.valid_on(population.reference_date)


def name_at(year: int, level: str, populations: list[Population]) -> str:
    """The heading of what is read: level and year, and the district when there is only one."""
    words = _("%(level)s năm %(year)d") % {"level": level_words(level), "year": year}
    parent = populations[0].parent if len(populations) == 1 else None
    return f"{words}, {parent}" if parent is not None else words


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every level and year with a run that this person may read."""
    populations = populations_for(request.user)
    if not populations:
        ask(permissions.HIDDEN)
    groups: dict[tuple[int, str], list[AtHand]] = {}
    for each in at_hand(populations):
        if each.run is not None:
            groups.setdefault((each.population.cycle.year, each.population.level), []).append(each)
    rows = [
        {
            "year": year,
            "name": level_words(level),
            "url": reverse("sanctions:results", args=[year, level]),
            "outcomes": reverse("sanctions:outcomes", args=[year, level])
            if any(may(request, each.population, Permission.OUTCOME_VIEW) for each in found)
            else "",
            "standing": standing_of(found),
            "districts": [(each.population.parent, result_url(each.population)) for each in found if each.population.parent],
        }
        for (year, level), found in groups.items()
    ]
    return render(request, "sanctions/home.html", {"rows": rows})


def may(request: HttpRequest, population: Population, permission: Permission) -> bool:
    """Whether this person holds the permission on the population."""
    return bool(permissions.may_in_population(request.user, population, permission))


def standing_of(read: list[AtHand]) -> str:
    """How final what is read is, in a word."""
    if all(each.published for each in read):
        return _("đã công bố")
    if all(each.population.stage == Stage.SETTLED for each in read):
        return _("đã chốt")
    return _("tạm tính")


@require_GET
def results(request: HttpRequest, year: int, level: str, district: str = "") -> HttpResponse:
    """The ranking of a level, or of one district's communes."""
    populations = populations_at(request, year, level, Permission.RESULT_VIEW, district)
    read = at_hand(populations, number_asked(request) if len(populations) == 1 else None)
    rows = ranking_of_runs(read)
    form = RankingForm(request.GET, bands=sorted({row.result.band for row in rows if row.result.band}))
    context = {
        "year": year,
        "name": name_at(year, level, populations),
        "read": read,
        "single": read[0] if len(read) == 1 else None,
        "standing": standing_of(read),
        "incomplete": sum(not row.result.complete for row in rows),
        "published": all(each.published for each in read),
        "total": len(rows),
        "pairs": [(r.result.index_percent, r.result.band) for r in rows if r.result.index_percent is not None],
        "areas": area_names(read),
        "rows": [(row, sheet_url(row)) for row in sorted_rows(chosen(rows, form), request.GET.get("xep", ""))],
        "form": form,
        "keep": [(key, request.GET[key]) for key in ("lan", "xep") if request.GET.get(key)],
        "files": documents_of(read, year, level),
        "outcomes_url": outcome_link(request, year, level, populations),
        "boards": [(each.population, board_url(each.population)) for each in read],
        "districts": any(each.population.parent_id for each in read) and len(read) > 1,
    }
    return render(request, "sanctions/results.html", context)


def number_asked(request: HttpRequest) -> int | None:
    """The run asked for by ``?lan=``."""
    asked = request.GET.get("lan", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


def outcome_link(request: HttpRequest, year: int, level: str, populations: list[Population]) -> str:
    """The address of the proposals when this person may read them."""
    allowed = any(may(request, each, Permission.OUTCOME_VIEW) for each in populations)
    return reverse("sanctions:outcomes", args=[year, level]) if allowed else ""


def documents_of(read: list[AtHand], year: int, level: str) -> list[File]:
    """The ranking as files; nothing while only a part of the level, or another run, is read."""
    if len(read) == 1 and (parent := read[0].population.parent) is not None:
        name, args = "work:district_document", [year, level, parent.code]
    elif len(read) == len(populations_of(year, level)):
        name, args = "work:ranking_document", [year, level]
    else:
        return []
    if all(each.run is None for each in read):
        return []
    words = (("xlsx", _("Tải Excel"), False), ("pdf", _("Bản in (PDF)"), True))
    return [File(label, reverse(name, args=[*args, kind]), printed) for kind, label, printed in words]


def sheet_url(row: RankedRow) -> str:
    """The address of a unit's sheet in the run that is read."""
    population = row.at.population
    url = reverse("sanctions:sheet", args=[population.cycle.year, population.level, row.result.unit_code])
    assert row.at.run is not None
    return f"{url}?lan={row.at.run.number}"


def chosen(rows: list[RankedRow], form: RankingForm) -> list[RankedRow]:
    """The rows that the filters leave."""
    asked = form.cleaned_data if form.is_valid() else {}
    wanted, band = text.search_key(asked.get("q", "")), asked.get("nhom", "")
    return [
        row
        for row in rows
        if wanted in text.search_key(f"{row.result.unit_name} {row.result.unit_code}") and band in ("", row.result.band)
    ]


def sorted_rows(rows: list[RankedRow], asked: str) -> list[RankedRow]:
    """The rows in the order of a column; absent figures stand last."""
    columns: dict[str, Any] = {
        "ten": lambda row: text.sort_key(row.result.unit_name),
        "chi-so": lambda row: row.result.index_percent,
        "thay-doi": lambda row: row.result.change,
        "tu-cham": lambda row: row.result.self_points,
        "tham-dinh": lambda row: row.result.appraised_points,
        "dieu-tra": lambda row: row.result.survey_points,
    }
    column = columns.get(asked.lstrip("-"))
    if column is None:
        return rows[::-1] if asked == "-hang" else rows
    known = sorted((row for row in rows if column(row) is not None), key=column, reverse=asked.startswith("-"))
    return known + [row for row in rows if column(row) is None]


@require_GET
def sheet(request: HttpRequest, year: int, level: str, code: str) -> HttpResponse:
    """One unit of a run: areas, criteria, components with their points and reasons."""
    populations = populations_at(request, year, level, Permission.RESULT_VIEW)
    read = {each.run.pk: each for each in at_hand(populations, number_asked(request)) if each.run is not None}
    result = UnitResult.objects.filter(run_id__in=read, unit_code=code).select_related("unit").first()
    if result is None:
        raise Http404("no such result")
    at = read[result.run_id]
    context = {
        "year": year,
        "name": name_at(year, level, [at.population]),
        "result": result,
        "at": at,
        "standing": standing_of([at]),
        "areas": areas_of(reasoned_sheet(result, at.population)),
        "files": [File(_("Phiếu điểm (PDF)"), reverse("work:unit_document", args=[year, level, code, "pdf"]), True)],
        "back": f"{result_url(at.population)}?lan={at.run.number}" if at.run else result_url(at.population),
    }
    return render(request, "sanctions/sheet.html", context)


def areas_of(lines: list[Any]) -> list[dict[str, Any]]:
    """Areas with the lines below them; bonus and penalty stand in a group of their own."""
    found: list[dict[str, Any]] = []
    for each in lines:
        line = each.line
        if line.level == "area":
            found.append({"line": line, "rows": []})
        elif line.outside and (not found or found[-1]["line"] is not None):
            found.append({"line": None, "rows": [row_of(each)]})
        elif found:
            found[-1]["rows"].append(row_of(each))
    return found


def row_of(each: Any) -> dict[str, Any]:
    """One line of the sheet with the sentence of where its points come from."""
    line, score = each.line, each.score
    words = each.survey
    if line.derived:
        words = _("tính từ chênh lệch giữa điểm tự chấm và điểm thẩm định")
    elif score is not None:
        words = in_words(score)
    lowered = line.self_points is not None and line.points is not None and line.self_points != line.points
    reason = score.appraisal_reason if score is not None and (lowered or line.self_points is None) else ""
    return {"line": line, "words": words, "reason": reason, "differs": lowered and line.is_leaf and not line.derived}
