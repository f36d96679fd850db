"""Open data: every published level as CSV, JSON and XLSX at a lasting address, open to other sites."""

from __future__ import annotations

import io

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parindex import canonical
from parindex.exports import CONTENT_TYPES, FORMATS, OpenTable, write_table
from reports.content.dictionary import COLUMN_MEANINGS
from reports.content.ranking import ranking_of
from reports.content.shelf import shelf
from reports.views.published import published_page, with_etag


@published_page
def index(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, what the columns mean, and how to check."""
    published = shelf()
    years = [
        (year, [(kind, published.of(year, kind.level)) for kind in published.kinds(year)])
        for year in published.years
    ]
    context = {"years": years, "columns": COLUMN_MEANINGS, "formats": FORMATS}
    return render(request, "reports/public/data.html", context)


@login_not_required
@require_safe
def table(request: HttpRequest, year: int, level: str, kind: str) -> HttpResponse:
    """One level of a year, or with ``?lan=`` an earlier version of it. Only published rows; 404 before."""
    version = asked_version(request)
    ranking = ranking_of(year, level, published_only=True, version=version)
    if not ranking.rows:
        raise Http404(_("Chưa có dữ liệu công bố cho năm và cấp này."))
    made = ranking.table()
    out = io.BytesIO()
    write_table(made, out, kind)
    response = HttpResponse(out.getvalue(), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{filename(made, year, level, kind, version)}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Content-Disposition, X-Parindex-Demonstration"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if made.demonstration:
        response["X-Parindex-Demonstration"] = "true"
    # A workbook carries the moment it was written, so the content is named by its rows.
    seed = canonical.digest([kind, version, made.meta, [[str(cell) for cell in row] for row in made.rows]])
    return with_etag(request, response, shared=not request.COOKIES, seed=seed)


def asked_version(request: HttpRequest) -> int | None:
    """The number of the publication asked for, None for the one in force; 404 for what is no number."""
    asked = request.GET.get("lan")
    if asked is None:
        return None
    # Four digits are more corrections than anybody makes, and fit into every database's integer.
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 4):
        raise Http404(_("Lần công bố phải là một số, ví dụ ?lan=1."))
    return int(asked)


def filename(made: OpenTable, year: int, level: str, kind: str, version: int | None = None) -> str:
    """A name that says what it is, first of all that it is a demonstration, and which version when one was asked."""
    mark = "minh-hoa-" if made.demonstration else ""
    which = f"-lan{version}" if version is not None else ""
    return f"{mark}chi-so-cchc-{year}-{level}{which}.{kind}"
