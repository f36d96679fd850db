"""Filters that write numbers, dates and times the official way.

An absent value is an en dash, never an empty place and never 0,00. Dates and times are
those of a clock in Vietnam.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parindex import clock
from parindex.numbers import NO_VALUE, shown

register = template.Library()

WEEKDAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)


def _absent(value: Any) -> bool:
    return value is None or value == ""


@register.filter
def points(value: Decimal | Fraction | int | None, digits: int = 2) -> str:
    """Points or another figure of a column: 1.234,50; absent is –. A float is refused."""
    return NO_VALUE if _absent(value) else shown(value, digits)


@register.filter
def percent(value: Decimal | Fraction | int | None, digits: int = 2) -> str:
    """A percentage with its sign: 89,38%; absent is –."""
    return NO_VALUE if _absent(value) else shown(value, digits) + "%"


@register.filter
def signed(value: Decimal | Fraction | int | None, digits: int = 2) -> str:
    """A change: +2,31, −0,51 (true minus), 0,00; absent is –."""
    return NO_VALUE if _absent(value) else shown(value, digits, signed=True)


@register.filter
def count(value: int | None) -> str:
    """A whole number: 1.234; absent is –."""
    return NO_VALUE if _absent(value) else shown(value, 0)


def _day(value: date | datetime) -> date:
    return clock.today(value) if isinstance(value, datetime) else value


@register.filter
def vndate(value: date | datetime | None) -> str:
    """The calendar day in Vietnam: 30/11/2024; absent is –."""
    return NO_VALUE if _absent(value) else _day(value).strftime("%d/%m/%Y")


@register.filter
def vntime(value: datetime | None) -> str:
    """The time of day in Vietnam: 14:03; absent is –."""
    return NO_VALUE if _absent(value) else clock.local(value).strftime("%H:%M")


@register.filter
def vndatetime(value: datetime | None) -> str:
    """Time and day: 08:00, 23/11/2024; absent is –."""
    return NO_VALUE if _absent(value) else f"{vntime(value)}, {vndate(value)}"


@register.filter
def vndeadline(value: datetime | None) -> str:
    """A deadline with its day of the week: 17:00, thứ Bảy 30/11/2024; absent is –."""
    if _absent(value):
        return NO_VALUE
    return f"{vntime(value)}, {WEEKDAYS[_day(value).weekday()]} {vndate(value)}"


@register.filter
def official_date(value: date | datetime | None) -> str:
    """The date line of an official paper (NĐ 30/2020): ngày 14 tháng 01 năm 2025.

    Days under 10 and the months 1 and 2 are written with a leading zero.
    """
    if _absent(value):
        return _("ngày … tháng … năm …")
    day = _day(value)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return _("ngày %(day)02d tháng %(month)s năm %(year)d") % {"day": day.day, "month": month, "year": day.year}


@register.filter
def isotime(value: date | datetime | None) -> str:
    """The value of a datetime attribute, in the time zone of Vietnam."""
    if _absent(value):
        return ""
    return clock.local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


@register.filter
def timeleft(deadline: datetime, now: datetime) -> str:
    """How long until the deadline, in the two largest units: 5 ngày 3 giờ; past is "đã hết hạn"."""
    rest: timedelta = deadline - now
    minutes = rest.days * 1440 + rest.seconds // 60
    if minutes < 0:
        return _("đã hết hạn")
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        parts = [_days(days), *([_hours(hours)] if hours else [])]
    elif hours:
        parts = [_hours(hours), *([_minutes(minutes)] if minutes else [])]
    else:
        parts = [_minutes(minutes)]
    return " ".join(parts)


def _days(number: int) -> str:
    return ngettext("%(n)d ngày", "%(n)d ngày", number) % {"n": number}


def _hours(number: int) -> str:
    return ngettext("%(n)d giờ", "%(n)d giờ", number) % {"n": number}


def _minutes(number: int) -> str:
    return ngettext("%(n)d phút", "%(n)d phút", number) % {"n": number}
