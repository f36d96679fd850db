"""The receipt of a submission: what was signed, what it changed, the signed scan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from criteria.models import Node
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from scoring import permissions, policies
from scoring.actions.receipts import attach_scan
from scoring.forms.receipts import ScanForm
from scoring.models import Submission, Transition
from scoring.queries.receipts import ended_by, latest_receipt, receipt_of, receipts_of, scans_of
from scoring.receipts import Change, changes, grouped, read
from scoring.views.dossier import Frame, frame_of


@dataclass(frozen=True)
class Changed:
    """One component that differs from the previous submission, in words."""

    code: str
    name: str
    words: str
    before: Decimal | None
    after: Decimal | None


@require_GET
def receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest receipt; back to the dossier when it was never submitted."""
    frame = frame_of(request, pk)
    newest = latest_receipt(frame.assessment)
    if newest is None:
        messages.info(request, _("Hồ sơ chưa nộp lần nào nên chưa có biên nhận."))
        return redirect("scoring:dossier", pk)
    return redirect("scoring:receipt", pk, newest.number)


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One receipt; a POST attaches the signed scan."""
    frame = frame_of(request, pk)
    found = receipt_of(frame.assessment, number)
    if found is None:
        raise Http404("no such receipt")
    if request.method == "GET":
        return page(request, frame, found, ScanForm())
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    form = ScanForm(request.POST, request.FILES, dropped=getattr(request, "dropped_uploads", ()))
    if not form.is_valid():
        return page(request, frame, found, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        attach_scan(assessment_id=pk, number=number, upload=upload, checked=form.checked, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=request.path)
    messages.success(request, _("Đã đính kèm bản ký."))
    return redirect("scoring:receipt", pk, number)


def page(request: HttpRequest, frame: Frame, found: Submission, form: ScanForm, *, status: int = 200) -> HttpResponse:
    """The page of a receipt."""
    listed = receipts_of(frame.assessment)
    ended = ended_by(frame.assessment, listed)
    newest = listed[0].number == found.number
    context = {
        "frame": frame,
        "receipt": found,
        "newest": newest,
        "ended": ended.get(found.number),
        "digest": grouped(found.digest),
        "changed": changed_since(frame, found),
        "scans": scans_of(found),
        "form": form if may_attach(request.user, frame, newest=newest) else None,
        "others": others_of(listed, ended, found.number),
    }
    return render(request, "scoring/receipt.html", context, status=status)


def may_attach(user: Any, frame: Frame, *, newest: bool) -> bool:
    """Whether this person may attach a scan here and now."""
    assessment = frame.assessment
    allowed = policies.may_attach_scan(assessment.state, assessment.population.stage, newest=newest)
    return bool(allowed) and bool(permissions.may_edit_assessment(user, assessment))


def others_of(
    listed: list[Submission], ended: dict[int, Transition], number: int
) -> list[tuple[Submission, Transition | None]]:
    """The other receipts, newest first, with the move that took each out of force."""
    return [(each, ended.get(each.number)) for each in listed if each.number != number]


def changed_since(frame: Frame, found: Submission) -> dict[str, Any] | None:
    """What differs from the submission before; None for the first."""
    before = receipt_of(frame.assessment, found.number - 1)
    if before is None:
        return None
    differs = changes(read(before.contents), read(found.contents))
    codes = [change.code for change in differs.components]
    rows = Node.objects.filter(framework_id=frame.assessment.population.framework_id, code__in=codes)
    names = dict(rows.values_list("code", "name"))
    texts = {"difficulties": _("khó khăn, vướng mắc"), "proposals": _("đề xuất, kiến nghị")}
    return {
        "number": before.number,
        "rows": [in_words(change, names.get(change.code, "")) for change in differs.components],
        "texts": [texts[name] for name in differs.texts],
        "points": found.points - before.points,
    }


def in_words(change: Change, name: str) -> Changed:
    """A change as a line of the page."""
    words = {
        "added": _("thêm vào phần phải trả lời"),
        "removed": _("không còn phải trả lời"),
        "answer": _("câu trả lời"),
        "points": _("điểm"),
        "na": _("đề nghị không áp dụng"),
        "explanation": _("giải trình"),
        "documents": _("tài liệu"),
    }
    return Changed(
        code=change.code,
        name=name,
        words=", ".join(words[kind] for kind in change.kinds),
        before=change.before.points if change.before else None,
        after=change.after.points if change.after else None,
    )
