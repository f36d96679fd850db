"""Control characters in an address: not found, on every database, for everybody."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/2025/don-vi/%00/",
    "/2025/don-vi/a%00b/",
    "/2025/don-vi/%1F/",
    "/2025/don-vi/%7F/",
    "/2025/tieu-chi/department/%00/",
    "/static/%00",
    "/%00",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_control_character_in_a_path_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_inside_the_working_area_too(client):
    dossier = build.assessment(build.open_population(), build.unit())
    client.force_login(build.user_with_role(Role.INDEX_MANAGER))

    page = client.get(f"/lam-viec/ho-so/{dossier.pk}/cau/%00/")

    assert page.status_code == 404
    assert page.templates[0].name == "404.html"


@pytest.mark.parametrize("query", ["q=%00", "huyen=a%00", "%00=1", "q=a&q=%00"])
@pytest.mark.parametrize("address", ["/", "/2024/cap/department/", "/dang-nhap/"])
def test_a_nul_in_a_query_is_not_found(client, address, query):
    assert client.get(f"{address}?{query}").status_code == 404


def test_a_tab_in_a_query_is_only_a_word_that_was_pasted(client):
    client.force_login(build.user_with_role(Role.AUDITOR))

    assert client.get("/lam-viec/nhat-ky/?q=%09S%E1%BB%9F").status_code == 200


def test_a_session_key_with_a_nul_is_no_session(client):
    client.cookies.load(f'{settings.SESSION_COOKIE_NAME}="abcdefgh\\000abcdefgh"')

    answer = client.get("/lam-viec/")

    assert answer.status_code == 302
    assert "dang-nhap" in answer["Location"]
