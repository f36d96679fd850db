"""Handing over: the clerk proposes, the head sends back, approves and submits, or withdraws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from parindex.numbers import shown
from scoring import actions, permissions
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.past import Past, past_of
from scoring.queries.receipts import picture_of
from scoring.views.dossier import Frame, frame_of
from scoring.views.sheet import differs, totals
from scoring.views.workspace import MOST_TO_DO, card_url, heading, to_do_of


@dataclass(frozen=True)
class Warned:
    """A component the person should look at before handing over, and why."""

    leaf: Leaf
    url: str
    why: str


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
        seen = request.POST.get("seen", "")
        done = _("Đã nộp hồ sơ tự đánh giá.")
        return act(request, frame, lambda: actions.submit(assessment_id=pk, by=request.user, seen=seen), done, "submit")
    seen = picture_of(frame.assessment)
    return render(request, "scoring/handover.html", summary(frame) | {"move": "submit", "seen": seen})


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The head gives the dossier back with a note."""
    return with_reason(request, pk, "send_back", actions.send_back, _("Đã chuyển lại cán bộ."))


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The head takes a submitted dossier back."""
    return with_reason(request, pk, "withdraw", actions.withdraw, _("Đã rút lại hồ sơ. Sửa xong nhớ nộp lại trước hạn."))


def with_reason(
    request: HttpRequest, pk: int, move: str, action: Callable[..., Any], done: str
) -> HttpResponse:
    """A page that asks for a reason, and the move itself on POST."""
    frame = frame_of(request, pk)
    ask(permissions.may_submit(request.user, frame.assessment))
    if request.method == "GET":
        return render(request, "scoring/reason.html", {"frame": frame, "move": move, "heading": heading(frame)})
    reason = request.POST.get("reason", "")
    try:
        action(assessment_id=pk, reason=reason, by=request.user)
    except Refused as refused:
        if refused.code != "reason":
            return answer_refusal(request, refused, to=reverse("scoring:dossier", args=[pk]))
        errors = [(refused.reason, "#ly-do")]
        context = {"frame": frame, "move": move, "heading": heading(frame), "errors": errors}
        return render(request, "scoring/reason.html", context, status=422)
    messages.success(request, done)
    return redirect("scoring:dossier", pk)


def act(
    request: HttpRequest, frame: Frame, action: Callable[[], Any], done: str, page: str = "propose"
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
    return redirect("scoring:dossier", pk)


def summary(frame: Frame) -> dict[str, Any]:
    """The totals per area, what is missing and what deserves a second look."""
    dossier = dossier_of(frame.assessment)
    past = past_of(frame.assessment, [leaf.node for leaf in dossier.leaves])
    to_do = to_do_of(frame, dossier)
    return {
        "frame": frame,
        "heading": heading(frame),
        "progress": dossier.progress,
        "areas": totals(dossier),
        "to_do": to_do[:MOST_TO_DO],
        "to_do_count": len(to_do),
        "warnings": warnings_of(frame, dossier, past),
    }


def warnings_of(frame: Frame, dossier: Dossier, past: dict[int, Past]) -> list[Warned]:
    """Components claimed without a document, asked to be not applicable, or unlike last year."""
    found = []
    for leaf in dossier.leaves:
        if not leaf.asked or not leaf.answered:
            continue
        before = past.get(leaf.node.pk)
        if leaf.score is not None and leaf.score.na_requested:
            found.append(Warned(leaf, card_url(frame, leaf), _("đề nghị không áp dụng")))
        elif leaf.points and leaf.node.evidence and not leaf.documents:
            found.append(Warned(leaf, card_url(frame, leaf), _("không có tài liệu, chỉ có giải trình")))
        elif before is not None and differs(leaf, before):
            words = _("năm %(year)d tự chấm %(points)s") % {"year": before.year, "points": shown(before.self_points)}
            found.append(Warned(leaf, card_url(frame, leaf), words))
    return found
