"""What a dossier was given back for, component by component, and which of it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from criteria.models import Node
from scoring import states
from scoring.models import Assessment, EvidenceLink, ReturnPoint, Score, Transition

#: Moves that give a dossier back to the people who fill it in.
RETURNS = ("return", "send_back")
#: Moves after which an earlier return is history.
_HANDED_IN = ("submit", "close_unsubmitted")


@dataclass(frozen=True)
class Point:
    """One component named in a return: what is to be mended, and whether it was saved or evidenced since."""

    node: Node
    note: str
    settled: bool


@dataclass(frozen=True)
class Returned:
    """The return a unit still works on: the move with its reason, and its points in the order of the tree."""

    move: Transition
    points: tuple[Point, ...]

    @property
    def open(self) -> tuple[Point, ...]:
        """What is not mended yet."""
        return tuple(point for point in self.points if not point.settled)

    @property
    def settled(self) -> int:
        """How many points are mended."""
        return len(self.points) - len(self.open)


def returned_of(assessment: Assessment) -> Returned | None:
    """The latest return while the unit holds the dossier; None when it was never returned or is handed in again.

    One query, a second one where there was a return; none where the dossier was read with the fact that it never was.
    """
    if assessment.state not in states.UNSUBMITTED or not getattr(assessment, "ever_returned", True):
        return None
    rows = assessment.transitions.select_related("by").filter(move__in=[*RETURNS, *_HANDED_IN])
    move = rows.order_by("-id").first()
    if move is None or move.move not in RETURNS:
        return None
    return Returned(move, tuple(_points(move)))


def by_node(returned: Returned | None) -> dict[int, Point]:
    """The points of a return by node id."""
    return {point.node.pk: point for point in returned.points} if returned is not None else {}


def _points(move: Transition) -> Iterable[Point]:
    for row in _with_what_came_after(move).select_related("node__parent__parent").order_by("node__position"):
        yield Point(row.node, row.note, row.saved or row.evidenced)


def _with_what_came_after(move: Transition) -> QuerySet[ReturnPoint]:
    saved = Score.objects.filter(
        assessment_id=move.assessment_id, node=OuterRef("node"), saved_at__gt=move.at
    )
    linked = EvidenceLink.objects.filter(
        score__assessment_id=move.assessment_id, score__node=OuterRef("node"), linked_at__gt=move.at
    )
    return move.points.annotate(saved=Exists(saved), evidenced=Exists(linked))
