"""Mail of notices: once, in time, retried, and never in the way of an act."""

from __future__ import annotations

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from parindex.decisions import Refused
from parindex.models import AuditEvent, Installation
from tests import build
from units.actions import mail as mailing
from units.actions import notify, send_mail_again, send_waiting_mail
from units.models import MailState, Notice

pytestmark = pytest.mark.django_db

NOW = build.NOW
VALUES = {"don_vi": "Sở Y tế", "nam": "2024", "ly_do": "Thiếu phụ lục", "han_nop": "17:00 ngày 30/11/2024"}


def told(username: str = "an", **fields) -> Notice:
    person = build.user(username, full_name="Lò Văn An", email=f"{username}@example.vn", **fields)
    notify(users=[person], kind="returned", values=VALUES, url="/lam-viec/ho-so/7/", now=NOW)
    return Notice.objects.latest("pk")


class Server:
    """A mail server that answers as told; counts what reached it."""

    def __init__(self, monkeypatch, opens: Exception | None = None, says: Exception | None = None) -> None:
        self.opens, self.says, self.got = opens, says, []
        monkeypatch.setattr(mailing, "get_connection", lambda **options: self)

    def open(self) -> None:
        if self.opens:
            raise self.opens

    def close(self) -> None:
        pass

    def send_messages(self, messages) -> int:
        self.got += messages
        if self.says:
            raise self.says
        return len(messages)


def test_a_waiting_notice_is_sent_once(settings):
    settings.BASE_URL, settings.DEFAULT_FROM_EMAIL = "https://cchc.example.vn", "cchc@example.vn"
    notice = told()

    assert [send_waiting_mail(NOW), send_waiting_mail(NOW), send_waiting_mail(NOW + timedelta(days=1))] == [1, 0, 0]

    sent = mail.outbox[0]
    assert len(mail.outbox) == 1
    assert (sent.subject, sent.to, sent.from_email) == (notice.text, ["an@example.vn"], "cchc@example.vn")
    assert sent.body.startswith(notice.body)
    assert "Mở trang: https://cchc.example.vn/lam-viec/ho-so/7/\n" in sent.body
    assert "Chỉ số CCHC tỉnh Sơn La" in sent.body
    raw = sent.message()
    assert raw.get_content_type() == "text/plain"
    assert raw["Message-ID"].endswith("@cchc.example.vn>")
    notice.refresh_from_db()
    assert (notice.mail, notice.mailed_at, notice.mail_error) == (MailState.SENT, NOW, "")


def test_a_demonstration_says_so_in_the_subject_and_links_may_have_no_host(settings):
    settings.BASE_URL = ""
    Installation.objects.update_or_create(only=True, defaults={"demonstration": True, "province": "Lai Châu"})
    notice = told()

    send_waiting_mail(NOW)

    assert mail.outbox[0].subject == f"[Dữ liệu minh họa] {notice.text}"
    assert "Mở trang: /lam-viec/ho-so/7/\n" in mail.outbox[0].body
    assert "Chỉ số CCHC tỉnh Lai Châu" in mail.outbox[0].body


def test_line_breaks_reach_no_header():
    notice = told()
    Notice.objects.filter(pk=notice.pk).update(text="Trả lại\r\nBcc: ai@do.vn")

    send_waiting_mail(NOW)

    raw = mail.outbox[0].message()
    assert raw["Bcc"] is None
    assert "\n" not in mail.outbox[0].subject


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_whoever_has_gone_meanwhile_gets_no_mail(change):
    notice = told()
    type(notice.user).objects.filter(pk=notice.user_id).update(**change)

    assert send_waiting_mail(NOW) == 0

    notice.refresh_from_db()
    assert (notice.mail, mail.outbox) == (MailState.NONE, [])


def test_a_refusal_is_tried_five_times_with_growing_pauses_then_told(monkeypatch):
    notice, server = told(), Server(monkeypatch, says=smtplib.SMTPDataError(451, "hộp thư đầy".encode()))
    at = NOW

    for pause in mailing.PAUSES:
        send_waiting_mail(at)
        tries = len(server.got)
        send_waiting_mail(at + pause - timedelta(seconds=1))
        assert len(server.got) == tries
        at += pause
    send_waiting_mail(at)
    send_waiting_mail(at + timedelta(days=1))

    notice.refresh_from_db()
    assert (len(server.got), notice.mail, notice.mail_attempts) == (5, MailState.FAILED, 5)
    assert notice.mail_error == "Máy chủ thư từ chối: 451 hộp thư đầy"


def test_an_address_that_does_not_exist_fails_at_once_and_others_go_out(monkeypatch):
    first, second = told("an"), told("binh")
    server = Server(monkeypatch)

    def send(messages):
        if messages[0].to == ["an@example.vn"]:
            raise smtplib.SMTPRecipientsRefused({"an@example.vn": (550, b"No such user")})
        server.got += messages
        return 1

    server.send_messages = send

    assert send_waiting_mail(NOW) == 1

    first.refresh_from_db(), second.refresh_from_db()
    assert (first.mail, second.mail) == (MailState.FAILED, MailState.SENT)
    assert first.mail_error == "Máy chủ thư không nhận địa chỉ này: 550 No such user"


def test_a_closed_door_counts_one_attempt_for_everything_that_waits(monkeypatch):
    notices = [told(name) for name in ("an", "binh", "chi")]
    server = Server(monkeypatch, opens=ConnectionRefusedError(111, "Connection refused"))
    at = NOW

    send_waiting_mail(at)
    assert set(Notice.objects.values_list("mail", "mail_attempts")) == {(MailState.WAITING, 1)}
    for pause in mailing.PAUSES:
        at += pause
        send_waiting_mail(at)

    assert set(Notice.objects.values_list("mail", "mail_attempts")) == {(MailState.FAILED, 5)}
    assert "Không nối được máy chủ thư" in Notice.objects.first().mail_error
    server.opens = None
    admin = build.user_with_role("administrator")
    assert send_mail_again(by=admin, notice_id=notices[0].pk) == 1
    assert send_mail_again(by=admin, notice_id=notices[0].pk) == 0
    assert send_mail_again(by=admin) == 2
    assert send_waiting_mail(at) == 3
    assert AuditEvent.objects.filter(action="notice.mail_again").count() == 2


def test_mail_again_is_for_the_administrator_and_never_sends_what_was_sent():
    told()
    send_waiting_mail(NOW)
    with pytest.raises(Refused):
        send_mail_again(by=build.index_manager())
    assert send_mail_again(by=build.user_with_role("administrator")) == 0


def test_a_worker_killed_while_sending_is_followed_only_after_the_pause(monkeypatch):
    notice, server = told(), Server(monkeypatch, says=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        send_waiting_mail(NOW)
    server.says = None

    assert send_waiting_mail(NOW + timedelta(seconds=90)) == 0
    assert send_waiting_mail(NOW + mailing.PAUSES[0]) == 1
    notice.refresh_from_db()
    assert notice.mail == MailState.SENT
    assert server.got[0].extra_headers["Message-ID"] == server.got[1].extra_headers["Message-ID"]


def test_a_worker_killed_in_the_last_attempt_leaves_a_failure():
    notice = told()
    Notice.objects.update(mail_attempts=5, mailed_at=NOW)

    send_waiting_mail(NOW + mailing.PAUSES[-1])

    notice.refresh_from_db()
    assert (notice.mail, mail.outbox) == (MailState.FAILED, [])


def test_the_act_is_done_when_broker_and_server_are_silent(monkeypatch, django_capture_on_commit_callbacks):
    def silent(*args, **options):
        raise OSError("no broker")

    monkeypatch.setattr(mailing.current_app, "send_task", silent)
    with django_capture_on_commit_callbacks(execute=True) as called:
        notice = told()
    assert (len(called), notice.mail) == (1, MailState.WAITING)


def test_nothing_is_sent_when_the_act_is_undone(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as called, transaction.atomic():
        told()
        transaction.set_rollback(True)
    assert (called, Notice.objects.count()) == ([], 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_notice_once(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("two writers at once need PostgreSQL")
    for number in range(30):
        told(f"nguoi-{number}")
    server = Server(monkeypatch)
    start = threading.Barrier(3)

    def work():
        start.wait()
        send_waiting_mail()
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(message.to[0] for message in server.got) == sorted(f"nguoi-{number}@example.vn" for number in range(30))
    assert set(Notice.objects.values_list("mail", "mail_attempts")) == {(MailState.SENT, 1)}
