"""The whole dossier as one ZIP: asked for, made by a job, kept for seven days."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import canonical, clock, jobs
from parindex.decisions import refuse, require
from parindex.models import Job, JobState
from parindex.spreadsheet import Sheet, write_csv, write_xlsx
from scoring import permissions
from scoring.archive_layout import Placed, Use, placed
from scoring.models import Assessment, EvidenceLink, Scan
from scoring.queries.dossiers import dossier_of
from scoring.queries.past import in_words
from scoring.queries.receipts import picture_of
from scoring.queries.workspace import with_context
from units.models import User

#: The kind of the job; its subject is the dossier and the picture of what it holds.
ZIP = "dossier.zip"
LIFE = timedelta(days=7)
#: How many archives of one unit are kept; making another removes the oldest.
MOST_KEPT = 10
#: Seconds of copying after which the lease is renewed.
BEAT = 10
#: Where archives lie in the private store.
FOLDER = "archives"
LIST_HEAD = ("Mã", "Tiêu chí thành phần", "Số, ký hiệu", "Ngày ban hành", "Trích yếu", "Trang, mục", "Tệp", "SHA-256", "Ghi chú")
SHEET_HEAD = ("Mã", "Tiêu chí thành phần", "Điểm tối đa", "Tự chấm", "Câu trả lời", "Giải trình", "Số tài liệu")


def ask_archive(*, assessment_id: int, by: User) -> Job:
    """Have the archive made; asking twice for an unchanged dossier gives the same job or the archive that is kept."""
    assessment = with_context(Assessment.objects.filter(pk=assessment_id)).get()
    require(permissions.may_view_assessment(by, assessment))
    subject = f"{assessment.pk}:{picture_of(assessment)[:32]}"
    kept = Job.objects.filter(kind=ZIP, subject=subject, state=JobState.DONE).exclude(file_name="").order_by("-pk").first()
    if kept is not None and kept.expires_at is not None and kept.expires_at > clock.now():
        return kept
    title = _("Hồ sơ năm %(year)d của %(unit)s (ZIP)") % {
        "year": assessment.population.cycle.year,
        "unit": assessment.unit.name,
    }
    return jobs.enqueue(ZIP, subject, title=title, params={"assessment": assessment.pk}, by=by)


def make_archive(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """Write the archive; a worker that lost its lease leaves nothing, running twice gives one file.

    Documents are copied as they are, piece by piece, so that memory stays small whatever they weigh.
    """
    found = with_context(Assessment.objects.filter(pk=canonical.loads(job.params)["assessment"])).first()
    if found is None:
        refuse(_("Hồ sơ này không còn."), code="gone")
    # On the disk of the store, not in /tmp: there it may be memory.
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(prefix=".zip-", dir=settings.FILES_ROOT) as file:
        picture = picture_of(found)
        documents, missing = _write(found, file, progress)
        size = file.tell()
        file.seek(0)
        beating = File(_Beating(file, progress, documents))
        name = default_storage.save(f"{FOLDER}/{found.unit_id}/{job.pk}-{job.lease_token[:16]}.zip", beating)
    try:
        with transaction.atomic():
            progress.hold()
            Job.objects.filter(pk=job.pk).update(file_name=name, expires_at=clock.now() + LIFE)
    except BaseException:
        default_storage.delete(name)
        raise
    _keep_newest(found.unit_id)
    return {"size": size, "documents": documents, "missing": missing, "picture": picture}


class _Beating:
    """A file that keeps the job's lease alive while it is read, however slow the disk."""

    def __init__(self, file: Any, progress: jobs.Progress, total: int) -> None:
        self._file, self._progress, self._total = file, progress, total
        self._last = time.monotonic()

    def read(self, size: int = -1) -> Any:
        """The next bytes."""
        if time.monotonic() - self._last > BEAT:
            self._last = time.monotonic()
            self._progress.at(self._total, self._total, _("Cất tệp vào kho"))
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _write(assessment: Assessment, file: IO[bytes], progress: jobs.Progress) -> tuple[int, int]:
    """Write list, sheet and documents; return how many documents lie in it and how many could not."""
    links = list(_links(assessment))
    evidence = {link.evidence_id: link.evidence for link in links}
    root = f"ho-so-{assessment.population.cycle.year}-{assessment.unit.code}"
    places = placed(root, [_use(link) for link in links])
    notes: dict[int, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for number, place in enumerate(places):
            row = evidence[place.document]
            progress.at(number, len(places), _("Xếp tài liệu %(name)s") % {"name": row.original_name})
            beat = partial(progress.at, number, len(places))
            notes[row.pk] = _("có mã độc, không đưa vào") if row.scan == Scan.REFUSED else _copied(row, place, archive, beat)
        progress.at(len(places), len(places), _("Lập danh sách"))
        archive.writestr(f"{root}/danh-sach.csv", _listed(links, {place.document: place for place in places}, notes))
        archive.writestr(f"{root}/bang-diem.xlsx", _sheet(assessment))
    missing = sum(1 for note in notes.values() if note)
    return len(places) - missing, missing


def _links(assessment: Assessment) -> Iterable[EvidenceLink]:
    rows = EvidenceLink.objects.filter(score__assessment=assessment)
    return rows.select_related("evidence", "score__node__parent__parent").order_by("score__node__position", "id")


def _use(link: EvidenceLink) -> Use:
    node = link.score.node
    above = [each for each in (node.parent.parent if node.parent else None, node.parent) if each is not None]
    folders = (*(f"{each.code}. {each.name}" for each in above), f"{node.code} {node.name}")
    return Use(node.code, node.name, folders, link.evidence_id, link.evidence.original_name)


def _copied(row: Any, place: Placed, archive: zipfile.ZipFile, beat: Callable[[], None]) -> str:
    """Copy one document into the archive; the sentence why not, or nothing. ``beat`` keeps the job's lease alive."""
    try:
        source = default_storage.open(row.stored_as, "rb")
    except FileNotFoundError:
        return _("tệp không còn trong kho")
    with source, archive.open(place.path, "w", force_zip64=True) as target:
        last = time.monotonic()
        while piece := source.read(1024 * 1024):
            target.write(piece)
            if time.monotonic() - last > BEAT:
                last = time.monotonic()
                beat()
    return ""


def _listed(links: Iterable[EvidenceLink], places: Mapping[int, Placed], notes: Mapping[int, str]) -> bytes:
    """Every use of every document: one line each, with a mark at the front by which Excel knows UTF-8."""
    rows = []
    for link in links:
        row, note = link.evidence, notes.get(link.evidence_id, "")
        day = row.issued_on.strftime("%d/%m/%Y") if row.issued_on else ""
        path = "" if note else places[row.pk].path
        rows.append((link.score.node.code, link.score.node.name, row.number, day, row.title, link.pages, path, row.sha256, note))
    out = io.BytesIO()
    out.write(b"\xef\xbb\xbf")
    write_csv(out, LIST_HEAD, rows, guard=LIST_HEAD)
    return out.getvalue()


def _sheet(assessment: Assessment) -> bytes:
    """The scores as they stand, as a workbook. Internal notes are never in it."""
    rows = [
        (
            leaf.node.code,
            leaf.node.name,
            leaf.node.max_points,
            leaf.points,
            in_words(leaf.score, leaf.rule) if leaf.score is not None else "",
            leaf.score.explanation if leaf.score is not None else "",
            leaf.documents,
        )
        for leaf in dossier_of(assessment).leaves
        if leaf.asked
    ]
    out = io.BytesIO()
    write_xlsx(out, [Sheet(_("Bảng điểm"), SHEET_HEAD, rows, (10, 60, 12, 12, 40, 60, 12))])
    return out.getvalue()


def _keep_newest(unit_id: int) -> None:
    """Remove the oldest archives of a unit beyond ``MOST_KEPT``."""
    rows = Job.objects.filter(kind=ZIP, file_name__startswith=f"{FOLDER}/{unit_id}/").order_by("-pk")
    for job in rows[MOST_KEPT:]:
        jobs.drop_file(job)


def expire(now: datetime | None = None) -> int:
    """Remove the files of jobs whose life is over; return how many."""
    old = Job.objects.exclude(file_name="").filter(expires_at__lte=now or clock.now())
    found = list(old)
    for job in found:
        jobs.drop_file(job)
    return len(found)
