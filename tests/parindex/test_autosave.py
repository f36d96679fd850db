"""The autosave script against a server that answers, refuses, is slow, or is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.template.loader import render_to_string

from parindex import gallery
from tests import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GALLERY = "/lam-viec/thanh-phan/"


def fragment(name: str = "option_card", **changes: Any) -> str:
    """A card as the server would answer it."""
    card = replace(gallery.samples({})[name], **changes)
    template = "conflict_card" if name == "conflict_card" else "answer_card"
    return render_to_string(f"components/{template}.html", {"card": card})


def sent_fields(request: Any) -> dict[str, list[str]]:
    """The text fields of a request, whether multipart or urlencoded."""
    body = request.post_data or ""
    if "form-data" not in request.headers.get("content-type", ""):
        return parse_qs(body, keep_blank_values=True)
    found: dict[str, list[str]] = {}
    for part in body.split("------WebKitFormBoundary")[1:-1]:
        head, _, value = part.partition("\r\n\r\n")
        found.setdefault(head.split('name="')[1].split('"')[0], []).append(value.removesuffix("\r\n"))
    return found


class Server:
    """Answers the posts of the page one after the other; the last answer repeats."""

    def __init__(self, page: Any, *answers: dict[str, Any] | str) -> None:
        self.answers = list(answers)
        self.posts: list[dict[str, list[str]]] = []
        page.route("**" + GALLERY, self.handle)

    def handle(self, route: Any, request: Any) -> None:
        if request.method != "POST":
            route.continue_()
            return
        self.posts.append(sent_fields(request))
        assert request.headers["x-autosave"] in ("1", "parts")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "gone":
            route.abort("internetdisconnected")
        else:
            route.fulfill(content_type="text/html; charset=utf-8", **answer)


def drafts(page: Any) -> dict[str, str]:
    """What sessionStorage holds of ours."""
    held = page.evaluate("() => JSON.stringify({...sessionStorage})")
    return {name: value for name, value in json.loads(held).items() if name.startswith("autosave:")}


def until(page: Any, ready: Callable[[], Any]) -> None:
    """Let the page draw until the test has seen what it waits for."""
    for _ in range(1000):
        if ready():
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("what the test waits for did not come")


def line(page: Any, card: str) -> Any:
    """The save line of a card."""
    return page.locator(f"#{card} [data-save-line]")


@pytest.fixture
def clerk():
    return build.user(full_name="Lò Thị Hương")


def test_a_choice_is_saved_at_once_and_the_card_replaced(browser, live_server, clerk):
    saved = fragment(version=4, points=gallery.D("0.50"), saved_at=gallery.AT)

    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, {"status": 200, "body": saved})
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 .score-l b", has_text="0,50").wait_for()
        assert server.posts[0]["version"] == ["3"]
        assert server.posts[0]["option"] == ["Ban hành trong quý I năm kế hoạch"]
        assert server.posts[0]["csrfmiddlewaretoken"][0]
        assert line(page, "c1-1-1").inner_text() == "Đã lưu 13:51"
        assert page.evaluate("() => document.activeElement.id") == "c1-1-1-1"
        assert page.locator("#c1-1-1 input[name=version]").input_value() == "4"
        assert drafts(page) == {}

    browser.visit(steps, user=clerk)


def test_what_was_unfolded_stays_open_over_a_save(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        Server(page, {"status": 200, "body": fragment(version=4)})
        page.locator("#c1-1-1 details summary").click()
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 input[name=version][value='4']").wait_for(state="attached")
        return page.locator("#c1-1-1 details").evaluate("(folded) => folded.open")

    assert browser.visit(steps, user=clerk) is True


def test_half_a_ratio_is_not_sent(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, {"status": 200, "body": fragment("ratio_card")})
        page.locator("#c1-1-3-0").fill("")
        page.locator("#c1-1-3-0").blur()
        page.locator("#c1-1-3 [data-save-line]", has_text="điền nốt").wait_for()
        assert server.posts == []
        assert list(drafts(page)) == [f"autosave:{clerk.pk}:gallery:1.1.3"]

    browser.visit(steps, user=clerk)


def test_a_rate_is_sent_once_focus_has_left_both_numbers(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, {"status": 200, "body": fragment("ratio_card", version=8)})
        first, second = page.locator("#c1-1-3-0"), page.locator("#c1-1-3-1")
        first.fill("17")
        first.press("Tab")
        assert page.evaluate("() => document.activeElement.id") == "c1-1-3-1"
        page.locator("label[for=c1-1-3-0]").click()
        assert page.evaluate("() => document.activeElement.id") == "c1-1-3-0"
        first.press("Tab")
        second.fill("19")
        assert server.posts == []
        second.press("Tab")
        page.locator("#c1-1-3 input[name=version][value='8']").wait_for(state="attached")
        return [(post["numerator"], post["denominator"]) for post in server.posts]

    assert browser.visit(steps, user=clerk) == [(["17"], ["19"])]


def test_enter_in_a_number_sends_the_rate(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, {"status": 200, "body": fragment("ratio_card", version=8)})
        page.locator("#c1-1-3-0").fill("17")
        page.locator("#c1-1-3-0").press("Enter")
        page.locator("#c1-1-3 input[name=version][value='8']").wait_for(state="attached")
        return [post["numerator"] for post in server.posts]

    assert browser.visit(steps, user=clerk) == [["17"]]


def test_text_typed_while_saving_is_not_lost(browser, live_server, clerk):
    first = fragment("ratio_card", version=8, explanation="Câu đầu.")

    def steps(page):
        page.goto(live_server.url + GALLERY)
        held: list[Any] = []
        page.route("**" + GALLERY, lambda route, request: held.append(route) if request.method == "POST" else route.continue_())
        area = page.locator("#c1-1-3-giai-trinh")
        area.fill("Câu đầu.")
        page.locator("#c1-1-3-0").focus()
        page.wait_for_function("() => document.querySelector('#c1-1-3 [data-save-line]').textContent.includes('Đang lưu')")
        area.fill("Câu đầu. Câu sau.")
        until(page, lambda: held)
        held[0].fulfill(status=200, content_type="text/html; charset=utf-8", body=first)
        page.wait_for_function("() => document.querySelector('#c1-1-3 input[name=version]').value === '8'")
        assert area.input_value() == "Câu đầu. Câu sau."
        with page.expect_request(lambda request: request.method == "POST"):
            page.locator("#c1-1-3-0").focus()
        until(page, lambda: len(held) == 2)
        assert sent_fields(held[1].request)["explanation"] == ["Câu đầu. Câu sau."]
        assert sent_fields(held[1].request)["version"] == ["8"]

    browser.visit(steps, user=clerk)


def test_a_broken_network_keeps_the_text_and_tries_again(browser, live_server, clerk):
    saved = fragment(version=4)

    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, "gone", {"status": 503, "body": "<h1>bảo trì</h1>"}, {"status": 200, "body": saved})
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-note]", has_text="vẫn còn nguyên").wait_for()
        assert "Chưa lưu được" in line(page, "c1-1-1").inner_text()
        assert page.locator("[data-autosave-summary]").inner_text() == "1 câu chưa lưu, đang thử lại"
        assert len(drafts(page)) == 1
        with page.expect_response(lambda response: response.status == 503):
            page.evaluate("() => window.dispatchEvent(new Event('online'))")
        page.locator("#c1-1-1 [data-autosave-retry]").click()
        page.locator("#c1-1-1 [data-save-line]", has_text="Đã lưu").wait_for()
        assert len(server.posts) == 3
        assert page.locator("#c1-1-1 [data-save-note]").count() == 0
        assert page.locator("[data-autosave-summary]").inner_text() == "Mọi câu trả lời đã lưu"
        assert drafts(page) == {}

    browser.visit(steps, user=clerk, expect_errors=True)


def test_a_reload_brings_the_unsaved_text_back_with_its_version(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        Server(page, "gone")
        page.locator("#c1-1-1-2").click()
        page.locator("#c1-1-1 [data-save-note]").wait_for()
        page.unroute_all()
        server = Server(page, {"status": 200, "body": fragment(version=4)})
        page.reload()
        page.locator("#c1-1-1 [data-save-line]", has_text="Đã lưu").wait_for()
        assert server.posts[0]["option"] == ["Ban hành sau quý I hoặc không ban hành"]
        assert server.posts[0]["version"] == ["3"]
        assert drafts(page) == {}

    browser.visit(steps, user=clerk, expect_errors=True)


def test_a_conflict_shows_both_and_waits_for_the_choice(browser, live_server, clerk):
    conflict = fragment("conflict_card", anchor="c1-1-1", code="1.1.1", key="gallery:1.1.1", version=9)

    def steps(page):
        page.goto(live_server.url + GALLERY)
        server = Server(page, {"status": 409, "body": conflict}, {"status": 200, "body": fragment(version=10)})
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 legend", has_text="Chọn bản giữ lại").wait_for(state="attached")
        page.locator("#c1-1-1-ban-1").click()
        page.locator("#c1-1-1 button", has_text="Giữ bản đã chọn").click()
        page.locator("#c1-1-1 [data-save-line]", has_text="Đã lưu").wait_for()
        assert len(server.posts) == 2
        assert server.posts[1]["keep"] == ["theirs"]
        assert server.posts[1]["version"] == ["9"]
        assert server.posts[1]["option"] == ["Ban hành trong quý I"]
        assert drafts(page) == {}

    browser.visit(steps, user=clerk, expect_errors=True)


def test_an_unacceptable_answer_comes_back_with_its_error_and_stays_typed(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        Server(page, {"status": 422, "body": fragment("count_card")})
        page.locator("#c1-2-1-1").fill("3")
        page.locator("#c1-2-1-1").blur()
        page.locator("#c1-2-1 [data-save-line]", has_text="xem chỗ báo lỗi").wait_for()
        assert len(drafts(page)) == 1

    browser.visit(steps, user=clerk, expect_errors=True)


def test_after_a_refusal_the_stored_answer_is_sent_again(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        stored = page.locator("#c1-1-3-0").input_value()
        refused = fragment("ratio_card", saving="invalid", error="Tử số lớn hơn mẫu số.").replace(
            f'value="{stored}"', 'value="999"', 1
        )
        server = Server(
            page, {"status": 422, "body": refused}, {"status": 200, "body": fragment("ratio_card")}
        )
        page.locator("#c1-1-3-0").fill("999")
        page.locator("#c1-1-3-0").blur()
        until(page, lambda: len(server.posts) == 1)
        page.locator("#c1-1-3 [data-save-line]", has_text="xem chỗ báo lỗi").wait_for()
        dock = page.locator("[data-autosave-summary]")
        assert dock.inner_text() == "1 câu có lỗi"
        page.locator("#c1-1-3-0").fill(stored)
        assert dock.inner_text() == "1 câu có lỗi"
        page.locator("#c1-1-3-0").blur()
        until(page, lambda: len(server.posts) == 2)
        page.locator("[data-autosave-summary]", has_text="Mọi câu trả lời đã lưu").wait_for()

    browser.visit(steps, user=clerk, expect_errors=True)


def test_a_stale_token_is_renewed_without_the_person_noticing(browser, live_server, clerk):
    saved = fragment(version=4)

    def steps(page):
        page.goto(live_server.url + GALLERY)
        page.evaluate("() => document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((f) => { f.value = 'cu'; })")
        server = Server(page, {"status": 403, "body": "<h1>CSRF</h1>"}, {"status": 200, "body": saved})
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-line]", has_text="Đã lưu").wait_for()
        assert server.posts[0]["csrfmiddlewaretoken"] == ["cu"]
        assert len(server.posts[1]["csrfmiddlewaretoken"][0]) == 64

    browser.visit(steps, user=clerk, expect_errors=True)


def test_an_ended_session_asks_to_log_in_and_keeps_the_text(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        page.context.clear_cookies()
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-note]", has_text="Phiên làm việc đã hết").wait_for()
        assert page.locator("#c1-1-1-1").is_checked()
        assert page.locator("#c1-1-1 [data-save-note] a").get_attribute("href") == (
            "/dang-nhap/?next=%2Flam-viec%2Fthanh-phan%2F%23c1-1-1-1"
        )
        assert len(drafts(page)) == 1

    browser.visit(steps, user=clerk, expect_errors=True)


def test_a_whole_page_in_answer_never_takes_the_place_of_a_card(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-note]", has_text="không nhận").wait_for()
        assert page.locator("#c1-1-1-1").count() == 1
        assert page.locator("#c1-1-1-1").is_checked()

    browser.visit(steps, user=clerk, expect_errors=True)


def test_logging_out_clears_the_drafts(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        page.evaluate("() => sessionStorage.setItem('autosave:999:x', '[]')")
        Server(page, "gone")
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-note]").wait_for()
        page.get_by_role("button", name="Thoát").first.click()
        page.wait_for_load_state()
        return drafts(page)

    assert browser.visit(steps, user=clerk, expect_errors=True) == {}


def test_leaving_with_unsaved_text_asks_first(browser, live_server, clerk):
    def steps(page):
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.type))
        page.goto(live_server.url + GALLERY)
        page.goto(live_server.url + "/dang-nhap/")
        assert asked == []
        page.goto(live_server.url + GALLERY)
        Server(page, "gone")
        page.locator("#c1-1-1-1").click()
        page.locator("#c1-1-1 [data-save-note]").wait_for()
        page.goto(live_server.url + "/dang-nhap/")
        return asked

    assert browser.visit(steps, user=clerk, expect_errors=True) == ["beforeunload"]


def test_a_page_out_of_the_back_cache_is_asked_for_anew(browser, live_server, clerk):
    def steps(page):
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.goto(live_server.url + GALLERY)
        Server(page, "gone")
        page.locator("#c1-1-1-2").click()
        page.locator("#c1-1-1 [data-save-note]").wait_for()
        page.unroute_all()
        server = Server(page, {"status": 200, "body": fragment(version=4)})
        with page.expect_navigation():
            page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        page.locator("#c1-1-1 [data-save-line]", has_text="Đã lưu").wait_for()
        return asked, server.posts[0]["option"]

    assert browser.visit(steps, user=clerk, expect_errors=True) == ([], ["Ban hành sau quý I hoặc không ban hành"])


def test_without_script_a_card_is_an_ordinary_form(browser, live_server, clerk):
    def steps(page):
        page.goto(live_server.url + GALLERY)
        assert page.get_by_role("button", name="Lưu 1.1.1").is_visible()
        assert page.locator("#c1-1-1 form").get_attribute("method") == "post"
        assert page.locator("[data-print]").is_hidden()

    browser.visit(steps, user=clerk, script=False)
