"""A document looked at in the page: pictures that were made here, never the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET

from parindex.decisions import Denied
from parindex.edge import ask
from scoring import permissions
from scoring.models import Evidence, EvidencePage, Reading
from scoring.page_names import first_page
from scoring.queries.reading import page_of, reading_job
from scoring.reading_words import why_unread
from scoring.views.evidence import visible
from units.access import access_of
from units.authorization import Permission


@dataclass(frozen=True)
class Shown:
    """The pages of a document around the one that is looked at. ``beyond``: the page asked for has no picture."""

    pages: list[EvidencePage]
    now: EvidencePage
    beyond: int | None = None

    @property
    def before(self) -> int | None:
        """The number of the page before."""
        return self.now.number - 1 if self.now.number > 1 else None

    @property
    def after(self) -> int | None:
        """The number of the page after."""
        return self.now.number + 1 if self.now.number < len(self.pages) else None


def preview_address(evidence_id: int, named: str = "") -> str:
    """Where a document is looked at, opened at the page that a link names ("tr. 4–9" → page 4)."""
    page = first_page(named)
    return reverse("scoring:preview", args=[evidence_id]) + (f"?trang={page}" if page else "")


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a document one at a time or all below each other, its particulars beside; or why there are none."""
    evidence = visible(request, pk)
    closed = permissions.may_open_file(request.user, evidence)
    if isinstance(closed, Denied):
        return render(request, "scoring/preview.html", {**beside(request, evidence), "closed": closed.reason})
    if evidence.reading == Reading.WAITING:
        return waiting(request, evidence)
    if request.headers.get("HX-Request"):  # the bar asks again: the reading has ended, the whole page comes
        return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
    pages = list(evidence.page_images.all())
    context = {
        **beside(request, evidence),
        "shown": shown(pages, request.GET.get("trang", "")) if pages else None,
        "all": "tat-ca" in request.GET,
        "left_out": max(0, (evidence.pages or 0) - len(pages)) if pages else 0,
        "why": why_unread(evidence) if evidence.reading == Reading.FAILED else "",
    }
    return render(request, "scoring/preview.html", context)


def waiting(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """How far the reading is; the bar alone when the bar asks."""
    job = reading_job(evidence)
    here = request.get_full_path()
    context = {"job": job, "poll_url": here, "page_url": here}
    if request.headers.get("HX-Request") and job is not None:
        return render(request, "components/progress.html", context)
    return render(request, "scoring/preview.html", {**context, **beside(request, evidence)})


def beside(request: HttpRequest, evidence: Evidence) -> dict[str, Any]:
    """What stands beside the pages."""
    own = access_of(request.user).has(Permission.ASSESSMENT_VIEW, evidence.unit_id)
    return {"evidence": evidence, "own": own}


def shown(pages: list[EvidencePage], asked: str) -> Shown:
    """The page asked for, or the nearest there is."""
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = min(max(wanted, 1), len(pages))
    return Shown(pages, pages[number - 1], wanted if wanted > len(pages) else None)


@require_GET
def page_image(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as the picture made here, for those who may have the document.

    The browser may keep it but asks every time, so that lost rights take effect at once.
    """
    evidence = visible(request, pk)
    ask(permissions.may_open_file(request.user, evidence))
    page = page_of(evidence, number)
    if page is None:
        raise Http404("no such page")
    tag = quote_etag(page.stored_as.rpartition("/")[2])
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse | FileResponse = HttpResponseNotModified()
    else:
        try:
            file = default_storage.open(page.stored_as, "rb")
        except FileNotFoundError:
            raise Http404("the picture is not in the store") from None
        response = FileResponse(file, content_type="image/jpeg")
        response["Content-Disposition"] = "inline"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response
