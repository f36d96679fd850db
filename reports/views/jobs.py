"""Long work, shown from its row: one job with its progress, the list of jobs, and running one again."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from criteria.models import Population
from parindex import canonical, jobs
from parindex.decisions import Allowed, Decision, Denied
from parindex.edge import ask
from parindex.models import Job, JobState
from reports.documents import RANKING_PDF, ranking_url
from scoring.actions.runs import COMPUTE
from units.access import access_of
from units.authorization import Permission

PER_PAGE = 50


def job_of(request: HttpRequest, pk: int) -> Job:
    """The job, for whoever started it and for those who watch all jobs; 404 for others."""
    job = get_object_or_404(Job, pk=pk)
    if job.created_by_id == request.user.pk or access_of(request.user).everywhere(Permission.JOB_VIEW):
        return job
    raise Http404


def may_run_again(request: HttpRequest, found: Job) -> Decision:
    """Whoever asked for the work, and those who compute; others with an eye on the jobs only look."""
    if found.created_by_id == request.user.pk or access_of(request.user).everywhere(Permission.RUN_COMPUTE):
        return Allowed()
    return Denied(_("Bạn xem được việc này nhưng không chạy lại được."), code="role")


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: bar, step, how it ended, and where its result is."""
    found = job_of(request, pk)
    context = {
        "job": found,
        "poll_url": reverse("work:job_progress", args=[pk]),
        "page_url": reverse("work:job", args=[pk]),
        "result": result_link(found),
        "may_again": bool(may_run_again(request, found)),
    }
    return render(request, "reports/job.html", context)


@require_GET
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the bar, for a page that asks again; once the work has ended, ask the page itself to come."""
    found = job_of(request, pk)
    page_url = reverse("work:job", args=[pk])
    context = {"job": found, "poll_url": reverse("work:job_progress", args=[pk]), "page_url": page_url}
    response = render(request, "components/progress.html", context)
    if not found.live:
        response["HX-Redirect"] = page_url
    return response


@require_POST
def job_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed job again, as a new row; the failed one stays."""
    found = job_of(request, pk)
    ask(may_run_again(request, found))
    if found.state != JobState.FAILED:
        return redirect("work:job", pk=pk)
    again = jobs.enqueue(
        found.kind, found.subject, title=found.title, params=canonical.loads(found.params), by=request.user
    )
    return redirect("work:job", pk=again.pk)


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """All jobs for those who watch them, the own ones for everybody else; newest first."""
    rows = Job.objects.all()
    if not access_of(request.user).everywhere(Permission.JOB_VIEW):
        rows = rows.filter(created_by_id=request.user.pk)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "reports/jobs.html", {"page": page})


def result_link(found: Job) -> dict[str, Any] | None:
    """Where the result of a finished job is read."""
    if found.state != JobState.DONE:
        return None
    if found.kind == RANKING_PDF:
        return {"url": ranking_url(canonical.loads(found.params)), "label": _("Mở tệp PDF")}
    if found.kind != COMPUTE:
        return None
    population = Population.objects.select_related("cycle", "parent").filter(pk=int(found.subject)).first()
    if population is None:
        return None
    return {
        "url": f"/lam-viec/ket-qua/{population.cycle.year}/{population.level}/"
        + (f"{population.parent.code}/" if population.parent else ""),
        "label": _("Xem kết quả"),
    }
