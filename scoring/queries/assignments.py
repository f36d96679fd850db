"""Who verifies what in a population, as its page shows it: bodies, persons, and how much each has to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from criteria.models import Node, NodeLevel, Population
from parindex import clock
from scoring import leads
from scoring.models import Assignment, Score
from scoring.queries.ground import ROUNDS, Ground, ground_of, in_context
from units.access import access_of
from units.authorization import Permission, Role
from units.models import Level, Unit, User


def effective_bodies(population: Population) -> dict[int, int | None]:
    """The body of every node by node id, stated or taken from the node above; None is the council.

    Before the exception for the own unit. A node without any statement above it belongs to the standing body.
    """
    ground = ground_of(population)
    duty = ground.duty
    stated = dict(
        Assignment.objects.filter(population=population, user=None).values_list("node_id", "body_id")
    )
    usual = duty.standing if duty.district is None else duty.district
    found: dict[int, int | None] = {}
    for node in ground.nodes:
        above = found.get(node.parent_id, usual) if node.parent_id else usual
        found[node.pk] = stated.get(node.pk, above) if duty.district is None else usual
    return found


def appraisers_of(bodies: Collection[int | None], day: date) -> dict[int | None, list[User]]:
    """The active appraisers of bodies on a day, members of the council under None, by name (two queries)."""
    current = Q(role_assignments__valid_to__isnull=True) | Q(role_assignments__valid_to__gte=day)
    rows = User.objects.filter(current, is_active=True, role_assignments__valid_from__lte=day)
    held = rows.filter(
        Q(
            role_assignments__role=Role.APPRAISER,
            role_assignments__unit__in=[b for b in bodies if b is not None],
        )
        | Q(role_assignments__role=Role.COUNCIL)
    ).annotate(role=F("role_assignments__role"), body=F("role_assignments__unit_id"))
    found: dict[int | None, list[User]] = {}
    for person in held.order_by("full_name", "username", "pk").distinct():
        body = None if person.role == Role.COUNCIL else person.body
        if body in bodies and person not in found.setdefault(body, []):
            found[body].append(person)
    return found


@dataclass(frozen=True)
class NodeRow:
    """A line of the page: ``own`` says that the node is given by itself and does not follow the one above."""

    node: Node
    body: Unit | None
    own: bool
    lead: str
    unmatched: bool
    people: tuple[User, ...]
    leaves: int


@dataclass(frozen=True)
class Load:
    """What one body has to decide in the population: cells (unit × component), and how many of them are decided."""

    body: Unit | None
    cells: int
    decided: int
    people: int

    @property
    def left(self) -> int:
        """How many wait."""
        return self.cells - self.decided


@dataclass(frozen=True)
class Sharing:
    """The page of a population: its lines, the load of each body, and who can be chosen."""

    rows: tuple[NodeRow, ...]
    loads: tuple[Load, ...]
    departments: tuple[Unit, ...]
    people: tuple[tuple[Unit | None, list[User]], ...]


def sharing_of(population: Population) -> Sharing:
    """Everything the page of assignments shows, in a constant number of queries."""
    ground = ground_of(population)
    bodies = effective_bodies(population)
    today = clock.today()
    departments = list(Unit.objects.valid_on(today).filter(level=Level.DEPARTMENT).order_by("sort_key", "pk"))
    loads = _loads(ground)
    ids = set(bodies.values()) | set(loads)
    units = Unit.objects.in_bulk([pk for pk in ids if pk is not None])
    people = appraisers_of(ids, today)
    return Sharing(
        rows=tuple(_rows(ground, bodies, units)),
        loads=tuple(
            Load(units.get(body or 0), cells, decided, len(people.get(body, ())))
            for body, (cells, decided) in sorted(loads.items(), key=lambda item: -item[1][0])
        ),
        departments=tuple(departments),
        people=tuple((units.get(body or 0), found) for body, found in people.items()),
    )


def _rows(ground: Ground, bodies: dict[int, int | None], units: dict[int, Unit]) -> list[NodeRow]:
    stated = Assignment.objects.filter(population=ground.population).select_related("user")
    own = set()
    named: dict[int, list[User]] = {}
    for row in stated:
        if row.user is None:
            own.add(row.node_id)
        else:
            named.setdefault(row.node_id, []).append(row.user)
    counted: dict[int, int] = {}
    for leaf in ground.leaves:
        for node_id in leaf.chain:
            counted[node_id] = counted.get(node_id, 0) + 1
    unmatched = _unmatched(ground)
    return [
        NodeRow(
            node=node,
            body=units.get(bodies[node.pk] or 0),
            own=node.pk in own,
            lead=_lead(ground.population, node),
            unmatched=node.pk in unmatched,
            people=tuple(named.get(node.pk, ())),
            leaves=counted.get(node.pk, 0),
        )
        for node in ground.nodes
        if counted.get(node.pk) and (node.level != NodeLevel.COMPONENT or node.pk in own or node.pk in named)
    ]


def _lead(population: Population, node: Node) -> str:
    return node.lead_appraiser_2025 if population.cycle.year >= leads.NEW_MAP_YEAR else node.lead_appraiser


def _unmatched(ground: Ground) -> set[int]:
    """Nodes whose lead in the framework names no department of the reference date."""
    day = ground.population.reference_date
    rows = Unit.objects.valid_on(day).filter(level=Level.DEPARTMENT).values_list("name", "short_name")
    known = {leads.name_key(name) for pair in rows for name in pair if name}
    return {
        node.pk
        for node in ground.nodes
        if (lead := _lead(ground.population, node).strip())
        and not any(leads.name_key(part) in known for part in lead.split(";"))
    }


def _loads(ground: Ground) -> dict[int | None, list[int]]:
    """Cells and decided cells by body, exceptions for the own unit and grants counted."""
    loads: dict[int | None, list[int]] = {}
    units = dict(ground.population.assessments.values_list("unit_id", "pk"))
    decided = set(
        Score.objects.filter(
            assessment__population=ground.population,
            appraised_at__isnull=False,
            appraised_version=F("version"),
        ).values_list("assessment_id", "node_id")
    )
    for unit_id, assessment_id in units.items():
        granted = ground.granted(unit_id)
        for group in ground.groups:
            body = ground.duty.body_of(unit_id, group[0].chain)
            load = loads.setdefault(body, [0, 0])
            for leaf in group:
                if not granted.intersection(leaf.chain):
                    load[0] += 1
                    load[1] += (assessment_id, leaf.pk) in decided
    return loads


def assignable_by(user: Any) -> list[Population]:
    """The running populations whose assignments a person may change."""
    if not access_of(user).everywhere(Permission.ASSIGNMENT_EDIT):
        return []
    return list(in_context(Population.objects.filter(stage__in=ROUNDS, totals_only=False)))
