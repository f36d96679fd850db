"""What the public ranking of 204 communes costs: statements, and bytes before compression."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from benchmarks import province, workspace
from benchmarks.measure import Outcome, count, say
from sanctions.actions import compute, publish

ID = "ranking-page"
QUERIES, KILOBYTES = 8, 120
GOAL = f"<= {QUERIES} and <= {KILOBYTES} KB"
COMMUNES = 204
YEAR = 2024


def publish_communes(*years: int) -> list[str]:
    """Publish the communes of twelve districts in each year; return the names of the communes."""
    names: list[str] = []
    for year in years:
        for place, population in enumerate(province.communes(year)):
            compute(population=population, origin="command")
            publish(
                population=population,
                decision=f"{place + 1}/QĐ-UBND",
                decided_on=date(year, 12, 20),
                origin="command",
            )
            if year == years[-1]:
                names += population.assessments.values_list("unit__name", flat=True)
    return names


def run(turns: int) -> Outcome:
    """Ask for the ranking as it is, sorted, and by an area, never from the cache.

    ``value`` is the worst count of statements; ``ours`` the largest page in KB, ``baseline`` what it may weigh.
    """
    names = publish_communes(YEAR - 1, YEAR)
    if len(names) != COMMUNES:
        raise RuntimeError(f"{len(names)} communes were published, not {COMMUNES}")
    address = reverse("public:ranking", args=[YEAR, "cap-xa"])
    counts, sizes = [], []
    for query in ("", "?xep=ten", "?lv=1"):
        cache.clear()
        queries, answer = workspace.queries_of(Client(), address + query)
        text = answer.content.decode()
        if not all(name in text for name in names):
            raise RuntimeError(f"{address}{query} does not name every commune")
        counts.append(queries)
        sizes.append(len(answer.content) / 1000)
        say(f"  ranking-page: {address}{query}: {queries} statements, {sizes[-1]:.1f} KB")
    measured = count(ID, counts, goal=f"<= {QUERIES}")
    return replace(
        measured, goal=GOAL, baseline=KILOBYTES, ours=max(sizes), ok=measured.ok and max(sizes) <= KILOBYTES
    )
