"""What every public page shares: open to all, answered again only when something changed, never stale."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from reports.content.shelf import edition

#: A page is kept at most this long, in seconds, and never beyond the next publication.
KEPT = 60
#: Longest query string whose page is kept: filters are few, searches are not.
LONGEST_KEPT = 60

View = Callable[..., HttpResponse]


def published_page(view: View) -> View:
    """A public view: safe methods only, ETag, and a copy per publication for visitors without a session."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        stranger = not request.COOKIES and "Authorization" not in request.headers
        key = _key(request) if stranger and _worth_keeping(request) else ""
        response = cache.get(key) if key else None
        if response is None:
            response = view(request, **arguments)
            if key and response.status_code == 200:
                cache.set(key, response, KEPT)
        # The header names whoever is signed in; a kept copy has not asked the session.
        patch_vary_headers(response, ["Cookie"])
        return with_etag(request, response, shared=stranger)

    return login_not_required(require_safe(answer))


def with_etag(request: HttpRequest, response: HttpResponse, *, shared: bool, seed: str = "") -> HttpResponse:
    """Name the content, and answer 304 to whoever has it. ``seed`` names it where its bytes are not stable."""
    if response.status_code != 200:
        return response
    etag = '"' + hashlib.sha256(seed.encode() or response.content).hexdigest()[:32] + '"'
    response["ETag"] = etag
    # One second for a proxy in front; browsers ask again each time and mostly hear 304.
    response["Cache-Control"] = "public, max-age=0, s-maxage=1" if shared else "private, no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


def _worth_keeping(request: HttpRequest) -> bool:
    return not request.GET.get("q") and len(request.META.get("QUERY_STRING", "")) <= LONGEST_KEPT


def _key(request: HttpRequest) -> str:
    """The address, the language and what is published."""
    host = request.get_host()
    where = f"{host} {request.get_full_path()} {get_language()} {request.is_secure()}"
    return f"page:{edition()}:{hashlib.sha256(where.encode()).hexdigest()}"
