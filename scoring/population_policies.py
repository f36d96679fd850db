"""May this happen to a population now? Questions about a whole round, never about persons. Pure.

Facts in, a decision out, as in ``scoring.policies``, which asks about one dossier.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from criteria.stages import Stage
from parindex.decisions import Allowed, Decision, Denied

_G: Any = Stage  # an enum with labels, untyped to the checker


@dataclass(frozen=True)
class UnitGap:
    """A unit that is not ready to be settled: codes of its empty and of its no-data components."""

    unit_name: str
    empty: tuple[str, ...] = ()
    no_data: tuple[str, ...] = ()


def may_open(
    stage: str,
    *,
    units: int,
    framework_errors: int,
    is_draft: bool,
    dates: Sequence[tuple[str, datetime | None]],
) -> Decision:
    """Whether a population may be opened: units, a framework without errors, dates in order.

    ``dates``: label and last moment of the stages in their order; absent dates are skipped.
    """
    if stage != _G.PREPARING:
        return Denied(_("Đợt đánh giá này đã mở."), code="stage")
    if not units:
        return Denied(_("Chưa có đơn vị nào có hiệu lực tại ngày chốt."), code="units")
    if is_draft or framework_errors:
        return Denied(
            _("Bộ tiêu chí còn là bản nháp hoặc còn lỗi. Sửa các lỗi kiểm tra rồi nhập lại."),
            code="framework",
        )
    return dates_in_order(dates)


def dates_in_order(dates: Sequence[tuple[str, datetime | None]]) -> Decision:
    """Whether the known last moments, given with their labels in the order of the year, follow one another."""
    known = [(label, moment) for label, moment in dates if moment is not None]
    for (label, moment), (next_label, next_moment) in pairwise(known):
        if next_moment <= moment:
            return Denied(
                _("“%(next)s” phải sau “%(first)s”.") % {"next": next_label, "first": label}, code="dates"
            )
    return Allowed()


def may_settle(
    *,
    gaps: Collection[UnitGap] = (),
    open_objections: int = 0,
    run_is_current: bool = True,
    totals_only: bool = False,
    undecided: Collection[tuple[str, int]] = (),
    reason: str = "",
) -> Decision:
    """Whether a result may be settled. The same four questions from page and command line (design §6).

    A year known only by its totals has no components to miss. ``run_is_current``:
    nothing the run was computed from has changed since. ``undecided``: names of units with
    how many components no appraiser has decided; the council settles over them only with a
    written ``reason``, because the units' own points then count as they stand.
    """
    if not run_is_current:  # first: what an old run lacks may be there by now
        return Denied(_("Số liệu đã thay đổi sau lần tính gần nhất. Tính lại chỉ số."), code="stale")
    lines = () if totals_only else tuple(line for gap in gaps for line in _gap_lines(gap))
    if lines:
        return Denied(_("Còn tiêu chí chưa có điểm, chưa chốt được kết quả."), lines, code="gaps")
    if open_objections:
        return Denied(
            _("Còn %(count)d kiến nghị chưa giải quyết.") % {"count": open_objections}, code="objections"
        )
    if undecided and not reason.strip():
        return Denied(
            _(
                "Còn %(count)d tiêu chí thành phần chưa ai thẩm định ở %(units)d đơn vị; chốt bây giờ thì lấy "
                "điểm tự đánh giá. Thẩm định tiếp, hoặc ghi lý do để chốt."
            )
            % {"count": sum(count for _unit, count in undecided), "units": len(undecided)},
            tuple(
                _("%(unit)s: còn %(count)d tiêu chí thành phần chưa thẩm định")
                % {"unit": unit, "count": count}
                for unit, count in undecided
            ),
            code="undecided",
        )
    return Allowed()


def _gap_lines(gap: UnitGap) -> list[str]:
    lines = []
    if gap.empty:
        lines.append(
            _("%(unit)s: chưa trả lời %(codes)s") % {"unit": gap.unit_name, "codes": ", ".join(gap.empty)}
        )
    if gap.no_data:
        lines.append(
            _("%(unit)s: chưa có dữ liệu điều tra %(codes)s")
            % {"unit": gap.unit_name, "codes": ", ".join(gap.no_data)}
        )
    return lines


def may_publish(
    *,
    settled: bool,
    version: int,
    decision_number: str,
    reason: str = "",
    open_objections: int = 0,
    run_is_current: bool = True,
) -> Decision:
    """Whether a settled result may be published as ``version`` (1 for the first).

    A correction needs its reason (design §3.12). Never depends on the clock, on heads
    or on accounts.
    """
    if not settled:
        return Denied(_("Kết quả chưa chốt."), code="state")
    if not decision_number.strip():
        return Denied(_("Ghi số quyết định công bố."), code="decision")
    if version > 1 and not reason.strip():
        return Denied(_("Đã công bố trước đây. Công bố lại để đính chính cần ghi lý do."), code="reason")
    return may_settle(open_objections=open_objections, run_is_current=run_is_current, totals_only=True)


def may_record_outage(began: datetime, ended: datetime, until: datetime, now: datetime, *, reason: str) -> Decision:
    """Whether an outage with these times may move deadlines to ``until``: over, in order, with a new minute ahead."""
    if ended <= began or ended > now:
        return Denied(_("Giờ cổng hoạt động lại phải sau giờ bắt đầu dừng và không sau lúc này."), code="times")
    if until <= now:
        return Denied(_("Hạn mới phải sau thời điểm này."), code="deadline")
    return Allowed() if reason.strip() else Denied(_("Ghi lý do."), code="reason")
