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
    """One level of a year. Only published rows; 404 before."""
    ranking = ranking_of(year, level, published_only=True)
    if not ranking.rows:
        raise Http404(_("Chưa có dữ liệu công bố cho năm và cấp này."))
    made = ranking.table()
    out = io.BytesIO()
    write_table(made, out, kind)
    response = HttpResponse(out.getvalue(), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{filename(made, year, level, kind)}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Content-Disposition, X-Parindex-Demonstration"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if made.demonstration:
        response["X-Parindex-Demonstration"] = "true"
    # A workbook carries the moment it was written, so the content is named by its rows.
    seed = canonical.digest([kind, made.meta, [[str(cell) for cell in row] for row in made.rows]])
    return with_etag(request, response, shared=not request.COOKIES, seed=seed)


def filename(made: OpenTable, year: int, level: str, kind: str) -> str:
    """A name that says what it is, and first of all that it is a demonstration."""
    mark = "minh-hoa-" if made.demonstration else ""
    return f"{mark}chi-so-cchc-{year}-{level}.{kind}"
