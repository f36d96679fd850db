"""The whole dossier as one ZIP: ask for it, watch it being made, take it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parindex import canonical, clock
from parindex.decisions import Refused
from parindex.edge import answer_refusal
from parindex.models import Job, JobState
from scoring.actions.archives import LIFE, MOST_KEPT, ZIP, ask_archive
from scoring.queries.receipts import picture_of
from scoring.views.dossier import Frame, frame_of


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The archives of a dossier with the newest first; a POST asks for one of how it stands now."""
    frame = frame_of(request, pk)
    here = reverse("scoring:archive", args=[pk])
    if request.method == "POST":
        try:
            ask_archive(assessment_id=pk, by=request.user)
        except Refused as refused:
            return answer_refusal(request, refused, to=here)
        return redirect(here)
    context = {"frame": frame, "rows": rows_of(frame), "job": jobs_of(frame).first(), "page_url": here}
    context["poll_url"] = reverse("scoring:archive_progress", args=[pk])
    context["days"] = LIFE.days
    return render(request, "scoring/archive.html", context)


@require_GET
def archive_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the bar of the newest archive; once it has ended, the page itself is asked to come."""
    frame = frame_of(request, pk)
    job = jobs_of(frame).first()
    if job is None:
        raise Http404("no archive was asked for")
    here = reverse("scoring:archive", args=[pk])
    context = {"job": job, "page_url": here, "poll_url": request.path, "counted": _("tài liệu")}
    response = render(request, "components/progress.html", context)
    if not job.live:
        response["HX-Redirect"] = here
    return response


@require_GET
def archive_file(request: HttpRequest, pk: int, job: int) -> HttpResponse:
    """The archive itself, for whoever may see the whole dossier now."""
    frame = frame_of(request, pk)
    found = get_object_or_404(jobs_of(frame).exclude(file_name=""), pk=job, state=JobState.DONE)
    if found.expires_at is None or found.expires_at <= clock.now():
        raise Http404("the archive is over its life")
    try:
        file = default_storage.open(found.file_name, "rb")
    except FileNotFoundError:
        raise Http404("the archive is not in the store") from None
    name = f"ho-so-{frame.year}-{frame.assessment.unit.code}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def jobs_of(frame: Frame) -> Any:
    """The jobs that made archives of a dossier, newest first."""
    return Job.objects.filter(kind=ZIP, subject__startswith=f"{frame.assessment.pk}:").order_by("-pk")


def rows_of(frame: Frame) -> list[dict[str, Any]]:
    """Each archive that was made, with its size, how long it is kept, and whether the dossier has changed since."""
    now, picture = clock.now(), picture_of(frame.assessment)
    found = []
    for job in jobs_of(frame).filter(state=JobState.DONE)[:MOST_KEPT]:
        result = canonical.loads(job.result)
        there = bool(job.file_name) and job.expires_at is not None and job.expires_at > now
        found.append(
            {
                "job": job,
                "there": there,
                "megabytes": megabytes(result.get("size")),
                "documents": result.get("documents", 0),
                "missing": result.get("missing", 0),
                "changed": result.get("picture") != picture,
            }
        )
    return found


def megabytes(size: Any) -> Decimal | None:
    """Bytes as megabytes with one decimal; a small file is 0,1 rather than nothing."""
    if size is None:
        return None
    return max((Decimal(size) / 1024 / 1024).quantize(Decimal("0.1")), Decimal("0.1"))
