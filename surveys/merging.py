"""From the forms of the sociological survey to points (docs/scoring.md §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from criteria.rules import NOT_COUNTED, Survey
from parindex.numbers import exact, half_up, shown, shown_rate, shown_short
from parindex.text import clean_line

Counts = Mapping[str, Mapping[str, int]]

_NOT_COUNTED = frozenset(label.casefold() for label in NOT_COUNTED)


class MergeError(ValueError):
    """Survey figures that do not fit the rule: a Vietnamese sentence; `column` names the cell of the import file."""

    def __init__(self, sentence: str, column: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column


@dataclass(frozen=True)
class Merged:
    """What the survey gives one component.

    `points` None means "chưa có dữ liệu", which is not zero. `percent` is exact. `valid` forms were counted,
    `not_counted` said "Không biết" or "Không trả lời"; both are 0 for an imported percentage.
    """

    points: Decimal | None
    percent: Fraction | None
    valid: int
    not_counted: int
    explanation: str


def is_counted(answer: str) -> bool:
    """Whether forms with this answer are valid forms."""
    return clean_line(answer).casefold() not in _NOT_COUNTED


def check_group(rule: Survey, group: str) -> str:
    """The group in its one spelling. Raises MergeError for a group the rule does not name."""
    name = clean_line(group)
    if name not in rule.groups:
        raise MergeError(
            _("Không có nhóm đối tượng “%(group)s”. Các nhóm: %(groups)s.")
            % {"group": name[:80], "groups": "; ".join(rule.groups)},
            "group",
        )
    return name


def check_answer(rule: Survey, answer: str) -> str:
    """The answer in its one spelling. Raises MergeError for an answer the rule does not name."""
    if rule.imported:
        raise MergeError(_("Tiêu chí này chỉ nhận tỷ lệ (percent), không nhận số phiếu."), "answer")
    label = clean_line(answer)
    for known in NOT_COUNTED:
        if label.casefold() == known.casefold():
            return known
    labels = [known for known, _percent in rule.percents]
    if label not in labels:
        raise MergeError(
            _("Không có mức trả lời “%(answer)s”. Các mức: %(answers)s.")
            % {"answer": label[:80], "answers": "; ".join((*labels, *NOT_COUNTED))},
            "answer",
        )
    return label


def check_count(count: int) -> int:
    """A number of forms. Raises MergeError unless it is a whole number ≥ 0."""
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise MergeError(_("Số phiếu phải là số nguyên từ 0 trở lên."), "count")
    return count


def merge(rule: Survey, counts: Counts, *, digits: int = 2) -> Merged:
    """Points from numbers of forms per group and answer.

    Pooled by default; with group weights, maximum × Σ weight × group mean ÷ Σ weights over the groups that have a
    valid form. Rounded half-up once to `digits`. No valid form: points None.
    Raises MergeError for unknown groups or answers, negative counts, and rules that take a percentage.
    """
    checked = _checked(rule, counts)
    valid = {group: _valid(answers) for group, answers in checked.items()}
    total = sum(valid.values())
    not_counted = sum(sum(answers.values()) for answers in checked.values()) - total
    if not total:
        wording = _("chưa có dữ liệu: không có phiếu hợp lệ")
        return Merged(None, None, 0, not_counted, wording)
    if rule.group_weights:
        percent, wording = _weighted(rule, checked, valid)
    else:
        percent, wording = _pooled(rule, checked, total)
    points = half_up(exact(rule.max_points) * percent / 100, digits)
    if not_counted:
        wording += _(" (không tính %(count)s phiếu không biết, không trả lời)") % {
            "count": shown_short(not_counted)
        }
    return Merged(points, percent, total, not_counted, _closed(rule, wording, percent, points, digits))


class Merger:
    """The points of `merge` alone, for one rule and many cells whose counts were checked when they were imported.

    A run merges thousands of cells and needs no wording. Answers the rule does not name count as no valid form.
    """

    def __init__(self, rule: Survey, *, digits: int = 2) -> None:
        self.digits = digits
        self.maximum = exact(rule.max_points)
        # Whole millionths of a percent: a weight has at most six decimals.
        self.percents = {answer: int(percent.scaleb(6)) for answer, percent in rule.percents}
        self.weights = {group: exact(weight) for group, weight in rule.group_weights}

    def points(self, counts: Counts) -> Decimal | None:
        """Points from numbers of forms per group and answer; None without a valid form."""
        if not self.weights:
            worth, valid = 0, 0
            for answers in counts.values():
                more, forms = self._worth(answers)
                worth, valid = worth + more, valid + forms
            share = Fraction(worth, valid) if valid else None
        else:
            share = self._weighted(counts)
        return None if share is None else half_up(self.maximum * share / 10**8, self.digits)

    def percent_points(self, percent: Decimal | None) -> Decimal | None:
        """Points from an imported percentage; None without one. The same as those of `merge_percent`."""
        return None if percent is None else half_up(self.maximum * exact(percent) / 100, self.digits)

    def _worth(self, answers: Mapping[str, int]) -> tuple[int, int]:
        percents = self.percents
        worth = valid = 0
        for answer, count in answers.items():
            percent = percents.get(answer)
            if percent is not None:
                worth += percent * count
                valid += count
        return worth, valid

    def _weighted(self, counts: Counts) -> Fraction | None:
        shares, weights = Fraction(0), Fraction(0)
        for group, weight in self.weights.items():
            worth, valid = self._worth(counts.get(group, {}))
            if valid:
                shares += weight * Fraction(worth, valid)
                weights += weight
        return shares / weights if weights else None


def merged_points(rule: Survey, counts: Counts, *, digits: int = 2) -> Decimal | None:
    """The points of `merge` alone, for a single cell; see `Merger`."""
    return Merger(rule, digits=digits).points(counts)


def merge_percent(rule: Survey, percent: Decimal | int | None, *, digits: int = 2) -> Merged:
    """Points from one imported percentage (SIPAS): maximum × percent ÷ 100; None: no data yet.

    Raises MergeError for a percentage outside 0–100 and for rules that take forms.
    """
    if not rule.imported:
        raise MergeError(
            _("Tiêu chí này tính từ số phiếu theo nhóm và mức trả lời, không nhận tỷ lệ."), "percent"
        )
    if percent is None:
        return Merged(None, None, 0, 0, _("chưa có dữ liệu: chưa nhập tỷ lệ"))
    known = (
        isinstance(percent, Decimal | int) and not isinstance(percent, bool) and Decimal(percent).is_finite()
    )
    if not known or not 0 <= percent <= 100:
        raise MergeError(_("Tỷ lệ phải là số từ 0 đến 100."), "percent")
    rate = exact(percent)
    points = half_up(exact(rule.max_points) * rate / 100, digits)
    return Merged(points, rate, 0, 0, _closed(rule, _("chỉ số hài lòng"), rate, points, digits))


def _checked(rule: Survey, counts: Counts) -> dict[str, dict[str, int]]:
    """The counts under their one spelling, every group and answer known."""
    checked: dict[str, dict[str, int]] = {}
    for group, answers in counts.items():
        found = checked.setdefault(check_group(rule, group), {})
        for answer, count in answers.items():
            label = check_answer(rule, answer)
            found[label] = found.get(label, 0) + check_count(count)
    if rule.imported:
        raise MergeError(_("Tiêu chí này chỉ nhận tỷ lệ (percent), không nhận số phiếu."), "answer")
    return checked


def _valid(answers: Mapping[str, int]) -> int:
    return sum(count for answer, count in answers.items() if answer not in NOT_COUNTED)


def _mean(rule: Survey, answers: Mapping[str, int]) -> Fraction:
    """The mean percent of the valid forms, exact."""
    worth = sum((exact(percent) * answers.get(answer, 0) for answer, percent in rule.percents), Fraction(0))
    return worth / _valid(answers)


def _pooled(rule: Survey, checked: Mapping[str, Mapping[str, int]], total: int) -> tuple[Fraction, str]:
    pooled = {
        answer: sum(answers.get(answer, 0) for answers in checked.values())
        for answer, _percent in rule.percents
    }
    parts = " + ".join(
        f"{shown_short(pooled[answer])} {answer} × {shown_short(percent)}%"
        for answer, percent in rule.percents
    )
    return _mean(rule, pooled), _("(%(parts)s) ÷ %(total)s phiếu") % {
        "parts": parts,
        "total": shown_short(total),
    }


def _weighted(
    rule: Survey, checked: Mapping[str, Mapping[str, int]], valid: Mapping[str, int]
) -> tuple[Fraction, str]:
    worth, weights = Fraction(0), Fraction(0)
    parts: list[str] = []
    for group, weight in rule.group_weights:
        if not valid.get(group):
            continue
        mean = _mean(rule, checked[group])
        worth += exact(weight) * mean
        weights += exact(weight)
        parts.append(
            _("%(group)s %(mean)s × %(weight)s (%(count)s phiếu)")
            % {
                "group": group,
                "mean": shown_rate(mean),
                "weight": shown_short(weight),
                "count": shown_short(valid[group]),
            }
        )
    summed = _("tổng trọng số %(weights)s") % {"weights": shown_short(weights)}
    return worth / weights, f"({' + '.join(parts)}) ÷ {summed}"


def _closed(rule: Survey, wording: str, percent: Fraction, points: Decimal, digits: int) -> str:
    """Close the explanation as rules do: … = 62,00% → 2 × 62,00% → 1,24 điểm."""
    rate = shown_rate(percent)
    return _("%(wording)s = %(rate)s → %(max)s × %(rate)s → %(points)s điểm") % {
        "wording": wording,
        "rate": rate,
        "max": shown_short(rule.max_points),
        "points": shown(points, digits),
    }
