"""The form of a unit's self-assessment on paper: empty to be filled in by hand, or as it stands."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parindex.decisions import Refused
from reports import pdf
from reports.content.answer_form import AnswerForm, answer_form
from reports.content.paper import content_key
from reports.documents import KEPT_PROVISIONAL
from scoring.queries.dossiers import dossier_of
from scoring.queries.workspace import links_of
from scoring.views.dossier import frame_of


@require_safe
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty form of a dossier."""
    return printed(request, pk, filled=False)


@require_safe
def filled(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with what is stored."""
    return printed(request, pk, filled=True)


def printed(request: HttpRequest, pk: int, *, filled: bool) -> HttpResponse:
    """The PDF, or the sentence that says why there is none now with the workbook instead."""
    frame = frame_of(request, pk)
    links = links_of(frame.assessment)
    form = answer_form(dossier_of(frame.assessment, links), links, filled=filled, deadline=frame.deadline)
    title = f"Phiếu tự đánh giá {form.year} – {form.unit_name}"
    try:
        made = made_pdf(form, title)
    except Refused as refused:
        base, book = "work_base.html", reverse("scoring:workbook_download", args=[pk])
        context = {"title": title, "base": base, "workbook": book, "reason": refused.reason}
        response = render(request, "reports/document.html", context, status=503)
        response["Retry-After"] = "30"
        return response
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{form.stem}.pdf"'
    response["Cache-Control"] = "no-store"
    if form.demonstration:
        response["X-Parindex-Demonstration"] = "true"
    return response


def made_pdf(form: AnswerForm, title: str) -> bytes:
    """The form as PDF; asked again within minutes with nothing changed, the same file. Raises ``PdfMissing``, ``PdfBusy``."""
    key = content_key(f"answer_form {pdf.layout()}", form)
    found: bytes | None = cache.get(f"document:{key}")
    if found is None:
        found = pdf.make_pdf("answer_form.html", {"form": form, "title": title}, key=key)
        cache.set(f"document:{key}", found, KEPT_PROVISIONAL)
    return found
