"""When the portal was last seen alive: the clock process signs each minute, and keeps the gaps it finds.

The record helps a person who extends deadlines after an outage to name the right hours; it decides nothing.
It is a small file, because it must also tell of a time when the database was away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from parindex import clock

#: A silence is remembered from this length on; shorter ones are restarts.
SHORTEST = timedelta(minutes=5)
MOST_GAPS = 20


@dataclass(frozen=True)
class Gap:
    """A time in which nobody signed."""

    began: datetime
    ended: datetime


def sign(now: datetime | None = None) -> None:
    """Say that the portal lives; a long silence before is remembered."""
    at = now or clock.now()
    last, found = _read()
    if last is not None and at - last >= SHORTEST:
        found = [*found, Gap(last, at)][-MOST_GAPS:]
    body = {"last": at.isoformat(), "gaps": [[gap.began.isoformat(), gap.ended.isoformat()] for gap in found]}
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(body), encoding="utf-8")
    fresh.replace(file)


def gaps() -> list[Gap]:
    """The remembered silences, newest first."""
    return _read()[1][::-1]


def _file() -> Path:
    return Path(settings.VAR) / "alive.json"


def _read() -> tuple[datetime | None, list[Gap]]:
    """The last signature and the gaps; a missing or broken file means nothing is known."""
    try:
        body = json.loads(_file().read_text(encoding="utf-8"))
        known = [Gap(*map(datetime.fromisoformat, pair)) for pair in body["gaps"]]
        return datetime.fromisoformat(body["last"]), known
    except (OSError, ValueError, KeyError, TypeError):
        return None, []
