"""Documents read by a job: pages, text, particulars; whatever the file, the worker goes on."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from parindex import canonical, childwork, clock, jobs
from parindex.models import AuditEvent, Job, JobState
from reports.demo.documents import Document, pdf_of
from reports.demo.evidence import INSPECTION, NOTE, REPORT, head_of
from reports.demo.evidence import PLAN as PLAN_PAPER
from scoring import document_reader, tasks
from scoring.actions import Particulars, add_evidence, describe_evidence
from scoring.actions.evidence_links import link_evidence
from scoring.actions.reading import READ, ask_reading, sweep_unread
from scoring.actions.reading_work import picture_name
from scoring.models import Assessment, Evidence, EvidencePage, Reading, Scan
from scoring.particulars_reading import read_particulars
from scoring.reading_words import WHY, unconfirmed, why_unread
from scoring.uploads import check
from tests import build, hostile_pdf
from units.models import Level, Unit

pytestmark = pytest.mark.django_db

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLAN = Document(
    issuer="Sở Nội vụ", number="215/KH-SNV", day=date(2024, 1, 3), title="Kế hoạch cải cách hành chính năm 2024",
    paragraphs=("I. Mục đích, yêu cầu: hoàn thành các nhiệm vụ.",),
)  # fmt: skip


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty private store of its own for every test."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path / "store"}}
    settings.STORAGES = storages
    return tmp_path / "store"


@pytest.fixture
def unit():
    return build.unit(name="Sở Nội vụ")


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


def add(unit, by, data, name="a.pdf", kind="application/pdf", **fields):
    given = SimpleUploadedFile(name, data, kind)
    made, _new = add_evidence(
        unit_id=unit.pk, upload=given, checked=check(given), particulars=Particulars(**fields), by=by, now=build.NOW
    )
    return made


def stored(unit, data, kind="application/pdf", **fields):
    """A row for a file that the door would not let in."""
    name = default_storage.save(f"evidence/{unit.pk}/{build.NOW:%f}{Evidence.objects.count()}", io.BytesIO(data))
    row = Evidence.objects.create(
        unit=unit, original_name="x.pdf", stored_as=name, sha256="0" * 64, size=len(data), content_type=kind,
        uploaded_at=build.NOW, **fields,
    )  # fmt: skip
    ask_reading(row)
    return row


def read(evidence):
    """Run the document's job as a worker would."""
    job = Job.objects.get(kind=READ, subject=str(evidence.pk), state=JobState.WAITING)
    jobs.run(job.pk)
    job.refresh_from_db()
    evidence.refresh_from_db()
    return job


def pictures(store):
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("pages/**/*") if path.is_file())


def test_the_job_is_registered_and_its_sweep_is_on_the_clock(settings):
    assert jobs.HANDLERS[READ] is tasks.read_evidence
    assert settings.CELERY_BEAT_SCHEDULE["sweep-unread"]["task"] == tasks.sweep_unread_documents.name


def test_a_new_document_is_read_and_its_blank_fields_are_filled(unit, clerk, store):
    evidence = add(unit, clerk, pdf_of(PLAN))
    job = read(evidence)

    assert (job.state, evidence.reading, evidence.has_text) == (JobState.DONE, Reading.DONE, True)
    assert (evidence.number, evidence.issued_on, evidence.issuer) == ("215/KH-SNV", date(2024, 1, 3), "Sở Nội vụ")
    assert unconfirmed(evidence) >= {"number", "issued_on", "issuer"}
    pages = list(evidence.page_images.all())
    assert evidence.pages == len(pages) >= 1
    assert pictures(store) == sorted(page.stored_as for page in pages)
    with default_storage.open(pages[0].stored_as) as file:
        picture = Image.open(file)
        assert (picture.format, picture.size) == ("JPEG", (pages[0].width, pages[0].height))
    event = AuditEvent.objects.get(action="evidence.read")
    assert canonical.loads(event.data)["number"] == "215/KH-SNV"
    assert event.unit_id == unit.pk


def test_what_a_person_wrote_stays(unit, clerk):
    evidence = add(unit, clerk, pdf_of(PLAN), number="215/KH-SNV (bản sao)")
    read(evidence)

    assert evidence.number == "215/KH-SNV (bản sao)"
    assert "number" not in unconfirmed(evidence)
    assert canonical.loads(evidence.suggested)["number"] == "215/KH-SNV"


def test_saving_the_particulars_takes_the_mark_away_even_unchanged(unit, clerk):
    evidence = add(unit, clerk, pdf_of(PLAN))
    read(evidence)
    given = Particulars(evidence.number, evidence.issued_on, evidence.issuer, evidence.title)
    for _again in range(2):
        evidence = describe_evidence(evidence_id=evidence.pk, particulars=given, by=clerk, now=build.NOW)

    assert unconfirmed(evidence) == frozenset()
    assert canonical.loads(evidence.suggested)["number"] == "215/KH-SNV"
    assert AuditEvent.objects.filter(action="evidence.described").count() == 1


def test_a_document_of_a_dossier_handed_in_is_read_but_not_filled(unit, clerk):
    assessment = build.open_population(units=[unit]).assessments.get()
    evidence = add(unit, clerk, pdf_of(PLAN))
    link_evidence(assessment_id=assessment.pk, code="1.1.1", evidence_id=evidence.pk, by=clerk, now=build.NOW)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    read(evidence)

    assert evidence.reading == Reading.DONE
    assert (evidence.number, evidence.issued_on, unconfirmed(evidence)) == ("", None, frozenset())


def test_read_twice_nothing_changes(unit, clerk, store):
    evidence = add(unit, clerk, pdf_of(PLAN))
    read(evidence)
    before = list(EvidencePage.objects.values()), pictures(store)
    ask_reading(evidence)
    read(evidence)

    assert (list(EvidencePage.objects.values()), pictures(store)) == before
    assert AuditEvent.objects.filter(action="evidence.read").count() == 1


def test_killed_between_pages_and_run_again_it_gives_the_same_and_no_stray_file(unit, clerk, store, monkeypatch):
    evidence = add(unit, clerk, hostile_pdf.of_pages(4))
    job = Job.objects.get(kind=READ)
    real = jobs.Progress.at

    class Killed(BaseException):
        """As a signal would end the worker."""

    def dies(self, done, total, step=""):
        real(self, done, total, step)
        if done == 2:
            raise Killed

    monkeypatch.setattr(jobs.Progress, "at", dies)
    with pytest.raises(Killed):
        jobs.run(job.pk)
    assert len(pictures(store)) == 2
    assert not EvidencePage.objects.exists()
    monkeypatch.setattr(jobs.Progress, "at", real)
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    jobs.run(job.pk)

    evidence.refresh_from_db()
    assert (evidence.reading, evidence.pages, evidence.has_text) == (Reading.DONE, 4, False)
    assert pictures(store) == sorted(EvidencePage.objects.values_list("stored_as", flat=True))
    assert list(EvidencePage.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_worker_that_lost_its_lease_writes_no_row(unit, clerk, monkeypatch):
    evidence = add(unit, clerk, hostile_pdf.of_pages(2))
    job = Job.objects.get(kind=READ)
    real = jobs.Progress.hold

    def taken(self):
        Job.objects.filter(pk=self.job.pk).update(lease_token="another")
        real(self)

    monkeypatch.setattr(jobs.Progress, "hold", taken)
    jobs.run(job.pk)

    evidence.refresh_from_db()
    assert evidence.reading == Reading.WAITING
    assert not EvidencePage.objects.exists()


def test_a_worker_that_lost_its_lease_removes_no_picture(unit, clerk, monkeypatch, store):
    add(unit, clerk, hostile_pdf.of_pages(2))
    job = Job.objects.get(kind=READ)

    def fails(source, kind, beat):
        default_storage.save(picture_name(Evidence.objects.get(), 1), io.BytesIO(b"of the other worker"))
        Job.objects.filter(pk=job.pk).update(lease_token="another")
        raise document_reader.Unreadable("broken")
        yield

    monkeypatch.setattr(document_reader, "read", fails)
    jobs.run(job.pk)

    assert len(pictures(store)) == 1


def test_progress_is_told_page_by_page(unit, clerk, monkeypatch):
    add(unit, clerk, hostile_pdf.of_pages(3))
    said = []
    real = jobs.Progress.at
    monkeypatch.setattr(jobs.Progress, "at", lambda self, *words: (said.append(words), real(self, *words))[1])
    jobs.run(Job.objects.get(kind=READ).pk)

    assert said[1:] == [(page, 4, f"Dựng trang {page} trên 3") for page in (1, 2, 3)]


def test_of_a_long_document_sixty_pages_are_shown(unit):
    evidence = stored(unit, hostile_pdf.of_pages(10_000))
    read(evidence)

    assert (evidence.reading, evidence.pages, evidence.page_images.count()) == (Reading.DONE, 10_000, 60)


QUICK = replace(document_reader.LIMITS, seconds=2, silence=6, wall=12)
HOSTILE = {
    "endless": (hostile_pdf.endless(), Reading.FAILED),
    "swelling": (hostile_pdf.swelling(), None),
    "own parent": (hostile_pdf.own_parent(), Reading.FAILED),
    "deep": (hostile_pdf.deep(), None),
    "two thousand million pages": (hostile_pdf.lying_count(), None),
    "huge page": (hostile_pdf.of_pages(1, box=b"[0 0 10000000 10000000]"), Reading.DONE),
    "page like a thread": (hostile_pdf.of_pages(1, box=b"[0 0 1 100000]"), Reading.DONE),
    "no size": (hostile_pdf.of_pages(1, box=b"[0 0 0 0]"), None),
    "broken table": (hostile_pdf.pdf([b"<</Type/Catalog/Pages 2 0 R>>"], broken_table=True), Reading.FAILED),
    "cut off": (hostile_pdf.of_pages(3)[:300], Reading.FAILED),
    "no PDF": (b"%PDF-1.7\nnothing\n%%EOF", Reading.FAILED),
    "no pages": (hostile_pdf.of_pages(0), Reading.FAILED),
    "locked": (hostile_pdf.of_pages(1).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(y)/P 0>>"), Reading.FAILED),
}  # fmt: skip


@pytest.mark.parametrize(("data", "state"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pdf_ends_in_a_state_with_a_sentence(unit, store, monkeypatch, data, state):
    monkeypatch.setattr(document_reader, "LIMITS", QUICK)
    evidence = stored(unit, data)
    job = read(evidence)

    assert job.state == JobState.DONE
    assert evidence.reading in ((state,) if state else (Reading.DONE, Reading.FAILED))
    assert pictures(store) == sorted(evidence.page_images.values_list("stored_as", flat=True))
    if evidence.reading == Reading.FAILED:
        assert canonical.loads(evidence.suggested)["why"] in WHY
        assert why_unread(evidence).endswith(".")
        assert pictures(store) == []
    for page in evidence.page_images.all():
        assert page.width <= 1100
        assert page.height <= 2200


def test_a_page_without_end_is_stopped_by_the_clock(unit, monkeypatch):
    monkeypatch.setattr(document_reader, "LIMITS", replace(QUICK, seconds=1))
    evidence = stored(unit, hostile_pdf.endless())
    read(evidence)

    assert canonical.loads(evidence.suggested)["why"] in (childwork.TOO_SLOW, childwork.ENDED)


def jpeg(size=(2000, 1000), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "JPEG", **more)
    return out.getvalue()


def test_a_photograph_is_turned_made_smaller_and_carries_nothing_along(unit, clerk):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "where it was taken"
    evidence = add(unit, clerk, jpeg(exif=exif), "anh.jpg", "image/jpeg")
    read(evidence)

    [page] = evidence.page_images.all()
    assert (evidence.reading, evidence.pages, evidence.has_text) == (Reading.DONE, 1, False)
    assert page.width * 2 == page.height
    with default_storage.open(page.stored_as) as file:
        content = file.read()
    assert b"where it was taken" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_png_with_holes_is_shown_on_white(unit, clerk):
    out = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(out, "PNG")
    evidence = add(unit, clerk, out.getvalue(), "anh.png", "image/png")
    read(evidence)

    with default_storage.open(evidence.page_images.get().stored_as) as file:
        assert Image.open(file).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [jpeg()[:700], b"\xff\xd8\xff\xe0nothing\xff\xd9", b""])
def test_a_broken_picture_cannot_be_shown(unit, data):
    evidence = stored(unit, data or b"x", "image/jpeg")
    read(evidence)

    assert evidence.reading == Reading.FAILED


def docx(body):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return out.getvalue()


def paragraphs(*lines):
    inner = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{inner}</w:body></w:document>'


def test_a_docx_has_no_pages_but_gives_its_particulars(unit):
    lines = ("UBND TỈNH SƠN LA", "SỞ NỘI VỤ", "Số: 12/BC-SNV", "Sơn La, ngày 05 tháng 6 năm 2024", "BÁO CÁO", "Kết quả rà soát thủ tục", "Kính gửi: UBND tỉnh")
    evidence = stored(unit, docx(paragraphs(*lines)), DOCX)
    read(evidence)

    assert (evidence.reading, evidence.pages, evidence.has_text) == (Reading.NONE, None, True)
    assert (evidence.number, evidence.issued_on) == ("12/BC-SNV", date(2024, 6, 5))
    assert evidence.title == "Báo cáo kết quả rà soát thủ tục"


ENTITIES = '<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy"><!ENTITY z "&x;&x;&x;&x;">]><a>&z;</a>'


@pytest.mark.parametrize(
    "data",
    [docx(ENTITIES), docx("<a>" * 50_000), docx(b"\0" * 30_000_000), docx("")[:40], b"PK\x03\x04nothing"],
    ids=["entities", "depth", "bomb", "cut", "nothing"],  # the bytes hold the time: workers would collect different names
)
def test_a_hostile_docx_gives_nothing_and_harms_nothing(unit, data):
    evidence = stored(unit, data, DOCX)
    job = read(evidence)

    assert job.state == JobState.DONE
    assert evidence.reading in (Reading.NONE, Reading.FAILED)
    assert evidence.number == ""


def test_a_workbook_has_no_pages(unit):
    evidence = stored(unit, b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    read(evidence)

    assert (evidence.reading, evidence.has_text) == (Reading.NONE, None)


def test_a_file_that_is_gone_or_refused_is_said_to_be_so(unit):
    gone = stored(unit, hostile_pdf.of_pages(1))
    default_storage.delete(gone.stored_as)
    read(gone)
    bad = stored(unit, hostile_pdf.of_pages(1), scan=Scan.REFUSED)
    read(bad)

    assert why_unread(gone).startswith("Không thấy tệp trong kho.")
    assert why_unread(bad) == "Tệp có mã độc nên không được mở."


@pytest.mark.parametrize("paper", [PLAN_PAPER, REPORT, NOTE, INSPECTION], ids=lambda paper: paper.number)
@pytest.mark.parametrize("name", ["Sở Xây dựng", "Phường Mộc Châu", "Xã Chiềng Hắc"])
def test_the_documents_of_the_demonstration_read_as_they_were_written(paper, name):
    unit = Unit(name=name, level=Level.DEPARTMENT if name.startswith("Sở") else Level.COMMUNE)
    given = Document(
        **head_of(unit), number=paper.number.format(sign="SXD"), day=date(2025, 2, 3), title=f"{paper.title} 2025",
        paragraphs=paper.paragraphs, annexes=paper.annexes,
    )  # fmt: skip
    parts = list(document_reader.read(io.BytesIO(pdf_of(given)), "pdf", lambda: None))

    found = read_particulars(parts[-1].texts[0])
    assert (found.number, found.issued_on, found.issuer, found.title) == (given.number, given.day, given.issuer, given.title)
    assert parts[-1].pages == max([1, *(annex.last for annex in paper.annexes)])


# --- The sweep -----------------------------------------------------------------------------------


def alone(unit, **fields):
    """A document that waits without a job."""
    row = stored(unit, hostile_pdf.of_pages(1), **fields)
    Job.objects.all().delete()
    return row


def test_a_document_that_waits_alone_gets_a_job_once(unit):
    evidence = alone(unit)
    later = build.NOW + timedelta(hours=1)

    assert sweep_unread(later) == 1
    assert sweep_unread(later) == 0
    assert read(evidence).state == JobState.DONE
    assert sweep_unread(later) == 0


def test_a_new_document_is_left_to_its_own_job(unit):
    alone(unit)

    assert sweep_unread(build.NOW + timedelta(seconds=30)) == 0


def test_a_document_the_machine_fails_on_again_and_again_is_given_up(unit, monkeypatch):
    evidence = alone(unit)
    monkeypatch.setattr("scoring.actions.reading_work.document_reader.read", lambda *_: 1 / 0)
    later = build.NOW + timedelta(hours=1)
    for _time in range(2):
        assert sweep_unread(later) == 1
        assert read(evidence).state == JobState.FAILED
    assert sweep_unread(later) == 0

    evidence.refresh_from_db()
    assert (evidence.reading, why_unread(evidence)) == (Reading.FAILED, str(WHY["machine"]))
