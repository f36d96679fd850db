"""Publishing: what it checks, what it freezes, and what it leaves in doubt."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from criteria.models import Population
from criteria.stages import Stage
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent
from sanctions.actions import compute, publish, publish_level
from sanctions.models import Outcome
from scoring.actions.populations import settle, unsettle
from scoring.models import Aftereffect, Publication, Run, Score, UnitResult
from scoring.queries.runs import doubts_of, latest_publication, level_results, shown_run
from tests import build
from tests.sanctions.years import published, totals_year
from units.authorization import Role
from units.models import Level, Tenure

pytestmark = pytest.mark.django_db

DAY = date(2025, 1, 11)


def complete(level=Level.DEPARTMENT, parent=None, framework=None, name="An", **fields):
    """A population in council whose only unit has every component decided, the survey taken out by a grant."""
    population = build.open_population(
        level, parent=parent, framework=framework, stage=Stage.COUNCIL, **fields
    )
    dossier = build.assessment_at(
        "closed", population=population, unit=build.unit(name=name, level=level, parent=parent)
    )
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    build.exemption(dossier.unit, build.node(population, "1.2"))
    return population


def fresh(population):
    return Population.objects.get(pk=population.pk)


# --- From the command line -----------------------------------------------------------------------


def test_the_command_line_computes_settles_and_publishes_in_one_step():
    population = complete()

    done = published(population)

    run = done.publication.run
    assert (done.publication.version, done.publication.reason, done.affected) == (1, "", ())
    assert (run.provisional, run.frozen_at is not None) == (False, True)
    assert fresh(population).stage == Stage.PUBLISHED
    assert shown_run(population) == run
    moves = [
        canonical.loads(e.data)["move"]
        for e in AuditEvent.objects.filter(action="population.moved").order_by("id")
    ]
    assert moves == ["settle_from_files", "publish"]


def test_published_rows_refuse_change_in_the_database():
    unit = build.unit(name="An")
    done = published(totals_year(2023, {unit: "40"}))

    for rows in (
        Run.objects.all(),
        UnitResult.objects.all(),
        Outcome.objects.all(),
        Publication.objects.all(),
    ):
        assert rows.count() == 1
        with pytest.raises(Exception, match="final"), transaction.atomic():
            rows._raw_delete(using="default")
    assert done.publication.run.outcomes.get().kind == "criticism"


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda: Score.objects.filter(node__code="2.2").delete(), "An: chưa trả lời 2.2"),
        (lambda: build.unit(name="Bình"), "Bình: chưa trả lời"),
    ],
)
def test_a_valid_unit_with_empty_components_is_not_published(spoil, line):
    population = complete()
    spoil()

    with pytest.raises(Refused) as refusal:
        published(population)

    assert any(said.startswith(line) for said in refusal.value.details)
    assert not Publication.objects.exists()
    assert not Run.objects.exists()  # all or nothing: the run made on the way is gone too
    assert fresh(population).stage == Stage.COUNCIL


def test_inputs_changed_since_the_run_are_refused_until_it_is_computed_again():
    population = complete()
    compute(population=population, origin="command")
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))

    with pytest.raises(Refused, match="Tính lại"):
        published(population)
    compute(population=population, origin="command")

    assert published(population).publication.run.number == 2


def test_heads_entered_after_the_run_do_not_stand_in_the_way_and_are_in_the_proposals():
    unit = build.unit(name="An")
    population = totals_year(2023, {unit: "40"})
    build.tenure(unit, "Lò Văn A")

    run = published(population).publication.run

    assert run.outcomes.get().facts_value["head"] == "Lò Văn A"
    assert (run.number, run.provisional) == (2, False)


def test_it_never_depends_on_the_clock_or_on_accounts(django_user_model):
    population = complete(self_assessment_ends_at=build.NOW.replace(year=2100))

    assert published(population).publication.published_by is None
    assert not django_user_model.objects.exists()


def test_a_second_publication_needs_a_reason_and_keeps_the_first():
    population = complete()
    first = published(population).publication
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))
    with pytest.raises(Refused, match="đính chính"):
        published(population)
    compute(population=population, origin="command")
    with pytest.raises(Refused, match="đính chính"):
        published(population, reason="  ")

    second = published(population, reason="Nhập sai điểm 2.2", decision="QĐ 40/QĐ-UBND").publication

    assert (second.version, second.run.number) == (2, 2)
    assert latest_publication(population) == second
    first.refresh_from_db()
    assert first.run.results.get().points == Decimal(66)  # 56 of its own, 5 by the appraiser, 5 for accuracy
    assert second.run.results.get().points == Decimal(51)  # 10 taken away, and the accuracy with it


def test_a_decision_is_needed():
    with pytest.raises(Refused, match="số quyết định"):
        published(complete(), decision="  ")


# --- On a page -----------------------------------------------------------------------------------


def test_a_page_publishes_only_what_was_settled():
    population = complete()
    manager = build.index_manager()
    wanted = {
        "population": population,
        "decision": "QĐ 1",
        "decided_on": DAY,
        "by": manager,
        "now": build.NOW,
    }
    with pytest.raises(Refused, match="Chưa tính"):
        publish(**wanted)
    compute(population=population, by=manager)
    with pytest.raises(Refused, match="chưa chốt"):
        publish(**wanted)
    settle(population=population, by=build.user_with_role(Role.COUNCIL), now=build.NOW)

    done = publish(**wanted)

    assert (done.publication.published_by, done.publication.published_at) == (manager, build.NOW)
    event = AuditEvent.objects.get(action="result.published")
    assert (event.actor_id, canonical.loads(event.data)["version"]) == (manager.pk, 1)


def test_what_changed_after_settling_is_not_published():
    population = complete()
    compute(population=population, origin="command")
    settle(population=population, by=build.user_with_role(Role.COUNCIL))
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))

    with pytest.raises(Refused, match="Tính lại"):
        publish(population=population, decision="QĐ 1", decided_on=DAY, by=build.index_manager())


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_do_not_publish(role):
    population = complete()
    compute(population=population, origin="command")
    settle(population=population, by=build.user_with_role(Role.COUNCIL))

    with pytest.raises(Refused) as refusal:
        publish(population=population, decision="QĐ 1", decided_on=DAY, by=build.user_with_role(role))

    assert refusal.value.decision.hidden


# --- A level of several populations --------------------------------------------------------------


def districts():
    shared = build.framework(Level.COMMUNE)
    return [
        complete(
            Level.COMMUNE,
            parent=build.unit(code, f"UBND huyện {code}", Level.DISTRICT),
            framework=shared,
            name=f"Xã {code}",
        )
        for code in ("116", "118", "119")
    ]


def level(**more):
    return publish_level(year=build.YEAR, level=Level.COMMUNE, decision="QĐ 1", decided_on=DAY, **more)


def test_one_district_publishes_its_own_and_the_rest_follow():
    populations = districts()

    own = level(parent_code="118")
    rest = level()

    assert [done.publication.population for done in own] == [populations[1]]
    assert [done.publication.population for done in rest] == [populations[0], populations[2]]
    assert {row.rank for row in level_results(build.YEAR, Level.COMMUNE).rows} == {1}


def test_an_unknown_district_is_refused():
    districts()

    with pytest.raises(Refused, match="999"):
        level(parent_code="999")


def test_a_level_is_published_wholly_or_not_at_all():
    populations = districts()
    Score.objects.filter(assessment__population=populations[2], node__code="2.2").delete()

    with pytest.raises(Refused, match="chưa có điểm"):
        level()

    assert not Publication.objects.exists()


def test_once_all_are_published_a_reason_corrects_those_that_changed():
    populations = districts()
    level()
    with pytest.raises(Refused, match="đính chính"):
        level()
    Score.objects.filter(assessment__population=populations[1], node__code="2.2").update(
        appraised_points=Decimal(0)
    )
    compute(population=populations[1], origin="command")

    again = level(reason="Nhập sai")

    assert [(done.publication.population, done.publication.version) for done in again] == [
        (populations[1], 2)
    ]


# --- Later years ---------------------------------------------------------------------------------


def test_a_correction_names_the_later_publications_it_leaves_in_doubt():
    unit, other = build.unit(name="An"), build.unit(name="Bình")
    build.tenure(unit, "Lò Văn A")
    years = {year: totals_year(year, {unit: "40", other: "80"}) for year in (2022, 2023, 2024)}
    later = {year: published(population).publication for year, population in years.items()}
    assert not Aftereffect.objects.exists()

    totals_year(2022, {unit: "55", other: "80"})
    done = published(years[2022], reason="Cộng sót điểm")

    # 2023 carried the old 40 and a discipline review; 2024 cites 2022 only as the first criticism.
    assert [(e.affected, e.changes, e.outcomes) for e in done.affected] == [(later[2023], 1, 1)]
    assert doubts_of([later[2023]]) == {later[2023].pk: list(done.affected)}
    row = later[2023].run.results.get(unit=unit)
    assert (row.previous_index_percent, row.change) == (Decimal(40), Decimal(0))  # stays as published


def test_a_correction_that_moves_no_figure_leaves_nothing_in_doubt():
    unit = build.unit(name="An")
    years = {year: totals_year(year, {unit: "60"}) for year in (2022, 2023)}
    for population in years.values():
        published(population)

    assert published(years[2022], reason="Sửa số quyết định").affected == ()


def test_a_year_published_late_is_checked_against_the_years_after_it():
    unit = build.unit(name="An")
    later = published(totals_year(2023, {unit: "60"})).publication

    done = published(totals_year(2022, {unit: "50"}))

    assert [(e.affected, e.changes, e.outcomes) for e in done.affected] == [(later, 1, 0)]


def test_an_ended_tenure_entered_later_is_no_reason_to_doubt_the_number():
    unit = build.unit(name="An")
    tenure = build.tenure(unit, "Lò Văn A")
    years = {year: totals_year(year, {unit: "60"}) for year in (2022, 2023)}
    for population in years.values():
        published(population)
    Tenure.objects.filter(pk=tenure.pk).update(to_date=date(2022, 6, 30))

    assert published(years[2022], reason="Sửa người đứng đầu").affected == ()


def test_the_command_line_takes_a_day_of_any_year_and_the_run_in_force_again():
    unit = build.unit(name="An")
    population = totals_year(2023, {unit: "60"})
    command = {"population": population, "decided_on": date(2096, 1, 1), "origin": "command"}
    first = publish(decision="QĐ 1", **command).publication

    again = publish(decision="QĐ 2", reason="Sửa số quyết định", **command).publication

    assert (again.version, again.run) == (2, first.run)


def test_a_correction_on_the_pages_goes_back_to_the_council_and_becomes_version_two():
    population = complete()
    manager, council = build.index_manager(), build.user_with_role(Role.COUNCIL)
    compute(population=population, by=manager)
    settle(population=population, by=council)
    publish(population=population, decision="QĐ 1", decided_on=DAY, by=manager)

    unsettle(population=population, reason="Nhập sai điểm 2.2", by=manager)
    Score.objects.filter(node__code="2.2").update(appraised_points=Decimal(0))
    compute(population=population, by=manager)
    settle(population=population, by=council)
    done = publish(population=population, decision="QĐ 2", decided_on=DAY, reason="Nhập sai điểm 2.2", by=manager)

    assert (done.publication.version, fresh(population).stage) == (2, Stage.PUBLISHED)
    assert Publication.objects.filter(population=population).count() == 2
