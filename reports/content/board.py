"""The ranking page of a level: rows, filters, sorting, what is to be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from parindex import charts, text
from reports.content.areas import Area, AreaTable, area_table
from reports.content.levels import BY_LEVEL, Kind
from scoring import analysis
from scoring.models import Publication
from scoring.queries.runs import LevelResults, LevelRow, level_results
from units.models import Level, Unit

BANDS = ("A", "B", "C", "D")
GOOD, POOR = Decimal(90), Decimal(50)  # Điều 19.1 and 20.6


@dataclass(frozen=True)
class Row:
    """A unit of the ranking. ``rank`` counts in the whole level, ``own_rank`` in its population (the district).

    ``areas``: percent of each area; ``chosen``: that of the area somebody asked for.
    """

    code: str
    name: str
    rank: int | None
    own_rank: int | None
    district: str
    district_short: str
    district_code: str
    index: Decimal | None
    band: str
    before: Decimal | None
    change: Decimal | None
    comparable: bool
    max_points: Decimal
    reduced: bool
    areas: tuple[Decimal | None, ...]
    lowest: str
    key: str
    order: str
    chosen: Decimal | None = None


@dataclass(frozen=True)
class District:
    """A population of communes beside the others: its units as bricks."""

    code: str
    name: str
    count: int
    median: Decimal | None
    bricks: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True)
class Board:
    """A level of a year as published. ``rows`` are in the order of the ranking."""

    year: int
    kind: Kind
    rows: tuple[Row, ...]
    areas: tuple[Area, ...]
    publications: tuple[Publication, ...]
    waiting: tuple[str, ...]

    @property
    def by_district(self) -> bool:
        """Whether each district decides its own ranking, so that the one of the province is for reference."""
        return any(found.population.parent_id is not None for found in self.publications)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Units by band, every default band named."""
        found = dict.fromkeys(BANDS, 0)
        for row in self.rows:
            if row.band:
                found[row.band] = found.get(row.band, 0) + 1
        return found

    @cached_property
    def median(self) -> Decimal | None:
        """The median index in percent."""
        return analysis.median(row.index for row in self.rows)

    @property
    def by_band(self) -> str:
        """The bands that occur, in words: "5 nhóm A, 15 nhóm B"."""
        found = [(band, count) for band, count in self.counts.items() if count]
        return ", ".join(
            _("%(count)d nhóm %(band)s") % {"count": count, "band": band} for band, count in found
        )

    @cached_property
    def axis_low(self) -> Decimal:
        """Where the axis starts on which every unit of the level has its place."""
        return charts.axis_low(index for index, _band in self.bricks)

    @property
    def bricks(self) -> list[tuple[Decimal, str]]:
        """(index, band) of every unit that has an index."""
        return [(row.index, row.band) for row in self.rows if row.index is not None]

    @property
    def good(self) -> int:
        """Units from 90 percent on."""
        return sum(1 for row in self.rows if row.index is not None and row.index >= GOOD)

    @property
    def poor(self) -> int:
        """Units below 50 percent."""
        return sum(1 for row in self.rows if row.index is not None and row.index < POOR)

    @property
    def tied(self) -> bool:
        """Whether two units share a place."""
        places = [row.rank for row in self.rows if row.rank is not None]
        return len(places) != len(set(places))

    @property
    def unranked(self) -> int:
        """Units without a place."""
        return sum(1 for row in self.rows if row.rank is None)

    @property
    def reduced(self) -> bool:
        """Whether some criteria did not apply to some unit."""
        return any(row.reduced for row in self.rows)

    @property
    def doubted(self) -> bool:
        """Whether a publication rests on a figure that was published anew later."""
        return any(getattr(found, "doubted", False) for found in self.publications)

    @property
    def corrected(self) -> bool:
        """Whether a publication in force is a correction."""
        return any(found.version > 1 for found in self.publications)

    @cached_property
    def tallest(self) -> int:
        """The highest stack of bricks in any district, so that their figures share one height."""
        stacks = Counter((row.district_code, row.index // 2) for row in self.rows if row.index is not None)
        return max(stacks.values(), default=1)

    def districts(self) -> list[District]:
        """The populations of communes in Vietnamese order; empty where there are no districts."""
        if not self.by_district:
            return []
        found: dict[str, list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: text.sort_key(row.district)):
            found.setdefault(row.district_code, []).append(row)
        return [
            District(
                code=code,
                name=rows[0].district,
                count=len(rows),
                median=analysis.median(row.index for row in rows),
                bricks=tuple((row.index, row.band) for row in rows if row.index is not None),
            )
            for code, rows in found.items()
        ]


def board_of(year: int, level: str, publications: list[Publication]) -> Board:
    """The board of a level: four queries."""
    found = level_results(year, level, published_only=True)
    areas = area_table([publication.run_id for publication in publications])
    return Board(
        year=year,
        kind=BY_LEVEL[level],
        rows=tuple(_row(row, areas) for row in found.rows),
        areas=areas.areas,
        publications=tuple(publications),
        waiting=_waiting(found),
    )


def _waiting(found: LevelResults) -> tuple[str, ...]:
    """Districts that have not published yet."""
    return tuple(
        shown.population.parent.name
        for shown in found.populations
        if shown.publication is None and shown.population.parent is not None
    )


def _row(row: LevelRow, areas: AreaTable) -> Row:
    result, parent = row.result, row.shown.population.parent
    lowest = areas.lowest(result.pk)
    return Row(
        code=result.unit_code,
        name=result.unit_name,
        rank=row.rank,
        own_rank=result.rank,
        district=parent.name if parent else "",
        district_short=(parent.short_name or parent.name) if parent else "",
        district_code=parent.code if parent else "",
        index=result.index_percent,
        band=result.band,
        before=result.previous_index_percent,
        change=result.change,
        comparable=result.comparable,
        max_points=result.max_points,
        reduced=result.max_points != 100,
        areas=areas.of(result.pk),
        lowest=lowest.short if lowest else "",
        key=text.search_key(f"{result.unit_name} {result.unit_code}"),
        order=text.sort_key(result.unit_name),
    )


def no_units_reason(year: int, level: str, reference: Any) -> bool:
    """Whether the province had no unit of a level at the end of a year: one query."""
    return not Unit.objects.valid_on(reference).filter(level=Level(level)).exists()


#: What `?xep=` may name; None sorts behind everything in both directions.
SORTS: Mapping[str, Callable[[Row], Any]] = {
    "hang": lambda row: row.rank,
    "ten": lambda row: row.order,
    "huyen": lambda row: text.sort_key(row.district) or None,
    "hang-huyen": lambda row: row.own_rank,
    "chi-so": lambda row: row.index,
    "thay-doi": lambda row: row.change,
}


def chosen(
    board: Board, *, search: str = "", band: str = "", district: str = "", sort: str = "", area: str = ""
) -> list[Row]:
    """The rows that fit, in the order asked for: `sort` as in the address, else by area (most first), else by rank."""
    wanted = text.search_key(search)
    rows = [
        row
        for row in board.rows
        if wanted in row.key and band in ("", row.band) and district in ("", row.district_code)
    ]
    place = next((place for place, each in enumerate(board.areas) if each.code == area), None)
    if place is not None:
        rows = [replace(row, chosen=row.areas[place] if row.areas else None) for row in rows]
        if not sort:
            return ordered(rows, lambda row: row.chosen, down=True)
    name = sort.removeprefix("-")
    return ordered(rows, SORTS[name], down=sort.startswith("-")) if name in SORTS else rows


def ordered(rows: list[Row], by: Callable[[Row], Any], *, down: bool) -> list[Row]:
    """Sorted stably, so that equals keep the order of the ranking; rows without the figure stand last."""
    known = [row for row in rows if by(row) is not None]
    return sorted(known, key=by, reverse=down) + [row for row in rows if by(row) is None]
