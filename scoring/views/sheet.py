"""The sheet as cards: one area on one page, filtered, with the way to the areas beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.models import Node
from criteria.rules import SURVEY
from parindex.components import RailArea
from scoring import states
from scoring.models import EvidenceLink
from scoring.queries.dossiers import Dossier, Leaf, Progress, dossier_of, progress_of
from scoring.queries.past import past_of
from scoring.queries.returns import Point, by_node, returned_of
from scoring.queries.team import Team, note_counts, team_of
from scoring.queries.workspace import links_of
from scoring.views.cards import SheetCard, card_of, refusal_of
from scoring.views.dossier import Frame, frame_of
from scoring.views.filters import NEED_PAST, Facts, address, chosen_in, differs, kept, kept_pairs, pills
from units.models import User

__all__ = ["differs", "facts_of", "sheet", "state_of", "totals"]


@dataclass(frozen=True)
class Row:
    """A card with what stands around it: why it came back, the unit's own notes, who looks after it."""

    card: SheetCard
    returned: Point | None = None
    notes_url: str = ""
    notes: int = 0
    holders: tuple[User, ...] = ()


@dataclass(frozen=True)
class Group:
    """A criterion with its cards; ``node`` is None for a criterion that is itself the component."""

    node: Node | None
    rows: tuple[Row, ...]


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
    compared = dossier.leaves if chosen_in(request) in NEED_PAST else leaves
    facts = facts_of(frame, dossier, compared)
    chosen = kept(leaves, chosen_in(request), facts)
    context = {
        "frame": frame,
        "area": area,
        "groups": groups_of(frame, chosen, links, facts),
        "progress": progress_of(leaves),
        "lead": lead_of(leaves),
        "pills": pills(request, leaves, facts),
        "rail": rail_of(request, frame, dossier, area),
        "carried": kept_pairs(request, without="q"),
        "table_url": address(request, reverse("scoring:table", args=[pk])),
        "complete": not dossier.missing,
        **neighbours(request, frame, facts, area),
    }
    return render(request, "scoring/sheet.html", context)


@require_GET
def sheet_progress(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """How far the area and its neighbours are: the piece of the page that a save leaves behind."""
    frame = frame_of(request, pk)
    dossier = dossier_of(frame.assessment)
    area = next((each for each in dossier.areas if each.code == code), None)
    if area is None:
        raise Http404("no such area")
    leaves = dossier.in_area(area)
    context = {
        "frame": frame,
        "area": area,
        "progress": progress_of(leaves),
        "lead": lead_of(leaves),
        "rail": rail_of(request, frame, dossier, area),
        "place": dossier.areas.index(area) + 1,
        "places": len(dossier.areas),
    }
    return render(request, "scoring/sheet_progress.html", context)


def facts_of(frame: Frame, dossier: Dossier, compared: Iterable[Leaf]) -> Facts:
    """What filters and rows ask: last year of some leaves, the return, and for the unit's own people shares and notes."""
    own = frame.own
    return Facts(
        dossier=dossier,
        past=past_of(frame.assessment, [leaf.node for leaf in compared]),
        returned=by_node(returned_of(frame.assessment)),
        team=team_of(frame.assessment) if own else Team(),
        notes=note_counts(frame.assessment) if own else {},
        me=frame.user.pk if own else None,
    )


# --- Cards ---------------------------------------------------------------------------------------


def groups_of(
    frame: Frame, leaves: Iterable[Leaf], links: Mapping[int, list[EvidenceLink]], facts: Facts
) -> list[Group]:
    """The cards of some leaves under their criteria."""
    editable = bool(frame.editable)
    found: dict[int, tuple[Node, list[Row]]] = {}
    for leaf in leaves:
        card = card_of(
            leaf,
            frame.assessment,
            editable=editable,
            links=links.get(leaf.node.pk, ()),
            past=facts.past.get(leaf.node.pk),
        )
        found.setdefault(leaf.criterion.pk, (leaf.criterion, []))[1].append(row_of(frame, leaf, card, facts))
    return [
        Group(None if rows[0].card.code == criterion.code else criterion, tuple(rows))
        for criterion, rows in found.values()
    ]


def row_of(frame: Frame, leaf: Leaf, card: SheetCard, facts: Facts) -> Row:
    """A card with its surroundings; notes and people only for the unit's own people."""
    if facts.me is None:
        return Row(card, facts.returned.get(leaf.node.pk))
    return Row(
        card=card,
        returned=facts.returned.get(leaf.node.pk),
        notes_url=reverse("scoring:notes", args=[frame.assessment.pk, leaf.node.code]),
        notes=facts.notes.get(leaf.node.pk, 0),
        holders=facts.team.holders(leaf),
    )


def lead_of(leaves: Iterable[Leaf]) -> str:
    """How many components there are and who scores those that the unit is not asked."""
    listed = list(leaves)
    surveyed = sum(leaf.rule.answered_by == SURVEY for leaf in listed)
    others = sum(not leaf.asked for leaf in listed) - surveyed
    parts = [_("Lĩnh vực có %(n)d tiêu chí thành phần") % {"n": len(listed)}]
    if surveyed:
        parts.append(_("%(n)d do điều tra xã hội học") % {"n": surveyed})
    if others > 0:
        parts.append(_("%(n)d không hỏi đơn vị") % {"n": others})
    return ", ".join(parts) + "."


# --- Ways to other areas -------------------------------------------------------------------------


def area_url(request: HttpRequest, frame: Frame, area: Node) -> str:
    """The sheet of an area under the same filter."""
    return address(request, reverse("scoring:sheet", args=[frame.assessment.pk, area.code]), q="")


def rail_of(request: HttpRequest, frame: Frame, dossier: Dossier, current: Node) -> list[RailArea]:
    """The areas with how far each is."""
    return [
        RailArea(
            label=f"{area.code}. {area.name}",
            url=area_url(request, frame, area),
            done=progress.answered,
            total=progress.asked,
            current=area.pk == current.pk,
            lacking=progress.unfinished,
        )
        for area, progress in totals(dossier)
    ]


def neighbours(request: HttpRequest, frame: Frame, facts: Facts, area: Node) -> dict[str, Any]:
    """The areas before and after in which the filter keeps something, and where this one stands."""
    dossier, kind = facts.dossier, chosen_in(request)
    holding = {leaf.area.pk for leaf in kept(dossier.leaves, kind, facts)}
    place = [each.pk for each in dossier.areas].index(area.pk)
    before = next((each for each in reversed(dossier.areas[:place]) if each.pk in holding), None)
    after = next((each for each in dossier.areas[place + 1 :] if each.pk in holding), None)
    return {
        "before": before,
        "before_url": area_url(request, frame, before) if before else "",
        "after": after,
        "after_url": area_url(request, frame, after) if after else "",
        "place": place + 1,
        "places": len(dossier.areas),
    }


# --- Words of a row ------------------------------------------------------------------------------


def state_of(dossier: Dossier, leaf: Leaf) -> str:
    """The code of a component's state; "asked_na" waits for a decision, "" is not asked of the unit."""
    if leaf.exempt:
        return "not_applicable"
    if not leaf.asked:
        return ""
    missing = dossier.missing.get(leaf.node.code)
    if missing is None:
        if leaf.score is None or not leaf.score.na_requested:
            return "answered"
        return "refused_na" if refusal_of(leaf.score, dossier.assessment.population.stage) else "asked_na"
    return {"answer": "empty", "proof": "no_evidence", "confirm": "unconfirmed"}.get(missing.kind, "no_explanation")


def totals(dossier: Dossier) -> list[tuple[Node, Progress]]:
    """Every area with its progress; while a dossier can be edited, what its answers lack is left to do."""
    found = []
    missing = dossier.missing if dossier.assessment.state in states.EDITABLE else {}
    for area in dossier.areas:
        leaves = dossier.in_area(area)
        lacking = sum(leaf.asked and leaf.answered and leaf.node.code in missing for leaf in leaves)
        found.append((area, replace(progress_of(leaves), unfinished=lacking)))
    return found
