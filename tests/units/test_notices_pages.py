"""The pages about notices."""

from __future__ import annotations

import pytest
from django.urls import reverse

from parindex.models import AuditEvent
from tests import build
from units.actions import change_notice_text, notify
from units.models import MailState, Notice, NoticeText, User

pytestmark = pytest.mark.django_db

LIST, WAYS, TEXTS = (reverse(f"units:{name}") for name in ("notices", "notice_ways", "notice_texts"))
FAILURES, AGAIN = reverse("units:mail_failures"), reverse("units:mail_again")
TEXT, RESTORE = (reverse(f"units:{name}", args=["returned"]) for name in ("notice_text", "notice_text_restore"))
VALUES = {"don_vi": "Sở Y tế", "nam": "2024", "ly_do": "Thiếu phụ lục", "han_nop": "17:00 ngày 30/11/2024"}


def page(client, url: str, **data) -> str:
    response = client.get(url, data)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def an(client) -> User:
    person = build.user("an", email="an@example.vn")
    client.force_login(person)
    return person


# --- Mine ------------------------------------------------------------------------------------------


def test_the_list_says_what_is_new_and_what_became_of_the_mail(client, an):
    for state in MailState.values:
        Notice.objects.create(
            user=an, kind="returned", text=f"Tin {state}", body="Toàn bộ lời", created_at=build.NOW, mail=state,
            mailed_at=build.NOW, mail_error="hộp thư đầy" if state == "failed" else "",
        )  # fmt: skip
    shown = page(client, LIST)
    assert "4 thông báo chưa đọc" in shown
    assert "Hồ sơ bị trả lại" in shown
    for words in ("chỉ trong cổng", "chờ gửi thư", "đã gửi thư 09:00, 20/11/2024", "không gửi được: hộp thư đầy", "Toàn bộ lời"):
        assert words in shown
    assert '4<span class="visually-hidden"> thông báo mới</span>' in shown


def test_opening_one_marks_it_and_leads_on(client, an):
    notify(users=[an], text="Việc một", url="/lam-viec/tai-khoan/cua-toi/")
    notify(users=[an], text="Việc hai", url="//ai-do.example/")
    second, first = Notice.objects.all()

    assert client.post(reverse("units:notice_read", args=[first.pk])).headers["Location"] == first.url
    assert an.notices.filter(read_at__isnull=True).get() == second
    answer = client.post(reverse("units:notice_read", args=[second.pk]), {"stay": "1", "trang": "2"})
    assert answer.headers["Location"] == f"{LIST}?trang=2"
    assert "Không có thông báo chưa đọc" in page(client, LIST)


def test_somebody_elses_notice_is_not_there(client, an):
    notify(users=[build.user("binh")], text="Việc")
    assert client.post(reverse("units:notice_read", args=[Notice.objects.get().pk])).status_code == 404


def test_many_notices_come_in_pages_and_none_has_its_sentence(client, an):
    assert "Chưa có thông báo" in page(client, LIST)
    for number in range(31):
        notify(users=[an], text=f"Việc số {number}.")
    assert "Việc số 0." not in page(client, LIST)
    assert "Việc số 0." in page(client, LIST, trang=2)
    assert "Việc số 30." in page(client, LIST, trang="x'")


# --- How I want them -------------------------------------------------------------------------------


def test_each_kind_is_chosen_by_itself(client, an):
    shown = page(client, WAYS)
    assert "an@example.vn" in shown
    assert 'id="mail-returned" checked' in shown
    assert 'id="mail-upload_refused" checked' not in shown

    assert client.post(WAYS, {"mail": ["upload_refused", "<script>"]}).headers["Location"] == WAYS
    client.post(WAYS, {"mail": ["upload_refused", "<script>"]})

    shown = page(client, WAYS)
    assert 'id="mail-upload_refused" checked' in shown
    assert 'id="mail-returned" checked' not in shown


def test_the_address_is_mine_to_change_and_logged(client, an):
    url = reverse("units:own_email")
    assert client.post(url, {"email": "khong phai"}).context["form"].errors.keys() == {"email"}
    assert User.objects.get().email == "an@example.vn"
    assert client.post(url, {"email": " an.lo@example.vn "}).headers["Location"] == reverse("units:me")
    assert User.objects.get().email == "an.lo@example.vn"
    assert AuditEvent.objects.get().action == "account.changed"
    client.post(url, {"email": ""})
    assert "Bạn chưa có địa chỉ thư." in page(client, WAYS)
    assert "Chưa có địa chỉ thư" in page(client, reverse("units:me"))


def test_without_a_mail_server_the_page_says_so(client, an, settings):
    settings.MAIL_ENABLED = False
    assert "Cổng chưa nối máy chủ thư." in page(client, WAYS)


# --- The words -------------------------------------------------------------------------------------


@pytest.fixture
def manager(client) -> User:
    person = build.index_manager(username="quanly")
    client.force_login(person)
    return person


def test_the_manager_previews_writes_and_restores(client, manager):
    assert "mẫu gốc" in page(client, TEXTS)
    shown = page(client, TEXT)
    assert "{ly_do}" in shown
    assert "Phụ lục số liệu chưa khớp báo cáo năm." in shown  # the sample, in the preview

    words = {"subject": "Sửa hồ sơ {don_vi}", "body": "Vì: {ly_do}"}
    tried = client.post(TEXT, words | {"preview": "1"}).content.decode()
    assert "Sửa hồ sơ Sở Xây dựng" in tried
    assert "Bản đang viết, chưa ghi" in tried
    assert not NoticeText.objects.exists()

    assert client.post(TEXT, words).headers["Location"] == TEXT
    assert "quanly sửa lúc" in page(client, TEXT)
    assert "đã sửa" in page(client, TEXTS)
    assert client.post(RESTORE).headers["Location"] == TEXT
    assert "Đang dùng mẫu gốc." in page(client, TEXT)


@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_an_unknown_place_is_named_before_and_at_saving(client, manager, preview):
    answer = client.post(TEXT, {"subject": "Sửa {diem}", "body": "Vì"} | preview)
    assert answer.status_code == (200 if preview else 422)
    assert "Không có chỗ điền {diem} trong loại thông báo này." in answer.content.decode()
    assert not NoticeText.objects.exists()


def test_markup_in_words_stays_text(client, manager):
    change_notice_text(kind="returned", subject="<b>Sửa</b>", body="<script>alert(1)</script>", by=manager)
    notify(users=[manager], kind="returned", values=VALUES)
    for url in (TEXTS, TEXT, LIST):
        shown = page(client, url)
        assert "<b>Sửa</b>" not in shown
        assert "<script>alert" not in shown


def test_an_unknown_kind_is_not_there(client, manager):
    assert client.get(reverse("units:notice_text", args=["khong-co"])).status_code == 404
    assert client.post(reverse("units:notice_text_restore", args=["khong-co"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_words_costs_the_same(client, manager, django_assert_num_queries, count):
    for kind in ("returned", "sent_back", "extended")[:count]:
        change_notice_text(kind=kind, subject="Tin", body="Lời", by=manager)
    with django_assert_num_queries(6):
        client.get(TEXTS)


# --- Mail that did not go out ----------------------------------------------------------------------


def test_the_administrator_sees_why_and_sends_again(client):
    people = [build.user(f"nguoi-{number}", email=f"n{number}@example.vn") for number in range(3)]
    notify(users=people, kind="returned", values=VALUES)
    Notice.objects.update(mail=MailState.FAILED, mail_attempts=5, mail_error="550 No such user", mailed_at=build.NOW)
    client.force_login(build.user_with_role("administrator"))

    shown = page(client, FAILURES)
    assert "3 thư không gửi được" in shown
    assert "550 No such user" in shown
    assert "thử 5 lần" in shown

    client.post(AGAIN, {"notice": Notice.objects.first().pk})
    assert "2 thư không gửi được" in page(client, FAILURES)
    client.post(AGAIN)
    assert "Không có thư nào bị kẹt" in page(client, FAILURES)
    assert Notice.objects.filter(mail=MailState.WAITING, mail_attempts=0).count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_failures_costs_the_same(client, django_assert_num_queries, count):
    for number in range(count):
        Notice.objects.create(user=build.user(f"n{number}"), text="Tin", created_at=build.NOW, mail=MailState.FAILED)
    client.force_login(build.user_with_role("administrator"))
    with django_assert_num_queries(8):
        client.get(FAILURES)
