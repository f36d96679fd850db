"""Result reports and rankings: one content, the same figures in PDF and XLSX, and who may have them."""

from __future__ import annotations

import io
import unicodedata
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from openpyxl import load_workbook
from pypdf import PdfReader

from criteria.stages import Stage
from parindex import jobs
from parindex.models import Installation, Job, JobState
from parindex.numbers import shown
from reports import documents, pdf, tasks  # noqa: F401  (registers the handler)
from reports.content.ranking_report import ranking_report
from reports.content.unit_report import unit_report
from sanctions.actions import compute, publish
from scoring.models import Evidence, EvidenceLink, NodeResult, Run, Score
from scoring.queries.sheets import sheet_of
from tests import build
from tests.sanctions.years import published, totals_year
from tests.scoring.test_runs import survey
from units.authorization import Role
from units.models import Level

pytestmark = pytest.mark.django_db

SECRETS = {
    "head": "Quàng Thị Bí Mật",
    "account": "Lò Văn Tài Khoản",
    "explanation": "Giải trình riêng của đơn vị",
    "reason": "Lý do riêng của người thẩm định",
    "file": "to-trinh-bi-mat.pdf",
}


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Kept documents of a test go where nobody else looks."""
    storage = {**settings.STORAGES["default"]}
    storage["OPTIONS"] = {**storage["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


def dossier(population, name, exempt=()):
    """A closed dossier of the small framework, with everything the public must not see."""
    person = build.user(full_name=SECRETS["account"])
    unit = build.unit(name=name, level=population.level, parent=population.parent)
    build.tenure(unit, SECRETS["head"])
    made = build.assessment(population, unit, "closed", submitted_by=person)
    build.answered(made, explanation=SECRETS["explanation"], saved_by=person)
    build.score(made, "1.1.4", {"option": "Tốt"}, appraised_points=Decimal(5), appraisal_reason=SECRETS["reason"])
    rows = Score.objects.filter(assessment=made, self_points__isnull=False)
    for row in rows:
        Score.objects.filter(pk=row.pk).update(appraised_points=row.self_points, appraised_at=build.NOW, appraised_version=1)
    evidence = Evidence.objects.create(
        unit=unit,
        original_name=SECRETS["file"],
        stored_as=f"e/{unit.pk}",
        sha256="0" * 64,
        size=1,
        content_type="application/pdf",
        uploaded_at=build.NOW,
    )
    EvidenceLink.objects.create(score=rows[0], evidence=evidence, linked_at=build.NOW)
    survey(population, name)
    for code in exempt:
        build.exemption(unit, build.node(population, code))
    return unit


def settled(*names, exempt=(), **fields):
    """A population ready to be published; the first unit has grants for ``exempt``."""
    population = build.open_population(**fields)
    units = [dossier(population, name, exempt if number == 0 else ()) for number, name in enumerate(names)]
    return population, units


def out(population, **fields):
    """Published under a decision."""
    return publish(
        population=population, decision="QĐ 36/QĐ-UBND", decided_on=date(2025, 1, 14), origin="command", **fields
    )


def text_of(content: bytes) -> str:
    """The words of a PDF in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def sheet(content: bytes, name: str) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))


def row_of(rows, code):
    return next(row for row in rows if row[0] == code)


# --- The content ----------------------------------------------------------------------------------


def test_the_sheet_splits_points_by_where_they_come_from_and_adds_up():
    population, (_unit,) = settled("An", exempt=("2.2",))
    run = compute(population=population, origin="command").run

    lines = {line.code: line for line in sheet_of(run.results.get().pk)}

    area = lines["1"]
    assert (area.self_points, area.appraised_points, area.survey_points, area.points) == (
        Decimal("32.50"),
        Decimal("37.50"),
        Decimal("19.00"),
        Decimal("56.50"),
    )
    assert (lines["1.2"].appraised_points, lines["1.2.1"].survey_points) == (None, Decimal("15.00"))
    assert (lines["2.2"].applies, lines["2.2"].points, lines["2.1"].applies) == (False, None, True)
    assert (lines["2.1.3"].derived, lines["2.1.3"].self_points) == (True, None)
    assert [line.code for line in lines.values() if line.derived] == ["2.1.3"]
    top = [line for line in lines.values() if line.level == "area"]
    result = run.results.get()
    assert sum(line.points for line in top) == result.points
    assert sum(line.appraised_points or 0 for line in top) == result.appraised_points
    assert sum(line.survey_points or 0 for line in top) == result.survey_points
    assert area.percent == Decimal("80.71")


def test_the_code_is_the_beginning_of_the_runs_digest():
    population, (unit,) = settled("An")
    out(population)

    code = unit_report(build.YEAR, unit.code).paper.code

    assert code.replace(" ", "") == Run.objects.get().digest[:16]
    assert [len(group) for group in code.split()] == [4, 4, 4, 4]


def test_one_district_has_its_own_ranking_and_the_level_has_all():
    north, south = (build.unit(name=name, level=Level.DISTRICT) for name in ("Huyện Bắc", "Huyện Nam"))
    first, _ = settled("Xã An", "Xã Bình", level=Level.COMMUNE, parent=north)
    second, _ = settled("Xã Cao", level=Level.COMMUNE, parent=south, framework=first.framework)
    out(first)

    assert ranking_report(build.YEAR, "commune").waiting == ("Huyện Nam",)
    out(second)

    whole = ranking_report(build.YEAR, "commune")
    assert [(row.rank, row.own_rank, row.unit_name) for row in whole.rows] == [
        (1, 1, "Xã An"),
        (1, 1, "Xã Bình"),
        (1, 1, "Xã Cao"),
    ]
    assert (whole.by_district, whole.tied, len(whole.paper.digests), whole.waiting) == (True, True, 2, ())
    own = ranking_report(build.YEAR, "commune", district=south.code)
    assert [row.unit_name for row in own.rows] == ["Xã Cao"]
    assert own.paper.letterhead.body == "ỦY BAN NHÂN DÂN\nHUYỆN NAM"
    assert ranking_report(build.YEAR, "commune", district="khong-co") is None


# --- The same figures everywhere ------------------------------------------------------------------


def test_content_pdf_and_workbook_of_a_unit_say_the_same(client):
    population, (unit, _other) = settled("Sở Giao thông vận tải", "Sở Y tế", exempt=("2.2",))
    out(population)
    report = unit_report(build.YEAR, unit.code)

    paper = client.get(f"/2024/don-vi/{unit.code}/phieu-diem.pdf")
    book = client.get(f"/2024/don-vi/{unit.code}/phieu-diem.xlsx")

    assert (paper["Content-Type"], book.status_code) == ("application/pdf", 200)
    words = text_of(paper.content)
    rows = sheet(book.content, "Phiếu điểm")
    total = next(row for row in rows if row[1] == "TỔNG CỘNG")
    figures = (
        report.max_points,
        report.self_points,
        report.appraised_points,
        report.survey_points,
        report.points,
        report.index_percent,
    )
    assert [Decimal(str(cell)) for cell in total[2:8]] == list(figures)
    assert "TỔNG CỘNG " + " ".join(shown(figure) for figure in figures) in words
    for line in report.lines:
        cells = row_of(rows, line.code)
        assert cells[6] == (None if line.points is None else pytest.approx(line.points)), line.code
        if line.applies and line.is_leaf:
            assert f"{shown(line.max_points)} " in words
    assert row_of(rows, "2.2")[8] == "k.a.d."
    assert "k.a.d." in words
    assert report.max_points == 90


def test_content_pdf_and_workbook_of_a_ranking_say_the_same(client):
    population, _units = settled("Sở Giao thông vận tải", "Sở Y tế", "Ban Dân tộc", exempt=("2.2",))
    out(population)
    report = ranking_report(build.YEAR, "department")

    words = text_of(client.get("/2024/so-nganh/xep-hang.pdf").content)
    rows = sheet(client.get("/2024/so-nganh/xep-hang.xlsx").content, "Xếp hạng")

    for row in report.rows:
        cells = next(found for found in rows if found[1] == row.unit_code)
        assert (cells[0], cells[2]) == (row.rank, row.unit_name)
        assert [Decimal(str(cell)) for cell in cells[3:8]] == [
            row.appraised_points,
            row.survey_points,
            row.points,
            row.max_points,
            row.index_percent,
        ]
        assert " ".join(map(shown, (row.points, row.max_points, row.index_percent))) in words
    assert [row.unit_name for row in report.rows] == ["Ban Dân tộc", "Sở Y tế", "Sở Giao thông vận tải"]
    assert [row.rank for row in report.rows] == [1, 1, 3]


def test_vietnamese_comes_out_of_the_pdf_as_it_went_in(client):
    name = "Sở Lao động, Thương binh và Xã hội Ưỡng Ễ Ự ẳẵặ"
    population, (unit,) = settled(name)
    out(population)

    words = text_of(client.get(f"/2024/don-vi/{unit.code}/phieu-diem.pdf").content)

    assert words == unicodedata.normalize("NFC", words)
    for sentence in (name, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ngày 14 tháng 01 năm 2025"):
        assert sentence in words
    assert "36/QĐ-UBND ngày 14 tháng 01 năm 2025 của Ủy ban nhân dân tỉnh Sơn La" in words


def test_fonts_are_inside_the_file_and_the_file_is_tagged(client):
    population, (unit,) = settled("Sở Y tế")
    out(population)

    reader = PdfReader(io.BytesIO(client.get(f"/2024/don-vi/{unit.code}/phieu-diem.pdf").content))

    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert descriptors
    assert all("/FontFile2" in found or "/FontFile3" in found for found in descriptors)
    assert {found["/FontName"].split("+")[1].replace("-", "")[:13] for found in descriptors} == {"ParindexSerif"}
    assert (reader.trailer["/Root"]["/Lang"], "/StructTreeRoot" in reader.trailer["/Root"]) == ("vi", True)
    assert reader.metadata.title == "Phiếu điểm năm 2024 – Sở Y tế"


def test_the_head_row_and_the_marks_stand_on_every_page(client):
    Installation.objects.create(demonstration=True)
    population, _units = settled(*(f"Đơn vị số {number}" for number in range(45)))
    out(population)

    response = client.get("/2024/so-nganh/xep-hang.pdf")

    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages]
    assert len(pages) > 1
    assert all("DỮ LIỆU MINH HỌA" in page and "Mã kiểm chứng" in page for page in pages)
    assert all("Điểm thẩm định" in page for page in pages[:-1])
    assert "(Chữ ký, dấu)" in pages[-1]
    assert "Mã kiểm chứng:" in pages[-1]
    assert (response["X-Parindex-Demonstration"], "minh-hoa-xep-hang-2024" in response["Content-Disposition"]) == ("true", True)


def test_a_workbook_of_a_demonstration_says_so_twice_and_holds_no_formula(client):
    Installation.objects.create(demonstration=True)
    population, (unit,) = settled("=1+1")
    out(population)

    content = client.get(f"/2024/don-vi/{unit.code}/phieu-diem.xlsx").content

    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Phiếu điểm", "Ghi chú"]
    assert "DỮ LIỆU MINH HỌA" in str(list(sheet(content, "Phiếu điểm")))
    assert row_of(sheet(content, "Ghi chú"), "Dữ liệu minh họa")
    assert row_of(sheet(content, "Ghi chú"), "Đơn vị")[1] == "=1+1"
    assert not any(cell.data_type == "f" for page in book for row in page.iter_rows() for cell in row)
    codes = [row[0] for row in book["Phiếu điểm"].iter_rows() if row[0].value == "1.1"]
    assert codes[0].data_type == "s"


def test_a_year_known_by_totals_has_a_report_without_a_table(client):
    unit = build.unit("SYT", "Sở Y tế")
    published(totals_year(2023, {unit: "88.5"}))

    words = text_of(client.get("/2023/don-vi/SYT/phieu-diem.pdf").content)

    assert "88,50%" in words
    assert "chỉ có số tổng hợp" in words


# --- Who may have them ----------------------------------------------------------------------------


def test_nothing_unpublished_reaches_the_public(client):
    population, (unit,) = settled("An")
    compute(population=population, origin="command")

    for address in (f"don-vi/{unit.code}/phieu-diem", "so-nganh/xep-hang", "cap-xa/xep-hang"):
        for kind in ("pdf", "xlsx"):
            assert client.get(f"/2024/{address}.{kind}").status_code == 404
    assert client.get("/2024/don-vi/khong-co/phieu-diem.pdf").status_code == 404


def test_the_work_address_asks_for_the_permission_and_marks_provisional(client):
    population, (unit,) = settled("An")
    compute(population=population, origin="command")
    addresses = (
        f"/lam-viec/ket-qua/2024/department/don-vi/{unit.code}/phieu-diem.pdf",
        "/lam-viec/ket-qua/2024/department/xep-hang.pdf",
        "/lam-viec/ket-qua/2024/department/xep-hang.xlsx",
    )

    for address in addresses:
        assert client.get(address).status_code == 302
    client.force_login(build.clerk(unit))
    for address in addresses:
        assert client.get(address).status_code == 404
    client.force_login(build.user_with_role(Role.LEADER))
    for address in addresses:
        assert "tam-tinh-" in client.get(address)["Content-Disposition"]
    assert "TẠM TÍNH" in text_of(client.get(addresses[0]).content)
    assert "(Chữ ký, dấu)" not in text_of(client.get(addresses[0]).content)
    assert default_storage.listdir("")[0] == []
    for wrong in ("department/xep-hang.csv", "province/xep-hang.pdf", "district/xep-hang.pdf"):
        assert client.get(f"/lam-viec/ket-qua/2024/{wrong}").status_code == 404


def test_a_provisional_run_for_a_correction_is_in_no_document_of_the_working_area(client):
    population, (unit,) = settled("An")
    out(population)
    before = Run.objects.get()
    Score.objects.filter(node__code="1.1.4").update(appraised_points=Decimal(1))
    after = compute(population=population, origin="command").run
    assert after.digest != before.digest
    code = before.digest[:4]

    for person in (build.clerk(unit), build.user_with_role(Role.LEADER)):
        client.force_login(person)
        for address in (f"don-vi/{unit.code}/phieu-diem.pdf", "xep-hang.pdf"):
            answer = client.get(f"/lam-viec/ket-qua/2024/department/{address}")
            assert "tam-tinh-" not in answer["Content-Disposition"]
            assert code in text_of(answer.content)
            assert "TẠM TÍNH" not in text_of(answer.content)


def test_a_stage_alone_publishes_no_run(client):
    """A population that says it is published and has no publication: its run stays provisional."""
    population, (unit,) = settled("An")
    compute(population=population, origin="command")
    type(population).objects.filter(pk=population.pk).update(stage=Stage.PUBLISHED)
    addresses = [
        f"/lam-viec/ket-qua/2024/department/{name}" for name in (f"don-vi/{unit.code}/phieu-diem.xlsx", "xep-hang.xlsx")
    ]

    for person, status in ((build.clerk(unit), 404), (build.user_with_role(Role.LEADER), 200)):
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [status, status]


def test_a_district_sees_the_provisional_ranking_of_its_own_communes_only(client):
    north, south = (build.unit(name=name, level=Level.DISTRICT) for name in ("Huyện Bắc", "Huyện Nam"))
    first, _ = settled("Xã An", level=Level.COMMUNE, parent=north)
    second, _ = settled("Xã Cao", level=Level.COMMUNE, parent=south, framework=first.framework)
    for population in (first, second):
        compute(population=population, origin="command")
    client.force_login(build.appraiser(north))

    assert client.get(f"/lam-viec/ket-qua/2024/commune/{north.code}/xep-hang.xlsx").status_code == 200
    assert client.get(f"/lam-viec/ket-qua/2024/commune/{south.code}/xep-hang.xlsx").status_code == 404
    assert client.get("/lam-viec/ket-qua/2024/commune/xep-hang.xlsx").status_code == 404


def test_no_document_names_a_person_or_anything_of_the_procedure(client):
    population, (unit,) = settled("An")
    out(population)

    for address in (f"don-vi/{unit.code}/phieu-diem", "so-nganh/xep-hang"):
        words = text_of(client.get(f"/2024/{address}.pdf").content)
        with ZipFile(io.BytesIO(client.get(f"/2024/{address}.xlsx").content)) as book:
            cells = " ".join(book.read(name).decode() for name in book.namelist())
        for secret in SECRETS.values():
            assert secret not in words, secret
            assert secret not in cells, secret


# --- Made once, asked cheaply ---------------------------------------------------------------------


def test_a_published_report_is_laid_out_once(client, monkeypatch):
    population, (unit,) = settled("An")
    out(population)
    address = f"/2024/don-vi/{unit.code}/phieu-diem.pdf"
    first = client.get(address)
    monkeypatch.setattr(pdf, "make_pdf", lambda *args, **fields: pytest.fail("made again"))
    cache.clear()

    again = client.get(address)

    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_correction_gives_another_document(client):
    population, (unit,) = settled("An")
    out(population)
    address = f"/2024/don-vi/{unit.code}/phieu-diem.pdf"
    first = client.get(address)

    out(population, reason="Tính lại điểm điều tra")

    second = client.get(address)
    assert second["ETag"] != first["ETag"]
    assert "đính chính" in text_of(second.content)
    assert "Tính lại điểm điều tra" not in text_of(second.content)


def test_a_file_cut_off_while_it_was_written_is_made_again():
    population, (unit,) = settled("An")
    out(population)
    document = documents.unit_document(unit_report(build.YEAR, unit.code))
    whole = documents.made_pdf(document)
    documents.keep(document, whole)
    path = f"documents/{document.key[:2]}/{document.key}.pdf"
    default_storage.delete(path)
    with default_storage.open(path, "wb") as file:
        file.write(whole[:100])

    assert documents.kept_pdf(document) is None
    documents.keep(document, whole)
    assert documents.kept_pdf(document) == whole
    assert len(default_storage.listdir(f"documents/{document.key[:2]}")[1]) == 1


def test_a_long_ranking_is_made_by_a_worker(client, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(documents, "LONG_RANKING", 1)
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)
    population, _units = settled("An", "Bình")
    out(population)
    address = "/2024/so-nganh/xep-hang.pdf"

    waiting = client.get(address)
    client.get(address)

    assert (waiting.status_code, waiting["Cache-Control"], Job.objects.count()) == (202, "no-store", 1)
    assert "/2024/so-nganh/xep-hang.xlsx" in waiting.content.decode()
    assert 'http-equiv="refresh"' in waiting.content.decode()
    job = Job.objects.get()
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.percent) == (JobState.DONE, 100)
    assert text_of(client.get(address).content).startswith("ỦY BAN NHÂN DÂN")
    assert documents.ranking_url({"year": 2024, "level": "department", "district": "", "published_only": True}) == address


def test_a_job_that_failed_is_told_and_not_asked_for_at_once(client, monkeypatch):
    monkeypatch.setattr(documents, "LONG_RANKING", 1)
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)
    population, _units = settled("An", "Bình")
    out(population)
    client.get("/2024/so-nganh/xep-hang.pdf")
    monkeypatch.setattr(pdf, "available", lambda: False)
    jobs.run(Job.objects.get().pk)
    monkeypatch.setattr(pdf, "available", lambda: True)

    page = client.get("/2024/so-nganh/xep-hang.pdf").content.decode()

    assert "Pango" in page
    assert 'http-equiv="refresh"' not in page
    assert Job.objects.count() == 1


def test_without_pango_a_sentence_and_the_workbook(client, monkeypatch):
    monkeypatch.setattr(pdf, "LIBRARIES", ("libkhong-co.so.0",))
    population, (unit, _other) = settled("An", "Bình")
    out(population)

    for long in (100, 1):
        monkeypatch.setattr(documents, "LONG_RANKING", long)
        for address in (f"don-vi/{unit.code}/phieu-diem", "so-nganh/xep-hang"):
            answer = client.get(f"/2024/{address}.pdf")
            assert answer.status_code == 503
            assert "libpango-1.0-0" in answer.content.decode()
            assert f'href="/2024/{address}.xlsx"' in answer.content.decode()
            assert client.get(f"/2024/{address}.xlsx").status_code == 200
    assert Job.objects.count() == 0


def test_a_document_reads_nothing_outside_the_static_folder():
    pdf.refuse_foreign((pdf.STATIC / "css" / "paper.css").as_uri())
    for url in (
        "file:///etc/passwd",
        (pdf.STATIC / "..").as_uri() + "/manage.py",
        pdf.STATIC.as_uri() + "/%2e%2e/manage.py",
        "http://127.0.0.1/",
        "data:text/css,p{}",
        "file://ten-may" + str(pdf.STATIC) + "/css/paper.css",
    ):
        with pytest.raises(ValueError):
            pdf.refuse_foreign(url)


@pytest.mark.parametrize("count", [1, 3])
def test_documents_cost_the_same_for_one_and_three_units(client, django_assert_num_queries, count):
    population, units = settled(*(f"Đơn vị {number}" for number in range(count)))
    out(population)
    assert NodeResult.objects.filter(result__unit=units[0]).count() == 15

    with django_assert_num_queries(7):
        client.get(f"/2024/don-vi/{units[0].code}/phieu-diem.xlsx")
    with django_assert_num_queries(5):
        client.get("/2024/so-nganh/xep-hang.xlsx")
    client.force_login(build.user_with_role(Role.LEADER))
    with django_assert_num_queries(9):
        client.get(f"/lam-viec/ket-qua/2024/department/don-vi/{units[0].code}/phieu-diem.xlsx")
    with django_assert_num_queries(11):
        client.get("/lam-viec/ket-qua/2024/department/xep-hang.xlsx")
