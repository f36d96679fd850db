"""From stored rows to the cells of the leaves (docs/scoring.md §3.12, §5). Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from criteria.rules import Survey
from criteria.tree import EXTRA_LEVELS, Tree
from scoring.index import EMPTY, NO_DATA, NOT_APPLICABLE, SCORED, Cell, Extra
from surveys.merging import Merger

ZERO = Decimal(0)


class Row(NamedTuple):
    """What is stored of one leaf of one dossier. Points as stored; ``answer`` is canonical JSON, "" without one."""

    answer: str
    self_points: Decimal | None
    appraised_points: Decimal | None
    na_requested: bool
    not_self_assessed: bool


@dataclass
class Material:
    """Everything known of one unit before it is added up.

    ``rows`` by leaf code; ``grants``: codes of nodes granted "not applicable";
    ``counts``: forms by leaf code, group and answer; ``percents`` by leaf code.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    grants: set[str] = field(default_factory=set)
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    percents: dict[str, Decimal] = field(default_factory=dict)


_NO_DATA = Cell(NO_DATA)
_EMPTY = Cell(EMPTY)
_NOT_APPLICABLE = Cell(NOT_APPLICABLE)


@dataclass(frozen=True)
class Leaves:
    """The leaves of a tree sorted by who scores them, made once for all units of a population."""

    own: tuple[str, ...]  # answered by the unit or the appraiser
    surveys: tuple[tuple[str, Survey, Merger], ...]
    derived: tuple[str, ...]
    extras: tuple[tuple[str, str, Decimal], ...]  # code, level, yearly cap
    below: Mapping[str, tuple[str, ...]]  # leaves covered by a grant at a node
    digits: int

    @classmethod
    def of(cls, tree: Tree, *, digits: int = 2) -> Leaves:
        """Sort the leaves of ``tree``; ``digits`` is the population's number of decimals."""
        rules = {node.code: node.rule for node in tree.leaves}
        return cls(
            own=tuple(
                c for c, rule in rules.items() if rule is None or rule.answered_by in ("unit", "appraiser")
            ),
            surveys=tuple(
                (code, rule, Merger(rule, digits=digits))
                for code, rule in rules.items()
                if isinstance(rule, Survey)
            ),
            derived=tuple(
                c for c, rule in rules.items() if rule is not None and rule.answered_by == "derived"
            ),
            extras=tuple((node.code, node.level, node.max_points) for node in tree.extras),
            below={
                node.code: tuple(leaf.code for leaf in tree.below(node.code))
                for node in tree.nodes
                if node.level not in EXTRA_LEVELS
            },
            digits=digits,
        )

    def cells(self, material: Material) -> dict[str, Cell]:
        """The cells of one unit. A derived leaf has one only where its points were imported or a grant covers it."""
        cells: dict[str, Cell] = {}
        rows = material.rows
        for code in self.own:
            row = rows.get(code)
            cells[code] = _EMPTY if row is None else cell_of(row)
        for code, rule, merger in self.surveys:
            cells[code] = self._survey_cell(code, rule, merger, material)
        for code in self.derived:
            row = rows.get(code)
            if row is not None and (points := decided(row)) is not None:
                cells[code] = Cell(SCORED, None, points)
        for node in material.grants:
            for code in self.below.get(node, ()):
                cells[code] = _NOT_APPLICABLE
        return cells

    def bonuses(self, material: Material) -> list[Extra]:
        """Bonus and penalty of one unit; a row nobody claimed or decided adds nothing."""
        found = []
        for code, level, cap in self.extras:
            row = material.rows.get(code)
            points = None if row is None or code in material.grants else decided(row)
            if points is not None:
                found.append(Extra(code, level, points, cap))
        return found

    def _survey_cell(self, code: str, rule: Survey, merger: Merger, material: Material) -> Cell:
        if rule.imported:
            points = merger.percent_points(material.percents.get(code))
        else:
            points = merger.points(material.counts.get(code, {}))
        return _NO_DATA if points is None else Cell(SCORED, None, points)


def decided(row: Row) -> Decimal | None:
    """The points that count: the appraiser's, else the unit's own until somebody decides; None while there are none."""
    return row.self_points if row.appraised_points is None else row.appraised_points


def cell_of(row: Row) -> Cell:
    """A self-assessed or appraiser-only leaf as it counts.

    A leaf of a dossier closed without submission is "không tự đánh giá": worth 0 until the
    appraiser decides otherwise. A request of "not applicable" that nobody has granted is no
    answer: the leaf is empty.
    """
    points = decided(row)
    if points is not None:
        return Cell(SCORED, row.self_points, points)
    return Cell(SCORED, None, ZERO) if row.not_self_assessed else _EMPTY


def gaps(states: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of empty and of no-data leaves among pairs (code, state)."""
    listed = list(states)
    return (
        tuple(code for code, state in listed if state == EMPTY),
        tuple(code for code, state in listed if state == NO_DATA),
    )
