"""Have a document read for its pages, text and particulars."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from parindex import jobs
from parindex.models import Job
from scoring.models import Evidence

#: The kind of the job that reads a document; its handler is ``scoring.tasks``.
READ = "evidence.read"


def ask_reading(evidence: Evidence, *, by: Any = None) -> Job:
    """Have a job read the document; asking twice gives the same job.

    Called inside the transaction that writes the row: the worker is woken only after commit, and
    a row without a live job is found again by ``sweep_unread``.
    """
    title = _("Đọc tài liệu: %(name)s") % {"name": evidence.original_name}
    return jobs.enqueue(READ, str(evidence.pk), title=title, by=by)


def read_document(*, evidence_id: int, progress: jobs.Progress) -> dict[str, Any]:
    """Read one document; done twice, the second finds everything done."""
    evidence = Evidence.objects.get(pk=evidence_id)
    progress.at(0, 1, _("Mở tệp"))
    return {"reading": evidence.reading, "pages": evidence.pages}
