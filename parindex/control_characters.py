"""Addresses that no page of the product ever gives out: those with control characters in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NUL = "\x00"


class ControlCharactersMiddleware:
    """Answer 404 to a control character in the path and to a NUL in the query, before a view asks the database.

    PostgreSQL knows no NUL in a text and SQLite does, so each view would have to think of it. In a query other
    control characters stay: a word pasted from a workbook may bring a tab along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A quoted cookie may spell a NUL; the key of a session would carry it to the database.
        for name in [name for name, value in request.COOKIES.items() if CONTROL.search(value)]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Not in ``__call__``: by now the request has its visitor, and the page of the 404 shows them."""
        if CONTROL.search(request.path):
            raise Http404
        if any(NUL in name or any(NUL in value for value in values) for name, values in request.GET.lists()):
            raise Http404
