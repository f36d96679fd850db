"""Writing imported scores: what changed, with its revision and audit row, in a few statements however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from criteria.models import Population
from parindex import audit, bulk, canonical
from parindex.command import Report
from scoring import states
from scoring.actions.imports.intake import Intake
from scoring.models import Assessment, Score, ScoreRevision, Transition

#: What a file can say about a score, in the order of the stored columns.
VALUES = (
    "answer", "self_points", "explanation", "na_requested", "na_reason", "not_self_assessed",
    "appraised_answer", "appraised_points", "appraisal_reason",
)  # fmt: skip
STATED = frozenset(VALUES[:6])
DECIDED = frozenset(VALUES[6:])
_TRACES = (
    "version", "saved_at", "saved_by_id", "origin", "carried_from",
    "appraised_at", "appraised_by_id", "appraised_version",
)  # fmt: skip
FIELDS = (*VALUES, *_TRACES)
_EMPTY: dict[str, Any] = {
    "answer": "", "self_points": None, "explanation": "", "na_requested": False, "na_reason": "",
    "not_self_assessed": False, "appraised_answer": "", "appraised_points": None, "appraisal_reason": "",
    "version": 0, "saved_at": None, "saved_by_id": None, "origin": "import",
    "carried_from": None, "appraised_at": None, "appraised_by_id": None, "appraised_version": None,
}  # fmt: skip


@dataclass
class Stored:
    """A score as stored (``pk`` None: not yet), with the values a row of the file gives it."""

    assessment_id: int
    node_id: int
    code: str
    unit_id: int
    pk: int | None = None
    before: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    after: dict[str, Any] = field(default_factory=dict)
    decides: bool = False

    def take(self, *, decides: bool, **values: Any) -> None:
        """Give new values; what is not named stays. ``decides``: the row counts as appraised as it then stands."""
        self.after = {**self.before, **values}
        self.decides = decides

    @property
    def changed(self) -> dict[str, dict[str, Any]]:
        """The values that differ, from and to."""
        return {
            name: {"from": self.before[name], "to": self.after[name]}
            for name in VALUES
            if self.before[name] != self.after[name]
        }

    @property
    def decided(self) -> bool:
        """Whether a decision of an appraiser stands on the stored version."""
        return (
            self.before["appraised_at"] is not None
            and self.before["appraised_version"] == self.before["version"]
        )


class Book:
    """The stored scores of some populations: one query, plain values."""

    def __init__(self, intake: Intake, populations: Sequence[Population]) -> None:
        self.intake = intake
        rows = Score.objects.filter(assessment__population__in=populations).values_list(
            "pk", "assessment_id", "node_id", *FIELDS
        )
        self.rows = {
            (assessment_id, node_id): (pk, dict(zip(FIELDS, values, strict=True)))
            for pk, assessment_id, node_id, *values in rows.iterator(chunk_size=5000)
        }

    def score(self, unit_id: int, node_id: int, code: str) -> Stored:
        """The score of one unit and node, a new one where nothing is stored."""
        dossier = self.intake.dossiers[unit_id]
        pk, before = self.rows.get((dossier.pk, node_id), (None, _EMPTY))
        return Stored(dossier.pk, node_id, code, unit_id, pk, before)


def write_scores(intake: Intake, scores: Iterable[Stored]) -> Report:
    """Store the scores that changed under their next version; each gets a revision and an audit row."""
    listed = list(scores)
    report = Report(notices=intake.notices)
    fresh = [score for score in listed if score.pk is None]
    changed = [
        score
        for score in listed
        if score.pk is not None and (score.changed or (score.decides and not score.decided))
    ]
    for score in (*fresh, *changed):
        _stamp(intake, score)
    columns = ("assessment_id", "node_id", *FIELDS)
    bulk.insert_rows(
        Score, columns, ((s.assessment_id, s.node_id, *(s.after[name] for name in FIELDS)) for s in fresh)
    )
    bulk.update_rows(Score, FIELDS, ((s.pk, *(s.after[name] for name in FIELDS)) for s in changed))
    _number(fresh)
    _remember(intake, [*fresh, *changed])
    report.new, report.changed = len(fresh), len(changed)
    report.same = len(listed) - len(fresh) - len(changed)
    return report


def _stamp(intake: Intake, score: Stored) -> None:
    """Version, time and person of the import; a decision given by the file stands on the new version."""
    after, changed = score.after, score.changed
    person = getattr(intake.by, "pk", None)
    after["version"] = score.before["version"] + 1
    after["origin"], after["carried_from"] = "import", None  # what a file states is no copy of last year any more
    if score.pk is None or not STATED.isdisjoint(changed):
        after["saved_at"], after["saved_by_id"] = intake.at, person
    if score.decides:
        after["appraised_version"] = after["version"]
        if not score.decided or not DECIDED.isdisjoint(changed):
            after["appraised_at"], after["appraised_by_id"] = intake.at, person


def _number(fresh: Sequence[Stored]) -> None:
    """Learn the ids of new rows in one query per few hundred dossiers."""
    if not fresh:
        return
    wanted = {(score.assessment_id, score.node_id): score for score in fresh}
    dossiers = sorted({score.assessment_id for score in fresh})
    for start in range(0, len(dossiers), 500):
        rows = Score.objects.filter(assessment_id__in=dossiers[start : start + 500])
        for pk, assessment_id, node_id in rows.values_list("pk", "assessment_id", "node_id"):
            score = wanted.get((assessment_id, node_id))
            if score is not None:
                score.pk = pk


def _remember(intake: Intake, scores: Sequence[Stored]) -> None:
    """A revision with the values after the save, and an audit row with what changed, for every score."""
    by_id = getattr(intake.by, "pk", None)
    actor = intake.by.get_username() if intake.by is not None else ""
    revisions, events = [], []
    for score in scores:
        after, version = score.after, score.after["version"]
        values = canonical.dumps({name: after[name] for name in VALUES if after[name] != _EMPTY[name]})
        revisions.append((score.pk, version, "import", values, intake.at, by_id))
        data = {
            "assessment": score.assessment_id,
            "code": score.code,
            "version": version,
            "changed": score.changed,
        }
        events.append(
            (
                intake.at,
                by_id,
                actor,
                "score.saved",
                "scoring.score",
                str(score.pk),
                score.unit_id,
                "import",
                canonical.dumps(data),
            )
        )
    bulk.insert_rows(ScoreRevision, ["score_id", "version", "kind", "values", "at", "by_id"], revisions)
    columns = ["at", "actor_id", "actor", "action", "subject_type", "subject_id", "unit_id", "origin", "data"]
    bulk.insert_rows(audit.AuditEvent, columns, events)


def move_dossiers(
    intake: Intake, unit_ids: Iterable[int], move: str, *, leave: frozenset[str], reason: str
) -> None:
    """Move the dossiers of these units by ``move``; those in a state of ``leave`` count already."""
    moved = [intake.dossiers[pk] for pk in sorted(set(unit_ids)) if intake.dossiers[pk].state not in leave]
    target = states.MOVES[move].target
    rows = []
    for dossier in moved:
        source = dossier.state
        rows.append(Transition(
            assessment=dossier, move=move, source=source, target=states.after(source, move),
            at=intake.at, by=intake.by, reason=reason,
        ))  # fmt: skip
    Transition.objects.bulk_create(rows, batch_size=500)
    audit.record_many([
        audit.row(
            f"assessment.{move}", row.assessment, by=intake.by, at=intake.at, unit=row.assessment.unit_id,
            data={"from": row.source, "to": row.target, "reason": reason, "file": intake.table.name}, origin="import",
        )
        for row in rows
    ])  # fmt: skip
    ids = [dossier.pk for dossier in moved]
    for start in range(0, len(ids), 500):
        part = Assessment.objects.filter(pk__in=ids[start : start + 500])
        part.filter(Q(submitted_at__isnull=True)).update(submitted_at=intake.at, submitted_by=intake.by)
        part.update(state=target)


def record_file(
    intake: Intake, action: str, populations: Iterable[Population], report: Report, *, reason: str = ""
) -> None:
    """One audit row per population: the file, its hash, what became of its rows, why something was replaced."""
    data = {
        "file": intake.table.name, "sha256": intake.table.sha256, "reason": reason,
        "new": report.new, "changed": report.changed, "same": report.same,
    }  # fmt: skip
    audit.record_many(
        [
            audit.row(action, p, by=intake.by, at=intake.at, data=data, unit=p.parent_id, origin="import")
            for p in populations
        ]
    )
