"""Who of the unit works on what, how much that is, and what the unit's people write to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from criteria.models import Node
from parindex import clock
from scoring.models import Assessment, InternalNote, Share
from scoring.queries.dossiers import ZERO, Dossier, Leaf
from units.authorization import Role
from units.models import RoleAssignment, Unit, User
from units.queries.bodies import acting_body

#: Who fills in a dossier.
STAFF = (Role.CLERK, Role.HEAD)


def staff_of(unit: Unit) -> list[User]:
    """The active clerks and heads of a unit today (of the body that acts for it once it has ended), by name."""
    return list(User.objects.filter(_serves(unit, "pk"), is_active=True).order_by("full_name", "username", "pk"))


def _serves(unit: Unit, path: str) -> Exists:
    today = clock.today()
    bodies = {unit.pk}
    if not unit.valid_on(today) and (body := acting_body(unit, today)) is not None:
        bodies.add(body.pk)
    current = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    rows = RoleAssignment.objects.filter(current, valid_from__lte=today, role__in=STAFF, unit_id__in=bodies)
    return Exists(rows.filter(user=OuterRef(path)))


# --- Shares --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Team:
    """The shares of a dossier that count: people who still serve the unit, by node id."""

    given: dict[int, tuple[User, ...]] = field(default_factory=dict)

    def holders(self, leaf: Leaf) -> tuple[User, ...]:
        """Who has a component: by its own share, else that of its criterion, else that of its area."""
        for node in (leaf.node, leaf.criterion, leaf.area):
            if node.pk in self.given:
                return self.given[node.pk]
        return ()

    def holds(self, user_id: int, leaf: Leaf) -> bool:
        """Whether a component is a person's."""
        return any(person.pk == user_id for person in self.holders(leaf))


def team_of(assessment: Assessment) -> Team:
    """The shares of a dossier (one query). Shares of people who have left the unit do not count."""
    given: dict[int, tuple[User, ...]] = {}
    for share in shares_of(assessment):
        given[share.node_id] = (*given.get(share.node_id, ()), share.user)
    return Team(given)


def shares_of(assessment: Assessment) -> QuerySet[Share]:
    """The shares of people who serve the unit today, in a steady order."""
    rows = Share.objects.filter(_serves(assessment.unit, "user_id"), assessment=assessment, user__is_active=True)
    return rows.select_related("user").order_by("user__full_name", "user__username", "pk")


@dataclass(frozen=True)
class Load:
    """How much a person has (None: what nobody has): components asked, their points, how many are not done."""

    person: User | None
    components: int
    points: Decimal
    left: int

    @property
    def done(self) -> int:
        """How many are done."""
        return self.components - self.left


def load_of(dossier: Dossier, leaves: Iterable[Leaf], person: User | None = None) -> Load:
    """The load of some leaves; only those the unit must answer count."""
    asked = [leaf for leaf in leaves if leaf.asked]
    return Load(
        person=person,
        components=len(asked),
        points=sum((leaf.node.max_points for leaf in asked), ZERO),
        left=sum(leaf.node.code in dossier.missing for leaf in asked),
    )


def loads_of(dossier: Dossier, team: Team, people: Iterable[User]) -> list[Load]:
    """The load of every person; a component held by two counts for both. Last what nobody has."""
    found = [
        load_of(dossier, (leaf for leaf in dossier.leaves if team.holds(person.pk, leaf)), person)
        for person in people
    ]
    return [*found, load_of(dossier, (leaf for leaf in dossier.leaves if not team.holders(leaf)))]


# --- Internal notes ------------------------------------------------------------------------------


def note_counts(assessment: Assessment) -> Counter[int]:
    """How many internal notes each component has, by node id (one query; none where the dossier was read without any)."""
    if not getattr(assessment, "noted", True):
        return Counter()
    return Counter(InternalNote.objects.filter(assessment=assessment).values_list("node_id", flat=True))


def notes_of(assessment: Assessment, node: Node) -> list[InternalNote]:
    """The thread of one component, newest last (one query)."""
    return list(InternalNote.objects.filter(assessment=assessment, node=node).select_related("by").order_by("id"))
