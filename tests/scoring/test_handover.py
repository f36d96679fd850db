"""What the head sees before signing, and naming components when the dossier goes back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.stages import Stage
from scoring.actions import propose, submit
from scoring.models import Assessment, Evidence, EvidenceLink, ReturnPoint, Score
from scoring.queries.workspace import with_context
from scoring.views.dossier import Frame
from scoring.views.handover import MANY_USES, summary
from tests import build

pytestmark = pytest.mark.django_db


class Case:
    """This year's dossier beside last year's published one, with head and clerk."""

    def __init__(self):
        self.unit = build.unit()
        self.clerk, self.head = build.clerk(self.unit), build.head_of(self.unit)
        before = build.open_population(year=build.YEAR - 1, units=[self.unit], stage=Stage.PUBLISHED)
        self.before = before.assessments.get()
        ends = build.NOW + timedelta(hours=8)
        population = build.open_population(units=[self.unit], self_assessment_ends_at=ends)
        self.pk = population.assessments.get().pk
        build.answered(self.assessment, explanation="Đã báo cáo")

    @property
    def assessment(self):
        return with_context(Assessment.objects.filter(pk=self.pk)).get()

    @property
    def frame(self):
        return Frame(self.assessment, self.head, build.NOW)

    def last_year(self, code, claimed, given=None):
        given = claimed if given is None else given
        build.score(self.before, code, self_points=Decimal(claimed), appraised_points=Decimal(given))

    def document(self, *codes, name="a", issued_on=date(2024, 5, 2)):
        made = Evidence.objects.create(
            unit=self.unit,
            original_name=f"{name}.pdf",
            number=f"{name}/BC",
            issued_on=issued_on,
            stored_as=f"evidence/{name}",
            sha256=name * 64,
            size=1,
            uploaded_at=build.NOW,
        )
        for code in codes:
            score = Score.objects.get(assessment_id=self.pk, node__code=code)
            EvidenceLink.objects.create(score=score, evidence=made, linked_at=build.NOW)

    def risks(self):
        return {risk.code: [(row.leaf.node.code, row.why) for row in risk.rows] for risk in summary(self.frame)["risks"]}

    def url(self, name):
        return reverse(f"scoring:{name}", args=[self.pk])


@pytest.fixture
def case(monkeypatch):
    monkeypatch.setattr("parindex.clock.now", lambda: build.NOW)
    return Case()


def test_a_sheet_without_risks_says_so(case, client):
    case.document(*build.FULL_ANSWERS)
    client.force_login(case.head)

    assert case.risks() == {}
    page = client.get(case.url("submit")).content.decode()
    assert "Không thấy rủi ro nào khác" in page
    assert "Tiêu chí nào có điểm cũng có tài liệu" in page


def test_differences_stand_largest_first_and_equal_ones_are_left_out(case):
    case.last_year("1.1.1", "2.5")
    case.last_year("1.1.2", "20")
    case.last_year("2.1.2", "3.75")
    case.last_year("2.1.1", "10")

    rows = summary(case.frame)["differences"]

    assert [(row.leaf.node.code, row.by) for row in rows] == [
        ("1.1.1", Decimal("7.5")),
        ("1.1.2", Decimal(-5)),
        ("2.1.1", Decimal("-0.25")),
    ]


def test_only_points_claimed_in_words_stand_without_a_document(case):
    case.document("1.1.1")
    Score.objects.filter(node__code="2.1.2", assessment_id=case.pk).update(self_points=0)

    assert [row.leaf.node.code for row in summary(case.frame)["unproved"]] == ["1.1.2", "1.1.3", "2.1.1", "2.2"]


def test_full_marks_where_last_year_lost_points(case):
    case.last_year("1.1.1", "10", "2.5")
    case.last_year("2.1.1", "10", "9")  # 9,75 of 10 this year: not full

    assert case.risks() == {"mat-diem": [("1.1.1", f"năm {build.YEAR - 1} tự chấm 10,00, chỉ được 2,50")]}


def test_what_appraisers_decided_is_no_hint_before_it_is_published(case):
    case.last_year("1.1.1", "10", "2.5")
    case.before.population.stage = Stage.COUNCIL
    case.before.population.save()

    assert case.risks() == {}


def test_requests_copies_and_dates_outside_the_year(case):
    Score.objects.filter(assessment_id=case.pk, node__code="1.1.3").update(
        answer="", self_points=None, na_requested=True, na_reason="Không có kiến nghị"
    )
    Score.objects.filter(assessment_id=case.pk, node__code="2.2").update(carried_from=build.YEAR - 1)
    case.document("2.1.1", issued_on=date(2022, 3, 1))
    case.document("2.1.2", name="b", issued_on=None)

    assert case.risks() == {
        "chep": [("2.2", f"chép từ năm {build.YEAR - 1}")],
        "khong-ap-dung": [("1.1.3", "lý do: Không có kiến nghị")],
        "ngoai-nam": [("2.1.1", "tài liệu ngày 01/03/2022")],
    }


def test_a_plan_of_the_december_before_is_in_time(case):
    case.document("2.1.1", name="c", issued_on=date(build.YEAR - 1, 12, 28))
    assert list(case.risks()) == ["ngoai-nam"]

    Evidence.objects.update(number="215/KH-SXD")

    assert case.risks() == {}


def test_one_document_for_too_many_components(case, monkeypatch):
    monkeypatch.setattr("scoring.views.handover.MANY_USES", 2)
    case.document("1.1.1", "1.1.2", "2.2")
    case.document("2.1.1", "2.1.2", name="b")

    assert MANY_USES == 10
    assert {code for code, _why in case.risks()["dung-nhieu"]} == {"1.1.1", "1.1.2", "2.2"}


@pytest.mark.parametrize("documents", [1, 3])
def test_the_summary_costs_the_same_whatever_it_finds(case, client, django_assert_num_queries, documents):
    for number in range(documents):
        case.document("1.1.1", "1.1.2", name=str(number), issued_on=date(2020, 1, 1))
        case.last_year(["1.1.1", "2.1.1", "2.2"][number], "1", "0")

    with django_assert_num_queries(7):
        found = summary(case.frame)

    assert found["risks"]


def test_an_empty_sheet_has_nothing_to_look_at(case):
    Score.objects.filter(assessment_id=case.pk).delete()
    found = summary(case.frame)

    assert (found["differences"], found["unproved"], found["risks"]) == ([], [], [])
    assert found["to_do_count"] == 6


# --- Going back ----------------------------------------------------------------------------------


def test_the_head_names_components_on_the_page_without_script(case, client):
    propose(assessment_id=case.pk, by=case.clerk, now=build.NOW)
    case.last_year("1.1.1", "10", "2.5")
    client.force_login(case.head)

    page = client.get(case.url("send_back")).content.decode()
    assert page.count('name="sua-1.1.1"') == 1
    assert page.index("Nên xem lại") < page.index('name="sua-1.1.1"') < page.index('name="sua-1.1.2"')
    typed = {"reason": "", "sua-1.1.1": "Ghi đúng ngày ban hành", "sua-2.2": ""}
    refused = client.post(case.url("send_back"), typed)
    assert refused.status_code == 422
    assert 'value="Ghi đúng ngày ban hành"' in refused.content.decode()

    client.post(case.url("send_back"), typed | {"reason": "Xem lại"})

    point = ReturnPoint.objects.get()
    assert (point.node.code, point.note) == ("1.1.1", "Ghi đúng ngày ban hành")
    client.force_login(case.clerk)
    assert "Ghi đúng ngày ban hành" in client.get(case.url("dossier")).content.decode()
    sheet = client.get(reverse("scoring:sheet", args=[case.pk, "1"])).content.decode()
    assert "Ghi đúng ngày ban hành" in sheet


def test_an_unknown_code_is_refused_in_words_and_the_note_stays(case, client):
    propose(assessment_id=case.pk, by=case.clerk, now=build.NOW)
    client.force_login(case.head)

    answer = client.post(case.url("send_back"), {"reason": "Xem lại", "sua-9.9": "x", "sua-1.1.1": "Giữ lại chữ này"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Không có tiêu chí 9.9 trong bộ tiêu chí của đợt." in page
    assert "Giữ lại chữ này" in page
    assert Assessment.objects.get(pk=case.pk).state == "awaiting_head"


def test_sở_nội_vụ_names_components_on_its_page(case, client):
    submit(assessment_id=case.pk, by=case.head, now=build.NOW)
    client.force_login(build.index_manager())

    assert 'name="sua-1.1.1"' in client.get(case.url("appraisal_return")).content.decode()
    client.post(case.url("appraisal_return"), {"reason": "Bổ sung", "sua-2.1.2": "Thiếu quyết định công nhận"})

    assert ReturnPoint.objects.get().note == "Thiếu quyết định công nhận"
    assert Assessment.objects.get(pk=case.pk).state == "returned"


def test_a_refused_note_of_sở_nội_vụ_is_said_at_the_form(case, client):
    submit(assessment_id=case.pk, by=case.head, now=build.NOW)
    client.force_login(build.index_manager())

    answer = client.post(case.url("appraisal_return"), {"reason": "Bổ sung", "sua-1.1.1": "x" * 1001})

    assert answer.status_code == 422
    assert "dài hơn 1000 ký tự" in answer.content.decode()
    assert Assessment.objects.get(pk=case.pk).state == "submitted"


# --- What is missing -----------------------------------------------------------------------------


def test_the_list_says_what_to_do_and_leads_to_each_gap(case, client):
    rows = Score.objects.filter(assessment_id=case.pk)
    rows.filter(node__code="1.1.1").delete()
    rows.filter(node__code="1.1.2").update(explanation="")
    rows.filter(node__code="1.1.3").update(answer="", self_points=None, na_requested=True)
    rows.filter(node__code="2.2").update(carried_from=build.YEAR - 1)
    client.force_login(case.clerk)

    page = client.get(case.url("missing")).content.decode()

    assert "Còn thiếu 4 việc" in page
    for code, words in {
        "1.1.1": "trả lời",
        "1.1.2": "thêm tài liệu, hoặc viết giải trình",
        "1.1.3": "ghi lý do đề nghị không áp dụng",
        "2.2": "xác nhận hoặc sửa câu chép từ năm trước",
    }.items():
        anchor = f"{reverse('scoring:sheet', args=[case.pk, code[0]])}#c{code.replace('.', '-')}"
        row = page.partition(f'href="{anchor}"')[2].partition("</tr>")[0]
        assert words in row
