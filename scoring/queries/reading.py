"""How far the reading of a document is, and its pages."""

from __future__ import annotations

from parindex.models import Job
from scoring.models import Evidence, EvidencePage

#: The kind of the job that reads a document; its handler is ``scoring.tasks``.
READ = "evidence.read"


def reading_job(evidence: Evidence) -> Job | None:
    """The newest job that reads a document."""
    return Job.objects.filter(kind=READ, subject=str(evidence.pk)).order_by("-pk").first()


def page_of(evidence: Evidence, number: int) -> EvidencePage | None:
    """One page as a picture."""
    return EvidencePage.objects.filter(evidence=evidence, number=number).first()
