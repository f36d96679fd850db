"""Jobs that make long documents. Importing this module registers them with ``parindex.jobs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parindex import canonical, jobs
from parindex.decisions import refuse
from parindex.models import Job
from reports.content.ranking_report import ranking_report
from reports.documents import RANKING_PDF, made_pdf, ranking_document

#: A worker may wait for another document of its process much longer than a visitor.
PATIENCE = 600


@jobs.handler(RANKING_PDF)
def make_ranking_pdf(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Make the PDF of a ranking and keep it under its key; done twice, the second finds the file."""
    params = canonical.loads(job.params)
    progress.at(0, 3, "Đọc kết quả")
    report = ranking_report(
        params["year"], params["level"], district=params["district"], published_only=params["published_only"]
    )
    if report is None:
        refuse("Không còn kết quả để lập bảng xếp hạng này.", code="gone")
    document = ranking_document(report)
    progress.at(1, 3, f"Dàn trang {document.rows} dòng")
    made = made_pdf(document, patience=PATIENCE)
    progress.at(3, 3, "Đã lưu tệp")
    return {"key": document.key, "size": len(made)}
