"""Proposals of Điều 19 and 20 for those who prepare and take the decisions: the page and its files."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parindex.components import Choice, File
from parindex.exports import CONTENT_TYPES, FORMATS, write_table
from sanctions.content import outcomes_table
from sanctions.models import OutcomeKind
from sanctions.outcome_words import said
from sanctions.outcomes import ARTICLE_TEXTS, BASIS
from sanctions.queries import OutcomeRow, run_outcomes
from sanctions.views.results import name_at, number_asked, populations_at, standing_of
from scoring.queries.results import AtHand, at_hand
from units.authorization import Permission


def outcomes_at(request: HttpRequest, year: int, level: str) -> tuple[list[AtHand], list[OutcomeRow]]:
    """The runs this person may read proposals of, and the proposals."""
    populations = populations_at(request, year, level, Permission.OUTCOME_VIEW)
    read = at_hand(populations, number_asked(request) if len(populations) == 1 else None)
    return read, run_outcomes({each.run.pk: each.population for each in read if each.run is not None})


@require_GET
def outcomes(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """The proposals of a level, by what is proposed."""
    read, rows = outcomes_at(request, year, level)
    asked = request.GET.get("loai", "")
    kinds = [kind for kind in OutcomeKind if any(row.outcome.kind == kind for row in rows)]
    shown = [said(row) for row in rows if asked not in kinds or row.outcome.kind == asked]
    links = [("", _("Tất cả"), len(rows))] + [
        (kind.value, str(kind.label).capitalize(), sum(row.outcome.kind == kind for row in rows)) for kind in kinds
    ]
    articles = dict.fromkeys(row.outcome.article for row in rows)
    context = {
        "year": year,
        "level": level,
        "name": name_at(year, level, [each.population for each in read]),
        "standing": standing_of(read),
        "published": all(each.published for each in read),
        "computed": any(each.run is not None for each in read),
        "total": len(rows),
        "rows": shown,
        "cautions": sum(bool(each.cautions) for each in shown),
        "pills": [Choice(label, f"?loai={kind}" if kind else "?", kind == (asked if asked in kinds else ""), n) for kind, label, n in links],
        "articles": [(article, ARTICLE_TEXTS.get(article, "")) for article in sorted(articles)],
        "basis": BASIS,
        "files": [
            File(kind.upper(), reverse("sanctions:outcomes_file", args=[year, level, kind])) for kind in ("xlsx", "csv")
        ],
        "back": reverse("sanctions:results", args=[year, level]),
    }
    return render(request, "sanctions/outcomes.html", context)


@require_GET
def outcomes_file(request: HttpRequest, year: int, level: str, kind: str) -> HttpResponse:
    """The same proposals as a file, with the columns of ``export_outcomes``."""
    if kind not in FORMATS:
        raise Http404("no such format")
    _read, rows = outcomes_at(request, year, level)
    table = outcomes_table(year, level, rows)
    whole = BytesIO()
    write_table(table, whole, kind)
    response = HttpResponse(whole.getvalue(), content_type=CONTENT_TYPES[kind])
    mark = "-du-lieu-minh-hoa" if table.demonstration else ""
    name = f"de-nghi-{year}-{level}{mark}.{kind}"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
