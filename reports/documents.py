"""The documents of the product: which content in which form, made once and kept.

A document is named by its key, the digest of its whole content (the run's digest among it) and of its
layout. Published ones are kept in the file storage under that name, provisional ones for some minutes in
the cache; asking again never makes the same file twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from parindex import clock, jobs
from parindex.models import Job, JobState
from reports import pdf, xlsx
from reports.content.paper import Paper, content_key
from reports.content.ranking_report import RankingReport
from reports.content.unit_report import UnitReport
from units.models import User

RANKING_PDF = "ranking_pdf"
#: A ranking of more rows is made by a worker: beyond, laying out takes longer than a visitor should wait (about 2 s).
LONG_RANKING = 60
#: Provisional documents are kept so long, in seconds.
KEPT_PROVISIONAL = 600
#: After a failure the work is asked for again at the earliest after so many seconds.
REST_AFTER_FAILURE = 300
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Document:
    """A content with what is needed to print it and to name the file."""

    content: UnitReport | RankingReport
    template: str
    title: str
    file_stem: str
    rows: int

    @property
    def paper(self) -> Paper:
        """What the paper says of itself."""
        return self.content.paper

    @property
    def key(self) -> str:
        """The name of the document: equal content and layout give equal names."""
        return content_key(f"{self.template} {pdf.layout()}", self.content)

    @property
    def long(self) -> bool:
        """Whether a worker makes it."""
        return self.rows > LONG_RANKING and isinstance(self.content, RankingReport)

    def file_name(self, kind: str) -> str:
        """A name that says what the file is, and first of all that it is a demonstration or provisional."""
        marks = ("minh-hoa-" if self.paper.demonstration else "") + ("" if self.paper.published else "tam-tinh-")
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
    code = next((row.unit_code for row in report.rows), "") if report.district else ""
    return Document(
        report,
        "ranking.html",
        f"Xếp hạng {paper.kind.inside} năm {paper.year}{place}",
        f"xep-hang-{paper.year}-{paper.kind.slug}" + (f"-{code}" if code else ""),
        len(report.rows),
    )


def made_xlsx(document: Document) -> bytes:
    """The document as a workbook; made anew each time, it takes milliseconds."""
    content = document.content
    return xlsx.unit_workbook(content) if isinstance(content, UnitReport) else xlsx.ranking_workbook(content)


def kept_pdf(document: Document) -> bytes | None:
    """The PDF if it was made before."""
    found: bytes | None = cache.get(_cache_name(document))
    if found is None and default_storage.exists(_file_name(document)):
        with default_storage.open(_file_name(document), "rb") as file:
            found = file.read()
    return found


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
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(made))
    else:
        cache.set(_cache_name(document), made, KEPT_PROVISIONAL)


def ask_for_pdf(document: Document, *, params: dict[str, object], by: User | None) -> Job:
    """The job that makes a long document; asked twice, the same job. A fresh failure is told, not repeated."""
    last = Job.objects.filter(kind=RANKING_PDF, subject=document.key).order_by("-pk").first()
    if last is not None and last.state == JobState.FAILED and last.finished_at is not None:
        if (clock.now() - last.finished_at).total_seconds() < REST_AFTER_FAILURE:
            return last
    return jobs.enqueue(RANKING_PDF, document.key, title=f"Tạo PDF: {document.title}", params=params, by=by)


def _file_name(document: Document) -> str:
    key = document.key
    return f"documents/{key[:2]}/{key}.pdf"


def _cache_name(document: Document) -> str:
    return f"document:{document.key}"


