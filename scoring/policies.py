"""May this happen now? Questions about things, never about persons. Pure.

Facts in, a decision out. The actions read the clock after they hold their lock and
pass ``now``; deadlines are decided in minutes of Asia/Ho_Chi_Minh: "17:00" accepts
while the clock is before 17:01:00 (design §3.15). A refusal carries one sentence and
one line for each thing in the way, so that the page can show what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.stages import Stage
from parindex.decisions import Allowed, Decision, Denied
from scoring import states

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_G: Any = Stage  # enums with labels, untyped to the checker
_S: Any = states.State
_FINAL = frozenset({_G.SETTLED, _G.PUBLISHED})


# --- Deadlines -----------------------------------------------------------------------------------


def closes_at(deadline: datetime) -> datetime:
    """First moment that is too late: the beginning of the minute after the deadline's own."""
    if deadline.tzinfo is None:
        raise ValueError("a deadline needs its time zone")
    local = deadline.astimezone(VIETNAM)
    return local.replace(second=0, microsecond=0) + timedelta(minutes=1)


def deadline_passed(now: datetime, deadline: datetime | None) -> bool:
    """Whether ``now`` is too late; without a deadline it never is."""
    return deadline is not None and now >= closes_at(deadline)


def shown_moment(moment: datetime) -> str:
    """A moment as people read it: "17:00 ngày 30/11/2024", Vietnamese time."""
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


# --- The unit's sheet ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """What a dossier's fate depends on while the unit holds it.

    ``deadline``: of the population's self-assessment, None when no date is set;
    ``extended_until``: the unit's own later one.
    """

    state: str
    stage: str
    deadline: datetime | None
    extended_until: datetime | None = None

    def own_deadline(self) -> datetime | None:
        """The deadline of this unit: an extension counts only when it is later."""
        if self.deadline is None or self.extended_until is None:
            return self.deadline
        return max(self.deadline, self.extended_until)


@dataclass(frozen=True)
class Answer:
    """One leaf the unit must answer, as far as it has.

    ``answered``: by its rule, or as a request of "not applicable". ``needs_proof``:
    the framework names evidence for it. ``carried_from``: the year it was copied from,
    until a person has confirmed that it still holds.
    """

    code: str
    name: str
    answered: bool
    needs_proof: bool = True
    has_evidence: bool = False
    has_explanation: bool = False
    na_requested: bool = False
    na_reason: bool = False
    carried_from: int | None = None

    @property
    def unproved(self) -> bool:
        """Whether it names evidence and has neither a document nor a word instead."""
        return self.needs_proof and not self.has_evidence and not self.has_explanation


@dataclass(frozen=True)
class Missing:
    """One thing still to do in a sheet: ``kind`` is answer, proof, na_reason or confirm."""

    code: str
    kind: str
    text: str


def may_edit(sheet: Sheet, now: datetime) -> Decision:
    """Whether the unit's people may change answers, explanations and evidence."""
    if sheet.state not in states.EDITABLE:
        if sheet.state == _S.CLOSED:
            return Denied(_("Hồ sơ đã thẩm định xong, không sửa được nữa."), code="state")
        return Denied(_("Hồ sơ đã nộp. Muốn sửa, lãnh đạo đơn vị rút lại trước khi thẩm định."), code="state")
    if sheet.stage == _G.PREPARING:
        return Denied(_("Đợt đánh giá chưa mở."), code="stage")
    if sheet.stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không sửa được nữa."), code="stage")
    if sheet.state == _S.RETURNED:
        # The general deadline may be long past; whoever returns a dossier sets its own date or none.
        return _in_time(sheet.extended_until, now)
    if sheet.stage != _G.SELF_ASSESSMENT and sheet.extended_until is None:
        return Denied(_("Thời gian tự đánh giá đã hết."), code="stage")
    return _in_time(sheet.own_deadline(), now)


def may_describe(uses: Iterable[tuple[int, Sheet]], now: datetime) -> Decision:
    """Whether the particulars of a document may be corrected: every dossier that uses it may be edited.

    ``uses``: year and sheet of each of them. What was submitted names the document as it was then.
    """
    for year, sheet in uses:
        editable = may_edit(sheet, now)
        if isinstance(editable, Denied):
            words = _("Tài liệu đang dùng trong hồ sơ năm %(year)d nên số, ngày, cơ quan và trích yếu giữ nguyên. %(reason)s")
            return Denied(words % {"year": year, "reason": editable.reason}, code=editable.code)
    return Allowed()


def _in_time(deadline: datetime | None, now: datetime) -> Decision:
    if deadline is not None and deadline_passed(now, deadline):
        return Denied(
            _("Đã quá hạn %(moment)s. Cần thêm thời gian, đề nghị Sở Nội vụ gia hạn.")
            % {"moment": shown_moment(deadline)},
            code="deadline",
        )
    return Allowed()


def missing_before_submit(answers: Iterable[Answer]) -> tuple[Missing, ...]:
    """What stands between a sheet and its submission, in the order of the answers.

    Every component is answered or asked to be not applicable with a reason; one that
    names evidence has at least one document or else an explanation (CV 4361 habit). What was
    copied from last year counts only once somebody has confirmed it.
    """
    found: list[Missing] = []
    for answer in answers:
        values = {"code": answer.code, "name": answer.name}
        if not answer.answered:
            found.append(Missing(answer.code, "answer", _("%(code)s %(name)s: chưa trả lời") % values))
        elif answer.na_requested:
            if not answer.na_reason:
                text = _("%(code)s %(name)s: đề nghị không áp dụng nhưng chưa ghi lý do") % values
                found.append(Missing(answer.code, "na_reason", text))
        elif answer.carried_from is not None:
            found.append(Missing(answer.code, "confirm", _unconfirmed(answer)))
        elif answer.unproved:
            text = _("%(code)s %(name)s: chưa có tài liệu, cần thêm tài liệu hoặc viết giải trình") % values
            found.append(Missing(answer.code, "proof", text))
    return tuple(found)


def _unconfirmed(answer: Answer) -> str:
    values = {"code": answer.code, "name": answer.name, "year": answer.carried_from}
    if answer.unproved:
        return _("%(code)s %(name)s: chép từ năm %(year)d, chưa xác nhận còn đúng và chưa có tài liệu") % values
    return _("%(code)s %(name)s: chép từ năm %(year)d, chưa xác nhận còn đúng") % values


def may_propose(sheet: Sheet, answers: Iterable[Answer], now: datetime) -> Decision:
    """Whether the clerk may hand the sheet to the head."""
    return _may_leave(sheet, answers, now, "propose")


def may_submit(sheet: Sheet, answers: Iterable[Answer], now: datetime) -> Decision:
    """Whether the head may approve and submit the sheet."""
    return _may_leave(sheet, answers, now, "submit")


def _may_leave(sheet: Sheet, answers: Iterable[Answer], now: datetime, move: str) -> Decision:
    if sheet.state not in states.MOVES[move].sources:
        if sheet.state == _S.AWAITING_HEAD:
            return Denied(_("Hồ sơ đang chờ lãnh đạo duyệt."), code="state")
        return Denied(_("Hồ sơ đã nộp rồi."), code="state")
    editable = may_edit(sheet, now)
    if isinstance(editable, Denied):
        return editable
    missing = missing_before_submit(answers)
    if missing:
        count = len(missing)
        reason = ngettext("Còn thiếu %(count)d việc.", "Còn thiếu %(count)d việc.", count) % {"count": count}
        return Denied(reason, tuple(item.text for item in missing), code="missing")
    return Allowed()


def may_withdraw(sheet: Sheet, decided: int, now: datetime) -> Decision:
    """Whether the unit may take back a submitted sheet: in time, and before anybody has decided a component."""
    if sheet.state not in states.MOVES["withdraw"].sources:
        return Denied(_("Hồ sơ chưa nộp hoặc đã thẩm định xong, không có gì để rút lại."), code="state")
    # A unit with more time than the others may still be ahead of its own deadline in a later stage.
    if sheet.stage in _FINAL or (sheet.stage != _G.SELF_ASSESSMENT and sheet.extended_until is None):
        return Denied(_("Thời gian tự đánh giá đã hết, không rút lại được."), code="stage")
    if decided:
        return Denied(
            _("Đã có %(count)d tiêu chí được thẩm định. Liên hệ Sở Nội vụ nếu cần sửa.") % {"count": decided},
            code="decided",
        )
    return _in_time(sheet.own_deadline(), now)


def may_attach_scan(state: str, stage: str, *, newest: bool) -> Decision:
    """Whether the signed report may be attached to a receipt: the newest one of a dossier that is handed in,
    until the result is settled.
    """
    if stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không đính kèm thêm được nữa."), code="stage")
    if state in states.UNSUBMITTED:
        return Denied(_("Hồ sơ chưa nộp hoặc đã rút lại. Nộp xong mới đính kèm bản ký."), code="state")
    if not newest:
        return Denied(_("Đã có biên nhận mới hơn. Đính kèm bản ký vào biên nhận mới nhất."), code="receipt")
    return Allowed()


def may_close_unsubmitted(sheet: Sheet, now: datetime, *, reason: str) -> Decision:
    """Whether a dossier that was never submitted may be closed: after the deadline, before anything is
    settled, with a reason (design §3.3).
    """
    if sheet.state not in states.MOVES["close_unsubmitted"].sources:
        return Denied(_("Hồ sơ đã nộp, không cần khóa."), code="state")
    if sheet.stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không khóa được hồ sơ nữa."), code="stage")
    if not deadline_passed(now, sheet.own_deadline()):
        return Denied(_("Chưa hết hạn nộp, chưa khóa được hồ sơ."), code="deadline")
    return _with_reason(reason)


def _with_reason(reason: str) -> Decision:
    return Allowed() if reason.strip() else Denied(_("Ghi lý do."), code="reason")


def may_extend(sheet: Sheet, until: datetime, now: datetime, *, reason: str) -> Decision:
    """Whether a unit's deadline may move to ``until``: into the future, later than it is, before anything is
    settled, with a reason.
    """
    if sheet.stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không gia hạn được nữa."), code="stage")
    current = sheet.own_deadline()
    if until <= now or (current is not None and until <= current):
        return Denied(_("Hạn mới phải sau hạn hiện nay và sau thời điểm này."), code="deadline")
    return _with_reason(reason)


# --- Appraisal -----------------------------------------------------------------------------------


def may_appraise(state: str, stage: str) -> Decision:
    """Whether components of a dossier may be decided at all."""
    if stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không thẩm định được nữa."), code="stage")
    if state == _S.CLOSED:
        return Denied(_("Hồ sơ đã thẩm định xong. Sở Nội vụ mở lại nếu cần sửa."), code="state")
    if state not in states.APPRAISABLE:
        return Denied(_("Đơn vị chưa nộp hồ sơ."), code="state")
    return Allowed()


def may_change_appraisal(stage: str) -> Decision:
    """Whether grants and assignments of a population may still change: until its result is settled."""
    if stage in _FINAL:
        return Denied(_("Kết quả đã chốt, không thay đổi được nữa."), code="stage")
    return Allowed()


def may_return(state: str, stage: str, *, reason: str) -> Decision:
    """Whether a submitted dossier may go back to its unit."""
    allowed = may_appraise(state, stage)
    return _with_reason(reason) if allowed else allowed


def may_finish_appraisal(
    state: str, stage: str, undecided: Sequence[str], open_requests: Sequence[str]
) -> Decision:
    """Whether a dossier's appraisal is complete: every component decided, no explanation awaited."""
    allowed = may_appraise(state, stage)
    if not allowed:
        return allowed
    lines = [
        *(_("%(code)s: chưa thẩm định") % {"code": code} for code in undecided),
        *(_("%(code)s: đang chờ đơn vị giải trình") % {"code": code} for code in open_requests),
    ]
    if lines:
        return Denied(
            _("Còn %(count)d tiêu chí chưa xong.") % {"count": len(lines)}, tuple(lines), code="missing"
        )
    return Allowed()


def may_reopen_appraisal(state: str, stage: str, *, reason: str) -> Decision:
    """Whether a finished dossier may be opened for appraisers again: before anything is settled, with a reason."""
    if stage in _FINAL:
        return Denied(_("Kết quả đã chốt. Mở lại kết quả trước, rồi mới mở lại hồ sơ."), code="stage")
    if state not in states.MOVES["reopen_appraisal"].sources:
        return Denied(_("Hồ sơ đang được thẩm định, không cần mở lại."), code="state")
    return _with_reason(reason)


def may_explain(stage: str, requested: bool, deadline: datetime | None, now: datetime) -> Decision:
    """Whether a unit may answer an appraiser's request for an explanation."""
    if not requested:
        return Denied(_("Người thẩm định không yêu cầu giải trình tiêu chí này."), code="state")
    if stage not in states.APPRAISAL_STAGES:
        return Denied(_("Chưa đến hoặc đã hết thời gian giải trình."), code="stage")
    return _in_time(deadline, now)


def may_object(stage: str, deadline: datetime | None, now: datetime) -> Decision:
    """Whether a unit may object to its provisional result (phúc tra): while the council still sits."""
    if stage not in {_G.SECOND_APPRAISAL, _G.COUNCIL}:
        return Denied(_("Chưa đến hoặc đã hết thời gian kiến nghị."), code="stage")
    return _in_time(deadline, now)
