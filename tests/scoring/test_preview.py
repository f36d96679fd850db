"""Documents looked at in the page: pictures made here, for those who may have the document, at the page a link names."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

import scoring.tasks  # noqa: F401 (registers the job)
from parindex import canonical, jobs
from parindex.models import Job, JobState
from scoring.actions.evidence_links import link_evidence
from scoring.actions.reading import ask_reading
from scoring.models import Assessment, Evidence, EvidencePage, Reading
from scoring.page_names import first_page
from tests import build, hostile_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty private store of its own for every test."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = storages
    return tmp_path


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def browser(client, clerk):
    client.force_login(clerk)
    return client


def document(unit, *, pages=3, of=None, reading=Reading.DONE, suggested="{}", **fields):
    """A document that was read, with its pictures in the store."""
    count = Evidence.objects.count()
    name = default_storage.save(f"evidence/{unit.pk}/{count}", io.BytesIO(b"%PDF-1.7"))
    made = Evidence.objects.create(
        unit=unit, original_name="215-KH.pdf", stored_as=name, sha256=f"{count:064}", size=8, content_type="application/pdf",
        uploaded_at=build.NOW, reading=reading, pages=of or pages, suggested=suggested, **{"number": "215/KH-SGTVT", **fields},
    )  # fmt: skip
    for number in range(1, pages + 1):
        out = io.BytesIO()
        Image.new("RGB", (20 + number, 30), "white").save(out, "JPEG")
        stored = default_storage.save(f"pages/{unit.pk}/{count}-{number}", io.BytesIO(out.getvalue()))
        EvidencePage.objects.create(evidence=made, number=number, stored_as=stored, width=20 + number, height=30)
    return made


def look(browser, evidence, query="", **more):
    return browser.get(reverse("scoring:preview", args=[evidence.pk]) + query, **more)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


# --- Which page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "page"),
    [
        ("tr. 4–9", 4), ("Phụ lục, tr. 4–9", 4), ("Biểu 2, tr. 11", 11), ("trang 12", 12), ("Trang số 5", 5), ("TR.3, 5", 3),
        ("tr 7", 7), ("p. 2", 2), ("pp. 10-12", 10), ("4", 4), ("4-9", 4), ("4, 6", 4), ("mục II", None), ("Phụ lục", None),
        ("Biểu 2", None), ("", None), ("tr. 0", None), ("Điều 4, khoản 2", None), ("2024", 2024), ("mục 3, trang 6", 6),
    ],
)  # fmt: skip
def test_the_page_a_link_names(named, page):
    assert first_page(named) == page


# --- The page ------------------------------------------------------------------------------------


def test_one_page_at_a_time_with_the_way_on_and_back(browser, unit):
    evidence = document(unit)
    page = words(look(browser, evidence, "?trang=2"))

    assert "Trang 2 trên 3" in page
    assert reverse("scoring:page_image", args=[evidence.pk, 2]) in page
    assert reverse("scoring:page_image", args=[evidence.pk, 3]) not in page
    assert 'alt="Trang 2 của 215/KH-SGTVT"' in page
    assert re.search(r'rel="prev" href="\?trang=1"', page)
    assert re.search(r'rel="next" href="\?trang=3"', page)
    assert 'href="?trang=2" aria-current="page"' in page
    assert reverse("scoring:download", args=[evidence.pk]) in page


@pytest.mark.parametrize(("asked", "now"), [("", 1), ("1", 1), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 30, 1), ("3", 3), ("99", 3)])
def test_any_page_asked_for_gives_a_page(browser, unit, asked, now):
    response = look(browser, document(unit), f"?trang={asked}")

    assert response.status_code == 200
    assert f"Trang {now} trên 3" in words(response)


def test_a_page_without_a_picture_is_said_to_have_none(browser, unit):
    page = words(look(browser, document(unit, pages=2, of=70), "?trang=65"))

    assert "Trang 65 không được dựng để xem ở đây." in page
    assert "Hiện 2 trang đầu trên 70." in page


def test_all_pages_below_each_other_are_loaded_as_they_are_reached(browser, unit):
    page = words(look(browser, document(unit), "?tat-ca=1"))

    assert page.count('loading="lazy"') == 3
    assert 'id="trang-3"' in page


def test_what_was_read_from_the_file_is_marked(browser, unit):
    marked = document(unit, suggested=canonical.dumps({"number": "215/KH-SGTVT", "filled": ["number"]}))
    plain = document(unit)

    assert "Đọc từ tệp, hãy kiểm tra" in words(look(browser, marked))
    assert "Đọc từ tệp" not in words(look(browser, plain))


def test_while_it_waits_the_progress_of_the_job_is_shown(browser, unit):
    evidence = document(unit, pages=0, of=1, reading=Reading.WAITING)
    assert "Tài liệu đang chờ đọc." in words(look(browser, evidence))
    job = ask_reading(evidence)
    Job.objects.filter(pk=job.pk).update(progress=3, total=13, step="Dựng trang 3 trên 12")

    assert "Dựng trang 3 trên 12" in words(look(browser, evidence))
    bar = look(browser, evidence, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in words(bar)
    assert "<html" not in words(bar)


def test_when_the_reading_has_ended_the_bar_asks_the_page_to_come(browser, unit):
    evidence = document(unit)
    bar = look(browser, evidence, "?trang=2", headers={"HX-Request": "true"})

    assert bar["HX-Redirect"].endswith("?trang=2")


@pytest.mark.parametrize(
    ("reading", "suggested", "sentence"),
    [
        (Reading.FAILED, {"why": "locked"}, "Tệp PDF bị khóa bằng mật khẩu"),
        (Reading.FAILED, {}, "Phần mềm đọc tệp phải dừng giữa chừng."),
        (Reading.NONE, {}, "Tệp này không có trang để xem ở đây"),
    ],
)
def test_a_document_without_pages_says_why_and_offers_the_file(browser, unit, reading, suggested, sentence):
    evidence = document(unit, pages=0, of=1, reading=reading, suggested=canonical.dumps(suggested))
    page = words(look(browser, evidence))

    assert sentence in page
    assert reverse("scoring:download", args=[evidence.pk]) in page
    assert "<img" not in page


# --- The picture ---------------------------------------------------------------------------------


def picture(browser, evidence, number=1, **more):
    response = browser.get(reverse("scoring:page_image", args=[evidence.pk, number]), **more)
    response.body = response.getvalue()
    return response


def test_the_picture_is_what_we_made_and_harmless(browser, unit):
    response = picture(browser, document(unit), 2)

    assert Image.open(io.BytesIO(response.body)).size == (22, 30)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-cache"


def test_a_picture_that_is_kept_is_not_sent_again_but_rights_are_asked(browser, unit, clerk):
    evidence = document(unit)
    tag = picture(browser, evidence)["ETag"]
    again = picture(browser, evidence, headers={"If-None-Match": tag})
    assert (again.status_code, again.body, again["ETag"]) == (304, b"", tag)
    assert picture(browser, evidence, 2)["ETag"] != tag

    clerk.role_assignments.all().delete()
    assert picture(browser, evidence, headers={"If-None-Match": tag}).status_code == 404


def test_a_page_or_a_file_that_is_not_there_is_not_found(browser, unit):
    evidence = document(unit)
    assert picture(browser, evidence, 4).status_code == 404
    default_storage.delete(evidence.page_images.get(number=1).stored_as)
    assert picture(browser, evidence, 1).status_code == 404


def test_others_find_neither_page_nor_picture(client, unit):
    evidence = document(unit)
    client.force_login(build.clerk(build.unit()))

    assert look(client, evidence).status_code == 404
    assert picture(client, evidence).status_code == 404


def test_an_appraiser_is_led_from_the_link_to_the_page_it_names(client, unit, clerk):
    lead = build.unit(name="Sở chủ trì")
    population = build.open_population(units=[unit])
    build.assignment(population, "1", lead)
    assessment = population.assessments.get()
    evidence = document(unit, pages=5)
    link = link_evidence(assessment_id=assessment.pk, code="1.1.1", evidence_id=evidence.pk, pages="Phụ lục, tr. 4–5", by=clerk, now=build.NOW)
    client.force_login(build.appraiser(lead))
    address = reverse("scoring:evidence_link", args=[assessment.pk, link.pk])
    assert client.get(address).status_code == 404

    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    found = client.get(address, follow=True)
    assert "Trang 4 trên 5" in words(found)
    assert picture(client, evidence, 4).status_code == 200


def test_the_clerk_opens_the_page_the_link_names(browser, unit, clerk):
    assessment = build.open_population(units=[unit]).assessments.get()
    evidence = document(unit, pages=5)
    link = link_evidence(assessment_id=assessment.pk, code="1.1.1", evidence_id=evidence.pk, pages="tr. 4–9", by=clerk, now=build.NOW)
    page = words(browser.get(reverse("scoring:evidence_link", args=[assessment.pk, link.pk])))

    assert f'href="{reverse("scoring:preview", args=[evidence.pk])}?trang=4"' in page


@pytest.mark.parametrize("pages", [1, 3])
def test_the_page_costs_the_same_for_one_page_and_three(browser, unit, pages, django_assert_num_queries):
    evidence = document(unit, pages=pages)
    look(browser, evidence)
    with django_assert_num_queries(7):
        look(browser, evidence)


def test_read_end_to_end_the_page_shows_what_the_job_made(browser, unit):
    name = default_storage.save(f"evidence/{unit.pk}/whole", io.BytesIO(hostile_pdf.of_pages(3)))
    evidence = Evidence.objects.create(
        unit=unit, original_name="a.pdf", stored_as=name, sha256="1" * 64, size=1, content_type="application/pdf", uploaded_at=build.NOW
    )
    job = ask_reading(evidence)
    jobs.run(job.pk)
    job.refresh_from_db()

    assert job.state == JobState.DONE
    assert "Trang 1 trên 3" in words(look(browser, evidence))
    assert picture(browser, evidence, 3).body.startswith(b"\xff\xd8\xff")

