"""Whoever has a one-time password chooses their own before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

#: Addresses that stay open meanwhile, by URL name.
OPEN = {"password_change", "logout", "healthz", "readyz"}


class OwnPasswordMiddleware:
    """Send people whose password must be changed to the page where they do it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let open addresses and views that need no log-in pass, redirect the rest."""
        if request.resolver_match.url_name in OPEN or not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("password_change")
        return None
