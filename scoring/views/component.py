"""One component of the sheet: shown by itself, saved by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.models import Node
from criteria.rules import AnswerError
from parindex.decisions import Conflict, Refused
from parindex.numbers import shown
from scoring.actions import save_score
from scoring.forms.answers import Typed, statement_of, typed_from
from scoring.models import Assessment, Score
from scoring.queries.dossiers import Leaf, area_of, leaf_of
from scoring.queries.past import past_of
from scoring.queries.workspace import links_of
from scoring.views.cards import SheetCard, anchor_of, card_of, card_of_score, conflict_card
from scoring.views.dossier import Frame, frame_of

AUTOSAVE = "X-Autosave"
#: Its value when the card may stay on the page and needs only what the save has changed.
PARTS = "parts"


@require_http_methods(["GET", "POST"])
def component(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One component by itself; a POST saves it.

    With the header ``X-Autosave`` the answer is the card alone (the changed pieces of it where they are enough):
    200 saved, 409 two versions, 422 with its error. Without it: a redirect to the card on its sheet, or the whole page with the same status.
    """
    if request.method == "GET":
        return shown_component(request, pk, code)
    if request.POST.get("keep") == "theirs":
        return shown_component(request, pk, code)
    typed = typed_from(request.POST)
    try:
        statement = statement_of(typed)
        score, _made = save_score(assessment_id=pk, code=code, version=typed.version, statement=statement, by=request.user)
    except AnswerError as error:
        return unsaved(request, pk, code, typed, error)
    except Conflict as conflict:
        return conflicting(request, conflict, typed)
    except Refused as refused:
        if refused.decision.hidden:
            raise Http404(refused.reason) from refused
        return unsaved(request, pk, code, typed, AnswerError(refused.reason))
    except Assessment.DoesNotExist as missing:
        raise Http404("no such dossier") from missing
    return saved(request, score, typed)


def saved(request: HttpRequest, score: Score, typed: Typed) -> HttpResponse:
    """The answer to a save that is stored."""
    assessment = score.assessment
    if not request.headers.get(AUTOSAVE):
        words = _("Đã lưu %(code)s.") % {"code": score.node.code}
        if score.self_points is not None:
            words = _("Đã lưu %(code)s: %(points)s điểm.") % {"code": score.node.code, "points": shown(score.self_points)}
        messages.success(request, words)
        return redirect(address(assessment, score.node))
    if request.headers[AUTOSAVE] == PARTS and not score.na_requested:
        card = card_of_score(score, assessment, links=(), past=None)
        proven = replace(card, evidence_missing="") if score.documented else card
        # The pieces know nothing of the page around them: no request, no context of pages.
        return HttpResponse(render_to_string("components/answer_parts.html", {"card": proven}))
    links = links_of(assessment, score.node).get(score.node_id, []) if score.documented else []
    # Last year's column stays on the page as it is: the answer leaves it out.
    card = card_of_score(score, assessment, links=links, past=None)
    # A reason typed before the box is ticked is not stored yet, and must not vanish.
    return answer(request, card if score.na_requested else replace(card, na_reason=typed.na_reason))


def unsaved(request: HttpRequest, pk: int, code: str, typed: Typed, error: AnswerError) -> HttpResponse:
    """The card with what was typed and what is wrong with it; nothing was stored."""
    frame = frame_of(request, pk)
    leaf = wanted_leaf(frame, code)
    assessment = frame.assessment
    score = leaf.score or Score(assessment=assessment, node=leaf.node)
    score.node = leaf.node
    links = links_of(assessment, leaf.node).get(leaf.node.pk, [])
    past = past_of(assessment, [leaf.node]).get(leaf.node.pk)
    card = card_of_score(score, assessment, links=links, past=past, typed=typed, error=error)
    return answer(request, card, frame=frame, status=422)


def conflicting(request: HttpRequest, conflict: Conflict, typed: Typed) -> HttpResponse:
    """Both versions, to choose from."""
    score: Any = conflict.current
    own = score.saved_by_id == request.user.pk
    card = conflict_card(score, score.assessment, typed, conflict.reason, own=own)
    frame = None if request.headers.get(AUTOSAVE) else frame_of(request, score.assessment_id)
    return answer(request, card, frame=frame, status=409)


def shown_component(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One card as it is stored."""
    frame = frame_of(request, pk)
    leaf = wanted_leaf(frame, code)
    card = card_of(
        leaf,
        frame.assessment,
        editable=bool(frame.editable),
        links=links_of(frame.assessment, leaf.node).get(leaf.node.pk, ()),
        past=past_of(frame.assessment, [leaf.node]).get(leaf.node.pk),
    )
    return answer(request, card, frame=frame)


def wanted_leaf(frame: Frame, code: str) -> Leaf:
    """The leaf of an address, or 404."""
    leaf = leaf_of(frame.assessment, code)
    if leaf is None:
        raise Http404("no such component")
    return leaf


def answer(
    request: HttpRequest, card: SheetCard, *, frame: Frame | None = None, status: int = 200
) -> HttpResponse:
    """A card as a fragment for autosave, else on a page of its own."""
    template = "components/conflict_card.html" if card.conflict else "components/answer_card.html"
    if request.headers.get(AUTOSAVE):
        return render(request, template, {"card": card}, status=status)
    back = reverse("scoring:sheet", args=[frame.assessment.pk, card.code.split(".")[0]]) if frame else ""
    context = {"card": card, "card_template": template, "frame": frame, "back": f"{back}#{card.anchor}"}
    return render(request, "scoring/component.html", context, status=status)


def address(assessment: Assessment, node: Node) -> str:
    """Where a component stands on its sheet."""
    sheet_url = reverse("scoring:sheet", args=[assessment.pk, area_of(node).code])
    return f"{sheet_url}#{anchor_of(node.code)}"
