"""The unit's team: who looks after what, and what its people write to each other."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from django.urls import reverse

from parindex import clock
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions.notes import MOST, add_note
from scoring.actions.sharing import share
from scoring.models import Assessment, InternalNote, Share
from scoring.queries.dossiers import dossier_of
from scoring.queries.team import loads_of, staff_of, team_of
from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db

SECRET = "Hỏi lại Phòng Quy hoạch trước khi nộp"


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
def head(unit):
    return build.head_of(unit)


@pytest.fixture
def assessment(unit):
    return build.open_population(units=[unit], self_assessment_ends_at=build.NOW + timedelta(days=5)).assessments.get()


def give(assessment, codes, people, by):
    return share(assessment_id=assessment.pk, codes=codes, people=[person.pk for person in people], by=by)


def holders(assessment):
    """Who has each component that the unit is asked, by code."""
    dossier, team = dossier_of(assessment), team_of(assessment)
    return {leaf.node.code: [person.pk for person in team.holders(leaf)] for leaf in dossier.leaves if leaf.asked}


def page(client, name, *args, **params):
    response = client.get(reverse(f"scoring:{name}", args=args), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def outsiders(unit):
    """Everybody who has no business with what is the unit's own, however much else they may see."""
    other = build.unit(name="Sở Tài chính")
    return {
        "clerk of another unit": build.clerk(other),
        "head of another unit": build.head_of(other),
        "appraiser of another body": build.appraiser(other),
        "appraiser of the same body": build.appraiser(unit),
        "index manager": build.index_manager(),
        "nobody": build.user(),
        **{
            role: build.user_with_role(role)
            for role in (Role.COUNCIL, Role.SURVEY_OFFICER, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
        },
    }


# --- Shares --------------------------------------------------------------------------------------


def test_the_deepest_share_counts(assessment, clerk, head):
    assert give(assessment, ["1"], [clerk], clerk) == 1
    assert give(assessment, ["1.1.2"], [head], clerk) == 1

    found = holders(assessment)

    assert found["1.1.1"] == [clerk.pk]
    assert found["1.1.2"] == [head.pk]
    assert found["2.2"] == []


def test_giving_twice_changes_nothing(assessment, clerk):
    give(assessment, ["1", "2"], [clerk], clerk)

    assert give(assessment, ["1", "2"], [clerk], clerk) == 0
    assert Share.objects.count() == 2
    assert AuditEvent.objects.filter(action="share.set").count() == 2


def test_two_people_may_have_one_component_and_it_can_be_taken_back(assessment, clerk, head):
    give(assessment, ["1.1.1"], [clerk, head], head)
    assert sorted(holders(assessment)["1.1.1"]) == sorted([clerk.pk, head.pk])

    give(assessment, ["1.1.1"], [], head)

    assert holders(assessment)["1.1.1"] == []


def test_only_people_of_the_unit_today_are_given_anything(assessment, unit, clerk):
    ended = build.user_with_role(Role.CLERK, unit, valid_to=clock.today() - timedelta(days=1))
    for stranger in (ended, build.clerk(build.unit()), build.appraiser(unit), build.index_manager()):
        with pytest.raises(Refused) as refused:
            give(assessment, ["1"], [stranger], clerk)
        assert refused.value.code == "person"
    assert not Share.objects.exists()


def test_an_unknown_node_is_refused(assessment, clerk):
    with pytest.raises(Refused) as refused:
        give(assessment, ["9.9"], [clerk], clerk)

    assert refused.value.code == "node"


def test_the_share_of_somebody_who_left_counts_for_nobody(assessment, unit, clerk):
    leaving = build.clerk(unit)
    give(assessment, ["1"], [leaving], clerk)
    leaving.role_assignments.update(valid_to=clock.today() - timedelta(days=1))

    assert holders(assessment)["1.1.1"] == []
    assert [person.pk for person in staff_of(unit)] == [clerk.pk]


def test_loads_count_components_points_and_what_is_left(assessment, clerk, head):
    build.answered(assessment, ["1.1.1"], explanation="Đã báo cáo")
    give(assessment, ["1.1"], [clerk], clerk)

    mine, heads, nobody = loads_of(dossier_of(assessment), team_of(assessment), [clerk, head])

    assert (mine.components, str(mine.points), mine.left) == (3, "40.00", 2)
    assert (heads.components, heads.left) == (0, 0)
    assert (nobody.person, nobody.components, nobody.left) == (None, 3, 3)


def test_a_share_keeps_nobody_from_answering(client, assessment, clerk, head):
    give(assessment, ["1"], [head], head)
    client.force_login(clerk)

    response = client.post(reverse("scoring:component", args=[assessment.pk, "1.1.1"]), {"version": 0, "option": "Chậm"})

    assert response.status_code == 302
    assert assessment.scores.get().saved_by == clerk


def test_the_page_gives_areas_and_components_and_shows_who_has_what(client, assessment, clerk, head):
    client.force_login(clerk)
    assert "<h1>Còn 6 tiêu chí thành phần chưa giao ai</h1>" in page(client, "sharing", assessment.pk)
    address = reverse("scoring:sharing", args=[assessment.pk])

    client.post(address, {"what": "give", "node": ["1", "2"], "person": [clerk.pk]})
    client.post(address, {"what": "give", "node": ["2.2"], "person": [head.pk]})
    html = page(client, "sharing", assessment.pk)

    assert "<h1>Mọi tiêu chí thành phần đã có người làm</h1>" in html
    assert f"giao riêng: {head}" in html
    assert f"Cả lĩnh vực: {clerk}" in html

    client.post(address, {"what": "take", "node": ["1"]})
    assert "<h1>Còn 3 tiêu chí thành phần chưa giao ai</h1>" in page(client, "sharing", assessment.pk)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"what": "give", "node": ["1"]}, "Chọn ít nhất một người để giao."),
        ({"what": "give", "person": ["x"], "node": ["1"]}, "Chỉ giao cho cán bộ hoặc lãnh đạo đang làm ở đơn vị."),
        ({"what": "take"}, "Đánh dấu ít nhất một lĩnh vực hoặc tiêu chí để giao."),
    ],
)
def test_the_page_says_what_is_missing(client, assessment, clerk, posted, sentence):
    client.force_login(clerk)

    response = client.post(reverse("scoring:sharing", args=[assessment.pk]), posted, follow=True)

    assert sentence in response.content.decode()
    assert not Share.objects.exists()


def test_home_sheet_and_table_know_what_is_mine(client, assessment, clerk, head):
    build.answered(assessment, ["1.1.1"], explanation="Đã báo cáo")
    give(assessment, ["1.1"], [clerk], clerk)
    give(assessment, ["2"], [head], clerk)
    client.force_login(clerk)

    assert "Việc của bạn: 3 tiêu chí thành phần, còn 2." in page(client, "home")
    table = page(client, "table", assessment.pk, loc="cua-toi")
    assert table.count("<tr><td") == 3
    assert f"Người làm: {clerk}" in page(client, "sheet", assessment.pk, "1", loc="cua-toi")
    second = page(client, "sheet", assessment.pk, "2", loc="cua-toi")
    assert "Không có tiêu chí thành phần nào trong bộ lọc này." in second


def test_outsiders_neither_see_nor_change_shares(client, assessment, unit, clerk):
    give(assessment, ["1"], [clerk], clerk)
    address = reverse("scoring:sharing", args=[assessment.pk])
    for who, person in outsiders(unit).items():
        client.force_login(person)
        assert client.get(address).status_code == 404, who
        assert client.post(address, {"what": "take", "node": ["1"]}).status_code == 404, who
        with pytest.raises(Refused) as refused:
            give(assessment, ["2"], [clerk], person)
        assert refused.value.decision.hidden, who
    assert Share.objects.count() == 1


# --- Internal notes ------------------------------------------------------------------------------


def write(client, assessment, words, code="1.1.1"):
    return client.post(reverse("scoring:notes", args=[assessment.pk, code]), {"text": words})


def test_notes_stand_newest_last_with_author_and_time(client, assessment, clerk, head):
    client.force_login(clerk)
    write(client, assessment, SECRET)
    client.force_login(head)
    response = write(client, assessment, "Đã gọi")

    assert response["Location"].endswith("/cau/1.1.1/ghi-chu/#cuoi")
    html = page(client, "notes", assessment.pk, "1.1.1")
    assert "Chỉ người của đơn vị thấy; người thẩm định không thấy." in html
    assert html.index(SECRET) < html.index("Đã gọi")
    assert f"<b>{clerk}</b>" in html
    assert "09:00, 20/11/2024" in html


def test_the_sheet_and_the_table_say_how_many(client, assessment, clerk):
    client.force_login(clerk)
    write(client, assessment, SECRET)
    write(client, assessment, "Đã gọi")

    assert "Ghi chú nội bộ (2)" in page(client, "sheet", assessment.pk, "1")
    assert "Ghi chú nội bộ (2)" in page(client, "table", assessment.pk)
    assert SECRET not in page(client, "sheet", assessment.pk, "1") + page(client, "table", assessment.pk)


def test_a_double_click_is_one_note(client, assessment, clerk):
    client.force_login(clerk)
    write(client, assessment, SECRET)
    write(client, assessment, SECRET)

    assert InternalNote.objects.count() == 1
    assert AuditEvent.objects.filter(action="note.added").count() == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "Ghi chú còn trống."), (" \n\u200b ", "Ghi chú còn trống."), ("a" * (MOST + 1), "Ghi chú dài 2001 ký tự, nhiều nhất là 2000.")],
)
def test_an_empty_or_endless_note_is_refused_and_stays_typed(client, assessment, clerk, words, sentence):
    client.force_login(clerk)

    response = write(client, assessment, words)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert words in response.content.decode()
    assert not InternalNote.objects.exists()


def test_a_note_is_kept_in_one_normal_form(assessment, clerk):
    note, made = add_note(
        assessment_id=assessment.pk, code="1.1.1", words=unicodedata.normalize("NFD", "Đã hỏi, chờ trả lời"), by=clerk
    )

    assert made
    assert note.text == "Đã hỏi, chờ trả lời"


def test_a_note_cannot_carry_markup(client, assessment, clerk):
    client.force_login(clerk)
    write(client, assessment, "<script>alert(1)</script>")

    assert "<script>alert" not in page(client, "notes", assessment.pk, "1.1.1")


def test_notes_outlive_the_submission(client, assessment, clerk):
    Assessment.objects.update(state="closed")
    client.force_login(clerk)

    assert write(client, assessment, SECRET).status_code == 302


def test_an_unknown_component_has_no_thread(client, assessment, clerk):
    client.force_login(clerk)

    assert client.get(reverse("scoring:notes", args=[assessment.pk, "9.9.9"])).status_code == 404
    assert client.get(reverse("scoring:notes", args=[assessment.pk, "1"])).status_code == 404


@pytest.mark.parametrize("state", ["draft", "submitted", "closed"])
def test_nobody_else_ever_reads_a_note(client, assessment, unit, clerk, state):
    add_note(assessment_id=assessment.pk, code="1.1.1", words=SECRET, by=clerk)
    Assessment.objects.update(state=state)
    address = reverse("scoring:notes", args=[assessment.pk, "1.1.1"])
    for who, person in outsiders(unit).items():
        client.force_login(person)
        assert client.get(address).status_code == 404, who
        assert client.post(address, {"text": "Tôi cũng viết"}).status_code == 404, who
        for name, args in {"sheet": ["1"], "table": [], "dossier": [], "history": []}.items():
            shown = client.get(reverse(f"scoring:{name}", args=[assessment.pk, *args]))
            text = shown.content.decode()
            assert SECRET not in text, who
            assert "Ghi chú nội bộ" not in text, who
            assert "Phân việc" not in text, who
        desk = client.get(reverse("scoring:desk", args=[assessment.pk, "1.1.1"]))
        assert SECRET not in desk.content.decode(), who
    assert InternalNote.objects.count() == 1


def test_the_audit_log_says_that_a_note_was_written_and_never_what(client, assessment, clerk):
    add_note(assessment_id=assessment.pk, code="1.1.1", words=SECRET, by=clerk)

    event = AuditEvent.objects.get(action="note.added")
    assert "1.1.1" in event.data
    assert not any(SECRET in str(value) for value in vars(event).values())

    client.force_login(build.user_with_role(Role.AUDITOR))
    html = client.get(reverse("work:log")).content.decode()
    assert "Viết ghi chú nội bộ" in html
    assert SECRET not in html


def test_an_ended_unit_is_looked_after_by_its_successor(client, clerk):
    ended = build.unit(valid_to=clock.today() - timedelta(days=1))
    after = build.unit()
    build.succession(ended, after)
    person = build.clerk(after)
    dossier = build.open_population(units=[ended]).assessments.get()

    assert [each.pk for each in staff_of(ended)] == [person.pk]
    assert give(dossier, ["1"], [person], person) == 1
    with pytest.raises(Refused):
        give(dossier, ["1"], [clerk], clerk)
