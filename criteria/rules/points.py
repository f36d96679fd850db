"""From an answer to points, with the arithmetic in words (docs/scoring.md §3)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules.answers import normalise
from criteria.rules.kinds import (
    HIGHER,
    SELF_ACCURACY,
    AnswerError,
    Computed,
    Deduction,
    Discrete,
    PerItem,
    Proportional,
    RateRule,
    Rule,
    Survey,
    Threshold,
)
from criteria.rules.wording import band_label, counted_noun
from parindex.numbers import MINUS, exact, half_up, shown, shown_rate, shown_short

MAX_REACHABLE = 20_000  # points a deduction can reach; beyond, any value between its ends is accepted


def compute(rule: Rule, answer: Mapping[str, Any], *, digits: int = 2) -> Computed:
    """Points of an answer, rounded half-up once to `digits` decimals, with rate, step and explanation.

    The answer need not be canonical yet. Raises AnswerError, also for survey and derived rules, which take none.
    """
    stated = normalise(rule, answer)
    if "nothing_arose" in stated:
        return _computed(rule.max_points, None, None, _("không phát sinh trong năm → đủ điểm"), digits)
    match rule:
        case Discrete():
            return _compute_option(rule, stated["option"], digits)
        case Threshold():
            rate, wording = _rate(rule, stated)
            return _compute_band(rule, rate, wording, digits)
        case Proportional():
            return _compute_proportion(rule, stated, digits)
        case Deduction():
            return _compute_deduction(rule, stated["counts"], digits)
        case PerItem():
            return _compute_items(rule, stated["items"], digits)
    raise AnswerError(_("Quy tắc này không nhận câu trả lời."))


def _in_words(points: Decimal, digits: int) -> str:
    return _("%(points)s điểm") % {"points": shown(points, digits)}


def _computed(
    points: Decimal | Fraction, rate: Fraction | None, step: int | None, wording: str, digits: int
) -> Computed:
    """Round once and close the explanation with the points."""
    rounded = half_up(points, digits)
    return Computed(rounded, rate, step, f"{wording} → {_in_words(rounded, digits)}")


def _compute_option(rule: Discrete, label: str, digits: int) -> Computed:
    for step, option in enumerate(rule.options):
        if option.label == label:
            return _computed(option.points, None, step, label, digits)
    raise AnswerError(_("Không có phương án này."), "option")


def _rate(rule: RateRule, stated: Mapping[str, Any]) -> tuple[Fraction, str]:
    """The exact rate in percent and how it came about: "18/20 nhiệm vụ = 90,00%"."""
    if "percent" in stated:
        rate = exact(stated["percent"])
        return rate, shown_rate(rate, rule.bounds)
    numerator, denominator = stated["numerator"], stated["denominator"]
    rate = exact(numerator) * 100 / exact(denominator)
    noun = counted_noun(rule.metric)
    counted = f"{shown_short(numerator)}/{shown_short(denominator)}{' ' + noun if noun else ''}"
    return rate, f"{counted} = {shown_rate(rate, rule.bounds)}"


def _compute_band(rule: Threshold, rate: Fraction, wording: str, digits: int) -> Computed:
    higher = rule.direction == HIGHER
    for step, band in enumerate(rule.bands):
        bound = exact(band.bound)
        if rate >= bound if higher else rate <= bound:
            return _band_reached(rule, step, band.points, rate, wording, digits)
    return _band_reached(rule, len(rule.bands), rule.otherwise, rate, wording, digits)


def _band_reached(
    rule: Threshold, step: int, points: Decimal, rate: Fraction | None, wording: str, digits: int
) -> Computed:
    label = _("bậc %(step)s") % {"step": band_label(rule, step)}
    return _computed(points, rate, step, f"{wording} → {label}", digits)


def _compute_proportion(rule: Proportional, stated: Mapping[str, Any], digits: int) -> Computed:
    rate, wording = _rate(rule, stated)
    target, floor = exact(rule.target), exact(rule.floor)
    if rate >= target:
        reached = _("đạt mức %(target)s%% được đủ điểm") % {"target": shown_short(rule.target)}
        return _computed(rule.max_points, rate, 0, f"{wording} → {reached}", digits)
    if rate < floor:
        below = _("dưới mức tối thiểu %(floor)s%%") % {"floor": shown_short(rule.floor)}
        return _computed(Decimal(0), rate, 2 if floor < target else 1, f"{wording} → {below}", digits)
    # A target of 100 % needs no division on paper: a share of the points is what people read in it.
    form = _("%(max)s điểm × %(rate)s") if target == 100 else _("%(max)s điểm × %(rate)s ÷ mức %(target)s%%")
    part = form % {
        "max": shown_short(rule.max_points),
        "rate": shown_rate(rate, rule.bounds),
        "target": shown_short(rule.target),
    }
    return _computed(exact(rule.max_points) * rate / target, rate, 1, f"{wording} → {part}", digits)


def _compute_deduction(rule: Deduction, counts: Mapping[str, int], digits: int) -> Computed:
    lost = sum((minus.minus * counts[minus.label] for minus in rule.minuses), Decimal(0))
    if not lost:
        return _computed(rule.start, None, 0, _("không có trường hợp bị trừ"), digits)
    parts = [
        f"{MINUS} {shown_short(counts[minus.label])} × {shown_short(minus.minus)} ({minus.label})"
        for minus in rule.minuses
        if counts[minus.label]
    ]
    wording = " ".join([shown_short(rule.start), *parts])
    points = rule.start - lost
    if points < rule.least:
        points = rule.least
        wording += " → " + _("không dưới %(least)s") % {"least": shown_short(rule.least)}
    return _computed(points, None, None, wording, digits)


def _compute_items(rule: PerItem, items: int, digits: int) -> Computed:
    points = rule.points_each * items
    wording = f"{shown_short(items)} {rule.item} × {shown_short(rule.points_each)}"
    if points > rule.max_points:
        points = rule.max_points
        wording += " → " + _("tối đa %(max)s") % {"max": shown_short(rule.max_points)}
    return _computed(points, None, 0, wording, digits)


def derived_points(rule: Rule, self_sum: Decimal, appraised_sum: Decimal, *, digits: int = 2) -> Computed:
    """Points of a derived leaf from the sums over the other self-assessed, applicable leaves (§3.7).

    d = |ΣS − ΣA| × 100 ÷ ΣS, exact. ΣS = 0: d is 0 when ΣA is 0 too, otherwise the points outside all bands.
    Raises TypeError for a rule that is not derived.
    """
    if not isinstance(rule, Threshold) or rule.derived != SELF_ACCURACY:
        raise TypeError("the rule is not derived")
    own, appraised = exact(self_sum), exact(appraised_sum)
    sums = _("tự đánh giá %(own)s, thẩm định %(appraised)s") % {
        "own": shown(self_sum, digits),
        "appraised": shown(appraised_sum, digits),
    }
    if own == 0 and appraised != 0:
        return _band_reached(rule, len(rule.bands), rule.otherwise, None, sums, digits)
    rate = abs(own - appraised) * 100 / own if own else Fraction(0)
    wording = _("%(sums)s: chênh lệch %(rate)s") % {"sums": sums, "rate": shown_rate(rate, rule.bounds)}
    return _compute_band(rule, rate, wording, digits)


def derived_value(rule: Rule, self_sum: Decimal, appraised_sum: Decimal, *, digits: int = 2) -> Decimal:
    """The points of `derived_points` alone, without the wording: for runs over many units."""
    if not isinstance(rule, Threshold) or rule.derived != SELF_ACCURACY:
        raise TypeError("the rule is not derived")
    own, difference = exact(self_sum), abs(exact(self_sum) - exact(appraised_sum))
    if own == 0 and difference:
        return half_up(rule.otherwise, digits)
    rate = difference * 100 / own if own else Fraction(0)
    reached = (band.points for band in rule.bands if rate <= exact(band.bound))
    return half_up(next(reached, rule.otherwise), digits)


def allowed_points(rule: Rule, *, digits: int = 2) -> tuple[Decimal, ...] | None:
    """The points an appraiser may decide, best first, or None where they are not a finite list (§3.10).

    0 and, where "nothing arose" is open, the maximum are always among them.
    """
    reachable = _reachable(rule)
    if reachable is None:
        return None
    always = {Decimal(0)} | ({rule.max_points} if rule.nothing_arose else set())
    return tuple(sorted({half_up(points, digits) for points in reachable | always}, reverse=True))


@lru_cache(maxsize=1024)
def _reachable(rule: Rule) -> frozenset[Decimal] | None:
    match rule:
        case Discrete():
            return frozenset(option.points for option in rule.options)
        case Threshold():
            return frozenset({rule.otherwise, *(band.points for band in rule.bands)})
        case Deduction():
            return _reachable_by_deduction(rule)
        case PerItem():
            count = int(rule.max_points / rule.points_each)
            if count > MAX_REACHABLE:
                return None
            return frozenset({rule.max_points, *(rule.points_each * items for items in range(count + 1))})
    return None


def _reachable_by_deduction(rule: Deduction) -> frozenset[Decimal] | None:
    """Walk down from the start by every deduction until nothing new is found."""
    reached = {rule.start}
    open_points = [rule.start]
    while open_points:
        points = open_points.pop()
        for minus in rule.minuses:
            lower = max(points - minus.minus, rule.least)
            if lower not in reached:
                reached.add(lower)
                open_points.append(lower)
        if len(reached) > MAX_REACHABLE:
            return None
    return frozenset(reached)


def is_allowed(rule: Rule, points: Decimal, *, digits: int = 2) -> bool:
    """Whether an appraiser may decide these points under the rule: within its steps and its decimals (§3.10)."""
    if not points.is_finite() or points != half_up(points, digits) or not 0 <= points <= rule.max_points:
        return False
    listed = allowed_points(rule, digits=digits)
    if listed is not None:
        return points in listed
    if isinstance(rule, Proportional) and points:
        return points >= half_up(exact(rule.max_points) * exact(rule.floor) / exact(rule.target), digits)
    if isinstance(rule, Deduction):
        return points == 0 or points >= rule.least
    return True


def best_points(rule: Rule) -> Decimal | Fraction:
    """The most points the rule itself can give, before rounding; the linter compares it with the maximum."""
    match rule:
        case Discrete():
            return max(option.points for option in rule.options)
        case Threshold():
            return rule.bands[0].points
        case Deduction():
            return rule.start
        case Survey() if not rule.imported:
            return exact(rule.max_points) * exact(max(percent for _answer, percent in rule.percents)) / 100
    return rule.max_points
