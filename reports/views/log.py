"""The audit log to read: who did what, when, from which value to which."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from parindex import clock, text
from parindex.decisions import Allowed
from parindex.edge import ask
from parindex.models import AuditEvent
from reports.log_words import GROUPS, line_of
from scoring.permissions import HIDDEN
from units.access import access_of
from units.authorization import Permission
from units.models import Unit, User

PER_PAGE = 50
#: The largest id a page may be asked to start from.
LARGEST = 2**63 - 1
#: Days that can be asked for: midnight in Vietnam and the day after are still dates of the calendar.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 12, 31)
BETWEEN = _("Nhập một ngày từ 01/01/2000 đến 31/12/2200.")
IN_BOUNDS = (MinValueValidator(FIRST_DAY, BETWEEN), MaxValueValidator(LAST_DAY, BETWEEN))


class LogForm(forms.Form):
    """Which rows of the log."""

    q = forms.CharField(label=_("Đơn vị"), required=False, max_length=100)
    nguoi = forms.CharField(label=_("Người làm"), required=False, max_length=100)
    viec = forms.ChoiceField(label=_("Việc"), required=False, choices=[("", _("Tất cả")), *GROUPS.items()])
    tu = forms.DateField(
        label=_("Từ ngày"),
        required=False,
        validators=IN_BOUNDS,
        widget=forms.TextInput(attrs={"placeholder": "01/11/2026"}),
    )
    den = forms.DateField(
        label=_("Đến hết ngày"),
        required=False,
        validators=IN_BOUNDS,
        widget=forms.TextInput(attrs={"placeholder": "30/11/2026"}),
    )


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """A page of the log, newest first; older pages follow by the id of the last row."""
    ask(Allowed() if access_of(request.user).everywhere(Permission.AUDIT_VIEW) else HIDDEN)
    form = LogForm(request.GET)
    rows = found_by(form.cleaned_data) if form.is_valid() else AuditEvent.objects.none()
    before = request.GET.get("truoc", "")
    starts = int(before) if before.isascii() and before.isdigit() and len(before) < 20 else 0
    if starts:
        rows = rows.filter(pk__lt=min(starts, LARGEST))
    events = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = events[:PER_PAGE]
    context = {
        "form": form,
        "lines": lines_of(shown),
        "older": shown[-1].pk if len(events) > PER_PAGE else None,
        "paged": bool(starts),
        "filtered": form.is_valid() and any(form.cleaned_data.values()),
    }
    return render(request, "reports/log.html", context)


def found_by(asked: dict[str, Any]) -> QuerySet[AuditEvent]:
    """The rows that the filters leave."""
    rows = AuditEvent.objects.all()
    if asked["q"]:
        key = text.search_key(asked["q"])
        rows = rows.filter(unit_id__in=Unit.objects.filter(search_key__contains=key).values("pk"))
    if asked["nguoi"]:
        rows = rows.filter(actor_id__in=people(asked["nguoi"]))
    if asked["viec"]:
        # "results.imported" belongs to "result": nouns of imports stand in the plural.
        rows = rows.filter(action__startswith=asked["viec"])
    if asked["tu"]:
        rows = rows.filter(at__gte=_midnight(asked["tu"]))
    if asked["den"]:
        rows = rows.filter(at__lt=_midnight(asked["den"] + timedelta(days=1)))
    return rows


def people(asked: str) -> list[int]:
    """Ids of the accounts whose name or user name contains the words, accents aside."""
    key = text.search_key(asked)
    rows = User.objects.values_list("pk", "username", "full_name")
    return [pk for pk, username, name in rows if key in text.search_key(f"{username} {name}")]


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(0), tzinfo=clock.VIETNAM).astimezone(UTC)


def lines_of(events: list[AuditEvent]) -> list[dict[str, Any]]:
    """The rows in words, with the names of units and people (two queries)."""
    units = Unit.objects.in_bulk({event.unit_id for event in events if event.unit_id})
    persons = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    return [
        {
            "line": line_of(event),
            "unit": units.get(event.unit_id or 0),
            "person": persons.get(event.actor_id or 0) or event.actor,
        }
        for event in events
    ]
