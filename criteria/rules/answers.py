"""Answers: from what was stated to the one canonical form, or a sentence saying what to correct."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules.kinds import (
    DERIVED,
    HIGHER,
    AnswerError,
    Deduction,
    Discrete,
    PerItem,
    Proportional,
    RateRule,
    Rule,
    Survey,
    Threshold,
)
from parindex.numbers import MAX_WHOLE_DIGITS, shown_short
from parindex.text import clean_line

Answer = Mapping[str, Any]
MAX_DECIMALS = 6


def is_share(rule: RateRule) -> bool:
    """Whether the rate is a part of a whole, hence never above 100 (docs/scoring.md §3.9)."""
    return isinstance(rule, Proportional) or rule.direction == HIGHER


def normalise(rule: Rule, answer: Answer) -> dict[str, Any]:
    """The canonical answer: text in NFC, numbers without needless zeros, every label of a deduction, nothing else.

    Takes the forms of docs/scoring.md §3 with numbers as int or Decimal (never float, never text).
    Raises AnswerError naming the field.
    """
    _refuse_unasked(rule)
    if not isinstance(answer, Mapping) or not answer:
        raise AnswerError(_("Chưa có câu trả lời. %(wanted)s") % {"wanted": wanted(rule)})
    if "nothing_arose" in answer:
        return _nothing_arose(rule, answer)
    match rule:
        case Discrete():
            return _option(rule, answer)
        case Threshold() | Proportional():
            return _rate(rule, answer)
        case Deduction():
            return _counts(rule, answer)
        case PerItem():
            _only(rule, answer, {"items"})
            return {"items": _count(answer["items"], "items")}
    raise AnswerError(_("Quy tắc này không nhận câu trả lời."))


def wanted(rule: Rule) -> str:
    """One sentence saying which answer the rule takes."""
    match rule:
        case Discrete():
            return _("Chọn một trong %(count)d phương án.") % {"count": len(rule.options)}
        case Threshold() | Proportional():
            return _("Cần tử số (numerator) và mẫu số (denominator), hoặc tỷ lệ phần trăm (percent).")
        case Deduction():
            return _("Cần số trường hợp của từng mục trừ điểm (counts).")
        case PerItem():
            return _("Cần số lượng (items).")
    return _("Mục này không nhập câu trả lời.")


def _refuse_unasked(rule: Rule) -> None:
    if rule.answered_by == DERIVED:
        raise AnswerError(_("Mục này được tính tự động sau cùng, không nhập câu trả lời."))
    if isinstance(rule, Survey):
        raise AnswerError(_("Mục này lấy điểm từ điều tra xã hội học, không nhập câu trả lời."))


def _only(rule: Rule, answer: Answer, keys: set[str]) -> None:
    if set(answer) != keys:
        unknown = sorted(str(key) for key in set(answer) - keys)
        found = _("Không dùng: %(keys)s.") % {"keys": ", ".join(unknown)} if unknown else ""
        raise AnswerError(f"{wanted(rule)} {found}".strip(), next(iter(sorted(keys - set(answer))), ""))


def _nothing_arose(rule: Rule, answer: Answer) -> dict[str, Any]:
    if not rule.nothing_arose:
        hint = _("Đề nghị “không áp dụng” nếu đúng như vậy.") if rule.na_allowed else wanted(rule)
        raise AnswerError(
            _("Mục này không có lựa chọn “không phát sinh”. %(hint)s") % {"hint": hint}, "nothing_arose"
        )
    if answer["nothing_arose"] is not True or len(answer) != 1:
        raise AnswerError(
            _("“Không phát sinh” (nothing_arose) chỉ nhận true và không đi cùng số liệu khác."),
            "nothing_arose",
        )
    return {"nothing_arose": True}


def _option(rule: Discrete, answer: Answer) -> dict[str, Any]:
    _only(rule, answer, {"option"})
    chosen = answer["option"]
    label = clean_line(chosen) if isinstance(chosen, str) else ""
    if all(option.label != label for option in rule.options):
        offered = "; ".join(f"“{option.label}”" for option in rule.options)
        raise AnswerError(
            _("Không có phương án “%(label)s”. Chọn một trong: %(offered)s.")
            % {"label": label[:80], "offered": offered},
            "option",
        )
    return {"option": label}


def _rate(rule: RateRule, answer: Answer) -> dict[str, Any]:
    if set(answer) == {"percent"}:
        percent = _amount(answer["percent"], "percent")
        if is_share(rule) and percent > 100:
            raise AnswerError(
                _("Tỷ lệ %(percent)s%% lớn hơn 100%%. Kiểm tra lại.") % {"percent": shown_short(percent)},
                "percent",
            )
        return {"percent": _plain(percent)}
    _only(rule, answer, {"numerator", "denominator"})
    numerator = _amount(answer["numerator"], "numerator")
    denominator = _amount(answer["denominator"], "denominator")
    if denominator == 0:
        raise AnswerError(_no_rate(rule), "denominator")
    if is_share(rule) and numerator > denominator:
        raise AnswerError(
            _("Tử số %(numerator)s lớn hơn mẫu số %(denominator)s. Kiểm tra lại hai số.")
            % {"numerator": shown_short(numerator), "denominator": shown_short(denominator)},
            "numerator",
        )
    return {"numerator": _plain(numerator), "denominator": _plain(denominator)}


def _no_rate(rule: Rule) -> str:
    """A denominator of 0: say which way out this rule offers."""
    if rule.nothing_arose:
        return _("Mẫu số bằng 0 thì không có tỷ lệ. Nếu trong năm không phát sinh, chọn “không phát sinh”.")
    if rule.na_allowed:
        return _("Mẫu số bằng 0 thì không có tỷ lệ. Nếu trong năm không phát sinh, đề nghị “không áp dụng”.")
    return _(
        "Mẫu số bằng 0 thì không có tỷ lệ. Mục này luôn áp dụng: kiểm tra lại số liệu hoặc hỏi cơ quan thẩm định."
    )


def _counts(rule: Deduction, answer: Answer) -> dict[str, Any]:
    _only(rule, answer, {"counts"})
    stated = answer["counts"]
    if not isinstance(stated, Mapping):
        raise AnswerError(wanted(rule), "counts")
    counts: dict[str, int] = {minus.label: 0 for minus in rule.minuses}
    seen: set[str] = set()
    for name, number in stated.items():
        label = clean_line(name) if isinstance(name, str) else ""
        if label not in counts or label in seen:
            offered = "; ".join(f"“{minus.label}”" for minus in rule.minuses)
            raise AnswerError(
                _("Mục trừ điểm “%(label)s” không có hoặc ghi hai lần. Các mục: %(offered)s.")
                % {"label": label[:80], "offered": offered},
                "counts",
            )
        seen.add(label)
        counts[label] = _count(number, "counts", label)
    return {"counts": counts}


def _count(value: Any, field: str, label: str = "") -> int:
    """A whole number ≥ 0; 3.0 is whole."""
    number = _exact(value, field, label)
    if number != number.to_integral_value():
        raise AnswerError(
            _("%(value)s không phải là số nguyên. Ghi số trường hợp, ví dụ 2.")
            % {"value": shown_short(number)},
            field,
            label,
        )
    return int(number)


def _amount(value: Any, field: str) -> Decimal:
    number = _exact(value, field)
    if Fraction(number) * 10**MAX_DECIMALS % 1:
        raise AnswerError(_("Số có hơn %(max)d chữ số lẻ. Kiểm tra lại.") % {"max": MAX_DECIMALS}, field)
    return number


def _exact(value: Any, field: str, label: str = "") -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise AnswerError(_("Cần một con số, không phải chữ."), field, label)
    number = Decimal(value)
    if not number.is_finite() or number < 0:
        raise AnswerError(_("Số phải từ 0 trở lên."), field, label)
    if number >= 10**MAX_WHOLE_DIGITS:
        raise AnswerError(_("Số quá lớn. Kiểm tra lại."), field, label)
    return number


def _plain(number: Decimal) -> int | Decimal:
    """A whole number as int, another without needless zeros: equal numbers have equal forms."""
    whole = number.to_integral_value()
    return int(whole) if number == whole else number.normalize()
