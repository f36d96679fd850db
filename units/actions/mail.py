"""The mail that goes with notices: sent by a worker, never inside the act that caused it.

The notice itself is the row of work (ADR "Mail is a state of a notice"): ``mail`` says where it stands,
``mail_attempts`` how often it was tried, ``mailed_at`` when it was tried last or, once sent, when it went out.

An attempt is claimed by a conditional update and committed before the server is spoken to, so two workers
never send the same notice, and a killed worker's notice is not tried again before its pause is over. What
remains: a worker that dies between the server's "accepted" and the mark ``sent`` leaves a notice that
is tried again after the pause, and the person gets it twice. Both copies carry the same
``Message-ID``, by which most mail servers and readers drop the second.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from parindex import clock, text
from parindex.models import Installation
from units.models import MailState, Notice

log = logging.getLogger("parindex.mail")

TASK = "units.send_mail"
#: Pause after each failed attempt; the fifth is the last. Longer than ``EMAIL_TIMEOUT``, so that a
#: slow attempt is over before the next may begin.
PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
MOST_ATTEMPTS = len(PAUSES) + 1
#: Mails of one wake, and of one connection.
MOST_PER_RUN, MOST_PER_CONNECTION = 500, 20
MOST_ERROR = 300


def wake_mail() -> None:
    """Ask a worker to send what waits. A silent broker is no error: beat asks again every minute."""
    try:
        current_app.send_task(TASK, retry=False, ignore_result=True)
    except Exception:
        log.warning("broker did not answer; waiting mail goes with the next beat", exc_info=True)


def send_waiting_mail(now: datetime | None = None) -> int:
    """Send the mail of every notice whose time has come; returns how many went out.

    ``now`` stands still for tests. Two runs at once share the work; neither sends what the other has claimed.
    """
    at = now or clock.now()
    _give_up_silent(at)
    due = list(_due(at).order_by("pk").values_list("pk", flat=True)[:MOST_PER_RUN])
    sent = 0
    for first in range(0, len(due), MOST_PER_CONNECTION):
        some = due[first : first + MOST_PER_CONNECTION]
        connection = get_connection(fail_silently=False)
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            # Whatever waits would meet the same closed door: one attempt is counted for all of it.
            log.warning("mail server does not answer: %s", error)
            _door_closed(due[first:], _reason(error), at)
            break
        try:
            sent += sum(_send(pk, connection, now) for pk in some)
        finally:
            _hang_up(connection)
    return sent


def _due(at: datetime) -> QuerySet[Notice]:
    rested = Q(mail_attempts=0)
    for attempts, pause in enumerate(PAUSES, start=1):
        rested |= Q(mail_attempts=attempts, mailed_at__lte=at - pause)
    return Notice.objects.filter(rested, mail=MailState.WAITING)


def _send(pk: int, connection: Any, now: datetime | None) -> bool:
    """Claim one attempt, send, mark; False when somebody else has it or it did not go out."""
    at = now or clock.now()
    if _due(at).filter(pk=pk).update(mail_attempts=F("mail_attempts") + 1, mailed_at=at) != 1:
        return False
    notice = Notice.objects.select_related("user").get(pk=pk)
    if not notice.user.is_active or not notice.user.email:
        _mark(notice, MailState.NONE, "", at)
        return False
    try:
        message_of(notice, connection).send()
    except Exception as error:  # whatever a server or a strange address brings up: said to the administrator
        log.warning("mail of notice %s did not go out (attempt %s): %s", pk, notice.mail_attempts, error)
        last = notice.mail_attempts >= MOST_ATTEMPTS or _final(error)
        _mark(notice, MailState.FAILED if last else MailState.WAITING, _reason(error), at)
        _hang_up(connection)  # it may be broken; the next mail opens it anew
        return False
    _mark(notice, MailState.SENT, "", now or clock.now())
    return True


def _hang_up(connection: Any) -> None:
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def _mark(notice: Notice, state: str, error: str, at: datetime) -> None:
    """Write what became of the attempt this worker claimed, and of no other."""
    claimed = Notice.objects.filter(pk=notice.pk, mail=MailState.WAITING, mail_attempts=notice.mail_attempts)
    claimed.update(mail=state, mail_error=error, mailed_at=at)


def _door_closed(ids: list[int], reason: str, at: datetime) -> None:
    """Count one attempt for each of these; after the fifth they have failed."""
    mine = _due(at).filter(pk__in=ids)
    mine.filter(mail_attempts__gte=MOST_ATTEMPTS - 1).update(
        mail=MailState.FAILED, mail_attempts=F("mail_attempts") + 1, mailed_at=at, mail_error=reason
    )
    mine.update(mail_attempts=F("mail_attempts") + 1, mailed_at=at, mail_error=reason)


def _give_up_silent(at: datetime) -> None:
    """A worker that died in the last attempt said nothing: after the longest pause that is a failure."""
    silent = Notice.objects.filter(
        mail=MailState.WAITING, mail_attempts__gte=MOST_ATTEMPTS, mailed_at__lte=at - PAUSES[-1]
    )
    silent.update(mail=MailState.FAILED, mail_error=_("Máy dừng giữa lần gửi cuối, không rõ thư đã đi chưa."))


def _final(error: Exception) -> bool:
    """Whether the server has said that trying again is of no use: an address that does not exist."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _words in error.recipients.values())


def _reason(error: Exception) -> str:
    """The sentence for the administrator, in one line with what the server said."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = _("Máy chủ thư không nhận địa chỉ này: %(said)s")
        error_words = "; ".join(_said(pair) for pair in error.recipients.values())
    elif isinstance(error, smtplib.SMTPAuthenticationError):
        words, error_words = _("Máy chủ thư không nhận tên và mật khẩu của cổng: %(said)s"), _said(error.args)
    elif isinstance(error, smtplib.SMTPException):
        words, error_words = _("Máy chủ thư từ chối: %(said)s"), _said(error.args)
    elif isinstance(error, OSError):
        words, error_words = _("Không nối được máy chủ thư: %(said)s"), str(error)
    else:
        words, error_words = _("Không soạn được thư: %(said)s"), str(error)
    return text.clean_line(words % {"said": error_words})[:MOST_ERROR]


def _said(parts: object) -> str:
    listed = parts if isinstance(parts, tuple | list) else (parts,)
    return " ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in listed)


def message_of(notice: Notice, connection: Any = None) -> EmailMessage:
    """The mail of a notice: plain text, one address, the same ``Message-ID`` at every attempt."""
    site = Installation.objects.first() or Installation()
    subject = text.clean_line(notice.text)
    if site.demonstration:
        subject = _("[Dữ liệu minh họa] %(subject)s") % {"subject": subject}
    host = urlsplit(settings.BASE_URL).hostname or "parindex.invalid"
    return EmailMessage(
        subject=subject,
        body="\n".join(_lines(notice, site)),
        to=[notice.user.email],
        connection=connection,
        headers={
            "Message-ID": f"<notice-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _lines(notice: Notice, site: Installation) -> Iterator[str]:
    yield text.clean_text(notice.body) or text.clean_line(notice.text)
    if notice.url:
        yield ""
        yield _("Mở trang: %(url)s") % {"url": f"{settings.BASE_URL}{notice.url}"}
    yield ""
    yield "-- "
    yield _("Chỉ số CCHC tỉnh %(province)s") % {"province": site.province}
    yield _("Thư này máy gửi tự động, không cần trả lời. Chọn loại thư muốn nhận: %(url)s") % {
        "url": f"{settings.BASE_URL}/lam-viec/thong-bao/cach-nhan/"
    }
    if site.demonstration:
        yield _("Đây là dữ liệu minh họa, không phải số liệu thật.")
