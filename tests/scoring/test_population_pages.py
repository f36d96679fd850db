"""Boards of the yearly rounds and the acts on them, in the browser's words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from parindex.models import Job
from scoring import permissions, states
from scoring.actions.runs import compute_run
from scoring.models import Exemption, Run, Score
from tests import build
from units.authorization import Permission, Role
from units.models import Level

pytestmark = pytest.mark.django_db

YEAR = build.YEAR
BOARD = f"/lam-viec/dot/{YEAR}/department/"


def act(population, name, *args):
    return reverse(f"scoring:population_{name}", args=[population.pk, *args])


def complete(**fields):
    """A population in council whose only unit has every component decided, the survey taken out by a grant."""
    fields.setdefault("stage", Stage.COUNCIL)
    population = build.open_population(**fields)
    dossier = build.assessment_at("closed", population=population, unit=build.unit("D1", "Sở Một", population.level))
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    build.exemption(dossier.unit, build.node(population, "1.2"))
    return population


# --- Boards --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_for_one_and_three_units(client, django_assert_num_queries, count):
    build.standing_body(level=Level.DISTRICT)
    population = build.open_population(stage=Stage.APPRAISAL)
    for _each in range(count):
        build.assessment_at("submitted", population=population)
    client.force_login(build.index_manager())
    client.get(BOARD)

    with django_assert_num_queries(24):
        page = client.get(BOARD)

    assert len(page.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three_populations(client, django_assert_num_queries, count):
    for _each in range(count):
        district = build.unit(level=Level.DISTRICT)
        population = build.population(Level.COMMUNE, parent=district, stage=Stage.APPRAISAL)
        build.assessment(population, build.unit(level=Level.COMMUNE, parent=district))
    client.force_login(build.index_manager())
    client.get("/lam-viec/dot/")

    with django_assert_num_queries(7):
        page = client.get("/lam-viec/dot/")

    assert page.context["total"] == count


def test_the_board_counts_what_is_asked_answered_and_decided(client):
    population = build.open_population(stage=Stage.APPRAISAL)
    handed = build.assessment_at("submitted", population=population, unit=build.unit("A", "Sở An"))
    Score.objects.filter(assessment=handed, node__code="1.1.1").update(
        appraised_points=1, appraised_at=build.NOW, appraised_version=1
    )
    Score.objects.filter(assessment=handed, node__code="1.1.2").update(
        appraised_points=1, appraised_at=build.NOW, appraised_version=1, version=2
    )
    build.exemption(handed.unit, build.node(population, "2.2"))
    build.assessment(population, build.unit("B", "Sở Bình"))
    client.force_login(build.index_manager())

    page = client.get(BOARD)

    first, second = (row.progress for row in page.context["rows"])
    # Six answered by the unit less the granted one; seven decided less it; one decision is older than its answer.
    assert (first.answered, first.asked, first.decided, first.cells) == (5, 5, 1, 6)
    assert (second.answered, second.asked, second.decided, second.cells) == (0, 6, 0, 7)
    assert page.context["rows"][0].url == reverse("scoring:appraisal_case", args=[handed.pk])
    assert (first.state, second.state) == ("submitted", "empty")
    assert "Còn 12 trên 13 tiêu chí chưa quyết định" in page.content.decode()


def test_a_passed_deadline_reads_late_and_an_extension_does_not(client):
    past = datetime(2020, 1, 1, tzinfo=UTC)
    population = build.open_population(self_assessment_ends_at=past)
    build.assessment(population, build.unit("A", "Sở An"))
    build.assessment(population, build.unit("B", "Sở Bình"), extended_until=datetime(2120, 1, 1, tzinfo=UTC))
    build.assessment_at("submitted", population=population, unit=build.unit("C", "Sở Cảnh"))
    client.force_login(build.index_manager())

    page = client.get(BOARD)

    assert [row.progress.late for row in page.context["rows"]] == [True, False, False]
    assert "1 trên 3 đơn vị đã nộp" in page.content.decode()
    assert [row.progress.assessment.unit.code for row in client.get(f"{BOARD}?tt=late").context["rows"]] == ["A"]
    assert [row.progress.assessment.unit.code for row in client.get(f"{BOARD}?q=canh").context["rows"]] == ["C"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLERK, Role.HEAD, Role.APPRAISER)])
def test_who_follows_a_population(client, role):
    population = complete()
    client.force_login(build.user_with_role(role))
    allowed = role in {Role.INDEX_MANAGER, Role.COUNCIL, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR}

    assert client.get(BOARD).status_code == (200 if allowed else 404)
    assert client.get("/lam-viec/dot/").status_code == (200 if allowed else 404)
    manages = role == Role.INDEX_MANAGER
    assert client.get(act(population, "dates")).status_code == (200 if manages else 404)
    assert client.post(act(population, "compute")).status_code == (302 if manages else 404)
    settles = role in {Role.INDEX_MANAGER, Role.COUNCIL}
    assert client.get(act(population, "settle")).status_code == (200 if settles else 404)


def test_a_district_runs_its_own_communes_and_sees_no_other(client):
    own, other = build.unit("H1", "Huyện Một", Level.DISTRICT), build.unit("H2", "Huyện Hai", Level.DISTRICT)
    mine = build.population(Level.COMMUNE, parent=own, stage=Stage.COUNCIL)
    theirs = build.population(Level.COMMUNE, parent=other, stage=Stage.COUNCIL)
    client.force_login(build.appraiser(own))

    page = client.get(f"/lam-viec/dot/{YEAR}/commune/H1/")
    assert {each.name for each in page.context["acts"]} == {"compute", "settle", "send_back"}
    assert client.get(f"/lam-viec/dot/{YEAR}/commune/H2/").status_code == 404
    assert client.post(act(theirs, "compute")).status_code == 404
    assert client.get(act(mine, "dates")).status_code == 404


def test_a_district_reads_its_communes_after_its_end_and_does_nothing_more(client):
    last_day = clock.today()
    districts = [
        build.unit("H1", "Huyện Một", Level.DISTRICT, valid_to=last_day),
        build.unit("H2", "Huyện Hai", Level.DISTRICT, valid_to=last_day - timedelta(days=1)),
    ]
    answers = []
    for district in districts:
        population = build.population(Level.COMMUNE, parent=district, stage=Stage.PUBLISHED)
        client.force_login(build.appraiser(district))
        page = client.get(f"/lam-viec/dot/{YEAR}/commune/{district.code}/")
        moved = client.post(act(population, "move", "correct"), {"reason": "Nhập sai"})
        answers.append(({each.name for each in page.context["acts"]}, moved.status_code, stage_of(population)))

    assert answers == [({"compute", "correct"}, 302, Stage.COUNCIL), (set(), 403, Stage.PUBLISHED)]


@pytest.mark.parametrize("permission", sorted(permissions.DISTRICT_ACTS))
def test_an_ended_district_keeps_only_what_reads(permission):
    district = build.unit("H1", "Huyện Một", Level.DISTRICT, valid_to=clock.today() - timedelta(days=1))
    population = build.population(Level.COMMUNE, parent=district)

    decision = permissions.may_in_population(build.appraiser(district), population, permission)

    reads = {Permission.ASSESSMENT_VIEW, Permission.RESULT_VIEW, Permission.OUTCOME_VIEW}
    assert bool(decision) is (permission in reads)
    if not decision:
        assert (decision.code, decision.hidden) == ("ended", False)
        assert decision.reason == "Huyện Một không còn hoạt động, Sở Nội vụ làm việc này thay."
    assert permissions.may_in_population(build.index_manager(), population, Permission.POPULATION_PUBLISH)


def stage_of(population):
    return Population.objects.get(pk=population.pk).stage


def test_an_appraiser_of_an_area_sees_the_dates_and_nobodys_progress(client):
    complete()
    client.force_login(build.appraiser(build.unit()))

    page = client.get("/lam-viec/dot/")

    assert page.status_code == 200
    assert "Sở Một" not in page.content.decode()
    assert client.get(BOARD).status_code == 404


def test_leaders_see_units_without_links_to_their_dossiers(client):
    complete()
    client.force_login(build.user_with_role(Role.LEADER))

    page = client.get(BOARD)

    assert [row.url for row in page.context["rows"]] == [""]
    assert page.context["acts"] == []


@pytest.mark.parametrize("address", ["2031/department/", f"{YEAR}/tinh/", f"{YEAR}/commune/NIL/"])
def test_an_address_without_a_population_is_not_found(client, address):
    complete()
    client.force_login(build.index_manager())
    assert client.get(f"/lam-viec/dot/{address}").status_code == 404


# --- Acts ----------------------------------------------------------------------------------------


def test_opening_makes_the_dossiers_and_says_what_it_warns_of(client):
    build.unit("D1", "Sở Một")
    population = build.population()
    client.force_login(build.index_manager())

    assert "1 đơn vị tham gia" in client.get(act(population, "open")).content.decode()
    page = client.post(act(population, "open"), follow=True)

    population.refresh_from_db()
    assert population.stage == Stage.SELF_ASSESSMENT
    assert "Đã mở tự đánh giá cho 1 đơn vị." in page.content.decode()


def test_a_faulty_framework_is_not_opened_and_its_faults_are_listed(client):
    build.unit()
    rows = build.small_rows({"1.1.1": {"max_points": "11"}})
    population = build.population(framework=build.framework(rows=rows))
    client.force_login(build.index_manager())

    page = client.post(act(population, "open"))

    assert page.status_code == 422
    assert page.context["refused"].details
    assert page.context["refused"].details[0] in page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert Population.objects.get().stage == Stage.PREPARING


@pytest.mark.parametrize(("move", "known"), [pair for pair in states.STAGE_MOVES.items() if not pair[1].by_file])
def test_every_move_is_asked_on_a_page_and_made_by_a_post(client, move, known):
    if move in ("open", "settle", "publish"):
        return
    population = build.population(stage=sorted(known.sources)[0])
    client.force_login(build.index_manager())

    assert client.get(act(population, "move", move)).status_code == 200
    assert Population.objects.get().stage == population.stage
    if known.reason:
        assert client.post(act(population, "move", move), {"reason": " "}).status_code == 422
    assert client.post(act(population, "move", move), {"reason": "Thiếu tài liệu"}).status_code == 302
    assert Population.objects.get().stage == known.target


@pytest.mark.parametrize("move", ["open", "settle", "publish", "settle_from_files", "bay"])
def test_moves_with_their_own_page_have_no_other(client, move):
    population = build.population(stage=Stage.COUNCIL)
    client.force_login(build.index_manager())
    assert client.post(act(population, "move", move), {"reason": "x"}).status_code == 404


def test_a_move_from_another_stage_is_refused_in_words(client):
    population = build.population(stage=Stage.SELF_ASSESSMENT)
    client.force_login(build.index_manager())

    page = client.post(act(population, "move", "convene"), follow=True)

    assert "Đợt đánh giá đang ở bước “tự đánh giá”" in page.content.decode()
    assert Population.objects.get().stage == Stage.SELF_ASSESSMENT


def test_dates_are_typed_as_people_write_them_and_kept_in_order(client):
    population = build.population(stage=Stage.SELF_ASSESSMENT)
    client.force_login(build.index_manager())
    url = act(population, "dates")

    page = client.post(url, {"self_assessment_ends_at": "30/11/2024 17:00", "appraisal_ends_at": "29/11/2024 17:00"})
    assert page.status_code == 422
    assert "phải sau" in page.content.decode()
    assert client.post(url, {"self_assessment_ends_at": "mai"}).status_code == 422
    assert client.post(url, {"self_assessment_ends_at": "30/11/2024 17:00"}).status_code == 302

    population.refresh_from_db()
    assert population.self_assessment_ends_at == datetime(2024, 11, 30, 10, 0, tzinfo=UTC)
    assert 'value="30/11/2024 17:00"' in client.get(url).content.decode()


def test_computing_is_a_job_and_asking_twice_is_one(client):
    population = complete()
    client.force_login(build.index_manager())

    first, second = client.post(act(population, "compute")), client.post(act(population, "compute"))

    job = Job.objects.get()
    assert first["Location"] == second["Location"] == f"/lam-viec/viec/{job.pk}/"
    assert client.get(act(population, "compute")).status_code == 405
    page = client.get(BOARD).content.decode()
    assert "Đang tính chỉ số." in page
    assert f"/lam-viec/viec/{job.pk}/" in page


def test_what_was_never_opened_is_not_computed(client):
    population = build.population()
    client.force_login(build.index_manager())

    assert "chưa mở" in client.post(act(population, "compute"), follow=True).content.decode()
    assert not Job.objects.exists()


def test_settling_lists_what_is_missing_and_settles_what_is_complete(client):
    population = complete()
    client.force_login(build.user_with_role(Role.COUNCIL))
    url = act(population, "settle")
    assert "Chưa tính chỉ số lần nào" in client.get(url).content.decode()

    Exemption.objects.all().delete()
    compute_run(population=population)
    page = client.post(url)
    assert page.status_code == 422
    assert "Sở Một: chưa có dữ liệu điều tra 1.2.1, 1.2.2" in page.content.decode()

    build.exemption(population.assessments.get().unit, build.node(population, "1.2"))
    assert client.post(url).status_code == 422  # the run is still the old one
    compute_run(population=population)
    assert client.post(url).status_code == 302
    assert (Population.objects.get().stage, Run.objects.order_by("-number")[0].provisional) == (Stage.SETTLED, False)


def test_every_permission_of_a_stage_move_exists():
    assert {move.permission for move in states.STAGE_MOVES.values()} <= {str(each) for each in Permission}
