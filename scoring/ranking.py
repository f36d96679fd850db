"""From indices to places, bands and changes (docs/scoring.md). Pure.

The number that is ranked, banded and compared is the rounded index, the same that
a reader sees. Ties share a place and the next is skipped (1, 2, 2, 4); inside a tie
units stand in Vietnamese order. A unit may have an index and still not be ranked.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One unit that wants a place.

    ``unit``: its identity. ``index_percent``: rounded, or None when nothing applies to
    it. ``sort_key``: places names in Vietnamese order. ``ranked``: False for a unit that
    is scored outside the competition. ``group``: communes, the district; else None.
    """

    unit: Hashable
    index_percent: Decimal | None
    sort_key: str
    ranked: bool = True
    group: Hashable | None = None


class Standing(NamedTuple):
    """Where an entry stands: ``rank`` among all, ``group_rank`` inside its group; None when not ranked."""

    entry: Entry
    rank: int | None
    group_rank: int | None


@dataclass(frozen=True)
class Band:
    """A group of units by their index: from ``minimum`` percent up to the next higher band."""

    code: str
    minimum: Decimal


#: Sơn La's groups (design §3.8): A from 90, B from 70 to below 90, C from 50 to below 70, D below 50.
DEFAULT_BANDS = (
    Band("A", Decimal(90)),
    Band("B", Decimal(70)),
    Band("C", Decimal(50)),
    Band("D", Decimal(0)),
)


class BandError(ValueError):
    """Bands that do not cover every index exactly once."""


def rank(entries: Iterable[Entry]) -> tuple[Standing, ...]:
    """Give every entry its place, in the order of a printed ranking.

    Ordered by rank, then Vietnamese order; the unranked stand last, in Vietnamese
    order. The order of ``entries`` does not matter.
    """
    ranked: list[Entry] = []
    unranked: list[Entry] = []
    for entry in entries:
        (ranked if _takes_a_place(entry) else unranked).append(entry)
    places = _places(entry.index_percent for entry in ranked)
    by_group: dict[Hashable, list[Entry]] = {}
    for entry in ranked:
        if entry.group is not None:
            by_group.setdefault(entry.group, []).append(entry)
    group_places = {group: _places(entry.index_percent for entry in own) for group, own in by_group.items()}
    standings = [
        Standing(
            entry,
            places[entry.index_percent],
            None if entry.group is None else group_places[entry.group][entry.index_percent],
        )
        for entry in ranked
    ]
    standings.sort(key=lambda standing: (standing.rank or 0, *_vietnamese(standing.entry)))
    unranked.sort(key=_vietnamese)
    return (*standings, *(Standing(entry, None, None) for entry in unranked))


def _takes_a_place(entry: Entry) -> bool:
    return entry.ranked and entry.index_percent is not None


def _vietnamese(entry: Entry) -> tuple[str, str]:
    """The name's order; two units of one name stay in one order by their identity."""
    return entry.sort_key, str(entry.unit)


def _places(indices: Iterable[Decimal | None]) -> dict[Decimal | None, int]:
    """Place of each index: one more than the number of units with a higher one."""
    places: dict[Decimal | None, int] = {}
    ordered = sorted((index for index in indices if index is not None), reverse=True)
    for position, index in enumerate(ordered, start=1):
        places.setdefault(index, position)
    return places


def band(index_percent: Decimal | None, bands: Sequence[Band] = DEFAULT_BANDS) -> str:
    """Return the code of the band of a rounded index; "" when there is no index."""
    if index_percent is None:
        return ""
    reached = [candidate for candidate in bands if candidate.minimum <= index_percent]
    return max(reached, key=lambda candidate: candidate.minimum).code if reached else ""


def parse_bands(rows: Any) -> tuple[Band, ...]:
    """Read bands from data ``[[code, lower bound], …]``; no rows at all mean the default.

    Returned from the highest to the lowest. Raises ``BandError`` unless every index
    from 0 to 100 falls into exactly one band.
    """
    if not rows:
        return DEFAULT_BANDS
    bands = tuple(
        sorted(
            (Band(str(code), Decimal(minimum)) for code, minimum in rows),
            key=lambda b: b.minimum,
            reverse=True,
        )
    )
    if len({b.code for b in bands}) != len(bands) or len({b.minimum for b in bands}) != len(bands):
        raise BandError("a band or a bound stands twice")
    if bands[-1].minimum != 0 or bands[0].minimum > 100 or any(not b.code for b in bands):
        raise BandError("bands must have codes, begin at 0 and end at 100")
    return bands


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Change of the index from the year before, in percentage points; None when either is unknown."""
    return None if now is None or before is None else now - before


@dataclass(frozen=True)
class Previous:
    """Which unit of the year before a unit continues.

    ``unit``: the same unit or the one it was renamed from; None when there is no
    such unit. ``predecessors``: the units it came from, shown when ``unit`` is None.
    """

    unit: Hashable | None
    predecessors: tuple[Hashable, ...] = ()


def previous_unit(
    unit: Hashable,
    *,
    existed: Collection[Hashable],
    predecessors: Mapping[Hashable, Sequence[Hashable]],
    successors: Mapping[Hashable, Sequence[Hashable]],
) -> Previous:
    """Say which unit of the year before may lend its index (design §3.14).

    ``existed``: the units valid at the reference date of the year before. The same
    unit counts; else exactly one predecessor which in turn has exactly one successor,
    also over several such steps inside the year. After a merger or a split nothing is
    inherited, and the predecessors are given to be shown.
    """
    for link in renamings(unit, predecessors=predecessors, successors=successors):
        if link in existed:
            return Previous(link, tuple(predecessors.get(unit, ())))
    return Previous(None, tuple(predecessors.get(unit, ())))


def renamings(
    unit: Hashable,
    *,
    predecessors: Mapping[Hashable, Sequence[Hashable]],
    successors: Mapping[Hashable, Sequence[Hashable]],
) -> tuple[Hashable, ...]:
    """The unit and everything it is merely a renaming of, newest first.

    A step back needs exactly one predecessor which has exactly one successor. A head who
    goes on through a renaming stays the head of the same unit (design §3.9).
    """
    chain = [unit]
    while True:
        before = predecessors.get(chain[-1], ())
        if len(before) != 1 or len(successors.get(before[0], ())) != 1 or before[0] in chain:
            return tuple(chain)
        chain.append(before[0])
