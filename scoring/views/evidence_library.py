"""The library of a unit: everything it has, found and filtered; files added; the new ones described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parindex import text
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask, sentence
from scoring import actions, permissions
from scoring.forms.evidence import FILTERS, DescribeForm, FilterForm, UploadForm
from scoring.models import Evidence
from scoring.queries.documents import Row, library_of, working_year
from scoring.views.evidence_uploading import Line, by_script, take
from units.access import access_of
from units.authorization import Permission, Role
from units.models import Unit

#: Rows of one page of the library.
PAGE = 50
#: Documents described on one page.
MOST_DESCRIBED = 20

SORTS = {
    "ten": lambda row: text.sort_key(str(row.evidence)),
    "ngay": lambda row: (row.evidence.issued_on is not None, row.evidence.issued_on or 0),
    "dung": lambda row: len(row.uses),
    "tai-len": lambda row: row.evidence.uploaded_at,
}


@require_GET
def own_documents(request: HttpRequest) -> HttpResponse:
    """Lead a person of a unit to its library: the first body they serve today."""
    roles = access_of(request.user).roles
    unit = next((unit for role, unit in roles if role in (Role.CLERK, Role.HEAD) and unit is not None), None)
    if unit is None:
        raise Http404("no unit of one's own")
    return redirect("scoring:documents", unit)


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, unit: int) -> HttpResponse:
    """All documents of a unit and where each is used; a POST adds files.

    The script sends one file at a time and takes its line; without it the page answers with one line per file.
    """
    body = get_object_or_404(Unit, pk=unit)
    if not access_of(request.user).has(Permission.ASSESSMENT_VIEW, unit):
        raise Http404("no such unit")
    year = working_year(unit)
    if request.method == "POST":
        ask(permissions.may_upload_evidence(request.user, unit))
        try:
            lines = take(request, unit, year=year, particulars=actions.Particulars())
        except Refused as refused:
            return answer_refusal(request, refused, to=request.path)
        if by_script(request) and lines:
            status = 422 if lines[0].kind == "refused" else 200
            return render(request, "scoring/evidence_line.html", {"line": lines[0]}, status=status)
        good = any(line.kind != "refused" for line in lines)
        return library(request, body, year, lines=lines, nothing=not lines, status=200 if good else 422)
    return library(request, body, year)


def library(
    request: HttpRequest, unit: Unit, year: int, *, lines: list[Line] | None = None, nothing: bool = False, status: int = 200
) -> HttpResponse:
    """The page of the library."""
    rows = library_of(unit.pk, year)
    form = FilterForm(request.GET, years=sorted({row.evidence.issued_on.year for row in rows if row.evidence.issued_on}, reverse=True))
    found = sorted_rows(request, [row for row in rows if _wanted(row, form.wanted())])
    new = [str(line.evidence.pk) for line in lines or () if line.evidence is not None and line.kind == "stored"]
    context = {
        "unit": unit,
        "year": year,
        "count": sum(_wanted(row, {}) for row in rows),
        "page": Paginator(found, PAGE).get_page(request.GET.get("trang")),
        "filter": form,
        "filtered": any(form.wanted().values()),
        "upload": UploadForm(),
        "mine": bool(permissions.may_upload_evidence(request.user, unit.pk)),
        "lines": lines or [],
        "nothing": nothing,
        "nothing_errors": [(_("Chọn tệp cần tải lên."), "#id_file")] if nothing else [],
        "new": ",".join(new),
        "undescribed": sum(row.has("undescribed") for row in rows if _wanted(row, {})),
        "keep": [("xep", request.GET["xep"])] if request.GET.get("xep") else [],
    }
    return render(request, "scoring/documents.html", context, status=status)


def sorted_rows(request: HttpRequest, rows: list[Row]) -> list[Row]:
    """In the order the address asks for, newest first where it asks for none."""
    asked = request.GET.get("xep", "")
    key = SORTS.get(asked.removeprefix("-"))
    if key is None:
        return rows
    if asked.removeprefix("-") == "ngay":
        dated = sorted((row for row in rows if row.evidence.issued_on), key=lambda row: row.evidence.issued_on, reverse=asked[0] == "-")
        return [*dated, *(row for row in rows if not row.evidence.issued_on)]
    return sorted(rows, key=key, reverse=asked.startswith("-"))


def _wanted(row: Row, wanted: dict[str, str]) -> bool:
    """Whether a row meets the filters; without one neither withdrawn nor replaced rows show."""
    evidence = row.evidence
    if not FILTERS[wanted.get("loc") or ""].holds(row):
        return False
    year = wanted.get("nam")
    if year and (evidence.issued_on is None or str(evidence.issued_on.year) != year):
        return False
    key = text.search_key(wanted.get("q") or "")
    said = (evidence.number, evidence.title, evidence.original_name, evidence.issuer, *(use.code for use in row.uses))
    return not key or key in text.search_key(" ".join(said))


# --- Describing what was uploaded ----------------------------------------------------------------


@dataclass(frozen=True)
class Described:
    """One document with the form of its particulars; ``read`` when the form was filled from its text."""

    evidence: Evidence
    form: DescribeForm

    @property
    def read(self) -> bool:
        """Whether something was read from the file that nobody has confirmed yet."""
        return self.form.from_text


@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, unit: int) -> HttpResponse:
    """Number, date, issuer and title of several documents on one page; all are right or nothing is written."""
    ask(permissions.may_upload_evidence(request.user, unit))
    body = get_object_or_404(Unit, pk=unit)
    rows = [Described(each, DescribeForm.of(each, request.POST or None)) for each in chosen(request, unit)]
    if request.method == "POST" and rows and all(row.form.is_valid() for row in rows):
        written = sum(written_down(request, row) for row in rows)
        messages.success(request, _("Đã ghi thông tin %(count)d tài liệu.") % {"count": written})
        return redirect("scoring:documents", unit)
    errors = [
        (f"{row.evidence.original_name}: {said}", f"#{row.form[name].id_for_label}")
        for row in rows
        for name, sentences in row.form.errors.items()
        for said in sentences
    ]
    context = {"unit": body, "rows": rows, "errors": errors, "ids": ",".join(str(row.evidence.pk) for row in rows)}
    return render(request, "scoring/documents_describe.html", context, status=422 if request.method == "POST" else 200)


def chosen(request: HttpRequest, unit_id: int) -> list[Evidence]:
    """The documents the address or the form names; else those that still lack number or date, newest first."""
    rows = Evidence.objects.filter(unit_id=unit_id, withdrawn_at=None, replaced_by=None).order_by("-id")
    asked = (request.POST if request.method == "POST" else request.GET).get("tai-lieu", "")
    ids = [int(part) for part in asked.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
    if ids or request.method == "POST":
        return list(rows.filter(pk__in=ids)[:MOST_DESCRIBED])
    return [row for row in rows if not (row.number and row.issued_on)][:MOST_DESCRIBED]


def written_down(request: HttpRequest, row: Described) -> int:
    """Write one row; a refusal is said and does not stop the others."""
    try:
        actions.describe_evidence(
            evidence_id=row.evidence.pk, particulars=row.form.particulars(), by=request.user
        )
    except Refused as refused:
        messages.error(request, f"{row.evidence}: {sentence(refused.decision)}")
        return 0
    return 1


def library_links(user: Any) -> list[Unit]:
    """The units whose library a person keeps, for the page of somebody without a dossier."""
    access = access_of(user)
    return list(Unit.objects.filter(pk__in=access.units(Role.CLERK) | access.units(Role.HEAD)).order_by("sort_key"))
