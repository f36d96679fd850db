"""Moves of a dossier while the unit holds it: propose, send back, submit, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from parindex import audit, clock, text
from parindex.decisions import Allowed, Decision, Denied, refuse, require
from scoring import permissions, policies, states
from scoring.actions.receipts import issue_receipt
from scoring.actions.scores import lock_dossier
from scoring.actions.telling import tell_of_move
from scoring.models import Assessment, ReturnPoint, Transition
from scoring.queries.dossiers import dossier_of, sheet_of
from scoring.queries.receipts import signed_of

#: Longest note on one component that goes back, in characters.
MOST_NOTE = 1000


def propose(*, assessment_id: int, by: Any, note: str = "", now: datetime | None = None) -> Assessment:
    """Hand the dossier to the unit's head; asking twice is harmless.

    Refused with the list of what is missing, after the deadline minute, or for strangers.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_propose(by, assessment))
        if assessment.state == states.State.AWAITING_HEAD:
            return assessment
        require(policies.may_propose(sheet_of(assessment), answers_of(assessment), at))
        return move_dossier(assessment, "propose", by=by, at=at, reason=note)


def send_back(
    *,
    assessment_id: int,
    reason: str,
    by: Any,
    points: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Assessment:
    """The head gives the dossier back to the clerk with a reason, and with a note on single components.

    ``points``: what is to be mended, by the code of the component.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_submit(by, assessment))
        require(_from(assessment, "send_back", _("Hồ sơ không còn chờ lãnh đạo duyệt.")))
        require(_with_reason(reason, _("Ghi điều cần sửa để cán bộ biết.")))
        return move_dossier(assessment, "send_back", by=by, at=at, reason=reason, points=points)


def submit(*, assessment_id: int, by: Any, seen: str = "", now: datetime | None = None) -> Assessment:
    """The head approves and submits the dossier; exactly one receipt is written with the move.

    ``seen`` is the ``picture_of`` the dossier on the page that was signed: when anything has
    changed since, nothing is submitted. Submitting what the same person has just submitted
    is harmless (double click). Refused with the list of what is missing, or after the deadline minute.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_submit(by, assessment))
        if assessment.state == states.State.SUBMITTED and assessment.submitted_by_id == by.pk:
            return assessment
        dossier = dossier_of(assessment)
        answers = [leaf.as_answer() for leaf in dossier.leaves if leaf.asked]
        require(policies.may_submit(sheet_of(assessment), answers, at))
        signed = signed_of(assessment, dossier)
        require(_as_seen(signed.digest, seen))
        assessment.submitted_at, assessment.submitted_by = at, by
        issue_receipt(assessment, signed, by=by, at=at)
        return move_dossier(assessment, "submit", by=by, at=at, fields=("submitted_at", "submitted_by"))


def withdraw(*, assessment_id: int, reason: str, by: Any, now: datetime | None = None) -> Assessment:
    """The head takes a submitted dossier back: in time, and before anybody has decided a component."""
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_submit(by, assessment))
        decided = assessment.scores.filter(appraised_at__isnull=False).count()
        require(policies.may_withdraw(sheet_of(assessment), decided, at))
        require(_with_reason(reason, _("Ghi lý do rút lại.")))
        assessment.submitted_at = assessment.submitted_by = None
        return move_dossier(
            assessment, "withdraw", by=by, at=at, reason=reason, fields=("submitted_at", "submitted_by")
        )


def answers_of(assessment: Assessment) -> list[policies.Answer]:
    """The facts about every component the unit must answer."""
    return [leaf.as_answer() for leaf in dossier_of(assessment).leaves if leaf.asked]


def _as_seen(digest: str, seen: str) -> Decision:
    if not seen or seen == digest:
        return Allowed()
    return Denied(_("Hồ sơ vừa có người sửa. Xem lại bản mới rồi nộp."), code="changed")


def _from(assessment: Assessment, move: str, sentence: str) -> Decision:
    if assessment.state in states.MOVES[move].sources:
        return Allowed()
    return Denied(sentence, code="state")


def _with_reason(reason: str, sentence: str) -> Decision:
    return Allowed() if reason.strip() else Denied(sentence, code="reason")


def move_dossier(
    assessment: Assessment,
    move: str,
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    fields: tuple[str, ...] = (),
    points: Mapping[str, str] | None = None,
) -> Assessment:
    """Write the new state, the row of the move and the audit row; ``fields`` are further changed fields.

    ``points`` are notes on single components of a dossier that goes back, by code. The caller holds the
    lock and has asked everything.
    """
    source, target = assessment.state, states.after(assessment.state, move)
    why = text.clean_text(reason)
    assessment.state = target
    assessment.save(update_fields=["state", *fields])
    moved = Transition.objects.create(
        assessment=assessment, move=move, source=source, target=target, at=at, by=by, reason=why
    )
    noted = _note_points(moved, assessment, points or {})
    audit.record(
        f"assessment.{move}",
        assessment,
        by=by,
        at=at,
        unit=assessment.unit_id,
        data={"from": source, "to": target, "reason": why} | ({"notes": noted} if noted else {}),
    )
    tell_of_move(assessment, move, by=by, at=at, reason=why)
    return assessment


def _note_points(moved: Transition, assessment: Assessment, points: Mapping[str, str]) -> dict[str, str]:
    """Write what is to be mended in single components; refused for a code the framework has not."""
    notes = {code: text.clean_text(note) for code, note in points.items()}
    notes = {code: note for code, note in notes.items() if note}
    if not notes:
        return {}
    nodes = Node.objects.filter(framework_id=assessment.population.framework_id, is_leaf=True, code__in=notes)
    by_code = {node.code: node for node in nodes}
    for code, note in notes.items():
        if code not in by_code:
            refuse(_("Không có tiêu chí %(code)s trong bộ tiêu chí của đợt.") % {"code": code}, code="points")
        if len(note) > MOST_NOTE:
            words = _("Điều cần sửa ở %(code)s dài hơn %(most)d ký tự. Rút gọn lại.")
            refuse(words % {"code": code, "most": MOST_NOTE}, code="points")
    ReturnPoint.objects.bulk_create(
        ReturnPoint(transition=moved, node=by_code[code], note=note) for code, note in notes.items()
    )
    return notes
