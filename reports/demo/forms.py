"""Answers of the sociological survey: how many forms of each group say what. Pure."""

from __future__ import annotations

from decimal import Decimal

from criteria.rules import Survey
from reports.demo.dice import Dice

Counts = dict[str, dict[str, int]]

#: Forms collected about one unit in a group, least and most.
FEWEST, MOST = 12, 30


def counts_for(rule: Survey, permille: int, dice: Dice) -> Counts:
    """Forms per group and answer whose mean is near ``permille`` of the maximum; now and then some do not know."""
    ranked = sorted(((int(percent), answer) for answer, percent in rule.percents), reverse=True)
    return {group: _group(ranked, permille + dice.bell(60), dice) for group in rule.groups}


def percent_for(permille: int, dice: Dice) -> Decimal:
    """A percentage measured elsewhere (SIPAS), with two decimals."""
    return Decimal(min(max(permille * 10 + dice.bell(150), 0), 9990)).scaleb(-2)


def _group(ranked: list[tuple[int, str]], permille: int, dice: Dice) -> dict[str, int]:
    forms = dice.between(FEWEST, MOST)
    mean = min(max(permille, ranked[-1][0] * 10), ranked[0][0] * 10)
    # Everybody gives one of the two answers around the mean …
    place = next(place for place in range(len(ranked) - 1) if mean >= ranked[place + 1][0] * 10)
    (upper, _answer), (lower, _other) = ranked[place], ranked[place + 1]
    above = (forms * (mean - lower * 10) + dice.between(0, (upper - lower) * 10 - 1)) // ((upper - lower) * 10)
    found = [0] * len(ranked)
    found[place], found[place + 1] = above, forms - above
    # … and then some pairs part, one better and one worse.
    for middle in range(1, len(ranked) - 1):
        pairs = dice.between(0, found[middle] // 4)
        found[middle] -= 2 * pairs
        found[middle - 1] += pairs
        found[middle + 1] += pairs
    counts = {answer: count for (_percent, answer), count in zip(ranked, found, strict=True) if count}
    if dice.chance(300):
        counts["Không biết"] = dice.between(1, 3)
    return counts
