"""The rows of a run before they are stored: figures of units, ranked and set beside the year before. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from scoring import ranking
from scoring.index import UnitTotal


class UnitRow(NamedTuple):
    """A unit that takes part; ``sort_key`` gives Vietnamese order, ``ranked`` False keeps it out of the places."""

    id: int
    code: str
    name: str
    sort_key: str
    ranked: bool


class Previous(NamedTuple):
    """The figure of the year before that a unit continues (design §3.14); ``comparable``: the framework is the same."""

    unit_id: int | None
    index_percent: Decimal | None
    comparable: bool


class Figures(NamedTuple):
    """What a unit earned before it is ranked: points, applicable maximum, index in percent (None: nothing applies)."""

    self_points: Decimal | None
    appraised_points: Decimal | None
    survey_points: Decimal | None
    points: Decimal
    max_points: Decimal
    index_percent: Decimal | None
    complete: bool = True
    missing: int = 0

    @classmethod
    def of(cls, total: UnitTotal) -> Figures:
        """The figures of a computed sheet."""
        return cls(
            total.self_points,
            total.appraised_points,
            total.survey_points,
            total.points,
            total.max_points,
            total.index_percent,
            total.complete,
            len(total.missing),
        )


class Result(NamedTuple):
    """One unit's row of a run, ranked inside its population and compared with the year before."""

    unit_id: int
    unit_code: str
    unit_name: str
    figures: Figures
    rank: int | None
    band: str
    previous_index_percent: Decimal | None
    change: Decimal | None
    comparable: bool


def stand(
    units: Iterable[UnitRow],
    figures: Mapping[int, Figures],
    previous: Mapping[int, Previous],
    bands: Sequence[ranking.Band],
) -> tuple[Result, ...]:
    """Rank the units that have figures and set each beside its year before, in the order of the ranking."""
    by_id: dict[Hashable, UnitRow] = {unit.id: unit for unit in units if unit.id in figures}
    entries = (
        ranking.Entry(unit.id, figures[unit.id].index_percent, unit.sort_key, unit.ranked)
        for unit in by_id.values()
    )
    return tuple(
        Result(
            unit_id=unit.id,
            unit_code=unit.code,
            unit_name=unit.name,
            figures=own,
            rank=standing.rank,
            band=ranking.band(own.index_percent, bands),
            previous_index_percent=before.index_percent,
            change=ranking.change(own.index_percent, before.index_percent),
            comparable=before.comparable,
        )
        for standing in ranking.rank(entries)
        for unit in [by_id[standing.entry.unit]]
        for own in [figures[unit.id]]
        for before in [previous[unit.id]]
    )
