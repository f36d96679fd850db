"""How far the dossiers of a population are, and how far the populations of a year: counts, never points.

Every function needs a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q

from criteria.models import Population
from criteria.rules import UNIT
from criteria.stages import Stage
from parindex import clock
from parindex.models import Job, JobState
from scoring import permissions, policies, states
from scoring.models import Assessment, Publication, Run, Score, Transition
from scoring.queries.dossiers import sheet_of
from scoring.queries.ground import Ground, ground_of, in_context
from scoring.queries.leaves import rule_of
from scoring.queries.presence import Presence, presence_of
from units.authorization import Permission

#: What a dossier counts as on the boards, from untouched to finished.
UNTOUCHED, WORKING, WITH_HEAD, HANDED_IN, FINISHED = "empty", "draft", "awaiting_head", "submitted", "closed"
#: Untouched, and nobody of the unit has logged in since the opening.
NEVER = "never"
GROUPS = (UNTOUCHED, WORKING, WITH_HEAD, HANDED_IN, FINISHED)
ANSWERED = ~Q(answer="") | Q(self_points__isnull=False) | Q(na_requested=True)
DECIDED = Q(appraised_at__isnull=False, appraised_version=F("version"))


def group_of(state: str, *, untouched: bool) -> str:
    """The group of a dossier; one that came back is being worked on."""
    if state in (states.State.DRAFT, states.State.RETURNED):
        return UNTOUCHED if untouched and state == states.State.DRAFT else WORKING
    return state


def populations_for(user: Any) -> list[Population]:
    """The populations whose progress a person follows, newest year first."""
    return [
        population
        for population in in_context(Population.objects.all())
        if permissions.may_in_population(user, population, Permission.RESULT_VIEW)
    ]


@dataclass
class Tally:
    """Dossiers of a population by group, and how many of them are in a plight, whatever their group.

    ``never``: untouched, and nobody of the unit has logged in since the opening; ``nobody``: the unit has no account.
    """

    groups: Counter[str] = field(default_factory=Counter)
    never: int = 0
    nobody: int = 0
    late: int = 0
    extended: int = 0
    locked: int = 0

    @property
    def total(self) -> int:
        """All dossiers."""
        return sum(self.groups.values())

    @property
    def handed_in(self) -> int:
        """Dossiers that have reached the appraisers."""
        return self.groups[HANDED_IN] + self.groups[FINISHED]

    @property
    def held(self) -> int:
        """Dossiers that their units still have to hand in."""
        return self.total - self.handed_in

    @property
    def idle(self) -> int:
        """Untouched dossiers of units that have at least logged in."""
        return self.groups[UNTOUCHED] - self.never


def tallies_of(populations: Collection[Population], now: datetime) -> dict[int, Tally]:
    """Dossiers by group and plight for each population id (three queries, two more when a unit has ended)."""
    by_id = {population.pk: population for population in populations}
    answered = Score.objects.filter(ANSWERED, assessment=OuterRef("pk"))
    rows = list(Assessment.objects.filter(population__in=by_id).annotate(touched=Exists(answered)))
    open_units = {row.unit_id for row in rows if by_id[row.population_id].stage == Stage.SELF_ASSESSMENT}
    presence = presence_of(open_units, clock.today(now)) if open_units else {}
    found = {pk: Tally() for pk in by_id}
    for row in rows:
        population, tally = by_id[row.population_id], found[row.population_id]
        group = group_of(row.state, untouched=not row.touched)
        tally.groups[group] += 1
        tally.late += _late(population, row, now)
        tally.extended += _extended(population, row)
        tally.locked += row.closed_unsubmitted_at is not None
        if row.unit_id in presence:
            tally.never += group == UNTOUCHED and not presence[row.unit_id].came(population.opened_at)
            tally.nobody += not presence[row.unit_id].people
    return found


@dataclass(frozen=True)
class UnitProgress:
    """One dossier: what the unit was asked and has answered, what appraisers have to decide and have decided."""

    assessment: Assessment
    asked: int
    answered: int
    cells: int
    decided: int
    last_at: datetime | None
    late: bool
    presence: Presence = field(default_factory=Presence)
    never: bool = False
    extended: bool = False

    @property
    def locked(self) -> bool:
        """Closed by the appraisers because the unit did not hand in."""
        return self.assessment.closed_unsubmitted_at is not None

    @property
    def held(self) -> bool:
        """Whether the unit still has to hand it in."""
        return self.assessment.state in states.UNSUBMITTED

    @property
    def standing(self) -> str:
        """The group it is counted in; units where nobody has logged in stand apart."""
        return NEVER if self.never else self.group

    @property
    def state(self) -> str:
        """The code of its state as shown; lateness goes first."""
        if self.late:
            return "late"
        if self.never:
            return NEVER
        if self.assessment.closed_unsubmitted_at and self.assessment.state == states.State.SUBMITTED:
            return "closed_unsubmitted"
        if self.assessment.state == states.State.DRAFT and not self.answered:
            return "empty"
        return self.assessment.state

    @property
    def group(self) -> str:
        """The group it is counted in."""
        return group_of(self.assessment.state, untouched=not self.answered)


def progress_of(population: Population, now: datetime) -> list[UnitProgress]:
    """Every dossier of a population in Vietnamese order, with its counts."""
    ground = ground_of(population)
    asked = {leaf.pk for leaf in ground.leaves if rule_of(leaf.node).answered_by == UNIT}
    answered, decided = _counted(population, ground)
    last = _last_acts(population)
    rows = list(
        Assessment.objects.filter(population=population)
        .select_related("unit")
        .order_by("unit__sort_key", "unit_id")
    )
    running = population.stage == Stage.SELF_ASSESSMENT
    presence = presence_of([row.unit_id for row in rows], clock.today(now))
    found = []
    for assessment in rows:
        cells = {leaf.pk for leaf in ground.asked(assessment.unit_id)}
        done = len(answered.get(assessment.pk, set()) & cells & asked)
        group, here = group_of(assessment.state, untouched=not done), presence[assessment.unit_id]
        found.append(
            UnitProgress(
                assessment=assessment,
                asked=len(cells & asked),
                answered=done,
                cells=len(cells),
                decided=len(decided.get(assessment.pk, set()) & cells),
                last_at=last.get(assessment.pk),
                late=_late(population, assessment, now),
                presence=here,
                never=running and group == UNTOUCHED and not here.came(population.opened_at),
                extended=_extended(population, assessment),
            )
        )
    return found


def undecided_of(population: Population) -> list[tuple[str, int]]:
    """Units with how many of their components no appraiser has decided, in Vietnamese order."""
    ground = ground_of(population)
    _answered, decided = _counted(population, ground)
    rows = Assessment.objects.filter(population=population).order_by("unit__sort_key", "unit_id")
    found = []
    for assessment_id, unit_id, name in rows.values_list("pk", "unit_id", "unit__name"):
        cells = {leaf.pk for leaf in ground.asked(unit_id)}
        if left := len(cells - decided.get(assessment_id, set())):
            found.append((name, left))
    return found


def _counted(population: Population, ground: Ground) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Ids of the answered and of the decided leaves by dossier (two queries)."""
    rows = Score.objects.filter(assessment__population=population)
    found = []
    for condition in (ANSWERED, DECIDED):
        by_dossier: dict[int, set[int]] = {}
        for assessment_id, node_id in rows.filter(condition).values_list("assessment_id", "node_id"):
            by_dossier.setdefault(assessment_id, set()).add(node_id)
        found.append(by_dossier)
    return found[0], found[1]


def _last_acts(population: Population) -> dict[int, datetime]:
    """When something last happened in each dossier (two queries)."""
    scores = Score.objects.filter(assessment__population=population).values("assessment_id")
    moves = Transition.objects.filter(assessment__population=population).values("assessment_id")
    found: dict[int, datetime] = {}
    saved = scores.annotate(a=Max("saved_at"), b=Max("appraised_at")).values_list("assessment_id", "a", "b")
    moved = moves.annotate(a=Max("at")).values_list("assessment_id", "a")
    for assessment_id, *moments in [*saved, *moved]:
        for moment in moments:
            if moment is not None and (assessment_id not in found or moment > found[assessment_id]):
                found[assessment_id] = moment
    return found


def _late(population: Population, assessment: Assessment, now: datetime) -> bool:
    """The deadline has passed while the unit still holds the dossier; one sent back has only its own."""
    if assessment.state not in states.UNSUBMITTED:
        return False
    assessment.population = population
    returned = assessment.state == states.State.RETURNED
    deadline = assessment.extended_until if returned else sheet_of(assessment).own_deadline()
    return policies.deadline_passed(now, deadline)


def _extended(population: Population, assessment: Assessment) -> bool:
    """Whether a later deadline of its own is running or has helped it; one that was returned has its own anyway."""
    general, own = population.self_assessment_ends_at, assessment.extended_until
    return own is not None and assessment.state != states.State.RETURNED and (general is None or own > general)


@dataclass(frozen=True)
class Round:
    """The computations and publications of a population; ``live`` is the job that is computing now."""

    runs: tuple[Run, ...]
    publications: tuple[Publication, ...]
    live: Job | None


def round_of(population: Population, job_kind: str, most: int = 10) -> Round:
    """The newest runs, all publications and the live job of a kind (three queries)."""
    runs = Run.objects.filter(population=population).select_related("computed_by").order_by("-number")
    publications = Publication.objects.filter(population=population).select_related("run", "published_by")
    live = Job.objects.filter(
        kind=job_kind, subject=str(population.pk), state__in=[JobState.WAITING, JobState.RUNNING]
    )
    return Round(
        runs=tuple(runs[:most]),
        publications=tuple(publications.order_by("-version")),
        live=live.first(),
    )
