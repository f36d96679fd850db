"""The desk: one component of one unit, decided with rule, inputs, evidence and the other units in view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.rules import APPRAISER, AnswerError, Rule, allowed_points
from parindex.decisions import Conflict, Decision, Refused
from parindex.edge import ask
from parindex.numbers import shown
from scoring import permissions, policies
from scoring.actions.appraisal import decide_score
from scoring.forms.answers import typed_of
from scoring.forms.appraisal import Decided, decided_from, verdict_of
from scoring.models import Assessment, Score
from scoring.queries.appraisal import (
    Neighbour,
    across_units,
    elsewhere,
    revisions_of,
    within_unit,
)
from scoring.queries.ground import Cell, Ground, ground_of
from scoring.queries.leaves import rule_of
from scoring.queries.past import past_of
from scoring.queries.workspace import links_of, with_context
from scoring.views.cards import SheetCard, card_of_score
from scoring.views.desk_words import document_of, entry_of, stored_words, typed_words

#: Longer lists of points are typed instead of chosen.
MOST_POINTS = 30


@dataclass(frozen=True)
class Place:
    """Where the appraiser stands: a leaf of a dossier with what is stored of it."""

    user: Any
    assessment: Assessment
    ground: Ground
    cell: Cell
    score: Score

    @property
    def rule(self) -> Rule:
        """The rule of the leaf."""
        return rule_of(self.cell.node)

    @property
    def may(self) -> Decision:
        """Whether this person may decide it now."""
        mine = permissions.may_appraise(self.user, self.assessment, list(self.cell.chain), self.ground.duty)
        return policies.may_appraise(self.assessment.state, self.ground.population.stage) if mine else mine

    @property
    def exempt(self) -> bool:
        """Whether a grant covers it."""
        return bool(self.ground.granted(self.assessment.unit_id).intersection(self.cell.chain))

    @property
    def reopened(self) -> bool:
        """Whether it was decided and has changed since."""
        return self.score.appraised_at is not None and self.score.appraised_version != self.score.version

    @property
    def decided(self) -> bool:
        """Whether a decision stands."""
        return self.score.appraised_at is not None and not self.reopened


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One component of one unit; a POST decides it and goes on to the next."""
    place = place_of(request, pk, code)
    if request.method == "GET":
        return page(request, place)
    decided = decided_from(request.POST)
    try:
        verdict = verdict_of(decided, digits=place.ground.population.digits)
        score, _changed = decide_score(
            assessment_id=pk, code=code, version=decided.version, verdict=verdict, by=request.user
        )
    except AnswerError as error:
        return page(request, place, decided=decided, error=error, status=422)
    except Conflict as conflict:
        now = place_of(request, pk, code)
        return page(request, now, decided=decided, conflict=conflict.reason, status=409)
    except Refused as refused:
        if refused.decision.hidden:
            raise Http404(refused.reason) from refused
        return page(
            request, place, decided=decided, error=AnswerError(refused.reason, refused.code), status=422
        )
    return onward(request, place, score, decided)


def place_of(request: HttpRequest, pk: int, code: str) -> Place:
    """The place of an address; 404 for what does not exist or is nobody's to decide, 403 for others' cells."""
    assessment = with_context(Assessment.objects.filter(pk=pk)).first()
    if assessment is None:
        raise Http404("no such dossier")
    ground = ground_of(assessment.population)
    cell = next((leaf for leaf in ground.leaves if leaf.code == code), None)
    if cell is None:
        ask(permissions.HIDDEN)
        raise Http404("no such component")
    ask(permissions.may_view_cell(request.user, assessment, list(cell.chain), ground.duty))
    rows = Score.objects.filter(assessment=assessment, node_id=cell.pk).select_related(
        "saved_by", "appraised_by"
    )
    score = rows.first() or Score(assessment=assessment, node=cell.node)
    score.node, score.assessment = cell.node, assessment
    return Place(request.user, assessment, ground, cell, score)


def onward(request: HttpRequest, place: Place, score: Score, decided: Decided) -> HttpResponse:
    """Say what was written and go to the next that waits: the same component elsewhere, or the next of the unit."""
    words = {"code": place.cell.code, "unit": place.assessment.unit}
    if score.appraised_points is None:
        messages.success(request, _("Đã ghi %(code)s của %(unit)s: không áp dụng.") % words)
    else:
        words["points"] = shown(score.appraised_points)
        messages.success(request, _("Đã ghi %(code)s của %(unit)s: %(points)s điểm.") % words)
    if decided.onward == "component":
        rows = within_unit(request.user, place.ground, place.assessment)
    else:
        rows = across_units(request.user, place.ground, place.cell)
    following = after(rows, place)
    if following is None:
        return redirect("scoring:appraisal_case", place.assessment.pk)
    return redirect(address(following, decided.onward))


def after(rows: list[Neighbour], place: Place) -> Neighbour | None:
    """The next neighbour that waits for this person, from here on and round to the beginning."""
    here = position(rows, place)
    return next((row for row in [*rows[here + 1 :], *rows[:here]] if row.waits), None)


def position(rows: list[Neighbour], place: Place) -> int:
    """Where the place stands in a list of neighbours."""
    wanted = (place.assessment.pk, place.cell.code)
    return next((i for i, row in enumerate(rows) if (row.assessment.pk, row.code) == wanted), 0)


def address(row: Neighbour, by: str) -> str:
    """The desk of a neighbour, going on in the same way."""
    url = reverse("scoring:desk", args=[row.assessment.pk, row.code])
    return f"{url}?theo=don-vi" if by == "component" else url


# --- The page ------------------------------------------------------------------------------------


def page(
    request: HttpRequest,
    place: Place,
    *,
    decided: Decided | None = None,
    error: AnswerError | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """The desk as it is stored, or with what was typed and what stands in its way."""
    by_unit = decided.onward == "component" if decided else request.GET.get("theo") == "don-vi"
    units = across_units(request.user, place.ground, place.cell)
    components = within_unit(request.user, place.ground, place.assessment)
    context = {
        "place": place,
        "by_unit": by_unit,
        "suffix": "?theo=don-vi" if by_unit else "",
        "conflict": conflict,
        "mine_words": typed_words(place.rule, decided) if conflict and decided else "",
        "stored": stored_words(place.score),
        "status_line": status_line(units, place),
        **around("unit", units, place),
        **around("component", components, place),
        "units": [(row, answer_words(place, row)) for row in units],
        **matter(place),
        **form_of(place, decided, error),
    }
    return render(request, "scoring/appraisal/desk.html", context, status=status)


def status_line(units: list[Neighbour], place: Place) -> dict[str, int]:
    """Which unit this is among how many, and how the component stands over all of them."""
    mine = [row for row in units if row.mine and not row.exempt]
    done = sum(row.decided for row in mine)
    return {
        "number": position(units, place) + 1,
        "units": len(units),
        "decided": done,
        "left": len(mine) - done,
    }


def around(name: str, rows: list[Neighbour], place: Place) -> dict[str, Neighbour | None]:
    """The neighbours before and after the place."""
    here = position(rows, place)
    return {
        f"before_{name}": rows[here - 1] if here else None,
        f"after_{name}": rows[here + 1] if here + 1 < len(rows) else None,
    }


def answer_words(place: Place, row: Neighbour) -> str:
    """The answer of another unit in one line."""
    return stored_words(row.score, rule=place.rule).answer if row.score is not None else ""


def matter(place: Place) -> dict[str, Any]:
    """What the unit has stated: its card, last year, documents and everything that happened."""
    assessment, score, node = place.assessment, place.score, place.cell.node
    past = past_of(assessment, [node]).get(node.pk)
    links = links_of(assessment, node).get(node.pk, []) if score.pk else []
    used = elsewhere(assessment, links) if links else {}
    return {
        "card": card_of_score(score, assessment, links=[], past=past),
        "past": past,
        "documents": [document_of(link, assessment, score, used.get(link.evidence_id, [])) for link in links],
        "history": [entry_of(revision, first=i == 0) for i, revision in enumerate(revisions_of(score))],
    }


def form_of(place: Place, decided: Decided | None, error: AnswerError | None) -> dict[str, Any]:
    """The decision form: which ways there are, what is chosen, the inputs to correct and the points to choose."""
    score = place.score
    listed = allowed_points(place.rule, digits=place.ground.population.digits)
    chosen = decided.kind if decided else verdict_now(place)
    return {
        "may": place.may,
        "chosen": chosen,
        "accept_points": 0 if score.not_self_assessed else score.self_points,
        "appraiser_only": place.rule.answered_by == APPRAISER,
        "inputs": inputs_of(place, decided, error),
        "listed": listed if listed is not None and len(listed) <= MOST_POINTS else None,
        "points_typed": decided.points if decided else points_now(place, chosen),
        "reason": decided.reason if decided else score.appraisal_reason,
        "error": error,
        "error_place": {"reason": "#ly-do", "points": "#diem"}.get(error.field, "#quyet-dinh")
        if error
        else "",
        # The version that is stored now is carried on only where both decisions are in view.
        "version": decided.version if decided and error else score.version,
    }


def inputs_of(place: Place, decided: Decided | None, error: AnswerError | None) -> SheetCard:
    """The inputs to correct: as typed, else as corrected before, else as the unit stated them."""
    score = place.score
    corrected = Score(answer=score.appraised_answer) if score.appraised_answer else score
    typed = decided.typed if decided else typed_of(corrected)
    wrong = error if decided and decided.kind == "correct" else None
    card = card_of_score(
        score, place.assessment, links=[], past=None, typed=replace(typed, na_requested=False), error=wrong
    )
    return replace(card, anchor="sua", error="")


def verdict_now(place: Place) -> str:
    """The way that is chosen when the page opens: the decision that stands, else accepting where that is possible."""
    score = place.score
    if place.decided:
        if score.appraised_points is None:
            return "grant_na"
        if score.appraised_answer:
            return "correct"
        same = score.appraised_points == score.self_points or (
            score.not_self_assessed and not score.appraised_points
        )
        return "accept" if same else "points"
    if place.reopened or score.na_requested:
        return ""
    if place.rule.answered_by == APPRAISER:
        return "correct"
    return "accept" if score.self_points is not None or score.not_self_assessed else ""


def points_now(place: Place, chosen: str) -> str:
    """The other points as they stand, in the way the field takes them."""
    return shown(place.score.appraised_points) if chosen == "points" else ""
