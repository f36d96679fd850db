"""The least a save can be: lock, update, insert, in one transaction. For measuring only.

``application`` is what ``last-hour`` compares with: a bare view under our settings, with the middleware that every answer of ours
passes, on the same gunicorn, driver and kept connections. It knows no person, no right, no rule, no audit and no page. ``wire`` does
the same three statements without Django's road of a request; its figure is printed beside the other, as what the machine can do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parindex.settings")

import django

django.setup()

from django.contrib.auth.decorators import login_not_required  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

TABLES = """
CREATE TABLE bare_score (id bigint PRIMARY KEY, version integer NOT NULL, answer text NOT NULL, saved_at timestamptz);
CREATE TABLE bare_revision (id bigserial PRIMARY KEY, score_id bigint NOT NULL REFERENCES bare_score, version integer NOT NULL,
    answer text NOT NULL, at timestamptz NOT NULL, UNIQUE (score_id, version));
"""
_ROW = re.compile(rb"row=([0-9]+)&answer=(.+)")
BODY = b"saved"


def save(row: int, answer: str) -> None:
    """Three statements between BEGIN and COMMIT."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT version FROM bare_score WHERE id = %s FOR UPDATE", [row])
        values = [cursor.fetchone()[0] + 1, answer]
        cursor.execute("UPDATE bare_score SET version = %s, answer = %s, saved_at = now() WHERE id = %s", [*values, row])
        cursor.execute("INSERT INTO bare_revision (version, answer, score_id, at) VALUES (%s, %s, %s, now())", [*values, row])


@login_not_required
@csrf_exempt
def view(request: HttpRequest) -> HttpResponse:
    """``POST row=7&answer=…`` to a view without anything of its own."""
    save(int(request.POST["row"]), request.POST["answer"])
    return HttpResponse(BODY, content_type="text/plain")


def wire(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The same between gunicorn and the database directly."""
    row, answer = _ROW.fullmatch(environ["wsgi.input"].read()).groups()
    save(int(row), answer.decode())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


class Bare(WSGIHandler):
    """Django's handler with all middleware of the settings; its only address is the view."""

    def get_response(self, request: HttpRequest) -> HttpResponse:
        """By the addresses of this module; those of the product stay as they are for whoever imports it."""
        request.urlconf = __name__
        return super().get_response(request)


urlpatterns = [path("", view)]
application = Bare()
