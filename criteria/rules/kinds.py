"""The kinds of scoring rules as frozen values (docs/scoring.md §3). Points are Decimal, bounds are percent."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

UNIT = "unit"
APPRAISER = "appraiser"
SURVEY = "survey"
DERIVED = "derived"

HIGHER = "higher_is_better"
LOWER = "lower_is_better"

SELF_ACCURACY = "self_accuracy"
SIPAS = "sipas_pct"

# Answers of a form that are accepted and not counted (docs/scoring.md §4).
NOT_COUNTED = ("Không biết", "Không trả lời")


class RuleError(ValueError):
    """Rule data that is not a rule: a Vietnamese sentence naming the place, and the column of the file it stands in."""

    def __init__(self, sentence: str, column: str = "rule_params") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column


class AnswerError(ValueError):
    """An answer that does not fit its rule: a Vietnamese sentence with the way out.

    `field` is the key of the answer it belongs to (option, numerator, denominator, percent, counts, items,
    nothing_arose; empty for the whole answer), `label` the line inside counts.
    """

    def __init__(self, sentence: str, field: str = "", label: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.label = label


@dataclass(frozen=True)
class Rule:
    """What every rule has. `max_points` in points; `answered_by` says who states the answer."""

    max_points: Decimal
    source: str
    na_allowed: bool = False
    nothing_arose: bool = False
    answered_by: str = UNIT

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class Option:
    """One choice of a discrete rule."""

    label: str
    points: Decimal


@dataclass(frozen=True)
class Discrete(Rule):
    """Named options with points."""

    options: tuple[Option, ...] = ()
    kind: ClassVar[str] = "discrete"


@dataclass(frozen=True)
class Band:
    """Points from a bound on: rate ≥ bound when higher is better, rate ≤ bound when lower is."""

    bound: Decimal
    points: Decimal


@dataclass(frozen=True)
class Threshold(Rule):
    """Bands on a rate, best band first; `otherwise` are the points outside all bands."""

    metric: str = ""
    direction: str = HIGHER
    bands: tuple[Band, ...] = ()
    otherwise: Decimal = Decimal(0)
    derived: str = ""
    kind: ClassVar[str] = "threshold"

    @property
    def bounds(self) -> tuple[Decimal, ...]:
        """The bounds a rate is compared with, in percent."""
        return tuple(band.bound for band in self.bands)


@dataclass(frozen=True)
class Proportional(Rule):
    """Points in proportion to a rate, full from `target` on, nothing below `floor` (percent)."""

    metric: str = ""
    target: Decimal = Decimal(100)
    floor: Decimal = Decimal(0)
    kind: ClassVar[str] = "proportional"

    @property
    def bounds(self) -> tuple[Decimal, ...]:
        """The bounds a rate is compared with, in percent."""
        return (self.target, self.floor) if self.floor else (self.target,)


@dataclass(frozen=True)
class Minus:
    """Points taken away for each case of one sort."""

    label: str
    minus: Decimal


@dataclass(frozen=True)
class Deduction(Rule):
    """Start with `start`, lose points per case, never below `least`."""

    start: Decimal = Decimal(0)
    least: Decimal = Decimal(0)
    minuses: tuple[Minus, ...] = ()
    kind: ClassVar[str] = "deduction"


@dataclass(frozen=True)
class PerItem(Rule):
    """Points for each item, up to the maximum."""

    item: str = ""
    points_each: Decimal = Decimal(0)
    kind: ClassVar[str] = "per_item"


@dataclass(frozen=True)
class Survey(Rule):
    """Points from forms (answers with percents, optionally weights of groups) or from one imported percentage."""

    question: str = ""
    percents: tuple[tuple[str, Decimal], ...] = ()
    groups: tuple[str, ...] = ()
    group_weights: tuple[tuple[str, Decimal], ...] = ()
    imported: str = ""
    kind: ClassVar[str] = "survey"


RateRule = Threshold | Proportional


@dataclass(frozen=True)
class Computed:
    """What a rule made of an answer.

    `points` rounded once; `rate` in percent, exact, where there is one; `step` the index into `steps(rule)` that was
    reached, where a single step was; `explanation` the arithmetic in words, ending in the points.
    """

    points: Decimal
    rate: Fraction | None
    step: int | None
    explanation: str
