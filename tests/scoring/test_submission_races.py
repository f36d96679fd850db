"""Submitting at the same moment as something else. Only PostgreSQL lets two meet; SQLite lets one write at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from criteria.models import Population
from parindex import canonical, clock
from parindex.decisions import Refused
from scoring.actions import save_score, submit, withdraw
from scoring.actions.appraisal import Verdict, decide_score
from scoring.actions.moves import extend_deadline
from scoring.actions.reports import save_report_text
from scoring.actions.scores import Statement, lock_dossier
from scoring.models import Assessment, Score, ScoreRevision, Submission, Transition
from scoring.queries.receipts import picture_of, signed_of
from scoring.queries.workspace import with_context
from scoring.receipts import read
from tests import build
from tests.scoring.test_dossier_lock import somebody_waits
from tests.scoring.test_workspace_races import together

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"),
]

ROUNDS = 6


@pytest.fixture
def unit():
    return build.unit()


@pytest.fixture
def head(unit):
    return build.head_of(unit)


@pytest.fixture
def assessment(unit):
    ends = clock.now() + timedelta(days=1)
    made = build.open_population(units=[unit], self_assessment_ends_at=ends).assessments.get()
    build.answered(made, explanation="Đã báo cáo")
    return made


def now_of(assessment):
    return with_context(Assessment.objects.filter(pk=assessment.pk)).get()


def test_fifty_double_clicks_make_one_submission_and_one_receipt(assessment, head):
    seen = picture_of(now_of(assessment))
    clients = [Client() for _click in range(50)]
    for client in clients:
        client.force_login(head)
    address = reverse("scoring:submit", args=[assessment.pk])

    results = together(*(lambda client=client: client.post(address, {"seen": seen}) for client in clients))

    assert Counter(result.status_code for result in results) == {302: 50}
    assert {result.url for result in results} == {reverse("scoring:receipts", args=[assessment.pk])}
    receipt = Submission.objects.get()
    assert Transition.objects.filter(move="submit").count() == 1
    assert receipt.at == Assessment.objects.get().submitted_at


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_receipt_covers_exactly_what_is_stored_while_people_type(assessment, head, unit, round_):
    clerk = build.clerk(unit)
    saves = [
        lambda code=code, answer=answer: save_score(
            assessment_id=assessment.pk,
            code=code,
            version=1,
            statement=Statement(answer, explanation=f"Sửa vào phút chót {round_}"),
            by=clerk,
        )
        for code, (answer, _points) in build.FULL_ANSWERS.items()
    ]
    texts = [
        lambda: save_report_text(
            assessment_id=assessment.pk, version=0, difficulties="Viết vào phút chót", proposals="", by=clerk
        )
    ]

    results = together(*saves[:3], lambda: submit(assessment_id=assessment.pk, by=head), *saves[3:], *texts)

    receipt = Submission.objects.get()
    assert receipt.digest == canonical.digest(receipt.contents) == signed_of(now_of(assessment)).digest
    stored = {score.node.code: score.explanation for score in Score.objects.select_related("node")}
    assert {each.code: each.explanation for each in read(receipt.contents).components} == stored
    assert ScoreRevision.objects.count() == sum(text.startswith("Sửa") for text in stored.values())
    assert all(revision.at <= receipt.at for revision in ScoreRevision.objects.all())
    assert {result.code for result in results if isinstance(result, Refused)} <= {"state"}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_nothing_is_signed_that_changed_after_the_head_looked(assessment, head, unit, round_):
    clerk = build.clerk(unit)
    seen = picture_of(now_of(assessment))

    signed, saved = together(
        lambda: submit(assessment_id=assessment.pk, by=head, seen=seen),
        lambda: save_score(
            assessment_id=assessment.pk,
            code="2.1.2",
            version=1,
            statement=Statement({"items": 1}, explanation="Sửa"),
            by=clerk,
        ),
    )

    if isinstance(signed, Refused):
        assert signed.code == "changed"
        assert not Submission.objects.exists()
        assert Score.objects.get(node__code="2.1.2").self_points == Decimal("1.25")
    else:
        assert isinstance(saved, Refused)
        assert Submission.objects.get().digest == seen


def waits_for_the_dossier(assessment, work, meanwhile):
    """Hold the dossier while ``work`` asks for it, do ``meanwhile``, let go; what ``work`` gave or raised."""
    held, result = threading.Event(), []

    def run():
        held.wait(timeout=20)
        try:
            result.append(work())
        except Refused as refused:
            result.append(refused)
        finally:
            connection.close()

    waiting = threading.Thread(target=run)
    waiting.start()
    with transaction.atomic():
        lock_dossier(assessment.pk)
        held.set()
        until = time.monotonic() + 20
        while not somebody_waits():
            assert time.monotonic() < until, "the other request never came to wait"
        meanwhile()
    waiting.join(timeout=30)
    return result[0]


def test_who_waited_past_the_deadline_minute_is_too_late(assessment, head, monkeypatch):
    """The request came in time and got the lock after the minute: the clock is read under the lock."""
    moment = {"now": clock.now()}
    Population.objects.update(self_assessment_ends_at=moment["now"])
    ends = Population.objects.get().self_assessment_ends_at
    monkeypatch.setattr(clock, "now", lambda: moment["now"])

    result = waits_for_the_dossier(
        assessment,
        lambda: submit(assessment_id=assessment.pk, by=head),
        lambda: moment.update(now=ends + timedelta(minutes=1, seconds=1)),
    )

    assert isinstance(result, Refused)
    assert result.code == "deadline"
    assert not Submission.objects.exists()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_an_extension_meets_a_late_submission(assessment, head, round_):
    """Whoever comes first: the submission stands only if the extension was there when it was decided."""
    manager = build.index_manager()
    late = clock.now()
    Population.objects.update(self_assessment_ends_at=late - timedelta(hours=1))

    extended, signed = together(
        lambda: extend_deadline(
            assessment_id=assessment.pk, until=late + timedelta(days=1), reason="Mất điện", by=manager
        ),
        lambda: submit(assessment_id=assessment.pk, by=head),
    )

    assert not isinstance(extended, Exception)
    if isinstance(signed, Refused):
        assert signed.code == "deadline"
        assert not Submission.objects.exists()
        submit(assessment_id=assessment.pk, by=head)
    assert Submission.objects.count() == 1
    assert Assessment.objects.get().extended_until == late + timedelta(days=1)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_withdrawal_meets_the_first_decision(assessment, head, round_):
    standing = build.standing_body()
    appraiser = build.appraiser(standing)
    submit(assessment_id=assessment.pk, by=head)

    taken, decided = together(
        lambda: withdraw(assessment_id=assessment.pk, reason="Thiếu phụ lục", by=head),
        lambda: decide_score(
            assessment_id=assessment.pk, code="1.1.1", version=1, verdict=Verdict("accept"), by=appraiser
        ),
    )

    refused = [each for each in (taken, decided) if isinstance(each, Refused)]
    assert len(refused) == 1
    state = Assessment.objects.get().state
    score = Score.objects.get(node__code="1.1.1")
    if isinstance(taken, Refused):
        assert (taken.code, state) == ("decided", "submitted")
        assert score.appraised_at is not None
    else:
        assert (decided.code, state) == ("state", "draft")
        assert score.appraised_at is None
    assert Submission.objects.count() == 1
