"""The jobs of scoring. Importing this module registers them with ``parindex.jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from parindex import jobs
from parindex.models import Job
from scoring.actions.archives import ZIP, expire, make_archive
from scoring.actions.reading import READ, sweep_unread
from scoring.actions.reading_work import read_document
from scoring.actions.reminding import send_deadline_notices
from scoring.actions.scanning import SCAN, scan_waiting, sweep_scans
from scoring.actions.stray_files import sweep_files


@jobs.handler(READ)
def read_evidence(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Read the document whose id is the job's subject: its pages as pictures, its text, its particulars."""
    return read_document(evidence_id=int(job.subject), progress=progress)


@shared_task(name="scoring.sweep_unread", ignore_result=True)
def sweep_unread_documents() -> int:
    """Have documents read that wait without a job."""
    return sweep_unread()


@jobs.handler(ZIP)
def zip_dossier(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Make the archive of the dossier that the job's parameters name."""
    return make_archive(job, progress)


@shared_task(name="scoring.expire_files", ignore_result=True)
def expire_files() -> int:
    """Remove archives whose seven days are over."""
    return expire()


@shared_task(name="scoring.sweep_files", ignore_result=True)
def sweep_stray_files() -> tuple[int, int]:
    """Remove files that no row names; tell of rows whose file is gone."""
    return sweep_files()


@shared_task(name="scoring.deadline_notices", ignore_result=True)
def deadline_notices() -> int:
    """Remind units whose deadline is near; each deadline and kind once."""
    return send_deadline_notices()


@jobs.handler(SCAN)
def scan_documents(_job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Have the antivirus daemon look at every document that waits."""
    return scan_waiting(progress)


@shared_task(name="scoring.sweep_scans", ignore_result=True)
def sweep_waiting_scans() -> int:
    """Ask again for the documents that wait for the antivirus daemon."""
    return sweep_scans()
