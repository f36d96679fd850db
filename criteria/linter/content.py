"""Whether the rule of a leaf is sound, and whether people get what they need beside it."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.linter.rows import DIGITS, ERROR, WARNING, Problem, Row, error, warning
from criteria.rules import (
    UNIT,
    Deduction,
    Discrete,
    PerItem,
    Rule,
    RuleError,
    Survey,
    Threshold,
    best_points,
    parse_rule,
)
from criteria.tree import EXTRA_LEVELS
from parindex.canonical import CanonicalError, loads
from parindex.numbers import shown


def check_leaf(row: Row) -> Iterator[Problem]:
    """A leaf, or a bonus or penalty row: its rule and what people need to answer it."""
    if row["rule_kind"] == "sum":
        yield error(
            row, "rule_kind", _("Mục không có mục con thì không thể là sum: chọn một quy tắc chấm điểm.")
        )
        return
    if row["level"] in EXTRA_LEVELS and row["source"] != "self":
        yield error(row, "source", _("Điểm thưởng, điểm phạt chỉ có nguồn self."))
    try:
        params = loads(row["rule_params"] or "{}")
    except CanonicalError as reason:
        yield error(
            row,
            "rule_params",
            _("Không đọc được JSON (%(reason)s). Kiểm tra dấu ngoặc, dấu nháy và khóa trùng.")
            % {"reason": reason},
        )
        return
    if row.max_points is None or row.max_points <= 0:
        return
    try:
        rule = parse_rule(
            kind=row["rule_kind"],
            max_points=row.max_points,
            source=row["source"],
            params=params,
            na_allowed=row["na_allowed"] == "yes",
        )
    except RuleError as reason:
        yield error(row, reason.column, reason.sentence)
        return
    yield from _check_rule(row, rule, row.max_points)
    yield from _check_help(row, rule)


def _check_rule(row: Row, rule: Rule, max_points: Decimal) -> Iterator[Problem]:
    best = best_points(rule)
    if best != max_points:
        yield error(
            row,
            "rule_params",
            _("Giá trị cao nhất của quy tắc là %(best)s, khác điểm tối đa %(max)s.")
            % {"best": shown(best), "max": shown(max_points)},
        )
    for place, points, severity in _points_of(rule):
        if points != points.quantize(Decimal((0, (1,), -DIGITS))):
            sentence = _("%(place)s có hơn %(digits)d chữ số lẻ.") % {"place": place, "digits": DIGITS}
            yield Problem(row.number, row["code"], "rule_params", severity, sentence)
    if isinstance(rule, PerItem) and rule.points_each > max_points:
        yield error(
            row,
            "rule_params",
            _("points_each %(each)s lớn hơn điểm tối đa nên không bao giờ được cộng đủ.")
            % {"each": shown(rule.points_each)},
        )
    if isinstance(rule, Deduction) and any(minus.minus > rule.start - rule.least for minus in rule.minuses):
        yield warning(row, "rule_params", _("Có mức trừ lớn hơn số điểm có thể trừ."))
    if isinstance(rule, Survey) and not rule.imported and len(rule.percents) < 2:
        yield error(row, "rule_params", _("weights cần ít nhất hai mức trả lời."))
    if isinstance(rule, Discrete) and len(rule.options) < 2:
        yield warning(row, "rule_params", _("Chỉ có một phương án nên luôn được đủ điểm."))


def _points_of(rule: Rule) -> Iterator[tuple[str, Decimal, str]]:
    """Every number of points in a rule. Steps must be printable; what is multiplied is rounded once in the end."""
    match rule:
        case Discrete():
            yield from (("options.points", option.points, ERROR) for option in rule.options)
        case Threshold():
            yield from (("bands.points", band.points, ERROR) for band in rule.bands)
            yield "else", rule.otherwise, ERROR
        case Deduction():
            yield "start", rule.start, ERROR
            yield "min", rule.least, ERROR
            yield from (("steps.minus", minus.minus, WARNING) for minus in rule.minuses)
        case PerItem():
            yield "points_each", rule.points_each, WARNING


def _check_help(row: Row, rule: Rule) -> Iterator[Problem]:
    """What the people who answer and appraise need beside the rule."""
    if rule.answered_by == UNIT and not row["evidence"]:
        sentence = _("Thiếu gợi ý tài liệu kiểm chứng cho mục tự đánh giá.")
        yield (
            warning(row, "evidence", sentence)
            if row["level"] in EXTRA_LEVELS
            else error(row, "evidence", sentence)
        )
    above: Row | None = row
    while above is not None and not (above["lead_appraiser"] or above["lead_appraiser_2025"]):
        above = above.parent
    if above is None:
        yield warning(row, "lead_appraiser", _("Chưa ghi cơ quan chủ trì thẩm định; Sở Nội vụ sẽ thẩm định."))
