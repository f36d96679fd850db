"""The audit log to read: words, filters, pages, and for whom."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from criteria.stages import Stage
from parindex import audit
from parindex.models import AuditEvent
from reports.log_words import ACTIONS, GROUPS, line_of
from reports.views.log import PER_PAGE
from scoring.actions.populations import set_dates
from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db

LOG = "/lam-viec/nhat-ky/"


def event(action="score.saved", *, by=None, unit=None, at=None, **data):
    return audit.record(action, ("scoring.score", 1), by=by, unit=unit, at=at or build.NOW, data=data)


def auditor(client):
    client.force_login(build.user_with_role(Role.AUDITOR))


def actions(page):
    return [row["line"].event.action for row in page.context["lines"]]


def test_a_saved_answer_reads_before_and_after():
    line = line_of(
        event(
            code="1.1.2",
            changed={
                "answer": {"from": "", "to": '{"denominator":20,"numerator":18}'},
                "self_points": {"from": None, "to": Decimal("1.5")},
                "na_requested": {"from": True, "to": False},
            },
        )
    )
    assert line.action == "lưu câu trả lời"
    assert [(each.label, each.before, each.after) for each in line.changes] == [
        ("câu trả lời", "trống", "18/20"),
        ("đề nghị không áp dụng", "có", "không"),
        ("điểm tự chấm", "trống", "1,50"),
    ]
    assert line.facts == (("mã", "1.1.2"),)


def test_moves_and_dates_read_in_words():
    moved = line_of(event("assessment.return", **{"from": "submitted", "to": "returned", "reason": "Thiếu bản ký"}))
    assert (moved.action, moved.changes[0].before, moved.changes[0].after) == ("trả lại đơn vị", "đã nộp", "bị trả lại")
    assert moved.facts == (("lý do", "Thiếu bản ký"),)

    population = build.population(stage=Stage.SELF_ASSESSMENT)
    dates = {"self_assessment_ends_at": datetime(2024, 11, 30, 10, tzinfo=UTC)}
    set_dates(population=population, dates=dates, by=build.index_manager(), reason="Bão")
    line = line_of(AuditEvent.objects.get(action="population.dates_set"))
    assert [(each.label, each.before, each.after) for each in line.changes] == [
        ("Hạn nộp tự đánh giá", "trống", "17:00, 30/11/2024")
    ]


@pytest.mark.parametrize("data", [{}, {"changed": 3}, {"after": {"name": "Sở"}, "before": None}, {"warnings": ["a", "b"]}])
def test_any_row_can_be_read(data):
    assert line_of(event("later.invented", **data)).action == "later.invented"


def test_filters_by_unit_person_action_and_day(client):
    unit, person = build.unit("D1", "Sở Xây dựng"), build.user("huong")
    early = build.NOW - timedelta(days=40)
    event("score.saved", by=person, unit=unit)
    event("results.imported", at=early)
    event("population.moved")
    auditor(client)

    assert actions(client.get(LOG)) == ["population.moved", "results.imported", "score.saved"]
    assert actions(client.get(f"{LOG}?q=xay+dung")) == ["score.saved"]
    assert actions(client.get(f"{LOG}?nguoi=HUONG")) == ["score.saved"]
    assert actions(client.get(f"{LOG}?viec=result")) == ["results.imported"]
    day = f"{early:%d/%m/%Y}"
    assert actions(client.get(f"{LOG}?tu={day}&den={day}")) == ["results.imported"]
    assert actions(client.get(f"{LOG}?tu=hom-qua")) == []
    assert "Không có dòng nào như vậy." in client.get(f"{LOG}?q=khong+co").content.decode()


def test_pages_follow_by_the_last_row(client):
    rows = [event("run.computed", number=number) for number in range(PER_PAGE + 5)]
    auditor(client)

    first = client.get(LOG)
    assert (len(first.context["lines"]), first.context["older"]) == (PER_PAGE, rows[5].pk)
    event("score.saved")
    second = client.get(f"{LOG}?truoc={first.context['older']}")
    assert [row["line"].event.pk for row in second.context["lines"]] == [row.pk for row in rows[4::-1]]
    assert second.context["older"] is None
    assert client.get(f"{LOG}?truoc=99999999999999999999999").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_for_one_and_three_rows(client, django_assert_num_queries, count):
    for number in range(count):
        event(by=build.user(f"n{number}"), unit=build.unit(f"D{number}"))
    auditor(client)

    with django_assert_num_queries(8):
        page = client.get(LOG)

    assert len(page.context["lines"]) == count


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLERK, Role.HEAD, Role.APPRAISER)])
def test_who_reads_the_log(client, role):
    client.force_login(build.user_with_role(role))
    assert client.get(LOG).status_code == (200 if role in {Role.AUDITOR, Role.ADMINISTRATOR} else 404)


def test_what_a_row_says_is_escaped(client):
    event("exemption.granted", reason="<script>alert(1)</script>")
    auditor(client)
    assert "<script>alert" not in client.get(LOG).content.decode()


def test_every_known_action_belongs_to_a_group():
    assert {action for action in ACTIONS if not action.startswith(tuple(GROUPS))} <= {"cycle.created", "answers.imported"}


@pytest.mark.parametrize("asked", ["den=9999-12-31", "tu=0001-01-01", "den=01/01/2201&tu=31/12/1999"])
def test_a_day_out_of_all_bounds_is_answered_with_a_sentence(client, asked):
    auditor(client)
    event()

    page = client.get(f"{LOG}?{asked}")

    assert page.status_code == 200
    assert actions(page) == []
    assert "Nhập một ngày từ 01/01/2000 đến 31/12/2200." in page.content.decode()


def test_the_outermost_days_may_be_asked_for(client):
    auditor(client)
    event()

    assert actions(client.get(f"{LOG}?tu=01/01/2000&den=31/12/2200")) == ["score.saved"]
