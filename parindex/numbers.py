"""Exact numbers: the one rounding rule, how numbers are written, and how typed numbers are read.

Everything here is `Decimal`, `Fraction` or `int`; binary floating point is refused.
Rounding is half-up (0,125 becomes 0,13), decided in docs/scoring.md.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

Exact = Decimal | Fraction | int

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"
MAX_WHOLE_DIGITS = 15  # amounts in đồng reach 10¹³; anything longer is a slip of the keyboard

_WIDE = Context(prec=200)
_NUMBER = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?", re.ASCII)
_WHOLE = re.compile(r"[0-9]+", re.ASCII)


class NumberError(ValueError):
    """A typed number that cannot be read; the text is a Vietnamese sentence for the person who typed it."""


def half_up(value: Exact, digits: int = 2) -> Decimal:
    """Round half-up (away from zero) to `digits` decimals, exactly.

    The result always carries `digits` decimals and never a negative zero.
    Raises TypeError for a float and ValueError for a number that is not finite.
    """
    if isinstance(value, Fraction):
        return _half_up_ratio(value.numerator, value.denominator, digits)
    if isinstance(value, int):
        return _half_up_ratio(value, 1, digits)
    if not isinstance(value, Decimal):
        raise TypeError(f"half_up takes Decimal, Fraction or int, not {type(value).__name__}")
    if not value.is_finite():
        raise ValueError(f"half_up takes finite numbers, not {value}")
    rounded = value.quantize(Decimal((0, (1,), -digits)), rounding=ROUND_HALF_UP, context=_WIDE)
    return rounded if rounded else rounded.copy_abs()


def _half_up_ratio(numerator: int, denominator: int, digits: int) -> Decimal:
    scaled = abs(numerator) * 10**digits
    units = (2 * scaled + denominator) // (2 * denominator)
    sign = 1 if numerator < 0 and units else 0
    return Decimal((sign, tuple(int(digit) for digit in str(units)), -digits))


def exact(value: Exact) -> Fraction:
    """The same number as a Fraction; raises TypeError for a float."""
    if not isinstance(value, Decimal | Fraction | int):
        raise TypeError(f"only Decimal, Fraction and int are exact, not {type(value).__name__}")
    return Fraction(value)


def shown(value: Exact | None, digits: int = 2, *, signed: bool = False) -> str:
    """Write a number the official way: 1.234,50; a true minus; an en dash for an absent value.

    With `signed`, a positive number carries "+", as changes between two years do.
    """
    if value is None:
        return NO_VALUE
    rounded = half_up(value, digits)
    text = f"{rounded.copy_abs():,.{digits}f}".translate(_VIETNAMESE_MARKS)
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


_VIETNAMESE_MARKS = str.maketrans({",": ".", ".": ","})


def shown_short(value: Exact) -> str:
    """Write a number without needless zeros: 0,5 · 100 · 1.234,25. For bounds and counts, not for columns."""
    number = value if isinstance(value, Decimal) else half_up(value, 6)
    places = max(0, -int(number.normalize(_WIDE).as_tuple().exponent)) if number.is_finite() else 0
    return shown(number, places)


def shown_rate(percent: Exact, bounds: Iterable[Exact] = (), digits: int = 2) -> str:
    """Write a rate in percent ("90,00%") so that the print never contradicts the comparison.

    Rates are compared exactly. When `digits` decimals would put the rate on the wrong side of one of
    `bounds` (89,996% printed as 90,00% with a bound of 90), more decimals are printed until it does not.
    """
    rate = exact(percent)
    rounded = half_up(rate, digits)
    if exact(rounded) != rate:
        places = digits
        limits = [exact(bound) for bound in bounds]
        while any(_side(exact(rounded), bound) != _side(rate, bound) for bound in limits):
            places += 1
            rounded = half_up(rate, places)
    return shown(rounded, -int(rounded.as_tuple().exponent)) + "%"


def _side(value: Fraction, bound: Fraction) -> int:
    return (value > bound) - (value < bound)


def parse_number(text: str, *, max_digits: int = 6) -> Decimal:
    """Read a number ≥ 0 typed with at most one comma or one point and at most `max_digits` decimals.

    No thousands separators, signs, exponents or words. Raises NumberError.
    """
    typed = text.strip()
    match = _NUMBER.fullmatch(typed)
    if match is None:
        raise NumberError(
            _(
                "“%(typed)s” không phải là số hợp lệ. Ghi số không âm, phần lẻ sau một dấu phẩy hoặc một dấu chấm,"
                " không dùng dấu ngăn hàng nghìn, ví dụ 1,5."
            )
            % {"typed": _quoted(typed)}
        )
    whole, decimals = match.group(1), match.group(2) or ""
    if len(decimals) > max_digits:
        raise NumberError(
            _("“%(typed)s” có %(count)d chữ số lẻ, chỉ được tối đa %(max)d. Không dùng dấu ngăn hàng nghìn.")
            % {"typed": _quoted(typed), "count": len(decimals), "max": max_digits}
        )
    if len(whole.lstrip("0")) > MAX_WHOLE_DIGITS:
        raise NumberError(_("Số “%(typed)s” quá lớn. Kiểm tra lại.") % {"typed": _quoted(typed)})
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


def parse_points(text: str, *, digits: int = 2) -> Decimal:
    """Read points: a number ≥ 0 with at most `digits` decimals. Raises NumberError."""
    return parse_number(text, max_digits=digits)


def parse_percent(text: str, *, digits: int = 4) -> Decimal:
    """Read a percentage from 0 to 100, without the percent sign. Raises NumberError."""
    value = parse_number(text, max_digits=digits)
    if value > 100:
        raise NumberError(_("Tỷ lệ %(typed)s%% lớn hơn 100%%. Kiểm tra lại.") % {"typed": shown_short(value)})
    return value


def parse_count(text: str) -> int:
    """Read a whole number ≥ 0 without separators. Raises NumberError."""
    typed = text.strip()
    if _WHOLE.fullmatch(typed) is None:
        raise NumberError(
            _(
                "“%(typed)s” không phải là số nguyên không âm. Chỉ ghi chữ số, không dấu chấm, dấu phẩy, ví dụ 1250."
            )
            % {"typed": _quoted(typed)}
        )
    if len(typed.lstrip("0")) > MAX_WHOLE_DIGITS:
        raise NumberError(_("Số “%(typed)s” quá lớn. Kiểm tra lại.") % {"typed": _quoted(typed)})
    return int(typed)


def _quoted(typed: str) -> str:
    """What was typed, cut short so that a pasted page does not become the message."""
    return typed if len(typed) <= 40 else typed[:40] + "…"
