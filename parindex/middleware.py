"""Working pages are never kept by the browser: the back button must not show a sheet as it once was."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: Addresses that show what one person may see, or take a password.
PRIVATE = ("/lam-viec/", "/dang-nhap/", "/dang-xuat/", "/doi-mat-khau/")


class PrivatePagesMiddleware:
    """Say ``private, no-store`` for private addresses; an answer that says something itself keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(PRIVATE):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
