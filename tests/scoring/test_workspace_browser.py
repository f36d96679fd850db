"""Pages of the workspace in a real browser; the whole day is walked in tests/test_clerk_day_browser.py."""

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
from scoring.models import Score
from tests import build
from tests.browser import axe, no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def unit():
    return build.unit(name="Sở Giao thông vận tải")


@pytest.fixture
def assessment(unit):
    ends = clock.now() + timedelta(days=5)
    return build.open_population(units=[unit], self_assessment_ends_at=ends).assessments.get()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit, username="can-bo")


@pytest.fixture
def head(unit):
    return build.head_of(unit, username="lanh-dao")


def card(page, code):
    return page.locator("#c" + code.replace(".", "-"))


def saved(page, code, points):
    """Wait until the card says it is saved, with these points."""
    where = card(page, code)
    where.locator("[data-save-line]", has_text="Đã lưu").wait_for()
    where.locator(".score-l b", has_text=points).wait_for()


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


def test_logging_in_again_comes_back_to_the_field(browser, live_server, assessment, clerk):
    in_a_thread(lambda: (clerk.set_password("mat-khau-dung-1"), clerk.save()))

    def steps(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/")
        page.context.clear_cookies()
        where = card(page, "1.1.1")
        where.get_by_text("Viết giải trình").click()
        field = where.get_by_label("Giải trình của 1.1.1")
        field.fill("Viết rất lâu mới xong")
        field.blur()
        place = field.get_attribute("id")
        where.get_by_role("link", name="Đăng nhập lại").click()
        page.get_by_label("Tên đăng nhập").fill(clerk.username)
        page.get_by_label("Mật khẩu").fill("mat-khau-dung-1")
        page.get_by_role("button", name="Đăng nhập").click()
        where.locator("[data-save-line]", has_text="Đã lưu").wait_for()
        assert page.url.endswith(f"/linh-vuc/1/#{place}")
        assert page.evaluate("document.activeElement.id") == place

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
