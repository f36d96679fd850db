"""Results, proposals and publishing as pages: who reads what, and what a publication needs."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from sanctions.actions import compute
from sanctions.models import Outcome
from sanctions.outcome_words import said
from sanctions.queries import run_outcomes
from scoring.actions.populations import settle
from scoring.models import Publication, Score, UnitResult
from tests import build
from tests.sanctions.years import published, totals_year
from units.authorization import Role
from units.models import Level

pytestmark = pytest.mark.django_db

YEAR = build.YEAR
RESULTS = f"/lam-viec/ket-qua/{YEAR}/department/"
HEAD = "Lò Thị Kín"


def complete(points="75", code="D1", population=None):
    """A unit with everything decided, the survey granted away; ``points`` of 75 follow from 1.1.2."""
    population = population or build.open_population(stage=Stage.COUNCIL)
    unit = build.unit(code, f"Sở {code}")
    dossier = build.assessment_at("closed", population=population, unit=unit)
    build.score(dossier, "1.1.4", appraised_points=Decimal(5), appraisal_reason="Báo cáo tốt")
    build.exemption(unit, build.node(population, "1.2"))
    return population, unit


def settled():
    population, unit = complete()
    build.tenure(unit, HEAD, title="Giám đốc")
    compute(population=population, origin="command")
    settle(population=population, by=None, origin="command", move="settle_from_files")
    population.refresh_from_db()
    return population


def poor(population=None):
    """A computed population whose unit is below 50, so that its head is proposed for criticism."""
    population, unit = complete()
    Score.objects.update(appraised_points=Decimal(1))
    build.tenure(unit, HEAD, title="Giám đốc")
    compute(population=population, origin="command")
    return population


# --- Results -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_ranking_costs_the_same_for_one_and_three_units(client, django_assert_num_queries, count):
    population, _unit = complete()
    for number in range(2, count + 1):
        complete(code=f"D{number}", population=population)
    compute(population=population, origin="command")
    client.force_login(build.user_with_role(Role.LEADER))
    client.get(RESULTS)

    with django_assert_num_queries(12):
        page = client.get(RESULTS)

    assert len(page.context["rows"]) == count


def test_a_provisional_result_says_so_and_counts_the_incomplete(client):
    population, _unit = complete()
    Score.objects.filter(node__code="1.1.4").delete()
    compute(population=population, origin="command")
    client.force_login(build.user_with_role(Role.LEADER))

    page = client.get(RESULTS).content.decode()

    assert "Chỉ dùng nội bộ." in page
    assert "1 trên 1 đơn vị chưa đủ điểm" in page
    assert "chưa đủ, thiếu 1" in page


def test_the_run_of_the_publication_is_read_until_a_correction_is_worked_on(client):
    population = settled()
    published(population)
    client.force_login(build.index_manager())
    assert client.get(RESULTS).context["single"].run.number == 1

    Population.objects.update(stage=Stage.COUNCIL)
    Score.objects.filter(node__code="1.1.1").update(appraised_points=Decimal(5))
    compute(population=population, origin="command")

    now = client.get(RESULTS).context["single"]
    assert (now.run.number, now.published) == (2, False)
    asked = client.get(f"{RESULTS}?lan=1").context["single"]
    assert (asked.run.number, asked.published, asked.latest) == (1, True, 2)
    assert client.get(f"{RESULTS}?lan=99").status_code == 200


def test_a_sheet_shows_where_the_points_come_from(client):
    population, unit = complete()
    Score.objects.filter(node__code="1.1.1").update(appraised_points=Decimal(5), appraisal_reason="Gửi chậm một ngày")
    compute(population=population, origin="command")
    client.force_login(build.user_with_role(Role.LEADER))

    page = client.get(f"{RESULTS}don-vi/{unit.code}/")
    text = page.content.decode()

    rows = {row["line"].code: row for area in page.context["areas"] for row in area["rows"]}
    assert (rows["1.1.1"]["differs"], rows["1.1.1"]["reason"]) == (True, "Gửi chậm một ngày")
    assert rows["1.1.2"]["words"].startswith("18/20")
    assert rows["2.1.3"]["words"].startswith("tính từ chênh lệch")
    assert "Đúng hạn" in text
    assert "không áp dụng" in text
    assert client.get(f"{RESULTS}don-vi/NIL/").status_code == 404


def test_a_year_known_by_totals_has_no_sheet_but_a_page(client):
    unit = build.unit("D1", "Sở Một")
    totals_year(2023, {unit: "88.5"})
    client.force_login(build.user_with_role(Role.LEADER))

    assert "88,50" in client.get("/lam-viec/ket-qua/2023/department/").content.decode()
    assert "Chỉ có điểm tổng" in client.get("/lam-viec/ket-qua/2023/department/don-vi/D1/").content.decode()


def test_columns_sort_and_the_absent_stand_last(client):
    units = [build.unit(f"D{n}", f"Sở {n}") for n in (1, 2, 3)]
    population = totals_year(2023, dict(zip(units, ("60", "80", "70"), strict=True)))
    UnitResult.objects.filter(unit=units[1]).update(index_percent=None, rank=None)
    client.force_login(build.user_with_role(Role.LEADER))

    def codes(query):
        page = client.get(f"/lam-viec/ket-qua/{population.cycle.year}/department/?{query}")
        return [row.result.unit_code for row, _url in page.context["rows"]]

    assert codes("") == ["D3", "D1", "D2"]
    assert codes("xep=chi-so") == ["D1", "D3", "D2"]
    assert codes("xep=-chi-so") == ["D3", "D1", "D2"]
    assert codes("xep=ten") == ["D1", "D2", "D3"]
    assert codes("q=so+2") == ["D2"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLERK, Role.HEAD, Role.APPRAISER)])
def test_who_reads_results_and_proposals(client, role):
    population = poor()
    client.force_login(build.user_with_role(role))
    reads = role in {Role.INDEX_MANAGER, Role.COUNCIL, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR}
    names = role in {Role.INDEX_MANAGER, Role.COUNCIL, Role.LEADER}

    for address in ("/lam-viec/ket-qua/", RESULTS, f"{RESULTS}don-vi/D1/"):
        page = client.get(address)
        assert page.status_code == (200 if reads else 404), address
        assert HEAD not in page.content.decode()
    for address in (f"{RESULTS}xu-ly/", f"{RESULTS}xu-ly/tai-ve/csv/"):
        page = client.get(address)
        assert page.status_code == (200 if names else 404), address
        assert (HEAD in page.content.decode()) == names
    publishes = role == Role.INDEX_MANAGER
    assert client.get(f"/lam-viec/ket-qua/so-{population.pk}/cong-bo/").status_code == (200 if publishes else 404)


def test_a_district_reads_its_own_communes_only(client):
    own, other = build.unit("H1", "Huyện Một", Level.DISTRICT), build.unit("H2", "Huyện Hai", Level.DISTRICT)
    for district in (own, other):
        population = build.open_population(Level.COMMUNE, parent=district, stage=Stage.COUNCIL)
        commune = build.unit(f"X{district.code}", f"Xã {district.code}", Level.COMMUNE, parent=district)
        build.assessment_at("closed", population=population, unit=commune)
        compute(population=population, origin="command")
    client.force_login(build.appraiser(own))
    address = f"/lam-viec/ket-qua/{YEAR}/commune/"

    assert [row.result.unit_code for row, _url in client.get(address).context["rows"]] == ["XH1"]
    assert client.get(f"{address}H1/").status_code == 200
    assert client.get(f"{address}H2/").status_code == 404
    assert client.get(f"{address}don-vi/XH2/").status_code == 404


# --- Proposals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_proposals_cost_the_same_for_one_and_three(client, django_assert_num_queries, count):
    population, _unit = complete()
    for number in range(2, count + 1):
        complete(code=f"D{number}", population=population)
    Score.objects.update(appraised_points=Decimal(1))
    compute(population=population, origin="command")
    client.force_login(build.user_with_role(Role.LEADER))
    client.get(f"{RESULTS}xu-ly/")

    with django_assert_num_queries(10):
        page = client.get(f"{RESULTS}xu-ly/")

    assert len(page.context["rows"]) == count


def test_a_proposal_names_the_head_the_article_and_what_to_look_at(client):
    population = poor()
    found = said(run_outcomes({run.pk: population for run in population.runs.all()})[0])

    assert (found.proposal, found.subject) == ("Đề nghị, xét phê bình lần thứ nhất", f"{HEAD}, Giám đốc")
    assert found.row.outcome.article == "Điều 20.6"
    assert any("Điều 20.7: không đủ điều kiện" in fact for fact in found.facts)
    client.force_login(build.user_with_role(Role.LEADER))
    page = client.get(f"{RESULTS}xu-ly/?loai=criticism").content.decode()
    assert "1 đề nghị để xem xét" in page
    assert "Từ kết quả chưa công bố." in page


def test_no_head_and_a_second_year_are_said_in_words():
    unit = build.unit("D1", "Sở Một")
    totals_year(2023, {unit: "40"})
    population = totals_year(2024, {unit: "45"})
    unknown = said(run_outcomes({run.pk: population for run in population.runs.all()})[0])
    assert unknown.subject == "Người đứng đầu (chưa có dữ liệu)"
    assert any("không xét được" in caution for caution in unknown.cautions)

    build.tenure(unit, HEAD)
    run = compute(population=population, origin="command").run
    again = said(run_outcomes({run.pk: population})[0])
    assert again.proposal == "Đề nghị, xem xét kỷ luật"
    assert any("lần phê bình thứ nhất theo Điều 20.6 của năm 2023 (40,00%)" in fact for fact in again.facts)


def test_few_days_at_the_head_are_flagged():
    unit = build.unit("D1", "Sở Một")
    build.tenure(unit, "Người Cũ", to_date=date(2024, 9, 30))
    build.tenure(unit, HEAD, date(2024, 10, 1))
    population = totals_year(2024, {unit: "45"})

    found = said(run_outcomes({run.pk: population for run in population.runs.all()})[0])

    assert "Đứng đầu 92 ngày trong năm, dưới 183 ngày." in found.cautions
    assert any("Người Cũ (274 ngày)" in fact for fact in found.facts)


def test_the_file_is_that_of_the_command(client):
    poor()
    client.force_login(build.user_with_role(Role.LEADER))

    answer = client.get(f"{RESULTS}xu-ly/tai-ve/csv/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [(row["unit_code"], row["kind"], row["article"], row["subject"]) for row in rows] == [
        ("D1", "criticism", "Điều 20.6", "head")
    ]
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"{RESULTS}xu-ly/tai-ve/xlsx/").content[:2] == b"PK"
    assert client.get(f"{RESULTS}xu-ly/tai-ve/exe/").status_code == 404


# --- Publishing ----------------------------------------------------------------------------------


def publish_url(population):
    return f"/lam-viec/ket-qua/so-{population.pk}/cong-bo/"


def test_a_settled_result_is_published_under_its_decision(client):
    population = settled()
    client.force_login(build.index_manager())
    url = publish_url(population)
    preview = client.get(url).content.decode()
    assert "Sở D1" in preview
    assert HEAD not in preview

    assert client.post(url, {"decision": "", "decided_on": "11/01/2025"}).status_code == 422
    assert client.post(url, {"decision": "36/QĐ-UBND", "decided_on": "hôm nay"}).status_code == 422
    page = client.post(url, {"decision": "36/QĐ-UBND", "decided_on": "11/01/2025"}, follow=True)

    made = Publication.objects.get()
    assert (made.version, made.decision_number, f"{made.decided_on}") == (1, "36/QĐ-UBND", "2025-01-11")
    assert "Đã công bố lần 1 theo 36/QĐ-UBND." in page.content.decode()
    assert Population.objects.get().stage == Stage.PUBLISHED


def test_a_correction_needs_its_reason(client):
    population = settled()
    published(population)
    Population.objects.update(stage=Stage.SETTLED)
    client.force_login(build.index_manager())
    url, typed = publish_url(population), {"decision": "50/QĐ-UBND", "decided_on": "11/02/2025"}
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))
    compute(population=population, origin="command")

    assert client.post(url, typed).status_code == 422
    assert client.post(url, {**typed, "reason": "Nhập sai điểm 1.1.1"}).status_code == 302
    assert Publication.objects.count() == 2


def test_a_correction_that_corrects_nothing_is_refused(client):
    population = settled()
    published(population)
    Population.objects.update(stage=Stage.SETTLED)
    client.force_login(build.index_manager())

    typed = {"decision": "50/QĐ-UBND", "decided_on": "11/02/2025", "reason": "Nhập sai"}
    refused = client.post(publish_url(population), typed)

    assert refused.status_code == 422
    assert "không có gì để đính chính" in refused.content.decode()
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "error"),
    [(1, "Ngày ký không thể sau hôm nay"), (None, f"Ngày ký không thể trước năm đánh giá {YEAR}"), (0, "")],
)
def test_the_day_of_the_decision_lies_between_the_year_and_today(client, days, error):
    population = settled()
    client.force_login(build.index_manager())
    day = date(YEAR - 1, 12, 31) if days is None else clock.today() + timedelta(days=days)

    answer = client.post(publish_url(population), {"decision": "36/QĐ-UBND", "decided_on": f"{day:%d/%m/%Y}"})

    assert answer.status_code == (422 if error else 302)
    assert Publication.objects.exists() is not bool(error)
    if error:
        assert error in answer.content.decode()


def test_what_is_not_settled_has_no_form_and_is_refused(client):
    population = poor()
    client.force_login(build.index_manager())
    url = publish_url(population)

    assert "Kết quả chưa chốt." in client.get(url).content.decode()
    refused = client.post(url, {"decision": "1/QĐ", "decided_on": "11/01/2025"})
    assert refused.status_code == 422
    assert refused.context["refused"].code == "state"
    assert not Publication.objects.exists()
    assert Outcome.objects.exists()
