"""The ground of the appraisers: the leaves of a population that somebody decides, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from criteria.models import Node, Population
from criteria.rules import DERIVED, SURVEY
from criteria.stages import Stage
from scoring import permissions
from scoring.appraising import Duty
from scoring.models import Assessment, Exemption
from scoring.queries.duty import duties_of
from scoring.queries.leaves import chain, rule_of
from units.models import Level

#: The stages of a running round: dossiers exist and nothing is settled.
ROUNDS = (
    Stage.SELF_ASSESSMENT,
    Stage.APPRAISAL,
    Stage.EXPLANATION,
    Stage.SECOND_APPRAISAL,
    Stage.COUNCIL,
)

#: What nobody decides unit by unit.
NOT_DECIDED = frozenset({SURVEY, DERIVED})
_LEVELS = [level.value for level in Level]


@dataclass(frozen=True)
class Cell:
    """A leaf that appraisers decide: its node, its criterion and area, and the ids from it up to its area."""

    node: Node
    criterion: Node
    area: Node
    chain: tuple[int, ...]

    @property
    def pk(self) -> int:
        """Id of the leaf's node."""
        return self.node.pk

    @property
    def code(self) -> str:
        """Code of the leaf."""
        return self.node.code


@dataclass(frozen=True)
class Ground:
    """A population with the leaves that appraisers decide, who verifies them, and the grants of its units.

    ``groups`` holds leaves that one answer to "may I?" settles together: same body, same persons.
    """

    population: Population
    nodes: tuple[Node, ...]
    leaves: tuple[Cell, ...]
    duty: Duty
    groups: tuple[tuple[Cell, ...], ...]
    grants: dict[int, frozenset[int]] = field(default_factory=dict)

    def granted(self, unit_id: int) -> frozenset[int]:
        """Nodes that do not apply to a unit."""
        return self.grants.get(unit_id, frozenset())

    def asked(self, unit_id: int) -> list[Cell]:
        """The leaves of a unit that somebody decides, in the order of the tree."""
        granted = self.granted(unit_id)
        return [leaf for leaf in self.leaves if not granted.intersection(leaf.chain)]

    def decidable_by(self, user: Any, assessment: Assessment) -> frozenset[int]:
        """Ids of the leaves of a dossier that a person decides, stage and state aside."""
        return self._those(user, assessment, permissions.may_appraise)

    def visible_to(self, user: Any, assessment: Assessment) -> frozenset[int]:
        """Ids of the leaves of a dossier that a person may look at as appraisers do."""
        return self._those(user, assessment, permissions.may_view_cell)

    def _those(self, user: Any, assessment: Assessment, ask: Any) -> frozenset[int]:
        return frozenset(
            leaf.pk
            for group in self.groups
            if ask(user, assessment, list(group[0].chain), self.duty)
            for leaf in group
        )

    @property
    def areas(self) -> list[Node]:
        """The areas that hold such leaves, in order."""
        return list({leaf.area.pk: leaf.area for leaf in self.leaves}.values())


def ground_of(population: Population) -> Ground:
    """The ground of one population."""
    return grounds_of([population])[population.pk]


def grounds_of(populations: Collection[Population]) -> dict[int, Ground]:
    """The grounds of populations by their id: seven queries, however many there are."""
    frameworks = {population.framework_id for population in populations}
    nodes: dict[int, list[Node]] = {}
    for node in Node.objects.filter(framework_id__in=frameworks).order_by("framework_id", "position"):
        nodes.setdefault(node.framework_id, []).append(node)
    grants: dict[int, dict[int, set[int]]] = {}
    rows = Exemption.objects.filter(node__framework_id__in=frameworks)
    for framework_id, unit_id, node_id in rows.values_list("node__framework_id", "unit_id", "node_id"):
        grants.setdefault(framework_id, {}).setdefault(unit_id, set()).add(node_id)
    duties = duties_of(populations)
    leaves = {framework_id: _cells(found) for framework_id, found in nodes.items()}
    return {
        population.pk: Ground(
            population=population,
            nodes=tuple(nodes.get(population.framework_id or 0, ())),
            leaves=leaves.get(population.framework_id or 0, ()),
            duty=duties[population.pk],
            groups=_groups(leaves.get(population.framework_id or 0, ()), duties[population.pk]),
            grants={
                unit_id: frozenset(ids)
                for unit_id, ids in grants.get(population.framework_id or 0, {}).items()
            },
        )
        for population in populations
    }


def _cells(nodes: Sequence[Node]) -> tuple[Cell, ...]:
    by_id = {node.pk: node for node in nodes}
    found = []
    for node in nodes:
        if not node.is_leaf or rule_of(node).answered_by in NOT_DECIDED:
            continue
        ids = chain(node, by_id)
        area = by_id[ids[-1]]
        found.append(Cell(node, by_id[ids[1]] if len(ids) > 2 else node, area, tuple(ids)))
    return tuple(found)


def _groups(leaves: Iterable[Cell], duty: Duty) -> tuple[tuple[Cell, ...], ...]:
    found: dict[Any, list[Cell]] = {}
    for leaf in leaves:
        stated = next((part for part in leaf.chain if part in duty.bodies), None)
        key = (duty.bodies.get(stated) if stated else duty.standing, duty.people_of(leaf.chain))
        found.setdefault(key, []).append(leaf)
    return tuple(tuple(group) for group in found.values())


def in_context(rows: QuerySet[Population]) -> list[Population]:
    """Populations with what pages name of them: newest year first, then by level, districts in Vietnamese order."""
    found = rows.select_related("cycle", "framework", "parent")
    return sorted(
        found,
        key=lambda each: (
            -each.cycle.year,
            _LEVELS.index(each.level),
            each.parent.sort_key if each.parent else "",
            each.pk,
        ),
    )
