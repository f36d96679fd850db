"""What browsers may keep of private pages: nothing."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from parindex.middleware import PrivatePagesMiddleware
from tests import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/lam-viec/", "/lam-viec/thanh-phan/", "/lam-viec/tai-khoan/cua-toi/", "/lam-viec/khong-co/", "/doi-mat-khau/xong/"]
)
def test_no_working_page_is_kept(client, address):
    client.force_login(build.clerk(build.unit()))

    rules = client.get(address).headers["Cache-Control"]

    assert "no-store" in rules
    assert "private" in rules


@pytest.mark.parametrize("address", ["/dang-nhap/", "/lam-viec/"])
def test_nor_a_page_for_strangers(client, address):
    assert "no-store" in client.get(address).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "own", "rules"),
    [
        ("/lam-viec/tep.xlsx", "private, no-cache", "private, no-cache"),
        ("/lam-viec/", None, "private, no-store"),
        ("/2024/", None, None),
    ],
)
def test_what_an_answer_says_itself_stays(address, own, rules):
    given = HttpResponse(headers={"Cache-Control": own} if own else {})

    answered = PrivatePagesMiddleware(lambda _request: given)(RequestFactory().get(address))

    assert answered.headers.get("Cache-Control") == rules
