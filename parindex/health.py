"""Two addresses for machines: is the process alive, and can it do its work."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a slow database does not restart healthy servers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when visitors can be served, 503 otherwise.

    A silent broker is reported but does not count: requests still succeed, the sweeper starts the jobs later.
    """
    found = {"database": passes(database), "migrations": passes(migrations), "files": passes(files)}
    ready = all(found.values())
    found["broker"] = passes(broker)
    body = {name: "ok" if good else "failing" for name, good in found.items()}
    return JsonResponse({"ready": ready, **body}, status=200 if ready else 503)


def passes(check: Callable[[], bool]) -> bool:
    """Whether a check says yes; an error is a no."""
    try:
        return check()
    except Exception:
        return False


def database() -> bool:
    """The database answers a question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0] == 1)


def migrations() -> bool:
    """The tables are those this version of the program expects."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def files() -> bool:
    """The folder of evidence and documents can be written."""
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
    return os.access(settings.FILES_ROOT, os.W_OK)


def broker() -> bool:
    """Redis answers, or the broker's folder can be written."""
    if not settings.REDIS_URL:
        return os.access(settings.BROKER_FOLDER / "messages", os.W_OK)
    import redis  # only this branch needs it; the embedded default starts faster without

    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()
