"""Comparing published figures: shares, medians, what was lost. Pure; every function is exact until it rounds once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from parindex.numbers import exact, half_up


def percent(points: Decimal | None, maximum: Decimal, digits: int = 2) -> Decimal | None:
    """100 × points ÷ maximum, rounded half-up once; None where there are no points or nothing applies."""
    if points is None or maximum <= 0:
        return None
    return half_up(exact(points) * 100 / exact(maximum), digits)


def median(values: Iterable[Decimal | None], digits: int = 2) -> Decimal | None:
    """The middle value, of an even number the mean of the middle two, rounded half-up once; None without values."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    half = len(known) // 2
    if len(known) % 2:
        return half_up(known[half], digits)
    return half_up(Fraction(exact(known[half - 1]) + exact(known[half]), 2), digits)


def difference(value: Decimal | None, other: Decimal | None) -> Decimal | None:
    """``value`` − ``other``, in the unit of both; None where one is unknown."""
    return None if value is None or other is None else value - other


def lost(points: Decimal | None, maximum: Decimal) -> Decimal:
    """Points not reached; an absent figure lost nothing, because it was never at stake."""
    return Decimal(0) if points is None else maximum - points
