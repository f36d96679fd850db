"""Handing over: the clerk proposes, the head sends back, approves and submits, or withdraws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from scoring import actions, permissions
from scoring.forms.receipts import points_from
from scoring.queries.receipts import picture_of
from scoring.receipts import grouped
from scoring.views.dossier import Frame, frame_of
from scoring.views.handover import flagged, summary
from scoring.views.return_points import groups_of
from scoring.views.workspace import heading


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """What the head will see; a POST hands the dossier over."""
    frame = frame_of(request, pk)
    ask(permissions.may_propose(request.user, frame.assessment))
    if request.method == "POST":
        note = request.POST.get("reason", "")
        done = _("Đã trình lãnh đạo. Lãnh đạo sẽ xem và nộp hồ sơ.")
        return act(request, frame, lambda: actions.propose(assessment_id=pk, by=request.user, note=note), done)
    return render(request, "scoring/handover.html", summary(frame) | {"move": "propose"})


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the head signs; a POST approves and submits exactly that."""
    frame = frame_of(request, pk)
    ask(permissions.may_submit(request.user, frame.assessment))
    if request.method == "POST":
        seen = request.POST.get("seen") or "-"  # a form without the picture signs nothing
        done = _("Đã nộp hồ sơ tự đánh giá.")
        sign = partial(actions.submit, assessment_id=pk, by=request.user, seen=seen)
        return act(request, frame, sign, done, page="submit", then="receipts")
    # The digest is read before what is shown: whatever comes between is refused, never signed unseen.
    seen = picture_of(frame.assessment)
    context = summary(frame) | {"move": "submit", "seen": seen, "seen_groups": grouped(seen)}
    return render(request, "scoring/handover.html", context)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The head gives the dossier back with a note, and with notes on single components."""
    points = points_from(request.POST)

    def action(**fields: Any) -> Any:
        return actions.send_back(points=points, **fields)

    return with_reason(request, pk, "send_back", action, _("Đã chuyển lại cán bộ."), points)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The head takes a submitted dossier back; its receipt is kept and marked."""
    done = _("Đã rút lại hồ sơ. Sửa xong nhớ nộp lại trước hạn.")
    return with_reason(request, pk, "withdraw", actions.withdraw, done)


def with_reason(
    request: HttpRequest,
    pk: int,
    move: str,
    action: Callable[..., Any],
    done: str,
    points: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A page that asks for a reason, and the move itself on POST; what was typed stays when it is refused."""
    frame = frame_of(request, pk)
    ask(permissions.may_submit(request.user, frame.assessment))
    reason, errors = request.POST.get("reason", ""), []
    if request.method == "POST":
        try:
            action(assessment_id=pk, reason=reason, by=request.user)
        except Refused as refused:
            if refused.code not in ("reason", "points"):
                return answer_refusal(request, refused, to=reverse("scoring:dossier", args=[pk]))
            errors = [(refused.reason, "#ly-do" if refused.code == "reason" else "#tieu-chi")]
        else:
            messages.success(request, done)
            return redirect("scoring:dossier", pk)
    context = {"frame": frame, "move": move, "heading": heading(frame), "errors": errors, "reason": reason}
    if points is not None:
        dossier, worth_a_look, remarks = flagged(frame)
        context["groups"] = groups_of(dossier, points, worth_a_look, remarks)
    return render(request, "scoring/reason.html", context, status=422 if errors else 200)


def act(
    request: HttpRequest,
    frame: Frame,
    action: Callable[[], Any],
    done: str,
    *,
    page: str = "propose",
    then: str = "dossier",
) -> HttpResponse:
    """Do a move; what is missing is shown as a list of links, everything else as its sentence."""
    pk = frame.assessment.pk
    try:
        action()
    except Refused as refused:
        if refused.code == "missing":
            messages.error(request, refused.reason)
            return redirect("scoring:missing", pk)
        to = page if refused.code == "changed" else "dossier"
        return answer_refusal(request, refused, to=reverse(f"scoring:{to}", args=[pk]))
    messages.success(request, done)
    return redirect(f"scoring:{then}", pk)
