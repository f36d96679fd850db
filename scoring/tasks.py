"""The jobs of scoring. Importing this module registers them with ``parindex.jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import shared_task

from parindex import jobs
from parindex.models import Job
from scoring.actions.archives import ZIP, expire, make_archive
from scoring.actions.reading import READ, read_document
from scoring.actions.stray_files import sweep_files


@jobs.handler(READ)
def read_evidence(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Read the document whose id is the job's subject: its pages as pictures, its text, its particulars."""
    return read_document(evidence_id=int(job.subject), progress=progress)


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
