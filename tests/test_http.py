"""The doors of the server: tokens, methods, hosts, the way back after log-in, and what errors carry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests import build
from tests.matrix.addresses import ADMIN, addresses
from tests.matrix.http import faults, shared
from tests.matrix.lines import lines
from tests.matrix.world import World
from units.authorization import Role

pytestmark = pytest.mark.django_db

#: Addresses that change something for at least one kind of person.
CHANGING = sorted(
    {line.name for line in lines() if line.method == "POST" and set(line.cells) - {"405", "login", "404"}}
)
PASSWORD = "mat-khau-rat-dai-2024"


def kind_of(name: str) -> str:
    return next(line.kind for line in lines() if line.name == name)


# --- Tokens and methods ----------------------------------------------------------------------------


def test_a_post_without_its_token_is_refused_everywhere():
    """Whoever may do it, from whatever page the form was sent."""
    world = World()
    strict = Client(enforce_csrf_checks=True)
    wrong = []
    for name in CHANGING:
        for person in ("clerk", "manager", "admin"):
            strict.force_login(world.people[person])
            url = reverse(name, args=world.arguments(kind_of(name), person, "own"))
            response = strict.post(url, {})
            if response.status_code != 403:
                wrong.append(f"{person} {url}: {response.status_code}")
    assert len(CHANGING) > 25
    assert wrong == []


def test_no_view_is_excused_from_tokens():
    excused = [
        name
        for name, found in addresses().items()
        if any(getattr(address.view, "csrf_exempt", False) for address in found)
    ]
    assert excused == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_methods_nobody_uses_change_nothing(client, method):
    """Not one of them is answered by a page with its form processed."""
    world = World()
    client.force_login(world.people["manager"])
    wrong = []
    for name in CHANGING:
        url = reverse(name, args=world.arguments(kind_of(name), "manager", "own"))
        status = getattr(client, method)(url).status_code
        if status not in (200, 302, 400, 403, 404, 405):
            wrong.append((url, status))
    assert wrong == []
    assert world.stranger.role_assignments.count() == 1


def test_a_page_answers_head_as_it_answers_get(client):
    assert client.head("/healthz").status_code == 200
    assert client.head(reverse("public:home")).status_code == client.get(reverse("public:home")).status_code


# --- Headers of what goes wrong --------------------------------------------------------------------


def test_errors_carry_the_same_headers(client, settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    client.raise_request_exception = False
    person = build.user_with_role(Role.LEADER)
    missing = client.get("/khong-co-trang-nay/")
    client.force_login(person)
    refused = client.post(reverse("units:tenure_add", args=[build.unit().pk]))
    strict = Client(enforce_csrf_checks=True)
    untoken = strict.post(reverse("login"), {})

    assert [missing.status_code, refused.status_code, untoken.status_code] == [404, 403, 403]
    assert [faults(response, logged_in=False) for response in (missing, refused, untoken)] == [[], [], []]


def test_an_error_of_the_program_says_nothing_of_itself(client, monkeypatch):
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("mat khau cua ke toan")

    monkeypatch.setattr("reports.views.home.access_of", broken)
    client.raise_request_exception = False
    client.force_login(build.user())
    response = client.get(reverse("work:home"))

    assert response.status_code == 500
    assert "ke toan" not in response.content.decode()
    assert "Traceback" not in response.content.decode()
    assert faults(response, logged_in=False) == []


def test_pages_of_people_with_an_account_are_never_shared(client):
    """A page that anybody may read is kept for all only when it was asked for without a session."""
    person = build.index_manager()
    stranger = client.get(reverse("public:home"))
    client.force_login(person)
    known = client.get(reverse("public:home"))

    assert shared(stranger)
    assert not shared(known)
    assert "Cookie" in known.headers["Vary"]


# --- Hosts and ways back ---------------------------------------------------------------------------


@override_settings(ALLOWED_HOSTS=["cchc.example.vn"])
@pytest.mark.parametrize(
    "host", ["evil.example", "cchc.example.vn.evil.example", "", "cchc.example.vn@evil.example", "a b"]
)
def test_another_host_is_refused(client, host):
    response = client.get(reverse("login"), headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


@override_settings(ALLOWED_HOSTS=["cchc.example.vn"])
def test_a_forwarded_host_is_not_believed(client):
    response = client.get(
        reverse("public:home"), headers={"host": "cchc.example.vn", "x-forwarded-host": "evil.example"}
    )
    assert response.status_code == 200
    assert "evil.example" not in response.content.decode()


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "%2f%2fevil.example",
        "https:///evil.example",
        "/\t/evil.example",
    ],
)
def test_after_log_in_nobody_is_sent_elsewhere(client, way):
    build.user("an", password=PASSWORD)
    page = client.get(reverse("login"), {"next": way})
    response = client.post(reverse("login"), {"username": "an", "password": PASSWORD, "next": way})

    assert response.status_code == 302
    here = "https://cchc.example.vn/dang-nhap/"
    # Browsers read a backslash as a slash and drop tabs.
    target = urljoin(here, response["Location"].replace("\\", "/").replace("\t", ""))
    assert target.startswith("https://cchc.example.vn/")
    assert 'href="javascript' not in page.content.decode()


def test_after_log_in_one_arrives_where_one_wanted(client):
    build.user("an", password=PASSWORD)
    response = client.post(
        reverse("login"), {"username": "an", "password": PASSWORD, "next": "/lam-viec/thong-bao/"}
    )
    assert response["Location"] == "/lam-viec/thong-bao/"


def test_a_log_in_begins_another_session(client):
    """A session somebody put into the browser before is worth nothing after."""
    build.user("an", password=PASSWORD)
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post(reverse("login"), {"username": "an", "password": PASSWORD})
    assert client.cookies["sessionid"].value != before


def test_the_cookie_of_a_session_is_closed_to_scripts(client):
    build.user("an", password=PASSWORD)
    client.post(reverse("login"), {"username": "an", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


# --- Production ------------------------------------------------------------------------------------


@override_settings(
    SECURE_SSL_REDIRECT=True,
    SECURE_HSTS_SECONDS=31536000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_REDIRECT_EXEMPT=[r"^healthz$", r"^readyz$"],
)
def test_in_production_only_https_answers():
    client = Client()  # after the settings: the middleware reads them once
    plain = client.get(reverse("login"))
    secure = client.get(reverse("login"), secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/dang-nhap/")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert client.get("/healthz").status_code == 200


def test_every_address_of_the_window_is_known_to_be_the_windows():
    """Nothing of ours hides behind its name."""
    outside = [
        address.route
        for name, found in addresses().items()
        if name.startswith(ADMIN)
        for address in found
        if not address.route.startswith("quan-tri/")
    ]
    assert outside == []
