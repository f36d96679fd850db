"""Notices: short messages to one person about something that waits for them, in the portal and by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.decisions import Denied, Refused, refuse, require
from units import notice_kinds
from units.actions.mail import wake_mail
from units.models import MailState, Notice, NoticePreference, NoticeText, User
from units.notice_kinds import Kind
from units.permissions import may_edit_notice_texts, may_mend_mail
from units.queries.notices import mail_choices, words_of

MOST_LINE, MOST_URL, MOST_KEY = 300, 300, 150


@dataclass(frozen=True)
class Letter:
    """One notice to one person: what fills the words, where it leads, and what makes it unique for the person."""

    user: User
    values: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    key: str = ""


def notify(
    *,
    users: Iterable[User],
    kind: str = "",
    values: Mapping[str, str] | None = None,
    text: str = "",
    url: str = "",
    key: str = "",
    now: datetime | None = None,
) -> int:
    """Leave a notice for each person; returns how many are new.

    ``kind`` names the words in ``units.notice_kinds``, filled with ``values``; without a kind the ``text``
    stands alone and no mail goes with it. A ``key`` makes the notice once per person.
    """
    letters = [Letter(user, values or {}, url, key) for user in users]
    return notify_each(letters, kind=kind, now=now) if kind else _store([_plain(each, text) for each in letters], now)


def notify_each(letters: Iterable[Letter], *, kind: str, now: datetime | None = None) -> int:
    """Leave a notice of one kind for each letter, in a fixed number of statements; returns how many are new."""
    listed = list(letters)
    if not listed:
        return 0
    words = words_of(kind)
    chosen = mail_choices(kind, sorted({letter.user.pk for letter in listed}))
    rows = []
    for letter in listed:
        values = {"nguoi_nhan": letter.user.get_full_name(), **letter.values}
        wanted = settings.MAIL_ENABLED and letter.user.email and chosen.get(letter.user.pk, words.kind.by_mail)
        rows.append(
            Notice(
                user=letter.user,
                kind=kind,
                key=letter.key[:MOST_KEY],
                text=notice_kinds.filled_line(words.subject, values)[:MOST_LINE],
                body=notice_kinds.filled_text(words.body, values),
                url=letter.url[:MOST_URL],
                mail=MailState.WAITING if wanted else MailState.NONE,
            )
        )
    return _store(rows, now)


def _plain(letter: Letter, words: str) -> Notice:
    line = text.clean_line(words)[:MOST_LINE]
    return Notice(user=letter.user, text=line, url=letter.url[:MOST_URL], key=letter.key[:MOST_KEY])


@transaction.atomic
def _store(rows: list[Notice], now: datetime | None) -> int:
    """Write what is not there yet. Of two that write the same key at once the constraint keeps one."""
    at = now or clock.now()
    keyed = [row for row in rows if row.key]
    there = set()
    if keyed:
        asked = Notice.objects.filter(user__in={row.user_id for row in keyed}, key__in={row.key for row in keyed})
        there = set(asked.values_list("user_id", "key"))
    new = [row for row in rows if not row.key or (row.user_id, row.key) not in there]
    for row in new:
        row.created_at = at
    Notice.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    if any(row.mail == MailState.WAITING for row in new):
        transaction.on_commit(wake_mail)
    return len(new)


@transaction.atomic
def mark_notices_read(*, user: User, now: datetime | None = None) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    return Notice.objects.filter(user=user, read_at__isnull=True).update(read_at=now or clock.now())


@transaction.atomic
def mark_notice_read(*, user: User, notice_id: int, now: datetime | None = None) -> Notice:
    """Mark one notice of the person as read and return it; somebody else's is hidden."""
    notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id, user=user).first()
    if notice is None:
        raise Refused(Denied(_("Không tìm thấy."), code="hidden", hidden=True))
    if notice.read_at is None:
        notice.read_at = now or clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def choose_mail(*, user: User, kinds: Iterable[str]) -> None:
    """Write down which kinds a person wants by mail as well; the others stay in the portal alone."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    wanted = set(kinds)
    rows = [NoticePreference(user=user, kind=code, mail=code in wanted) for code in notice_kinds.KINDS]
    NoticePreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["mail"]
    )


@transaction.atomic
def change_notice_text(*, kind: str, subject: str, body: str, by: Any, now: datetime | None = None) -> NoticeText:
    """Write the words of one kind. Refused with a sentence for every place that the kind does not fill."""
    require(may_edit_notice_texts(by))
    known = _known(kind)
    line, body = text.clean_line(subject), text.clean_text(body)
    _refuse_faulty(known, line, body)
    at = now or clock.now()
    before = NoticeText.objects.select_for_update().filter(kind=kind).first()
    row, _made = NoticeText.objects.update_or_create(
        kind=kind, defaults={"subject": line, "body": body, "updated_at": at, "updated_by": by}
    )
    data = {"kind": kind, "before": _as_data(before), "after": _as_data(row)}
    audit.record("notice_text.changed", row, by=by, at=at, data=data)
    return row


@transaction.atomic
def restore_notice_text(*, kind: str, by: Any, now: datetime | None = None) -> None:
    """Go back to the built-in words of one kind; harmless when they stand already."""
    require(may_edit_notice_texts(by))
    _known(kind)
    row = NoticeText.objects.select_for_update().filter(kind=kind).first()
    if row is None:
        return
    data = {"kind": kind, "before": _as_data(row), "after": None}
    audit.record("notice_text.restored", row, by=by, at=now or clock.now(), data=data)
    row.delete()


@transaction.atomic
def send_mail_again(*, by: Any, notice_id: int | None = None, now: datetime | None = None) -> int:
    """Let mail that failed wait again, one notice's or all; returns how many. What was sent is never sent again."""
    require(may_mend_mail(by))
    failed = Notice.objects.filter(mail=MailState.FAILED)
    if notice_id is not None:
        failed = failed.filter(pk=notice_id)
    ids = list(failed.exclude(user__email="").order_by("pk").values_list("pk", flat=True))
    count = Notice.objects.filter(pk__in=ids, mail=MailState.FAILED).update(
        mail=MailState.WAITING, mail_attempts=0, mailed_at=None, mail_error=""
    )
    if count:
        subject = ("units.notice", notice_id or "all")
        audit.record("notice.mail_again", subject, by=by, at=now or clock.now(), data={"count": count})
        transaction.on_commit(wake_mail)
    return count


def _known(kind: str) -> Kind:
    found = notice_kinds.KINDS.get(kind)
    if found is None:
        raise Refused(Denied(_("Không tìm thấy."), code="hidden", hidden=True))
    return found


def _refuse_faulty(kind: Kind, subject: str, body: str) -> None:
    if not subject or not body:
        refuse(_("Ghi cả tiêu đề và nội dung, hoặc trả về mẫu gốc."), code="empty")
    if len(subject) > notice_kinds.MOST_SUBJECT or len(body) > notice_kinds.MOST_BODY:
        words = _("Tiêu đề dài nhất %(subject)d ký tự, nội dung dài nhất %(body)d ký tự. Rút gọn rồi ghi lại.")
        refuse(words % {"subject": notice_kinds.MOST_SUBJECT, "body": notice_kinds.MOST_BODY}, code="long")
    found = [*notice_kinds.problems(kind, subject), *notice_kinds.problems(kind, body)]
    if found:
        refuse(found[0], details=tuple(dict.fromkeys(found[1:])), code="place")


def _as_data(row: NoticeText | None) -> dict[str, str] | None:
    return None if row is None else {"subject": row.subject, "body": row.body}
