"""The differences of a workbook in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import AnswerError, compute
from parindex import canonical
from scoring.actions.workbooks import MINE
from scoring.models import Score, WorkbookUpload
from scoring.queries.dossiers import Leaf
from scoring.queries.workbooks import Change, points_of
from scoring.workbook.merging import ANSWER, EXPLANATION, SAME, Stated


@dataclass(frozen=True)
class Side:
    """One version of a component: the answer and the explanation in words, None for a part that is not in question."""

    answer: str | None
    points: Decimal | None
    explanation: str | None


@dataclass(frozen=True)
class Line:
    """One component on the page of differences. ``saved``: the stored row when the server has moved on."""

    change: Change
    base: Side
    theirs: Side
    mine: Side
    saved: Score | None
    keep: str


def rows_of(changes: Iterable[Change], digits: int, kept: Mapping[str, str] | None) -> list[Line]:
    """The lines of the page. Without earlier choices whatever only the workbook changed is ticked."""
    found = []
    for change in changes:
        stands = change.merged.stands
        keep = kept.get(change.code, "") if kept is not None else "" if change.conflict else MINE
        found.append(
            Line(
                change=change,
                base=_side(change.leaf, change.base, stands, digits),
                theirs=_side(change.leaf, change.theirs, stands, digits),
                mine=_side(change.leaf, change.mine, stands, digits),
                saved=change.leaf.score if change.conflict or change.merged.changed_there else None,
                keep=keep,
            )
        )
    return found


def _side(leaf: Leaf, stated: Stated, stands: Mapping[str, str], digits: int) -> Side:
    asked = {name: standing != SAME for name, standing in stands.items()}
    return Side(
        answer=answer_words(leaf, stated) if asked[ANSWER] else None,
        points=points_of(leaf, stated, digits) if asked[ANSWER] else None,
        explanation=stated.explanation if asked[EXPLANATION] else None,
    )


def answer_words(leaf: Leaf, stated: Stated) -> str:
    """An answer or a request in one line, without its points."""
    if stated.na_requested:
        return _("Đề nghị không áp dụng: %(reason)s") % {"reason": stated.na_reason or _("chưa ghi lý do")}
    if not stated.answer:
        return _("Điểm nhập sẵn, không có câu trả lời") if stated.entered else _("Chưa trả lời")
    try:
        return compute(leaf.rule, canonical.loads(stated.answer)).explanation.rpartition(" → ")[0]
    except AnswerError:  # an answer kept under the rule of another year
        return _("Câu trả lời theo cách chấm cũ")


def state_of(upload: WorkbookUpload) -> dict[str, Any]:
    """What has become of an upload: tone, word, icon, and when."""
    if upload.applied_at is not None:
        return {"tone": "ok", "word": _("đã ghi"), "icon": "check", "when": upload.applied_at}
    if upload.dropped_at is not None:
        return {"tone": "", "word": _("đã bỏ"), "icon": "off", "when": upload.dropped_at}
    return {"tone": "warn", "word": _("chờ xem và ghi"), "icon": "clock", "when": None}
