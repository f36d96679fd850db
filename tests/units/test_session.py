"""Logging in and out, the pause after wrong tries, and passwords."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from parindex.models import AuditEvent
from tests import build
from units.actions import notify
from units.models import User

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "mat-khau-cua-toi-2024", "mat-khau-moi-2025-x"
LOGIN, CHANGE = reverse("login"), reverse("password_change")


def log_in(client: Client, username: str = "an", password: str = PASSWORD, address: str = "10.0.0.1"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def an() -> User:
    return build.user("an", password=PASSWORD)


def test_addresses_are_those_of_the_contract():
    assert (LOGIN, reverse("logout"), CHANGE) == ("/dang-nhap/", "/dang-xuat/", "/doi-mat-khau/")


def test_a_person_logs_in_and_out(client, an):
    assert log_in(client).headers["Location"] == "/lam-viec/"
    assert client.get(reverse("units:me")).status_code == 200

    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("units:me")).status_code == 302


def test_a_wrong_password_says_how_many_tries_are_left(client, an):
    log_in(client, password="sai")

    page = log_in(client, password="sai").content.decode()

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng. Còn 3 lần thử trước khi tạm khóa 15 phút." in page


def test_an_unknown_name_and_a_closed_account_read_the_same(client, an):
    build.user("binh", password=PASSWORD, is_active=False)

    pages = [log_in(client, name, "sai" if name == "an" else PASSWORD) for name in ("an", "khong-co", "binh")]

    sentences = {page.context["form"].non_field_errors()[0] for page in pages}
    assert sentences == {"Tên đăng nhập hoặc mật khẩu chưa đúng. Còn 4 lần thử trước khi tạm khóa 15 phút."}


def test_the_fifth_wrong_try_pauses_this_account_at_this_address_only(client, an):
    build.user("binh", password=PASSWORD)
    for _try in range(4):
        assert log_in(client, password="sai").status_code == 200

    locked = log_in(client, password="sai")

    assert locked.status_code == 429
    assert "Đợi 15 phút rồi thử lại" in locked.content.decode()
    assert log_in(client).status_code == 429, "also with the right password"
    assert log_in(Client(), address="10.0.0.2").status_code == 302, "another address is not locked"
    assert log_in(Client(), "binh").status_code == 302, "a colleague is not locked"


def test_a_one_time_password_must_be_changed_first(client, an):
    an.must_change_password = True
    an.save(update_fields=["must_change_password"])
    log_in(client)

    for name in ("units:me", "units:list", "units:notices"):
        assert client.get(reverse(name)).headers["Location"] == CHANGE
    assert client.get(CHANGE).status_code == 200

    response = client.post(CHANGE, {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER})

    assert response.headers["Location"] == reverse("password_change_done")
    assert client.get(reverse("units:me")).status_code == 200
    an.refresh_from_db()
    assert (an.must_change_password, an.check_password(OTHER)) == (False, True)
    assert AuditEvent.objects.get().action == "account.password_changed"


def test_a_new_password_ends_the_other_sessions(client, an):
    elsewhere = Client()
    log_in(client)
    log_in(elsewhere)

    client.post(CHANGE, {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER})

    assert client.get(reverse("units:me")).status_code == 200
    assert elsewhere.get(reverse("units:me")).status_code == 302


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old_password": "sai"}, "Mật khẩu đang dùng chưa đúng. Nhập lại."),
        ({"new_password2": "khac-hẳn-2025"}, "Hai lần nhập mật khẩu mới không giống nhau."),
        (
            {"new_password1": PASSWORD, "new_password2": PASSWORD},
            "Mật khẩu mới phải khác mật khẩu đang dùng.",
        ),
    ],
)
def test_a_password_that_does_not_do_is_explained(client, an, given, said):
    log_in(client)
    fields = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER, **given}

    response = client.post(CHANGE, fields)

    assert said in response.content.decode()
    an.refresh_from_db()
    assert an.check_password(PASSWORD)


def test_a_person_logs_out_everywhere_else(client, an):
    build.user("binh", password=PASSWORD)
    elsewhere, colleague = Client(), Client()
    log_in(client)
    log_in(elsewhere)
    log_in(colleague, "binh")

    client.post(reverse("units:end_other_sessions"))

    assert client.get(reverse("units:me")).status_code == 200
    assert elsewhere.get(reverse("units:me")).status_code == 302
    assert colleague.get(reverse("units:me")).status_code == 200
    assert Session.objects.count() == 2


def test_a_closed_account_is_out_at_once(client, an):
    log_in(client)
    User.objects.filter(pk=an.pk).update(is_active=False)

    assert client.get(reverse("units:me")).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_notices_are_mine_alone_and_read_together(client, an, django_assert_num_queries, count):
    stranger = build.user("binh")
    for number in range(count):
        notify(users=[an, stranger], text=f"Việc {number}", url="/lam-viec/")
    client.force_login(an)

    with django_assert_num_queries(7):
        page = client.get(reverse("units:notices")).content.decode()
    assert f"{count} thông báo chưa đọc" in page

    client.post(reverse("units:notices_read"))
    assert an.notices.filter(read_at__isnull=True).count() == 0
    assert stranger.notices.filter(read_at__isnull=True).count() == count
