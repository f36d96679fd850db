"""Have a document read for its pages, text and particulars."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, canonical, clock, jobs
from parindex.models import Job, JobState
from scoring.models import Evidence, Reading, Scan
from scoring.queries.reading import READ

#: A younger document has its job on the way.
YOUNGEST = timedelta(minutes=2)
#: Jobs that may fail before a document is given up, and documents looked at in one sweep.
MOST_JOBS = 2
MOST_AT_ONCE = 200


def ask_reading(evidence: Evidence, *, by: Any = None) -> Job:
    """Have a job read the document; asking twice gives the same job.

    Called inside the transaction that writes the row: the worker is woken only after commit, and
    a row without a live job is found again by ``sweep_unread``.
    """
    title = _("Đọc tài liệu: %(name)s") % {"name": evidence.original_name}
    return jobs.enqueue(READ, str(evidence.pk), title=title, by=by)


def sweep_unread(now: datetime | None = None) -> int:
    """Have every document read that waits without a live job (restored, imported, a failed job); return how many.

    A document whose job failed for the machine's reasons ``MOST_JOBS`` times is given up.
    """
    before = (now or clock.now()) - YOUNGEST
    mine = Job.objects.filter(kind=READ)
    live = mine.filter(state__in=[JobState.WAITING, JobState.RUNNING]).values_list("subject", flat=True)
    unread = Evidence.objects.filter(reading=Reading.WAITING, uploaded_at__lt=before).order_by("pk")
    waiting = unread.exclude(scan__in=[Scan.WAITING, Scan.REFUSED])
    alone = list(waiting.exclude(pk__in=[int(subject) for subject in live])[:MOST_AT_ONCE])
    failed = Counter(
        mine.filter(state=JobState.FAILED, subject__in=[str(row.pk) for row in alone]).values_list("subject", flat=True)
    )
    asked = 0
    for evidence in alone:
        with transaction.atomic():
            if failed[str(evidence.pk)] >= MOST_JOBS:
                give_up(evidence.pk)
            else:
                ask_reading(evidence)
                asked += 1
    return asked


def give_up(evidence_id: int) -> None:
    """Mark a document that the machine could not read; inside the caller's transaction."""
    evidence = Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)
    if evidence.reading != Reading.WAITING:
        return
    evidence.reading, evidence.suggested = Reading.FAILED, canonical.dumps({"why": "machine"})
    evidence.save(update_fields=["reading", "suggested"])
    data = {"reading": Reading.FAILED, "pages": None, "shown": 0}
    audit.record("evidence.read", evidence, unit=evidence.unit_id, data=data, origin="job")
