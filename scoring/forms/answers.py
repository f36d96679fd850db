"""What was typed into one card of the sheet, and its way to a statement.

The fields of a card name what they hold, so a card can be read before its rule is
known: ``option`` · ``numerator`` with ``denominator``, or ``percent`` · ``items`` ·
``count.<label>`` · ``nothing_arose`` · ``na_requested`` with ``na_reason`` · ``explanation``.
Whether the answer fits the rule is the rule's question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import AnswerError
from parindex import text
from parindex.numbers import NumberError, parse_count, parse_number, shown_short
from scoring.actions import Statement
from scoring.models import Score

COUNT = "count."
#: One point before three digits: a thousand as numbers are written here, a fraction as calculators show it.
_TWO_READINGS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
#: Longer texts are cut by the browser; a hand-made request is refused.
MOST_EXPLANATION = 5000


@dataclass(frozen=True)
class Typed:
    """The fields of one card as typed or as they would be typed; ``version`` is the one the page showed."""

    version: int = 0
    option: str = ""
    numerator: str = ""
    denominator: str = ""
    percent: str = ""
    items: str = ""
    counts: Mapping[str, str] = field(default_factory=dict)
    nothing_arose: bool = False
    na_requested: bool = False
    na_reason: str = ""
    explanation: str = ""

    def hidden(self) -> list[tuple[str, str]]:
        """The fields as pairs that carry them through another form (version left out)."""
        plain = {
            "option": self.option,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "percent": self.percent,
            "items": self.items,
            "na_reason": self.na_reason,
            "explanation": self.explanation,
            **{COUNT + label: number for label, number in self.counts.items()},
        }
        ticks = {"nothing_arose": self.nothing_arose, "na_requested": self.na_requested}
        return [*((name, value) for name, value in plain.items() if value), *((n, "1") for n, on in ticks.items() if on)]


def typed_from(data: Mapping[str, Any]) -> Typed:
    """Read the posted fields of a card. Without a readable version nothing stored can be overwritten."""
    version = str(data.get("version", ""))
    line = {name: text.clean_line(str(data.get(name, ""))) for name in ("option", "numerator", "denominator", "percent", "items")}
    return Typed(
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1,
        counts={
            text.clean_line(name.removeprefix(COUNT)): text.clean_line(str(data[name]))
            for name in data
            if name.startswith(COUNT)
        },
        nothing_arose=bool(data.get("nothing_arose")),
        na_requested=bool(data.get("na_requested")),
        na_reason=text.clean_line(str(data.get("na_reason", ""))),
        explanation=text.clean_text(str(data.get("explanation", ""))),
        **line,
    )


def typed_of(score: Score | None) -> Typed:
    """What a stored score looks like when typed."""
    if score is None:
        return Typed()
    answer = score.answer_value or {}
    return Typed(
        version=score.version,
        option=str(answer.get("option", "")),
        nothing_arose="nothing_arose" in answer,
        counts={label: shown_short(number) for label, number in answer.get("counts", {}).items()},
        na_requested=score.na_requested,
        na_reason=score.na_reason,
        explanation=score.explanation,
        **{name: _shown(answer[name]) for name in ("numerator", "denominator", "percent", "items") if name in answer},
    )


def _shown(number: Any) -> str:
    """A number as the fields take it: no separators, a comma before decimals."""
    return shown_short(number).replace(".", "")


def statement_of(typed: Typed) -> Statement:
    """The statement that was typed. Raises ``AnswerError`` naming the field that cannot be read."""
    if len(typed.explanation) > MOST_EXPLANATION:
        raise AnswerError(
            _("Giải trình dài hơn %(most)d ký tự. Rút gọn, hoặc đưa thành tài liệu kiểm chứng.") % {"most": MOST_EXPLANATION},
            "explanation",
        )
    return Statement(
        answer=None if typed.na_requested else _answer(typed),
        explanation=typed.explanation,
        na_requested=typed.na_requested,
        na_reason=typed.na_reason,
    )


def _answer(typed: Typed) -> Mapping[str, Any] | None:
    if typed.nothing_arose:
        return {"nothing_arose": True}
    if typed.option:
        return {"option": typed.option}
    if typed.numerator or typed.denominator:
        return _rate(typed)
    if typed.percent:
        return {"percent": _read(parse_number, typed.percent.removesuffix("%").strip(), "percent")}
    if typed.items:
        return {"items": _read(parse_count, typed.items, "items")}
    filled = {label: number for label, number in typed.counts.items() if number}
    if filled:
        return {"counts": {label: _read(parse_count, number, "counts", label) for label, number in filled.items()}}
    return None


def _rate(typed: Typed) -> Mapping[str, Any]:
    if not typed.numerator:
        raise AnswerError(_("Còn thiếu tử số."), "numerator")
    if not typed.denominator:
        raise AnswerError(_("Còn thiếu mẫu số."), "denominator")
    if typed.percent:
        raise AnswerError(_("Ghi tử số và mẫu số, hoặc chỉ ghi tỷ lệ %%, không ghi cả hai.") % {}, "percent")
    return {
        "numerator": _read(_amount, typed.numerator, "numerator"),
        "denominator": _read(_amount, typed.denominator, "denominator"),
    }


def _amount(typed: str) -> Decimal:
    """A number of a rate. "1.250" is refused: nothing tells 1250 from 1,25. A comma is always the decimal one."""
    if _TWO_READINGS.fullmatch(typed):
        raise NumberError(
            _("“%(typed)s” đọc được hai cách: %(whole)s hay %(part)s. Gõ lại không dùng dấu ngăn hàng nghìn.")
            % {"typed": typed, "whole": typed.replace(".", ""), "part": _shown(Decimal(typed))}
        )
    return parse_number(typed)


def _read(parse: Any, typed: str, name: str, label: str = "") -> Any:
    try:
        return parse(typed)
    except NumberError as error:
        raise AnswerError(str(error), name, label) from None
