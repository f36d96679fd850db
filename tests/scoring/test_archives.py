"""The whole dossier as one ZIP: what lies in it, who may take it, how long it lives, what a dead worker leaves."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from parindex import clock, jobs
from parindex.models import Job, JobState
from scoring import tasks  # noqa: F401 - registers the job
from scoring.actions.archives import FOLDER, LIFE, MOST_KEPT, ZIP, ask_archive, expire
from scoring.actions.notes import add_note
from scoring.actions.stray_files import missing_files, sweep_files
from scoring.archive_layout import MOST_FILE, Use, placed, safe_file, safe_name
from scoring.models import Assessment, Evidence, EvidenceLink, Scan
from scoring.queries.workspace import with_context
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: build.NOW)
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of its own, so that what is left behind can be counted."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = storages


@pytest.fixture
def unit():
    return build.unit(code="SGTVT", name="Sở Giao thông vận tải")


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def assessment(unit):
    found = build.open_population(units=[unit]).assessments.get()
    return with_context(Assessment.objects.filter(pk=found.pk)).get()


def document(unit, name="ke-hoach.pdf", content=b"%PDF-1.4 x", **fields):
    stored = default_storage.save(f"evidence/{unit.pk}/{name}", ContentFile(content))
    values = {"sha256": f"{Evidence.objects.count():064d}", "size": len(content), "content_type": "application/pdf"}
    return Evidence.objects.create(
        unit=unit, original_name=name, stored_as=stored, uploaded_at=build.NOW, **(values | fields)
    )


def given_for(assessment, code, evidence, pages=""):
    score = assessment.scores.filter(node__code=code).first() or build.score(assessment, code)
    return EvidenceLink.objects.create(score=score, evidence=evidence, pages=pages, linked_at=build.NOW)


def codes(assessment):
    return [node.code for node in assessment.population.framework.nodes.filter(is_leaf=True, source="self")]


def made(assessment, by):
    job = ask_archive(assessment_id=assessment.pk, by=by)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def opened(job):
    with default_storage.open(job.file_name, "rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


# --- What lies in it -----------------------------------------------------------------------------


def test_folders_are_the_tree_and_a_document_lies_once(assessment, unit, clerk):
    first, second = codes(assessment)[:2]
    plan = document(unit, "Kế hoạch: 215/KH.pdf", content=b"%PDF-1.4 plan", number="215/KH-SGTVT", title="=1+1")
    given_for(assessment, first, plan, "tr. 4")
    given_for(assessment, second, plan, "tr. 9")
    given_for(assessment, second, document(unit, "Kế hoạch  215 KH.pdf"))

    job = made(assessment, clerk)

    assert (job.state, job.error) == (JobState.DONE, "")
    with opened(job) as archive:
        names = archive.namelist()
        files = [name for name in names if name.endswith(".pdf")]
        assert len(files) == 2
        assert all(name.startswith("ho-so-") and ":" not in name and ".." not in name for name in names)
        assert f"/{first} " in files[0]
        assert archive.read(files[0]) == b"%PDF-1.4 plan"
        listed = list(csv.reader(io.StringIO(archive.read(next(n for n in names if n.endswith(".csv"))).decode("utf-8-sig"))))
    assert [row[0] for row in listed[1:]] == [first, second, second]
    assert listed[1][6] == listed[2][6] == files[0]
    assert [row[5] for row in listed[1:]] == ["tr. 4", "tr. 9", ""]
    assert listed[1][4] == "'=1+1"


def test_a_lost_file_and_a_refused_one_are_named_and_left_out(assessment, unit, clerk):
    first, second = codes(assessment)[:2]
    lost = document(unit, "a.pdf")
    default_storage.delete(lost.stored_as)
    given_for(assessment, first, lost)
    given_for(assessment, second, document(unit, "b.pdf", scan=Scan.REFUSED))

    job = made(assessment, clerk)

    with opened(job) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".pdf")]
        text = archive.read(next(name for name in archive.namelist() if name.endswith(".csv"))).decode()
    assert "tệp không còn trong kho" in text
    assert "có mã độc, không đưa vào" in text
    assert '"missing":2' in job.result


def test_internal_notes_are_not_in_it(assessment, unit, clerk):
    code = codes(assessment)[0]
    add_note(assessment_id=assessment.pk, code=code, words="TUYET-MAT-NOI-BO", by=clerk)

    job = made(assessment, clerk)

    with opened(job) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        sheet = zipfile.ZipFile(io.BytesIO(archive.read(next(n for n in archive.namelist() if n.endswith(".xlsx")))))
        everything += b"".join(sheet.read(name) for name in sheet.namelist())
    assert b"TUYET-MAT" not in everything
    assert code.encode() in everything


def test_an_empty_dossier_gives_list_and_sheet(assessment, clerk):
    with opened(made(assessment, clerk)) as archive:
        assert sorted(name.rsplit("/", 1)[1] for name in archive.namelist()) == ["bang-diem.xlsx", "danh-sach.csv"]


# --- Asking, dying, ending -----------------------------------------------------------------------


def test_asking_twice_gives_one_job_until_something_changes(assessment, unit, clerk):
    job = made(assessment, clerk)
    assert ask_archive(assessment_id=assessment.pk, by=clerk) == job

    given_for(assessment, codes(assessment)[0], document(unit))

    assert ask_archive(assessment_id=assessment.pk, by=clerk).pk != job.pk


def test_a_worker_that_lost_its_lease_leaves_no_file(assessment, clerk, monkeypatch):
    job = ask_archive(assessment_id=assessment.pk, by=clerk)

    def lost(self):
        raise jobs.LeaseLost(self.job.pk)

    monkeypatch.setattr(jobs.Progress, "hold", lost)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.file_name == ""
    folder = f"{FOLDER}/{assessment.unit_id}"
    assert default_storage.listdir(folder)[1] == []


def test_a_slow_disk_does_not_lose_the_lease(assessment, unit, clerk, monkeypatch):
    monkeypatch.setattr("scoring.actions.archives.BEAT", -1)
    given_for(assessment, codes(assessment)[0], document(unit, content=b"x" * 3_000_000))
    said = []
    real = jobs.Progress.at
    monkeypatch.setattr(jobs.Progress, "at", lambda self, *args: (said.append(args), real(self, *args)))

    assert made(assessment, clerk).state == JobState.DONE

    assert len(said) > 5
    assert "Cất tệp vào kho" in {args[2] for args in said if len(args) == 3}


def test_an_archive_says_when_the_dossier_has_changed_since(assessment, unit, clerk, client):
    made(assessment, clerk)
    client.force_login(clerk)
    here = reverse("scoring:archive", args=[assessment.pk])
    assert "đã thay đổi sau bản này" not in client.get(here).content.decode()

    given_for(assessment, codes(assessment)[0], document(unit))

    assert "đã thay đổi sau bản này" in client.get(here).content.decode()


def test_seven_days_later_the_file_is_gone_and_can_be_made_again(assessment, clerk):
    job = made(assessment, clerk)
    name = job.file_name

    assert expire(build.NOW + LIFE - timedelta(seconds=1)) == 0
    assert expire(build.NOW + LIFE) == 1

    job.refresh_from_db()
    assert (job.file_name, default_storage.exists(name)) == ("", False)
    assert ask_archive(assessment_id=assessment.pk, by=clerk).pk != job.pk


def test_at_most_ten_are_kept(assessment, unit, clerk):
    code = codes(assessment)[0]
    for number in range(MOST_KEPT + 2):
        given_for(assessment, code, document(unit, f"{number}.pdf"))
        made(assessment, clerk)

    kept = Job.objects.filter(kind=ZIP).exclude(file_name="")
    assert kept.count() == MOST_KEPT
    assert len(default_storage.listdir(f"{FOLDER}/{unit.pk}")[1]) == MOST_KEPT


# --- Pages ---------------------------------------------------------------------------------------


def test_the_page_asks_watches_and_gives(assessment, unit, clerk, client):
    client.force_login(clerk)
    here = reverse("scoring:archive", args=[assessment.pk])
    assert "Chưa lập tệp nào" in client.get(here).content.decode()

    assert client.post(here).status_code == 302
    assert client.post(here).status_code == 302
    job = Job.objects.get(kind=ZIP)
    assert "progressbar" in client.get(here).content.decode()
    jobs.run(job.pk)
    page = client.get(here).content.decode()
    assert "Tải tệp ZIP" in page

    file = client.get(reverse("scoring:archive_file", args=[assessment.pk, job.pk]))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))).testzip() is None


def test_others_get_nothing(assessment, clerk, client):
    job = made(assessment, clerk)
    stranger = build.clerk(build.unit(code="SYT", name="Sở Y tế"))
    client.force_login(stranger)

    assert client.get(reverse("scoring:archive", args=[assessment.pk])).status_code == 404
    assert client.post(reverse("scoring:archive", args=[assessment.pk])).status_code == 404
    assert client.get(reverse("scoring:archive_file", args=[assessment.pk, job.pk])).status_code == 404


def test_an_archive_of_another_dossier_is_not_given(assessment, unit, clerk, client):
    other = build.assessment(build.population(year=build.YEAR - 1), unit)
    job = made(assessment, clerk)
    client.force_login(clerk)

    assert client.get(reverse("scoring:archive_file", args=[other.pk, job.pk])).status_code == 404


# --- Stray files ---------------------------------------------------------------------------------


def test_stray_files_go_after_a_day_and_named_ones_stay(assessment, unit, clerk):
    kept = document(unit)
    job = made(assessment, clerk)
    stray = default_storage.save(f"evidence/{unit.pk}/stray", ContentFile(b"x"))
    written = default_storage.get_modified_time(stray)

    assert sweep_files(written + timedelta(hours=23)) == (0, 0)
    assert sweep_files(written + timedelta(hours=25)) == (1, 0)

    assert not default_storage.exists(stray)
    assert default_storage.exists(kept.stored_as)
    assert default_storage.exists(job.file_name)


def test_a_document_without_its_file_is_told_and_kept(unit):
    lost = document(unit)
    default_storage.delete(lost.stored_as)

    assert missing_files() == [lost.pk]
    assert sweep_files() == (0, 1)
    assert Evidence.objects.filter(pk=lost.pk).exists()


# --- Names ---------------------------------------------------------------------------------------

NAMES = st.text(min_size=1, max_size=300)


@given(NAMES)
def test_a_safe_name_is_safe_everywhere(name):
    for made_name in (safe_name(name, 40), safe_file(name)):
        assert made_name
        assert not set(made_name) & set('<>:"/\\|?*\x00\n\r')
        assert made_name == made_name.strip(" ")
        assert not made_name.endswith(".")
        assert made_name not in {".", ".."}
        assert len(made_name) <= MOST_FILE + 12


@pytest.mark.parametrize("name", ["CON", "nul.pdf", "com1.xlsx", "LPT9"])
def test_names_of_devices_are_marked(name):
    assert safe_name(name, 40).startswith("_")


@given(st.lists(st.tuples(st.integers(0, 5), NAMES), min_size=1, max_size=12))
def test_no_two_documents_share_a_path(rows):
    uses = [Use(f"1.{code}", "x", ("1. A", f"1.{code} B"), number, name) for number, (code, name) in enumerate(rows)]
    paths = [place.path.casefold() for place in placed("ho-so", uses)]
    assert len(set(paths)) == len(paths) == len(rows)
    assert all(path.startswith("ho-so/") and ".." not in path.split("/") for path in paths)
