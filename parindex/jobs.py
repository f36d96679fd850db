"""Long work as rows with a lease.

``enqueue`` writes the row and wakes a worker after commit. A worker ``claim``s the
row by a conditional update, calls the handler registered for its kind, and keeps
the lease alive with every ``Progress.at``. A worker that dies leaves an expired
lease; ``sweep`` gives such jobs back. A handler must be repeatable: whatever it
writes it writes in the same transaction as its "done" mark, or in a way that
writing twice changes nothing.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from parindex import canonical, clock
from parindex.decisions import Refused
from parindex.models import Job, JobState

log = logging.getLogger("parindex.jobs")

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
HANDLERS: dict[str, Callable[[Job, Progress], Mapping[str, Any] | None]] = {}


class LeaseLost(Exception):
    """Another worker took the job over; this one must stop without writing."""


class Progress:
    """What a handler says while it works; every word renews the lease."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def at(self, done: int, total: int, step: str = "") -> None:
        """Tell how far the work is. Raises ``LeaseLost`` when it was taken over."""
        now = clock.now()
        changed = Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, lease_token=self.job.lease_token
        ).update(progress=done, total=total, step=step[:200], heartbeat_at=now, lease_until=now + LEASE)
        if changed != 1:
            raise LeaseLost(self.job.pk)

    def hold(self) -> None:
        """Inside the transaction that writes the result: keep the row for this worker."""
        held = (
            Job.objects.select_for_update()
            .filter(pk=self.job.pk, state=JobState.RUNNING, lease_token=self.job.lease_token)
            .first()
        )
        if held is None:
            raise LeaseLost(self.job.pk)


def handler(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the function that does jobs of one kind."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        HANDLERS[kind] = function
        return function

    return register


def enqueue(
    kind: str, subject: str, *, title: str = "", params: Mapping[str, Any] | None = None, by: Any = None
) -> Job:
    """Return the live job of this kind and subject, made now if there is none.

    Asking twice (double click, retry) gives the same job.
    """
    live = Q(kind=kind, subject=subject, state__in=[JobState.WAITING, JobState.RUNNING])
    job = Job.objects.filter(live).first()
    if job is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    subject=subject,
                    title=title[:200],
                    params=canonical.dumps(dict(params or {})),
                    created_by_id=getattr(by, "pk", None),
                    created_at=clock.now(),
                )
        except IntegrityError:
            job = Job.objects.get(live)
    job_id = job.pk
    transaction.on_commit(lambda: wake(job_id))
    return job


def wake(job_id: int) -> None:
    """Ask a worker to look at the row. A silent broker is no error: the sweeper finds it."""
    try:
        current_app.send_task("parindex.run_job", args=[job_id], retry=False, ignore_result=True)
    except Exception:
        log.warning("job %s: broker did not answer; the sweeper will pick it up", job_id, exc_info=True)


def claim(job_id: int) -> Job | None:
    """Take a waiting job, or one whose lease has expired; None when somebody else has it."""
    now = clock.now()
    token = secrets.token_hex(16)
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=now)
    changed = Job.objects.filter(free, pk=job_id).update(
        state=JobState.RUNNING,
        lease_token=token,
        lease_until=now + LEASE,
        heartbeat_at=now,
        started_at=now,
        attempts=F("attempts") + 1,
        error="",
    )
    return Job.objects.get(pk=job_id) if changed == 1 else None


def run(job_id: int) -> None:
    """Claim and do one job. Doing it twice, or from two workers, is harmless."""
    job = claim(job_id)
    if job is None:
        return
    work = HANDLERS.get(job.kind)
    try:
        if work is None:
            raise LookupError(f"no handler for job kind {job.kind}")
        result = work(job, Progress(job))
    except LeaseLost:
        log.warning("job %s: lease lost, left to the other worker", job_id)
    except Refused as refusal:
        finish(job, error=refusal.reason)
    except Exception:
        log.exception("job %s (%s %s) failed", job_id, job.kind, job.subject)
        finish(job, error="Máy gặp lỗi khi chạy việc này. Bấm chạy lại; nếu vẫn lỗi, báo số việc cho Sở Nội vụ.")
    else:
        finish(job, result=result or {})


def finish(job: Job, *, result: Mapping[str, Any] | None = None, error: str = "") -> None:
    """Mark the job done (or failed with a sentence), if this worker still holds it."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token).update(
        state=JobState.FAILED if error else JobState.DONE,
        error=error,
        result=canonical.dumps(dict(result or {})),
        finished_at=clock.now(),
        lease_until=None,
        **({} if error else {"step": ""}),
    )


def drop_file(job: Job) -> None:
    """Remove the file a job made; the row stays and says that it was made."""
    if job.file_name:
        default_storage.delete(job.file_name)
        Job.objects.filter(pk=job.pk, file_name=job.file_name).update(file_name="")


def sweep(now: datetime | None = None) -> int:
    """Give back jobs whose worker went silent, wake those that wait; return how many."""
    now = now or clock.now()
    Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now, attempts__gte=MOST_ATTEMPTS).update(
        state=JobState.FAILED,
        error="Việc này dừng giữa chừng nhiều lần. Báo số việc cho Sở Nội vụ.",
        finished_at=now,
    )
    Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now).update(state=JobState.WAITING, lease_token="")
    waiting = list(Job.objects.filter(state=JobState.WAITING).order_by("pk").values_list("pk", flat=True))
    for job_id in waiting:
        wake(job_id)
    return len(waiting)
