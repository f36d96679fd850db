"""The two views of a sheet: what the filters keep, which columns stand, what was given back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from criteria.models import Population
from parindex import clock
from scoring.actions import Statement, save_score
from scoring.models import Assessment, Evidence, EvidenceLink, ReturnPoint, Transition
from scoring.queries.returns import returned_of
from scoring.views.table import COLUMNS
from tests import build
from units.models import Level

pytestmark = pytest.mark.django_db


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
    return build.open_population(units=[unit], self_assessment_ends_at=build.NOW + timedelta(days=5)).assessments.get()


def page(client, name, *args, **params):
    response = client.get(reverse(f"scoring:{name}", args=args), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def codes(html):
    """The components a table shows."""
    return [part.partition("<")[0] for part in html.split('<tr><td class="muted">')[1:]]


def given_back(assessment, points, *, move="send_back", at=build.NOW):
    made = Transition.objects.create(
        assessment=assessment,
        move=move,
        source="awaiting_head",
        target="draft",
        at=at,
        by=build.head_of(assessment.unit),
        reason="Xem lại",
    )
    for code, note in points.items():
        ReturnPoint.objects.create(transition=made, node=build.node(assessment.population, code), note=note)
    return made


@pytest.fixture
def varied(assessment, unit):
    """Components in every state that a filter asks for."""
    build.answered(assessment, ["1.1.1"], explanation="Không có văn bản riêng")  # explained, no document
    build.answered(assessment, ["1.1.2"])  # neither
    build.answered(assessment, ["2.1.1"], explanation="Đã báo cáo", carried_from=build.YEAR - 1)
    build.score(assessment, "1.1.3", na_requested=True, na_reason="Không có nhiệm vụ")
    given_back(assessment, {"1.1.1": "Nêu số văn bản"}, at=build.NOW - timedelta(hours=1))
    return assessment


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("chua-xong", ["1.1.1", "1.1.2", "2.1.1", "2.1.2", "2.2"]),
        ("bi-tra-lai", ["1.1.1"]),
        ("chua-tra-loi", ["2.1.2", "2.2"]),
        ("thieu-giai-trinh", ["1.1.2"]),
        ("chep-chua-xac-nhan", ["2.1.1"]),
        ("de-nghi-khong-ap-dung", ["1.1.3"]),
    ],
)
def test_each_filter_keeps_its_own(client, varied, clerk, kind, found):
    client.force_login(clerk)

    html = page(client, "table", varied.pk, loc=kind)

    assert codes(html) == found
    assert f"{len(found)} tiêu chí thành phần</p>" in html


def test_no_evidence_counts_what_is_explained_too(client, varied, clerk):
    client.force_login(clerk)

    found = codes(page(client, "table", varied.pk, loc="thieu-tai-lieu"))

    assert {"1.1.1", "1.1.2"} <= set(found)
    assert "1.1.3" not in found


def test_an_unknown_filter_is_all(client, varied, clerk):
    client.force_login(clerk)

    assert len(codes(page(client, "table", varied.pk, loc="x' OR 1=1"))) == 10


def test_the_next_area_is_one_where_the_filter_keeps_something(client, varied, clerk):
    client.force_login(clerk)

    first = page(client, "sheet", varied.pk, "1", loc="chua-tra-loi")
    assert f'href="/lam-viec/ho-so/{varied.pk}/linh-vuc/2/?loc=chua-tra-loi" data-after' in first
    assert "Sang lĩnh vực 2" not in page(client, "sheet", varied.pk, "1", loc="bi-tra-lai")


def test_columns_are_chosen_in_the_address_and_kept_in_every_link(client, varied, clerk):
    client.force_login(clerk)

    html = page(client, "table", varied.pk, cot=["0", "giai-trinh", "toi-da"], q="bao cao", loc="chua-xong")

    head = html.partition("<thead>")[2].partition("</thead>")[0]
    assert "Giải trình" in head
    assert "Câu trả lời" not in head
    assert "?q=bao+cao&amp;cot=0&amp;cot=giai-trinh&amp;cot=toi-da&amp;loc=chua-tra-loi" in html
    assert html.count('name="cot" value="giai-trinh"') == 2  # ticked in the chooser, carried by the search
    assert '<input type="hidden" name="q" value="bao cao">' in html


def test_no_columns_at_all_are_a_choice_too(client, varied, clerk):
    client.force_login(clerk)

    html = page(client, "table", varied.pk, cot="0")

    assert html.partition("<thead>")[2].partition("</thead>")[0].count("<th") == 2


def test_whoever_is_not_of_the_unit_is_not_offered_the_units_own_columns(client, varied):
    client.force_login(build.index_manager())

    html = page(client, "table", varied.pk, cot=[*COLUMNS])

    assert "Người làm" not in html
    assert "Ghi chú nội bộ" not in html
    assert "loc=cua-toi" not in html


def test_the_table_names_criteria_who_saved_and_when(client, assessment, clerk):
    save_score(assessment_id=assessment.pk, code="1.1.1", version=0, statement=Statement({"option": "Chậm"}), by=clerk)
    client.force_login(clerk)

    html = page(client, "table", assessment.pk)

    assert '<tr class="crit">' in html
    assert f'{clerk}<span class="sub">09:00, 20/11/2024</span>' in html


# --- What was given back -------------------------------------------------------------------------


def test_a_point_is_settled_by_a_save_or_a_document_after_the_return(client, assessment, clerk):
    build.answered(assessment, ["1.1.1", "1.1.2", "2.2"], saved_at=build.NOW - timedelta(days=2))
    notes = {"1.1.1": "Nêu số văn bản", "1.1.2": "Thiếu phụ lục", "2.2": "Ghi rõ"}
    given_back(assessment, notes, at=build.NOW - timedelta(hours=1))
    statement = Statement({"option": "Chậm"})
    save_score(assessment_id=assessment.pk, code="1.1.1", version=1, statement=statement, by=clerk)
    EvidenceLink.objects.create(
        score=assessment.scores.get(node__code="1.1.2"),
        evidence=document(assessment.unit),
        linked_at=build.NOW,
    )
    client.force_login(clerk)

    home = page(client, "home")

    assert [(point.node.code, point.settled) for point in returned_of(assessment).points] == [
        ("1.1.1", True),
        ("1.1.2", True),
        ("2.2", False),
    ]
    assert "Lãnh đạo chuyển lại để sửa." in home
    assert "Đã sửa 2 trên 3 tiêu chí thành phần được nêu:" in home
    assert f'<a href="/lam-viec/ho-so/{assessment.pk}/linh-vuc/2/#c2-2">2.2' in home
    assert "“Ghi rõ”" in home
    assert "2.2 bị trả lại để sửa." in page(client, "sheet", assessment.pk, "2")
    assert "1.1.1 đã sửa sau khi bị trả lại." in page(client, "sheet", assessment.pk, "1")


def document(unit):
    return Evidence.objects.create(
        unit=unit, original_name="a.pdf", stored_as="a", sha256="0" * 64, size=1, content_type="application/pdf", uploaded_at=build.NOW
    )


def test_a_return_is_history_once_the_dossier_is_handed_in_again(assessment):
    given_back(assessment, {"1.1.1": "Nêu số văn bản"})
    assert returned_of(assessment) is not None
    Transition.objects.create(
        assessment=assessment, move="propose", source="draft", target="awaiting_head", at=build.NOW
    )
    assert returned_of(assessment) is not None  # the head still sees what was asked for

    Transition.objects.create(
        assessment=assessment, move="submit", source="awaiting_head", target="submitted", at=build.NOW
    )
    assert returned_of(assessment) is None
    Assessment.objects.update(state="submitted")
    assessment.refresh_from_db()
    assert returned_of(assessment) is None


# --- What a save leaves behind -------------------------------------------------------------------


@pytest.mark.parametrize("answers", [1, 3])
def test_the_page_asks_how_far_it_is_in_a_few_queries(client, assessment, clerk, answers, django_assert_num_queries):
    codes = [node.code for node in assessment.population.framework.nodes.filter(is_leaf=True, source="self")][:answers]
    for code in codes:
        build.score(assessment, code)
    client.force_login(clerk)
    address = reverse("scoring:sheet_progress", args=[assessment.pk, codes[0].split(".")[0]])

    with django_assert_num_queries(8):
        piece = client.get(address).content.decode()

    assert 'id="tien-do"' in piece
    assert 'id="linh-vuc"' in piece
    assert "<html" not in piece


# --- After the deadline --------------------------------------------------------------------------


@pytest.mark.parametrize(("ended", "who"), [(False, "UBND huyện Mộc Châu"), (True, "Sở Nội vụ")])
def test_a_commune_turns_to_its_district_while_there_is_one(client, ended, who):
    district = build.unit(name="UBND huyện Mộc Châu", level=Level.DISTRICT)
    commune = build.unit(name="Xã Tân Lập", level=Level.COMMUNE, parent=district)
    build.open_population(Level.COMMUNE, parent=district, units=[commune])
    Population.objects.update(self_assessment_ends_at=build.NOW - timedelta(minutes=1))
    if ended:
        district.valid_to = clock.today() - timedelta(days=1)
        district.save(update_fields=["valid_to"])
    client.force_login(build.clerk(commune))

    assert f"liên hệ {who} để được gia hạn" in page(client, "home")
    dossier = commune.assessments.get()
    assert f"liên hệ {who} để được gia hạn" in page(client, "sheet", dossier.pk, "1")
