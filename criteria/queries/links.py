"""The rows of a year beside those of the year before, as far as their links go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from criteria.linking import CHANGED, CONTINUED, NEW, Item, Link, effective
from criteria.models import Framework, Node


def items_before(year: int, level: str) -> list[Item]:
    """The rows of the framework of the year before in natural order; empty when there is none (one query)."""
    rows = Node.objects.filter(framework__cycle__year=year - 1, framework__level=level).order_by("position")
    return [Item(*row) for row in rows.values_list("code", "level", "name")]


def item_of(node: Node) -> Item:
    """A node as far as links care."""
    return Item(node.code, node.level, node.name)


@dataclass(frozen=True)
class Pair:
    """A row of this year with the row of last year it continues (None: new, or the link leads nowhere)."""

    node: Node
    before: Node | None
    link: Link

    @property
    def stored(self) -> bool:
        """Whether the link is data, and not merely read from the code."""
        return bool(self.node.link)

    @property
    def other_points(self) -> bool:
        """Whether the maximum is not what it was."""
        return self.before is not None and self.before.max_points != self.node.max_points

    @property
    def other_code(self) -> bool:
        """Whether the code is not what it was."""
        return self.before is not None and self.before.code != self.node.code

    @property
    def other_name(self) -> bool:
        """Whether the name is not what it was, letter for letter."""
        return self.before is not None and self.before.name != self.node.name

    @property
    def other_rule(self) -> bool:
        """Whether it is scored otherwise: kind, parameters or source of the rule."""
        return self.before is not None and any(
            getattr(self.before, name) != getattr(self.node, name)
            for name in ("rule_kind", "rule_params", "source")
        )


@dataclass(frozen=True)
class Comparison:
    """A framework beside that of the year before; ``before`` is None when there is none."""

    framework: Framework
    before: Framework | None
    pairs: tuple[Pair, ...]
    removed: tuple[Node, ...]

    def _of(self, kind: str) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.link.kind == kind)

    @cached_property
    def continued(self) -> tuple[Pair, ...]:
        """Rows that go on as they were."""
        return self._of(CONTINUED)

    @cached_property
    def changed(self) -> tuple[Pair, ...]:
        """Rows of the same matter, asked, placed or worded otherwise."""
        return self._of(CHANGED)

    @cached_property
    def new(self) -> tuple[Pair, ...]:
        """Rows that last year did not have."""
        return self._of(NEW)

    @property
    def unstored(self) -> bool:
        """Whether links are read from the codes, because the framework was stored before there were any."""
        return any(not pair.stored for pair in self.pairs)


def comparison_of(framework: Framework) -> Comparison:
    """Both trees and how they hang together: three queries whatever their size."""
    rows = Framework.objects.select_related("cycle")
    before = rows.filter(cycle__year=framework.cycle.year - 1, level=framework.level).first()
    nodes = list(framework.nodes.order_by("position"))
    there = list(before.nodes.order_by("position")) if before is not None else []
    pairs = tuple(pairs_of(nodes, there)) if before is not None else ()
    named = {pair.link.previous_code for pair in pairs}
    return Comparison(framework, before, pairs, tuple(node for node in there if node.code not in named))


def pairs_of(nodes: Iterable[Node], there: Iterable[Node]) -> list[Pair]:
    """The rows of a year, each with the row it continues."""
    by_code = {node.code: node for node in there}
    found = []
    for node in nodes:
        before = by_code.get(node.previous_code or node.code)
        link = effective(
            item_of(node), Link(node.link, node.previous_code), item_of(before) if before else None
        )
        found.append(Pair(node, before if link.kind != NEW else None, link))
    return found


def choices_before(node: Node, framework: Framework) -> list[tuple[str, str]]:
    """The rows of the year before that a row may continue: those of its level, as code and words (one query)."""
    rows = Node.objects.filter(
        framework__cycle__year=framework.cycle.year - 1, framework__level=framework.level, level=node.level
    )
    return [(code, f"{code} {name}") for code, name in rows.order_by("position").values_list("code", "name")]
