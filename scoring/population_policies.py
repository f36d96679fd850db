"""May this happen to a population now? Pure, as ``scoring.policies``, whose helpers it uses."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from parindex.decisions import Allowed, Decision, Denied


def may_record_outage(began: datetime, ended: datetime, until: datetime, now: datetime, *, reason: str) -> Decision:
    """Whether an outage with these times may move deadlines to ``until``: over, in order, with a new minute ahead."""
    if ended <= began or ended > now:
        return Denied(_("Giờ cổng hoạt động lại phải sau giờ bắt đầu dừng và không sau lúc này."), code="times")
    if until <= now:
        return Denied(_("Hạn mới phải sau thời điểm này."), code="deadline")
    return Allowed() if reason.strip() else Denied(_("Ghi lý do."), code="reason")
