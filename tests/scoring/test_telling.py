"""Who is told when a dossier or a stage moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from criteria.stages import Stage
from scoring.actions import propose, send_back, submit, withdraw
from scoring.actions.moves import close_unsubmitted, extend_deadline, return_dossier
from scoring.actions.populations import move_stage, open_population, set_dates
from scoring.actions.telling import tell_of_move, tell_of_new_deadline, tell_of_refused_upload
from scoring.models import Assessment
from scoring.policies import VIETNAM
from tests import build
from units.models import Notice, User

pytestmark = pytest.mark.django_db

#: 17:00 in Vietnam on the last day.
DEADLINE = build.NOW.replace(day=30, hour=10)


@pytest.fixture
def case():
    """A full dossier of a unit with two clerks and a head; a stranger beside it."""
    unit = build.unit(name="Sở Một")
    population = build.open_population(units=[unit], self_assessment_ends_at=DEADLINE)
    found = type("Case", (), {})()
    found.population, found.unit = population, unit
    found.dossier = Assessment.objects.get(population=population)
    build.answered(found.dossier, explanation="Đã làm")
    found.clerk, found.second = build.clerk(unit, username="an"), build.clerk(unit, username="binh")
    found.head = build.head_of(unit, username="chi")
    build.clerk(build.unit(), username="nguoi-la")
    found.manager = build.index_manager(username="quanly")
    return found


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("kind", "user__username"))


def run(action, case, by, **fields):
    Notice.objects.all().delete()
    action(**{"assessment_id": case.dossier.pk, "by": User.objects.get(pk=by.pk), "now": build.NOW} | fields)
    return told()


def test_each_move_tells_those_it_concerns(case):
    assert run(propose, case, case.clerk) == [("proposed", "chi")]
    assert run(propose, case, case.clerk) == []  # asked twice, told once
    assert run(send_back, case, case.head, reason="Sửa mục 1") == [("sent_back", "an"), ("sent_back", "binh")]
    assert "Điều cần sửa: Sửa mục 1" in Notice.objects.first().body
    assert run(propose, case, case.head) == []  # a head need not tell himself
    assert run(submit, case, case.head) == [("submitted", "an"), ("submitted", "binh"), ("submitted", "chi")]
    assert run(submit, case, case.head) == []
    assert run(withdraw, case, case.head, reason="Nhầm") == []
    run(submit, case, case.head)
    until = build.NOW + timedelta(days=3)
    returned = run(return_dossier, case, case.manager, reason="Thiếu phụ lục", until=until)
    assert returned == [("returned", "an"), ("returned", "binh"), ("returned", "chi")]
    body = Notice.objects.first().body
    assert "Lý do: Thiếu phụ lục" in body
    assert f"Hạn nộp lại: {until.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}" in body
    assert Notice.objects.first().url == f"/lam-viec/ho-so/{case.dossier.pk}/"


def test_an_extension_tells_the_new_minute(case):
    until = DEADLINE + timedelta(days=2)
    assert len(run(extend_deadline, case, case.manager, until=until, reason="Mất điện")) == 3
    assert Notice.objects.first().text == "Hạn nộp hồ sơ năm 2024 của Sở Một lùi đến 17:00 ngày 02/12/2024"


def test_closing_a_dossier_that_was_not_handed_in_is_told(case):
    at = DEADLINE + timedelta(minutes=1)
    assert [kind for kind, _who in run(close_unsubmitted, case, case.manager, reason="Quá hạn", now=at)] == [
        "closed_unsubmitted"
    ] * 3


@pytest.mark.parametrize("move", ["finish_appraisal", "reopen_appraisal", "withdraw"])
def test_moves_that_ask_nothing_of_the_unit_tell_nobody(case, move):
    assert tell_of_move(case.dossier, move, by=case.manager, at=build.NOW) == 0
    assert told() == []


def test_opening_tells_every_unit_once_and_files_tell_nobody():
    build.standing_body()
    unit = build.unit(name="Sở Một")
    build.clerk(unit, username="an")
    manager = build.index_manager()
    population = build.population()

    open_population(population=population, by=manager, now=build.NOW)
    open_population(population=population, by=manager, now=build.NOW)
    assert told() == [("stage_opens", "an")]
    assert Notice.objects.get().text.startswith("Mở tự đánh giá năm 2024: Sở Một, hạn 17:00 ngày 30/11/2024")

    newcomer = build.unit()
    build.clerk(newcomer, username="binh")
    open_population(population=population, by=manager, now=build.NOW)
    assert told() == [("stage_opens", "an"), ("stage_opens", "binh")]

    Notice.objects.all().delete()
    open_population(population=build.population(year=2022), by=None, now=build.NOW, origin="import")
    assert told() == []


@pytest.mark.parametrize("count", [1, 3])
def test_opening_costs_the_same_for_one_and_three(count, django_assert_max_num_queries):
    build.standing_body()
    for _number in range(count):
        build.clerk(build.unit())
    population, manager = build.population(), build.index_manager()
    open_population(population=population, by=manager, now=build.NOW)
    Notice.objects.all().delete()
    with django_assert_max_num_queries(18):
        open_population(population=population, by=manager, now=build.NOW)
    assert Notice.objects.count() == count


def test_a_later_deadline_for_all_is_told_to_those_who_have_not_handed_in(case):
    handed = build.unit()
    build.clerk(handed, username="xong")
    build.assessment(case.population, handed, "submitted")
    later = {"self_assessment_ends_at": DEADLINE + timedelta(days=3)}

    set_dates(population=case.population, dates=later, by=case.manager, reason="Lũ", now=build.NOW)
    assert told() == [("extended", "an"), ("extended", "binh"), ("extended", "chi")]
    assert "17:00 ngày 03/12/2024" in Notice.objects.first().text

    Notice.objects.all().delete()
    earlier = {"self_assessment_ends_at": DEADLINE}
    set_dates(population=case.population, dates=earlier, by=case.manager, now=build.NOW)
    assert told() == []


def test_the_second_look_of_units_is_told_when_it_opens(case):
    type(case.population).objects.update(stage=Stage.APPRAISAL)
    case.population.refresh_from_db()
    move_stage(population=case.population, move="open_explanation", by=case.manager, now=build.NOW)
    assert told() == [("stage_opens", "an"), ("stage_opens", "binh"), ("stage_opens", "chi")]
    assert "giải trình" in Notice.objects.first().text


def test_an_outage_says_that_the_portal_was_down(case):
    case.population.self_assessment_ends_at = DEADLINE + timedelta(hours=3)
    tell_of_new_deadline(case.population, by=case.manager, at=build.NOW, reason="Mất điện", kind="outage")
    assert {kind for kind, _who in told()} == {"outage"}
    assert "20:00 ngày 30/11/2024" in Notice.objects.first().text


def test_a_refused_file_is_told_to_whoever_sent_it(case):
    fields = {"name": "a.pdf", "reason": "Eicar", "at": build.NOW, "year": 2024}
    tell_of_refused_upload(case.unit, uploader=case.second, **fields)
    assert told() == [("upload_refused", "binh")]
    tell_of_refused_upload(case.unit, uploader=None, **fields)
    assert len(told()) == 3
