"""The sheet as a workbook: download, upload, the page of differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parindex.decisions import Conflict, Refused
from parindex.edge import answer_refusal, ask
from parindex.exports import CONTENT_TYPES
from parindex.models import Installation
from parindex.workbook_file import read_book
from scoring import permissions
from scoring.actions.workbooks import apply_upload, drop_upload, keep_upload
from scoring.forms.workbooks import WorkbookForm, choices_from
from scoring.models import WorkbookUpload
from scoring.queries.dossiers import dossier_of
from scoring.queries.workbooks import comparison_of, uploads_of
from scoring.queries.workspace import links_of
from scoring.views.dossier import Frame, frame_of
from scoring.views.workbook_words import rows_of, state_of
from scoring.workbook.layout import framework_mark
from scoring.workbook.origin import Origin, bases_of
from scoring.workbook.reading import read_filled
from scoring.workbook.writing import About, file_name, workbook


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as a workbook, as it stands now."""
    frame = frame_of(request, pk)
    assessment = frame.assessment
    links = links_of(assessment)
    dossier = dossier_of(assessment, links)
    installation = Installation.objects.first() or Installation()
    about = About(assessment.unit.name, frame.year, frame.deadline, installation.demonstration)
    origin = Origin(
        assessment=assessment.pk,
        unit=assessment.unit.code,
        year=frame.year,
        level=assessment.population.level,
        framework=framework_mark(dossier.nodes),
        taken_at=frame.now,
        bases=bases_of(dossier.leaves),
    )
    response = HttpResponse(workbook(dossier, links, origin, about), content_type=CONTENT_TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{file_name(about, assessment.unit.code)}"'
    response["Cache-Control"] = "no-store"
    if about.demonstration:
        response["X-Parindex-Demonstration"] = "true"
    return response


@require_http_methods(["GET", "POST"])
def workbooks(request: HttpRequest, pk: int) -> HttpResponse:
    """Working offline: how, the upload, earlier uploads."""
    frame = frame_of(request, pk)
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    form = WorkbookForm()
    if request.method == "POST":
        dropped = getattr(request, "dropped_uploads", ())
        form = WorkbookForm(request.POST, request.FILES, dropped=dropped)
        if form.is_valid():
            return take_in(request, frame, form.cleaned_data["file"])
    return page_of(request, frame, form, status=422 if form.errors else 200)


def take_in(request: HttpRequest, frame: Frame, upload: Any) -> HttpResponse:
    """Read a filled workbook and go on to its differences, or say everything that is wrong with it."""
    pk = frame.assessment.pk
    try:
        if not frame.editable:
            raise Refused(frame.editable)  # type: ignore[arg-type]
        book = read_book(upload, name=upload.name or "")
        filled = read_filled(book, dossier_of(frame.assessment, {}))
        kept = keep_upload(assessment_id=pk, name=book.name, sha256=book.sha256, filled=filled, by=request.user)
    except Refused as refused:
        if refused.decision.hidden:
            raise Http404(refused.reason) from refused
        errors = [(sentence, "") for sentence in refused.details] or [(refused.reason, "")]
        return page_of(request, frame, WorkbookForm(), status=422, title=refused.reason, errors=errors)
    return redirect("scoring:workbook", pk, kept.pk)


def page_of(
    request: HttpRequest,
    frame: Frame,
    form: WorkbookForm,
    *,
    status: int = 200,
    title: str = "",
    errors: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """The page of working offline."""
    uploads = [{"upload": upload, **state_of(upload)} for upload in uploads_of(frame.assessment)[:20]]
    context = {"frame": frame, "form": form, "title": title, "errors": errors, "uploads": uploads}
    return render(request, "scoring/workbooks.html", context, status=status)


@require_http_methods(["GET", "POST"])
def workbook_page(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """What an upload would change; a POST applies what is chosen, or drops the upload."""
    frame = frame_of(request, pk)
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    found = uploads_of(frame.assessment).filter(pk=upload).first()
    if found is None:
        raise Http404("no such upload")
    if request.method == "POST" and request.POST.get("act") == "drop":
        return dropped(request, frame, found)
    if request.method == "POST":
        return applied(request, frame, found)
    return differences(request, frame, found)


def applied(request: HttpRequest, frame: Frame, upload: WorkbookUpload) -> HttpResponse:
    """Apply what was chosen; whatever stands in the way comes back with the page."""
    pk, choices = frame.assessment.pk, choices_from(request.POST)
    try:
        upload, count = apply_upload(assessment_id=pk, upload_id=upload.pk, choices=choices, by=request.user)
    except Conflict as conflict:
        return differences(request, frame, upload, sentence=conflict.reason, status=409)
    except Refused as refused:
        if refused.code not in ("choose", "nothing"):
            return answer_refusal(request, refused, to=reverse("scoring:workbook", args=[pk, upload.pk]))
        kept = {code: choice.keep for code, choice in choices.items()}
        return differences(request, frame, upload, sentence=refused.reason, status=422, kept=kept)
    if count:
        messages.success(request, _("Đã ghi %(count)d tiêu chí từ tệp %(name)s.") % {"count": count, "name": upload.file_name})
    else:
        messages.info(request, _("Tệp này đã ghi trước đó, không ghi lại."))
    return redirect("scoring:workbook", pk, upload.pk)


def dropped(request: HttpRequest, frame: Frame, upload: WorkbookUpload) -> HttpResponse:
    """Put the upload away."""
    pk = frame.assessment.pk
    try:
        drop_upload(assessment_id=pk, upload_id=upload.pk, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=reverse("scoring:workbooks", args=[pk]))
    messages.success(request, _("Đã bỏ tệp %(name)s, chưa ghi gì từ tệp.") % {"name": upload.file_name})
    return redirect("scoring:workbooks", pk)


def differences(
    request: HttpRequest,
    frame: Frame,
    upload: WorkbookUpload,
    *,
    sentence: str = "",
    status: int = 200,
    kept: dict[str, str] | None = None,
) -> HttpResponse:
    """The page of differences. ``kept``: what was chosen before it came back."""
    waiting = upload.applied_at is None and upload.dropped_at is None
    comparison = comparison_of(upload, dossier_of(frame.assessment, {})) if waiting else None
    digits = frame.assessment.population.digits
    context = {
        "frame": frame,
        "upload": upload,
        "state": state_of(upload),
        "waiting": waiting,
        "comparison": comparison,
        "conflicts": rows_of(comparison.conflicts, digits, kept) if comparison else [],
        "plain": rows_of(comparison.plain, digits, kept) if comparison else [],
        "errors": [(sentence, "")] if sentence else [],
    }
    return render(request, "scoring/workbook.html", context, status=status)
