"""Frameworks in the working area: the list, one to read, its file out and in, and last year beside it."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from criteria import permissions
from criteria.actions import correct_link, import_framework
from criteria.actions.links import may_correct
from criteria.files import FACTS_SHEET, FRAMEWORK_COLUMNS, facts_in
from criteria.forms import FrameworkFileForm, LinkForm
from criteria.models import Framework
from criteria.queries.frameworks import framework_of, framework_sheets
from criteria.queries.links import Comparison, choices_before, comparison_of
from criteria.queries.outlines import frameworks, outline_of
from parindex import tabular
from parindex.components import Choice
from parindex.decisions import Denied, Refused
from parindex.edge import answer_refusal, ask
from parindex.spreadsheet import write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def framework_list(request: HttpRequest) -> HttpResponse:
    """Every framework by year and level."""
    ask(permissions.may_view_framework(request.user))
    context = {"frameworks": frameworks(), "may_edit": bool(permissions.may_edit_framework(request.user))}
    return render(request, "criteria/list.html", context)


@require_GET
def framework(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """One framework to read: tree, rules, evidence, who appraises."""
    ask(permissions.may_view_framework(request.user))
    found = _framework(year, level)
    return render(request, "criteria/framework.html", {"outline": outline_of(found), "framework": found})


@require_GET
def framework_file(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """The workbook of a framework; importing it again changes nothing."""
    ask(permissions.may_view_framework(request.user))
    found = _framework(year, level)
    out = BytesIO()
    write_xlsx(out, framework_sheets(found))
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"bo-tieu-chi-{year}-{level}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def framework_upload(request: HttpRequest) -> HttpResponse:
    """Take a framework's file: every finding of the linter by row, nothing written while one remains."""
    ask(permissions.may_edit_framework(request.user))
    form = FrameworkFileForm(request.POST or None, request.FILES or None)
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
                messages.success(
                    request, _("Đã ghi bộ tiêu chí. %(outcome)s") % {"outcome": report.sentence()}
                )
                return redirect("criteria:framework", year=asked["year"], level=asked["level"])
    context = {"form": form, "findings": findings, "report": report}
    return render(request, "criteria/upload.html", context, status=422 if form.errors else 200)


@require_GET
def comparison(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """What goes on from the year before, what has changed, what is new and what is gone."""
    ask(permissions.may_view_framework(request.user))
    found = _framework(year, level)
    may = may_correct(found)
    manages = bool(permissions.may_edit_framework(request.user))
    compared = comparison_of(found)
    context = {"framework": found, "comparison": compared, "manages": manages, "pills": groups_of(compared)}
    context["may_correct"] = manages and bool(may)
    context["fixed"] = may.reason if isinstance(may, Denied) else ""
    return render(request, "criteria/comparison.html", context)


def groups_of(compared: Comparison) -> list[Choice]:
    """The lists of the page that hold something, with their length."""
    groups = [
        (_("Thay đổi"), "#thay-doi", compared.changed),
        (_("Mới"), "#moi", compared.new),
        (_("Bỏ"), "#bo", compared.removed),
        (_("Tiếp tục"), "#tiep-tuc", compared.continued),
    ]
    return [Choice(label, place, count=len(rows)) for label, place, rows in groups if rows]


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, year: int, level: str, code: str) -> HttpResponse:
    """How one row continues last year; a POST states it."""
    ask(permissions.may_edit_framework(request.user))
    found = _framework(year, level)
    pair = next((each for each in comparison_of(found).pairs if each.node.code == code), None)
    if pair is None:
        raise Http404
    back = reverse("criteria:comparison", args=[year, level])
    may = may_correct(found)
    if isinstance(may, Denied):
        return answer_refusal(request, Refused(may), to=back)
    form = LinkForm(request.POST or None, pair=pair, choices=choices_before(pair.node, found))
    if request.method == "POST" and form.is_valid() and _corrected(request, form, found, code):
        return redirect(f"{back}#r-{code}")
    context = {"framework": found, "pair": pair, "form": form, "back": back}
    return render(request, "criteria/link.html", context, status=422 if request.method == "POST" else 200)


def _corrected(request: HttpRequest, form: LinkForm, found: Framework, code: str) -> bool:
    """Whether the link was stored; what stands in the way is said in the form."""
    said = form.cleaned_data
    try:
        correct_link(
            framework_id=found.pk, code=code, kind=said["kind"], previous_code=said["previous_code"], by=request.user
        )
    except Refused as refused:
        form.add_error("kind" if refused.code == "kind" else "previous_code", refused.reason)
        return False
    messages.success(request, _("Đã ghi liên kết của %(code)s với năm trước.") % {"code": code})
    return True


def _store(request: HttpRequest, asked: dict) -> object:
    table = tabular.read(
        asked["file"], columns=FRAMEWORK_COLUMNS, name=asked["file"].name, further=(FACTS_SHEET,)
    )
    asked["file"].seek(0)
    facts = facts_in(asked["file"], asked["file"].name) if table.kind == "xlsx" else None
    return import_framework(
        table,
        year=asked["year"],
        level=asked["level"],
        by=request.user,
        facts=facts,
        origin="web",
        dry_run=asked["trial"],
    )


def _framework(year: int, level: str) -> Framework:
    found = framework_of(year, level)
    if found is None:
        raise Http404
    return found
