"""The sheet: one area as cards, and all components as one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from criteria.models import Node
from criteria.rules import APPRAISER, DERIVED, SURVEY
from parindex import text
from parindex.components import Choice, RailArea
from scoring.models import EvidenceLink
from scoring.queries.dossiers import Dossier, Leaf, Progress, dossier_of, progress_of
from scoring.queries.past import Past, in_words, past_of
from scoring.queries.workspace import links_of
from scoring.views.cards import SheetCard, anchor_of, card_of
from scoring.views.dossier import Frame, frame_of

ALL = ""
#: Who scores what the unit is not asked, in the table.
ANSWERED_BY = {
    SURVEY: gettext_lazy("điều tra xã hội học"),
    DERIVED: gettext_lazy("hệ thống tự tính"),
    APPRAISER: gettext_lazy("cơ quan thẩm định chấm"),
}


@dataclass(frozen=True)
class Group:
    """A criterion with its cards; ``node`` is None for a criterion that is itself the component."""

    node: Node | None
    cards: tuple[SheetCard, ...]


@require_GET
def sheet(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One area as cards, with the areas beside it and last year where there is one."""
    frame = frame_of(request, pk)
    links = links_of(frame.assessment)
    dossier = dossier_of(frame.assessment, links)
    area = next((each for each in dossier.areas if each.code == code), None)
    if area is None:
        raise Http404("no such area")
    leaves = dossier.in_area(area)
    past = past_of(frame.assessment, [leaf.node for leaf in leaves])
    chosen, pills = filtered(request, dossier, leaves, past)
    context = {
        "frame": frame,
        "area": area,
        "groups": groups_of(frame, chosen, links, past),
        "progress": progress_of(leaves),
        "lead": lead_of(leaves),
        "pills": pills,
        "rail": rail_of(dossier, frame, area),
        **neighbours(dossier, frame, area),
    }
    return render(request, "scoring/sheet.html", context)


@require_GET
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """All components of the dossier in one table, for checking."""
    frame = frame_of(request, pk)
    dossier = dossier_of(frame.assessment)
    past = past_of(frame.assessment, [leaf.node for leaf in dossier.leaves])
    chosen, pills = filtered(request, dossier, dossier.leaves, past)
    query = request.GET.get("q", "")[:100]
    context = {
        "frame": frame,
        "rows": [row_of(frame, dossier, leaf, past.get(leaf.node.pk)) for leaf in searched(chosen, query)],
        "query": query,
        "pills": pills,
        "progress": dossier.progress,
        "has_past": bool(past),
    }
    return render(request, "scoring/table.html", context)


# --- Cards ---------------------------------------------------------------------------------------


def groups_of(
    frame: Frame, leaves: Iterable[Leaf], links: Mapping[int, list[EvidenceLink]], past: Mapping[int, Past]
) -> list[Group]:
    """The cards of some leaves under their criteria."""
    editable = bool(frame.editable)
    found: dict[int, tuple[Node, list[SheetCard]]] = {}
    for leaf in leaves:
        card = card_of(
            leaf,
            frame.assessment,
            editable=editable,
            links=links.get(leaf.node.pk, ()),
            past=past.get(leaf.node.pk),
        )
        found.setdefault(leaf.criterion.pk, (leaf.criterion, []))[1].append(card)
    return [
        Group(None if cards[0].code == criterion.code else criterion, tuple(cards)) for criterion, cards in found.values()
    ]


def lead_of(leaves: Iterable[Leaf]) -> str:
    """How many components there are and who scores those that the unit is not asked."""
    listed = list(leaves)
    surveyed = sum(leaf.rule.answered_by == SURVEY for leaf in listed)
    others = sum(not leaf.asked for leaf in listed) - surveyed
    parts = [_("%(n)d tiêu chí thành phần.") % {"n": len(listed)}]
    if surveyed:
        parts.append(_("%(n)d tiêu chí do điều tra xã hội học.") % {"n": surveyed})
    if others > 0:
        parts.append(_("%(n)d tiêu chí đơn vị không phải trả lời.") % {"n": others})
    return " ".join(parts)


def rail_of(dossier: Dossier, frame: Frame, current: Node) -> list[RailArea]:
    """The areas with how far each is."""
    found = []
    for area in dossier.areas:
        progress = progress_of(dossier.in_area(area))
        found.append(
            RailArea(
                label=f"{area.code}. {area.name}",
                url=reverse("scoring:sheet", args=[frame.assessment.pk, area.code]),
                done=progress.answered,
                total=progress.asked,
                current=area.pk == current.pk,
            )
        )
    return found


def neighbours(dossier: Dossier, frame: Frame, area: Node) -> dict[str, Any]:
    """The area before and after, and where this one stands."""
    areas = [each.pk for each in dossier.areas]
    place = areas.index(area.pk)
    before = dossier.areas[place - 1] if place else None
    after = dossier.areas[place + 1] if place + 1 < len(areas) else None
    return {"before": before, "after": after, "place": place + 1, "places": len(areas)}


# --- Filters -------------------------------------------------------------------------------------


def filtered(
    request: HttpRequest, dossier: Dossier, leaves: Iterable[Leaf], past: Mapping[int, Past]
) -> tuple[list[Leaf], list[Choice]]:
    """The leaves that ``?loc=`` asks for, and the pills with their counts."""
    listed = list(leaves)
    kinds = {
        ALL: (_("Tất cả"), listed),
        "chua-tra-loi": (_("Chưa trả lời"), [leaf for leaf in listed if leaf.asked and not leaf.answered]),
        "thieu-tai-lieu": (
            _("Thiếu tài liệu"),
            [leaf for leaf in listed if leaf.node.code in dossier.missing and leaf.answered],
        ),
        "de-nghi-khong-ap-dung": (
            _("Đề nghị không áp dụng"),
            [leaf for leaf in listed if leaf.score is not None and leaf.score.na_requested],
        ),
        "khac-nam-truoc": (_("Khác năm trước"), [leaf for leaf in listed if differs(leaf, past.get(leaf.node.pk))]),
    }
    asked = request.GET.get("loc", ALL)
    chosen = asked if asked in kinds else ALL
    pills = [
        Choice(str(label), pill_url(request, kind), current=kind == chosen, count=len(found))
        for kind, (label, found) in kinds.items()
        if found or kind in (ALL, chosen)
    ]
    return kinds[chosen][1], pills


def pill_url(request: HttpRequest, kind: str) -> str:
    """The page's address with another filter."""
    query = request.GET.copy()
    query.pop("loc", None)
    if kind:
        query["loc"] = kind
    return f"{request.path}?{query.urlencode()}" if query else request.path


def differs(leaf: Leaf, past: Past | None) -> bool:
    """Whether the points claimed are not those of last year."""
    return leaf.points is not None and past is not None and past.self_points is not None and leaf.points != past.self_points


def searched(leaves: Iterable[Leaf], query: str) -> list[Leaf]:
    """The leaves whose code or name holds the words, without accents."""
    wanted = text.search_key(query)
    if not wanted:
        return list(leaves)
    return [leaf for leaf in leaves if wanted in text.search_key(f"{leaf.node.code} {leaf.node.name}")]


# --- Rows ----------------------------------------------------------------------------------------


def row_of(frame: Frame, dossier: Dossier, leaf: Leaf, past: Past | None) -> dict[str, Any]:
    """One line of the table."""
    score = leaf.score
    return {
        "leaf": leaf,
        "area": leaf.area,
        "url": reverse("scoring:sheet", args=[frame.assessment.pk, leaf.area.code]) + "#" + anchor_of(leaf.node.code),
        "answer": in_words(score, leaf.rule) if score is not None else "",
        "state": state_of(dossier, leaf),
        "who": ANSWERED_BY.get(leaf.rule.answered_by, ""),
        "past": past,
    }


def state_of(dossier: Dossier, leaf: Leaf) -> str:
    """The code of a component's state; "asked_na" waits for a decision, "" is not asked of the unit."""
    if leaf.exempt:
        return "not_applicable"
    if not leaf.asked:
        return ""
    missing = dossier.missing.get(leaf.node.code)
    if missing is None:
        return "asked_na" if leaf.score is not None and leaf.score.na_requested else "answered"
    return {"answer": "empty", "proof": "no_evidence"}.get(missing.kind, "no_explanation")


def totals(dossier: Dossier) -> list[tuple[Node, Progress]]:
    """Every area with its progress."""
    return [(area, progress_of(dossier.in_area(area))) for area in dossier.areas]
