"""The sheet as one table of the whole tree, for checking: columns to choose, the filters of the sheet, a search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from criteria.models import Node
from criteria.rules import APPRAISER, DERIVED, SURVEY
from scoring.queries.dossiers import Leaf, Progress, dossier_of, progress_of
from scoring.queries.past import Past, in_words
from scoring.queries.returns import Point
from scoring.views.cards import anchor_of
from scoring.views.dossier import Frame, frame_of
from scoring.views.filters import Facts, address, chosen_in, kept, kept_pairs, pills, searched
from scoring.views.sheet import facts_of, state_of
from units.models import User

#: Who scores what the unit is not asked.
ANSWERED_BY = {
    SURVEY: gettext_lazy("điều tra xã hội học"),
    DERIVED: gettext_lazy("hệ thống tự tính"),
    APPRAISER: gettext_lazy("cơ quan thẩm định chấm"),
}
#: Value of ``?cot=`` → its words, in the order of the table. Code and name always stand.
COLUMNS: Mapping[str, Any] = {
    "tra-loi": gettext_lazy("Câu trả lời"),
    "tu-cham": gettext_lazy("Tự chấm"),
    "toi-da": gettext_lazy("Tối đa"),
    "nam-truoc": gettext_lazy("Tự chấm năm trước"),
    "duoc-nam-truoc": gettext_lazy("Được năm trước"),
    "tai-lieu": gettext_lazy("Tài liệu"),
    "giai-trinh": gettext_lazy("Giải trình"),
    "trang-thai": gettext_lazy("Trạng thái"),
    "luu": gettext_lazy("Lưu gần nhất"),
    "nguoi": gettext_lazy("Người làm"),
    "ghi-chu": gettext_lazy("Ghi chú nội bộ"),
}
USUAL = frozenset({"tra-loi", "tu-cham", "toi-da", "nam-truoc", "tai-lieu", "trang-thai", "luu"})
#: What only the unit's own people are shown.
INSIDE = frozenset({"nguoi", "ghi-chu"})


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    leaf: Leaf
    url: str
    answer: str
    state: str
    who: str
    past: Past | None
    given: Decimal | None
    returned: Point | None
    holders: tuple[User, ...]
    notes: int
    notes_url: str


@dataclass(frozen=True)
class Criterion:
    """A criterion with its lines; ``node`` is None for a criterion that is itself the component."""

    node: Node | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Area:
    """An area with its criteria and how far it is as a whole."""

    node: Node
    url: str
    progress: Progress
    criteria: tuple[Criterion, ...]


@require_GET
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """All components of the dossier in one table, for checking."""
    frame = frame_of(request, pk)
    dossier = dossier_of(frame.assessment)
    facts = facts_of(frame, dossier, dossier.leaves)
    query = request.GET.get("q", "")[:100]
    found = searched(dossier.leaves, query)
    columns = columns_in(request, facts)
    shown = kept(found, chosen_in(request), facts)
    context = {
        "frame": frame,
        "areas": areas_of(request, frame, shown, facts, columns),
        "columns": columns,
        "width": len(columns) + 2,
        "choices": [(each, words, each in columns) for each, words in offered(facts).items()],
        "picked": "cot" in request.GET,
        "usual_url": address(request, request.path, cot=""),
        "query": query,
        "pills": pills(request, found, facts),
        "search_keeps": kept_pairs(request, without="q"),
        "columns_keep": kept_pairs(request, without="cot"),
        "progress": dossier.progress,
        "count": len(shown),
    }
    return render(request, "scoring/table.html", context)


def offered(facts: Facts) -> dict[str, Any]:
    """The columns this person may choose; those of last year only where there is one."""
    without = set() if facts.me is not None else set(INSIDE)
    if not facts.past:
        without |= {"nam-truoc", "duoc-nam-truoc"}
    return {name: words for name, words in COLUMNS.items() if name not in without}


def columns_in(request: HttpRequest, facts: Facts) -> list[str]:
    """The columns of the address, the usual ones when it names none."""
    asked: Collection[str] = request.GET.getlist("cot") if "cot" in request.GET else USUAL
    return [name for name in offered(facts) if name in asked]


def areas_of(
    request: HttpRequest, frame: Frame, leaves: Iterable[Leaf], facts: Facts, columns: Collection[str]
) -> list[Area]:
    """The lines under their criteria and areas, in the order of the tree."""
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        found.setdefault(leaf.area.pk, []).append(leaf)
    return [
        Area(
            node=listed[0].area,
            url=address(request, reverse("scoring:sheet", args=[frame.assessment.pk, listed[0].area.code]), q="", cot=""),
            progress=progress_of(facts.dossier.in_area(listed[0].area)),
            criteria=tuple(criteria_of(request, frame, listed, facts, columns)),
        )
        for listed in found.values()
    ]


def criteria_of(
    request: HttpRequest, frame: Frame, leaves: Iterable[Leaf], facts: Facts, columns: Collection[str]
) -> Iterable[Criterion]:
    """The lines of one area by criterion."""
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        found.setdefault(leaf.criterion.pk, []).append(leaf)
    for listed in found.values():
        node = listed[0].criterion
        rows = tuple(row_of(request, frame, leaf, facts, columns) for leaf in listed)
        yield Criterion(None if node.pk == listed[0].node.pk else node, rows)


def row_of(request: HttpRequest, frame: Frame, leaf: Leaf, facts: Facts, columns: Collection[str]) -> Row:
    """One line; words that no column shows are not made."""
    pk, past = frame.assessment.pk, facts.past.get(leaf.node.pk)
    area = reverse("scoring:sheet", args=[pk, leaf.area.code])
    return Row(
        leaf=leaf,
        url=address(request, area, q="", cot="") + "#" + anchor_of(leaf.node.code),
        answer=answer_of(leaf) if "tra-loi" in columns else "",
        state=state_of(facts.dossier, leaf),
        who=str(ANSWERED_BY.get(leaf.rule.answered_by, "")) or _("không hỏi đơn vị"),
        past=past,
        given=past.given if past is not None else None,
        returned=facts.returned.get(leaf.node.pk),
        holders=facts.team.holders(leaf),
        notes=facts.notes.get(leaf.node.pk, 0),
        notes_url=reverse("scoring:notes", args=[pk, leaf.node.code]) if facts.me is not None else "",
    )


def answer_of(leaf: Leaf) -> str:
    """The answer in words, a request of "not applicable" with its reason; where a grant stands, why."""
    if leaf.grant is not None:
        return leaf.grant.reason
    if leaf.score is None:
        return ""
    words = in_words(leaf.score, leaf.rule)
    return f"{words}: {leaf.score.na_reason}" if leaf.score.na_requested and leaf.score.na_reason else words
