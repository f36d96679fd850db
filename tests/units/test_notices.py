"""Notices: their words, once per person, who wants them by mail, and what Sở Nội vụ may write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parindex.decisions import Refused
from parindex.models import AuditEvent
from tests import build
from units import notice_kinds
from units.actions import (
    Letter,
    change_notice_text,
    choose_mail,
    mark_notice_read,
    notify,
    notify_each,
    restore_notice_text,
)
from units.models import MailState, Notice, NoticeText
from units.notice_kinds import KINDS
from units.queries.notices import choices_of, words_of
from units.queries.people import people_of

VALUES = {"don_vi": "Sở Y tế", "nam": "2024", "ly_do": "Thiếu phụ lục", "han_nop": "17:00 ngày 30/11/2024"}


# --- Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_the_built_in_words_name_only_their_own_places(kind):
    assert notice_kinds.problems(kind, str(kind.subject)) == []
    assert notice_kinds.problems(kind, str(kind.body)) == []
    filled = notice_kinds.filled_text(str(kind.body), notice_kinds.samples(kind))
    assert not {"{", "–"} & set(filled)
    assert len(str(kind.subject)) <= notice_kinds.MOST_SUBJECT


def test_places_are_filled_once_and_reach_into_nothing():
    values = {"don_vi": "{ly_do}", "ly_do": "bí mật"}
    words = "{don_vi} {ly_do.__class__} {0} {ly_do!r} {nam}"
    assert notice_kinds.fill(words, values) == "{ly_do} {ly_do.__class__} – {ly_do!r} –"


def test_a_value_with_a_line_break_stays_in_the_subject_line():
    line = notice_kinds.filled_line("Trả lại: {ly_do}", {"ly_do": "một\r\nBcc: ai@do.vn"})
    assert line == "Trả lại: một Bcc: ai@do.vn"


@pytest.mark.parametrize("words", ["{ly_do.__class__}", "{khong_co}", "{0}", "{}", "{ly_do!r}", "{ LY_DO }", "{tep}"])
def test_a_place_the_kind_does_not_fill_is_named(words):
    found = notice_kinds.problems(KINDS["returned"], f"Trả lại {words}")
    assert len(found) == 1
    assert f"Không có chỗ điền {words} trong loại thông báo này" in found[0]


@pytest.mark.parametrize("words", ["{don_vi", "don_vi}", "{{don_vi}}", "{don_vi}}"])
def test_lone_braces_are_refused(words):
    assert any("phải đi đủ đôi" in sentence for sentence in notice_kinds.problems(KINDS["returned"], words))


# --- Telling ---------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_a_notice_carries_the_words_in_nfc_and_waits_for_its_mail():
    an = build.user("an", full_name="Lò Văn An", email="an@example.vn")

    told = notify(users=[an], kind="returned", values=VALUES | {"ly_do": "Thie\u0302\u0301u"}, url="/lam-viec/", now=build.NOW)

    notice = Notice.objects.get()
    assert (told, notice.kind, notice.mail, notice.created_at) == (1, "returned", MailState.WAITING, build.NOW)
    assert notice.text == "Hồ sơ năm 2024 của Sở Y tế bị trả lại"
    assert notice.body.startswith("Kính gửi Lò Văn An,\n\nHồ sơ tự đánh giá")
    assert "Lý do: Thiếu" in notice.body


@pytest.mark.parametrize(
    ("email", "chosen", "kind", "state"),
    [
        ("an@example.vn", None, "returned", MailState.WAITING),
        ("an@example.vn", None, "upload_refused", MailState.NONE),
        ("an@example.vn", ["upload_refused"], "upload_refused", MailState.WAITING),
        ("an@example.vn", ["upload_refused"], "returned", MailState.NONE),
        ("", ["returned"], "returned", MailState.NONE),
    ],
)
def test_mail_follows_the_choice_then_the_default_and_needs_an_address(email, chosen, kind, state):
    an = build.user("an", email=email)
    if chosen is not None:
        choose_mail(user=an, kinds=["khong-co", *chosen])
        assert {choice.kind.code for choice in choices_of(an) if choice.mail} == set(chosen)
    notify(users=[an], kind=kind, values=VALUES)
    assert Notice.objects.get().mail == state


def test_without_a_mail_server_nobody_is_promised_a_mail(settings):
    settings.MAIL_ENABLED = False
    notify(users=[build.user("an", email="an@example.vn")], kind="returned", values=VALUES)
    assert Notice.objects.get().mail == MailState.NONE


def test_a_key_makes_a_notice_once_per_person():
    an, binh = build.user("an"), build.user("binh")
    assert notify(users=[an], kind="returned", values=VALUES, key="k1") == 1
    assert notify(users=[an, binh], kind="returned", values=VALUES, key="k1") == 1
    assert notify(users=[an], kind="returned", values=VALUES, key="k2") == 1
    assert sorted(Notice.objects.values_list("user__username", "key")) == [("an", "k1"), ("an", "k2"), ("binh", "k1")]


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_the_same_for_one_and_three(django_assert_num_queries, count):
    letters = [Letter(build.user(email="a@example.vn"), VALUES, "/lam-viec/", "k") for _number in range(count)]
    with django_assert_num_queries(6):  # words, choices, savepoint, keys, rows, release
        notify_each(letters, kind="returned")


def test_people_of_a_unit_are_those_with_a_role_that_day():
    unit, other, day = build.unit(), build.unit(), build.NOW.date()
    clerk, head = build.clerk(unit), build.head_of(unit)
    build.clerk(unit, valid_to=day - timedelta(days=1))
    build.clerk(unit, valid_from=day + timedelta(days=1))
    build.appraiser(unit)
    closed = build.clerk(unit)
    closed.is_active = False
    closed.save()

    found = people_of([unit.pk, other.pk], ("clerk", "head"), day)

    assert (found[unit.pk], found[other.pk]) == ([clerk, head], [])


def test_an_ended_unit_is_told_through_its_only_successor():
    day = build.NOW.date()
    old, split = (build.unit(valid_to=day - timedelta(days=1)) for _number in range(2))
    new, left, right = build.unit(), build.unit(), build.unit()
    build.succession(old, new)
    build.succession(split, left)
    build.succession(split, right)
    clerk = build.clerk(new)
    build.clerk(left)

    assert people_of([old.pk, split.pk], ("clerk",), day) == {old.pk: [clerk], split.pk: []}


# --- Reading ---------------------------------------------------------------------------------------


def test_reading_is_for_the_own_notice_and_keeps_the_first_moment():
    an, binh = build.user("an"), build.user("binh")
    notify(users=[an], text="Việc", now=build.NOW)
    notice = Notice.objects.get()

    with pytest.raises(Refused) as caught:
        mark_notice_read(user=binh, notice_id=notice.pk)
    assert caught.value.decision.hidden
    mark_notice_read(user=an, notice_id=notice.pk, now=build.NOW)
    mark_notice_read(user=an, notice_id=notice.pk, now=build.NOW + timedelta(hours=1))

    notice.refresh_from_db()
    assert notice.read_at == build.NOW


# --- Words of Sở Nội vụ ----------------------------------------------------------------------------


def test_the_manager_writes_words_and_goes_back_to_the_built_in_ones():
    manager, an = build.index_manager(), build.user("an")

    change_notice_text(kind="returned", subject="Trả lại {don_vi}", body="Sửa: {ly_do}", by=manager, now=build.NOW)
    notify(users=[an], kind="returned", values=VALUES)
    assert (Notice.objects.get().text, Notice.objects.get().body) == ("Trả lại Sở Y tế", "Sửa: Thiếu phụ lục")

    restore_notice_text(kind="returned", by=manager)
    restore_notice_text(kind="returned", by=manager)
    assert words_of("returned").written is None
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "actor"))
    assert actions == [("notice_text.changed", manager.username), ("notice_text.restored", manager.username)]


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("Trả lại {khong_co}", "Sửa", "place"),
        ("Trả lại", "Sửa {ly_do.__init__}", "place"),
        ("Trả lại", " \n ", "empty"),
        ("Trả lại" * 40, "Sửa", "long"),
    ],
)
def test_faulty_words_are_refused_and_nothing_is_written(subject, body, code):
    with pytest.raises(Refused) as caught:
        change_notice_text(kind="returned", subject=subject, body=body, by=build.index_manager())
    assert caught.value.code == code
    assert (NoticeText.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_words_are_for_the_manager_alone():
    with pytest.raises(Refused) as caught:
        change_notice_text(kind="returned", subject="a", body="b", by=build.user_with_role("administrator"))
    assert caught.value.decision.hidden
