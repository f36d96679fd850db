"""The public portal. Every page reads published runs only and needs neither account nor script."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.queries.outlines import outline_of
from parindex.components import Choice, File
from reports.content.board import Board, board_of, chosen, no_units_reason
from reports.content.errata import versions_of
from reports.content.finding import find
from reports.content.front import front_of
from reports.content.levels import BY_LEVEL, BY_SLUG, KINDS
from reports.content.methods import methods_of
from reports.content.node_page import node_page, public_framework
from reports.content.shelf import Shelf, shelf
from reports.content.story import story
from reports.content.unit_page import unit_page
from reports.forms import RankingFilter
from reports.views.published import published_page


@published_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest year, or what a search found."""
    published = shelf()
    asked = request.GET.get("q", "")
    if asked.strip():
        context = {"found": find(asked, published), "years": published.years}
        return render(request, "reports/public/search.html", context)
    front = front_of(published)
    context = {
        "front": front,
        "years": published.years,
        "publications": published.of(front.year) if front else [],
    }
    return render(request, "reports/public/home.html", context)


@published_page
def ranking(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """A level of a year; one without units says why."""
    published, kind = shelf(), BY_SLUG[slug]
    _known_year(published, year)
    publications = published.of(year, kind.level)
    context: dict[str, Any] = {"year": year, "kind": kind, "tabs": _level_tabs(year, slug)}
    context["years"] = _year_pills(published, year, slug)
    if not publications:
        context["no_units"] = no_units_reason(year, kind.level, date(year, 12, 31))
        return render(request, "reports/public/no_ranking.html", context)
    board = board_of(year, kind.level, publications)
    return render(request, "reports/public/ranking.html", context | _table(request, board))


def _table(request: HttpRequest, board: Board) -> dict[str, Any]:
    """The rows asked for, and what the heads of the table must know to say so."""
    form = RankingFilter(request.GET, board=board)
    asked = form.asked()
    return {
        "board": board,
        "rows": chosen(board, **asked),
        "area": next((area for area in board.areas if area.code == asked["area"]), None),
        "by_area": not asked["sort"],
        "rank_first": not asked["area"],
        "form": form,
        "keep": form.kept(),
        "files": _files(board),
        "most": board.tallest,
    }


@published_page
def unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One unit in one year."""
    published = shelf()
    page = unit_page(published, year, code)
    if page is None:
        raise Http404(_("Không có kết quả đã công bố của đơn vị này."))
    return render(request, "reports/public/unit.html", {"page": page, "sentences": story(page)})


@published_page
def framework(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """The framework of a published level to read."""
    published = shelf()
    found = public_framework(published, year, level)
    if found is None:
        raise Http404(_("Không có bộ tiêu chí của kết quả đã công bố ở địa chỉ này."))
    context = {
        "framework": found,
        "outline": outline_of(found),
        "year": year,
        "kind": BY_LEVEL[level],
        "levels": list(published.kinds(year)),
    }
    return render(request, "reports/public/framework.html", context)


@published_page
def node(request: HttpRequest, year: int, level: str, code: str) -> HttpResponse:
    """An area, criterion or component across the units."""
    page = node_page(shelf(), year, level, code)
    if page is None:
        raise Http404(_("Không có tiêu chí này trong bộ tiêu chí của kết quả đã công bố."))
    return render(request, "reports/public/node.html", {"page": page})


@published_page
def area(request: HttpRequest, year: int, level: str, code: str) -> HttpResponse:
    """An area across the units."""
    page = node_page(shelf(), year, level, code)
    if page is None or page.above:
        raise Http404(_("Không có lĩnh vực này trong bộ tiêu chí của kết quả đã công bố."))
    return render(request, "reports/public/node.html", {"page": page})


@published_page
def method(request: HttpRequest) -> HttpResponse:
    """How the index is made, with the parameters of each published year."""
    return render(request, "reports/public/method.html", {"methods": methods_of(shelf())})


@published_page
def corrections(request: HttpRequest, year: int) -> HttpResponse:
    """Every published version of a year, and what a correction changed."""
    published = shelf()
    _known_year(published, year)
    versions = versions_of(year)
    context = {
        "year": year,
        "versions": versions,
        "corrections": [version for version in versions if version.publication.version > 1],
        "years": published.years,
    }
    return render(request, "reports/public/corrections.html", context)


def _known_year(published: Shelf, year: int) -> None:
    if year not in published.years:
        raise Http404(_("Kết quả năm này chưa công bố."))


def _level_tabs(year: int, slug: str) -> list[Choice]:
    return [
        Choice(str(kind.many), reverse("public:ranking", args=[year, kind.slug]), kind.slug == slug)
        for kind in KINDS
    ]


def _year_pills(published: Shelf, year: int, slug: str) -> list[Choice]:
    return [
        Choice(str(each), reverse("public:ranking", args=[each, slug]), each == year)
        for each in published.years
    ]


def _files(board: Board) -> list[File]:
    level, slug = str(board.kind.level), board.kind.slug
    address = reverse("public:ranking", args=[board.year, slug])
    data = [
        File(kind.upper(), reverse("public:table", kwargs={"year": board.year, "level": level, "kind": kind}))
        for kind in ("csv", "json", "xlsx")
    ]
    papers = [
        File(_("Bản in (PDF)"), f"{address}xep-hang.pdf", True),
        File(_("Bản Excel"), f"{address}xep-hang.xlsx"),
    ]
    return [*data, *papers]
