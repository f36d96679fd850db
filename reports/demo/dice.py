"""Chance that always falls the same way: whole numbers from a name. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

SEED = "parindex"


class Dice:
    """A stream of chance that belongs to a name; two dice of one name fall alike.

    Only whole numbers come out: points are never made from binary fractions.
    """

    def __init__(self, *names: object) -> None:
        self._random = Random("/".join([SEED, *(str(name) for name in names)]))  # noqa: S311 (no secret)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included, every one as likely."""
        # Much faster than randint, and as even as a demonstration needs.
        return low + (self._random.getrandbits(24) * (high - low + 1) >> 24)

    def chance(self, permille: int) -> bool:
        """True in so many of a thousand cases."""
        return self.between(1, 1000) <= permille

    def bell(self, spread: int) -> int:
        """A whole number around 0, mostly within ``spread`` / 2 and never beyond it."""
        return sum(self.between(-spread, spread) for _ in range(3)) // 3

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.between(0, len(choices) - 1)]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in another order."""
        return sorted(things, key=lambda _thing: self._random.getrandbits(32))
