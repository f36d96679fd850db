"""What a unit writes in its report besides the scores: difficulties and proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.decisions import Conflict, Denied, refuse, require
from scoring import permissions, policies
from scoring.actions.scores import lock_dossier
from scoring.models import ReportText
from scoring.queries.dossiers import sheet_of

#: The texts of a report, and the longest one, in characters.
TEXTS = ("difficulties", "proposals")
MOST_TEXT = 10_000


def save_report_text(
    *,
    assessment_id: int,
    version: int,
    difficulties: str,
    proposals: str,
    by: Any,
    now: datetime | None = None,
) -> ReportText:
    """Save the texts of the report under the version the person saw; what is already stored is left alone.

    Raises ``Conflict`` with the stored row when somebody else saved first, ``Refused`` when the dossier
    may not be edited or a text is too long.
    """
    given = {"difficulties": text.clean_text(difficulties), "proposals": text.clean_text(proposals)}
    if any(len(words) > MOST_TEXT for words in given.values()):
        refuse(_("Mỗi phần không quá %(most)d ký tự. Rút gọn lại rồi lưu.") % {"most": MOST_TEXT}, code="text")
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_edit_assessment(by, assessment))
        require(policies.may_edit(sheet_of(assessment), at))
        stored = ReportText.objects.select_related("saved_by").filter(assessment=assessment).first()
        stored = stored or ReportText(assessment=assessment)
        before = {name: getattr(stored, name) for name in TEXTS}
        if given == before:
            return stored
        if stored.version != version:
            raise Conflict(_changed_by(stored, by), current=stored)
        for name, value in given.items():
            setattr(stored, name, value)
        stored.version, stored.saved_at, stored.saved_by = stored.version + 1, at, by
        stored.save()
        changed = {name: {"from": before[name], "to": given[name]} for name in TEXTS if before[name] != given[name]}
        data = {"version": stored.version, "changed": changed}
        audit.record("assessment.report_text", assessment, by=by, at=at, unit=assessment.unit_id, data=data)
        return stored


def _changed_by(stored: ReportText, by: Any) -> Denied:
    """Who saved meanwhile, and when; people who meet themselves are not told of somebody else."""
    when = clock.local(stored.saved_at).strftime("%H:%M") if stored.saved_at is not None else ""
    if stored.saved_by_id == by.pk:
        own = _("Chính bạn đã lưu nội dung khác lúc %(when)s (ở thẻ hoặc trang khác).")
        return Denied(own % {"when": when}, code="conflict")
    who = stored.saved_by.get_full_name() if stored.saved_by is not None else _("Người khác")
    return Denied(_("%(who)s vừa lưu nội dung khác lúc %(when)s.") % {"who": who, "when": when}, code="conflict")
