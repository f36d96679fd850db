"""Opening a population, moving it through its year, settling it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from criteria.models import Framework, Population
from criteria.stages import Stage
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring import states
from scoring.actions.populations import move_stage, open_population, set_dates, settle, unsettle
from scoring.actions.runs import compute_run
from scoring.calendar import usual_dates
from scoring.models import Assessment, Assignment, Exemption, Score
from tests import build
from units.authorization import Role
from units.models import Level

pytestmark = pytest.mark.django_db


def opened(population, **fields):
    return open_population(population=population, by=None, origin="import", now=build.NOW, **fields)


# --- Opening -------------------------------------------------------------------------------------


def test_opening_freezes_the_framework_makes_dossiers_and_sets_the_usual_calendar():
    units = [build.unit(), build.unit(), build.unit(valid_to=date(build.YEAR, 12, 30))]
    build.unit(level=Level.DISTRICT)
    population = build.population()

    opening = opened(population)

    population.refresh_from_db()
    assert (opening.opened, opening.added, opening.warnings) == (True, 2, opening.warnings)
    assert set(population.assessments.values_list("unit", "state")) == {(u.pk, "draft") for u in units[:2]}
    assert Framework.objects.get(pk=population.framework_id).frozen_at == build.NOW
    assert (population.stage, population.opened_at) == (Stage.SELF_ASSESSMENT, build.NOW)
    assert population.self_assessment_ends_at == datetime(build.YEAR, 11, 30, 10, 0, tzinfo=UTC)
    assert population.publishes_at == datetime(build.YEAR + 1, 1, 15, 10, 0, tzinfo=UTC)
    event = AuditEvent.objects.get(action="population.opened")
    assert canonical.loads(event.data)["dossiers"] == 2


def test_opening_again_only_adds_the_dossiers_of_units_entered_since():
    build.unit()
    population = build.population()
    opened(population)
    later = build.unit()

    again, third = opened(population), opened(population)

    assert (again.opened, again.added, third.added) == (False, 1, 0)
    assert Assessment.objects.filter(unit=later).count() == 1
    assert AuditEvent.objects.filter(action="population.opened").count() == 2


def test_dates_that_are_set_stay():
    build.unit()
    ends = datetime(build.YEAR, 10, 1, tzinfo=UTC)
    population = build.population(self_assessment_ends_at=ends)

    opened(population)

    population.refresh_from_db()
    assert (population.self_assessment_ends_at, population.council_ends_at) == (ends, None)


def test_a_district_decides_before_the_year_ends():
    dates = list(usual_dates(2024, district=True).values())

    assert dates == sorted(dates)
    assert dates[-1] < datetime(2024, 12, 31, tzinfo=UTC)
    assert list(usual_dates(2024).values()) == sorted(usual_dates(2024).values())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda p: None, "units"),
        (lambda p: (build.unit(), p.framework.nodes.filter(code="1.1.1").update(max_points=9)), "framework"),
        (
            lambda p: (build.unit(), Framework.objects.filter(pk=p.framework_id).update(is_draft=True)),
            "framework",
        ),
        (lambda p: (build.unit(), Population.objects.filter(pk=p.pk).update(framework=None)), "framework"),
        (lambda p: (build.unit(), Population.objects.filter(pk=p.pk).update(totals_only=True)), "framework"),
        (
            lambda p: (
                build.unit(),
                Population.objects.filter(pk=p.pk).update(
                    opens_at=build.NOW, self_assessment_ends_at=build.NOW - timedelta(days=1)
                ),
            ),
            "dates",
        ),
    ],
)
def test_what_is_not_ready_is_not_opened(spoil, code):
    population = build.population()
    spoil(population)

    with pytest.raises(Refused) as refusal:
        opened(population)

    population.refresh_from_db()
    assert refusal.value.code == code
    assert (population.stage, population.opened_at) == (Stage.PREPARING, None)
    assert not Assessment.objects.exists()
    assert not Framework.objects.exclude(frozen_at=None).exists()


def test_faults_of_the_framework_are_listed():
    build.unit()
    population = build.population()
    population.framework.nodes.filter(code="1.1.1").update(max_points=Decimal(9))

    with pytest.raises(Refused) as refusal:
        opened(population)

    assert any("1.1.1" in line for line in refusal.value.details)


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.INDEX_MANAGER, True), (Role.LEADER, False), (Role.COUNCIL, False)]
)
def test_on_a_page_only_the_index_manager_opens(role, allowed):
    build.unit()
    population = build.population()
    person = build.user_with_role(role)

    if allowed:
        assert open_population(population=population, by=person, now=build.NOW).opened
        return
    with pytest.raises(Refused) as refusal:
        open_population(population=population, by=person, now=build.NOW)

    assert refusal.value.decision.hidden


# --- Leads ---------------------------------------------------------------------------------------


def leads_of(year, changes):
    standing, justice = build.standing_body(), build.unit(name="Sở Tư pháp", short_name="STP")
    rows = build.small_rows(changes)
    population = build.population(year=year, framework=build.framework(year=year, rows=rows))
    warnings = opened(population).warnings
    found = dict(Assignment.objects.values_list("node__code", "body__name"))
    return found, warnings, standing, justice


def test_leads_are_matched_by_name_and_only_where_they_differ_from_above():
    found, warnings, *_bodies = leads_of(
        build.YEAR,
        {
            "2": {"lead_appraiser": "SỞ TƯ PHÁP"},
            "2.1": {"lead_appraiser": "STP"},
            "2.1.1": {"lead_appraiser": "Sở không có; Sở Tư pháp"},
            "2.1.2": {"lead_appraiser": ""},
            "2.1.3": {"lead_appraiser": "Sở Nội vụ"},
            "2.2": {"lead_appraiser": "Sở không có"},
            "1": {"lead_appraiser_2025": "Sở Tư pháp"},
        },
    )

    assert found == {"1": "Sở Nội vụ", "2": "Sở Tư pháp", "2.1.3": "Sở Nội vụ", "2.2": "Sở Nội vụ"}
    assert warnings == ("Không có đơn vị nào tên “Sở không có” (mã 2.2): Sở Nội vụ thẩm định.",)


def test_from_2025_on_the_other_column_names_the_leads():
    found, _warnings, *_bodies = leads_of(
        2025, {"1": {"lead_appraiser_2025": "Sở Tư pháp"}, "2": {"lead_appraiser": "Sở Tư pháp"}}
    )

    assert found["1"] == "Sở Tư pháp"
    assert found["2"] == "Sở Nội vụ"


def test_a_district_verifies_its_communes_without_assignments():
    build.standing_body()
    district = build.unit(level=Level.DISTRICT)
    build.unit(level=Level.COMMUNE, parent=district)
    population = build.population(Level.COMMUNE, parent=district)

    assert opened(population).warnings == ()
    assert not Assignment.objects.exists()


# --- Stages and dates ----------------------------------------------------------------------------

OWN_ACTION = {"open", "settle", "settle_from_files", "publish"}


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("move", sorted(set(states.STAGE_MOVES) - OWN_ACTION))
def test_a_population_moves_only_along_the_table(stage, move):
    population = build.population(stage=stage)
    manager = build.index_manager()
    known = states.STAGE_MOVES[move]

    if stage in known.sources:
        moved = move_stage(population=population, move=move, by=manager, reason="Vì thế", now=build.NOW)
        assert moved.stage == known.target
        assert AuditEvent.objects.filter(action="population.moved").count() == 1
        return
    with pytest.raises(Refused, match="không làm được việc này"):
        move_stage(population=population, move=move, by=manager, reason="Vì thế", now=build.NOW)

    population.refresh_from_db()
    assert population.stage == stage


def test_a_move_that_needs_a_reason_is_refused_without_one():
    population = build.population(stage=Stage.APPRAISAL)

    with pytest.raises(Refused, match="Ghi lý do"):
        move_stage(population=population, move="extend_self_assessment", by=build.index_manager(), reason=" ")


@pytest.mark.parametrize("move", sorted(OWN_ACTION))
def test_opening_settling_and_publishing_have_their_own_actions(move):
    with pytest.raises(ValueError, match="own action"):
        move_stage(population=build.population(stage=Stage.COUNCIL), move=move, by=build.index_manager())


def test_dates_are_changed_in_order_with_an_audit_row():
    population = build.population(**usual_dates(build.YEAR), stage=Stage.SELF_ASSESSMENT)
    manager = build.index_manager()
    later = population.self_assessment_ends_at + timedelta(days=3)

    set_dates(
        population=population,
        dates={"self_assessment_ends_at": later},
        by=manager,
        reason="Bão",
        now=build.NOW,
    )
    with pytest.raises(Refused, match="phải sau"):
        set_dates(population=population, dates={"appraisal_ends_at": later}, by=manager, now=build.NOW)

    population.refresh_from_db()
    assert population.self_assessment_ends_at == later
    data = canonical.loads(AuditEvent.objects.get(action="population.dates_set").data)
    assert (data["reason"], data["after"]) == ("Bão", {"self_assessment_ends_at": later.isoformat()})


# --- Settling ------------------------------------------------------------------------------------


def complete(**fields):
    """A population in council whose only unit has every component decided, the survey taken out by grants."""
    population = build.open_population(stage=Stage.COUNCIL, **fields)
    dossier = build.assessment_at("closed", population=population, unit=build.unit(name="An"))
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    build.exemption(dossier.unit, build.node(population, "1.2"))
    return population


def test_a_complete_current_run_is_settled_and_opened_again():
    population = complete()
    run = compute_run(population=population).run
    council = build.user_with_role(Role.COUNCIL)

    assert settle(population=population, by=council, now=build.NOW) == run

    run.refresh_from_db()
    population.refresh_from_db()
    assert (run.provisional, population.stage, population.settled_at) == (False, Stage.SETTLED, build.NOW)
    unsettle(population=population, reason="Sai số liệu", by=council, now=build.NOW)
    population.refresh_from_db()
    assert (population.stage, population.settled_at) == (Stage.COUNCIL, None)


@pytest.mark.parametrize(
    ("spoil", "code", "line"),
    [
        (lambda p: Score.objects.filter(node__code="2.2").delete(), "gaps", "An: chưa trả lời 2.2"),
        (lambda p: Exemption.objects.all().delete(), "gaps", "An: chưa có dữ liệu điều tra 1.2.1, 1.2.2"),
    ],
)
def test_what_is_missing_blocks_settling_line_by_line(spoil, code, line):
    population = complete()
    spoil(population)
    compute_run(population=population)

    with pytest.raises(Refused) as refusal:
        settle(population=population, by=build.user_with_role(Role.COUNCIL))

    population.refresh_from_db()
    assert (refusal.value.code, refusal.value.details) == (code, (line,))
    assert population.stage == Stage.COUNCIL


def test_a_run_older_than_its_inputs_is_not_settled():
    population = complete()
    compute_run(population=population)
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))

    with pytest.raises(Refused, match="Tính lại"):
        settle(population=population, by=build.user_with_role(Role.COUNCIL))


def test_nothing_computed_is_nothing_to_settle():
    with pytest.raises(Refused, match="Chưa tính"):
        settle(population=complete(), by=build.user_with_role(Role.COUNCIL))


def test_a_page_settles_only_from_the_council_and_only_by_those_who_may():
    population = complete()
    compute_run(population=population)
    with pytest.raises(Refused) as refusal:
        settle(population=population, by=build.clerk(Assessment.objects.get().unit))
    assert refusal.value.decision.hidden
    Population.objects.update(stage=Stage.APPRAISAL)

    with pytest.raises(Refused, match="thẩm định"):
        settle(population=population, by=build.user_with_role(Role.COUNCIL))

    assert settle(population=population, by=None, origin="command", move="settle_from_files")
