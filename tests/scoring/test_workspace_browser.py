"""The day of a clerk and of a head in a real browser, with and without script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from criteria.models import Population
from parindex import clock
from scoring.models import Assessment, EvidenceLink, Score
from tests import build
from tests.browser import axe, no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "mot-mat-khau-dai-2024"
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def unit():
    return build.unit(name="Sở Giao thông vận tải")


@pytest.fixture
def assessment(unit):
    ends = clock.now() + timedelta(days=5)
    return build.open_population(units=[unit], self_assessment_ends_at=ends).assessments.get()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit, username="can-bo", password=PASSWORD)


@pytest.fixture
def head(unit):
    return build.head_of(unit, username="lanh-dao", password=PASSWORD)


def log_in(page, server, username):
    page.goto(server.url + "/lam-viec/ho-so/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/lam-viec/ho-so/")


def card(page, code):
    return page.locator("#c" + code.replace(".", "-"))


def saved(page, code, points):
    """Wait until the card says it is saved, with these points."""
    where = card(page, code)
    where.locator("[data-save-line]", has_text="Đã lưu").wait_for()
    where.locator(".score-l b", has_text=points).wait_for()


def explain(page, code, text):
    where = card(page, code)
    area = where.get_by_label("Giải trình")
    if not area.is_visible():
        where.get_by_text("Viết giải trình").click()
    area.fill(text)
    area.blur()
    where.locator("[data-save-line]", has_text="Đã lưu").wait_for()


def test_the_day_of_a_clerk_and_of_the_head(browser, live_server, assessment, clerk, head):
    sheet = f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/"

    def clerks_day(page):
        log_in(page, live_server, "can-bo")
        page.get_by_role("link", name="Chỉ đạo, điều hành").click()
        card(page, "1.1.1").get_by_label("Đúng hạn").check()
        saved(page, "1.1.1", "10,00")
        card(page, "1.1.2").get_by_label("Số nhiệm vụ hoàn thành").fill("18")
        card(page, "1.1.2").get_by_label("Tổng số").fill("20")
        card(page, "1.1.2").get_by_label("Tổng số").blur()
        saved(page, "1.1.2", "15,00")
        assert "18/20 = 90,00% → bậc từ 90% đến dưới 100%: 15,00 điểm" in card(page, "1.1.2").inner_text()
        card(page, "1.1.3").get_by_label("Trong năm không phát sinh").check()
        saved(page, "1.1.3", "10,00")
        explain(page, "1.1.2", "Còn hai nhiệm vụ chuyển sang quý I")
        explain(page, "1.1.3", "Không có kiến nghị nào")

        card(page, "1.1.1").get_by_role("link", name="Thêm tài liệu").click()
        page.get_by_label("Tệp", exact=True).set_input_files(
            {"name": "Kế hoạch.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        page.get_by_label("Số, ký hiệu").fill("215/KH-SGTVT")
        page.locator("#id_pages").first.fill("tr. 1")
        page.get_by_role("button", name="Thêm tài liệu").click()
        card(page, "1.1.1").get_by_role("link", name="215/KH-SGTVT").wait_for()

        page.goto(sheet + "2/")
        counts = card(page, "2.1.1")
        counts.get_by_label("Số báo cáo gửi chậm").fill("1")
        counts.get_by_label("Số báo cáo không gửi").fill("0")
        counts.get_by_label("Số báo cáo không gửi").blur()
        saved(page, "2.1.1", "9,75")
        card(page, "2.1.2").get_by_label("Số sáng kiến được công nhận").fill("3")
        card(page, "2.1.2").get_by_label("Số sáng kiến được công nhận").blur()
        saved(page, "2.1.2", "3,75")
        asked = card(page, "2.2")
        asked.get_by_text("Đề nghị không áp dụng").click()
        asked.get_by_label("Lý do không áp dụng").fill("Đơn vị mới thành lập")
        asked.get_by_label("Đánh dấu để gửi đề nghị").check()
        asked.get_by_text("Đã đề nghị không áp dụng.").wait_for()
        explain(page, "2.1.1", "Báo cáo quý III chậm một ngày")
        explain(page, "2.1.2", "Quyết định 44/QĐ-SGTVT")

        page.goto(live_server.url + "/lam-viec/ho-so/")
        page.get_by_role("link", name="Trình lãnh đạo").click()
        page.get_by_role("button", name="Trình lãnh đạo").click()
        page.get_by_text("Đã trình lãnh đạo.").wait_for()

    def heads_day(page):
        log_in(page, live_server, "lanh-dao")
        page.get_by_role("link", name="Xem và nộp").click()
        page.get_by_role("heading", name="Tự chấm 48,50 trên 65,00 điểm").wait_for()
        page.get_by_role("button", name="Duyệt và nộp").dblclick()
        page.get_by_role("heading", name="Đã nộp lúc").wait_for()

    browser.visit(clerks_day)
    assert Assessment.objects.get().state == "awaiting_head"
    browser.visit(heads_day)

    assessment.refresh_from_db()
    assert (assessment.state, assessment.submitted_by) == ("submitted", head)
    assert assessment.transitions.filter(move="submit").count() == 1
    assert EvidenceLink.objects.get().pages == "tr. 1"
    assert Score.objects.get(node__code="2.2").na_reason == "Đơn vị mới thành lập"


def test_without_script_every_card_has_its_own_button(browser, live_server, assessment, clerk):
    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/")
        where = card(page, "1.1.2")
        where.get_by_label("Số nhiệm vụ hoàn thành").fill("22")
        where.get_by_label("Tổng số").fill("20")
        where.get_by_role("button", name="Lưu 1.1.2").click()
        page.get_by_text("Tử số 22 lớn hơn mẫu số 20.").wait_for()
        assert card(page, "1.1.2").get_by_label("Số nhiệm vụ hoàn thành").input_value() == "22"
        card(page, "1.1.2").get_by_label("Số nhiệm vụ hoàn thành").fill("18")
        page.get_by_role("button", name="Lưu 1.1.2").click()
        page.get_by_text("Đã lưu 1.1.2: 15,00 điểm.").wait_for()
        assert page.url.endswith("/linh-vuc/1/#c1-1-2")

    browser.visit(steps, user=clerk, script=False, expect_errors=True)
    assert Score.objects.get().self_points == Decimal("15.00")


def session_of(user):
    """The cookie of a signed-in person."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}


def test_two_people_in_one_component(browser, live_server, assessment, clerk, unit):
    colleague = build.clerk(unit)

    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/")
        other = page.context.browser.new_context()
        other.add_cookies(cookies)
        theirs = other.new_page()
        theirs.goto(page.url)
        card(theirs, "1.1.1").get_by_label("Chậm").check()
        saved(theirs, "1.1.1", "2,50")
        other.close()

        card(page, "1.1.1").get_by_label("Đúng hạn").check()
        card(page, "1.1.1").get_by_text("vừa lưu câu trả lời khác").wait_for()
        card(page, "1.1.1").get_by_role("button", name="Giữ bản đã chọn").click()
        saved(page, "1.1.1", "10,00")

    cookies = [session_of(colleague)]
    browser.visit(steps, user=clerk, expect_errors=True)
    score = Score.objects.get()
    assert (score.version, score.self_points, score.saved_by) == (2, Decimal("10.00"), clerk)


def test_an_expired_login_loses_no_text(browser, live_server, assessment, clerk):
    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/")
        cookies = page.context.cookies()
        page.context.clear_cookies()
        where = card(page, "1.1.1")
        where.get_by_text("Viết giải trình").click()
        where.get_by_label("Giải trình của 1.1.1").fill("Viết rất lâu mới xong")
        where.get_by_label("Giải trình của 1.1.1").blur()
        where.get_by_text("Phiên làm việc đã hết.").wait_for()
        page.context.add_cookies(cookies)
        where.get_by_role("button", name="Lưu lại ngay").click()
        where.locator("[data-save-line]", has_text="Đã lưu").wait_for()

    browser.visit(steps, user=clerk, expect_errors=True)
    assert Score.objects.get().explanation == "Viết rất lâu mới xong"


def in_a_thread(work):
    """Run something with the database outside the browser's thread, where Django refuses it."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (work(), connection.close())).result()


def test_a_deadline_that_passes_meanwhile_keeps_the_text(browser, live_server, assessment, clerk):
    past = clock.now() - timedelta(minutes=2)

    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/")
        in_a_thread(lambda: Population.objects.update(self_assessment_ends_at=past))
        card(page, "1.1.1").get_by_label("Đúng hạn").check()
        card(page, "1.1.1").get_by_text("Đã quá hạn").wait_for()
        assert card(page, "1.1.1").get_by_label("Đúng hạn").is_checked()

    browser.visit(steps, user=clerk, expect_errors=True)
    assert not Score.objects.exists()


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_is_clean_and_fits(browser, live_server, assessment, clerk, head, width, dark):
    build.answered(assessment, ["1.1.1", "1.1.2", "2.1.1"], explanation="Theo Báo cáo 118/BC-SGTVT")
    root = f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/"
    mine = ["", "linh-vuc/1/", "linh-vuc/2/", "bang/", "con-thieu/", "lich-su/", "cau/1.1.2/", "cau/1.1.1/tai-lieu/", "trinh/"]

    def look(addresses):
        def steps(page):
            for address in addresses:
                page.goto(address)
                no_sideways_scroll(page)
                assert axe(page) == [], address

        return steps

    library = f"{live_server.url}/lam-viec/ho-so/tai-lieu/don-vi/{assessment.unit_id}/"
    browser.visit(look([root + path for path in mine] + [library]), width=width, dark=dark, user=clerk)
    browser.visit(look([root + "nop/", root + "rut-lai/"]), width=width, dark=dark, user=head)


def test_keyboard_alone_answers_and_moves_on(browser, live_server, assessment, clerk):
    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/2/")
        page.locator("#c2-1-1-0").focus()
        page.keyboard.type("1")
        page.keyboard.press("Tab")
        page.keyboard.type("0")
        page.keyboard.press("Tab")
        saved(page, "2.1.1", "9,75")
        page.locator("#c2-2-0").focus()
        page.keyboard.press("Space")
        saved(page, "2.2", "10,00")
        assert page.evaluate("document.activeElement.id") == "c2-2-0"

    browser.visit(steps, user=clerk)
    assert Score.objects.count() == 2
