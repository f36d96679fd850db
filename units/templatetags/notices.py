"""How a notice is named and what became of its mail, in words."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from parindex.templatetags.components import mark
from parindex.templatetags.numbers import vndatetime
from units import notice_kinds
from units.models import MailState, Notice

register = template.Library()


@register.filter
def kind_label(notice: Notice) -> str:
    """The name of the notice's kind; empty for one without a kind."""
    return notice_kinds.label_of(notice.kind)


@register.simple_tag
def mail_state(notice: Notice) -> SafeString:
    """What became of the mail: sent and when, waiting, failed and why, or none."""
    if notice.mail == MailState.SENT:
        return mark("ok", _("đã gửi thư %(at)s") % {"at": vndatetime(notice.mailed_at)})
    if notice.mail == MailState.FAILED:
        return mark("bad", _("không gửi được: %(reason)s") % {"reason": notice.mail_error})
    if notice.mail == MailState.WAITING:
        return mark("warn" if notice.mail_error else "", _("chưa gửi được, sẽ thử lại") if notice.mail_error else _("chờ gửi thư"), "clock")
    return mark("", _("chỉ trong cổng"))
