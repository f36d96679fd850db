"""The unit's report besides its scores: difficulties and proposals, and what stands without a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex.components import Version
from parindex.decisions import Conflict, Refused
from scoring.actions.reports import MOST_TEXT, TEXTS, save_report_text
from scoring.models import Assessment, ReportText
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.receipts import latest_receipt
from scoring.views.component import AUTOSAVE
from scoring.views.dossier import Frame, frame_of
from scoring.views.workspace import card_url, heading

ANCHOR = "bao-cao"


@dataclass(frozen=True)
class TextCard:
    """The two texts as one card that is saved by itself (docs/components.md, "Autosave")."""

    assessment_id: int
    version: int
    difficulties: str
    proposals: str
    saving: str = ""
    saved_at: datetime | None = None
    error: str = ""
    disabled: bool = False
    sentence: str = ""
    versions: tuple[Version, ...] = ()

    anchor: str = ANCHOR
    most: int = MOST_TEXT

    @property
    def key(self) -> str:
        """The name of the draft in the browser."""
        return f"{self.assessment_id}:{ANCHOR}"

    @property
    def save_url(self) -> str:
        """Where it is saved."""
        return reverse("scoring:report", args=[self.assessment_id])


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a dossier; a POST saves its texts.

    With the header ``X-Autosave`` the answer is the card alone: 200 saved, 409 two versions, 422 with its error.
    """
    if request.method == "GET" or request.POST.get("keep") == "theirs":
        return page(request, frame_of(request, pk))
    typed = {name: str(request.POST.get(name, "")) for name in TEXTS}
    version = str(request.POST.get("version", ""))
    seen = int(version) if version.isdecimal() and len(version) < 9 else -1
    try:
        stored = save_report_text(assessment_id=pk, version=seen, by=request.user, **typed)
    except Conflict as conflict:
        return answer(request, pk, conflicting(conflict, typed, request.user), status=409)
    except Refused as refused:
        if refused.decision.hidden:
            raise Http404(refused.reason) from refused
        return answer(request, pk, TextCard(pk, max(seen, 0), **typed, saving="invalid", error=refused.reason), status=422)
    except Assessment.DoesNotExist as missing:
        raise Http404("no such dossier") from missing
    if request.headers.get(AUTOSAVE):
        return answer(request, pk, card_of(stored, editable=True))
    messages.success(request, _("Đã lưu khó khăn và đề xuất."))
    return redirect("scoring:report", pk)


def answer(request: HttpRequest, pk: int, card: TextCard, *, status: int = 200) -> HttpResponse:
    """The card as a fragment for autosave, else inside its page."""
    if request.headers.get(AUTOSAVE):
        name = "scoring/report_conflict.html" if card.versions else "scoring/report_card.html"
        return render(request, name, {"card": card}, status=status)
    return page(request, frame_of(request, pk), card=card, status=status)


def page(request: HttpRequest, frame: Frame, *, card: TextCard | None = None, status: int = 200) -> HttpResponse:
    """The whole page: texts, components without a document, requests of "not applicable"."""
    stored = ReportText.objects.filter(assessment=frame.assessment).first() or ReportText(assessment=frame.assessment)
    dossier = dossier_of(frame.assessment)
    context = {
        "frame": frame,
        "heading": heading(frame),
        "card": card or card_of(stored, editable=bool(frame.editable)),
        "progress": dossier.progress,
        "unproved": [row_of(frame, leaf, "explanation") for leaf in unproved(dossier)],
        "not_applicable": [row_of(frame, leaf, "na_reason") for leaf in asked_na(dossier)],
        "receipt": latest_receipt(frame.assessment),
    }
    return render(request, "scoring/report.html", context, status=status)


def row_of(frame: Frame, leaf: Leaf, field: str) -> dict[str, Any]:
    """A component with the unit's words about it."""
    return {"leaf": leaf, "url": card_url(frame, leaf), "why": getattr(leaf.score, field, "")}


def card_of(stored: ReportText, *, editable: bool) -> TextCard:
    """The card of what is stored."""
    return TextCard(
        assessment_id=stored.assessment_id,
        version=stored.version,
        difficulties=stored.difficulties,
        proposals=stored.proposals,
        saving=("saved" if stored.version else "") if editable else "closed",
        saved_at=stored.saved_at,
        disabled=not editable,
    )


def conflicting(conflict: Conflict, typed: dict[str, str], user: Any) -> TextCard:
    """The card with both versions; what this person typed travels in hidden fields."""
    stored: Any = conflict.current
    own = stored.saved_by_id == user.pk
    who = stored.saved_by.get_full_name() if stored.saved_by is not None else _("người khác")
    theirs = _("Bản bạn đã lưu") if own else _("Bản của %(who)s") % {"who": who}
    versions = (
        Version("mine", _("Bản trên trang này") if own else _("Bản của bạn"), words(**typed), None, chosen=True),
        Version("theirs", theirs, words(stored.difficulties, stored.proposals), None),
    )
    return TextCard(stored.assessment_id, stored.version, **typed, sentence=conflict.reason, versions=versions)


def words(difficulties: str, proposals: str) -> str:
    """Both texts as one, for comparing."""
    empty = _("(chưa viết)")
    values = {"difficulties": difficulties or empty, "proposals": proposals or empty}
    return _("Khó khăn: %(difficulties)s\nĐề xuất: %(proposals)s") % values


def unproved(dossier: Dossier) -> list[Leaf]:
    """Components that claim points, name evidence and have none: their explanation goes into the report."""
    asked = (leaf for leaf in dossier.leaves if leaf.asked and leaf.answered)
    return [leaf for leaf in asked if leaf.points and leaf.node.evidence and not leaf.documents]


def asked_na(dossier: Dossier) -> list[Leaf]:
    """Components asked to be not applicable."""
    return [leaf for leaf in dossier.leaves if leaf.asked and leaf.score is not None and leaf.score.na_requested]
