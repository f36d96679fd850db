"""The home of a unit: how long, how far, what is left, what came back, who did what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from criteria.stages import Stage
from parindex.components import Entry
from scoring import states
from scoring.models import OutageExtension
from scoring.queries.dossiers import Dossier, Leaf, area_of, dossier_of
from scoring.queries.outages import extension_of
from scoring.queries.past import last_result, losses_of
from scoring.queries.returns import Returned, returned_of
from scoring.queries.team import Load, Team, load_of, team_of
from scoring.queries.workspace import acts_of, current_of, dossiers_of, moves_of
from scoring.views.cards import anchor_of
from scoring.views.dossier import Frame, frame_of, framed
from scoring.views.evidence_library import library_links
from scoring.views.home_words import entry_of, figures, heading, lead, move_words, stages
from scoring.views.sheet import state_of, totals

__all__ = ["MOST_TO_DO", "card_url", "dossier", "heading", "history", "home", "missing", "page", "to_do_of"]

#: How many things to do the home shows before "all of them".
MOST_TO_DO = 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The running dossier of the person's unit; a page saying why when there is none."""
    listed = list(dossiers_of(request.user))
    current = current_of(listed)
    if current is None:
        return render(request, "scoring/home_empty.html", {"libraries": library_links(request.user)})
    return page(request, framed(request, current), others=[row for row in listed if row.pk != current.pk])


@require_GET
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page for any dossier the person may see."""
    return page(request, frame_of(request, pk))


def page(request: HttpRequest, frame: Frame, others: list[Any] | None = None) -> HttpResponse:
    """The home of one dossier."""
    found = dossier_of(frame.assessment)
    before = last_result(frame.assessment)
    to_do = to_do_of(frame, found)
    returned = returned_of(frame.assessment)
    context = {
        "frame": frame,
        "heading": heading(frame),
        "lead": lead(frame, found),
        "progress": found.progress,
        "parts": [("s4", found.progress.claimed), ("s2", found.progress.open), ("sx", found.progress.lost)],
        "figures": figures(frame, found, before),
        "stages": stages(frame),
        "areas": totals(found),
        "to_do": to_do[:MOST_TO_DO],
        "to_do_count": len(to_do),
        "next": to_do[0] if to_do else None,
        "returned": returned,
        "outage": outage_of(frame),
        "points": points_of(frame, returned),
        "mine": mine_of(frame, found),
        "acts": [entry_of(act) for act in acts_of(frame.assessment)],
        "losses": losses_of(before) if before is not None else [],
        "others": others or [],
    }
    return render(request, "scoring/home.html", context)


def outage_of(frame: Frame) -> OutageExtension | None:
    """The outage that moved the deadline, while the deadline still matters."""
    running = frame.assessment.population.stage == Stage.SELF_ASSESSMENT
    return extension_of(frame.assessment) if running and frame.assessment.state in states.UNSUBMITTED else None


def points_of(frame: Frame, returned: Returned | None) -> list[dict[str, Any]]:
    """The components named in a return, those still to mend first, each with the way to its card."""
    points = returned.points if returned is not None else ()
    return [
        {"point": point, "url": node_url(frame, area_of(point.node).code, point.node.code)}
        for point in sorted(points, key=lambda each: each.settled)
    ]


def mine_of(frame: Frame, dossier: Dossier) -> Load | None:
    """What the person looking has been given, None when nothing is."""
    team = team_of(frame.assessment) if frame.own else Team()
    leaves = [leaf for leaf in dossier.leaves if team.holds(frame.user.pk, leaf)]
    return load_of(dossier, leaves, frame.user) if leaves else None


@require_GET
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that stands between the sheet and its submission, each a link."""
    frame = frame_of(request, pk)
    found = dossier_of(frame.assessment)
    return render(request, "scoring/missing.html", {"frame": frame, "to_do": to_do_of(frame, found)})


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The moves of the dossier and the latest acts."""
    frame = frame_of(request, pk)
    moves = [
        Entry(
            text=move_words(move.move, move.reason),
            who=move.by.get_full_name() if move.by is not None else "",
            at=move.at,
            now=place == 0,
            done=place > 0,
        )
        for place, move in enumerate(moves_of(frame.assessment))
    ]
    acts = [entry_of(act) for act in acts_of(frame.assessment, limit=100)]
    return render(request, "scoring/history.html", {"frame": frame, "moves": moves, "acts": acts})


# --- What is left --------------------------------------------------------------------------------


def to_do_of(frame: Frame, dossier: Dossier) -> list[dict[str, Any]]:
    """What is left, most points first."""
    open_leaves = [leaf for leaf in dossier.leaves if leaf.node.code in dossier.missing and leaf.asked]
    ordered = sorted(open_leaves, key=lambda leaf: (-leaf.node.max_points, leaf.node.position))
    return [
        {
            "leaf": leaf,
            "state": state_of(dossier, leaf),
            "text": dossier.missing[leaf.node.code].text,
            "url": card_url(frame, leaf),
        }
        for leaf in ordered
    ]


def card_url(frame: Frame, leaf: Leaf) -> str:
    """The card of a leaf on its sheet."""
    return node_url(frame, leaf.area.code, leaf.node.code)


def node_url(frame: Frame, area: str, code: str) -> str:
    """The card of a component by its codes."""
    return reverse("scoring:sheet", args=[frame.assessment.pk, area]) + "#" + anchor_of(code)
