"""What the pages of a unit's own people show: their dossiers, documents, last year, who did what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from criteria.models import Node
from criteria.rules import AnswerError, Rule, compute
from criteria.stages import Stage
from parindex.models import AuditEvent
from scoring.models import (
    Assessment,
    CellState,
    Evidence,
    EvidenceLink,
    NodeResult,
    Score,
    Transition,
    UnitResult,
)
from scoring.queries.leaves import rule_of
from units.access import access_of
from units.authorization import Role
from units.models import Succession, User


def dossiers_of(user: Any) -> QuerySet[Assessment]:
    """The dossiers of the bodies a person serves as clerk or head, newest year first.

    Populations still in preparation have no dossiers to work on and are left out.
    """
    access = access_of(user)
    units = access.units(Role.CLERK) | access.units(Role.HEAD)
    return (
        with_context(Assessment.objects.filter(unit_id__in=units))
        .exclude(population__stage=Stage.PREPARING)
        .exclude(population__totals_only=True)
        .order_by("-population__cycle__year", "unit__sort_key", "pk")
    )


def with_context(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Dossiers with everything their pages name, in one query."""
    return rows.select_related(
        "population__cycle", "population__framework", "population__parent", "unit", "submitted_by"
    )


def current_of(dossiers: Iterable[Assessment]) -> Assessment | None:
    """The dossier to open first: the newest one still running, else the newest."""
    listed = list(dossiers)
    running = (row for row in listed if row.population.stage not in (Stage.SETTLED, Stage.PUBLISHED))
    return next(running, listed[0] if listed else None)


# --- Documents -----------------------------------------------------------------------------------


def links_of(assessment: Assessment, leaf: Node | None = None) -> dict[int, list[EvidenceLink]]:
    """The documents given in a dossier (or for one leaf of it), by node id, oldest first."""
    rows = EvidenceLink.objects.filter(score__assessment=assessment).select_related("evidence", "score").order_by("id")
    if leaf is not None:
        rows = rows.filter(score__node=leaf)
    found: dict[int, list[EvidenceLink]] = {}
    for link in rows:
        found.setdefault(link.score.node_id, []).append(link)
    return found


def documents_of(unit_id: int) -> list[Evidence]:
    """All documents of a unit, newest first, each with the components it proves (two queries)."""
    return list(
        Evidence.objects.filter(unit_id=unit_id)
        .select_related("uploaded_by")
        .prefetch_related(Prefetch("links", EvidenceLink.objects.select_related("score__node").order_by("id")))
        .order_by("-id")
    )


# --- Last year -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """One component as it stood the year before: answer in words, points claimed and given (None: none)."""

    year: int
    answer: str
    self_points: Decimal | None
    given: Decimal | None
    reason: str

    @property
    def lost(self) -> bool:
        """Whether fewer points were given than claimed."""
        return self.self_points is not None and self.given is not None and self.given < self.self_points


def sole_predecessors(unit_id: int) -> QuerySet[Succession]:
    """Arrows into the unit from its only predecessor, if that one went nowhere else (design §3.14)."""
    other_origin = Succession.objects.filter(successor=OuterRef("successor")).exclude(pk=OuterRef("pk"))
    other_way = Succession.objects.filter(predecessor=OuterRef("predecessor")).exclude(pk=OuterRef("pk"))
    return Succession.objects.filter(~Exists(other_origin), ~Exists(other_way), successor_id=unit_id)


def same_unit(unit_id: int, path: str) -> Q:
    """The unit itself or the one it continues, for a filter over ``path``."""
    continued = sole_predecessors(unit_id).values("predecessor_id")
    return Q(**{path: unit_id}) | Q(**{f"{path}__in": continued})


def past_of(assessment: Assessment, nodes: Iterable[Node]) -> dict[int, Past]:
    """Last year's rows beside this year's, by this year's node id: by stated link, else by code. One query."""
    year = assessment.population.cycle.year - 1
    wanted = {(node.previous_code or node.code): node.pk for node in nodes if node.link != "new"}
    rows = (
        Score.objects.filter(same_unit(assessment.unit_id, "assessment__unit_id"))
        .filter(assessment__population__cycle__year=year, assessment__population__level=assessment.population.level)
        .select_related("node", "assessment__population")
    )
    if len(wanted) < 10:
        rows = rows.filter(node__code__in=wanted)
    return {wanted[row.node.code]: _past(row, year) for row in rows if row.node.code in wanted}


def _past(score: Score, year: int) -> Past:
    # What appraisers decided is told when the year is published, not before.
    known = score.assessment.population.stage == Stage.PUBLISHED
    return Past(
        year=year,
        answer=in_words(score),
        self_points=score.self_points,
        given=score.appraised_points if known else None,
        reason=score.appraisal_reason if known else "",
    )


def in_words(score: Score, rule: Rule | None = None) -> str:
    """A stored answer as one line, without the points; ``rule`` when it is already at hand."""
    if score.na_requested:
        return _("đề nghị không áp dụng")
    answer = score.answer_value
    if answer is None:
        return ""
    try:
        return compute(rule or rule_of(score.node), answer).explanation.rpartition(" → ")[0]
    except (AnswerError, ValueError):  # an answer kept under the rule of another year
        return ""


def last_result(assessment: Assessment) -> UnitResult | None:
    """The unit's result of the year before, by its latest publication."""
    return (
        UnitResult.objects.filter(same_unit(assessment.unit_id, "unit_id"))
        .filter(
            run__frozen_at__isnull=False,
            run__population__cycle__year=assessment.population.cycle.year - 1,
            run__population__level=assessment.population.level,
        )
        .order_by("-run__number")
        .first()
    )


def losses_of(result: UnitResult, limit: int = 4) -> list[NodeResult]:
    """The leaves of a published result that lost most points, largest first, in the order of the tree inside equals."""
    rows = result.nodes.filter(state=CellState.SCORED, node__is_leaf=True, points__isnull=False).select_related("node")
    lost = [row for row in rows if row.points < row.max_points]
    return sorted(lost, key=lambda row: (row.points - row.max_points, row.node.position))[:limit]


# --- Who did what --------------------------------------------------------------------------------

#: Acts a unit may see: its own, and what moved its dossier. Never what appraisers are deciding.
SHOWN_ACTS = (
    "score.saved",
    "evidence.added",
    "evidence.linked",
    "evidence.unlinked",
    "evidence.described",
    "assessment.propose",
    "assessment.send_back",
    "assessment.submit",
    "assessment.withdraw",
    "assessment.return",
    "assessment.extended",
    "assessment.close_unsubmitted",
)


@dataclass(frozen=True)
class Act:
    """One act in the life of a dossier."""

    who: str
    action: str
    data: str
    at: datetime


def acts_of(assessment: Assessment, limit: int = 8) -> list[Act]:
    """The latest acts of people on the unit's dossier and documents, newest first (two queries)."""
    rows = AuditEvent.objects.filter(unit_id=assessment.unit_id, action__in=SHOWN_ACTS)
    events = list(rows.order_by("-id")[:limit])
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    return [
        Act(
            who=people[event.actor_id].get_full_name() if event.actor_id in people else event.actor,
            action=event.action,
            data=event.data,
            at=event.at,
        )
        for event in events
    ]


def moves_of(assessment: Assessment) -> list[Transition]:
    """Every move of the dossier, newest first."""
    return list(assessment.transitions.select_related("by").order_by("-id"))


def given_back(moves: list[Transition]) -> Transition | None:
    """The move that returned the dossier, while it has not left the unit's desk since."""
    latest = moves[0] if moves else None
    return latest if latest is not None and latest.move in ("return", "send_back") else None
