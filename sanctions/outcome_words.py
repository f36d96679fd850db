"""A stored proposal in plain words: who, on what figures, under which article, what to look at before deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parindex.numbers import shown
from sanctions.models import OutcomeKind, OutcomeSubject
from sanctions.outcomes import ARTICLE_20_6, UNDETERMINED
from sanctions.queries import OutcomeRow


@dataclass(frozen=True)
class Said:
    """One proposal to read. ``cautions`` are to be looked at before deciding; ``facts`` are for information."""

    row: OutcomeRow
    proposal: str
    subject: str
    index: Decimal | None
    facts: tuple[str, ...]
    cautions: tuple[str, ...]


def said(row: OutcomeRow) -> Said:
    """The words of one proposal."""
    facts = row.outcome.facts_value
    head = row.outcome.subject == OutcomeSubject.HEAD
    return Said(
        row=row,
        proposal=_proposal(row),
        subject=_head(facts) if head else str(OutcomeSubject.UNIT.label).capitalize(),
        index=facts.get("index_percent"),
        facts=tuple(_facts(facts, head)),
        cautions=tuple(_cautions(facts, head)),
    )


def _proposal(row: OutcomeRow) -> str:
    return {
        OutcomeKind.COMMENDATION: _("Đề nghị, xét khen thưởng"),
        OutcomeKind.CRITICISM: _("Đề nghị, xét phê bình lần thứ nhất"),
        OutcomeKind.DISCIPLINE_REVIEW: _("Đề nghị, xem xét kỷ luật"),
    }[OutcomeKind(row.outcome.kind)]


def _head(facts: Mapping[str, Any]) -> str:
    name = str(facts.get("head", ""))
    if not facts.get("head_known"):
        return name[:1].upper() + name[1:]
    known = next((each for each in facts.get("heads", ()) if each.get("name") == name), {})
    title = known.get("title") or _("người đứng đầu")
    return f"{name}, {title}"


def _facts(facts: Mapping[str, Any], head: bool) -> list[str]:
    lines = [
        _("Đạt %(points)s trên %(maximum)s điểm áp dụng, bằng %(index)s%%.")
        % {
            "points": shown(facts.get("points")),
            "maximum": shown(facts.get("max_points")),
            "index": shown(facts.get("index_percent")),
        }
    ]
    if not head:
        return lines
    first = facts.get("first_criticism")
    if first:
        lines.append(
            _("Năm trước cũng dưới 50: lần phê bình thứ nhất theo %(article)s của năm %(year)s (%(index)s%%).")
            % {"article": ARTICLE_20_6, "year": first["year"], "index": shown(first["index_percent"])}
        )
    article = facts.get("article_20_7")
    if article:
        lines.append(_("Điều 20.7: %(text)s.") % {"text": article["text"]})
    heads = facts.get("heads", ())
    if len(heads) > 1:
        lines.append(_("Người đứng đầu trong năm: %(heads)s.") % {"heads": "; ".join(_days(each) for each in heads)})
    lines += [
        _("Cùng người này năm %(year)s đứng đầu %(unit)s, đạt %(index)s%%. Chỉ để tham khảo.") % _other(each)
        for each in facts.get("same_person_elsewhere", ())
    ]
    lines += [
        _("Đơn vị trước sáp nhập, chia tách: %(unit)s, năm %(year)s đạt %(index)s%%.") % _other(each)
        for each in facts.get("predecessors", ())
    ]
    return lines


def _days(head: Mapping[str, Any]) -> str:
    acting = _(", phụ trách") if head.get("acting") else ""
    return _("%(name)s%(acting)s (%(days)d ngày)") % {"name": head["name"], "acting": acting, "days": head["days"]}


def _other(other: Mapping[str, Any]) -> dict[str, Any]:
    return {"unit": other["unit_name"], "year": other["year"], "index": shown(other["index_percent"])}


def _cautions(facts: Mapping[str, Any], head: bool) -> list[str]:
    found = []
    if not facts.get("complete", True):
        found.append(_("Kết quả còn thiếu tiêu chí, mới là tạm tính."))
    if not head:
        return found
    if not facts.get("head_known"):
        found.append(_("Chưa có dữ liệu người đứng đầu. Bổ sung ở trang đơn vị rồi tính lại."))
    if facts.get("head_under_183_days"):
        found.append(_("Đứng đầu %(days)d ngày trong năm, dưới 183 ngày.") % {"days": facts["head_days"]})
    if facts.get("head_acting"):
        found.append(_("Đang phụ trách, quyền hoặc giao điều hành."))
    if facts.get("article_20_7", {}).get("status") == UNDETERMINED:
        found.append(_("Điều 20.7 không xét được."))
    if facts.get("unit_two_year_run") and not facts.get("first_criticism"):
        found.append(_("Đơn vị dưới 50 hai năm liên tiếp, không xác định là cùng người đứng đầu."))
    return found
