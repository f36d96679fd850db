"""Handing a dossier over: propose, send back, submit, withdraw."""

from __future__ import annotations

from datetime import timedelta

import pytest

from criteria.stages import Stage
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions import propose, save_score, send_back, submit, withdraw
from scoring.actions.scores import Statement
from scoring.models import Assessment, Evidence, EvidenceLink, Score, Transition
from scoring.queries.dossiers import dossier_of
from scoring.queries.receipts import picture_of
from tests import build

pytestmark = pytest.mark.django_db

DEADLINE = build.NOW.replace(hour=10, minute=0)


class Case:
    """A unit with its dossier, its clerk and its head."""

    def __init__(self, **fields):
        self.unit = build.unit()
        self.clerk = build.clerk(self.unit)
        self.head = build.head_of(self.unit)
        population = build.open_population(units=[self.unit], self_assessment_ends_at=DEADLINE, **fields)
        self.assessment = population.assessments.get()

    def complete(self):
        build.answered(self.assessment, explanation="Đã báo cáo tại Báo cáo 118/BC-SGTVT")
        return self

    def at(self, state):
        Assessment.objects.filter(pk=self.assessment.pk).update(state=state)
        return self

    @property
    def state(self):
        return Assessment.objects.get(pk=self.assessment.pk).state

    def do(self, move, by, now=build.NOW, **fields):
        return move(assessment_id=self.assessment.pk, by=by, now=now, **fields)


def refusal(case, move, by, **fields):
    with pytest.raises(Refused) as caught:
        case.do(move, by, **fields)
    assert not Transition.objects.exists()
    assert not AuditEvent.objects.exists()
    return caught.value


def test_the_clerk_hands_over_and_the_head_submits():
    case = Case().complete()

    case.do(propose, case.clerk, note="Đề nghị anh xem 1.1.2")
    case.do(submit, case.head)

    assessment = Assessment.objects.get(pk=case.assessment.pk)
    assert (assessment.state, assessment.submitted_at, assessment.submitted_by) == ("submitted", build.NOW, case.head)
    moves = list(Transition.objects.order_by("id").values_list("move", "source", "target", "by_id", "reason"))
    assert moves == [
        ("propose", "draft", "awaiting_head", case.clerk.pk, "Đề nghị anh xem 1.1.2"),
        ("submit", "awaiting_head", "submitted", case.head.pk, ""),
    ]
    assert [event.action for event in AuditEvent.objects.order_by("id")] == [
        "assessment.propose",
        "assessment.receipt",
        "assessment.submit",
    ]


def test_a_head_who_works_alone_submits_without_proposing():
    case = Case().complete()

    case.do(submit, case.head)

    assert case.state == "submitted"


@pytest.mark.parametrize("move", [propose, submit])
def test_what_is_missing_is_listed_by_name(move):
    case = Case()
    build.answered(case.assessment, ["1.1.1", "1.1.3", "2.1.1", "2.2"], explanation="Đã có báo cáo")
    build.answered(case.assessment, ["2.1.2"])

    refused = refusal(case, move, case.head)

    assert refused.reason == "Còn thiếu 2 việc."
    assert refused.details == (
        "1.1.2 Nhiệm vụ hoàn thành: chưa trả lời",
        "2.1.2 Sáng kiến: chưa có tài liệu, cần thêm tài liệu hoặc viết giải trình",
    )
    assert case.state == "draft"


def test_an_answer_worth_nothing_needs_no_proof():
    case = Case().complete()
    Score.objects.filter(node__code="2.1.2").delete()
    build.score(case.assessment, "2.1.2", {"items": 0}, self_points=0)

    case.do(submit, case.head)

    assert case.state == "submitted"


def test_a_document_proves_without_explanation():
    case = Case().complete()
    Score.objects.filter(node__code="2.1.2").update(explanation="")
    document = Evidence.objects.create(
        unit=case.unit, original_name="a.pdf", stored_as="evidence/x", sha256="0" * 64, size=1, uploaded_at=build.NOW
    )
    EvidenceLink.objects.create(
        score=Score.objects.get(node__code="2.1.2"), evidence=document, linked_at=build.NOW
    )

    case.do(submit, case.head)

    assert case.state == "submitted"


def test_a_request_of_not_applicable_needs_its_reason():
    case = Case().complete()
    Score.objects.filter(node__code="1.1.2").update(answer="", self_points=None, na_requested=True, explanation="")

    assert refusal(case, submit, case.head).details == (
        "1.1.2 Nhiệm vụ hoàn thành: đề nghị không áp dụng nhưng chưa ghi lý do",
    )

    Score.objects.filter(node__code="1.1.2").update(na_reason="Không có kế hoạch")
    case.do(submit, case.head)
    assert case.state == "submitted"


def test_a_grant_above_takes_the_leaves_out_of_what_is_asked():
    case = Case().complete()
    Score.objects.filter(node__code__startswith="2").delete()
    build.exemption(case.unit, build.node(case.assessment.population, "2"))

    case.do(submit, case.head)

    assert case.state == "submitted"
    assert dossier_of(case.assessment).progress.maximum == 40


@pytest.mark.parametrize(("seconds", "accepted"), [(59, True), (60, False)])
@pytest.mark.parametrize("move", [propose, submit])
def test_handing_over_ends_with_the_deadline_minute(move, seconds, accepted):
    case = Case().complete()
    now = DEADLINE + timedelta(seconds=seconds)

    if accepted:
        case.do(move, case.head, now=now)
        assert Transition.objects.count() == 1
    else:
        assert refusal(case, move, case.head, now=now).code == "deadline"


def test_an_extension_counts_for_the_submission():
    case = Case(stage=Stage.APPRAISAL).complete()
    Assessment.objects.filter(pk=case.assessment.pk).update(extended_until=DEADLINE + timedelta(days=2))

    case.do(submit, case.head, now=DEADLINE + timedelta(days=1))

    assert case.state == "submitted"


def test_double_submission_is_one():
    case = Case().complete()

    first = case.do(submit, case.head)
    again = case.do(submit, case.head, now=build.NOW + timedelta(seconds=1))

    assert again.submitted_at == first.submitted_at
    assert Transition.objects.count() == 1


def test_double_proposal_is_one():
    case = Case().complete()

    case.do(propose, case.clerk)
    case.do(propose, case.clerk)

    assert Transition.objects.count() == 1


def test_the_head_signs_what_he_saw():
    case = Case().complete()
    seen = picture_of(case.assessment)
    save_score(
        assessment_id=case.assessment.pk,
        code="1.1.1",
        version=1,
        statement=Statement({"option": "Chậm"}, explanation="Sửa lại"),
        by=case.clerk,
        now=build.NOW,
    )

    with pytest.raises(Refused) as caught:
        case.do(submit, case.head, seen=seen)

    assert caught.value.code == "changed"
    assert case.state == "draft"
    case.do(submit, case.head, seen=picture_of(case.assessment))
    assert case.state == "submitted"


def test_the_picture_covers_answers_documents_and_pages():
    case = Case().complete()
    pictures = [picture_of(case.assessment)]
    document = Evidence.objects.create(
        unit=case.unit, original_name="a.pdf", stored_as="evidence/x", sha256="0" * 64, size=1, uploaded_at=build.NOW
    )
    link = EvidenceLink.objects.create(
        score=Score.objects.get(node__code="2.1.2"), evidence=document, linked_at=build.NOW
    )
    pictures.append(picture_of(case.assessment))
    EvidenceLink.objects.filter(pk=link.pk).update(pages="tr. 4")
    pictures.append(picture_of(case.assessment))
    Score.objects.filter(node__code="1.1.1").update(explanation="Sửa lại")
    pictures.append(picture_of(case.assessment))

    assert len(set(pictures)) == 4


def test_only_the_head_submits():
    case = Case().complete()

    assert refusal(case, submit, case.clerk).code == "role"


def test_strangers_find_nothing():
    case = Case().complete()
    stranger = build.head_of(build.unit())

    for move, fields in ((propose, {}), (submit, {}), (send_back, {"reason": "x"}), (withdraw, {"reason": "x"})):
        assert refusal(case, move, stranger, **fields).decision.hidden


def test_the_head_sends_back_with_a_reason():
    case = Case().at("awaiting_head")

    assert refusal(case, send_back, case.head, reason="  ").code == "reason"
    case.do(send_back, case.head, reason="Phụ lục quý III chưa khớp báo cáo năm")

    assert case.state == "draft"
    assert Transition.objects.get().reason == "Phụ lục quý III chưa khớp báo cáo năm"


def test_the_clerk_does_not_send_back():
    case = Case().at("awaiting_head")

    assert refusal(case, send_back, case.clerk, reason="x").code == "role"


def test_only_what_waits_for_the_head_is_sent_back():
    case = Case()

    assert refusal(case, send_back, case.head, reason="x").code == "state"


def test_withdrawn_in_time_and_handed_in_again():
    case = Case().complete()
    case.do(submit, case.head)

    case.do(withdraw, case.head, reason="Thiếu phụ lục")
    assessment = Assessment.objects.get(pk=case.assessment.pk)
    assert (assessment.state, assessment.submitted_at, assessment.submitted_by) == ("draft", None, None)
    case.do(submit, case.head)

    assert case.state == "submitted"
    assert list(Transition.objects.order_by("id").values_list("move", flat=True)) == ["submit", "withdraw", "submit"]


def test_not_withdrawn_without_a_reason_after_the_deadline_or_once_appraised():
    case = Case().complete().at("submitted")

    assert refusal(case, withdraw, case.head, reason="").code == "reason"
    late = DEADLINE + timedelta(minutes=1)
    assert refusal(case, withdraw, case.head, reason="x", now=late).code == "deadline"
    Score.objects.filter(node__code="1.1.1").update(appraised_points=10, appraised_at=build.NOW)
    assert refusal(case, withdraw, case.head, reason="x").code == "decided"
    assert case.state == "submitted"


def test_a_returned_dossier_is_edited_and_handed_in_after_the_general_deadline():
    case = Case(stage=Stage.APPRAISAL).complete().at("returned")
    late = DEADLINE + timedelta(days=5)

    case.do(submit, case.head, now=late)

    assert case.state == "submitted"
