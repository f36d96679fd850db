"""Geometry of the drawn figures: numbers in, places on a drawing out.

The drawings are SVG with horizontal places in percent, so a figure is sharp at any
width. Everything is `Decimal`; places come back as short text ("91.26%") ready for an
attribute. Nothing here knows colours, words or templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from parindex.numbers import half_up

#: The axis of index figures. Nobody scores under 30 in an ordinary year, and the bands
#: from 50 to 100 need the room. A figure with a smaller value starts at 0 instead.
AXIS_LOW = Decimal(30)
AXIS_HIGH = Decimal(100)
#: Where bands begin by default (Sơn La); drawn as upright lines.
BOUNDS = (Decimal(50), Decimal(70), Decimal(90))

#: Lower ends of the heat levels 0 to 3, in percent reached; under the last is level 4.
HEAT_BOUNDS = (Decimal(90), Decimal(80), Decimal(70), Decimal(50))


def place(value: Decimal, low: Decimal = Decimal(0), high: Decimal = AXIS_HIGH) -> str:
    """Where a value stands between low and high, as "57.14%"; outside it is held at the end."""
    return _percent(_share(value - low, high - low))


def _share(part: Decimal, whole: Decimal) -> Decimal:
    if whole <= 0:
        return Decimal(0)
    return min(max(100 * part / whole, Decimal(0)), Decimal(100))


def _percent(share: Decimal) -> str:
    return _short(share) + "%"


def _short(number: Decimal) -> str:
    """Two decimals at most, without needless zeros: 12.5 and not 12.50."""
    text = f"{half_up(number, 2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Bar:
    """A bar from 0: its width, the place of the upright line, and whether it is full."""

    width: str
    marker: str | None
    full: bool


def bar(part: Decimal | None, whole: Decimal = Decimal(100), marker: Decimal | None = None) -> Bar:
    """A part of a whole. An absent part draws an empty bar; a whole of 0 is an empty bar too."""
    value = Decimal(0) if part is None else part
    return Bar(
        width=_percent(_share(value, whole)),
        marker=None if marker is None else _percent(_share(marker, whole)),
        full=whole > 0 and value >= whole,
    )


@dataclass(frozen=True)
class Dot:
    """This year's dot and the tail from last year (None when there was none)."""

    x: str
    tail_x: str | None
    tail_width: str | None
    low: bool


def dot(now: Decimal, before: Decimal | None = None, *, low_below: Decimal = BOUNDS[0]) -> Dot:
    """Place an index on the axis 30 to 100. `low` marks a value under the lowest band."""
    here = _share(now - AXIS_LOW, AXIS_HIGH - AXIS_LOW)
    if before is None:
        return Dot(_percent(here), None, None, now < low_below)
    there = _share(before - AXIS_LOW, AXIS_HIGH - AXIS_LOW)
    return Dot(_percent(here), _percent(min(here, there)), _percent(abs(here - there)), now < low_below)


@dataclass(frozen=True)
class MiniBars:
    """Spark bars in a box 70 × 22: one path for all, one for the lowest, and which that is."""

    others: str
    lowest: str
    lowest_index: int | None


def mini_bars(percents: Sequence[Decimal | None]) -> MiniBars:
    """Bars in the given order; an absent value leaves its place empty. Of equals the first is lowest."""
    if not percents:
        return MiniBars("", "", None)
    known = [(value, index) for index, value in enumerate(percents) if value is not None]
    lowest = min(known)[1] if known else None
    pitch = Decimal(72) / len(percents)
    wide = pitch - 2
    others: list[str] = []
    mark = ""
    for value, index in known:
        tall = max(half_up(_share(value, Decimal(100)) * 21 / 100, 0), Decimal(1))
        path = f"M{_short(pitch * index)} {_short(22 - tall)}h{_short(wide)}v{_short(tall)}h-{_short(wide)}z"
        if index == lowest:
            mark = path
        else:
            others.append(path)
    return MiniBars("".join(others), mark, lowest)


@dataclass(frozen=True)
class Tick:
    """A named place on an axis."""

    x: str
    value: Decimal


@dataclass(frozen=True)
class Bricks:
    """One brick per unit, stacked by index; paths by band, lowest band first.

    `inner` is the height of the stacked part, `height` of the whole with the axis figures.
    """

    paths: tuple[tuple[str, str], ...]
    ticks: tuple[Tick, ...]
    low: Decimal
    inner: int
    height: int

    @property
    def crowded(self) -> bool:
        """Whether the highest bound and the end of the axis have no room for both figures on a phone."""
        return (AXIS_HIGH - max(BOUNDS)) * 8 < AXIS_HIGH - self.low


def axis_low(values: Iterable[Decimal]) -> Decimal:
    """Where the axis of some indices starts: 30, or 0 where one lies below."""
    return AXIS_LOW if min(values, default=AXIS_LOW) >= AXIS_LOW else Decimal(0)


def bricks(
    values: Iterable[tuple[Decimal, str]],
    *,
    fine: bool | None = None,
    axis: bool = True,
    most: int | None = None,
    low: Decimal | None = None,
) -> Bricks:
    """Stack (index, band) pairs on the axis.

    `fine` uses steps of one point and thin bricks (default: for more than 60 units).
    `most` is the stack to make room for, so that several figures share one height; `low` is where the
    axis starts, so that they share one scale (default: 30, or 0 where a value lies below).
    """
    pairs = sorted(values)
    thin = len(pairs) > 60 if fine is None else fine
    if low is None:
        low = axis_low(value for value, _band in pairs)
    step = Decimal(1) if thin else Decimal(2)
    tall, pitch = (Decimal(4), Decimal("5.5")) if thin else (Decimal(10), Decimal("11.5"))
    span = AXIS_HIGH - low
    last = int(span / step) - 1
    stacks: dict[int, int] = {}
    drawn: dict[str, list[str]] = {}
    cells: list[tuple[int, int, str]] = []
    for value, band in pairs:
        place_in = int(((value - low) / step).to_integral_value(rounding=ROUND_DOWN))
        column = min(max(place_in, 0), last)
        cells.append((column, stacks.get(column, 0), band))
        stacks[column] = stacks.get(column, 0) + 1
    highest = max([*stacks.values(), most or 0, 1])
    inner = int(half_up(highest * pitch + Decimal("2.5"), 0))
    scale = Decimal(70) / span
    wide = step * scale * Decimal("0.84")
    for column, level, band in cells:
        x = (column * step + step * Decimal("0.08")) * scale
        y = inner - Decimal("1.5") - tall - level * pitch
        drawn.setdefault(band, []).append(f"M{_short(x)} {_short(y)}h{_short(wide)}v{tall}h-{_short(wide)}z")
    ticks = tuple(Tick(place(bound, low), bound) for bound in BOUNDS)
    paths = tuple((band, "".join(parts)) for band, parts in drawn.items())
    return Bricks(paths, ticks, low, inner, inner + (24 if axis else 4))


@dataclass(frozen=True)
class Segment:
    """A piece of a stacked bar."""

    kind: str
    x: str
    width: str


def segments(parts: Sequence[tuple[str, Decimal]], whole: Decimal | None = None) -> tuple[Segment, ...]:
    """Pieces one after the other with a hair of space between; empty pieces are left out."""
    total = sum((size for _, size in parts), Decimal(0)) if whole is None else whole
    gap = Decimal("0.4")
    start = Decimal(0)
    pieces: list[Segment] = []
    for kind, size in parts:
        share = _share(size, total)
        if share > 0:
            pieces.append(Segment(kind, _percent(start), _percent(max(share - gap, Decimal("0.2")))))
        start += share
    return tuple(pieces)


@dataclass(frozen=True)
class StepBox:
    """A box of the row of scoring steps: its place, and where its words are centred."""

    x: str
    width: str
    middle: str


def step_boxes(count: int) -> tuple[StepBox, ...]:
    """Equal boxes side by side for `count` scoring steps."""
    pitch = Decimal(100) / max(count, 1)
    half_gap = Decimal("0.25")
    return tuple(
        StepBox(
            _percent(pitch * index + half_gap),
            _percent(pitch - 2 * half_gap),
            _percent(pitch * index + pitch / 2),
        )
        for index in range(count)
    )


@dataclass(frozen=True)
class YearPoint:
    """A year on the line: its place, and the value to write beside it (None: no result)."""

    year: int
    x: str
    y: str | None
    text_y: str | None
    value: Decimal | None
    last: bool


@dataclass(frozen=True)
class YearLine:
    """The course of the years in a drawing of fixed height."""

    points: tuple[YearPoint, ...]
    lines: tuple[tuple[YearPoint, YearPoint], ...]
    bound_y: str
    height: int


def year_line(values: Sequence[tuple[int, Decimal | None]], *, bound: Decimal = BOUNDS[-1]) -> YearLine:
    """Years in order from left to right; a year without a result breaks the line."""
    known = [value for _, value in values if value is not None]
    low = min([*known, bound]) - 2
    high = max([*known, bound]) + 2
    top, bottom = Decimal(20), Decimal(130)

    def y_of(value: Decimal) -> Decimal:
        return bottom - (bottom - top) * (value - low) / (high - low)

    gap = Decimal(84) / max(len(values) - 1, 1)
    points = tuple(
        YearPoint(
            year,
            _percent(Decimal(8) + gap * index if len(values) > 1 else Decimal(50)),
            None if value is None else _short(y_of(value)),
            None if value is None else _short(y_of(value) + 22),
            value,
            index == len(values) - 1,
        )
        for index, (year, value) in enumerate(values)
    )
    lines = tuple((a, b) for a, b in pairwise(points) if a.y is not None and b.y is not None)
    return YearLine(points, lines, _short(y_of(bound)), 190)


def heat_level(percent: Decimal) -> int:
    """0 (nearly all points) to 4 (under half), for the colour of a heat cell."""
    for level, bound in enumerate(HEAT_BOUNDS):
        if percent >= bound:
            return level
    return len(HEAT_BOUNDS)
