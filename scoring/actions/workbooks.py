"""Workbooks of a dossier: keep what was uploaded, apply what a person chose, drop the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, bulk, canonical, clock
from parindex.decisions import Conflict, Denied, refuse, require
from scoring import permissions, policies
from scoring.actions.scores import STATED, lock_dossier, stated
from scoring.models import Assessment, Score, ScoreRevision, WorkbookUpload
from scoring.queries.dossiers import dossier_of, sheet_of
from scoring.queries.workbooks import Change, comparison_of, points_of, rows_to_store, same_waiting
from scoring.workbook.reading import Filled

#: What a person chose about one component.
MINE, THEIRS = "mine", "theirs"
ORIGIN = "workbook"


@dataclass(frozen=True)
class Choice:
    """What a person saw of one component, and which version is to stand ("" when nothing was chosen)."""

    seen: int
    keep: str


def keep_upload(
    *, assessment_id: int, name: str, sha256: str, filled: Filled, by: Any, now: datetime | None = None
) -> WorkbookUpload:
    """Keep what a workbook states until a person has looked at the differences.

    The same file sent twice while it waits is one upload. Raises ``Refused``.
    """
    with transaction.atomic():
        assessment, at = _opened(assessment_id, by, now)
        waiting = same_waiting(assessment, sha256, by)
        if waiting is not None:
            return waiting
        upload = WorkbookUpload.objects.create(
            assessment=assessment,
            file_name=name[:255],
            sha256=sha256,
            taken_at=filled.origin.taken_at,
            rows=rows_to_store(filled),
            at=at,
            by=by,
        )
        _note("workbook.uploaded", upload, assessment, by=by, at=at, rows=len(filled.stated), sha256=sha256)
        return upload


def apply_upload(
    *,
    assessment_id: int,
    upload_id: int,
    choices: Mapping[str, Choice],
    by: Any,
    now: datetime | None = None,
) -> tuple[WorkbookUpload, int]:
    """Store the chosen rows of an upload, all or nothing; return it and how many rows changed.

    ``choices`` by code for every difference the person saw. An upload already applied changes nothing (double
    click). Raises ``Conflict`` when the server has moved on since, ``Refused`` when something is not chosen.
    """
    with transaction.atomic():
        assessment, at = _opened(assessment_id, by, now)
        upload = WorkbookUpload.objects.get(pk=upload_id, assessment=assessment)
        if upload.applied_at is not None:
            return upload, 0
        if upload.dropped_at is not None:
            refuse(_("Tệp này đã bỏ. Nộp lại tệp nếu vẫn muốn ghi."), code="dropped")
        list(Score.objects.select_for_update(no_key=True).filter(assessment=assessment).values_list("pk"))
        comparison = comparison_of(upload, dossier_of(assessment, {}))
        wanted = _wanted(upload, comparison.changes, choices)
        _store(assessment, wanted, by=by, at=at)
        upload.applied_at, upload.applied_by = at, by
        upload.save(update_fields=["applied_at", "applied_by"])
        codes = [change.code for change in wanted]
        _note("workbook.applied", upload, assessment, by=by, at=at, rows=len(wanted), codes=codes)
        return upload, len(wanted)


def drop_upload(*, assessment_id: int, upload_id: int, by: Any, now: datetime | None = None) -> WorkbookUpload:
    """Put an upload away without applying it; what is applied or dropped already stays so."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        require(permissions.may_edit_assessment(by, assessment))
        at = now or clock.now()
        upload = WorkbookUpload.objects.get(pk=upload_id, assessment=assessment)
        if upload.applied_at is None and upload.dropped_at is None:
            upload.dropped_at = at
            upload.save(update_fields=["dropped_at"])
            _note("workbook.dropped", upload, assessment, by=by, at=at)
        return upload


def _opened(assessment_id: int, by: Any, now: datetime | None) -> tuple[Assessment, datetime]:
    """The dossier, locked, and the moment; refused as a save would be."""
    assessment = lock_dossier(assessment_id)
    at = now or clock.now()
    require(permissions.may_edit_assessment(by, assessment))
    require(policies.may_edit(sheet_of(assessment), at))
    return assessment, at


def _wanted(
    upload: WorkbookUpload, changes: Sequence[Change], choices: Mapping[str, Choice]
) -> list[Change]:
    """The changes to store. Every difference there is now must be one the person saw as it is now."""
    new = [change.code for change in changes if change.code not in choices or choices[change.code].seen != change.version]
    if new:
        words = _("Hệ thống vừa có thay đổi ở %(codes)s nên chưa ghi gì. Xem lại các dòng dưới đây rồi ghi.")
        raise Conflict(Denied(words % {"codes": ", ".join(new[:10])}, code="changed"), current=upload)
    open_ = [change.code for change in changes if change.conflict and choices[change.code].keep not in (MINE, THEIRS)]
    if open_:
        words = _("Chưa chọn bản giữ lại cho %(codes)s. Chọn từng dòng rồi ghi.")
        refuse(words % {"codes": ", ".join(open_[:10])}, code="choose")
    wanted = [change for change in changes if choices[change.code].keep == MINE]
    if not wanted:
        refuse(_("Chưa chọn dòng nào để ghi. Nếu không dùng tệp này, chọn «Bỏ tệp»."), code="nothing")
    return wanted


#: The columns of a score that are written besides what is stated.
_FURTHER = ("version", "not_self_assessed", "carried_from", "saved_at", "saved_by_id", "origin")


def _store(assessment: Assessment, wanted: Sequence[Change], *, by: Any, at: datetime) -> None:
    """Write the rows with their revisions and audit rows: a fixed number of statements, however many rows.

    A component that a grant covers is not among them, so no grant ends here.
    """
    before = {change.code: _fields(change) for change in wanted}
    scores = [_changed(assessment, change, by=by, at=at) for change in wanted]
    made = [score for score in scores if score.pk is None]
    names = [*STATED, *_FURTHER]
    known = [[score.pk, *(getattr(score, name) for name in names)] for score in scores if score.pk is not None]
    bulk.update_rows(Score, names, known)
    Score.objects.bulk_create(made)
    ScoreRevision.objects.bulk_create(
        ScoreRevision(
            score=score, version=score.version, kind="workbook", values=canonical.dumps(stated(score)), at=at, by=by
        )
        for score in scores
    )
    audit.record_many(
        [_row(assessment, score, before[score.node.code], by=by, at=at) for score in scores]
    )


def _fields(change: Change) -> dict[str, Any]:
    """What the unit had stated before."""
    score = change.leaf.score
    return stated(score) if score is not None else stated(Score())


def _changed(assessment: Assessment, change: Change, *, by: Any, at: datetime) -> Score:
    """The row of a component as it is to be stored."""
    score = change.leaf.score or Score(assessment=assessment)
    score.node = change.leaf.node
    result = change.result
    score.answer, score.explanation = result.answer, result.explanation
    score.na_requested, score.na_reason = result.na_requested, result.na_reason
    score.self_points = points_of(change.leaf, result, assessment.population.digits)
    score.version += 1
    score.not_self_assessed, score.carried_from = False, None
    score.saved_at, score.saved_by, score.origin = at, by, ORIGIN
    return score


def _row(assessment: Assessment, score: Score, before: Mapping[str, Any], *, by: Any, at: datetime) -> dict[str, Any]:
    after = stated(score)
    changed = {name: {"from": before[name], "to": after[name]} for name in STATED if before[name] != after[name]}
    data = {"assessment": assessment.pk, "code": score.node.code, "version": score.version, "changed": changed}
    return audit.row("score.saved", score, by=by, at=at, unit=assessment.unit_id, data=data, origin=ORIGIN)


def _note(
    action: str, upload: WorkbookUpload, assessment: Assessment, *, by: Any, at: datetime, **data: Any
) -> None:
    audit.record(
        action,
        upload,
        by=by,
        at=at,
        unit=assessment.unit_id,
        data={"assessment": assessment.pk, "name": upload.file_name, **data},
        origin=ORIGIN,
    )
