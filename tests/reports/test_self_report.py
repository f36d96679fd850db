"""The self-assessment report: one content for PDF and XLSX, frozen by the receipt, who may have it."""

from __future__ import annotations

import io
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from parindex.models import Installation
from reports.content.self_report import bare_place, current_report, draft_report, submitted_report
from reports.documents import self_document
from scoring.actions import submit, withdraw
from scoring.actions.reports import save_report_text
from scoring.models import Assessment, Evidence, EvidenceLink, Score, Submission
from scoring.queries.workspace import with_context
from tests import build
from units.models import Level, Unit

pytestmark = pytest.mark.django_db


class Case:
    """A complete dossier: one document, one request of "not applicable", explanations for the rest."""

    def __init__(self, level=Level.DEPARTMENT, parent=None, name="Sở Giao thông vận tải"):
        self.unit = build.unit(name=name, level=level, parent=parent)
        self.head = build.head_of(self.unit)
        if level == Level.DEPARTMENT:
            build.tenure(self.unit, "Đinh Văn A", title="Giám đốc")
        population = build.open_population(
            level, units=[self.unit], parent=parent, self_assessment_ends_at=build.NOW + timedelta(hours=8)
        )
        self.pk = population.assessments.get().pk
        build.answered(self.assessment, ["1.1.1", "1.1.2", "2.1.1", "2.1.2", "2.2"], explanation="Đã báo cáo tại văn bản số 118")
        build.score(self.assessment, "1.1.3", na_requested=True, na_reason="Không có kiến nghị nào")
        evidence = Evidence.objects.create(
            unit=self.unit,
            original_name="a.pdf",
            number="118/BC-SGTVT",
            issued_on=date(2024, 11, 5),
            stored_as="evidence/a",
            sha256="a" * 64,
            size=1,
            uploaded_at=build.NOW,
        )
        score = Score.objects.get(node__code="1.1.1")
        EvidenceLink.objects.create(score=score, evidence=evidence, pages="tr. 4", linked_at=build.NOW)

    @property
    def assessment(self):
        return with_context(Assessment.objects.filter(pk=self.pk)).get()

    def do(self, move, now=build.NOW, **fields):
        return move(assessment_id=self.pk, by=self.head, now=now, **fields)

    def url(self, kind="pdf"):
        return reverse("work:self_report", args=[self.pk, kind])

    def receipt_url(self, number=1, kind="pdf"):
        return reverse("work:receipt_report", args=[self.pk, number, kind])


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def case():
    return Case()


def words(pdf):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def test_the_table_adds_up_and_names_documents(case):
    report = draft_report(case.assessment)

    by_code = {line.code: line for line in report.lines}
    assert [line.code for line in report.lines] == [
        "1", "1.1", "1.1.1", "1.1.2", "1.1.3", "2", "2.1", "2.1.1", "2.1.2", "2.2",
    ]  # fmt: skip
    assert by_code["1.1.1"].documents == ("118/BC-SGTVT ngày 05/11/2024 (tr. 4)",)
    assert (by_code["1"].points, by_code["1"].max_points) == (Decimal(25), Decimal(40))
    assert (by_code["2"].points, by_code["2"].max_points) == (Decimal("23.5"), Decimal(25))
    assert (report.points, report.max_points) == (Decimal("48.5"), Decimal(65))
    assert [row.code for row in report.explanations] == ["1.1.2", "2.1.1", "2.1.2", "2.2"]
    assert [(row.code, row.text) for row in report.not_applicable] == [("1.1.3", "Không có kiến nghị nào")]


def test_what_a_grant_takes_out_is_named_and_not_counted(case):
    Score.objects.filter(node__code="2.2").delete()
    build.exemption(case.unit, build.node(case.assessment.population, "2.2"))

    report = draft_report(case.assessment)

    line = next(line for line in report.lines if line.code == "2.2")
    assert not line.applies
    assert report.max_points == Decimal(55)
    assert report.has_exempt


def test_the_draft_says_so_across_the_page_and_the_receipt_does_not(case, client):
    case.do(save_report_text, version=0, difficulties="Thiếu biên chế chuyên trách", proposals="Bổ sung kinh phí")
    client.force_login(case.head)

    draft = words(client.get(case.url()).content)
    case.do(submit)
    final = client.get(case.url())

    assert "BẢN NHÁP, CHƯA NỘP" in draft
    assert "(Chữ ký, dấu)" not in draft
    text = words(final.content)
    receipt = Submission.objects.get()
    assert "BẢN NHÁP" not in text
    for said in (
        "ỦY BAN NHÂN DÂN TỈNH",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Độc lập - Tự do - Hạnh phúc",
        "ngày 20 tháng 11 năm 2024",
        "Kính gửi: Ủy ban nhân dân tỉnh (qua Sở Nội vụ).",
        "điểm a khoản 5 Điều 4",
        "118/BC-SGTVT",
        "Không có kiến nghị nào",
        "Thiếu biên chế chuyên trách",
        "Bổ sung kinh phí",
        "48,50",
        "GIÁM ĐỐC",
        "(Chữ ký, dấu)",
    ):
        assert said in text, said
    assert receipt.digest in text.replace(" ", "")
    assert final["Cache-Control"].startswith("private")
    assert "ban-nhap" not in final["Content-Disposition"]


def test_a_submitted_report_is_that_of_the_receipt_not_of_todays_rows(case, client):
    case.do(submit)
    before = submitted_report(case.assessment, Submission.objects.get())
    Score.objects.filter(node__code="1.1.1").update(self_points=Decimal(1), explanation="Sửa lén")
    Evidence.objects.update(number="999/GIẢ")
    Unit.objects.filter(pk=case.unit.pk).update(name="Tên khác")

    after = current_report(case.assessment)

    assert after == before
    client.force_login(case.head)
    text = words(client.get(case.receipt_url()).content)
    assert "118/BC-SGTVT" in text
    assert "999/GIẢ" not in text
    assert "TÊN KHÁC" not in text


def test_a_withdrawn_dossier_shows_a_draft_again_and_keeps_the_old_report(case, client):
    case.do(submit)
    case.do(withdraw, reason="Thiếu phụ lục", now=build.NOW + timedelta(minutes=1))
    client.force_login(case.head)

    assert "BẢN NHÁP" in words(client.get(case.url()).content)
    assert "BẢN NHÁP" not in words(client.get(case.receipt_url()).content)
    assert client.get(case.receipt_url(2)).status_code == 404


def test_the_workbook_carries_the_same_figures(case, client):
    case.do(submit)
    client.force_login(case.head)

    book = load_workbook(io.BytesIO(client.get(case.url("xlsx")).content))
    rows = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True) if row[0]}

    assert rows["1.1.1"][2:5] == (10, 10, "118/BC-SGTVT ngày 05/11/2024 (tr. 4)")
    assert "Không có kiến nghị nào" in rows["1.1.3"][5]
    assert any(row[1] == "TỔNG CỘNG" and row[3] == 48.5 for row in book.worksheets[0].iter_rows(values_only=True))
    notes = dict(row[:2] for row in book.worksheets[1].iter_rows(values_only=True))
    assert notes["Mã băm của nội dung"] == Submission.objects.get().digest


def test_a_commune_reports_to_its_district(client):
    district = build.unit(name="Huyện Mộc Châu", level=Level.DISTRICT)
    case = Case(Level.COMMUNE, parent=district, name="Xã Chiềng Hắc")
    case.do(submit)
    client.force_login(case.head)

    text = words(client.get(case.url()).content)

    assert "Kính gửi: Ủy ban nhân dân huyện Mộc Châu." in text
    assert "điểm a khoản 5 Điều 11" in text
    assert "XÃ CHIỀNG HẮC" in text
    assert "Chiềng Hắc, ngày 20 tháng 11 năm 2024" in text
    assert "CHỦ TỊCH" in text


@pytest.mark.parametrize(
    ("name", "place"), [("Huyện Mộc Châu", "Mộc Châu"), ("Thành phố Sơn La", "Sơn La"), ("Phường 4", "Phường 4"), ("Sở X", "Sở X")]
)
def test_the_place_of_the_date_line(name, place):
    assert bare_place(name) == place


def test_a_demonstration_is_marked_on_the_paper_and_in_the_name(case, client):
    Installation.objects.update_or_create(pk=1, defaults={"demonstration": True})
    client.force_login(case.head)

    answer = client.get(case.url())

    assert "DỮ LIỆU MINH HỌA" in words(answer.content)
    assert self_document(draft_report(case.assessment)).file_name("pdf").startswith("minh-hoa-ban-nhap-")


def test_strangers_find_nothing_and_those_who_see_the_dossier_read_it(case, client):
    case.do(submit)
    for person, status in (
        (build.head_of(build.unit()), 404),
        (build.appraiser(build.unit()), 404),
        (build.index_manager(), 200),
        (build.clerk(case.unit), 200),
    ):
        client.force_login(person)
        assert client.get(case.url("xlsx")).status_code == status
        assert client.get(case.receipt_url(1, "xlsx")).status_code == status
    assert client.get(reverse("work:self_report", args=[case.pk, "docx"])).status_code == 404


def test_what_a_unit_writes_stays_text_on_the_paper(case, client):
    case.do(save_report_text, version=0, difficulties="<b>đậm</b> {{ 7 }}\n\n=1+1", proposals="")
    client.force_login(case.head)

    text = words(client.get(case.url()).content)

    assert "<b>đậm</b> {{ 7 }}" in text
    assert "=1+1" in text
