"""The survey in the working area: what has come in, what is missing, a new file. It stands here because grants count."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parindex import tabular, text
from parindex.command import Report
from parindex.decisions import Allowed, Refused
from parindex.edge import ask
from scoring import permissions
from scoring.actions.imports import import_survey
from scoring.forms.survey import SurveyFileForm
from scoring.queries.survey import coverage_of, survey_rows
from scoring.views.population_words import level_words
from surveys.intake import SURVEY_COLUMNS
from surveys.models import SurveyFile
from units.access import access_of
from units.authorization import Permission
from units.models import Level


def let_through(request: HttpRequest) -> None:
    """Survey officers and the index manager; 404 for others."""
    allowed = access_of(request.user).everywhere(Permission.SURVEY_IMPORT)
    ask(Allowed() if allowed else permissions.HIDDEN)


@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """Every level and year with a framework."""
    let_through(request)
    rows = [(row, level_words(row.level)) for row in survey_rows()]
    return render(request, "scoring/survey/list.html", {"rows": rows})


@require_GET
def survey(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """The survey of a level: coverage by component and by unit, files."""
    let_through(request)
    found = coverage_of(year, level) if level in Level.values else None
    if found is None:
        raise Http404("no such survey")
    wanted = text.search_key(request.GET.get("q", "")[:100])
    lacking = request.GET.get("thieu") == "1"
    units = [
        row for row in found.units if wanted in row.unit.search_key and (row.missing or not lacking)
    ]
    context = {
        "year": year,
        "level": level,
        "name": level_words(level),
        "coverage": found,
        "units": units,
        "lacking": lacking,
        "without": sum(bool(row.missing) for row in found.units),
    }
    return render(request, "scoring/survey/survey.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file: every faulty row by its place, nothing written while one remains."""
    let_through(request)
    initial = {name: request.GET[key] for name, key in (("year", "nam"), ("level", "cap")) if request.GET.get(key)}
    form = SurveyFileForm(request.POST or None, request.FILES or None, initial=initial)
    findings: tuple[str, ...] = ()
    report = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            report = _store(request, asked)
        except Refused as refused:
            form.add_error("file", refused.reason)
            findings = refused.details
        else:
            if not asked["trial"]:
                messages.success(request, _("Đã ghi số liệu điều tra. %(outcome)s") % {"outcome": report.sentence()})
                return redirect("scoring:survey", year=asked["year"], level=asked["level"])
    context = {"form": form, "findings": findings, "report": report}
    return render(request, "scoring/survey/upload.html", context, status=422 if form.errors else 200)


def _store(request: HttpRequest, asked: dict[str, Any]) -> Report:
    table = tabular.read(asked["file"], columns=SURVEY_COLUMNS, name=asked["file"].name)
    return import_survey(
        table,
        year=asked["year"],
        level=asked["level"],
        source=asked["file"],
        by=request.user,
        origin="web",
        dry_run=asked["trial"],
    )


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file as it was imported, always as an attachment."""
    let_through(request)
    found = get_object_or_404(SurveyFile, pk=pk)
    if not default_storage.exists(found.stored_as):
        raise Http404("the file is gone")
    kept = default_storage.open(found.stored_as)
    return FileResponse(kept, as_attachment=True, filename=found.name, content_type="application/octet-stream")
