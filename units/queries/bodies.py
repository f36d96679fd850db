"""Reads about units that more than one page or app needs."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from parindex import text
from units.models import Level, Succession, Unit


def standing_body(day: date) -> Unit | None:
    """The standing body of the index (Sở Nội vụ, QĐ 884 Điều 21) valid on a day.

    Found by the name in ``settings.STANDING_BODY_NAME``, because the 2025
    reorganisation gave the same name to a new body.
    """
    return (
        Unit.objects.valid_on(day)
        .filter(level=Level.DEPARTMENT, name=text.nfc(settings.STANDING_BODY_NAME))
        .order_by("pk")
        .first()
    )


def lineage() -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """All arrows of lineage: successors by predecessor id, predecessors by successor id."""
    successors: dict[int, list[int]] = {}
    predecessors: dict[int, list[int]] = {}
    for before, after in Succession.objects.order_by("pk").values_list("predecessor_id", "successor_id"):
        successors.setdefault(before, []).append(after)
        predecessors.setdefault(after, []).append(before)
    return successors, predecessors


def acting_body(unit: Unit, day: date) -> Unit | None:
    """The body that acts for a unit on a day: itself while valid, then its only successor.

    A body that ended without a single successor (the districts of 30/6/2025) is
    acted for by the standing body (design §3.13).
    """
    seen: set[int] = set()
    while not unit.valid_on(day):
        seen.add(unit.pk)
        after = list(Unit.objects.filter(origins__predecessor=unit).exclude(pk__in=seen)[:2])
        if len(after) != 1:
            return standing_body(day)
        unit = after[0]
    return unit


def ended_predecessors(unit_ids: set[int], day: date) -> set[int]:
    """Ids of ended units that the given units act for on a day, through any number of mergers."""
    successors, predecessors = lineage()
    valid = set(Unit.objects.valid_on(day).values_list("pk", flat=True))
    found: set[int] = set()
    open_ids = list(unit_ids)
    while open_ids:
        for before in predecessors.get(open_ids.pop(), ()):
            if before not in valid and before not in found and len(successors.get(before, ())) == 1:
                found.add(before)
                open_ids.append(before)
    return found
