"""The unit's own thread about one component. Nobody outside the unit ever gets this page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex.decisions import Refused
from parindex.edge import ask
from scoring import permissions
from scoring.actions.notes import MOST, add_note
from scoring.queries.dossiers import leaf_of
from scoring.queries.team import notes_of
from scoring.views.cards import anchor_of
from scoring.views.dossier import frame_of


@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The thread of one component, newest last; a POST adds a note, and what was typed stays when it is refused."""
    frame = frame_of(request, pk)
    ask(permissions.may_work_inside(request.user, frame.assessment))
    leaf = leaf_of(frame.assessment, code)
    if leaf is None:
        raise Http404("no such component")
    words, errors = "", []
    if request.method == "POST":
        words = request.POST.get("text", "")
        try:
            add_note(assessment_id=pk, code=code, words=words, by=request.user)
        except Refused as refused:
            errors = [(refused.reason, "#ghi-chu")]
        else:
            messages.success(request, _("Đã thêm ghi chú vào %(code)s.") % {"code": code})
            return redirect(request.path + "#cuoi")
    back = reverse("scoring:sheet", args=[pk, leaf.area.code]) + "#" + anchor_of(code)
    thread = notes_of(frame.assessment, leaf.node)
    context = {"frame": frame, "leaf": leaf, "notes": thread, "words": words, "errors": errors, "back": back, "most": MOST}
    return render(request, "scoring/notes.html", context, status=422 if errors else 200)
