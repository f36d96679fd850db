"""Workbooks applied while others work. Only PostgreSQL lets them meet; SQLite lets one write at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection  # noqa: F401  (named in the condition below)

from parindex import clock
from parindex.decisions import Conflict
from parindex.models import AuditEvent
from scoring.actions.workbooks import Choice, apply_upload, keep_upload
from scoring.models import Score, ScoreRevision, WorkbookUpload
from tests import build
from tests.scoring.test_workspace_races import PEOPLE, save, together
from tests.scoring.workbook_files import filled, made, opened, read, read_again

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"),
]

CELLS = {"1.1.1|option": "Chậm", "2.1.2|items": 3, "2.2|explanation": "Từ tệp"}
MINE = {"1.1.1": Choice(0, "mine"), "2.1.2": Choice(0, "mine"), "2.2": Choice(0, "mine")}


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def assessment(unit):
    return read_again(opened(unit, self_assessment_ends_at=clock.now() + timedelta(days=1)))


def kept(assessment, person):
    data = filled(assessment, made(assessment), CELLS)
    return keep_upload(
        assessment_id=assessment.pk, name="a.xlsx", sha256="0" * 64, filled=read(assessment, data), by=person
    )


def apply(assessment, upload, person):
    return lambda: apply_upload(assessment_id=assessment.pk, upload_id=upload.pk, choices=MINE, by=person)


def test_many_presses_of_one_button_store_every_row_once(assessment, unit):
    person = build.clerk(unit)
    upload = kept(assessment, person)

    results = together(*[apply(assessment, upload, person)] * PEOPLE)

    assert sorted(count for _upload, count in results) == [0] * (PEOPLE - 1) + [3]
    assert set(Score.objects.values_list("version", flat=True)) == {1}
    assert ScoreRevision.objects.filter(kind="workbook").count() == 3
    assert AuditEvent.objects.filter(action="workbook.applied").count() == 1


def test_a_save_at_the_same_moment_is_seen_or_comes_after(assessment, unit):
    person, colleague = build.clerk(unit), build.clerk(unit)
    upload = kept(assessment, person)

    applied, saved = together(
        apply(assessment, upload, person), save(assessment, "2.1.2", {"items": 1}, colleague, explanation="Khác")
    )

    score = Score.objects.get(node__code="2.1.2")
    assert isinstance(applied, Conflict) != isinstance(saved, Conflict)
    if isinstance(applied, Conflict):  # the save was first: nothing of the workbook is stored
        assert score.answer == '{"items":1}'
        assert not Score.objects.filter(node__code="1.1.1").exists()
    else:
        assert score.answer == '{"items":3}'
    assert score.version == 1
    assert list(score.revisions.values_list("version", flat=True)) == [1]


def test_the_same_file_sent_at_once_is_one_upload(assessment, unit):
    person = build.clerk(unit)
    data = read(assessment, filled(assessment, made(assessment), CELLS))
    one = {"assessment_id": assessment.pk, "name": "a.xlsx", "sha256": "1" * 64, "filled": data, "by": person}

    together(*[lambda: keep_upload(**one)] * 4)

    assert WorkbookUpload.objects.count() == 1
