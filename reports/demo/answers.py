"""From the points a unit should reach on a component to an answer that gives them. Pure.

Points are whole hundredths here. A demonstration invents canonical answers, never points: what is said of an
answer's worth is what its rule says of it (the tests ask every rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from criteria.rules import Deduction, Discrete, PerItem, Proportional, Rule, Threshold, allowed_points
from criteria.tree import Node, Tree
from parindex.numbers import exact, half_up
from reports.demo.dice import Dice

Answer = dict[str, Any]

#: How fine the steps are that a proportional rule is offered in.
SHARES = 10
#: Words of a metric that are counted in hundreds: their rate can be set to the last decimal of the points.
MANY = ("văn bản đi", "văn bản điện tử", "hồ sơ")


@dataclass(frozen=True, eq=False)
class Leaf:
    """A scored node with its area, and the points it can be given, worst first.

    ``fine`` leaves can be given anything from ``low`` to ``high``, because they count large numbers.
    """

    code: str
    area: str
    rule: Rule
    steps: tuple[int, ...]
    fine: bool
    low: int
    high: int


@lru_cache(maxsize=16)
def leaves_of(tree: Tree) -> tuple[Leaf, ...]:
    """The leaves of a framework in natural order."""
    return tuple(_leaf(node, tree.area_of(node.code).code, node.rule) for node in tree.leaves if node.rule)


def _leaf(node: Node, area: str, rule: Rule) -> Leaf:
    high = hundredths(node.max_points)
    if isinstance(rule, Proportional):
        lowest = hundredths(half_up(exact(rule.max_points) * exact(rule.floor) / exact(rule.target), 2))
        steps = {0, lowest} | {step for share in range(SHARES + 1) if (step := high * share // SHARES) >= lowest}
        fine = any(word in rule.metric.casefold() for word in MANY)
        return Leaf(node.code, area, rule, tuple(sorted(steps)), fine, lowest + 1, high)
    points = allowed_points(rule) or (Decimal(0), node.max_points)
    return Leaf(node.code, area, rule, tuple(sorted(hundredths(step) for step in points)), False, 0, high)


def hundredths(points: Decimal) -> int:
    """Points as whole hundredths."""
    return int(points.scaleb(2))


@cache
def points_of(value: int) -> Decimal:
    """Whole hundredths as points."""
    return Decimal(value).scaleb(-2)


def near(steps: Sequence[int], wanted: int, dice: Dice) -> int:
    """A step beside the wanted hundredths; of two neighbours the nearer one more often."""
    lower = steps[0]
    for upper in steps[1:]:
        if wanted < upper:
            return upper if dice.between(1, upper - lower) <= wanted - lower else lower
        lower = upper
    return lower


def answer_for(leaf: Leaf, points: int, dice: Dice) -> tuple[Answer, int]:
    """A canonical answer worth ``points`` (a step of the leaf, or within the range of a fine one), and its worth.

    Small numbers of a proportional rule cannot give every step; then the worth is a little more.
    """
    match leaf.rule:
        case Discrete() as rule:
            wanted = points_of(points)
            return {"option": next(option.label for option in rule.options if option.points == wanted)}, points
        case Threshold() as rule:
            return _in_band(rule, points_of(points), dice), points
        case Proportional() as rule:
            answer = _exactly(rule, points, dice) if leaf.fine and points else _about(rule, points, dice)
            return answer, _proportion(rule, answer)
        case Deduction() as rule:
            return {"counts": _losses(rule, rule.start - points_of(points), dice)}, points
        case PerItem() as rule:
            items = int(points_of(points) / rule.points_each)
            return {"items": items + (dice.between(0, 8) if points == leaf.high else 0)}, points
    raise TypeError(f"{leaf.code} is not answered")


def _proportion(rule: Proportional, answer: Answer) -> int:
    """What a proportional rule gives, rounded half-up, in hundredths."""
    part, whole = answer["numerator"] * 100, answer["denominator"]
    target, floor = int(rule.target), int(rule.floor)
    if part >= target * whole:
        return hundredths(rule.max_points)
    if part < floor * whole:
        return 0
    return (2 * hundredths(rule.max_points) * part + target * whole) // (2 * target * whole)


def _in_band(rule: Threshold, points: Decimal, dice: Dice) -> Answer:
    """A rate inside the band of the points (higher is better), from small whole numbers."""
    upper = 101
    for band in rule.bands:
        lower = int(band.bound)
        if band.points == points:
            return _between(lower, upper, dice)
        upper = lower
    return _between(max(upper - 18, 0), upper, dice)


def _between(lower: int, upper: int, dice: Dice) -> Answer:
    """Numerator and denominator with ``lower`` ≤ rate < ``upper`` percent, at most 100."""
    whole = dice.between(10, 45)
    while True:
        first = -(-lower * whole // 100)
        last = min(-(-upper * whole // 100) - 1, whole)
        if first <= last:
            return {"numerator": dice.between(first, last), "denominator": whole}
        whole += dice.between(1, 9)


def _exactly(rule: Proportional, points: int, dice: Dice) -> Answer:
    """Large numbers whose rate gives the points to the last decimal."""
    high, target = hundredths(rule.max_points), int(rule.target)
    fewest = max(high * 100 // target + 2, 400)
    whole = dice.between(fewest, fewest * 4)
    part = (2 * points * target * whole + 100 * high) // (200 * high)
    if points == high:
        part = dice.between(-(-target * whole // 100), min(whole, part * 2))
    return {"numerator": part, "denominator": whole}


def _about(rule: Proportional, points: int, dice: Dice) -> Answer:
    """Small numbers whose rate is near the points, on their side of the floor."""
    high, target, floor = hundredths(rule.max_points), int(rule.target), int(rule.floor)
    whole = dice.between(6, 40)
    if not points:
        return {"numerator": floor * whole // 200, "denominator": whole}
    part = max(-(-points * target * whole // (100 * high)), -(-floor * whole // 100))
    return {"numerator": min(part, whole), "denominator": whole}


def _losses(rule: Deduction, lost: Decimal, dice: Dice) -> dict[str, int]:
    """Cases that cost what was lost: now and then a heavier one, the rest of the lightest."""
    counts = {minus.label: 0 for minus in rule.minuses}
    if not lost:
        return counts
    lightest = min(rule.minuses, key=lambda minus: minus.minus)
    for minus in sorted(rule.minuses, key=lambda minus: -minus.minus):
        if minus is not lightest and minus.minus <= lost and dice.chance(400):
            counts[minus.label] += 1
            lost -= minus.minus
    # At the floor of the rule a case may cost less than it would elsewhere.
    counts[lightest.label] += -int(-lost // lightest.minus)
    return counts
