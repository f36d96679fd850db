"""The jobs of scoring. Importing this module registers them with ``parindex.jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parindex import jobs
from parindex.models import Job
from scoring.actions.reading import READ, read_document


@jobs.handler(READ)
def read_evidence(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Read the document whose id is the job's subject: its pages as pictures, its text, its particulars."""
    return read_document(evidence_id=int(job.subject), progress=progress)
