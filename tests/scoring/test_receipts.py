"""Receipts: one per submission, a digest over everything that was signed, and the signed scan."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from criteria.models import Population
from criteria.stages import Stage
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring import policies
from scoring.actions import propose, send_back, submit, withdraw
from scoring.actions.moves import return_dossier
from scoring.actions.receipts import attach_scan
from scoring.actions.reports import save_report_text
from scoring.models import (
    Assessment,
    Evidence,
    EvidenceLink,
    ReportText,
    ReturnPoint,
    Score,
    SignedScan,
    Submission,
    Transition,
)
from scoring.queries.dossiers import sheet_of
from scoring.queries.receipts import ended_by, picture_of, receipts_of, signed_of
from scoring.receipts import ReceiptError, Signed, SignedComponent, SignedDocument, changes, grouped, read
from scoring.uploads import check
from tests import build

DEADLINE = build.NOW + timedelta(hours=8)
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

DOCUMENT = SignedDocument("118/BC-SGTVT", "2024-11-05", "Báo cáo năm", "ab" * 32, "tr. 4")
SIGNED = Signed(
    unit_code="D1",
    unit_name="Sở Giao thông vận tải",
    year=2024,
    level="department",
    framework="cd" * 32,
    components=(
        SignedComponent("1.1.1", Decimal(10), {"option": "Đúng hạn"}, Decimal("10.00"), "", False, "", (DOCUMENT,)),
        SignedComponent("1.1.2", Decimal(20), {"numerator": 18, "denominator": 20}, Decimal(15), "Đã báo cáo", False, ""),
        SignedComponent("1.1.3", Decimal(10), None, None, "", True, "Không có kiến nghị"),
    ),
    exempt=("2.2",),
    difficulties="Thiếu biên chế",
    proposals="Bổ sung kinh phí",
)


# --- Pure ----------------------------------------------------------------------------------------


def test_the_text_reads_back_to_the_same_sheet_and_the_same_digest():
    again = read(SIGNED.contents)

    assert again.contents == SIGNED.contents
    assert again.digest == SIGNED.digest == canonical.digest(SIGNED.contents)
    assert (again.points, again.max_points) == (Decimal(25), Decimal(40))
    assert (again.answered, again.documents) == (3, 1)


def test_any_digit_and_any_letter_changed_gives_another_digest():
    digests = {SIGNED.digest}
    places = [at for at, character in enumerate(SIGNED.contents) if character.isdigit() or character.isalpha()]
    for at in places:
        other = "7" if SIGNED.contents[at] != "7" else "8"
        digests.add(canonical.digest(SIGNED.contents[:at] + other + SIGNED.contents[at + 1 :]))

    assert len(digests) > 300
    assert len(digests) == len(places) + 1


CHANGED = {
    "points": ("points", Decimal("9.99")),
    "maximum": ("max_points", Decimal("10.01")),
    "answer": ("answer", {"option": "Chậm"}),
    "explanation": ("explanation", "x"),
    "na": ("na_requested", True),
    "reason": ("na_reason", "x"),
    "documents": ("documents", ()),
    "pages": ("documents", (replace(DOCUMENT, pages="tr. 5"),)),
    "number": ("documents", (replace(DOCUMENT, number="119/BC-SGTVT"),)),
    "date": ("documents", (replace(DOCUMENT, issued_on="2024-11-06"),)),
    "title": ("documents", (replace(DOCUMENT, title="Báo cáo quý"),)),
    "hash": ("documents", (replace(DOCUMENT, sha256="ac" * 32),)),
}


@pytest.mark.parametrize("what", CHANGED)
def test_every_field_of_a_component_is_in_the_digest(what):
    name, value = CHANGED[what]
    first, *rest = SIGNED.components

    assert replace(SIGNED, components=(replace(first, **{name: value}), *rest)).digest != SIGNED.digest


@pytest.mark.parametrize("name", ["unit_code", "unit_name", "level", "framework", "difficulties", "proposals"])
def test_every_field_of_the_sheet_is_in_the_digest(name):
    assert replace(SIGNED, **{name: "x"}).digest != SIGNED.digest
    assert replace(SIGNED, year=2025).digest != SIGNED.digest
    assert replace(SIGNED, exempt=()).digest != SIGNED.digest


def test_the_same_number_written_otherwise_is_the_same_digest():
    first, *rest = SIGNED.components

    assert replace(SIGNED, components=(replace(first, points=Decimal(10)), *rest)).digest == SIGNED.digest


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"form":2}', SIGNED.contents.replace('"form":1', '"form":9')])
def test_a_text_of_another_form_is_refused(text):
    with pytest.raises(ReceiptError):
        read(text)


def test_changes_are_named_by_code_and_kind():
    first, second, third = SIGNED.components
    later = replace(
        SIGNED,
        components=(
            replace(first, answer={"option": "Chậm"}, points=Decimal("2.5")),
            replace(second, explanation="Sửa lại", documents=(DOCUMENT,)),
            SignedComponent("2.1.1", Decimal(5), None, None, "", False, ""),
        ),
        proposals="",
    )

    found = changes(SIGNED, later)

    assert [(each.code, each.kinds, each.difference) for each in found.components] == [
        ("1.1.1", ("answer", "points"), Decimal("-7.5")),
        ("1.1.2", ("explanation", "documents"), Decimal(0)),
        ("2.1.1", ("added",), Decimal(0)),
        ("1.1.3", ("removed",), Decimal(0)),
    ]
    assert found.texts == ("proposals",)
    assert third.na_requested
    assert not changes(SIGNED, read(SIGNED.contents))


def test_a_digest_is_printed_in_groups_of_four():
    assert grouped("0123456789ab") == "0123 4567 89ab"


# --- Submitting ----------------------------------------------------------------------------------


class Case:
    """A complete dossier with its clerk and its head, open until ``DEADLINE``."""

    def __init__(self, **fields):
        self.unit = build.unit()
        self.clerk, self.head = build.clerk(self.unit), build.head_of(self.unit)
        population = build.open_population(units=[self.unit], self_assessment_ends_at=DEADLINE, **fields)
        self.assessment = population.assessments.get()
        build.answered(self.assessment, explanation="Đã báo cáo")

    def do(self, move, by=None, now=build.NOW, **fields):
        return move(assessment_id=self.assessment.pk, by=by or self.head, now=now, **fields)

    def document(self, code="2.1.2", name="a"):
        made = Evidence.objects.create(
            unit=self.unit,
            original_name=f"{name}.pdf",
            number="118/BC",
            issued_on=date(2024, 11, 5),
            stored_as=f"evidence/{name}",
            sha256=name * 64,
            size=1,
            uploaded_at=build.NOW,
        )
        score = Score.objects.get(assessment=self.assessment, node__code=code)
        return EvidenceLink.objects.create(score=score, evidence=made, pages="tr. 4", linked_at=build.NOW)

    def url(self, name, *more):
        return reverse(f"scoring:{name}", args=[self.assessment.pk, *more])

    def scan(self, number=1, content=PDF, name="bản ký.pdf", **fields):
        given = SimpleUploadedFile(name, content)
        return self.do(attach_scan, number=number, upload=given, checked=check(given), **fields)


@pytest.fixture
def case(db):
    return Case()


def test_the_receipt_holds_totals_and_the_digest_of_what_is_stored(case):
    case.document()
    case.do(save_report_text, case.clerk, version=0, difficulties="Thiếu biên chế", proposals="")

    case.do(submit, seen=picture_of(case.assessment))

    receipt = Submission.objects.get()
    assert (receipt.number, receipt.at, receipt.by) == (1, build.NOW, case.head)
    assert (receipt.points, receipt.max_points) == (Decimal("56"), Decimal("65"))
    assert (receipt.answered, receipt.asked, receipt.documents) == (6, 6, 1)
    assert receipt.digest == canonical.digest(receipt.contents) == signed_of(case.assessment).digest
    signed = read(receipt.contents)
    assert signed.by_code["2.1.2"].documents == (SignedDocument("118/BC", "2024-11-05", "a.pdf", "a" * 64, "tr. 4"),)
    assert signed.by_code["1.1.2"].answer == {"numerator": 18, "denominator": 20}
    assert signed.difficulties == "Thiếu biên chế"
    assert AuditEvent.objects.filter(action="assessment.receipt").count() == 1


def test_fifty_submissions_one_after_another_make_one_receipt(case):
    for second in range(50):
        case.do(submit, now=build.NOW + timedelta(seconds=second))

    assert Submission.objects.count() == Transition.objects.count() == 1


def test_fifty_clicks_in_the_browser_make_one_receipt(case, client, monkeypatch):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    client.force_login(case.head)
    seen = picture_of(case.assessment)

    answers = {client.post(case.url("submit"), {"seen": seen}).url for _click in range(50)}

    assert answers == {case.url("receipts")}
    assert Submission.objects.count() == Transition.objects.filter(move="submit").count() == 1


def test_a_dossier_that_comes_back_after_its_extension_may_be_mended(case):
    build.standing_body()
    ends = DEADLINE + timedelta(days=1)
    Assessment.objects.filter(pk=case.assessment.pk).update(extended_until=ends, extension_reason="Mất điện")
    case.do(submit)
    later = ends + timedelta(days=3)
    case.do(return_dossier, build.index_manager(), reason="Bổ sung", now=later)

    assessment = Assessment.objects.select_related("population").get()
    assert (assessment.extended_until, assessment.extension_reason) == (None, "")
    assert policies.may_edit(sheet_of(assessment), later)


def test_a_refused_submission_leaves_no_receipt(case):
    Score.objects.filter(node__code="1.1.1").delete()
    for fields in ({}, {"seen": "0" * 64}, {"now": DEADLINE + timedelta(minutes=1)}):
        with pytest.raises(Refused):
            case.do(submit, **fields)

    assert not Submission.objects.exists()


@pytest.mark.parametrize(("seconds", "accepted"), [(59, True), (60, False)])
def test_the_deadline_is_a_minute(case, seconds, accepted):
    deadline = datetime(2024, 11, 30, 10, 0, tzinfo=UTC)
    Population.objects.update(self_assessment_ends_at=deadline)
    now = deadline + timedelta(seconds=seconds)
    if accepted:
        case.do(submit, now=now)
    else:
        with pytest.raises(Refused) as caught:
            case.do(submit, now=now)
        assert caught.value.code == "deadline"
    assert Submission.objects.exists() is accepted


def test_a_text_written_after_the_head_looked_stops_the_signature(case):
    seen = picture_of(case.assessment)
    case.do(save_report_text, case.clerk, version=0, difficulties="Mới viết", proposals="")

    with pytest.raises(Refused) as caught:
        case.do(submit, seen=seen)

    assert caught.value.code == "changed"


def test_a_receipt_can_be_neither_changed_nor_deleted(case):
    case.do(submit)
    for act in (lambda: Submission.objects.update(points=1), lambda: Submission.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    assert Submission.objects.get().points == 56


def test_withdrawn_and_submitted_again_has_two_receipts_the_first_marked(case):
    case.do(submit)
    case.do(withdraw, reason="Thiếu phụ lục", now=build.NOW + timedelta(minutes=1))
    Score.objects.filter(node__code="1.1.1").update(explanation="Đã bổ sung")
    case.do(submit, now=build.NOW + timedelta(minutes=2))

    listed = receipts_of(case.assessment)
    ended = ended_by(case.assessment, listed)
    assert [receipt.number for receipt in listed] == [2, 1]
    assert (ended[1].move, ended[1].reason) == ("withdraw", "Thiếu phụ lục")
    assert 2 not in ended


# --- Returning with components -------------------------------------------------------------------


def test_the_head_names_components_when_the_dossier_goes_back(case):
    case.do(propose, case.clerk)
    case.do(send_back, reason="Xem lại", points={"1.1.1": " Kế hoạch ban hành chậm ", "2.2": "  "})

    point = ReturnPoint.objects.get()
    assert (point.node.code, point.note, point.transition.move) == ("1.1.1", "Kế hoạch ban hành chậm", "send_back")
    assert canonical.loads(AuditEvent.objects.get(action="assessment.send_back").data)["notes"] == {
        "1.1.1": "Kế hoạch ban hành chậm"
    }


def test_sở_nội_vụ_names_components_when_it_returns_a_dossier(case):
    case.do(submit)
    manager = build.index_manager()
    case.do(return_dossier, manager, reason="Bổ sung", points={"2.1.2": "Thiếu quyết định công nhận"})

    assert ReturnPoint.objects.get().transition.move == "return"


@pytest.mark.parametrize("points", [{"9.9": "x"}, {"1.1": "x"}, {"1.1.1": "x" * 1001}])
def test_a_note_on_an_unknown_component_or_without_end_moves_nothing(case, points):
    case.do(propose, case.clerk)

    with pytest.raises(Refused) as caught:
        case.do(send_back, reason="Xem lại", points=points)

    assert caught.value.code == "points"
    assert Assessment.objects.get().state == "awaiting_head"
    assert not ReturnPoint.objects.exists()


# --- The texts of the report ---------------------------------------------------------------------


def test_the_second_writer_is_shown_both_texts(case, client, monkeypatch):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    other = build.clerk(case.unit)
    client.force_login(case.clerk)
    client.post(case.url("report"), {"version": 0, "difficulties": "Của tôi", "proposals": ""})
    client.force_login(other)

    answer = client.post(case.url("report"), {"version": 0, "difficulties": "Của người khác", "proposals": ""})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Của tôi" in page
    assert "Của người khác" in page
    assert ReportText.objects.get().difficulties == "Của tôi"
    client.post(case.url("report"), {"version": 1, "keep": "mine", "difficulties": "Của người khác", "proposals": ""})
    assert ReportText.objects.get().difficulties == "Của người khác"


def test_autosave_answers_with_the_card_alone(case, client, monkeypatch):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    client.force_login(case.clerk)
    typed = {"version": 0, "difficulties": "Thiếu\r\nbiên chế", "proposals": "Kinh phí"}

    answer = client.post(case.url("report"), typed, headers={"X-Autosave": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'name="version" value="1"' in page
    assert ReportText.objects.get().difficulties == "Thiếu\nbiên chế"
    again = client.post(case.url("report"), typed, headers={"X-Autosave": "1"})
    assert again.status_code == 200
    assert ReportText.objects.get().version == 1


@pytest.mark.parametrize("version", ["", "x", "٣", "99999999999999999999"])
def test_a_version_that_cannot_be_read_overwrites_nothing(case, client, monkeypatch, version):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    case.do(save_report_text, case.clerk, version=0, difficulties="Đã có", proposals="")
    client.force_login(case.clerk)

    answer = client.post(case.url("report"), {"version": version, "difficulties": "Khác", "proposals": ""})

    assert answer.status_code == 409
    assert ReportText.objects.get().difficulties == "Đã có"


def test_a_text_without_end_is_refused_and_stays_typed(case, client, monkeypatch):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    client.force_login(case.clerk)

    answer = client.post(case.url("report"), {"version": 0, "difficulties": "x" * 10_001, "proposals": ""})

    assert answer.status_code == 422
    assert "x" * 10_001 in answer.content.decode()
    assert not ReportText.objects.exists()


def test_the_texts_are_closed_once_submitted(case):
    case.do(submit)

    with pytest.raises(Refused) as caught:
        case.do(save_report_text, case.clerk, version=0, difficulties="x", proposals="")

    assert caught.value.code == "state"


# --- The signed scan -----------------------------------------------------------------------------


def test_the_signed_report_is_attached_and_replaced_by_another(case):
    case.do(submit)
    first = case.scan(by=case.clerk)
    again = case.scan()
    second = case.scan(content=PDF.replace(b"1.7", b"1.6"), name="bản ký 2.pdf")

    assert again.pk == first.pk
    assert [scan.pk for scan in SignedScan.objects.order_by("-id")] == [second.pk, first.pk]
    assert second.evidence.unit == case.unit
    assert AuditEvent.objects.filter(action="assessment.scan").count() == 2


def test_a_scan_is_refused_before_submission_for_an_old_receipt_and_once_settled(case):
    with pytest.raises(Refused) as caught:
        case.scan()
    assert caught.value.code == "state"
    case.do(submit)
    case.do(withdraw, reason="x", now=build.NOW + timedelta(minutes=1))
    case.do(submit, now=build.NOW + timedelta(minutes=2))
    with pytest.raises(Refused) as caught:
        case.scan(number=1)
    assert caught.value.code == "receipt"
    Population.objects.update(stage=Stage.SETTLED)
    with pytest.raises(Refused) as caught:
        case.scan(number=2)
    assert caught.value.code == "stage"
    assert not SignedScan.objects.exists()


def test_strangers_attach_nothing_and_store_nothing(case):
    case.do(submit)
    stranger = build.head_of(build.unit())

    with pytest.raises(Refused) as caught:
        case.scan(by=stranger)

    assert caught.value.decision.hidden
    assert not Evidence.objects.exists()


def test_a_workbook_is_no_signed_report(case, client):
    case.do(submit)
    client.force_login(case.head)

    answer = client.post(case.url("receipt", 1), {"file": SimpleUploadedFile("a.html", b"<html>")})

    assert answer.status_code == 422
    assert not SignedScan.objects.exists()


# --- The page ------------------------------------------------------------------------------------


def test_the_page_of_a_receipt_says_what_changed_and_marks_what_was_withdrawn(case, client):
    case.do(submit)
    case.do(withdraw, reason="Thiếu phụ lục", now=build.NOW + timedelta(minutes=1))
    Score.objects.filter(node__code="1.1.1").update(answer='{"option":"Chậm"}', self_points=Decimal("2.5"))
    case.do(submit, now=build.NOW + timedelta(minutes=2))
    client.force_login(case.clerk)

    newest = client.get(case.url("receipts"), follow=True)
    page = newest.content.decode()
    assert newest.redirect_chain == [(case.url("receipt", 2), 302)]
    assert grouped(Submission.objects.get(number=2).digest) in page
    assert "câu trả lời, điểm" in page
    assert "Đang có hiệu lực" in page
    assert case.url("receipt", 1) in page
    old = client.get(case.url("receipt", 1)).content.decode()
    assert "Đã rút lại lúc" in old
    assert "Thiếu phụ lục" in old
    assert 'type="file"' not in old


def test_without_a_receipt_the_page_leads_back(case, client):
    client.force_login(case.clerk)

    assert client.get(case.url("receipts")).url == case.url("dossier")
    assert client.get(case.url("receipt", 1)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_receipt_costs_the_same_whatever_it_changed(case, client, django_assert_max_num_queries, number):
    for turn in range(number):
        case.do(submit, now=build.NOW + timedelta(minutes=2 * turn))
        case.do(withdraw, reason="x", now=build.NOW + timedelta(minutes=2 * turn + 1))
        Score.objects.update(explanation=f"Lần {turn}")
    client.force_login(case.head)
    client.get(case.url("receipt", number))

    with django_assert_max_num_queries(18):
        page = client.get(case.url("receipt", number)).content.decode()

    assert len(re.findall(r"<h1", page)) == 1
