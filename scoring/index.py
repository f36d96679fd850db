"""The total of one unit: from the cells of its leaves to the index (docs/scoring.md).

Sums are exact: component points were rounded once when they were computed or
entered, so every printed sheet adds up. The index is rounded half-up once. Inside,
points are counted in whole units of the last decimal place (hundredths as a rule),
which keeps exactness and makes a province of 236 units a matter of milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from criteria.rules import Rule, derived_value
from criteria.tree import Node, Tree

#: How a leaf counts (design §3.3). Zero is not a state of its own: it is ``SCORED`` with 0 points.
SCORED = "scored"
EMPTY = "empty"  # not answered: counts 0, keeps its maximum, blocks settling
NOT_APPLICABLE = "na"  # a grant covers it: removed from the maximum
NO_DATA = "no_data"  # survey without a valid form: counts 0, blocks settling, is never "zero"

STATES = frozenset({SCORED, EMPTY, NOT_APPLICABLE, NO_DATA})


class TotalError(ValueError):
    """The cells do not fit the tree (a mistake of the caller, never of a person)."""


class Cell(NamedTuple):
    """What is known of one leaf of one unit.

    ``self_points``: what the unit's own answer is worth, None when it gave none
    (also "không tự đánh giá"). ``points``: what counts – decided by the appraiser,
    merged from the survey, or in a provisional run the self points where nobody has
    decided yet. Both in points, at most as many decimals as the population has.
    """

    state: str
    self_points: Decimal | None = None
    points: Decimal | None = None


class Extra(NamedTuple):
    """Bonus or penalty outside the tree: points ≥ 0 before the yearly cap of the row.

    Several entries of one code are added up before the cap is applied.
    """

    code: str
    level: str  # "bonus" or "penalty"
    points: Decimal
    cap: Decimal


class Line(NamedTuple):
    """One node as it stands in the score sheet.

    ``max_points`` is the applicable maximum (0 when nothing below applies), ``percent``
    the rounded share of it, None when that maximum is 0 or a leaf has no points.
    ``points`` of a leaf is None unless it is scored; of a parent it is the sum of what
    is there, None when nothing below applies. Penalties carry negative points.
    """

    code: str
    level: str
    state: str
    max_points: Decimal
    self_points: Decimal | None
    points: Decimal | None
    percent: Decimal | None


#: A line from its seven columns, without the detour over keywords.
_new_line = partial(tuple.__new__, Line)


class UnitTotal(NamedTuple):
    """The result of one unit. ``appraised_points + survey_points == points``, exactly.

    ``self_points``: sum of the unit's own points, without derived components.
    ``points``: with bonus and penalty, held within 0 and ``max_points``;
    ``extra_points`` is what they changed (part of ``appraised_points``).
    ``index_percent``: None when nothing applies to the unit.
    ``missing``: codes of leaves that are empty or without data, in tree order.
    """

    self_points: Decimal
    appraised_points: Decimal
    survey_points: Decimal
    points: Decimal
    max_points: Decimal
    index_percent: Decimal | None
    complete: bool
    missing: tuple[str, ...]
    lines: tuple[Line, ...]
    extra_points: Decimal


_LEAF_SELF, _LEAF_APPRAISER, _LEAF_SURVEY, _LEAF_DERIVED, _PARENT = range(5)
_KINDS = {"unit": _LEAF_SELF, "appraiser": _LEAF_APPRAISER, "survey": _LEAF_SURVEY, "derived": _LEAF_DERIVED}


class _Decimals(dict[Any, Any]):
    """Whole units of the last place → points as ``Decimal``; None → None."""

    def __init__(self, scale: int) -> None:
        super().__init__({None: None})
        self.scale = scale

    def __missing__(self, units: int) -> Decimal:
        value = self[units] = Decimal(units).scaleb(-self.scale)
        return value


class _Units(dict[Decimal, int]):
    """Points → whole units of the last place; raises ``TotalError`` when that is not exact."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def __missing__(self, points: Decimal) -> int:
        scaled = points.scaleb(self.scale)
        units = int(scaled)
        if units != scaled:
            raise TotalError(f"{points} has more than {self.scale} decimals")
        self[points] = units
        return units


class _Percents(dict[tuple[int | None, int], Decimal | None]):
    """(points, maximum) → 100 × points ÷ maximum, rounded half-up once, in whole numbers.

    None where there are no points or the maximum is 0.
    """

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits

    def __missing__(self, pair: tuple[int | None, int]) -> Decimal | None:
        points, maximum = pair
        share = None
        if maximum and points is not None:
            share = Decimal((200 * 10**self.digits * points + maximum) // (2 * maximum)).scaleb(-self.digits)
        self[pair] = share
        return share


@dataclass(frozen=True)
class Plan:
    """A tree unrolled into plain tuples, made once and used for every unit of a population.

    Nodes stand in reading order, parents first, so one walk backwards adds everything up.
    """

    codes: tuple[str, ...]
    levels: tuple[str, ...]
    parents: tuple[int, ...]  # -1 for an area
    kinds: tuple[int, ...]
    maxima: tuple[int, ...]  # of leaves, in units of the last decimal place
    asked: tuple[tuple[int, str, int, int], ...]  # place, code, kind, maximum of every leaf but the derived
    rules: Mapping[int, Rule]  # of derived leaves
    digits: int  # decimals of points and of the index
    scale: int  # decimals kept inside: never fewer than the maxima have
    leaves: frozenset[str]
    # Every figure is met thousands of times in a population: converted once.
    decimals: _Decimals = field(compare=False, repr=False)
    percents: _Percents = field(compare=False, repr=False)
    units: _Units = field(compare=False, repr=False)

    @classmethod
    def of(cls, tree: Tree, *, digits: int = 2) -> Plan:
        """Unroll a tree. ``digits`` is the population's number of decimals."""
        nodes = tree.nodes
        position = {node.code: number for number, node in enumerate(nodes)}
        leaf_codes = {node.code for node in tree.leaves}
        scale = max([digits, *(_decimals_of(node.max_points) for node in nodes)])
        kinds = tuple(_kind_of(node) if node.code in leaf_codes else _PARENT for node in nodes)
        maxima = tuple(
            0 if kind == _PARENT else int(node.max_points.scaleb(scale))
            for node, kind in zip(nodes, kinds, strict=True)
        )
        return cls(
            codes=tuple(node.code for node in nodes),
            levels=tuple(str(node.level) for node in nodes),
            parents=tuple(position[node.parent_code] if node.parent_code else -1 for node in nodes),
            kinds=kinds,
            maxima=maxima,
            asked=tuple(
                (number, node.code, kinds[number], maxima[number])
                for number, node in enumerate(nodes)
                if kinds[number] not in (_PARENT, _LEAF_DERIVED)
            ),
            rules={
                number: node.rule
                for number, (node, kind) in enumerate(zip(nodes, kinds, strict=True))
                if kind == _LEAF_DERIVED and node.rule is not None
            },
            digits=digits,
            scale=scale,
            leaves=frozenset(leaf_codes),
            decimals=_Decimals(scale),
            percents=_Percents(digits),
            units=_Units(scale),
        )


def _decimals_of(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _kind_of(node: Node) -> int:
    if node.rule is None:
        return _LEAF_SURVEY if node.source == "survey" else _LEAF_SELF
    return _KINDS[node.rule.answered_by]


def compute_unit(
    tree: Tree | Plan,
    cells: Mapping[str, Cell],
    *,
    extra: Iterable[Extra] = (),
    digits: int = 2,
) -> UnitTotal:
    """Add up one unit.

    ``cells`` maps leaf codes to cells; a leaf left out is empty (survey: without
    data). A derived leaf is computed last from the other self-assessed, applicable
    leaves (design §3.5), unless its cell is scored with points (a year entered as
    it was kept elsewhere) or not applicable. Pass a ``Plan`` when many units share
    a tree; ``digits`` is then the plan's.

    Raises ``TotalError`` when a code is no leaf, a scored cell has no points, or
    points lie outside 0 … maximum.
    """
    plan = tree if isinstance(tree, Plan) else Plan.of(tree, digits=digits)
    if not plan.leaves.issuperset(cells):
        raise TotalError(f"no leaves of the tree: {sorted(set(cells) - plan.leaves)}")
    sheet = _Sheet(plan)
    sheet.fill(cells)
    sheet.derive(cells)
    sheet.add_up()
    return sheet.total(_effects(plan, extra))


class _Sheet:
    """The working arrays of one unit, all in units of the last decimal place."""

    __slots__ = ("maximum", "plan", "points", "self_points", "states", "survey")

    def __init__(self, plan: Plan) -> None:
        size = len(plan.codes)
        self.plan = plan
        self.states: list[str] = [NOT_APPLICABLE] * size
        self.maximum = [0] * size
        self.points: list[int | None] = [None] * size
        self.self_points: list[int | None] = [None] * size
        self.survey = 0

    def fill(self, cells: Mapping[str, Cell]) -> None:
        """Read every leaf but the derived ones."""
        plan = self.plan
        units = plan.units
        for number, code, kind, maximum in plan.asked:
            cell = cells.get(code)
            if cell is None:
                self.states[number] = NO_DATA if kind == _LEAF_SURVEY else EMPTY
                self.maximum[number] = maximum
                continue
            state, self_points, points = cell
            if state == NOT_APPLICABLE:
                continue
            self.states[number] = state
            self.maximum[number] = maximum
            if self_points is not None and kind == _LEAF_SELF:
                self.self_points[number] = self._within(units[self_points], maximum, code)
            if state == SCORED:
                if points is None:
                    raise TotalError(f"{code}: scored without points")
                counted = self.points[number] = self._within(units[points], maximum, code)
                if kind == _LEAF_SURVEY:
                    self.survey += counted
            elif state not in STATES:
                raise TotalError(f"{code}: unknown state {state!r}")

    def derive(self, cells: Mapping[str, Cell]) -> None:
        """Compute the derived leaves from ΣS and ΣA of the others (design §3.5)."""
        plan = self.plan
        for number, rule in plan.rules.items():
            code, maximum = plan.codes[number], plan.maxima[number]
            cell = cells.get(code)
            if cell is not None and cell.state == NOT_APPLICABLE:
                continue
            if cell is not None and cell.state == SCORED and cell.points is not None:
                points = cell.points
            else:
                points = derived_value(rule, *self._sums(), digits=plan.digits)
            self.states[number] = SCORED
            self.maximum[number] = maximum
            self.points[number] = self._within(plan.units[points], maximum, code)

    def _sums(self) -> tuple[Decimal, Decimal]:
        """ΣS and ΣA over the self-assessed, applicable leaves; empty and not self-assessed count 0."""
        own = [number for number, kind in enumerate(self.plan.kinds) if kind == _LEAF_SELF]
        own_sum = sum(self.self_points[number] or 0 for number in own)
        appraised_sum = sum(self.points[number] or 0 for number in own)
        return self.plan.decimals[own_sum], self.plan.decimals[appraised_sum]

    def _within(self, units: int, maximum: int, code: str) -> int:
        if not 0 <= units <= maximum:
            raise TotalError(
                f"{code}: {self.plan.decimals[units]} lies outside 0 … {self.plan.decimals[maximum]}"
            )
        return units

    def add_up(self) -> None:
        """Carry every node into its parent, from the last to the first."""
        states, maximum, points, self_points = self.states, self.maximum, self.points, self.self_points
        parents = self.plan.parents
        for number in range(len(parents) - 1, -1, -1):
            parent = parents[number]
            state = states[number]
            if parent < 0 or state == NOT_APPLICABLE:
                continue
            maximum[parent] += maximum[number]
            points[parent] = (points[parent] or 0) + (points[number] or 0)
            own = self_points[number]
            if own is not None:
                self_points[parent] = (self_points[parent] or 0) + own
            if states[parent] != EMPTY and (state == EMPTY or states[parent] != NO_DATA):
                states[parent] = state

    def total(self, effects: list[tuple[str, str, int, int]]) -> UnitTotal:
        """Freeze the arrays; ``effects`` are (code, level, cap, signed points) of the extras."""
        plan = self.plan
        roots = [number for number, parent in enumerate(plan.parents) if parent < 0]
        maximum = sum(self.maximum[number] for number in roots)
        tree_points = sum(self.points[number] or 0 for number in roots)
        # The index stays within 0 and 100 % whatever is added or taken (design §6).
        points = min(max(tree_points + sum(effect[3] for effect in effects), 0), maximum)
        missing = tuple(
            code
            for code, kind, state in zip(plan.codes, plan.kinds, self.states, strict=True)
            if kind != _PARENT and state in (EMPTY, NO_DATA)
        )
        decimals = plan.decimals
        return UnitTotal(
            self_points=decimals[sum(self.self_points[number] or 0 for number in roots)],
            appraised_points=decimals[points - self.survey],
            survey_points=decimals[self.survey],
            points=decimals[points],
            max_points=decimals[maximum],
            index_percent=plan.percents[points, maximum],
            complete=not missing,
            missing=missing,
            lines=self._lines(effects),
            extra_points=decimals[points - tree_points],
        )

    def _lines(self, effects: list[tuple[str, str, int, int]]) -> tuple[Line, ...]:
        """The lines of all nodes, made column by column because a population has tens of thousands."""
        plan = self.plan
        decimals = plan.decimals
        columns = zip(
            plan.codes,
            plan.levels,
            self.states,
            map(decimals.__getitem__, self.maximum),
            map(decimals.__getitem__, self.self_points),
            map(decimals.__getitem__, self.points),
            map(plan.percents.__getitem__, zip(self.points, self.maximum, strict=True)),
            strict=True,
        )
        lines = list(map(_new_line, columns))
        lines += [
            Line(code, level, SCORED, decimals[cap], None, decimals[points], None)
            for code, level, cap, points in effects
        ]
        return tuple(lines)


def _effects(plan: Plan, extra: Iterable[Extra]) -> list[tuple[str, str, int, int]]:
    """Sum the entries of each bonus or penalty row, cap them, and give penalties their sign."""
    sums: dict[tuple[str, str, int], int] = {}
    for code, level, points, cap in extra:
        if level not in {"bonus", "penalty"} or points < 0:
            raise TotalError(f"{code}: {level} {points} is no bonus or penalty")
        key = (code, level, plan.units[cap])
        sums[key] = sums.get(key, 0) + plan.units[points]
    return [
        (code, level, cap, min(total, cap) * (-1 if level == "penalty" else 1))
        for (code, level, cap), total in sums.items()
    ]
