"""The least a save can be: lock, update, insert, in one transaction. A WSGI application for gunicorn, for measuring only.

It stands on the same server, driver and connection settings as ours, and knows no person, no right, no rule and no page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parindex.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after the settings

TABLES = """
CREATE TABLE bare_score (id bigint PRIMARY KEY, version integer NOT NULL, answer text NOT NULL, saved_at timestamptz);
CREATE TABLE bare_revision (id bigserial PRIMARY KEY, score_id bigint NOT NULL REFERENCES bare_score, version integer NOT NULL,
    answer text NOT NULL, at timestamptz NOT NULL, UNIQUE (score_id, version));
"""
_ROW = re.compile(rb"row=([0-9]+)&answer=(.+)")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``POST row=7&answer=…``: three statements between BEGIN and COMMIT."""
    row, answer = _ROW.fullmatch(environ["wsgi.input"].read()).groups()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT version FROM bare_score WHERE id = %s FOR UPDATE", [int(row)])
        version = cursor.fetchone()[0] + 1
        values = [version, answer.decode()]
        cursor.execute("UPDATE bare_score SET version = %s, answer = %s, saved_at = now() WHERE id = %s", [*values, int(row)])
        cursor.execute(
            "INSERT INTO bare_revision (version, answer, score_id, at) VALUES (%s, %s, %s, now())", [*values, int(row)]
        )
    body = b"saved"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
