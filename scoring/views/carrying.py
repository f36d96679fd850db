"""Last year's answers: copy what still holds, then confirm it, one by one or as listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from criteria.models import Node
from parindex.components import Choice
from parindex.decisions import Refused
from parindex.edge import answer_refusal
from scoring.actions import Carried, carry_forward, confirm_all, confirm_copied
from scoring.forms.answers import typed_from
from scoring.models import Assessment, Score
from scoring.queries.carrying import Candidate, candidates_of, copied_of
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.past import in_words
from scoring.views.cards import anchor_of
from scoring.views.component import address, component
from scoring.views.dossier import Frame, frame_of

#: Codes named in one sentence before "and others".
MOST_NAMED = 8


@dataclass(frozen=True)
class CandidateArea:
    """An area with what may be copied into it."""

    node: Node
    rows: tuple[Candidate, ...]


@dataclass(frozen=True)
class Copied:
    """A copied answer that waits to be confirmed; ``value`` names it and the version that is shown."""

    leaf: Leaf
    score: Score
    answer: str
    url: str

    @property
    def value(self) -> str:
        """What the tick box posts."""
        return f"{self.leaf.node.code}:{self.score.version}"


@dataclass(frozen=True)
class CopiedArea:
    """An area with its copied answers."""

    node: Node
    rows: tuple[Copied, ...]


# --- Copying -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, pk: int) -> HttpResponse:
    """What was answered last year and is open now; a POST copies what is ticked."""
    frame = frame_of(request, pk)
    if request.method == "POST":
        return carried(request, frame)
    dossier = dossier_of(frame.assessment)
    area = area_in(request, dossier)
    found = candidates_of(dossier)
    rows = [each for each in found if area in ("", each.area.code)]
    context = {
        "frame": frame,
        "before": frame.year - 1,
        "area": area,
        "areas": areas_of(rows),
        "pills": pills_of(request, [each.leaf for each in found], area),
        "ready": sum(each.holds for each in rows),
        "doubtful": sum(bool(each.doubt) for each in rows),
        "barred": sum(bool(each.hindrance) for each in rows),
        "copied": len(copied_of(dossier)),
        "editable": bool(frame.editable),
    }
    return render(request, "scoring/carry.html", context)


def carried(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Copy, say what became of it, and go on to confirming."""
    pk, codes = frame.assessment.pk, set(request.POST.getlist("code"))
    here = reverse("scoring:carry", args=[pk])
    if frame.editable and not codes:
        messages.error(request, _("Chưa đánh dấu câu nào để chép."))
        return redirect(here)
    try:
        done = carry_forward(
            assessment_id=pk, codes=codes, documents=set(request.POST.getlist("document")), by=request.user
        )
    except Refused as refused:
        return answer_refusal(request, refused, to=here)
    (messages.success if done.copied else messages.info)(request, outcome_words(done, frame.year - 1))
    return redirect("scoring:carry_confirm" if done.copied else "scoring:carry", pk)


def outcome_words(done: Carried, year: int) -> str:
    """How many were copied, and which were not and why, in a sentence or two."""
    count = len(done.copied)
    parts = [
        _("Đã chép %(n)d câu từ năm %(year)d.") % {"n": count, "year": year}
        if count
        else _("Không có câu nào được chép.")
    ]
    if done.documents:
        parts.append(_("Đã gắn lại %(n)d tài liệu của năm đó.") % {"n": done.documents})
    reasons: dict[str, list[str]] = {}
    for code, reason in done.skipped:
        reasons.setdefault(reason, []).append(code)
    for reason, codes in reasons.items():
        words = {"n": len(codes), "reason": reason, "codes": named(codes)}
        parts.append(_("%(n)d câu không chép được vì %(reason)s: %(codes)s.") % words)
    return " ".join(parts)


def named(codes: Sequence[str]) -> str:
    """Some codes in a sentence."""
    listed = ", ".join(codes[:MOST_NAMED])
    rest = len(codes) - MOST_NAMED
    return _("%(codes)s và %(rest)d câu khác") % {"codes": listed, "rest": rest} if rest > 0 else listed


def areas_of(rows: Iterable[Candidate]) -> list[CandidateArea]:
    """The rows under their areas."""
    found: dict[int, list[Candidate]] = {}
    for row in rows:
        found.setdefault(row.area.pk, []).append(row)
    return [CandidateArea(listed[0].area, tuple(listed)) for listed in found.values()]


def pills_of(request: HttpRequest, leaves: Sequence[Leaf], chosen: str) -> list[Choice]:
    """All of them, or those of one area."""
    counts = Counter(leaf.area.code for leaf in leaves)
    return [
        Choice(_("Tất cả"), request.path, current=not chosen, count=len(leaves)),
        *(
            Choice(_("Lĩnh vực %(code)s:") % {"code": code}, f"{request.path}?linh-vuc={code}", chosen == code, counts[code])
            for code in counts
        ),
    ]


def area_in(request: HttpRequest, dossier: Dossier) -> str:
    """The area that ``?linh-vuc=`` names; "" for all, also when it names none."""
    asked = request.GET.get("linh-vuc", "")
    return asked if any(area.code == asked for area in dossier.areas) else ""


# --- Confirming ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The copied answers, listed to be read; a POST confirms those that are ticked."""
    frame = frame_of(request, pk)
    if request.method == "POST":
        return confirmed(request, frame)
    dossier = dossier_of(frame.assessment)
    area = area_in(request, dossier)
    waiting = copied_of(dossier)
    rows = [
        copied_row(frame, leaf, leaf.score)
        for leaf in waiting
        if leaf.score is not None and area in ("", leaf.area.code)
    ]
    found: dict[int, list[Copied]] = {}
    for row in rows:
        found.setdefault(row.leaf.area.pk, []).append(row)
    context = {
        "frame": frame,
        "area": area,
        "areas": [CopiedArea(listed[0].leaf.area, tuple(listed)) for listed in found.values()],
        "pills": pills_of(request, waiting, area),
        "count": len(rows),
        "editable": bool(frame.editable),
    }
    return render(request, "scoring/carry_confirm.html", context)


def copied_row(frame: Frame, leaf: Leaf, score: Score) -> Copied:
    """One copied answer as it is listed."""
    sheet = reverse("scoring:sheet", args=[frame.assessment.pk, leaf.area.code])
    return Copied(leaf, score, in_words(score, leaf.rule), f"{sheet}#{anchor_of(leaf.node.code)}")


def confirmed(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Confirm what is ticked; what was changed meanwhile stays to be read again."""
    here = reverse("scoring:carry_confirm", args=[frame.assessment.pk])
    versions = versions_in(request.POST.getlist("cau"))
    if frame.editable and not versions:
        messages.error(request, _("Chưa đánh dấu câu nào để xác nhận."))
        return redirect(here)
    try:
        done, changed = confirm_all(assessment_id=frame.assessment.pk, versions=versions, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=here)
    if done:
        messages.success(request, _("Đã xác nhận %(n)d câu vẫn đúng.") % {"n": len(done)})
    if changed:
        words = _("Có người vừa sửa %(codes)s. Xem lại rồi xác nhận.") % {"codes": named(changed)}
        messages.warning(request, words)
    return redirect(here)


def versions_in(values: Iterable[str]) -> dict[str, int]:
    """Codes with the versions that were shown; anything unreadable is left out."""
    found = {}
    for value in values:
        code, _colon, version = value.rpartition(":")
        if code and version.isascii() and version.isdigit() and len(version) < 10:
            found[code] = int(version)
    return found


@require_POST
def confirm_one(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Confirm one copied answer from its card; what was typed on the card meanwhile is saved with it."""
    if "explanation" in request.POST:
        return component(request, pk, code)
    version = typed_from(request.POST).version
    try:
        score, made = confirm_copied(assessment_id=pk, code=code, version=version, by=request.user)
    except Assessment.DoesNotExist as missing:
        raise Http404("no such dossier") from missing
    except Refused as refused:
        return answer_refusal(request, refused, to=reverse("scoring:carry_confirm", args=[pk]))
    if made:
        messages.success(request, _("Đã xác nhận %(code)s vẫn đúng.") % {"code": code})
    return redirect(address(score.assessment, score.node))
