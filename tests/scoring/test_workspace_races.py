"""Many people at the same moment. Only PostgreSQL lets them meet; SQLite lets one write at a time."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from parindex import clock
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from scoring.actions import Particulars, Statement, add_evidence, save_score, submit
from scoring.models import Assessment, Evidence, Score, ScoreRevision, Transition
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
    assert Transition.objects.count() == AuditEvent.objects.count() == 1


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
