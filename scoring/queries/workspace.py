"""What the pages of a unit's own people show: their dossiers, documents, who did what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from criteria.models import Node
from criteria.stages import Stage
from parindex.models import AuditEvent
from scoring.models import Assessment, EvidenceLink, InternalNote, Transition
from scoring.queries.returns import RETURNS
from units.access import access_of
from units.authorization import Role
from units.models import User


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
    """Dossiers with everything their pages name, in one query.

    Also whether there are returns and internal notes at all: most dossiers have none, and then nobody asks for them.
    """
    context = rows.select_related(
        "population__cycle", "population__framework", "population__parent", "unit", "submitted_by"
    )
    return context.annotate(
        ever_returned=Exists(Transition.objects.filter(assessment=OuterRef("pk"), move__in=RETURNS)),
        noted=Exists(InternalNote.objects.filter(assessment=OuterRef("pk"))),
    )


def current_of(dossiers: Iterable[Assessment]) -> Assessment | None:
    """The dossier to open first: the newest one still running, else the newest."""
    listed = list(dossiers)
    running = (row for row in listed if row.population.stage not in (Stage.SETTLED, Stage.PUBLISHED))
    return next(running, listed[0] if listed else None)


# --- Documents -----------------------------------------------------------------------------------


def links_of(assessment: Assessment, leaf: Node | None = None) -> dict[int, list[EvidenceLink]]:
    """The documents given in a dossier (or for one leaf of it), by node id, oldest first."""
    rows = EvidenceLink.objects.filter(score__assessment=assessment)
    rows = rows.select_related("evidence__replaced_by", "score").order_by("id")
    if leaf is not None:
        rows = rows.filter(score__node=leaf)
    found: dict[int, list[EvidenceLink]] = {}
    for link in rows:
        found.setdefault(link.score.node_id, []).append(link)
    return found


# --- Who did what --------------------------------------------------------------------------------

#: Acts a unit may see: its own, and what moved its dossier. Never what appraisers are deciding.
SHOWN_ACTS = (
    "score.saved",
    "assessment.carried",
    "assessment.copies_confirmed",
    "workbook.applied",
    "evidence.added",
    "evidence.linked",
    "evidence.unlinked",
    "evidence.described",
    "evidence.replaced",
    "evidence.withdrawn",
    "evidence.restored",
    "assessment.scan",
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
    # A workbook is one act; its rows would push everything else off the list.
    rows = rows.exclude(action="score.saved", origin="workbook")
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
