"""The proposals of a level as a table for machines, the same from the page and from the command line."""

from __future__ import annotations

from collections.abc import Iterable

from parindex.exports import OpenTable
from parindex.models import Installation
from sanctions.queries import OutcomeRow

COLUMNS = ("year", "level", "unit_code", "kind", "article", "subject", "facts")


def outcomes_table(year: int, level: str, rows: Iterable[OutcomeRow]) -> OpenTable:
    """The table of ``export_outcomes``. Not for the public: it names heads."""
    return OpenTable(
        title=f"{year} {level}",
        columns=COLUMNS,
        rows=[
            (year, level, row.unit_code, o.kind, o.article, o.subject, o.facts_value)
            for row in rows
            for o in [row.outcome]
        ],
        meta={
            "year": year,
            "level": level,
            "demonstration": Installation.objects.filter(demonstration=True).exists(),
        },
        texts=frozenset(COLUMNS) - {"year"},
        widths=(6, 12, 12, 18, 12, 8, 100),
    )
