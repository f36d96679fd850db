"""The board of Sở Nội vụ: who has come, who is where, whom to remind; the same rows as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from parindex.models import AuditEvent
from scoring.models import Assessment
from tests import build
from units.authorization import Role
from units.models import Level, Notice, Unit, User

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: build.NOW)


@pytest.fixture
def manager(client):
    person = build.index_manager()
    client.force_login(person)
    return person


def board(client, population, **params):
    name = [population.cycle.year, population.level, *([population.parent.code] if population.parent else [])]
    response = client.get(reverse("scoring:population", args=name), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def came(unit, *, mail="a@example.org"):
    """A clerk of the unit who has logged in during the round."""
    person = build.clerk(unit)
    facts = {"email": mail, "phone": "0212 3852 001", "full_name": f"Người của {unit.name}"}
    User.objects.filter(pk=person.pk).update(last_login=build.NOW, **facts)
    return person


@pytest.fixture
def five():
    """Five departments, each at another point of the way; the deadline is an hour ahead."""
    names = {"A": "Sở An", "B": "Sở Bình", "C": "Sở Cường", "D": "Sở Dũng", "E": "Sở Én"}
    units = {code: build.unit(code, name) for code, name in names.items()}
    population = build.open_population(units=units.values(), self_assessment_ends_at=build.NOW + HOUR)
    Population.objects.filter(pk=population.pk).update(opens_at=build.NOW - timedelta(days=9))
    for code in "BCDE":
        came(units[code])
    dossiers = {row.unit.code: row for row in population.assessments.select_related("unit")}
    build.answered(dossiers["C"], ["1.1.1"])
    Assessment.objects.filter(pk=dossiers["D"].pk).update(state="awaiting_head")
    Assessment.objects.filter(pk=dossiers["E"].pk).update(state="submitted", submitted_at=build.NOW)
    return population, units, dossiers


# --- What it says --------------------------------------------------------------------------------


def test_the_heading_answers_and_every_standing_has_its_filter(client, manager, five):
    population, units, _dossiers = five
    page = board(client, population)
    assert "1 trên 5 đơn vị đã nộp" in page
    for kind, code in {"never": "A", "empty": "B", "draft": "C", "awaiting_head": "D", "submitted": "E"}.items():
        shown = board(client, population, tt=kind)
        assert [each.code for each in units.values() if f'{each.name}</a>' in shown or f"{each.name}<" in shown.partition('id="don-vi"')[2]] == [code], kind


def test_words_are_found_without_accents_and_rows_sorted(client, manager, five):
    population, _units, _dossiers = five
    assert "Sở Dũng" in board(client, population, q="so dung")
    table = board(client, population, q="so dung").partition('id="don-vi"')[2]
    assert "Sở An" not in table

    by_done = board(client, population, xep="-da-lam").partition('id="don-vi"')[2]
    assert by_done.index("Sở Cường") < by_done.index("Sở An")
    assert board(client, population, xep="khong-co")


def test_who_is_late_is_found_after_the_minute(client, manager, five, monkeypatch):
    population, _units, _dossiers = five
    monkeypatch.setattr(clock, "now", lambda: build.NOW + 2 * HOUR)
    table = board(client, population, tt="late").partition('id="don-vi"')[2]
    assert "Sở Én" not in table
    assert "Sở Cường" in table


def test_telephone_numbers_are_for_those_who_may_call(client, manager, five):
    population, _units, _dossiers = five
    assert "0212 3852 001" in board(client, population)
    client.force_login(build.user_with_role(Role.LEADER))
    assert "0212 3852 001" not in board(client, population)


@pytest.mark.parametrize("units", [1, 3])
def test_the_board_costs_the_same_for_one_and_three_units(client, manager, units, django_assert_num_queries):
    population = build.open_population(units=[build.unit(f"U{n}", f"Sở {n}") for n in range(units)])
    Population.objects.filter(pk=population.pk).update(self_assessment_ends_at=build.NOW + HOUR)
    for dossier in population.assessments.select_related("unit"):
        came(dossier.unit)
    address = reverse("scoring:population", args=[population.cycle.year, population.level])
    client.get(address)
    with django_assert_num_queries(25):
        client.get(address)


def test_two_hundred_communes_stay_a_light_page(client, manager):
    district = build.unit("H1", "UBND huyện Mộc Châu", level=Level.DISTRICT)
    rows = [
        Unit(code=f"{n:05}", name=f"UBND xã Chiềng Sơn thứ {n}", level=Level.COMMUNE, parent=district, valid_from=build.LONG_AGO)
        for n in range(204)
    ]
    for row in rows:
        row.fill_keys()
    units = Unit.objects.bulk_create(rows)
    population = build.open_population(Level.COMMUNE, parent=district, units=units[:1])
    Population.objects.filter(pk=population.pk).update(self_assessment_ends_at=build.NOW + HOUR)
    Assessment.objects.bulk_create(Assessment(population=population, unit=unit) for unit in units[1:])

    response = client.get(reverse("scoring:population", args=[population.cycle.year, population.level, district.code]))

    assert response.content.decode().count("UBND xã Chiềng Sơn thứ") >= 204
    assert len(response.content) < 150_000


# --- Files ---------------------------------------------------------------------------------------


def test_the_files_hold_the_filtered_rows_and_no_formula(client, manager, five):
    population, units, _dossiers = five
    Unit.objects.filter(pk=units["C"].pk).update(name='=HYPERLINK("http://x")')
    address = reverse("scoring:population_file", args=[population.pk, "csv"])
    rows = list(csv.reader(io.StringIO(client.get(address, {"tt": "draft"}).content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["C"]
    assert rows[1][1] == "'=HYPERLINK(\"http://x\")"

    book = load_workbook(io.BytesIO(client.get(reverse("scoring:population_file", args=[population.pk, "xlsx"])).content))
    cells = [cell for line in book.worksheets[0].iter_rows(min_row=2) for cell in line]
    assert {line[0].value for line in book.worksheets[0].iter_rows(min_row=2)} == set("ABCDE")
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_file_without_the_right_to_call_holds_no_telephone_number(client, five):
    population, _units, _dossiers = five
    client.force_login(build.user_with_role(Role.LEADER))
    content = client.get(reverse("scoring:population_file", args=[population.pk, "csv"])).content.decode("utf-8-sig")
    assert "0212" not in content
    assert "Sở Cường" in content


# --- Reminding -----------------------------------------------------------------------------------


def reminded(client, population, **fields):
    return client.post(reverse("scoring:population_remind", args=[population.pk]), fields, follow=True).content.decode()


def test_one_click_reminds_all_who_have_not_handed_in_and_says_whom_not(client, manager, five):
    population, _units, _dossiers = five
    page = reminded(client, population, ai="tat-ca")

    assert "Đã nhắc 3 đơn vị" in page
    assert "chưa có tài khoản nên không nhắc được: Sở An" in page
    assert set(Notice.objects.filter(kind="reminder").values_list("user__full_name", flat=True)) == {
        "Người của Sở Bình",
        "Người của Sở Cường",
        "Người của Sở Dũng",
    }
    assert AuditEvent.objects.filter(action__startswith="reminder").count() == 1

    again = reminded(client, population, ai="tat-ca")
    assert "Không còn đơn vị nào để nhắc" in again
    assert "nhắc lại được sau 12 giờ" in again
    assert Notice.objects.filter(kind="reminder").count() == 3


def test_only_the_ticked_are_reminded(client, manager, five):
    population, units, _dossiers = five
    reminded(client, population, don_vi=[units["C"].pk], note="Gọi lại trước 16 giờ")
    notice = Notice.objects.get(kind="reminder")
    assert notice.user.full_name == "Người của Sở Cường"
    assert "Gọi lại trước 16 giờ" in notice.text + notice.body
    assert "Chọn ít nhất một đơn vị" in reminded(client, population)


def test_a_district_reminds_its_own_communes_only(client):
    mine, other = build.unit("H1", "UBND huyện A", level=Level.DISTRICT), build.unit("H2", "UBND huyện B", level=Level.DISTRICT)
    places = {}
    for district in (mine, other):
        commune = build.unit(f"X{district.code}", f"UBND xã {district.code}", level=Level.COMMUNE, parent=district)
        places[district.code] = build.open_population(Level.COMMUNE, parent=district, units=[commune])
        came(commune)
    Population.objects.update(self_assessment_ends_at=build.NOW + HOUR)
    client.force_login(build.appraiser(mine))

    assert client.post(reverse("scoring:population_remind", args=[places["H2"].pk]), {"ai": "tat-ca"}).status_code == 404
    assert "Đã nhắc 1 đơn vị" in reminded(client, places["H1"], ai="tat-ca")
    assert list(Notice.objects.filter(kind="reminder").values_list("user__full_name", flat=True)) == ["Người của UBND xã H1"]


# --- More time, or none --------------------------------------------------------------------------


def test_more_time_past_the_end_of_verification_is_warned_of(client, manager, five):
    population, _units, dossiers = five
    Population.objects.filter(pk=population.pk).update(appraisal_ends_at=build.NOW + 48 * HOUR)
    address = reverse("scoring:appraisal_extend", args=[dossiers["C"].pk])
    until = clock.local(build.NOW + 72 * HOUR).strftime("%d/%m/%Y %H:%M")

    answer = client.post(address, {"until": until, "reason": "Ốm"}, follow=True).content.decode()

    assert Assessment.objects.get(pk=dossiers["C"].pk).extended_until is not None
    assert "hạn thẩm định" in answer or "thẩm định" in answer


def test_a_dossier_is_not_closed_before_its_own_deadline(client, manager, five, monkeypatch):
    population, _units, dossiers = five
    address = reverse("scoring:appraisal_close_unsubmitted", args=[dossiers["C"].pk])
    assert address not in board(client, population)
    client.post(address, {"reason": "Không nộp"})
    assert Assessment.objects.get(pk=dossiers["C"].pk).closed_unsubmitted_at is None

    monkeypatch.setattr(clock, "now", lambda: build.NOW + 2 * HOUR)
    assert address in board(client, population)
    client.post(address, {"reason": "Không nộp"})
    assert Assessment.objects.get(pk=dossiers["C"].pk).closed_unsubmitted_at is not None
    assert Population.objects.get().stage == Stage.SELF_ASSESSMENT
