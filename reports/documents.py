"""The documents of the product: which content in which form, made once and kept.

A document is named by its key, the digest of its whole content (the run's digest among it) and of its
layout. Published ones are kept in the file storage under that name, provisional ones for some minutes in
the cache; asking again never makes the same file twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from parindex import clock, jobs
from parindex.models import Job, JobState
from reports import pdf, xlsx
from reports.content.levels import BY_LEVEL
from reports.content.paper import Paper, content_key
from reports.content.ranking_report import RankingReport
from reports.content.self_report import SelfReport, UnitPaper
from reports.content.unit_report import UnitReport
from units.models import User

RANKING_PDF = "ranking_pdf"
#: A ranking of more rows is made by a worker: beyond, laying out takes longer than a visitor should wait (about 2 s).
LONG_RANKING = 100
#: Provisional documents are kept so long, in seconds.
KEPT_PROVISIONAL = 600
#: After a failure the work is asked for again at the earliest after so long.
REST_AFTER_FAILURE = timedelta(minutes=5)
#: How a whole PDF ends.
LAST_WORD = b"%%EOF"
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Document:
    """A content with what is needed to print it and to name the file."""

    content: UnitReport | RankingReport | SelfReport
    template: str
    title: str
    file_stem: str
    rows: int
    unfinished: str = "tam-tinh"

    @property
    def paper(self) -> Paper | UnitPaper:
        """What the paper says of itself."""
        return self.content.paper

    @cached_property
    def key(self) -> str:
        """The name of the document: equal content and layout give equal names."""
        return content_key(f"{self.template} {pdf.layout()}", self.content)

    @property
    def long(self) -> bool:
        """Whether a worker makes it."""
        return self.rows > LONG_RANKING and isinstance(self.content, RankingReport)

    def file_name(self, kind: str) -> str:
        """A name that says what the file is, and first of all that it is a demonstration or not final."""
        marks = ("minh-hoa-" if self.paper.demonstration else "") + ("" if self.paper.published else f"{self.unfinished}-")
        return f"{marks}{self.file_stem}.{kind}"


def unit_document(report: UnitReport) -> Document:
    """The result report of a unit."""
    year = report.paper.year
    return Document(
        report,
        "unit.html",
        f"Phiếu điểm năm {year} – {report.unit_name}",
        f"phieu-diem-{year}-{report.unit_code.lower()}",
        len(report.lines),
    )


def ranking_document(report: RankingReport) -> Document:
    """The ranking of a level or of a district's communes."""
    paper, place = report.paper, f" – {report.district}" if report.district else ""
    return Document(
        report,
        "ranking.html",
        f"Xếp hạng {paper.kind.inside} năm {paper.year}{place}",
        f"xep-hang-{paper.year}-{paper.kind.slug}" + (f"-{report.district_code}" if report.district else ""),
        len(report.rows),
    )


def self_document(report: SelfReport) -> Document:
    """The self-assessment report of a unit."""
    year = report.paper.year
    time = f"-lan-{report.number}" if report.number else ""
    return Document(
        report,
        "self.html",
        f"Báo cáo tự đánh giá năm {year} – {report.unit_name}",
        f"bao-cao-tu-danh-gia-{year}-{report.unit_code.lower()}{time}",
        len(report.lines),
        unfinished="ban-nhap",
    )


def made_xlsx(document: Document) -> bytes:
    """The document as a workbook; made anew each time, it takes milliseconds."""
    content = document.content
    if isinstance(content, SelfReport):
        return xlsx.self_workbook(content)
    return xlsx.unit_workbook(content) if isinstance(content, UnitReport) else xlsx.ranking_workbook(content)


def kept_pdf(document: Document) -> bytes | None:
    """The PDF if it was made before."""
    found: bytes | None = cache.get(_cache_name(document))
    return found if found is not None else _read(_file_name(document))


def _read(name: str) -> bytes | None:
    """A kept file; one that is still being written, or was cut off with its writer, counts as missing."""
    if not default_storage.exists(name):
        return None
    with default_storage.open(name, "rb") as file:
        found: bytes = file.read()
    return found if found.rstrip().endswith(LAST_WORD) else None


def made_pdf(document: Document, *, patience: int = pdf.PATIENCE) -> bytes:
    """The PDF, made now if it was not before. Raises ``PdfMissing`` and ``PdfBusy``."""
    found = kept_pdf(document)
    if found is None:
        context = {"report": document.content, "paper": document.paper, "title": document.title}
        found = pdf.make_pdf(document.template, context, key=document.key, patience=patience)
        keep(document, found)
    return found


def keep(document: Document, made: bytes) -> None:
    """Keep a PDF under its name; a long one always as a file, because another process will read it."""
    if document.paper.published or document.long:
        name = _file_name(document)
        if _read(name) is None:
            default_storage.delete(name)
            default_storage.save(name, ContentFile(made))
    else:
        cache.set(_cache_name(document), made, KEPT_PROVISIONAL)


def ask_for_pdf(document: Document, *, params: Mapping[str, Any], by: User | None) -> Job:
    """The job that makes a long document; asked twice, the same job. A fresh failure is told, not repeated."""
    last = Job.objects.filter(kind=RANKING_PDF, subject=document.key).order_by("-pk").first()
    if last is not None and _failed_just_now(last):
        return last
    return jobs.enqueue(RANKING_PDF, document.key, title=f"Tạo PDF: {document.title}", params=params, by=by)


def _failed_just_now(job: Job) -> bool:
    if job.state != JobState.FAILED or job.finished_at is None:
        return False
    return clock.now() - job.finished_at < REST_AFTER_FAILURE


def ranking_url(params: Mapping[str, Any]) -> str:
    """Where the ranking that a job made is opened."""
    year, level, district = params["year"], params["level"], params["district"]
    if params["published_only"]:
        url = reverse("public:ranking_document", args=[year, BY_LEVEL[level].slug, "pdf"])
        return url + (f"?huyen={district}" if district else "")
    if district:
        return reverse("work:district_document", args=[year, level, district, "pdf"])
    return reverse("work:ranking_document", args=[year, level, "pdf"])


def _file_name(document: Document) -> str:
    key = document.key
    return f"documents/{key[:2]}/{key}.pdf"


def _cache_name(document: Document) -> str:
    return f"document:{document.key}"


