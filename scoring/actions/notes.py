"""A word among the unit's own people about one component."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from parindex import audit, clock, text
from parindex.decisions import refuse, require
from scoring import permissions
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment, InternalNote
from scoring.queries.leaves import EXTRA_LEVELS

#: Longest internal note, in characters.
MOST = 2000


def add_note(
    *, assessment_id: int, code: str, words: str, by: Any, now: datetime | None = None
) -> tuple[InternalNote, bool]:
    """Add a note to the thread of one component; return it and whether it was made now.

    The same words by the same person right after themselves are one note (double click). Notes stay
    possible in every state: they are for the unit alone, next year included. The audit row says who
    wrote where, never what (appraisers and auditors never read a note). Raises ``Refused`` for strangers
    (hidden), an unknown component, an empty note and one of more than ``MOST`` characters.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_work_inside(by, assessment))
        node = _leaf(assessment, code)
        cleaned = _cleaned(words)
        last = InternalNote.objects.filter(assessment=assessment, node=node).order_by("-id").first()
        if last is not None and last.by_id == by.pk and last.text == cleaned:
            return last, False
        note = InternalNote.objects.create(assessment=assessment, node=node, text=cleaned, at=at, by=by)
        data = {"assessment": assessment.pk, "code": node.code}
        audit.record("note.added", note, by=by, at=at, unit=assessment.unit_id, data=data)
        return note, True


def _leaf(assessment: Assessment, code: str) -> Node:
    node = Node.objects.filter(framework_id=assessment.population.framework_id, code=code).first()
    if node is None or not (node.is_leaf or node.level in EXTRA_LEVELS):
        refuse(_("Không có tiêu chí này trong bộ tiêu chí của đợt."), code="node")
    return node


def _cleaned(words: str) -> str:
    cleaned = text.clean_text(words)
    if not cleaned:
        refuse(_("Ghi chú còn trống. Viết điều cần nhắn rồi thêm lại."), code="text")
    if len(cleaned) > MOST:
        sentence = _("Ghi chú dài %(n)d ký tự, nhiều nhất là %(most)d. Rút ngắn rồi thêm lại.")
        refuse(sentence % {"n": len(cleaned), "most": MOST}, code="text")
    return cleaned
