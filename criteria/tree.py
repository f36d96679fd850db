"""The criteria tree as frozen values: who is below whom, what is scored, in which order."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import Rule

AREA = "area"
CRITERION = "criterion"
COMPONENT = "component"
BONUS = "bonus"
PENALTY = "penalty"

LEVELS = (AREA, CRITERION, COMPONENT, BONUS, PENALTY)
EXTRA_LEVELS = (BONUS, PENALTY)
# The level a parent must have; None: the row stands alone.
PARENT_LEVEL = {AREA: None, CRITERION: AREA, COMPONENT: CRITERION, BONUS: None, PENALTY: None}

_PARTS = re.compile(r"[0-9]+|[^0-9.]+")

CodeKey = tuple[tuple[int, int, str], ...]


class TreeError(ValueError):
    """Nodes that do not form a tree; the text is a Vietnamese sentence, `codes` the nodes concerned."""

    def __init__(self, sentence: str, codes: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.codes = codes


def code_key(code: str) -> CodeKey:
    """The natural order of codes: digits by value, so 1.2 stands before 1.10."""
    return tuple(_part_key(part) for part in _PARTS.findall(code))


def _part_key(part: str) -> tuple[int, int, str]:
    """Digits by length and then as text, which is by value without reading a number of any length."""
    if "0" <= part[0] <= "9":
        digits = part.lstrip("0")
        return (0, len(digits), digits)
    return (1, 0, part)


@dataclass(frozen=True)
class Node:
    """One row of a framework. `max_points` in points; `rule` only on leaves, bonus and penalty rows."""

    code: str
    parent_code: str
    level: str
    name: str
    max_points: Decimal
    source: str = "self"
    position: int = 0
    rule: Rule | None = None
    na_allowed: bool = False
    rule_text: str = ""
    evidence: str = ""
    lead_appraiser: str = ""


@dataclass(frozen=True, eq=False)
class Tree:
    """A framework's nodes in natural order, parents before their children.

    `roots` are the areas, `extras` the bonus and penalty rows outside the tree. All tuples are in natural order.
    """

    roots: tuple[Node, ...]
    extras: tuple[Node, ...]
    nodes: tuple[Node, ...]
    by_code: Mapping[str, Node]
    children_of: Mapping[str, tuple[Node, ...]]

    @classmethod
    def build(cls, nodes: Iterable[Node]) -> "Tree":
        """Arrange the nodes, given in any order.

        Raises TreeError for a repeated code, a parent that is missing or of the wrong level, and a cycle.
        """
        given = sorted(nodes, key=lambda node: (code_key(node.code), node.position))
        by_code: dict[str, Node] = {}
        for node in given:
            if node.code in by_code:
                raise TreeError(_("Mã %(code)s xuất hiện hai lần.") % {"code": node.code}, (node.code,))
            by_code[node.code] = node
        cycles = find_cycles({node.code: node.parent_code for node in given})
        if cycles:
            raise TreeError(
                _("Các mục tạo thành vòng lặp: %(codes)s.") % {"codes": " → ".join(cycles[0])}, cycles[0][:-1]
            )
        children: dict[str, list[Node]] = {node.code: [] for node in given}
        for node in given:
            _check_parent(node, by_code)
            if node.parent_code:
                children[node.parent_code].append(node)
        roots = tuple(node for node in given if node.level == AREA)
        frozen = {code: tuple(found) for code, found in children.items()}
        return cls(
            roots=roots,
            extras=tuple(node for node in given if node.level in EXTRA_LEVELS),
            nodes=tuple(_walk(roots, frozen)),
            by_code=by_code,
            children_of=frozen,
        )

    def __getitem__(self, code: str) -> Node:
        return self.by_code[code]

    def __contains__(self, code: Any) -> bool:
        return code in self.by_code

    def children(self, code: str) -> tuple[Node, ...]:
        """The nodes directly below, in natural order. Raises KeyError for an unknown code."""
        return self.children_of[code]

    def is_leaf(self, code: str) -> bool:
        """Whether the node itself is scored: a component, or a criterion without components."""
        return self.by_code[code].level in (CRITERION, COMPONENT) and not self.children_of[code]

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """All scored nodes of the tree (bonus and penalty are in `extras`)."""
        return tuple(node for node in self.nodes if self.is_leaf(node.code))

    def below(self, code: str) -> tuple[Node, ...]:
        """The leaves at or under a node: what a grant of "not applicable" on it covers."""
        return tuple(
            node for node in _walk((self.by_code[code],), self.children_of) if self.is_leaf(node.code)
        )

    def ancestors(self, code: str) -> tuple[Node, ...]:
        """The nodes above, nearest first, the area last; empty for an area."""
        found: list[Node] = []
        node = self.by_code[code]
        while node.parent_code:
            node = self.by_code[node.parent_code]
            found.append(node)
        return tuple(found)

    def area_of(self, code: str) -> Node:
        """The area a node belongs to; an area, bonus or penalty row is its own."""
        return next(reversed((self.by_code[code], *self.ancestors(code))))


def _walk(nodes: Iterable[Node], children_of: Mapping[str, tuple[Node, ...]]) -> Iterable[Node]:
    for node in nodes:
        yield node
        yield from _walk(children_of[node.code], children_of)


def _check_parent(node: Node, by_code: Mapping[str, Node]) -> None:
    place = {"code": node.code, "parent": node.parent_code, "level": node.level}
    if node.level not in PARENT_LEVEL:
        raise TreeError(_("%(code)s: cấp “%(level)s” không có.") % place, (node.code,))
    wanted = PARENT_LEVEL[node.level]
    if node.parent_code and node.parent_code not in by_code:
        raise TreeError(_("%(code)s: không có mục cha %(parent)s.") % place, (node.code, node.parent_code))
    found = by_code[node.parent_code].level if node.parent_code else None
    if found != wanted:
        message = (
            _("%(code)s: mục cấp %(level)s không có mục cha.") if wanted is None
            else _("%(code)s: mục cấp %(level)s phải nằm trong một mục cấp %(wanted)s.")
        )  # fmt: skip
        raise TreeError(message % (place | {"wanted": wanted or ""}), (node.code,))


def find_cycles(parents: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Every ring of parents, each from its smallest code up the parents back to it (1.1 → 1.2 → 1.1)."""
    done: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    for start in sorted(parents, key=code_key):
        path: dict[str, None] = {}  # a set that keeps its order: a long chain stays linear
        code = start
        while code in parents and code not in done and code not in path:
            path[code] = None
            code = parents[code]
        if code in path:
            visited = list(path)
            ring = visited[visited.index(code) :]
            first = ring.index(min(ring, key=code_key))
            ordered = ring[first:] + ring[:first]
            cycles.append((*ordered, ordered[0]))
        done.update(path)
    return cycles
