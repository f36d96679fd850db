"""Result reports and rankings as files: published ones for everybody, provisional ones for those who may see results."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parindex.decisions import Decision, Refused
from parindex.edge import ask
from parindex.models import Job
from reports import pdf
from reports.content.levels import BY_LEVEL, BY_SLUG
from reports.content.ranking_report import RankingReport, populations_in, ranking_report
from reports.content.unit_report import report_of, unit_report, unit_row
from reports.documents import (
    TYPES,
    Document,
    ask_for_pdf,
    kept_pdf,
    made_pdf,
    made_xlsx,
    ranking_document,
    unit_document,
)
from reports.views.published import with_etag
from scoring.permissions import may_in_population, may_view_results
from scoring.queries.runs import Shown, shown_of
from units.authorization import Permission


@login_not_required
@require_safe
def unit(request: HttpRequest, year: int, code: str, kind: str) -> HttpResponse:
    """The published result report of a unit."""
    report = unit_report(year, code)
    if report is None:
        raise Http404(_("Không có kết quả đã công bố của đơn vị này."))
    return answer(request, unit_document(report), kind)


@login_not_required
@require_safe
def ranking(request: HttpRequest, year: int, slug: str, kind: str) -> HttpResponse:
    """The published ranking of a level; ``?huyen=`` gives that of one district's communes."""
    district = request.GET.get("huyen", "")
    level = BY_SLUG[slug].level
    report = ranking_report(year, level, district=district)
    if report is None:
        raise Http404(_("Chưa có xếp hạng đã công bố của năm và cấp này."))
    return answer_ranking(request, report, kind, district=district, published_only=True)


@require_safe
def work_unit(request: HttpRequest, year: int, level: str, code: str, kind: str) -> HttpResponse:
    """The result report of a unit: by the publication in force, else the latest run for whoever may see it."""
    found = unit_row(year, code, level=level, published_only=False) if level in BY_LEVEL else None
    if found is None:
        raise Http404(_("Chưa có kết quả của đơn vị này."))
    ask(may_read(request.user, found[1].shown))
    return answer(request, unit_document(report_of(*found)), kind)


@require_safe
def work_ranking(request: HttpRequest, year: int, level: str, kind: str, district: str = "") -> HttpResponse:
    """The ranking by the publications in force, else the latest runs; of one district's communes where it is named."""
    for shown in shown_of(populations_in(year, level, district)):
        ask(may_read(request.user, shown))
    report = ranking_report(year, level, district=district, published_only=False) if level in BY_LEVEL else None
    if report is None:
        raise Http404(_("Chưa có kết quả của năm và cấp này."))
    return answer_ranking(request, report, kind, district=district, published_only=False)


def may_read(user: Any, shown: Shown) -> Decision:
    """A run that no publication stands for is for those who may see provisional results, whatever the stage says."""
    if shown.publication is not None:
        return may_view_results(user, shown.population)
    return may_in_population(user, shown.population, Permission.RESULT_VIEW)


def answer_ranking(
    request: HttpRequest, report: RankingReport, kind: str, *, district: str, published_only: bool
) -> HttpResponse:
    """The file, or the page that waits for it: a long ranking is made by a worker."""
    document = ranking_document(report)
    if kind != "pdf" or not document.long or kept_pdf(document) is not None:
        return answer(request, document, kind)
    if not pdf.available():
        return said(request, document, pdf.PdfMissing())
    params = {
        "year": report.paper.year,
        "level": report.paper.level,
        "district": district,
        "published_only": published_only,
    }
    job = ask_for_pdf(document, params=params, by=request.user if request.user.is_authenticated else None)
    return waiting(request, document, job)


def answer(request: HttpRequest, document: Document, kind: str, *, private: bool = False) -> HttpResponse:
    """The document as a file; where PDF cannot be made, the sentence why and the way to XLSX.

    A ``private`` one is never kept on the way.
    """
    if kind not in TYPES:
        raise Http404(_("Chỉ có bản PDF và Excel."))
    try:
        made = made_pdf(document) if kind == "pdf" else made_xlsx(document)
    except Refused as refused:
        return said(request, document, refused)
    response = HttpResponse(made, content_type=TYPES[kind])
    place = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{place}; filename="{document.file_name(kind)}"'
    if document.paper.demonstration:
        response["X-Parindex-Demonstration"] = "true"
    shared = document.paper.published and not request.COOKIES and not private
    return with_etag(request, response, shared=shared, seed=f"{document.key} {kind}")


def said(request: HttpRequest, document: Document, refused: Refused) -> HttpResponse:
    """Why there is no PDF now, and the workbook instead."""
    response = _page(request, document, {"reason": refused.reason}, status=503)
    response["Retry-After"] = "30"
    return response


def waiting(request: HttpRequest, document: Document, job: Job) -> HttpResponse:
    """The progress of the worker; the page asks again by itself until the file is there."""
    return _page(request, document, {"job": job, "page_url": request.get_full_path()}, status=202)


def _page(request: HttpRequest, document: Document, matter: dict[str, Any], *, status: int) -> HttpResponse:
    path = request.path.removesuffix(".pdf") + ".xlsx"
    query = request.META.get("QUERY_STRING", "")
    base = "work_base.html" if request.path.startswith("/lam-viec/") else "public_base.html"
    context = {"title": document.title, "base": base, "workbook": path + (f"?{query}" if query else ""), **matter}
    response = render(request, "reports/document.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
