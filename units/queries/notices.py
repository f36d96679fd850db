"""Notices for their reader, the choices about mail, the words Sở Nội vụ has written, and mail that did not go out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from units import notice_kinds
from units.models import MailState, Notice, NoticePreference, NoticeText, User
from units.notice_kinds import Kind

PAGE_SIZE = 30


@dataclass(frozen=True)
class Choice:
    """One kind of notice and whether the person has it by mail."""

    kind: Kind
    mail: bool


@dataclass(frozen=True)
class Words:
    """The subject and body in force for one kind; ``written`` is the row of Sở Nội vụ, None for the built-in words."""

    kind: Kind
    subject: str
    body: str
    written: NoticeText | None


def notices_of(user: User, page: str | int = 1) -> Page:
    """One page of a person's notices, newest first."""
    return Paginator(user.notices.order_by("-pk"), PAGE_SIZE).get_page(page)


def unread_notices(user: User) -> int:
    """How many notices a person has not read."""
    return _unread(user.pk).count()


def unread_count(user: Any) -> Coalesce:
    """The same number as a column, for a page that reads a row anyway."""
    rows = _unread(user.pk).order_by().values("user").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def _unread(user_id: int | OuterRef) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=user_id, read_at__isnull=True)


def choices_of(user: User) -> list[Choice]:
    """Every kind in the order of the table, with the person's choice or the default."""
    chosen = dict(user.notice_preferences.values_list("kind", "mail"))
    return [Choice(kind, chosen.get(kind.code, kind.by_mail)) for kind in notice_kinds.KINDS.values()]


def mail_choices(kind: str, user_ids: list[int]) -> dict[int, bool]:
    """What people have chosen about one kind; who has not chosen is absent."""
    rows = NoticePreference.objects.filter(kind=kind, user_id__in=user_ids)
    return dict(rows.values_list("user_id", "mail"))


def words_of(code: str) -> Words:
    """The words in force for one kind."""
    return _words(notice_kinds.KINDS[code], NoticeText.objects.select_related("updated_by").filter(kind=code).first())


def all_words() -> list[Words]:
    """The words in force for every kind, in the order of the table."""
    written = {row.kind: row for row in NoticeText.objects.select_related("updated_by")}
    return [_words(kind, written.get(kind.code)) for kind in notice_kinds.KINDS.values()]


def _words(kind: Kind, written: NoticeText | None) -> Words:
    if written is None:
        return Words(kind, str(kind.subject), str(kind.body), None)
    return Words(kind, written.subject, written.body, written)


def failed_mails(page: str | int = 1) -> Page:
    """Mail that did not go out after every attempt, newest first."""
    rows = Notice.objects.filter(mail=MailState.FAILED).select_related("user").order_by("-pk")
    return Paginator(rows, PAGE_SIZE).get_page(page)


def mail_counts() -> dict[str, int]:
    """How many notices wait for their mail and how many failed."""
    rows = Notice.objects.filter(mail__in=[MailState.WAITING, MailState.FAILED]).order_by()
    return dict(rows.values_list("mail").annotate(Count("pk")))
