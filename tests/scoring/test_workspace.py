"""The pages of a unit's workspace: what they say, what they cost, what a save answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from scoring.actions import Statement, save_score
from scoring.models import (
    Assessment,
    Evidence,
    EvidenceLink,
    InternalNote,
    ReturnPoint,
    Score,
    ScoreRevision,
    Share,
    Transition,
)
from scoring.views.table import COLUMNS
from tests import build

pytestmark = pytest.mark.django_db

AUTOSAVE = {"X-Autosave": "1"}


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
def assessment(unit):
    return opened(unit)


def opened(unit, **fields):
    deadline = build.NOW + timedelta(days=5, hours=3)
    return build.open_population(units=[unit], self_assessment_ends_at=deadline, **fields).assessments.get()


def page(client, name, *args, **params):
    response = client.get(reverse(f"scoring:{name}", args=args), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(client, assessment, code, headers=None, **fields):
    return client.post(reverse("scoring:component", args=[assessment.pk, code]), fields, headers=headers or {})


# --- Home ----------------------------------------------------------------------------------------


def test_home_says_how_long_how_far_and_what_is_left(client, assessment, clerk):
    build.answered(assessment, ["1.1.1", "2.1.1"], explanation="Đã báo cáo")
    client.force_login(clerk)

    html = page(client, "home")

    assert "<h1>Còn 5 ngày 3 giờ</h1>" in html
    assert "Đã trả lời 2 trên 6 tiêu chí thành phần." in html
    assert "19,75" in html  # claimed
    assert "45,00" in html  # still open: 20 + 10 + 5 + 10
    assert "Làm tiếp 1.1.2" in html  # most points first
    assert "Cả 4 việc" in html


def test_home_tells_what_came_back_and_why(client, unit, clerk):
    assessment = opened(unit)
    Assessment.objects.filter(pk=assessment.pk).update(state="returned")
    Transition.objects.create(
        assessment=assessment,
        move="return",
        source="submitted",
        target="returned",
        at=build.NOW,
        by=build.index_manager(),
        reason="Phụ lục quý III chưa khớp",
    )
    client.force_login(clerk)

    assert "“Phụ lục quý III chưa khớp”" in page(client, "home")


def test_home_tells_who_did_what_last(client, assessment, clerk, unit):
    colleague = build.clerk(unit)
    save_score(
        assessment_id=assessment.pk, code="1.1.1", version=0, statement=Statement({"option": "Chậm"}), by=colleague
    )
    client.force_login(clerk)

    assert f"<b>{colleague}</b> trả lời 1.1.1" in page(client, "home")


@pytest.mark.parametrize(
    ("state", "heading"),
    [("submitted", "Đã nộp lúc 09:00, 20/11/2024"), ("closed", "Đã thẩm định xong"), ("awaiting_head", "Còn 5 ngày 3 giờ")],
)
def test_home_says_where_the_dossier_is(client, assessment, clerk, state, heading):
    Assessment.objects.filter(pk=assessment.pk).update(state=state, submitted_at=build.NOW)
    client.force_login(clerk)

    assert f"<h1>{heading}</h1>" in page(client, "home")


def test_home_after_the_deadline(client, assessment, clerk):
    Population.objects.update(self_assessment_ends_at=build.NOW - timedelta(minutes=1))
    client.force_login(clerk)

    html = page(client, "home")

    assert "<h1>Đã quá hạn nộp</h1>" in html
    assert "liên hệ Sở Nội vụ để được gia hạn" in html
    assert "Trình lãnh đạo" not in html


def test_home_without_an_open_population(client, unit, clerk):
    build.population(stage=Stage.PREPARING)
    client.force_login(clerk)

    assert "Chưa có đợt đánh giá nào mở cho đơn vị của bạn" in page(client, "home")


def test_home_of_somebody_without_a_unit(client):
    client.force_login(build.index_manager())

    assert "Chưa có hồ sơ để làm" in page(client, "home")


def test_home_shows_the_published_index_of_the_year_before_and_where_it_was_lost(client, unit, clerk):
    before = build.population(year=build.YEAR - 1, stage=Stage.PUBLISHED)
    run = before.runs.create(number=1, digest="0" * 64, computed_at=build.NOW)
    result = run.results.create(
        unit=unit,
        unit_code=unit.code,
        unit_name=unit.name,
        points=Decimal("89.89"),
        max_points=100,
        index_percent=Decimal("89.89"),
    )
    node = build.node(before, "1.1.2")
    result.nodes.create(node=node, state="scored", max_points=20, self_points=20, points=Decimal("7.5"))
    run.frozen_at = build.NOW
    run.save(update_fields=["frozen_at"])
    opened(unit)
    client.force_login(clerk)

    html = page(client, "home")

    assert "89,89" in html
    assert "Năm 2023 mất điểm ở đâu" in html
    assert "−12,50" in html


# --- Sheet ---------------------------------------------------------------------------------------


def test_a_sheet_asks_each_component_by_its_rule(client, assessment, clerk):
    client.force_login(clerk)

    first, second = page(client, "sheet", assessment.pk, "1"), page(client, "sheet", assessment.pk, "2")

    assert 'name="option" value="Đúng hạn"' in first
    assert 'name="numerator"' in first
    assert 'name="percent"' in first
    assert 'name="nothing_arose"' in first
    assert "Cơ quan thẩm định chấm tiêu chí này." in first
    assert "Điểm do điều tra xã hội học" in first
    assert 'name="count.Mỗi báo cáo gửi chậm"' in second
    assert "Số báo cáo gửi chậm <span class=\"num\">(−0,25)</span>" in second
    assert 'name="items"' in second
    assert "Hệ thống tự tính" in second
    assert "self_points" not in first + second


def test_the_arithmetic_stands_under_the_answer(client, assessment, clerk):
    build.answered(assessment)
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    assert "18/20 = 90,00% → bậc từ 90% đến dưới 100%: <b>15,00 điểm</b>" in html


def test_last_year_stands_beside_this_year(client, unit, clerk):
    before = build.open_population(year=build.YEAR - 1, units=[unit], stage=Stage.PUBLISHED)
    build.score(
        before.assessments.get(),
        "1.1.2",
        {"numerator": 20, "denominator": 20},
        self_points=20,
        appraised_points=Decimal("7.5"),
        appraisal_reason="Thiếu phụ lục",
    )
    assessment = opened(unit)
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    assert "Năm 2023" in html
    assert "7,50" in html
    assert "Thiếu phụ lục" in html


def test_what_appraisers_decided_last_year_waits_for_the_publication(client, unit, clerk):
    before = build.open_population(year=build.YEAR - 1, units=[unit], stage=Stage.APPRAISAL)
    build.score(
        before.assessments.get(),
        "1.1.2",
        {"numerator": 20, "denominator": 20},
        self_points=20,
        appraised_points=Decimal("7.5"),
        appraisal_reason="Thiếu phụ lục",
    )
    assessment = opened(unit)
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    assert "Năm 2023" in html
    assert "Thiếu phụ lục" not in html
    assert "<dt>Được</dt>" not in html


def test_a_grant_takes_the_component_out_of_the_sheet(client, assessment, unit, clerk):
    build.exemption(unit, build.node(assessment.population, "1.1.2"))
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    assert "Không áp dụng cho đơn vị" in html
    assert 'name="numerator"' in html  # 1.1.3 is still asked
    assert "c1-1-2-0" not in html


def test_filters_of_the_sheet(client, assessment, clerk):
    build.answered(assessment, ["1.1.1"])
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1", loc="chua-tra-loi")

    assert 'id="c1-1-2"' in html
    assert 'id="c1-1-1"' not in html


def test_a_submitted_sheet_is_for_reading(client, assessment, clerk):
    build.answered(assessment)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
    client.force_login(clerk)

    html = page(client, "sheet", assessment.pk, "1")

    assert "<b>Chỉ xem.</b> Hồ sơ đã nộp." in html
    assert "data-autosave " not in html
    assert "Thêm tài liệu" not in html


def test_the_table_shows_all_and_is_searched_without_accents(client, assessment, clerk):
    build.answered(assessment)
    client.force_login(clerk)

    everything = page(client, "table", assessment.pk)
    found = page(client, "table", assessment.pk, q="bao cao DINH ky")

    assert everything.count("<tr><td") == 10
    assert "Báo cáo định kỳ" in found
    assert found.count("<tr><td") == 1


def test_the_list_of_what_is_missing_links_to_each_gap(client, assessment, clerk):
    build.answered(assessment, ["1.1.1"])
    client.force_login(clerk)

    html = page(client, "missing", assessment.pk)

    assert "<h1>Còn thiếu 6 việc</h1>" in html
    assert f'href="/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/#c1-1-2"' in html
    assert "thêm tài liệu, hoặc viết giải trình" in html


# --- Saving --------------------------------------------------------------------------------------


def test_a_plain_form_is_answered_by_the_way_back_to_its_card(client, assessment, clerk):
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", version=0, numerator="18", denominator="20")

    assert response.status_code == 302
    assert response["Location"] == f"/lam-viec/ho-so/{assessment.pk}/linh-vuc/1/#c1-1-2"
    assert Score.objects.get().self_points == Decimal("15.00")
    assert "Đã lưu 1.1.2: 15,00 điểm." in page(client, "sheet", assessment.pk, "1")


def test_autosave_is_answered_by_the_card(client, assessment, clerk):
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", AUTOSAVE, version=0, numerator="18", denominator="20")

    assert response.status_code == 200
    html = response.content.decode()
    assert html.lstrip().startswith('<article class="q" id="c1-1-2" data-card>')
    assert 'name="version" value="1"' in html
    assert "Đã lưu 09:00" in html


def test_counts_items_decimals_and_nothing_arose_are_read(client, assessment, clerk):
    client.force_login(clerk)

    post(client, assessment, "2.1.1", version=0, **{"count.Mỗi báo cáo gửi chậm": "2", "count.Mỗi báo cáo không gửi": ""})
    post(client, assessment, "2.1.2", version=0, items="3")
    post(client, assessment, "1.1.2", version=0, percent="89,5")
    post(client, assessment, "1.1.3", version=0, numerator="1", denominator="2", nothing_arose="1")

    found = dict(Score.objects.values_list("node__code", "self_points"))
    assert found == {
        "2.1.1": Decimal("9.50"),
        "2.1.2": Decimal("3.75"),
        "1.1.2": Decimal("7.50"),
        "1.1.3": Decimal("10.00"),
    }


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"numerator": "22", "denominator": "20"}, "Tử số 22 lớn hơn mẫu số 20. Kiểm tra lại hai số."),
        ({"numerator": "18", "denominator": "0"}, "Mẫu số bằng 0 thì không có tỷ lệ."),
        ({"numerator": "18", "denominator": ""}, "Còn thiếu mẫu số."),
        ({"numerator": "1.234,5", "denominator": "20"}, "“1.234,5” không phải là số hợp lệ."),
        (
            {"numerator": "1.250", "denominator": "2000"},
            "“1.250” đọc được hai cách: 1250 hay 1,25. Gõ lại không dùng dấu ngăn hàng nghìn.",
        ),
        ({"numerator": "18", "denominator": "20.000"}, "“20.000” đọc được hai cách: 20000 hay 20."),
        ({"numerator": "1.250.000", "denominator": "2000"}, "“1.250.000” không phải là số hợp lệ."),
        ({"percent": "101"}, "Tỷ lệ 101% lớn hơn 100%."),
        ({"numerator": "1", "denominator": "2", "percent": "50"}, "không ghi cả hai"),
    ],
)
@pytest.mark.parametrize("headers", [{}, AUTOSAVE])
def test_a_slip_is_said_at_its_place_and_the_text_stays(client, assessment, clerk, fields, sentence, headers):
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", headers, version=0, explanation="Chờ số liệu", **fields)

    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html
    assert "Chờ số liệu" in html
    for value in fields.values():
        assert f'value="{value}"' in html
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    ("numerator", "denominator", "points"),
    [("1,5", "2", "7.50"), ("1.5", "2", "7.50"), ("1,250", "1,250", "20.00"), ("0.125", "0.125", "20.00")],
)
def test_a_fraction_with_one_reading_is_taken(client, assessment, clerk, numerator, denominator, points):
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", AUTOSAVE, version=0, numerator=numerator, denominator=denominator)

    assert (response.status_code, str(Score.objects.get().self_points)) == (200, points)


def test_two_people_see_both_versions_and_choose(client, assessment, clerk, unit):
    colleague = build.clerk(unit)
    statement = Statement({"numerator": 20, "denominator": 20}, explanation="Đủ")
    save_score(assessment_id=assessment.pk, code="1.1.2", version=0, statement=statement, by=colleague)
    client.force_login(clerk)

    mine = {"numerator": "18", "denominator": "20", "explanation": "Còn hai việc"}
    response = post(client, assessment, "1.1.2", AUTOSAVE, version=0, **mine)

    assert response.status_code == 409
    html = " ".join(response.content.decode().split())
    assert f"{colleague} vừa lưu câu trả lời khác lúc 09:00." in html
    assert "15,00" in html
    assert "20,00" in html
    assert '<input type="hidden" name="numerator" value="18">' in html
    assert '<input type="hidden" name="version" value="1">' in html
    assert ScoreRevision.objects.count() == 1

    theirs = post(client, assessment, "1.1.2", AUTOSAVE, version=1, keep="theirs", **mine)
    assert theirs.status_code == 200
    assert Score.objects.get().explanation == "Đủ"

    kept = post(client, assessment, "1.1.2", AUTOSAVE, version=1, keep="mine", **mine)
    assert kept.status_code == 200
    assert Score.objects.get().explanation == "Còn hai việc"
    assert ScoreRevision.objects.count() == 2


def test_two_versions_of_one_person_accuse_nobody(client, assessment, clerk):
    statement = Statement({"numerator": 20, "denominator": 20})
    save_score(assessment_id=assessment.pk, code="1.1.2", version=0, statement=statement, by=clerk)
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", AUTOSAVE, version=0, numerator="18", denominator="20")

    assert response.status_code == 409
    html = " ".join(response.content.decode().split())
    assert "Chính bạn đã lưu câu trả lời khác lúc 09:00 (ở thẻ hoặc trang khác)." in html
    assert "Bản trên trang này" in html
    assert "Bản bạn đã lưu" in html
    assert f"Bản của {clerk}" not in html


def test_two_versions_without_script_are_a_page(client, assessment, clerk, unit):
    statement = Statement({"numerator": 20, "denominator": 20})
    save_score(assessment_id=assessment.pk, code="1.1.2", version=0, statement=statement, by=build.clerk(unit))
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", version=0, numerator="18", denominator="20")

    assert response.status_code == 409
    assert "Có hai bản khác nhau của 1.1.2" in response.content.decode()


def test_without_a_version_nothing_stored_is_overwritten(client, assessment, clerk):
    statement = Statement({"numerator": 20, "denominator": 20})
    save_score(assessment_id=assessment.pk, code="1.1.2", version=0, statement=statement, by=clerk)
    client.force_login(clerk)

    assert post(client, assessment, "1.1.2", numerator="18", denominator="20").status_code == 409


def test_after_the_deadline_the_text_stays_on_the_page(client, assessment, clerk):
    Population.objects.update(self_assessment_ends_at=build.NOW - timedelta(minutes=1))
    client.force_login(clerk)

    response = post(client, assessment, "1.1.1", AUTOSAVE, version=0, option="Chậm", explanation="Viết rất lâu")

    assert response.status_code == 422
    html = response.content.decode()
    assert "Đã quá hạn" in html
    assert "Viết rất lâu" in html
    assert not Score.objects.exists()


def test_not_applicable_is_asked_on_the_card(client, assessment, clerk):
    client.force_login(clerk)

    response = post(
        client, assessment, "1.1.2", AUTOSAVE, version=0, na_requested="1", na_reason="Không có kế hoạch riêng"
    )

    html = response.content.decode()
    assert "Đã đề nghị không áp dụng, chờ quyết định." in html
    assert 'name="numerator"' not in html
    assert Score.objects.get().na_requested


def test_a_reason_typed_before_the_box_is_ticked_does_not_vanish(client, assessment, clerk):
    client.force_login(clerk)

    response = post(client, assessment, "1.1.2", AUTOSAVE, version=0, na_reason="Không có kế hoạch riêng")

    assert "Không có kế hoạch riêng</textarea>" in response.content.decode()


def test_points_cannot_be_typed(client, assessment, clerk):
    client.force_login(clerk)

    post(client, assessment, "1.1.1", version=0, option="Chậm", self_points="10", points="10", appraised_points="10")

    score = Score.objects.get()
    assert (score.self_points, score.appraised_points) == (Decimal("2.50"), None)


@pytest.mark.parametrize("name", ["dossier", "table", "missing", "history", "propose", "submit", "send_back", "withdraw"])
def test_strangers_find_nothing(client, assessment, name):
    client.force_login(build.clerk(build.unit()))

    address = reverse(f"scoring:{name}", args=[assessment.pk])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in (404, 405)
    assert post(client, assessment, "1.1.1", version=0, option="Chậm").status_code == 404
    assert not Score.objects.exists()


def test_an_onlooker_reads_but_has_nothing_to_press(client, assessment):
    client.force_login(build.index_manager())

    html = page(client, "sheet", assessment.pk, "1")

    assert "data-autosave " not in html
    assert post(client, assessment, "1.1.1", version=0, option="Chậm").status_code == 422
    assert not Score.objects.exists()
    assert client.get(reverse("scoring:submit", args=[assessment.pk])).status_code == 403


# --- Handing over --------------------------------------------------------------------------------


def test_an_area_without_documents_is_not_done(client, assessment, clerk):
    build.answered(assessment)
    client.force_login(clerk)
    html = page(client, "dossier", assessment.pk)
    states = html.partition("Tiến độ các lĩnh vực")[2].partition("</table>")[0]
    assert "còn " in states
    assert "xong" not in states
    Assessment.objects.update(state="closed")
    closed = page(client, "dossier", assessment.pk).partition("Tiến độ các lĩnh vực")[2].partition("</table>")[0]
    assert "còn " not in closed


def test_the_clerk_proposes_and_the_head_submits_in_the_browser(client, assessment, clerk, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    client.force_login(clerk)
    client.post(reverse("scoring:propose", args=[assessment.pk]), {"reason": "Xin ý kiến"})
    client.force_login(build.head_of(unit))

    html = page(client, "submit", assessment.pk)
    assert "Tự chấm 56,00 trên 65,00 điểm" in html
    assert "tiêu chí thành phần không có tài liệu" in html
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    response = client.post(reverse("scoring:submit", args=[assessment.pk]), {"seen": seen}, follow=True)

    assert "Đã nộp hồ sơ tự đánh giá." in response.content.decode()
    assert Assessment.objects.get().state == "submitted"
    assert "Biên nhận lần 1: nộp 09:00, 20/11/2024" in response.content.decode()


def test_nothing_is_submitted_without_the_picture_that_was_looked_at(client, assessment, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    client.force_login(build.head_of(unit))

    response = client.post(reverse("scoring:submit", args=[assessment.pk]), follow=True)

    assert "Xem lại bản mới rồi nộp." in response.content.decode()
    assert Assessment.objects.get().state == "draft"


def test_the_head_is_told_when_something_changed_since_he_looked(client, assessment, clerk, unit):
    build.answered(assessment, explanation="Đã báo cáo")
    client.force_login(build.head_of(unit))
    seen = page(client, "submit", assessment.pk).partition('name="seen" value="')[2].partition('"')[0]
    statement = Statement({"option": "Chậm"}, explanation="Sửa")
    save_score(assessment_id=assessment.pk, code="1.1.1", version=1, statement=statement, by=clerk)

    response = client.post(reverse("scoring:submit", args=[assessment.pk]), {"seen": seen}, follow=True)

    assert "Hồ sơ vừa có người sửa." in response.content.decode()
    assert Assessment.objects.get().state == "draft"


def test_what_is_missing_leads_to_the_list(client, assessment, clerk):
    client.force_login(clerk)

    response = client.post(reverse("scoring:propose", args=[assessment.pk]), follow=True)

    assert response.redirect_chain[-1][0] == f"/lam-viec/ho-so/{assessment.pk}/con-thieu/"
    assert "Còn thiếu 6 việc" in response.content.decode()
    assert Assessment.objects.get().state == "draft"


def test_sending_back_without_a_reason_asks_for_it(client, assessment, unit):
    Assessment.objects.update(state="awaiting_head")
    client.force_login(build.head_of(unit))
    address = reverse("scoring:send_back", args=[assessment.pk])

    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "Thiếu phụ lục"})

    assert Assessment.objects.get().state == "draft"
    assert "“Thiếu phụ lục”" in page(client, "history", assessment.pk)


# --- What it costs -------------------------------------------------------------------------------


def big_framework():
    """Eight areas with 121 components in all, most of them rates."""
    rows = build.small_rows()
    columns = rows[0]
    made = []
    for area in range(1, 9):
        made.append(columns | {"code": f"{area}", "parent_code": "", "level": "area", "name": f"Lĩnh vực {area}", "rule_kind": "sum", "rule_params": "", "max_points": "12.5", "source": "self"})
        made.append(made[-1] | {"code": f"{area}.1", "parent_code": f"{area}", "level": "criterion", "name": "Tiêu chí"})
        like = [row for row in rows if row["code"] in ("1.1.1", "1.1.2", "1.1.3", "2.1.1")]
        made += [
            like[number % 4] | {"code": f"{area}.1.{number}", "parent_code": f"{area}.1", "name": f"Tiêu chí thành phần {number}"}
            for number in range(1, 17 if area == 1 else 16)
        ]
    return build.framework(rows=made)


#: A full answer to each kind of rule in the big framework.
FULL = {
    "discrete": ({"option": "Chậm"}, "2.5"),
    "threshold": ({"numerator": 18, "denominator": 20}, "15"),
    "proportional": ({"numerator": 3, "denominator": 4}, "7.5"),
    "deduction": ({"counts": {"Mỗi báo cáo gửi chậm": 1, "Mỗi báo cáo không gửi": 0}}, "9.75"),
}


def filled(assessment, framework, by, **fields):
    """Every component answered, explained in two lines and with two documents; some given back, given out and noted."""
    scores = []
    for node in framework.nodes.filter(is_leaf=True):
        answer, points = FULL[node.rule_kind]
        scores.append(
            build.score(
                assessment,
                node.code,
                answer,
                self_points=Decimal(points),
                explanation="Giải trình dài hai dòng " * 8,
                saved_at=build.NOW,
                saved_by=by,
                **fields,
            )
        )
    return scores


def documents(assessment, scores):
    made = [
        Evidence.objects.create(
            unit=assessment.unit,
            original_name=f"Báo cáo số {number} về công tác cải cách hành chính.pdf",
            number=f"{number}/BC-SGTVT",
            stored_as=f"{number}",
            sha256=str(number).rjust(64, "0"),
            size=9,
            content_type="application/pdf",
            uploaded_at=build.NOW,
        )
        for number in range(1, 3)
    ]
    EvidenceLink.objects.bulk_create(
        EvidenceLink(score=score, evidence=each, pages="tr. 4-9", linked_at=build.NOW) for score in scores for each in made
    )


def test_pages_of_121_components_stay_small(client, unit, clerk, django_assert_num_queries):
    framework = big_framework()
    leaves = list(framework.nodes.filter(is_leaf=True))
    assert len(leaves) == 121
    before = build.population(year=build.YEAR - 1, framework=framework, stage=Stage.PUBLISHED)
    filled(build.assessment(before, unit, "closed"), framework, clerk)
    assessment = build.open_population(units=[unit], framework=framework).assessments.get()
    documents(assessment, filled(assessment, framework, clerk, carried_from=build.YEAR - 1))
    move = Transition.objects.create(
        assessment=assessment, move="send_back", source="awaiting_head", target="draft", at=build.NOW, by=clerk, reason="Xem lại"
    )
    ReturnPoint.objects.bulk_create(ReturnPoint(transition=move, node=leaf, note="Phụ lục chưa khớp") for leaf in leaves)
    Share.objects.bulk_create(Share(assessment=assessment, node=leaf, user=clerk, at=build.NOW) for leaf in leaves)
    InternalNote.objects.bulk_create(
        InternalNote(assessment=assessment, node=leaf, text="Hỏi lại", at=build.NOW, by=clerk) for leaf in leaves
    )
    client.force_login(clerk)
    every = "?" + "&".join(f"cot={name}" for name in COLUMNS)

    # session, user, dossier, roles, documents, nodes, grants, scores, last year and its documents, return (2),
    # shares, notes, mark of the installation, unit's name with unread notices
    with django_assert_num_queries(16):
        sheet = client.get(reverse("scoring:sheet", args=[assessment.pk, "1"]))
    with django_assert_num_queries(16):
        table = client.get(reverse("scoring:table", args=[assessment.pk]) + every)
    usual = client.get(reverse("scoring:table", args=[assessment.pk]))

    assert table.content.decode().count("<tr><td") == 121
    assert sheet.content.decode().count('class="q"') == 16
    assert len(sheet.content) < 150_000
    assert len(usual.content) < 150_000
    assert len(table.content) < 180_000  # with every column there is


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "args"), [("sheet", ["1"]), ("table", []), ("sharing", []), ("dossier", [])])
def test_pages_cost_the_same_for_one_and_three_of_everything(client, assessment, clerk, unit, django_assert_num_queries, name, args, count):
    codes = ["1.1.1", "1.1.2", "1.1.3"][:count]
    documents(assessment, build.answered(assessment, codes, saved_at=build.NOW, saved_by=clerk))
    move = Transition.objects.create(
        assessment=assessment, move="send_back", source="awaiting_head", target="draft", at=build.NOW, by=clerk, reason="Xem lại"
    )
    for code in codes:
        node = build.node(assessment.population, code)
        ReturnPoint.objects.create(transition=move, node=node, note="Phụ lục")
        Share.objects.create(assessment=assessment, node=node, user=clerk, at=build.NOW)
        InternalNote.objects.create(assessment=assessment, node=node, text="Hỏi lại", at=build.NOW, by=clerk)
        build.clerk(unit)
    client.force_login(clerk)

    with django_assert_num_queries({"sheet": 15, "table": 15, "sharing": 12, "dossier": 18}[name]):
        page(client, name, assessment.pk, *args)


def test_a_save_costs_nine_queries(client, assessment, clerk, django_assert_num_queries):
    client.force_login(clerk)

    # session, user, savepoint, lock of the dossier, everything it depends on, insert, revision, audit row, release
    with django_assert_num_queries(9):
        post(client, assessment, "1.1.1", AUTOSAVE, version=0, option="Chậm")
    with django_assert_num_queries(9):  # the same with an update
        post(client, assessment, "1.1.1", AUTOSAVE, version=1, option="Đúng hạn")


@pytest.mark.parametrize("count", [1, 3])
def test_home_costs_the_same_for_one_and_three_dossiers(client, unit, clerk, django_assert_num_queries, count):
    for year in range(build.YEAR, build.YEAR - count, -1):
        opened(unit, year=year)
    client.force_login(clerk)

    # session, user, roles, lineage (2), dossiers, nodes, grants, scores, links, last result, return, shares, acts,
    # installation, unit's name
    with django_assert_num_queries(16):
        page(client, "home")


@pytest.mark.parametrize("name", ["sheet", "table"])
def test_a_plain_dossier_costs_twelve_at_most(client, clerk, assessment, name, django_assert_num_queries):
    """Nothing returned, no internal note: those two questions are then not asked."""
    client.force_login(clerk)
    address = reverse(f"scoring:{name}", args=[assessment.pk, *(["1"] if name == "sheet" else [])])
    client.get(address)
    with django_assert_num_queries(12):
        client.get(address)
