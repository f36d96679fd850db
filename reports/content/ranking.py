"""The ranking of a level in a year: the rows of ``export_index`` and of the open data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parindex.exports import OpenTable
from parindex.models import Installation
from scoring.queries.runs import LevelRow, Shown, level_results

COLUMNS = (
    "year",
    "level",
    "unit_code",
    "unit_name",
    "appraised_points",
    "survey_points",
    "points",
    "max_points",
    "index_percent",
    "rank",
    "band",
    "previous_index_percent",
    "change",
)
WIDTHS = (6, 12, 12, 40, 12, 12, 10, 10, 12, 6, 6, 14, 10)


@dataclass(frozen=True)
class RankingRow:
    """One unit. ``rank`` is that of the whole level; points and percents carry two decimals, None is absent."""

    year: int
    level: str
    unit_code: str
    unit_name: str
    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal | None
    max_points: Decimal
    index_percent: Decimal | None
    rank: int | None
    band: str
    previous_index_percent: Decimal | None
    change: Decimal | None

    def cells(self) -> tuple[Any, ...]:
        """The values in the order of ``COLUMNS``; no band is an absent one."""
        return tuple(getattr(self, name) if name != "band" else self.band or None for name in COLUMNS)


@dataclass(frozen=True)
class Ranking:
    """A level of a year, by rank, then Vietnamese order, the unranked last.

    ``published``: every row comes from a publication; ``publications`` says from which.
    """

    year: int
    level: str
    rows: tuple[RankingRow, ...]
    published: bool
    publications: tuple[Mapping[str, Any], ...]
    demonstration: bool

    def table(self) -> OpenTable:
        """The open table of the ranking."""
        return OpenTable(
            title=f"{self.year} {self.level}",
            columns=COLUMNS,
            rows=[row.cells() for row in self.rows],
            meta={
                "year": self.year,
                "level": self.level,
                "demonstration": self.demonstration,
                "published": self.published,
                "publications": [dict(publication) for publication in self.publications],
            },
            texts=frozenset({"unit_code", "unit_name", "band"}),
            widths=WIDTHS,
        )


def ranking_of(year: int, level: str, *, published_only: bool = False, version: int | None = None) -> Ranking:
    """The ranking of a level: five queries. Without a run there are no rows.

    ``version``: as it stood with that publication of each population (design §3.12).
    """
    found = level_results(year, level, published_only=published_only, version=version)
    return Ranking(
        year=year,
        level=level,
        rows=tuple(_row(year, level, row) for row in found.rows),
        published=found.published,
        publications=tuple(
            _publication(shown) for shown in found.populations if shown.publication is not None
        ),
        demonstration=Installation.objects.filter(demonstration=True).exists(),
    )


def _row(year: int, level: str, row: LevelRow) -> RankingRow:
    result = row.result
    return RankingRow(
        year=year,
        level=level,
        unit_code=result.unit_code,
        unit_name=result.unit_name,
        appraised_points=result.appraised_points,
        survey_points=result.survey_points,
        points=result.points,
        max_points=result.max_points,
        index_percent=result.index_percent,
        rank=row.rank,
        band=result.band,
        previous_index_percent=result.previous_index_percent,
        change=result.change,
    )


def _publication(shown: Shown) -> dict[str, Any]:
    publication, parent = shown.publication, shown.population.parent
    assert publication is not None
    return {
        "district": parent.code if parent else None,
        "version": publication.version,
        "decision": publication.decision_number,
        "decided_on": publication.decided_on.isoformat(),
        "digest": publication.run.digest,
    }
