"""A framework as people read it: areas, criteria and components with their rules in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from criteria.models import Framework, Node, NodeLevel
from criteria.rules import DERIVED, SURVEY, Rule, RuleError, Step, describe, parse_rule, steps
from parindex import canonical

ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One node with what is below it. A leaf carries its rule; a draft's faulty rule carries its fault instead."""

    node: Node
    entries: tuple[Entry, ...] = ()
    rule: Rule | None = None
    fault: str = ""

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of a leaf's rule, best first."""
        return steps(self.rule) if self.rule is not None else ()

    @cached_property
    def statement(self) -> str:
        """The rule as the framework words it, else as it reads from its parameters."""
        return self.node.rule_text or (describe(self.rule) if self.rule is not None else "")

    @property
    def scored_by(self) -> str:
        """A word for leaves the unit does not answer itself."""
        if self.rule is None or self.rule.answered_by == "unit":
            return ""
        if self.rule.answered_by == SURVEY:
            return _("điều tra xã hội học")
        return _("máy tính") if self.rule.answered_by == DERIVED else _("cơ quan thẩm định chấm")

    def leaves(self) -> Iterator[Entry]:
        """The leaves of this node, itself when it is one."""
        if not self.entries:
            yield self
        for entry in self.entries:
            yield from entry.leaves()

    @cached_property
    def counted(self) -> int:
        """Number of leaves."""
        return sum(1 for _leaf in self.leaves())

    @cached_property
    def survey_points(self) -> Decimal:
        """Points that come from the survey."""
        return sum((leaf.node.max_points for leaf in self.leaves() if leaf.node.source == "survey"), ZERO)

    @property
    def self_points(self) -> Decimal:
        """Points that are self-assessed and appraised."""
        return self.node.max_points - self.survey_points


@dataclass(frozen=True)
class Outline:
    """A whole framework: its areas, and the bonus and penalty rows outside the tree."""

    framework: Framework
    areas: tuple[Entry, ...]
    extras: tuple[Entry, ...] = field(default=())

    @cached_property
    def criteria_count(self) -> int:
        """Number of criteria."""
        return sum(len(area.entries) for area in self.areas)

    @cached_property
    def leaf_count(self) -> int:
        """Number of scored leaves."""
        return sum(area.counted for area in self.areas)

    @cached_property
    def total(self) -> Decimal:
        """Maximum points, 100 for a framework that may be opened."""
        return sum((area.node.max_points for area in self.areas), ZERO)

    @cached_property
    def survey_points(self) -> Decimal:
        """Points that come from the survey."""
        return sum((area.survey_points for area in self.areas), ZERO)

    @property
    def self_points(self) -> Decimal:
        """Points that are self-assessed and appraised."""
        return self.total - self.survey_points


def outline_of(framework: Framework, codes: str = "") -> Outline:
    """The outline of a framework in one query; ``codes`` keeps one area (its code) only."""
    nodes = framework.nodes.order_by("position")
    if codes:
        nodes = nodes.filter(Q(code=codes) | Q(code__startswith=f"{codes}."))
    below: dict[int | None, list[Node]] = {}
    extras = []
    for node in nodes:
        if node.level in (NodeLevel.BONUS, NodeLevel.PENALTY):
            extras.append(_entry(node, {}))
        else:
            below.setdefault(node.parent_id, []).append(node)
    return Outline(framework, tuple(_entry(node, below) for node in below.get(None, ())), tuple(extras))


def _entry(node: Node, below: dict[int | None, list[Node]]) -> Entry:
    entries = tuple(_entry(child, below) for child in below.get(node.pk, ()))
    if entries or (node.level == NodeLevel.AREA and not node.is_leaf):
        return Entry(node, entries)
    try:
        rule = parse_rule(
            kind=node.rule_kind,
            max_points=node.max_points,
            source=node.source,
            params=canonical.loads(node.rule_params or "{}"),
            na_allowed=node.na_allowed,
        )
    except RuleError as error:
        return Entry(node, fault=error.sentence)
    return Entry(node, rule=rule)


def frameworks() -> list[Framework]:
    """All frameworks, newest year first, with how many leaves each has (``leaf_count``)."""
    rows = Framework.objects.select_related("cycle").annotate(
        leaf_count=Count("nodes", filter=Q(nodes__is_leaf=True))
    )
    order = {"department": 0, "district": 1, "commune": 2}
    return sorted(rows, key=lambda framework: (-framework.cycle.year, order.get(framework.level, 9)))
