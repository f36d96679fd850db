"""Writing invented dossiers: many components in one go, with the traces that saving one by one leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from parindex import audit, bulk, canonical
from parindex.models import AuditEvent
from reports.demo.sheets import Line
from scoring import states
from scoring.models import Assessment, Exemption, Score, ScoreRevision, Submission, Transition
from scoring.queries.receipts import signed_of
from units.models import User

SCORE_FIELDS = (
    "assessment_id", "node_id", "version", "answer", "self_points", "explanation", "na_requested", "na_reason",
    "not_self_assessed", "saved_at", "saved_by_id", "origin", "appraised_answer", "appraised_points",
    "appraisal_reason", "appraised_at", "appraised_by_id", "appraised_version",
)  # fmt: skip
REVISION_FIELDS = ("score_id", "version", "kind", "values", "at", "by_id")
EVENT_FIELDS = (
    "at", "actor_id", "actor", "action", "subject_type", "subject_id", "unit_id", "origin", "data",
)  # fmt: skip


class Filed(NamedTuple):
    """One component of one dossier, as somebody saved it and (``decided_at``) somebody decided it.

    ``by_file``: both came with a file of a year kept elsewhere, as one version.
    """

    assessment: Assessment
    node_id: int
    line: Line
    saved_at: datetime
    saved_by: User
    decided_at: datetime | None = None
    decided_by: User | None = None
    by_file: bool = False


def write(filed: Sequence[Filed]) -> dict[tuple[int, int], int]:
    """Store components with their revisions, audit rows and granted requests; score ids by dossier and node."""
    bulk.insert_rows(Score, SCORE_FIELDS, (_score(row) for row in filed))
    dossiers = {row.assessment.pk for row in filed}
    ids = _score_ids(dossiers)
    revisions: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    for row in filed:
        score_id = ids[row.assessment.pk, row.node_id]
        revisions += _revisions(row, score_id)
        if not row.by_file:
            events += _events(row, score_id)
    bulk.insert_rows(ScoreRevision, REVISION_FIELDS, revisions)
    bulk.insert_rows(AuditEvent, EVENT_FIELDS, events)
    _grant(filed)
    return ids


def _score_ids(dossiers: Iterable[int]) -> dict[tuple[int, int], int]:
    found = {}
    listed = sorted(dossiers)
    for start in range(0, len(listed), 500):
        rows = Score.objects.filter(assessment_id__in=listed[start : start + 500])
        found |= {(dossier, node): pk for pk, dossier, node in rows.values_list("pk", "assessment_id", "node_id")}
    return found


def _text(answer: Any) -> str:
    return canonical.dumps(answer) if answer is not None else ""


def _score(row: Filed) -> tuple[Any, ...]:
    line, decided = row.line, row.decided_at is not None
    version = 2 if decided and not row.by_file else 1
    return (
        row.assessment.pk, row.node_id, version, _text(line.answer), line.self_points, line.explanation,
        bool(line.na_reason), line.na_reason, False, row.saved_at, row.saved_by.pk,
        "import" if row.by_file else "web",
        _text(line.decided_answer) if decided else "", line.points if decided else None,
        line.reason if decided else "", row.decided_at, row.decided_by.pk if row.decided_by else None,
        version if decided else None,
    )  # fmt: skip


def _stated(line: Line) -> dict[str, Any]:
    return {
        "answer": _text(line.answer),
        "self_points": line.self_points,
        "explanation": line.explanation,
        "na_requested": bool(line.na_reason),
        "na_reason": line.na_reason,
    }


def _decided(line: Line) -> dict[str, Any]:
    return {
        "appraised_answer": _text(line.decided_answer),
        "appraised_points": line.points,
        "appraisal_reason": line.reason,
    }


def _verdict(line: Line) -> str:
    if line.na_reason:
        return "grant_na"
    return "correct" if line.differs else "accept"


def _revisions(row: Filed, score_id: int) -> list[tuple[Any, ...]]:
    stated, decided = _stated(row.line), _decided(row.line)
    if row.by_file:
        said = {name: value for name, value in {**stated, **decided}.items() if value not in ("", None, False)}
        return [(score_id, 1, "import", canonical.dumps(said), row.saved_at, row.saved_by.pk)]
    found = [(score_id, 1, "self", canonical.dumps(stated), row.saved_at, row.saved_by.pk)]
    if row.decided_at is not None and row.decided_by is not None:
        values = canonical.dumps({"verdict": _verdict(row.line), **decided})
        found.append((score_id, 2, "appraisal", values, row.decided_at, row.decided_by.pk))
    return found


_NOTHING = Line("", None, None, None)


def _events(row: Filed, score_id: int) -> list[tuple[Any, ...]]:
    """The audit rows that saving and deciding on the pages write."""
    common = {"assessment": row.assessment.pk, "code": row.line.code}
    saved = {**common, "version": 1, "changed": _changed(_stated(_NOTHING), _stated(row.line))}
    found = [_event(row, score_id, "score.saved", row.saved_at, row.saved_by, saved)]
    if row.decided_at is not None and row.decided_by is not None:
        changed = _changed(_decided(_NOTHING), _decided(row.line))
        decided = {**common, "version": 2, "verdict": _verdict(row.line), "changed": changed}
        found.append(_event(row, score_id, "score.decided", row.decided_at, row.decided_by, decided))
    return found


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]}


def _event(row: Filed, score_id: int, action: str, at: datetime, by: User, data: dict[str, Any]) -> tuple[Any, ...]:
    return (
        at, by.pk, by.username, action, "scoring.score", str(score_id), row.assessment.unit_id, "web",
        canonical.dumps(data),
    )  # fmt: skip


def _grant(filed: Sequence[Filed]) -> None:
    """Requests of "not applicable" that were decided are granted."""
    grants = [
        Exemption(
            unit_id=row.assessment.unit_id, node_id=row.node_id, origin=Exemption.Origin.REQUEST,
            reason=row.line.na_reason, granted_at=row.decided_at, granted_by=row.decided_by,
        )
        for row in filed
        if row.line.na_reason and row.decided_at is not None
    ]  # fmt: skip
    Exemption.objects.bulk_create(grants, batch_size=500)
    codes = {row.node_id: row.line.code for row in filed}
    audit.record_many(
        [
            audit.row("exemption.granted", grant, by=grant.granted_by, at=grant.granted_at, unit=grant.unit_id,
                      data={"code": codes[grant.node_id], "origin": str(grant.origin), "reason": grant.reason})
            for grant in grants
        ]
    )  # fmt: skip


class Moved(NamedTuple):
    """A move of a dossier."""

    assessment: Assessment
    move: str
    at: datetime
    by: User
    reason: str = ""


def receipts(moves: Iterable[Moved]) -> None:
    """The receipts of submissions that were written in bulk, over what the dossiers hold."""
    rows = []
    for made in moves:
        if made.move != "submit":
            continue
        signed = signed_of(made.assessment)
        rows.append(
            Submission(assessment=made.assessment, number=1, at=made.at, by=made.by, points=signed.points,
                       max_points=signed.max_points, answered=signed.answered, asked=len(signed.components),
                       documents=signed.documents, contents=signed.contents, digest=signed.digest)
        )  # fmt: skip
    Submission.objects.bulk_create(rows, batch_size=200)


def move(moves: Iterable[Moved]) -> None:
    """Make moves of ``states.MOVES``, several for one dossier in their order, with their rows and audit rows."""
    rows, touched = [], {}
    for made in moves:
        dossier = made.assessment
        source, target = dossier.state, states.after(dossier.state, made.move)
        dossier.state = target
        if made.move in ("submit", "import_answers"):
            dossier.submitted_at, dossier.submitted_by = made.at, made.by
        touched[dossier.pk] = dossier
        rows.append(Transition(assessment=dossier, move=made.move, source=source, target=target,
                               at=made.at, by=made.by, reason=made.reason))  # fmt: skip
    Assessment.objects.bulk_update(touched.values(), ["state", "submitted_at", "submitted_by"], batch_size=200)
    Transition.objects.bulk_create(rows, batch_size=500)
    audit.record_many(
        [
            audit.row(f"assessment.{row.move}", row.assessment, by=row.by, at=row.at, unit=row.assessment.unit_id,
                      data={"from": row.source, "to": row.target, "reason": row.reason}, origin="demo")
            for row in rows
        ]
    )  # fmt: skip
