"""What appraisers see: the board of what is left, one dossier, one component at the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from criteria.models import Node, Population
from parindex import clock
from scoring import permissions, states
from scoring.models import Assessment, EvidenceLink, Score, ScoreRevision
from scoring.queries.dossiers import Leaf
from scoring.queries.ground import NOT_DECIDED, ROUNDS, Cell, Ground, grounds_of, in_context
from units.access import access_of
from units.authorization import Permission, Role

# --- The board -----------------------------------------------------------------------------------


@dataclass
class Tally:
    """Counts of cells: all that are asked for, decided, asked to be not applicable, reopened by a later answer."""

    cells: int = 0
    decided: int = 0
    requests: int = 0
    reopened: int = 0

    @property
    def left(self) -> int:
        """How many wait for a decision."""
        return self.cells - self.decided

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.cells += other.cells
        self.decided += other.decided
        self.requests += other.requests
        self.reopened += other.reopened


@dataclass(frozen=True)
class BoardRow:
    """One dossier on the board with what it holds of the person's cells."""

    assessment: Assessment
    tally: Tally

    @property
    def open(self) -> bool:
        """Whether the dossier is with the appraisers and something of it is left."""
        return self.assessment.state in states.APPRAISABLE and self.tally.left > 0


@dataclass(frozen=True)
class Part:
    """A population on the board: its rows, and the same cells counted by area."""

    population: Population
    rows: tuple[BoardRow, ...]
    areas: tuple[tuple[Node, Tally], ...]
    total: Tally


def sees_all(user: Any) -> bool:
    """Whether a person follows everybody's work: index manager and council."""
    return access_of(user).everywhere(Permission.ASSESSMENT_VIEW)


def has_desk(user: Any) -> bool:
    """Whether the board means anything to a person."""
    access = access_of(user)
    return access.anywhere(Permission.SCORE_APPRAISE) or sees_all(user)


def board_of(user: Any, *, everybody: bool = False, area: str = "") -> list[Part]:
    """The running populations in which a person has cells, with every dossier. A constant number of queries.

    ``everybody`` counts all cells, for those who follow everybody's work; ``area`` (a code) counts only that area.
    """
    populations = in_context(_rounds(user))
    grounds = grounds_of(populations)
    dossiers: dict[int, list[Assessment]] = {}
    chosen = Assessment.objects.filter(population__in=[each.pk for each in populations])
    for assessment in chosen.select_related("unit").order_by("unit__sort_key", "unit_id"):
        dossiers.setdefault(assessment.population_id, []).append(assessment)
    marks = _marks(populations)
    parts = []
    for population in populations:
        ground = grounds[population.pk]
        part = _part(user, ground, dossiers.get(population.pk, []), marks, everybody=everybody, area=area)
        if part.rows:
            parts.append(part)
    return parts


def _rounds(user: Any) -> QuerySet[Population]:
    """Running populations; a person who serves districts only is spared those of other districts."""
    rows = Population.objects.filter(stage__in=ROUNDS, totals_only=False, framework__isnull=False)
    access = access_of(user)
    if sees_all(user) or access.is_(Role.COUNCIL):
        return rows
    # The standing body acts for a district that has ended.
    own = (
        Q(parent__isnull=True)
        | Q(parent__in=access.units(Role.APPRAISER))
        | Q(parent__valid_to__lt=clock.today())
    )
    return rows.filter(own)


def _marks(populations: Collection[Population]) -> dict[int, dict[int, str]]:
    """By dossier and leaf: "decided", "reopened" or "request"; leaves with nothing to say are left out."""
    rows = Score.objects.filter(assessment__population__in=[each.pk for each in populations]).filter(
        Q(appraised_at__isnull=False) | Q(na_requested=True)
    )
    found: dict[int, dict[int, str]] = {}
    listed = rows.values_list("assessment_id", "node_id", "version", "appraised_version")
    for assessment_id, node_id, version, decided_on in listed.iterator(chunk_size=5000):
        mark = "request" if decided_on is None else "decided" if decided_on == version else "reopened"
        found.setdefault(assessment_id, {})[node_id] = mark
    return found


def _part(
    user: Any,
    ground: Ground,
    dossiers: Iterable[Assessment],
    marks: dict[int, dict[int, str]],
    *,
    everybody: bool,
    area: str,
) -> Part:
    leaves = [leaf for leaf in ground.leaves if area in ("", leaf.area.code)]
    areas = {leaf.area.pk: (leaf.area, Tally()) for leaf in ground.leaves}
    total = Tally()
    rows = []
    for assessment in dossiers:
        mine = {leaf.pk for leaf in leaves} if everybody else ground.decidable_by(user, assessment)
        granted = ground.granted(assessment.unit_id)
        marked = marks.get(assessment.pk, {})
        tally = Tally()
        for leaf in leaves:
            if leaf.pk in mine and not granted.intersection(leaf.chain):
                mark = marked.get(leaf.pk)
                one = Tally(1, mark == "decided", mark == "request", mark == "reopened")
                tally.add(one)
                areas[leaf.area.pk][1].add(one)
        if tally.cells:
            rows.append(BoardRow(assessment, tally))
            total.add(tally)
    return Part(
        ground.population, tuple(rows), tuple(pair for pair in areas.values() if pair[1].cells), total
    )


# --- One dossier ---------------------------------------------------------------------------------


def mark_of(leaf: Leaf) -> str:
    """The code of the state of a component as appraisers see it."""
    score = leaf.score
    if leaf.exempt:
        return "not_applicable"
    if leaf.rule.answered_by in NOT_DECIDED:
        return ""
    if score is not None and score.appraised_at is not None:
        return "decided" if score.appraised_version == score.version else "reopened"
    return "request" if score is not None and score.na_requested else "undecided"


def acceptable(leaf: Leaf) -> bool:
    """Whether a component may be accepted together with others: it waits and has points of its unit."""
    return mark_of(leaf) in ("undecided", "reopened") and leaf.points is not None


# --- One component at the desk -------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbour:
    """The same component in another unit, or another component of the same unit; ``mine`` tells whose it is."""

    assessment: Assessment
    code: str
    score: Score | None
    mine: bool
    exempt: bool = False

    @property
    def decided(self) -> bool:
        """Whether a decision stands."""
        score = self.score
        return (
            score is not None and score.appraised_at is not None and score.appraised_version == score.version
        )

    @property
    def waits(self) -> bool:
        """Whether this person has still to decide it."""
        return (
            self.mine and not self.exempt and not self.decided and self.assessment.state in states.APPRAISABLE
        )

    @property
    def mark(self) -> str:
        """The code of its state."""
        if self.exempt:
            return "not_applicable"
        if self.decided:
            return "decided"
        if self.score is not None and self.score.appraised_at is not None:
            return "reopened"
        if self.assessment.state not in states.APPRAISABLE | {states.State.CLOSED}:
            return "not_submitted"
        return "request" if self.score is not None and self.score.na_requested else "undecided"


def across_units(user: Any, ground: Ground, cell: Cell) -> list[Neighbour]:
    """The same component in every unit of the population that the person may look at (two queries)."""
    dossiers = Assessment.objects.filter(population=ground.population).select_related("unit")
    scores = {
        score.assessment_id: score
        for score in Score.objects.filter(assessment__population=ground.population, node_id=cell.pk)
    }
    found = []
    for assessment in dossiers.order_by("unit__sort_key", "unit_id"):
        chain_ids = list(cell.chain)
        assessment.population = ground.population
        if not permissions.may_view_cell(user, assessment, chain_ids, ground.duty):
            continue
        score = scores.get(assessment.pk)
        if score is not None:
            score.node = cell.node
        found.append(
            Neighbour(
                assessment=assessment,
                code=cell.code,
                score=score,
                mine=bool(permissions.may_appraise(user, assessment, chain_ids, ground.duty)),
                exempt=bool(ground.granted(assessment.unit_id).intersection(cell.chain)),
            )
        )
    return found


def within_unit(user: Any, ground: Ground, assessment: Assessment) -> list[Neighbour]:
    """The components of one dossier that the person decides or may look at, in the order of the tree (one query)."""
    scores = {score.node_id: score for score in Score.objects.filter(assessment=assessment)}
    seen = ground.visible_to(user, assessment)
    mine = ground.decidable_by(user, assessment)
    granted = ground.granted(assessment.unit_id)
    return [
        Neighbour(
            assessment,
            leaf.code,
            scores.get(leaf.pk),
            leaf.pk in mine,
            bool(granted.intersection(leaf.chain)),
        )
        for leaf in ground.leaves
        if leaf.pk in seen
    ]


def revisions_of(score: Score | None) -> list[ScoreRevision]:
    """Everything that was saved and decided about a component, newest first."""
    if score is None or score.pk is None:
        return []
    return list(ScoreRevision.objects.filter(score=score).select_related("by").order_by("-version"))


def elsewhere(assessment: Assessment, links: Iterable[EvidenceLink]) -> dict[int, list[str]]:
    """By document the codes of the other components of the dossier that it is given for (one query)."""
    listed = list(links)
    rows = EvidenceLink.objects.filter(
        score__assessment=assessment, evidence_id__in=[link.evidence_id for link in listed]
    ).exclude(pk__in=[link.pk for link in listed])
    found: dict[int, list[str]] = {}
    for evidence_id, code in rows.order_by("score__node__position").values_list(
        "evidence_id", "score__node__code"
    ):
        found.setdefault(evidence_id, []).append(code)
    return found
