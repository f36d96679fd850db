"""Saving one component: points by the rule, versions, refusals, history."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from criteria.models import Population
from criteria.rules import AnswerError
from criteria.stages import Stage
from parindex import canonical
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from scoring.actions import Statement, save_score
from scoring.models import Assessment, Score, ScoreRevision
from tests import build

pytestmark = pytest.mark.django_db

DEADLINE = build.NOW.replace(hour=10, minute=0)  # 17:00 in Vietnam


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def assessment(unit):
    return build.open_population(units=[unit], self_assessment_ends_at=DEADLINE).assessments.get()


def save(assessment, code, answer, by, version=0, now=build.NOW, **fields):
    return save_score(
        assessment_id=assessment.pk,
        code=code,
        version=version,
        statement=Statement(answer, **fields),
        by=by,
        now=now,
    )


def nothing_written():
    return not ScoreRevision.objects.exists() and not AuditEvent.objects.filter(action="score.saved").exists()


@pytest.mark.parametrize(
    ("code", "answer", "points"),
    [
        ("1.1.1", {"option": "Chậm"}, "2.50"),
        ("1.1.2", {"numerator": 18, "denominator": 20}, "15.00"),
        ("1.1.2", {"percent": Decimal("89.99")}, "7.50"),
        ("1.1.3", {"numerator": 2, "denominator": 3}, "6.67"),
        ("1.1.3", {"nothing_arose": True}, "10.00"),
        ("2.1.1", {"counts": {"Mỗi báo cáo gửi chậm": 2}}, "9.50"),
        ("2.1.2", {"items": 3}, "3.75"),
        ("2.2", {"option": "Không vi phạm"}, "10.00"),
    ],
)
def test_every_kind_of_rule_gives_its_points(assessment, clerk, code, answer, points):
    score, made = save(assessment, code, answer, clerk)

    assert made
    assert Score.objects.get(pk=score.pk).self_points == Decimal(points)


def test_a_save_is_remembered_with_who_when_and_what(assessment, clerk):
    save(assessment, "1.1.1", {"option": "Chậm"}, clerk, explanation="  Chờ   ý kiến\r\nđã có  ")

    score = Score.objects.get()
    assert (score.version, score.saved_by, score.saved_at, score.origin) == (1, clerk, build.NOW, "web")
    assert score.explanation == "Chờ ý kiến\nđã có"
    revision = ScoreRevision.objects.get()
    assert (revision.score, revision.version, revision.kind, revision.by) == (score, 1, "self", clerk)
    assert canonical.loads(revision.values)["answer"] == '{"option":"Chậm"}'
    event = AuditEvent.objects.get(action="score.saved")
    assert (event.actor_id, event.unit_id) == (clerk.pk, assessment.unit_id)
    assert canonical.loads(event.data)["changed"]["self_points"]["to"] == Decimal("2.5")


def test_texts_are_stored_in_nfc(assessment, clerk):
    save(assessment, "1.1.1", {"option": "Cha\u0323\u0302m"}, clerk, explanation="Lý do\u0301")

    score = Score.objects.get()
    assert score.answer == '{"option":"Chậm"}'
    assert score.explanation == "Lý dó"


def test_the_same_answer_twice_is_one_save(assessment, clerk):
    save(assessment, "1.1.1", {"option": "Chậm"}, clerk)
    score, made = save(assessment, "1.1.1", {"option": "Chậm"}, clerk, version=0)

    assert (score.version, made) == (1, False)
    assert ScoreRevision.objects.count() == 1


def test_saving_what_was_copied_confirms_it_even_when_nothing_differs(assessment, clerk):
    save(assessment, "1.1.1", {"option": "Chậm"}, clerk)
    Score.objects.update(carried_from=2023)

    score, _made = save(assessment, "1.1.1", {"option": "Chậm"}, clerk, version=1)

    assert (score.version, Score.objects.get().carried_from) == (2, None)
    assert [row.version for row in ScoreRevision.objects.all()] == [2, 1]


def test_a_stale_save_changes_nothing_and_brings_both_values(assessment, clerk, unit):
    colleague = build.clerk(unit)
    save(assessment, "1.1.1", {"option": "Chậm"}, colleague)

    with pytest.raises(Conflict) as caught:
        save(assessment, "1.1.1", {"option": "Đúng hạn"}, clerk, version=0)

    assert caught.value.current.answer_value == {"option": "Chậm"}
    assert caught.value.reason == f"{colleague} vừa lưu câu trả lời khác lúc 09:00."
    assert Score.objects.get().self_points == Decimal("2.50")
    assert ScoreRevision.objects.count() == 1


def test_choosing_over_the_other_version_is_a_save_on_top_of_it(assessment, clerk, unit):
    save(assessment, "1.1.1", {"option": "Chậm"}, build.clerk(unit))
    save(assessment, "1.1.1", {"option": "Đúng hạn"}, clerk, version=1)

    assert Score.objects.get().self_points == Decimal("10.00")
    assert [row.version for row in ScoreRevision.objects.all()] == [2, 1]


def test_an_answer_that_does_not_fit_is_refused_and_nothing_written(assessment, clerk):
    with pytest.raises(AnswerError) as caught:
        save(assessment, "1.1.2", {"numerator": 22, "denominator": 20}, clerk)

    assert caught.value.sentence == "Tử số 22 lớn hơn mẫu số 20. Kiểm tra lại hai số."
    assert nothing_written()
    assert not Score.objects.exists()


@pytest.mark.parametrize("code", ["1.1.4", "1.2.1", "2.1.3"])
def test_what_the_unit_is_not_asked_is_refused(assessment, clerk, code):
    with pytest.raises(Refused) as caught:
        save(assessment, code, {"option": "Tốt"}, clerk)

    assert caught.value.code == "not_asked"
    assert nothing_written()


@pytest.mark.parametrize("code", ["1", "1.1", "9.9.9"])
def test_only_leaves_of_the_framework_can_be_saved(assessment, clerk, code):
    with pytest.raises(Refused) as caught:
        save(assessment, code, {"option": "Chậm"}, clerk)

    assert caught.value.code == "node"


def test_not_applicable_is_asked_with_a_reason_and_takes_the_answer_away(assessment, clerk):
    save(assessment, "1.1.2", {"numerator": 18, "denominator": 20}, clerk)
    save(assessment, "1.1.2", None, clerk, version=1, na_requested=True, na_reason="Không có kế hoạch riêng")

    score = Score.objects.get()
    assert (score.na_requested, score.na_reason) == (True, "Không có kế hoạch riêng")
    assert (score.answer, score.self_points) == ("", None)
    assert canonical.loads(ScoreRevision.objects.get(version=1).values)["self_points"] == Decimal(15)


def test_not_applicable_cannot_be_asked_where_it_always_applies(assessment, clerk):
    with pytest.raises(Refused) as caught:
        save(assessment, "1.1.1", None, clerk, na_requested=True, na_reason="Không có")

    assert caught.value.code == "na"
    assert not Score.objects.exists()


def test_taking_an_answer_away_leaves_it_empty_not_zero(assessment, clerk):
    save(assessment, "1.1.1", {"option": "Chậm"}, clerk)
    save(assessment, "1.1.1", None, clerk, version=1)

    score = Score.objects.get()
    assert (score.answer, score.self_points, score.is_answered) == ("", None, False)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (59, True), (60, False)])
def test_the_deadline_is_a_minute(assessment, clerk, seconds, accepted):
    now = DEADLINE + timedelta(seconds=seconds)
    if accepted:
        save(assessment, "1.1.1", {"option": "Chậm"}, clerk, now=now)
        assert Score.objects.count() == 1
    else:
        with pytest.raises(Refused) as caught:
            save(assessment, "1.1.1", {"option": "Chậm"}, clerk, now=now)
        assert caught.value.reason == (
            "Đã quá hạn 17:00 ngày 20/11/2024. Cần thêm thời gian, đề nghị Sở Nội vụ gia hạn."
        )
        assert nothing_written()


def test_an_extension_counts(assessment, clerk):
    Assessment.objects.filter(pk=assessment.pk).update(extended_until=DEADLINE + timedelta(days=1))

    save(assessment, "1.1.1", {"option": "Chậm"}, clerk, now=DEADLINE + timedelta(hours=1))

    assert Score.objects.count() == 1


@pytest.mark.parametrize("state", ["submitted", "closed"])
def test_a_dossier_that_has_left_the_unit_is_not_edited(assessment, clerk, state):
    Assessment.objects.filter(pk=assessment.pk).update(state=state)

    with pytest.raises(Refused) as caught:
        save(assessment, "1.1.1", {"option": "Chậm"}, clerk)

    assert caught.value.code == "state"
    assert nothing_written()


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.APPRAISAL, Stage.SETTLED, Stage.PUBLISHED])
def test_only_the_stage_of_self_assessment_takes_answers(assessment, clerk, stage):
    Population.objects.filter(pk=assessment.population_id).update(stage=stage)

    with pytest.raises(Refused) as caught:
        save(assessment, "1.1.1", {"option": "Chậm"}, clerk)

    assert caught.value.code == "stage"


def test_strangers_find_nothing_and_onlookers_cannot_write(assessment):
    with pytest.raises(Refused) as caught:
        save(assessment, "1.1.1", {"option": "Chậm"}, build.clerk(build.unit()))
    assert caught.value.decision.hidden

    with pytest.raises(Refused) as caught:
        save(assessment, "1.1.1", {"option": "Chậm"}, build.index_manager())
    assert not caught.value.decision.hidden
    assert nothing_written()


def test_saving_costs_the_same_whatever_the_history(assessment, clerk, django_assert_num_queries):
    version = 0
    for _round in range(3):
        for option in ("Chậm", "Đúng hạn"):
            save(assessment, "1.1.1", {"option": option}, clerk, version=version)
            version += 1

    # savepoint, dossier, population, score, update, revision, audit row, release
    with django_assert_num_queries(7):
        save(assessment, "1.1.1", {"option": "Chậm"}, clerk, version=version)
