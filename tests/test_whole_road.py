"""One unit from log-in to its published rank, in a real browser, each step by the person whose step it is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock, jobs
from parindex.models import Job
from sanctions.tasks import compute_population
from scoring.actions.runs import COMPUTE
from scoring.models import Assessment, Publication, Score, UnitResult
from tests import build
from tests.browser import axe, no_sideways_scroll
from units.authorization import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSWORD = "mot-mat-khau-dai-2024"
YEAR = build.YEAR
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
SURVEY = (
    "unit_code,component_code,group,answer,count,percent\n"
    "SXD,1.2.1,Đại biểu HĐND tỉnh,Tốt,40,\n"
    'SXD,1.2.2,,,,"82,18"\n'
).encode()


class Road:
    """The browser, the server, and what every step begins and ends with."""

    def __init__(self, browser: Any, server: Any) -> None:
        self.browser = browser
        self.url = server.url

    def walk(self, username: str, steps: Any, *, width: int = 1440) -> None:
        """Log in on the page and walk; whatever page the person ends on is accessible and fits."""

        def journey(page: Any) -> None:
            page.goto(self.url + "/lam-viec/")
            page.get_by_label("Tên đăng nhập").fill(username)
            page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            page.wait_for_url("**/lam-viec/**")
            steps(page)
            self.sound(page)

        self.browser.visit(journey, width=width)

    def sound(self, page: Any) -> None:
        """No finding of axe, no sideways scroll."""
        no_sideways_scroll(page)
        assert axe(page) == [], page.url

    def confirm(self, page: Any, address: str) -> None:
        """A page that asks once, and its one button."""
        page.goto(self.url + address)
        self.sound(page)
        page.locator("main form button.btn-primary").click()
        page.wait_for_url(lambda url: not url.endswith(address))


def card(page: Any, code: str) -> Any:
    return page.locator("#c" + code.replace(".", "-"))


def saved(page: Any, code: str, points: str) -> None:
    """Wait until the server has said what an answer is worth."""
    where = card(page, code)
    where.locator("[data-save-line]", has_text="Đã lưu").wait_for()
    where.locator(".score-l b", has_text=points).wait_for()


def explained(page: Any, code: str, words: str) -> None:
    where = card(page, code)
    area = where.get_by_label("Giải trình")
    if not area.is_visible():
        where.get_by_text("Viết giải trình").click()
    area.fill(words)
    area.blur()
    where.locator("[data-save-line]", has_text="Đã lưu").wait_for()


def with_document(page: Any, code: str, number: str) -> None:
    card(page, code).get_by_role("link", name="Thêm tài liệu").click()
    page.get_by_label("Tệp", exact=True).set_input_files(
        {"name": "Kế hoạch.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_text("Ghi luôn số, ngày, trích yếu").click()
    page.get_by_label("Số, ký hiệu").fill(number)
    page.locator("#id_pages").first.fill("tr. 1")
    page.get_by_role("button", name="Thêm tài liệu").click()
    page.locator("li[data-kind=stored]").wait_for()
    page.get_by_role("link", name="Quay lại tiêu chí").click()
    card(page, code).get_by_role("link", name=number).wait_for()


@pytest.fixture
def road(browser, live_server, monkeypatch) -> Road:
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)  # the test is the worker
    return Road(browser, live_server)


@pytest.fixture
def population() -> Population:
    """A year in preparation with the standing body and one other department, and the people of both."""
    standing = build.standing_body()
    unit = build.unit("SXD", "Sở Xây dựng")
    build.tenure(unit, "Nguyễn Văn Kín", title="Giám đốc")
    build.clerk(unit, username="canbo", password=PASSWORD)
    build.head_of(unit, username="lanhdao", password=PASSWORD)
    build.appraiser(standing, username="thamdinh", password=PASSWORD)
    build.index_manager(username="quanly", password=PASSWORD)
    build.user_with_role(Role.SURVEY_OFFICER, username="dieutra", password=PASSWORD)
    return build.population(self_assessment_ends_at=clock.now() + timedelta(days=5))


def the_standing_body_has_done_its_part(population: Population) -> None:
    """Its own dossier is another road: verified by the council, the survey not applicable to it."""
    dossier = population.assessments.get(unit__code="SNV")
    build.answered(dossier)
    for row in Score.objects.filter(assessment=dossier):
        Score.objects.filter(pk=row.pk).update(
            appraised_points=row.self_points, appraised_at=build.NOW, appraised_version=row.version
        )
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    build.exemption(dossier.unit, build.node(population, "1.2"))
    Assessment.objects.filter(pk=dossier.pk).update(state="closed", submitted_at=build.NOW)


def clerks_day(page: Any) -> None:
    """Every kind of rule the unit is asked, evidence, and the way to the head."""
    page.get_by_role("link", name="Chỉ đạo, điều hành").first.click()
    card(page, "1.1.1").get_by_label("Đúng hạn").check()
    saved(page, "1.1.1", "10,00")
    card(page, "1.1.2").get_by_label("Số nhiệm vụ hoàn thành").fill("18")
    card(page, "1.1.2").get_by_label("Tổng số").fill("20")
    card(page, "1.1.2").get_by_label("Tổng số").blur()
    saved(page, "1.1.2", "15,00")
    explained(page, "1.1.2", "Lời giải trình kín của đơn vị")
    card(page, "1.1.3").get_by_label("Trong năm không phát sinh").check()
    saved(page, "1.1.3", "10,00")
    explained(page, "1.1.3", "Không có kiến nghị nào")
    with_document(page, "1.1.1", "215/KH-SXD")
    page.get_by_role("link", name="Kỷ luật, kỷ cương").first.click()
    card(page, "2.1.1").get_by_label("Số báo cáo gửi chậm").fill("1")
    card(page, "2.1.1").get_by_label("Số báo cáo không gửi").fill("0")
    card(page, "2.1.1").get_by_label("Số báo cáo không gửi").blur()
    saved(page, "2.1.1", "9,75")
    explained(page, "2.1.1", "Báo cáo quý III chậm một ngày")
    card(page, "2.1.2").get_by_label("Số sáng kiến được công nhận").fill("3")
    card(page, "2.1.2").get_by_label("Số sáng kiến được công nhận").blur()
    saved(page, "2.1.2", "3,75")
    explained(page, "2.1.2", "Quyết định 44/QĐ-SXD")
    card(page, "2.2").get_by_label("Không vi phạm").check()
    saved(page, "2.2", "10,00")
    explained(page, "2.2", "Không có ai vi phạm")
    page.goto(page.url.split("/lam-viec/")[0] + "/lam-viec/ho-so/")
    page.get_by_role("link", name="Trình lãnh đạo").click()
    page.get_by_role("button", name="Trình lãnh đạo").click()
    page.get_by_text("Đã trình lãnh đạo.").wait_for()


def heads_day(page: Any) -> None:
    page.get_by_role("link", name="Xem và nộp").click()
    page.get_by_role("heading", name="Tự chấm 58,50 trên 65,00 điểm").wait_for()
    page.get_by_role("button", name="Duyệt và nộp").click()
    page.get_by_role("heading", name="Biên nhận lần 1").wait_for()


def appraisers_day(page: Any, root: str) -> None:
    """One answer corrected with a reason, one component scored, the rest accepted by area."""
    page.goto(f"{root}/cau/1.1.2/")
    page.check("#v-correct")
    page.fill("#sua-0", "12")
    page.fill("#ly-do", "Chỉ 12 nhiệm vụ có sản phẩm.")
    page.click("text=Ghi quyết định")
    page.get_by_text("Đã ghi 1.1.2").wait_for()
    page.goto(f"{root}/cau/1.1.4/")
    page.check("#v-correct")
    page.locator("form[data-desk]").get_by_label("Tốt").check()
    page.fill("#ly-do", "Báo cáo đủ và đúng hạn.")
    page.click("text=Ghi quyết định")
    page.get_by_text("Đã ghi 1.1.4").wait_for()
    for area in ("1", "2"):
        page.goto(f"{root}/linh-vuc/{area}/chap-nhan/")
        for box in page.locator("main input[name=row]").all():
            box.check()
        page.get_by_role("button", name="Chấp nhận các tiêu chí đã đánh dấu").click()
        page.get_by_text("theo điểm tự chấm.").first.wait_for()


def survey_officers_day(page: Any, url: str) -> None:
    page.goto(f"{url}/lam-viec/dieu-tra/nhap/?nam={YEAR}&cap=department")
    page.get_by_label("Tệp số liệu điều tra").set_input_files(
        {"name": "dieu-tra.csv", "mimeType": "text/csv", "buffer": SURVEY}
    )
    page.get_by_label("Chỉ kiểm tra, chưa ghi").uncheck()
    page.locator("main form button.btn-primary").click()
    page.get_by_text("Đã ghi số liệu điều tra.").wait_for()


def citizens_day(road: Road, page: Any) -> None:
    """On a phone, without an account: rank, points, and nobody's name."""
    page.goto(f"{road.url}/{YEAR}/so-nganh/")
    road.sound(page)
    row = page.locator("tr", has_text="Sở Xây dựng").first.inner_text()
    assert "72,61" in row
    page.goto(f"{road.url}/{YEAR}/don-vi/SXD/")
    road.sound(page)
    words = page.locator("body").inner_text()
    assert "72,61" in words
    for kept in (
        "Nguyễn Văn Kín",
        "Lời giải trình kín",
        "215/KH-SXD",
        "Kế hoạch.pdf",
        "có sản phẩm",
        "đủ và đúng hạn",
    ):
        assert kept not in page.content(), kept


def test_from_log_in_to_a_published_rank(road, population):
    pk = population.pk
    road.walk("quanly", lambda page: road.confirm(page, f"/lam-viec/dot/so-{pk}/mo/"))
    the_standing_body_has_done_its_part(population)
    dossier = Assessment.objects.get(unit__code="SXD")

    road.walk("canbo", clerks_day)
    road.walk("lanhdao", heads_day)
    road.walk("quanly", lambda page: road.confirm(page, f"/lam-viec/dot/so-{pk}/buoc/begin_appraisal/"))
    road.walk("thamdinh", lambda page: appraisers_day(page, f"{road.url}/lam-viec/tham-dinh/{dossier.pk}"))
    road.walk("dieutra", lambda page: survey_officers_day(page, road.url))

    def to_the_council(page: Any) -> None:
        road.confirm(page, f"/lam-viec/tham-dinh/{dossier.pk}/ket-thuc/")
        road.confirm(page, f"/lam-viec/dot/so-{pk}/buoc/convene/")
        page.goto(f"{road.url}/lam-viec/dot/{YEAR}/department/")
        page.get_by_role("button", name="Tính chỉ số").first.click()
        page.wait_for_url("**/lam-viec/viec/**")

    road.walk("quanly", to_the_council)
    assert jobs.HANDLERS[Job.objects.get(kind=COMPUTE).kind] is compute_population
    jobs.run(Job.objects.get(kind=COMPUTE).pk)

    def to_the_public(page: Any) -> None:
        page.goto(f"{road.url}/lam-viec/dot/{YEAR}/department/")
        page.get_by_role("link", name="Chốt kết quả").first.click()
        page.get_by_role("button", name="Chốt kết quả").click()
        page.get_by_role("link", name="Công bố").first.click()
        page.get_by_label("Số quyết định").fill("36/QĐ-UBND")
        page.get_by_label("Ngày ký").fill("11/01/2025")
        page.get_by_role("button", name="Công bố kết quả").click()
        page.get_by_role("heading", name="Đã công bố kết quả 2 đơn vị").wait_for()

    road.walk("quanly", to_the_public)
    road.browser.visit(lambda page: citizens_day(road, page), width=360)

    assert Population.objects.get().stage == Stage.PUBLISHED
    result = UnitResult.objects.get(run=Publication.objects.get().run, unit_code="SXD")
    assert (result.self_points, result.points, result.max_points) == (
        Decimal("58.50"),
        Decimal("72.61"),
        Decimal("100.00"),
    )
    assert (result.index_percent, result.rank, result.band) == (Decimal("72.61"), 2, "B")
