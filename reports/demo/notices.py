"""What waits for those who are tried out, and what they were told before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.urls import reverse

from reports.demo import accounts, cast
from reports.demo.history import moment
from scoring.models import Assessment
from scoring.policies import shown_moment
from units.actions import Letter, notify, notify_each
from units.authorization import Role
from units.models import MailState, Notice, User

if TYPE_CHECKING:
    from reports.demo.running import Today

DEPARTMENT, COMMUNE = "SXD25", "03980"
REMINDER = "Đề nghị bố trí người làm nốt các lĩnh vực 5, 6, 7 trong tuần này."
SENT_BACK = "Lĩnh vực 7 ghi thiếu số văn bản điện tử của quý III, sửa rồi trình lại."
REFUSED = "bao-cao-quy-3-quet.pdf"


def before(today: Today) -> None:
    """The notices of last year, read long ago."""
    dossier = Assessment.objects.select_related("unit").get(unit__code=DEPARTMENT, population__cycle__year=cast.RUNNING - 1)
    clerk, head = today.of(Role.CLERK, DEPARTMENT), today.of(Role.HEAD, DEPARTMENT)
    handed = dossier.submitted_at
    assert handed is not None  # a published year was handed in
    year = cast.RUNNING - 1
    due = moment(date(year, 11, 30), 17)
    common = {"don_vi": dossier.unit.name, "nam": str(year), "han_nop": shown_moment(due)}
    told: tuple[tuple[datetime, str, tuple[User, ...], dict[str, str]], ...] = (
        (moment(date(year, 11, 10), 8), "stage_opens", (clerk, head), {"buoc": "Tự đánh giá"}),
        (due - timedelta(days=7), "deadline_7", (clerk, head), {"con_lai": "7 ngày"}),
        (handed - timedelta(hours=20), "proposed", (head,), {"nguoi_lam": clerk.get_full_name()}),
        (handed - timedelta(hours=19), "sent_back", (clerk,), {"nguoi_lam": head.get_full_name(), "ly_do": SENT_BACK}),
        (handed - timedelta(hours=3), "proposed", (head,), {"nguoi_lam": clerk.get_full_name()}),
        (handed, "submitted", (clerk, head), {"nguoi_lam": head.get_full_name(), "luc": shown_moment(handed)}),
    )
    url = reverse("scoring:dossier", args=[dossier.pk])
    for at, kind, users, values in told:
        _tell(kind, users, {**common, **values}, url, at)
    Notice.objects.filter(user__in=[clerk, head]).update(read_at=F("created_at") + timedelta(hours=1))


def now(today: Today) -> None:
    """The notices of the running year that no action has left."""
    departments = _running(DEPARTMENT)
    own = (today.of(Role.CLERK, DEPARTMENT), today.of(Role.HEAD, DEPARTMENT))
    due = departments.population.self_assessment_ends_at
    assert due is not None  # the calendar of the running year is complete
    values = {"don_vi": departments.unit.name, "nam": str(cast.RUNNING), "han_nop": shown_moment(due)}
    url = reverse("scoring:dossier", args=[departments.pk])
    _tell("stage_opens", own, {**values, "buoc": "Tự đánh giá"}, url, today.past(-20, 8))
    refused = {**values, "tep": REFUSED, "ly_do": "Win.Trojan.Agent (minh họa)"}
    _tell("upload_refused", own[:1], refused, reverse("scoring:documents", args=[departments.unit_id]), today.past(-4, 10))
    manager = today.manager().get_full_name()
    _tell("reminder", own, {**values, "con_lai": "15 ngày", "nguoi_lam": manager, "ly_do": REMINDER}, url, today.past(-1, 8))
    _communes(today)


def _communes(today: Today) -> None:
    dossier = _running(COMMUNE)
    due = dossier.population.self_assessment_ends_at
    assert due is not None
    people = (today.of(Role.CLERK, COMMUNE), today.of(Role.HEAD, COMMUNE))
    values = {"don_vi": dossier.unit.name, "nam": str(cast.RUNNING), "han_nop": shown_moment(due)}
    for days in (7, 3):
        left = {**values, "con_lai": f"{days} ngày"}
        _tell(f"deadline_{days}", people, left, reverse("scoring:dossier", args=[dossier.pk]), due - timedelta(days=days))
    appraisers = [today.of(Role.APPRAISER, code) for code in accounts.LEADS]
    text = f"Hồ sơ năm {cast.RUNNING} của các xã, phường đang chờ thẩm định."
    notify(users=appraisers, text=text, url=reverse("scoring:appraisal_board"), now=today.past(-5, 8))


def _running(code: str) -> Assessment:
    rows = Assessment.objects.select_related("unit", "population")
    return rows.get(unit__code=code, population__cycle__year=cast.RUNNING)


def _tell(kind: str, users: Iterable[User], values: dict[str, str], url: str, at: datetime) -> None:
    """Leave a notice whose mail went out at the time: a demonstration writes to nobody about the past."""
    listed = list(users)
    notify_each([Letter(user, values, url) for user in listed], kind=kind, now=at)
    mine = Notice.objects.filter(user__in=listed, kind=kind, created_at=at, mail=MailState.WAITING)
    mine.update(mail=MailState.SENT, mailed_at=at)
