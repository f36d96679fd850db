"""The self-assessment report as a file, for the unit's own people and whoever sees the whole dossier."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parindex.edge import ask
from reports.content.self_report import current_report, submitted_report
from reports.documents import TYPES, self_document
from reports.views.documents import answer
from scoring.models import Assessment, Submission
from scoring.permissions import may_view_assessment
from scoring.queries.workspace import with_context


@require_safe
def self_report(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The report in force: of the newest receipt while the dossier is handed in, else the draft."""
    assessment = wanted(request, pk, kind)
    return answer(request, self_document(current_report(assessment)), kind, private=True)


@require_safe
def receipt_report(request: HttpRequest, pk: int, number: int, kind: str) -> HttpResponse:
    """The report of one receipt, also of one that was withdrawn later: exactly what was signed."""
    assessment = wanted(request, pk, kind)
    receipt = get_object_or_404(Submission.objects.select_related("by"), assessment=assessment, number=number)
    return answer(request, self_document(submitted_report(assessment, receipt)), kind, private=True)


def wanted(request: HttpRequest, pk: int, kind: str) -> Assessment:
    """The dossier, after asking whether the person may see all of it."""
    if kind not in TYPES:
        raise Http404(_("Chỉ có bản PDF và Excel."))
    assessment = with_context(Assessment.objects.filter(pk=pk)).first()
    if assessment is None:
        raise Http404("no such dossier")
    ask(may_view_assessment(request.user, assessment))
    return assessment
