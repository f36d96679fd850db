"""Scoring rules: rule data → Rule, answer → canonical answer → points, all pure (docs/scoring.md §3).

rule = parse_rule(kind="threshold", max_points=Decimal(2), source="self", params={…}, na_allowed=False)
compute(rule, {"numerator": 18, "denominator": 20}).explanation
"18/20 nhiệm vụ = 90,00% → bậc từ 90% đến dưới 100% → 1,50 điểm"
"""

from criteria.rules.answers import is_share, normalise, wanted
from criteria.rules.kinds import (
    APPRAISER,
    DERIVED,
    HIGHER,
    LOWER,
    NOT_COUNTED,
    SELF_ACCURACY,
    SIPAS,
    SURVEY,
    UNIT,
    AnswerError,
    Band,
    Computed,
    Deduction,
    Discrete,
    Minus,
    Option,
    PerItem,
    Proportional,
    Rule,
    RuleError,
    Survey,
    Threshold,
)
from criteria.rules.parsing import parse_rule
from criteria.rules.points import (
    allowed_points,
    best_points,
    compute,
    derived_points,
    derived_value,
    is_allowed,
)
from criteria.rules.wording import Step, counted_noun, describe, rate_labels, steps

__all__ = [
    "APPRAISER",
    "DERIVED",
    "HIGHER",
    "LOWER",
    "NOT_COUNTED",
    "SELF_ACCURACY",
    "SIPAS",
    "SURVEY",
    "UNIT",
    "AnswerError",
    "Band",
    "Computed",
    "Deduction",
    "Discrete",
    "Minus",
    "Option",
    "PerItem",
    "Proportional",
    "Rule",
    "RuleError",
    "Step",
    "Survey",
    "Threshold",
    "allowed_points",
    "best_points",
    "compute",
    "counted_noun",
    "derived_points",
    "derived_value",
    "describe",
    "is_allowed",
    "is_share",
    "normalise",
    "parse_rule",
    "rate_labels",
    "steps",
    "wanted",
]
