"""One unit's invented year: its answers, what the appraisers made of them, and its survey. Pure.

The index a unit should reach is given; answers are thrown around it and a few answers with large numbers
(documents, dossiers) take up what is left, so that it is reached to the last decimal wherever 100 points apply.
Points are whole hundredths on the way and ``Decimal`` in the sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from criteria.rules import DERIVED, UNIT, Rule, Survey, derived_points
from criteria.tree import Tree
from parindex.numbers import exact, half_up
from reports.demo import reasons
from reports.demo.answers import Answer, Leaf, answer_for, hundredths, leaves_of, near, points_of
from reports.demo.dice import Dice
from reports.demo.forms import Counts, counts_for, percent_for
from surveys.merging import merge_percent, merged_points

#: By how many thousandths a self-assessment is too high, mostly; and a careless one.
CAREFUL, CARELESS = (4, 36), (62, 88)


@dataclass(frozen=True)
class Part:
    """What a unit plays in a year. ``index`` in percent; ``grants`` are codes of nodes that do not apply.

    ``requests``: the unit may ask to leave out components that did not arise.
    """

    unit_code: str
    index: Decimal
    grants: tuple[str, ...] = ()
    careless: bool = False
    submitted: bool = True
    requests: bool = True


class Line(NamedTuple):
    """One component: the unit's answer and points, and what was decided (the same where nothing is said).

    ``na_reason`` stands where the unit asked for "not applicable" instead of answering.
    """

    code: str
    answer: Answer | None
    self_points: Decimal | None
    points: Decimal | None
    decided_answer: Answer | None = None
    reason: str = ""
    na_reason: str = ""
    explanation: str = ""

    @property
    def differs(self) -> bool:
        """Whether the appraiser decided other points."""
        return self.points != self.self_points


@dataclass(frozen=True)
class Sheet:
    """A dossier with its survey, in the order of the framework."""

    lines: tuple[Line, ...]
    counts: Mapping[str, Counts] = field(default_factory=dict)
    percents: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def requested(self) -> tuple[str, ...]:
        """Codes of the components the unit asked to leave out."""
        return tuple(line.code for line in self.lines if line.na_reason)


def applicable(tree: Tree, grants: Collection[str] = ()) -> list[Leaf]:
    """The leaves of a framework outside the granted nodes, in natural order."""
    gone = {leaf.code for code in grants for leaf in tree.below(code)}
    return [leaf for leaf in leaves_of(tree) if leaf.code not in gone]


def make_sheet(year: int, part: Part, tree: Tree) -> Sheet:
    """Invent the year of a unit."""
    dice = Dice(year, part.unit_code)
    leaves = applicable(tree, part.grants)
    counts, percents, survey = _survey(leaves, part, dice)
    if not part.submitted:
        return Sheet((), counts, percents)
    asked = [leaf for leaf in leaves if leaf.rule.answered_by == UNIT]
    waived = {leaf.code for leaf in asked if part.requests and leaf.rule.na_allowed and dice.chance(22)}
    maximum = sum(leaf.high for leaf in leaves if leaf.code not in waived)
    derived = next((leaf.rule for leaf in leaves if leaf.rule.answered_by == DERIVED), None)
    accuracy = _accuracy(derived, careless=part.careless)
    total = hundredths(half_up(exact(part.index) * maximum / 10000, 2)) - survey - accuracy
    profile = {area: Dice("profile", part.unit_code, area).bell(140) for area in {leaf.area for leaf in asked}}
    given = fill([leaf for leaf in asked if leaf.code not in waived], total, profile, dice)
    lines = {line.code: line for line in _claims(given, part, derived, accuracy, dice)}
    lines |= {code: Line(code, None, None, None, na_reason=reasons.not_applicable(dice)) for code in waived}
    return Sheet(tuple(lines[leaf.code] for leaf in asked), counts, percents)


def _survey(
    leaves: Sequence[Leaf], part: Part, dice: Dice
) -> tuple[dict[str, Counts], dict[str, Decimal], int]:
    """Forms and percentages of every survey component, and the hundredths they give together."""
    counts: dict[str, Counts] = {}
    percents: dict[str, Decimal] = {}
    total = 0
    level = int(part.index * 10) + dice.bell(60)
    for leaf in leaves:
        rule = leaf.rule
        if not isinstance(rule, Survey):
            continue
        permille = min(max(level + dice.bell(90), 150), 985)
        if rule.imported:
            percents[leaf.code] = percent_for(permille, dice)
        else:
            counts[leaf.code] = counts_for(rule, permille, dice)
        total += hundredths(survey_points(rule, leaf.code, counts, percents))
    return counts, percents, total


def survey_points(
    rule: Survey, code: str, counts: Mapping[str, Counts], percents: Mapping[str, Decimal]
) -> Decimal:
    """What the survey of a component gives, in points."""
    found = merge_percent(rule, percents[code]).points if rule.imported else merged_points(rule, counts[code])
    return found or Decimal(0)


def _accuracy(rule: Rule | None, *, careless: bool) -> int:
    """What the derived component will give for a careful or a careless self-assessment, in hundredths."""
    if rule is None:
        return 0
    return hundredths(derived_points(rule, Decimal(1000), Decimal(920 if careless else 980)).points)


# --- What the unit really did --------------------------------------------------------------------


class Given(NamedTuple):
    """A true answer, and what it is worth in hundredths."""

    leaf: Leaf
    answer: Answer
    points: int


def fill(leaves: Sequence[Leaf], total: int, profile: Mapping[str, int], dice: Dice) -> list[Given]:
    """True answers to every leaf, worth ``total`` together as nearly as their rules allow.

    ``profile``: by how many thousandths the unit is better or worse in an area.
    """
    fine = [leaf for leaf in leaves if leaf.fine]
    given: dict[str, Given] = {}
    left, left_maximum = total, sum(leaf.high for leaf in leaves)
    for leaf in dice.shuffled([leaf for leaf in leaves if not leaf.fine]):
        share = 1000 * left // left_maximum + profile[leaf.area] + dice.bell(200)
        wanted = leaf.high * min(max(share, 0), 1000) // 1000
        made = Given(leaf, *answer_for(leaf, near(leaf.steps, wanted, dice), dice))
        given[leaf.code] = made
        left -= made.points
        left_maximum -= leaf.high
    left = _nudge(given, left, fine, dice)
    for made in _spread(fine, left, dice):
        given[made.leaf.code] = made
    return [given[leaf.code] for leaf in leaves]


def _nudge(given: dict[str, Given], left: int, fine: Sequence[Leaf], dice: Dice) -> int:
    """Move coarse answers by a step until the fine ones can take up what is left; returns what is left."""
    low, high = sum(leaf.low for leaf in fine), sum(leaf.high for leaf in fine)
    for _attempt in range(600):
        if low <= left <= high:
            break
        made = dice.pick(list(given.values()))
        if left > high:
            wanted = next((step for step in made.leaf.steps if step > made.points), None)
        else:
            wanted = next((step for step in reversed(made.leaf.steps) if step < made.points), None)
        if wanted is not None:
            moved = Given(made.leaf, *answer_for(made.leaf, wanted, dice))
            given[made.leaf.code] = moved
            left -= moved.points - made.points
    return left


def _spread(fine: Sequence[Leaf], left: int, dice: Dice) -> list[Given]:
    """Share out what is left among the fine leaves, to the last hundredth where their ranges allow."""
    found = []
    for place, leaf in enumerate(fine):
        others = fine[place + 1 :]
        least = max(leaf.low, left - sum(other.high for other in others))
        most = min(leaf.high, left - sum(other.low for other in others))
        wanted = dice.between((3 * least + 2 * most) // 5, most) if least < most else least
        made = Given(leaf, *answer_for(leaf, min(max(wanted, leaf.low), leaf.high), dice))
        found.append(made)
        left -= made.points
    return found


# --- What the unit claimed -----------------------------------------------------------------------


def _claims(given: Sequence[Given], part: Part, derived: Rule | None, accuracy: int, dice: Dice) -> list[Line]:
    """The lines of a sheet: true answers, a few of them stated better than they are."""
    lines = {made.leaf.code: _line(made, dice) for made in given}
    decided = claimed = sum(made.points for made in given)
    low, high = CARELESS if part.careless else CAREFUL
    budget = decided * dice.between(low, high) // 1000
    for made in dice.shuffled(given):
        better = next((step for step in made.leaf.steps if step > made.points), None)
        if better is None or claimed - decided >= budget:
            continue
        answer, worth = answer_for(made.leaf, better, dice)
        if worth <= made.points or not _keeps(derived, accuracy, claimed + worth - made.points, decided, part):
            continue
        claimed += worth - made.points
        lines[made.leaf.code] = Line(
            made.leaf.code,
            answer,
            points_of(worth),
            points_of(made.points),
            decided_answer=made.answer,
            reason=reasons.appraisal(made.leaf.rule, dice),
        )
    return list(lines.values())


def _keeps(rule: Rule | None, accuracy: int, claimed: int, decided: int, part: Part) -> bool:
    """Whether the derived component still gives what was counted on (a careless sheet may still be on its way)."""
    if rule is None:
        return True
    reached = hundredths(derived_points(rule, points_of(claimed), points_of(decided)).points)
    return reached >= accuracy if part.careless else reached == accuracy


def _line(made: Given, dice: Dice) -> Line:
    points = points_of(made.points)
    why = reasons.explanation(made.leaf.rule, points, dice)
    return Line(made.leaf.code, made.answer, points, points, explanation=why)
