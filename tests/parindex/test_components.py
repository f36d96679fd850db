"""The shared frame of pages: strip, headers, messages, errors, forms, the gallery, and its look in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from parindex import context, gallery, views
from parindex.context import Link, Navigation, mark_current
from parindex.models import Installation
from tests import build
from tests.browser import axe, no_sideways_scroll

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STRIP = '<aside class="demo"'

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration():
    """An installation that shows invented data."""
    return Installation.objects.create(demonstration=True)


def page(client: Any, user: Any = None) -> str:
    """The gallery as somebody sees it."""
    client.force_login(user or build.user(full_name="Lò Thị Hương", title="Văn phòng Sở"))
    response = client.get(reverse("component_gallery"))
    assert response.status_code == 200
    return response.content.decode()


class Ids(HTMLParser):
    """Collects ids, what points at them, and labels."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.in_template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_template += tag == "template"
        for name, value in attrs:
            if name == "id" and not self.in_template:
                self.ids.append(value or "")
            if name in {"for", "aria-labelledby", "aria-describedby"}:
                self.wanted.update((value or "").split())

    def handle_endtag(self, tag: str) -> None:
        self.in_template -= tag == "template"


def test_ids_are_unique_and_whatever_is_named_is_there(client):
    parser = Ids()
    parser.feed(page(client))
    assert sorted(name for name in set(parser.ids) if parser.ids.count(name) > 1) == []
    assert parser.wanted - set(parser.ids) == set()


def test_every_icon_used_on_the_page_is_inlined(client):
    html = page(client)
    used = set(re.findall(r'href="#i-([a-z]+)"', html))
    assert len(used) > 15
    assert used == set(re.findall(r'<symbol id="i-([a-z]+)"', html))


def test_the_page_has_nothing_the_policy_would_refuse(client):
    html = page(client)
    assert not re.search(r'\sstyle="|\son[a-z]+="|javascript:', html)
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []


def test_no_template_writes_style_script_or_colour():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|<style|\son(?:click|change|submit|load)="', text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", text), path
        if path.name != "emblem.html":
            assert not re.search(r'(?:fill|stroke)="#', text), path


def test_templates_stay_small():
    long = {path.name: n for path in TEMPLATES.rglob("*.html") if (n := len(path.read_text().splitlines())) > 120}
    assert long == {}


def test_the_gallery_shows_every_component(client):
    html = page(client)
    shown = ("q", "opts", "calc", "evs", "past", "dock", "tabs", "pills", "tl", "stages", "empty", "errsum", "note",
             "figs", "rail", "pager", "heat", "dots", "mini", "plot", "stackbar", "steps", "steplist", "a4", "vs")  # fmt: skip
    missing = [name for name in shown if not re.search(rf'class="(?:[\w-]+ )*{name}[ "]', html)]
    assert missing == []


def test_every_form_that_posts_carries_its_token(client):
    html = page(client)
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL)
    assert len(forms) >= 7
    assert [form[:80] for form in forms if "csrfmiddlewaretoken" not in form] == []


def test_the_gallery_is_closed_in_production_except_to_staff(client, settings):
    settings.PRODUCTION = True
    client.force_login(build.user())
    assert client.get(reverse("component_gallery")).status_code == 404
    client.force_login(build.user(is_staff=True))
    assert client.get(reverse("component_gallery")).status_code == 200


def test_the_gallery_asks_to_log_in(client):
    response = client.get(reverse("component_gallery"))
    assert response.status_code == 302
    assert response.url.startswith("/dang-nhap/")


@pytest.mark.parametrize("template", ["404.html", "403.html", "400.html", "413.html", "403_csrf.html", "registration/locked.html"])
def test_the_strip_is_on_every_page_of_a_demonstration_and_on_no_other(template):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert STRIP not in render_to_string(template, {}, request)
    Installation.objects.create(demonstration=True)
    assert STRIP in render_to_string(template, {}, request)


def test_the_frame_costs_one_query(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(1):
        render_to_string("404.html", {}, request)


def test_the_province_stands_in_title_and_header():
    Installation.objects.create(province="Điện Biên")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    html = render_to_string("404.html", {}, request)
    assert "<title>Không có trang này – Chỉ số CCHC tỉnh Điện Biên</title>" in html
    assert "<small>Tỉnh Điện Biên</small>" in html


def example_navigation(request):
    """A navigation as an app would give it."""
    return Navigation(
        main=(Link("Xếp hạng", "/2024/so-nganh/"), Link("Dữ liệu", "/du-lieu/")),
        footer=(Link("Cách tính điểm", "/phuong-phap/"),),
        home="/",
    )


def test_links_come_from_the_app_and_the_current_one_is_marked(settings):
    settings.NAVIGATION = {"public": "tests.parindex.test_components.example_navigation"}
    request = RequestFactory().get("/du-lieu/2024/department.csv")
    request.user = AnonymousUser()
    html = render_to_string("404.html", {}, request)
    assert '<a href="/du-lieu/" aria-current="page">Dữ liệu</a>' in html
    assert '<a href="/2024/so-nganh/">Xếp hạng</a>' in html
    assert '<a href="/phuong-phap/">Cách tính điểm</a>' in html


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/lam-viec/", "/lam-viec/"),
        ("/lam-viec/tham-dinh/5/", "/lam-viec/tham-dinh/"),
        ("/lam-viec/tham-dinh-khac/", "/lam-viec/"),
        ("/", "/"),
        ("/khac/", None),
    ],
)
def test_the_nearest_link_is_the_current_one(path, current):
    links = (Link("Trang chủ", "/"), Link("Việc", "/lam-viec/"), Link("Thẩm định", "/lam-viec/tham-dinh/"))
    marked = [link.url for link in mark_current(links, path) if link.current]
    assert marked == ([current] if current else [])


def test_nothing_is_read_until_it_is_printed(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        context.site(request)


def test_a_refusal_says_its_sentence_on_the_page_and_escapes_it():
    request = RequestFactory().get("/lam-viec/")
    request.user = AnonymousUser()
    response = views.permission_denied(request, PermissionDenied("Hồ sơ của <b>Sở Xây dựng</b> chỉ mở cho người của sở."))
    assert response.status_code == 403
    assert "Hồ sơ của &lt;b&gt;Sở Xây dựng" in response.content.decode()


def test_not_found_does_not_tell_why(client):
    client.force_login(build.user())
    response = client.get("/lam-viec/khong-co-gi/")
    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_the_page_of_a_server_error_needs_neither_request_nor_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert "Máy chủ gặp lỗi" in html


def test_a_failed_login_says_so_first_and_names_the_field(client):
    response = client.post(reverse("login"), {"username": "an", "password": "sai"})
    html = response.content.decode()
    assert html.index("Chưa đăng nhập được") < html.index('id="id_password"')
    assert 'href="#id_password"' in html


def test_login_logout_and_the_way_back(client):
    person = build.user("sgtvt.huong", password="mật khẩu dài lắm 12")
    target = reverse("component_gallery")
    response = client.post(reverse("login"), {"username": "sgtvt.huong", "password": "mật khẩu dài lắm 12", "next": target})
    assert response.url == target
    assert f'data-user="{person.pk}"' in client.get(target).content.decode()
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(target).status_code == 302


def test_a_password_is_changed_and_a_weak_one_refused(client):
    person = build.user("an", password="mật khẩu dài lắm 12")
    client.force_login(person)
    address = reverse("password_change")
    weak = client.post(address, {"old_password": "mật khẩu dài lắm 12", "new_password1": "ngan", "new_password2": "ngan"})
    assert "Chưa đổi được mật khẩu" in weak.content.decode()
    good = {"old_password": "mật khẩu dài lắm 12", "new_password1": "một câu thật dài 9", "new_password2": "một câu thật dài 9"}
    assert client.post(address, good).url == reverse("password_change_done")
    person.refresh_from_db()
    assert person.check_password("một câu thật dài 9")


def test_a_finished_job_stops_asking():
    live = render_to_string("components/progress.html", {"job": gallery.JOB, "poll_url": "/viec/5/"})
    assert 'hx-get="/viec/5/"' in live
    assert 'aria-valuenow="64"' in live
    assert "131 / 204" in live
    failed = render_to_string("components/progress.html", {"job": gallery.JOB_FAILED, "poll_url": "/viec/5/"})
    assert "hx-get" not in failed
    assert "Thiếu phiếu 8.3.1" in failed


def test_without_script_the_page_of_a_live_job_reloads():
    assert "http-equiv" in render_to_string("components/progress_reload.html", {"job": gallery.JOB})
    assert "http-equiv" not in render_to_string("components/progress_reload.html", {"job": gallery.JOB_FAILED})


def test_a_closed_card_cannot_be_sent():
    html = render_to_string("components/answer_card.html", {"card": gallery.CLOSED_CARD})
    assert "data-autosave" not in html
    assert html.count("disabled") == 3
    assert "Thêm tài liệu" not in html


def test_a_card_answered_by_the_survey_asks_nothing():
    html = render_to_string("components/answer_card.html", {"card": gallery.SURVEY_CARD})
    assert "<form" not in html
    assert "Đơn vị không phải trả lời" in html
    assert "<b>–</b> / 2,00" in html


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_gallery_is_accessible_and_fits(browser, live_server, demonstration, width, dark):
    user = build.user(full_name="Lò Thị Hương", title="Văn phòng Sở")

    def look(page):
        page.goto(live_server.url + "/lam-viec/thanh-phan/")
        no_sideways_scroll(page)
        assert axe(page) == []
        assert page.evaluate("() => document.fonts.check('600 16px \"Be Vietnam Pro\"', 'Ễ')")

    browser.visit(look, width=width, dark=dark, user=user)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("address", ["/dang-nhap/", "/khong-co-gi/", "/doi-mat-khau/"])
def test_pages_of_the_frame_are_accessible_and_fit(browser, live_server, demonstration, address, width):
    user = build.user()

    def look(page):
        page.goto(live_server.url + address)
        no_sideways_scroll(page)
        assert axe(page) == []

    browser.visit(look, width=width, user=None if address == "/dang-nhap/" else user, expect_errors=address == "/khong-co-gi/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_keys_press_only_inside_their_region(browser, live_server):
    user = build.user()

    def steps(page):
        page.goto(live_server.url + "/lam-viec/thanh-phan/")
        page.route("**", lambda route, request: route.abort() if request.method == "POST" else route.continue_())
        page.evaluate(
            "() => { const s = document.querySelector('#the'); s.dataset.shortcuts = ''; s.tabIndex = -1;"
            " document.querySelector('#c1-1-1-2').dataset.keyPress = 'D'; }"
        )
        page.locator("h1").click()
        page.keyboard.press("d")
        assert page.locator("#c1-1-1-0").is_checked()
        page.locator("#c1-1-3-giai-trinh").focus()
        page.keyboard.press("d")
        assert page.locator("#c1-1-1-0").is_checked()
        page.locator("#the").focus()
        page.keyboard.press("d")
        assert page.locator("#c1-1-1-2").is_checked()

    browser.visit(steps, user=user, expect_errors=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_dark_screen_prints_black_on_white(browser, live_server):
    user = build.user()

    def look(page):
        page.goto(live_server.url + "/lam-viec/thanh-phan/")
        page.emulate_media(media="print")
        assert axe(page, include=".note, .t, .opts, .steplist") == []
        return page.evaluate(
            "() => [...document.querySelectorAll('body, .note, tr.me > *, .steplist .on')]"
            ".map((e) => getComputedStyle(e).backgroundColor)"
        )

    grounds = browser.visit(look, dark=True, user=user)
    light = [[int(part) for part in re.findall(r"\d+", ground)[:3]] for ground in grounds if not ground.startswith("rgba(0, 0, 0, 0")]
    assert len(light) > 10
    assert min(min(parts) for parts in light) > 200
