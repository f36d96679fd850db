"""Many people at the same moment. Only PostgreSQL lets them meet; SQLite lets one write at a time."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from parindex import clock
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from scoring.actions import Particulars, Statement, add_evidence, save_score, submit
from scoring.actions.moves import extend_deadline
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment, Evidence, Score, ScoreRevision, Submission, Transition
from scoring.queries import saving
from scoring.uploads import check
from tests import build

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"),
]

PEOPLE = 12
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def together(*works):
    """Run everything at once; return what each gave or raised, in order."""
    gate = threading.Barrier(len(works))
    results = [None] * len(works)

    def run(place, work):
        try:
            gate.wait(timeout=20)
            results[place] = work()
        except (Refused, AssertionError) as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def assessment(unit):
    ends = clock.now() + timedelta(days=1)
    return build.open_population(units=[unit], self_assessment_ends_at=ends).assessments.get()


def save(assessment, code, answer, by, version=0, explanation="Đã báo cáo"):
    statement = Statement(answer, explanation=explanation)
    return lambda: save_score(
        assessment_id=assessment.pk, code=code, version=version, statement=statement, by=by
    )


def test_of_many_first_saves_of_one_component_one_is_stored(assessment, unit):
    people = [build.clerk(unit) for _each in range(PEOPLE)]

    results = together(
        *(save(assessment, "2.1.2", {"items": number}, person) for number, person in enumerate(people))
    )

    assert sum(isinstance(result, Conflict) for result in results) == PEOPLE - 1
    score = Score.objects.get()
    assert score.version == 1
    assert score.self_points == min(Decimal(5), Decimal("1.25") * people.index(score.saved_by))
    assert ScoreRevision.objects.count() == AuditEvent.objects.count() == 1


def test_the_same_save_sent_many_times_is_one(assessment, unit):
    person = build.clerk(unit)

    results = together(*(save(assessment, "2.1.2", {"items": 3}, person) for _each in range(PEOPLE)))

    assert not [result for result in results if isinstance(result, Exception)]
    assert ScoreRevision.objects.count() == 1


def test_different_components_never_hinder_each_other(assessment, unit):
    person = build.clerk(unit)
    answers = {code: answer for code, (answer, _points) in build.FULL_ANSWERS.items()}

    results = together(*(save(assessment, code, answer, person) for code, answer in answers.items()))

    assert not [result for result in results if isinstance(result, Exception)]
    assert Score.objects.filter(version=1).count() == len(answers) == ScoreRevision.objects.count()


def test_many_submissions_are_one(assessment, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    head = build.head_of(unit)

    results = together(*(lambda: submit(assessment_id=assessment.pk, by=head) for _each in range(PEOPLE)))

    assert {result.submitted_at for result in results} == {Assessment.objects.get().submitted_at}
    assert Transition.objects.count() == Submission.objects.count() == 1
    assert AuditEvent.objects.count() == AuditEvent.objects.values("action").distinct().count()


def test_a_save_comes_before_the_submission_or_not_at_all(assessment, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    head, clerk = build.head_of(unit), build.clerk(unit)
    saves = [
        save(assessment, code, answer, clerk, version=1, explanation="Sửa vào phút chót")
        for code, (answer, _points) in build.FULL_ANSWERS.items()
    ]

    results = together(lambda: submit(assessment_id=assessment.pk, by=head), *saves)

    assessment.refresh_from_db()
    assert assessment.state == "submitted"
    stored = [result for result in results[1:] if not isinstance(result, Exception)]
    refused = [result for result in results[1:] if isinstance(result, Refused)]
    assert len(stored) + len(refused) == len(saves)
    assert {result.code for result in refused} <= {"state"}
    assert ScoreRevision.objects.count() == len(stored)
    assert all(revision.at <= assessment.submitted_at for revision in ScoreRevision.objects.all())


def test_one_file_uploaded_many_times_at_once_is_one_document(unit, settings, tmp_path):
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {**storages["default"]["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = storages
    person = build.clerk(unit)

    def upload():
        given = SimpleUploadedFile("a.pdf", PDF)
        return add_evidence(
            unit_id=unit.pk, upload=given, checked=check(given), particulars=Particulars(), by=person
        )

    results = together(*(upload for _each in range(6)))

    assert sum(new for _document, new in results) == 1
    assert Evidence.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def waited(work, meanwhile, assessment):
    """Run ``work`` while the dossier is locked, ``meanwhile`` once it waits; what ``work`` gave or raised after all."""
    results = []

    def run():
        try:
            results.append(work())
        except Refused as error:
            results.append(error)
        finally:
            connection.close()

    waiting = threading.Thread(target=run)
    with transaction.atomic():
        lock_dossier(assessment.pk)
        waiting.start()
        until = time.monotonic() + 20
        while not somebody_waits():
            assert time.monotonic() < until, "the other request never came to wait"
        meanwhile()
    waiting.join(timeout=20)
    return results[0]


def somebody_waits():
    """Whether another session waits for a row that this one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone()[0] > 0


@pytest.fixture
def moment(monkeypatch):
    """The time of day of everybody, to be moved."""
    now = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    return now


@pytest.mark.parametrize("_round", range(5))
def test_two_in_one_component_one_wins_and_the_other_gets_both_values(assessment, unit, _round):
    people = [build.clerk(unit), build.clerk(unit)]
    save(assessment, "2.1.2", {"items": 1}, people[0])()

    results = together(*(save(assessment, "2.1.2", {"items": 2 + n}, people[n], version=1) for n in range(2)))

    lost = [n for n in range(2) if isinstance(results[n], Conflict)]
    assert len(lost) == 1
    winner = 1 - lost[0]
    assert results[lost[0]].current.answer_value == {"items": 2 + winner}
    score = Score.objects.get()
    assert (score.version, score.saved_by, score.answer_value) == (2, people[winner], {"items": 2 + winner})
    assert [row.by for row in ScoreRevision.objects.all()] == [people[winner], people[0]]
    assert AuditEvent.objects.filter(action="score.saved").count() == 2


def test_a_row_written_without_the_dossiers_lock_is_not_overwritten(assessment, unit, monkeypatch):
    person = build.clerk(unit)
    save(assessment, "2.1.2", {"items": 1}, person)()
    real = saving.ground_of

    def ground_of(*args, **named):
        found = real(*args, **named)
        together(lambda: Score.objects.update(version=2, answer='{"items":4}'))
        return found

    monkeypatch.setattr(saving, "ground_of", ground_of)
    with pytest.raises(Conflict) as caught:
        save(assessment, "2.1.2", {"items": 2}, person, version=1)()

    assert caught.value.current.answer_value == {"items": 4}
    assert Score.objects.get().answer_value == {"items": 4}
    assert ScoreRevision.objects.count() == 1


def test_a_save_that_waited_for_the_submission_is_refused(assessment, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    head = build.head_of(unit)
    change = save(assessment, "1.1.1", {"option": "Chậm"}, build.clerk(unit), version=1)

    result = waited(change, lambda: submit(assessment_id=assessment.pk, by=head), assessment)

    assert (type(result), result.code) == (Refused, "state")
    assert not ScoreRevision.objects.exists()


def test_a_submission_that_waited_past_the_deadline_is_refused(assessment, unit, moment):
    build.answered(assessment, explanation="Đã báo cáo")
    head = build.head_of(unit)
    ends = assessment.population.self_assessment_ends_at

    def pass_by():
        moment[0] = ends + timedelta(minutes=1)

    result = waited(lambda: submit(assessment_id=assessment.pk, by=head), pass_by, assessment)

    assert (type(result), result.code) == (Refused, "deadline")
    assert Assessment.objects.get().state == "draft"
    assert not Transition.objects.exists()


@pytest.mark.parametrize("_round", range(3))
def test_submissions_over_the_deadline_minute_are_in_time_or_refused(assessment, unit, moment, _round):
    build.answered(assessment, explanation="Đã báo cáo")
    head = build.head_of(unit)
    ends = assessment.population.self_assessment_ends_at
    moment[0] = ends

    def pass_by():
        moment[0] = ends + timedelta(minutes=1)

    results = together(pass_by, *(lambda: submit(assessment_id=assessment.pk, by=head) for _each in range(PEOPLE)))[1:]

    refused = [result for result in results if isinstance(result, Refused)]
    assert {result.code for result in refused} <= {"deadline"}
    row = Assessment.objects.get()
    assert (row.state == "submitted") == (len(refused) < PEOPLE) == (Transition.objects.count() == 1)
    assert row.submitted_at in (None, ends)


def test_a_save_that_waited_for_more_time_is_taken(assessment, unit, moment):
    ends = assessment.population.self_assessment_ends_at
    moment[0] = ends + timedelta(minutes=1)
    manager = build.index_manager()
    longer = {"until": ends + timedelta(days=1), "reason": "Mất điện", "by": manager}
    change = save(assessment, "1.1.1", {"option": "Chậm"}, build.clerk(unit))

    early = together(change)[0]
    result = waited(change, lambda: extend_deadline(assessment_id=assessment.pk, **longer), assessment)

    assert (type(early), early.code) == (Refused, "deadline")
    assert result[0].version == 1
    assert Score.objects.get().saved_at == moment[0]


@pytest.mark.parametrize("_round", range(3))
def test_saves_beside_an_extension_come_after_it_or_are_refused(assessment, unit, moment, _round):
    ends = assessment.population.self_assessment_ends_at
    moment[0] = ends + timedelta(minutes=1)
    person, manager = build.clerk(unit), build.index_manager()
    longer = {"until": ends + timedelta(days=1), "reason": "Mất điện", "by": manager}
    answers = {code: answer for code, (answer, _points) in build.FULL_ANSWERS.items()}

    results = together(
        lambda: extend_deadline(assessment_id=assessment.pk, **longer),
        *(save(assessment, code, answer, person) for code, answer in answers.items()),
    )

    assert not isinstance(results[0], Exception)
    refused = [result for result in results[1:] if isinstance(result, Exception)]
    assert {result.code for result in refused} <= {"deadline"}
    assert Score.objects.count() == ScoreRevision.objects.count() == len(answers) - len(refused)
    audit = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert not audit or audit[0] != "score.saved"
