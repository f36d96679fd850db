"""Last year beside this year, copying forward, confirming, and "not applicable" shown as asked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.models import Node, Population
from criteria.stages import Stage
from parindex import clock
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from parindex.tabular import read
from scoring import policies
from scoring.actions import Statement, carry_forward, confirm_all, confirm_copied, save_score
from scoring.actions.imports import ANSWER_COLUMNS, import_answers
from scoring.actions.moves import close_unsubmitted
from scoring.models import Evidence, EvidenceLink, Exemption, Score, ScoreRevision
from scoring.queries.dossiers import dossier_of
from scoring.queries.past import past_of
from scoring.queries.receipts import picture_of
from scoring.views.desk_words import entry_of
from tests import build

pytestmark = pytest.mark.django_db

BEFORE = build.YEAR - 1


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The clock stands inside the self-assessment."""
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def unit():
    return build.unit(name="Sở Giao thông vận tải")


@pytest.fixture
def clerk(unit):
    return build.clerk(unit)


@pytest.fixture
def last_year(unit):
    """The published year before, fully answered; 1.1.2 lost points for a reason."""
    before = build.open_population(year=BEFORE, units=[unit], stage=Stage.PUBLISHED).assessments.get()
    build.answered(before, explanation="Theo báo cáo năm")
    Score.objects.filter(assessment=before, node__code="1.1.2").update(
        appraised_points=Decimal("7.5"), appraised_at=build.NOW, appraised_version=1, appraisal_reason="Thiếu phụ lục"
    )
    return before


@pytest.fixture
def assessment(unit, last_year):
    return opened(unit)


def opened(unit, **changes):
    """This year's dossier. ``changes``: fields of nodes by code ("c1_1_1"), as an import would have stored them."""
    framework = build.framework()
    for name, fields in changes.items():
        Node.objects.filter(framework=framework, code=name[1:].replace("_", ".")).update(**fields)
    deadline = build.NOW + timedelta(days=5)
    population = build.open_population(framework=framework, units=[unit], self_assessment_ends_at=deadline)
    return population.assessments.get()


CHANGED = {"link": "changed", "previous_code": "2.2"}
NEW = {"link": "new"}


def params(code, old, new) -> dict[str, str]:
    """The parameters of a rule of last year with a piece replaced."""
    text = Node.objects.get(framework__cycle__year=BEFORE, code=code).rule_params
    assert old in text
    return {"rule_params": text.replace(old, new)}


def score(assessment, code) -> Score:
    return Score.objects.get(assessment=assessment, node__code=code)


def document(unit, number="12/BC-SGTVT", **fields) -> Evidence:
    count = Evidence.objects.count()
    values = {"original_name": "bao-cao.pdf", "stored_as": f"x/{count}", "sha256": f"{count:064d}", "size": 10}
    return Evidence.objects.create(
        unit=unit, content_type="application/pdf", number=number, uploaded_at=build.NOW, **(values | fields)
    )


def linked(assessment, code, evidence) -> EvidenceLink:
    return EvidenceLink.objects.create(
        score=score(assessment, code), evidence=evidence, pages="trang 3", linked_at=build.NOW
    )


def page(client, name, *args, **params) -> str:
    response = client.get(reverse(f"scoring:{name}", args=args), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# --- Last year beside this year ------------------------------------------------------------------


def test_a_card_shows_answer_points_reason_and_documents_of_last_year(client, unit, clerk, assessment, last_year):
    own = document(unit, title="Báo cáo cải cách hành chính")
    linked(last_year, "1.1.2", own)
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    aside = html.split(f'aria-label="Năm {BEFORE} của 1.1.2"')[1].split("</aside>")[0]
    assert "18/20 = 90,00%" in aside
    assert ">15,00<" in aside
    assert ">7,50<" in aside
    assert "Thiếu phụ lục" in aside
    assert "1 tài liệu" in aside
    assert f'href="/lam-viec/ho-so/tai-lieu/{own.pk}/">12/BC-SGTVT</a> · Báo cáo cải cách hành chính · trang 3' in aside


def test_what_appraisers_decided_waits_for_the_publication(unit, assessment, last_year):
    Population.objects.filter(pk=last_year.population_id).update(stage=Stage.COUNCIL)
    node = build.node(assessment.population, "1.1.2")
    past = past_of(assessment, [node])[node.pk]
    assert (past.self_points, past.given, past.reason) == (Decimal(15), None, "")


def test_a_changed_and_a_new_component_say_so(client, unit, clerk, last_year):
    assessment = opened(unit, c1_1_1=CHANGED, c1_1_2=NEW, c2_2=NEW)
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    changed = html.split(f'aria-label="Năm {BEFORE} của 1.1.1"')[1].split("</aside>")[0]
    assert "tiêu chí đã đổi" in changed
    assert "Năm đó là 2.2." in changed
    assert "Không vi phạm" in changed
    new = html.split(f'aria-label="Năm {BEFORE} của 1.1.2"')[1].split("</aside>")[0]
    assert "tiêu chí mới" in new
    assert "18/20" not in new


def test_a_document_of_the_predecessor_is_named_without_a_link(unit, assessment, last_year):
    other = build.unit()
    build.succession(other, unit)
    linked(last_year, "1.1.1", document(other))
    node = build.node(assessment.population, "1.1.1")
    assert [each.pk for each in past_of(assessment, [node])[node.pk].documents] == [None]


@pytest.mark.parametrize("codes", [["1.1.1"], ["1.1.1", "1.1.2", "2.2"]])
def test_last_year_costs_two_queries_whatever_the_rows(
    unit, assessment, last_year, django_assert_num_queries, codes
):
    for code in codes:
        linked(last_year, code, document(unit))
    nodes = [build.node(assessment.population, code) for code in codes]
    with django_assert_num_queries(2):
        past = past_of(assessment, nodes)
    assert [len(each.documents) for each in past.values()] == [1] * len(codes)


# --- Copying -------------------------------------------------------------------------------------


def test_everything_that_goes_on_is_copied_and_marked(assessment, clerk):
    done = carry_forward(assessment_id=assessment.pk, by=clerk)

    assert done.copied == tuple(build.FULL_ANSWERS)
    row = score(assessment, "1.1.2")
    assert (row.self_points, row.version, row.carried_from, row.saved_by) == (Decimal(15), 1, BEFORE, clerk)
    assert row.answer_value == {"numerator": 18, "denominator": 20}
    assert row.explanation == "Theo báo cáo năm"
    assert (row.appraised_points, row.appraisal_reason) == (None, "")
    revision = ScoreRevision.objects.get(score=row)
    assert (revision.kind, revision.version, revision.by) == ("copy", 1, clerk)
    assert AuditEvent.objects.filter(action="score.copied", unit_id=assessment.unit_id).count() == 6
    assert EvidenceLink.objects.count() == 0


def test_the_same_again_copies_nothing(assessment, clerk):
    carry_forward(assessment_id=assessment.pk, by=clerk)
    again = carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "2.2"], by=clerk)
    assert again.copied == ()
    assert again.skipped == (("1.1.1", "đã có câu trả lời"), ("2.2", "đã có câu trả lời"))
    assert score(assessment, "1.1.1").version == 1
    assert ScoreRevision.objects.count() == 6


def test_an_answer_that_is_there_is_never_touched(assessment, clerk):
    save_score(
        assessment_id=assessment.pk, code="1.1.1", version=0, statement=Statement({"option": "Chậm"}), by=clerk
    )
    done = carry_forward(assessment_id=assessment.pk, by=clerk)
    assert "1.1.1" not in done.copied
    assert score(assessment, "1.1.1").answer_value == {"option": "Chậm"}


def test_an_explanation_written_before_stays(assessment, clerk):
    build.score(assessment, "1.1.1", explanation="Viết năm nay")
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    row = score(assessment, "1.1.1")
    assert (row.explanation, row.version, row.self_points) == ("Viết năm nay", 2, Decimal(10))


def test_one_area_is_copied_alone(assessment, clerk):
    done = carry_forward(assessment_id=assessment.pk, area="2", by=clerk)
    assert done.copied == ("2.1.1", "2.1.2", "2.2")


def test_points_are_those_of_this_years_rule_and_another_rule_needs_its_own_tick(unit, clerk, last_year):
    assessment = opened(unit, c1_1_2=params("1.1.2", '"points":15', '"points":12'))

    assert "1.1.2" not in carry_forward(assessment_id=assessment.pk, by=clerk).copied
    assert carry_forward(assessment_id=assessment.pk, codes=["1.1.2"], by=clerk).copied == ("1.1.2",)
    assert score(assessment, "1.1.2").self_points == Decimal(12)


def test_a_changed_component_is_copied_only_when_named(unit, clerk, last_year):
    assessment = opened(unit, c2_2=CHANGED)
    assert "2.2" not in carry_forward(assessment_id=assessment.pk, by=clerk).copied
    assert carry_forward(assessment_id=assessment.pk, codes=["2.2"], by=clerk).copied == ("2.2",)


def test_an_answer_that_does_not_fit_is_named(unit, clerk, last_year):
    assessment = opened(unit, c1_1_1=params("1.1.1", "Đúng hạn", "Trước 15/01"))
    done = carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    assert done.copied == ()
    assert done.skipped == (("1.1.1", "câu trả lời năm trước không khớp cách chấm năm nay"),)


def test_new_components_requests_and_bare_points_are_not_copied(unit, clerk, last_year):
    assessment = opened(unit, c2_2=NEW)
    asked = score(last_year, "1.1.2")
    Score.objects.filter(pk=asked.pk).update(answer="", self_points=None, na_requested=True, na_reason="Không có")
    Score.objects.filter(pk=score(last_year, "1.1.1").pk).update(answer="")
    done = carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "1.1.2", "2.2"], by=clerk)
    assert dict(done.skipped) == {
        "1.1.1": "năm trước chỉ lưu điểm, không có câu trả lời",
        "1.1.2": "năm trước đề nghị không áp dụng, phải đề nghị lại",
        "2.2": "năm trước không có câu trả lời",
    }


def test_documents_are_given_again_only_where_ticked(unit, assessment, clerk, last_year):
    good, gone = document(unit), document(unit, withdrawn_at=build.NOW)
    for code in ("1.1.1", "2.2"):
        linked(last_year, code, good)
    linked(last_year, "1.1.1", gone)
    linked(last_year, "1.1.1", document(build.unit()))

    done = carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "2.2"], documents=["1.1.1"], by=clerk)

    assert done.documents == 1
    link = EvidenceLink.objects.get(score__assessment=assessment)
    assert (link.evidence, link.pages, link.score.node.code) == (good, "trang 3", "1.1.1")
    assert AuditEvent.objects.filter(action="evidence.linked").count() == 1


@pytest.mark.parametrize("codes", [["1.1.1"], ["1.1.1", "1.1.2", "2.2"]])
def test_copying_costs_the_same_for_one_and_three(assessment, clerk, django_assert_num_queries, codes):
    with django_assert_num_queries(COPY_QUERIES):
        done = carry_forward(assessment_id=assessment.pk, codes=codes, by=clerk)
    assert len(done.copied) == len(codes)


COPY_QUERIES = 16


def test_after_the_deadline_and_for_strangers_nothing_is_copied(assessment, clerk):
    with pytest.raises(Refused, match="Đã quá hạn"):
        carry_forward(assessment_id=assessment.pk, by=clerk, now=build.NOW + timedelta(days=9))
    with pytest.raises(Refused) as refused:
        carry_forward(assessment_id=assessment.pk, by=build.clerk(build.unit()))
    assert refused.value.decision.hidden
    assert not Score.objects.filter(assessment=assessment).exists()


# --- Confirming ----------------------------------------------------------------------------------


def missing(assessment) -> dict[str, policies.Missing]:
    return dossier_of(assessment).missing


def test_a_copy_counts_as_missing_until_it_is_confirmed(assessment, clerk):
    carry_forward(assessment_id=assessment.pk, by=clerk)
    assert missing(assessment)["1.1.1"].kind == "confirm"
    assert missing(assessment)["1.1.1"].text.endswith(f"chép từ năm {BEFORE}, chưa xác nhận còn đúng")
    before = picture_of(assessment)

    row, made = confirm_copied(assessment_id=assessment.pk, code="1.1.1", version=1, by=clerk)

    assert (made, row.version, row.carried_from) == (True, 2, None)
    assert "1.1.1" not in missing(assessment)
    assert picture_of(assessment) != before
    assert ScoreRevision.objects.filter(score=row, version=2, kind="self").exists()
    assert AuditEvent.objects.filter(action="score.confirmed").count() == 1
    again, made = confirm_copied(assessment_id=assessment.pk, code="1.1.1", version=1, by=clerk)
    assert (made, again.version) == (False, 2)


def test_a_copy_without_proof_says_both(assessment, clerk, last_year):
    Score.objects.filter(assessment=last_year).update(explanation="")
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    assert missing(assessment)["1.1.1"].text.endswith("chưa xác nhận còn đúng và chưa có tài liệu")


def test_what_was_changed_since_is_not_confirmed_unseen(assessment, clerk):
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "2.2"], by=clerk)
    Score.objects.filter(assessment=assessment, node__code="1.1.1").update(version=5)
    with pytest.raises(Conflict):
        confirm_copied(assessment_id=assessment.pk, code="1.1.1", version=1, by=clerk)
    done, changed = confirm_all(assessment_id=assessment.pk, versions={"1.1.1": 1, "2.2": 1}, by=clerk)
    assert (done, changed) == (("2.2",), ("1.1.1",))
    assert score(assessment, "1.1.1").carried_from == BEFORE


def test_saving_a_copy_confirms_it(assessment, clerk):
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    row, _made = save_score(
        assessment_id=assessment.pk,
        code="1.1.1",
        version=1,
        statement=Statement({"option": "Đúng hạn"}, explanation="Theo báo cáo năm"),
        by=clerk,
    )
    assert (row.carried_from, row.version) == (None, 2)


@pytest.mark.parametrize("codes", [["1.1.1"], ["1.1.1", "1.1.2", "2.2"]])
def test_confirming_costs_the_same_for_one_and_three(assessment, clerk, django_assert_num_queries, codes):
    carry_forward(assessment_id=assessment.pk, by=clerk)
    with django_assert_num_queries(CONFIRM_QUERIES):
        done, _changed = confirm_all(assessment_id=assessment.pk, versions=dict.fromkeys(codes, 1), by=clerk)
    assert len(done) == len(codes)


CONFIRM_QUERIES = 8


# --- Pages ---------------------------------------------------------------------------------------


def test_the_page_lists_what_may_be_copied_with_then_and_now(client, clerk, last_year, unit):
    assessment = opened(unit, c2_2=CHANGED)
    linked(last_year, "1.1.1", document(unit))
    client.force_login(clerk)

    html = page(client, "carry", assessment.pk)

    assert f"<h1>5 câu chép được từ năm {BEFORE}</h1>" in html
    assert 'value="1.1.1" id="chep-' in html
    assert html.count(" checked>") == 5
    assert "tiêu chí đã đổi" in html
    assert "ngày của tài liệu sẽ ngoài năm đánh giá" in html
    assert reverse("scoring:carry", args=[assessment.pk]) in page(client, "dossier", assessment.pk)
    assert f"{reverse('scoring:carry', args=[assessment.pk])}?linh-vuc=1" in page(client, "sheet", assessment.pk, "1")


def test_posting_copies_says_so_and_leads_to_confirming(client, assessment, clerk):
    client.force_login(clerk)
    url = reverse("scoring:carry", args=[assessment.pk])

    response = client.post(url, {"code": ["1.1.1", "2.2", "1.1.4"]}, follow=True)

    html = " ".join(response.content.decode().split())
    assert f"Đã chép 2 câu từ năm {BEFORE}." in html
    assert "<h1>2 câu đã chép chờ xác nhận</h1>" in html
    again = client.post(url, {"code": ["1.1.1", "2.2"]}, follow=True).content.decode()
    assert "Không có câu nào được chép. 2 câu không chép được vì đã có câu trả lời: 1.1.1, 2.2." in again
    assert "Chưa đánh dấu câu nào" in client.post(url, follow=True).content.decode()


def test_a_copied_card_is_marked_and_confirmed_without_a_script(client, assessment, clerk):
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    client.force_login(clerk)
    url = reverse("scoring:component_confirm", args=[assessment.pk, "1.1.1"])
    html = page(client, "sheet", assessment.pk, "1")
    assert f"Chép từ năm {BEFORE}, chưa xác nhận." in html
    assert f'formaction="{url}"' in html

    response = client.post(url, {"version": 1, "option": "Chậm", "explanation": "Gửi chậm một ngày"})

    assert response.status_code == 302
    row = score(assessment, "1.1.1")
    assert (row.answer_value, row.carried_from) == ({"option": "Chậm"}, None)  # what was typed is not lost
    assert "chưa xác nhận." not in page(client, "sheet", assessment.pk, "1")


def test_one_copy_is_confirmed_by_its_version_alone(client, assessment, clerk):
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1"], by=clerk)
    client.force_login(clerk)
    url = reverse("scoring:component_confirm", args=[assessment.pk, "1.1.1"])
    assert "vừa được chép lại hoặc sửa" in client.post(url, {"version": 7}, follow=True).content.decode()
    assert client.post(url, {"version": 1}).status_code == 302
    assert score(assessment, "1.1.1").carried_from is None


def test_listed_copies_are_confirmed_together(client, assessment, clerk):
    carry_forward(assessment_id=assessment.pk, by=clerk)
    client.force_login(clerk)
    html = page(client, "carry_confirm", assessment.pk, **{"linh-vuc": "2"})
    assert "<h1>3 câu đã chép chờ xác nhận</h1>" in html
    assert 'value="2.1.1:1"' in html
    assert "1.1.1:1" not in html
    assert "Lĩnh vực 2: 3<" in html
    url = reverse("scoring:carry_confirm", args=[assessment.pk])
    answer = client.post(url, {"cau": ["2.1.1:1", "2.2:1", "rác", ":", "2.1.2:x"]}, follow=True).content.decode()
    assert "Đã xác nhận 2 câu vẫn đúng." in answer
    assert Score.objects.filter(assessment=assessment, carried_from=BEFORE).count() == 4


def test_a_closed_sheet_shows_the_page_without_boxes(client, assessment, clerk):
    assessment.state = "submitted"
    assessment.save()
    client.force_login(clerk)
    html = page(client, "carry", assessment.pk)
    assert "Chỉ xem." in html
    assert 'type="checkbox"' not in html


@pytest.mark.parametrize("codes", [["1.1.1"], ["1.1.1", "1.1.2", "2.2"]])
def test_the_pages_cost_the_same_for_one_and_three(
    client, assessment, clerk, last_year, django_assert_num_queries, codes
):
    Score.objects.filter(assessment=last_year).exclude(node__code__in=codes).delete()
    client.force_login(clerk)
    with django_assert_num_queries(12):
        page(client, "carry", assessment.pk)
    carry_forward(assessment_id=assessment.pk, by=clerk)
    with django_assert_num_queries(10):
        page(client, "carry_confirm", assessment.pk)


# --- Not applicable ------------------------------------------------------------------------------


def asked(assessment) -> Score:
    return build.score(assessment, "1.1.2", na_requested=True, na_reason="Không được giao nhiệm vụ")


def test_a_request_is_shown_as_asked(client, assessment, clerk):
    asked(assessment)
    client.force_login(clerk)
    assert "Đã đề nghị không áp dụng, chờ quyết định." in page(client, "sheet", assessment.pk, "1")
    table = page(client, "table", assessment.pk)
    assert "đề nghị không áp dụng, chờ quyết định" in table
    assert "đề nghị không áp dụng: Không được giao nhiệm vụ" in table


def test_a_refusal_is_told_with_the_publication(client, assessment, clerk):
    row = asked(assessment)
    Score.objects.filter(pk=row.pk).update(
        appraised_points=0, appraised_at=build.NOW, appraised_version=1, appraisal_reason="Nhiệm vụ vẫn được giao"
    )
    client.force_login(clerk)
    for stage in (Stage.APPRAISAL, Stage.COUNCIL, Stage.SETTLED):
        Population.objects.filter(pk=assessment.population_id).update(stage=stage)
        html = page(client, "sheet", assessment.pk, "1")
        assert "chờ quyết định" in html
        assert "Nhiệm vụ vẫn được giao" not in html
    Population.objects.filter(pk=assessment.population_id).update(stage=Stage.PUBLISHED)
    html = page(client, "sheet", assessment.pk, "1")
    assert "Đề nghị không áp dụng không được chấp nhận.</b> Nhiệm vụ vẫn được giao" in html
    assert "không được chấp nhận" in page(client, "table", assessment.pk)


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [
        (Exemption.Origin.REQUEST, "Không áp dụng theo đề nghị của đơn vị, đã được chấp nhận: Không có việc này."),
        (Exemption.Origin.RULE, "Không áp dụng cho đơn vị theo quy định của năm: Không có việc này."),
    ],
)
def test_a_grant_is_shown_with_its_reason(client, unit, assessment, clerk, origin, sentence):
    grant = build.exemption(unit, build.node(assessment.population, "1.1"), reason="Không có việc này")
    Exemption.objects.filter(pk=grant.pk).update(origin=origin)
    client.force_login(clerk)
    assert page(client, "sheet", assessment.pk, "1").count(sentence) == 4  # every leaf below
    assert "Không có việc này" in page(client, "table", assessment.pk)


# --- Dossiers that others close or import over -----------------------------------------------------


def test_closing_an_unsubmitted_dossier_takes_unconfirmed_copies_for_empty(client, clerk, assessment):
    save_score(
        assessment_id=assessment.pk, code="2.2", version=0, statement=Statement(explanation="Đơn vị tự viết"), by=clerk
    )
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "1.1.2", "2.2"], by=clerk)
    confirm_copied(assessment_id=assessment.pk, code="1.1.1", version=1, by=clerk)
    build.standing_body()
    late = build.NOW + timedelta(days=6)
    close_unsubmitted(assessment_id=assessment.pk, reason="Quá hạn", by=build.index_manager(), now=late)

    rows = {row.node.code: row for row in Score.objects.filter(assessment=assessment).select_related("node")}
    assert rows["1.1.1"].self_points == Decimal(10)
    assert not rows["1.1.1"].not_self_assessed
    for code in ("1.1.2", "2.2"):
        row = rows[code]
        assert (row.answer, row.self_points, row.carried_from, row.not_self_assessed) == ("", None, None, True)
    assert [rows[code].explanation for code in ("1.1.2", "2.2")] == ["", "Đơn vị tự viết"]
    assert not Score.objects.filter(assessment=assessment, carried_from__isnull=False).exists()
    closed = ScoreRevision.objects.get(score=rows["1.1.2"], kind="close")
    assert entry_of(closed, first=True).text == f"khóa khi chưa xác nhận bản chép từ năm {BEFORE}"


def test_what_a_file_states_is_no_copy_any_more(tmp_path, clerk, assessment):
    carry_forward(assessment_id=assessment.pk, codes=["1.1.1", "1.1.2"], by=clerk)
    rows = [{"unit_code": assessment.unit.code, "component_code": "1.1.1", "answer": '{"option": "Chậm"}', "note": ""}]
    file = tmp_path / "tra-loi.csv"
    file.write_bytes(build.as_csv(rows))
    table = read(file, columns=ANSWER_COLUMNS)
    import_answers(table, year=build.YEAR, level="department", by=None, replace=True, reason="Nhập lại")

    row = Score.objects.get(assessment=assessment, node__code="1.1.1")
    assert (row.origin, row.self_points, row.carried_from) == ("import", Decimal("2.5"), None)
