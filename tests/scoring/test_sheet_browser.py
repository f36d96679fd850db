"""The sheet and the table under the hands of somebody who uses no mouse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parindex import clock
from scoring.models import InternalNote, Score, Share
from tests import build
from tests.browser import axe, no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"


@pytest.fixture
def unit():
    return build.unit(name="Sở Giao thông vận tải")


@pytest.fixture
def assessment(unit):
    return build.open_population(units=[unit], self_assessment_ends_at=clock.now() + timedelta(days=5)).assessments.get()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


def card_in_focus(page):
    return page.evaluate("(document.activeElement.closest('[data-card]') || {}).id")


def test_cards_are_walked_with_the_keyboard(browser, live_server, assessment, clerk):
    def walk(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/2/")
        page.keyboard.press("Alt+ArrowDown")
        assert card_in_focus(page) == "c2-1-1"
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.press("Alt+ArrowDown")
        assert card_in_focus(page) == "c2-2"
        page.keyboard.press("Space")
        page.locator("#c2-2 [data-save-line]", has_text="Đã lưu").wait_for()
        page.locator("#tien-do", has_text="Đã trả lời 1 trên").wait_for()
        page.locator("#rail-list [aria-current] .num", has_text="1/").wait_for()
        page.keyboard.press("Alt+ArrowUp")
        assert card_in_focus(page) == "c2-1-2"
        for _step in range(3):
            page.keyboard.press("Alt+ArrowDown")
        assert "Xem còn thiếu gì" in page.evaluate(FOCUSED)
        page.keyboard.press("Alt+ArrowUp")
        assert card_in_focus(page) == "c2-2"

    browser.visit(walk, user=clerk)

    assert Score.objects.get().node.code == "2.2"


def test_tab_alone_reaches_answer_document_note_and_the_way_on(browser, live_server, assessment, clerk):
    def walk(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/linh-vuc/2/")
        reached = []
        for _step in range(70):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        return " | ".join(reached)

    reached = browser.visit(walk, user=clerk)

    for thing in ("Thêm tài liệu", "Viết giải trình", "Ghi chú nội bộ", "c2-2-", "Về việc của đơn vị", "Xem còn thiếu gì"):
        assert thing in reached, reached


def test_rows_of_the_table_are_walked_with_arrows(browser, live_server, assessment, clerk):
    def walk(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/bang/")
        page.locator("table .name").first.focus()
        seen = []
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
            page.keyboard.press(key)
            seen.append(page.evaluate("document.activeElement.closest('tr').cells[0].textContent"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/linh-vuc/1/#c1-1-1")
        return seen

    seen = browser.visit(walk, user=clerk)

    assert seen[:3] == ["1.1.2", "1.1.3", "1.1.2"]
    assert seen[4] == "1.1.1"


@pytest.mark.parametrize("width", [1440, 360])
def test_team_pages_fit_and_are_accessible(browser, live_server, assessment, clerk, width):
    node = build.node(assessment.population, "1.1.1")
    Share.objects.create(assessment=assessment, node=node, user=clerk, at=clock.now())
    InternalNote.objects.create(assessment=assessment, node=node, text="Hỏi lại " * 60, at=clock.now(), by=clerk)
    home = f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/"

    def look(page):
        for path in ("", "bang/", "bang/?cot=0&cot=tra-loi&cot=nguoi&cot=ghi-chu", "phan-viec/", "cau/1.1.1/ghi-chu/", "linh-vuc/1/"):
            page.goto(home + path)
            no_sideways_scroll(page)
            assert axe(page) == [], path

    browser.visit(look, width=width, user=clerk)


def test_columns_are_chosen_and_a_note_is_written_without_script(browser, live_server, assessment, clerk):
    def work(page):
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/bang/")
        page.get_by_text("Chọn cột").click()
        page.get_by_label("Câu trả lời").uncheck()
        page.get_by_label("Giải trình").check()
        page.get_by_role("button", name="Xem các cột đã chọn").click()
        assert page.get_by_role("columnheader", name="Giải trình").count() == 1
        assert page.get_by_role("columnheader", name="Câu trả lời").count() == 0
        page.get_by_role("link", name="Chưa trả lời").click()
        assert page.get_by_role("columnheader", name="Giải trình").count() == 1
        page.goto(f"{live_server.url}/lam-viec/ho-so/{assessment.pk}/cau/1.1.1/ghi-chu/")
        page.get_by_label("Ghi chú mới").fill("Chờ văn bản")
        page.get_by_role("button", name="Thêm ghi chú").click()
        assert page.get_by_text("Chờ văn bản").count() == 1

    browser.visit(work, user=clerk, script=False)
