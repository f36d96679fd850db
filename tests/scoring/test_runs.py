"""A population's stored rows become one run: figures, places, the year before, and a digest of all that counts."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from criteria.models import Framework, Node, Population
from parindex import canonical
from parindex.decisions import Refused
from parindex.models import AuditEvent, Job
from scoring.actions.runs import compute_run, freeze_run, request_run
from scoring.models import Assessment, Exemption, NodeResult, Run, Score, UnitResult
from scoring.queries.inputs import lineage_before, load
from scoring.queries.runs import level_results, past_before, shown_run
from surveys.models import Campaign, SurveyCount, SurveyFile, SurveyPercent
from tests import build
from units.models import Level

pytestmark = pytest.mark.django_db


def population_of(*names, **fields):
    """A population in appraisal with fully answered dossiers of the named units."""
    made = build.open_population(**fields)
    for name in names:
        unit = build.unit(name=name, level=made.level, parent=made.parent)
        build.answered(build.assessment(made, unit, "submitted"))
    return made


def dossier(population, name):
    return Assessment.objects.get(population=population, unit__name=name)


def set_points(population, name, code, **values):
    Score.objects.filter(assessment=dossier(population, name), node__code=code).update(**values)


def survey(population, name, percent="80", forms=((("Tốt", 3), ("Yếu", 1)),)):
    """Survey figures for both survey leaves of the small framework."""
    campaign, _made = Campaign.objects.get_or_create(cycle=population.cycle, level=population.level)
    file = SurveyFile.objects.create(
        campaign=campaign, name="f.csv", sha256="0" * 64, stored_as="-", imported_at=build.NOW
    )
    shared = {"campaign": campaign, "unit": dossier(population, name).unit, "file": file}
    for group, answers in zip(("Đại biểu HĐND tỉnh", "Công chức của đơn vị"), forms, strict=False):
        for answer, count in answers:
            SurveyCount.objects.create(
                **shared, node=build.node(population, "1.2.1"), group=group, answer=answer, count=count
            )
    SurveyPercent.objects.create(**shared, node=build.node(population, "1.2.2"), percent=Decimal(percent))


def result(run, name):
    return UnitResult.objects.get(run=run, unit_name=name)


def digest(population):
    population = Population.objects.select_related("cycle").get(pk=population.pk)
    past = past_before(population.cycle.year)
    return load(population, past, lineage_before(population, past)).digest


# --- What a run holds ----------------------------------------------------------------------------


def test_a_run_stores_units_and_every_node_of_the_tree():
    population = population_of("An")
    survey(population, "An")
    set_points(population, "An", "1.1.1", appraised_points=Decimal("2.5"), appraised_at=build.NOW, appraised_version=1)

    done = compute_run(population=population)

    row = result(done.run, "An")
    # S 56, A 48.5: a difference of 13.4 % leaves nothing for accuracy; survey 20 × 75 % + 5 × 80 %.
    assert (row.self_points, row.appraised_points, row.survey_points) == (
        Decimal(56),
        Decimal("48.5"),
        Decimal(19),
    )
    assert (row.points, row.max_points, row.index_percent) == (
        Decimal("67.5"),
        Decimal(100),
        Decimal("67.50"),
    )
    assert (row.rank, row.band, row.complete, row.missing) == (1, "C", False, 1)
    nodes = {n.node.code: n for n in NodeResult.objects.filter(result=row).select_related("node")}
    assert set(nodes) == set(Node.objects.values_list("code", flat=True))
    assert (nodes["1.1.1"].self_points, nodes["1.1.1"].points) == (Decimal(10), Decimal("2.5"))
    assert (nodes["1.1.4"].state, nodes["1.1.4"].points) == ("empty", None)
    assert sum(nodes[code].points for code in ("1", "2")) == row.points
    assert (done.run.provisional, done.run.frozen_at, done.run.number) == (True, None, 1)


def test_a_grant_takes_its_leaves_out_of_the_maximum():
    population = population_of("An")
    build.exemption(dossier(population, "An").unit, build.node(population, "1.2"))

    row = result(compute_run(population=population).run, "An")

    assert (row.max_points, row.survey_points, row.missing) == (Decimal(75), Decimal(0), 1)
    assert row.index_percent == Decimal("81.33")  # 61 of 75


def test_nothing_applies_means_no_index_and_no_rank():
    population = population_of("An", "Bình")
    for area in ("1", "2"):
        build.exemption(dossier(population, "An").unit, build.node(population, area))

    run = compute_run(population=population).run

    row = result(run, "An")
    assert (row.index_percent, row.rank, row.band, row.max_points) == (None, None, "", Decimal(0))
    assert result(run, "Bình").rank == 1


def test_ties_share_a_place_and_an_unranked_unit_stands_outside():
    population = population_of("Đông", "An", "Ân", "Yên")
    set_points(population, "Yên", "2.2", self_points=Decimal(0))
    Assessment.objects.filter(unit__name="An").update(ranked=False)

    done = compute_run(population=population)

    assert [(row.unit_name, row.rank) for row in done.results] == [
        ("Ân", 1),
        ("Đông", 1),
        ("Yên", 3),
        ("An", None),
    ]
    assert result(done.run, "An").index_percent == result(done.run, "Ân").index_percent


def test_a_unit_without_dossier_takes_part_and_one_that_ended_does_not():
    population = population_of("An")
    build.unit(name="Chi", level=population.level)
    ended = build.unit(name="Dũng", level=population.level, valid_to=date(build.YEAR, 6, 30))
    build.assessment(population, ended)

    run = compute_run(population=population).run

    assert set(run.results.values_list("unit_name", flat=True)) == {"An", "Chi"}
    assert result(run, "Chi").missing == 9


def test_bands_and_digits_are_data_of_the_population():
    population = population_of("An", bands=canonical.dumps([["Tốt", 60], ["Kém", 0]]))

    assert result(compute_run(population=population).run, "An").band == "Tốt"


# --- The year before -----------------------------------------------------------------------------


def year_before(unit, index, *, framework=True):
    """A run of the year before in which the unit reached an index."""
    year = build.YEAR - 1
    before = build.population(unit.level, year, parent=None, stage="published")
    if not framework:
        Population.objects.filter(pk=before.pk).update(framework=None)
    run = Run.objects.create(population=before, number=1, digest="x", computed_at=build.NOW)
    UnitResult.objects.create(
        run=run,
        unit=unit,
        unit_code=unit.code,
        unit_name=unit.name,
        points=index,
        max_points=100,
        index_percent=index,
    )
    return before


def test_the_same_unit_carries_its_figure_into_the_next_year():
    population = population_of("An")
    year_before(dossier(population, "An").unit, Decimal("60.25"))

    row = result(compute_run(population=population).run, "An")

    assert (row.previous_index_percent, row.change, row.comparable) == (
        Decimal("60.25"),
        Decimal("0.75"),
        True,
    )


def test_a_renamed_unit_inherits_and_a_merged_one_does_not():
    population = population_of("An", "Bình")
    cut = date(build.YEAR, 3, 1)
    for name, predecessors in (("An", ["Cũ"]), ("Bình", ["Một", "Hai"])):
        unit = dossier(population, name).unit
        type(unit).objects.filter(pk=unit.pk).update(valid_from=cut)
        for old in predecessors:
            build.succession(build.unit(name=old, level=unit.level, valid_to=date(build.YEAR, 2, 28)), unit)
    old = {unit.name: unit for unit in dossier(population, "An").unit.__class__.objects.all()}
    before = year_before(old["Cũ"], Decimal(50))
    for name in ("Một", "Hai"):
        UnitResult.objects.create(
            run=before.runs.get(),
            unit=old[name],
            unit_code=name,
            unit_name=name,
            max_points=100,
            index_percent=70,
        )

    run = compute_run(population=population).run

    assert result(run, "An").previous_index_percent == Decimal(50)
    assert (result(run, "Bình").previous_index_percent, result(run, "Bình").change) == (None, None)


@pytest.mark.parametrize(
    ("change", "comparable"),
    [({"rule_params": "{}"}, False), ({"max_points": Decimal(9)}, False), ({"name": "Tên khác"}, True)],
)
def test_a_framework_that_scores_otherwise_is_not_fully_comparable(change, comparable):
    population = population_of("An")
    before = year_before(dossier(population, "An").unit, Decimal(60))
    Node.objects.filter(framework=before.framework, code="1.1.1").update(**change)

    assert result(compute_run(population=population).run, "An").comparable is comparable


def test_a_year_known_by_totals_says_nothing_about_its_framework():
    population = population_of("An")
    year_before(dossier(population, "An").unit, Decimal(60), framework=False)

    row = result(compute_run(population=population).run, "An")

    assert (row.previous_index_percent, row.comparable) == (Decimal(60), True)


# --- The digest ----------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_run_and_write_nothing():
    population = population_of("An")
    first = compute_run(population=population)
    events = AuditEvent.objects.count()

    second = compute_run(population=population)

    assert (second.created, second.run) == (False, first.run)
    assert Run.objects.count() == 1
    assert AuditEvent.objects.count() == events


CHANGES = {
    "answer": lambda p: set_points(p, "An", "1.1.1", answer='{"option":"Chậm"}'),
    "self points": lambda p: set_points(p, "An", "1.1.1", self_points=Decimal("9.99")),
    "decision": lambda p: set_points(
        p, "An", "1.1.1", appraised_points=Decimal(10), appraised_at=build.NOW, appraised_version=1
    ),
    "closed": lambda p: set_points(p, "An", "1.1.1", not_self_assessed=True),
    "ranked": lambda p: Assessment.objects.filter(population=p).update(ranked=False),
    "bands": lambda p: Population.objects.filter(pk=p.pk).update(bands='[["A",10],["B",0]]'),
    "grant": lambda p: build.exemption(dossier(p, "An").unit, build.node(p, "2.2")),
    "survey": lambda p: survey(p, "An"),
    "new unit": lambda p: build.unit(name="Chi", level=p.level),
    "name": lambda p: type(dossier(p, "An").unit).objects.update(name="An mới"),
    "year before": lambda p: year_before(dossier(p, "An").unit, Decimal(60)),
    "rule": lambda p: Node.objects.filter(framework=p.framework, code="2.1.3").update(max_points=Decimal(4)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_that_can_move_a_figure_changes_the_digest(what):
    population = build.population()
    build.answered(build.assessment(population, build.unit(name="An"), "submitted"))
    before = digest(population)
    assert digest(population) == before

    CHANGES[what](population)

    assert digest(population) != before


def test_what_moves_no_figure_leaves_the_digest_alone():
    population = population_of("An", "Bình")
    before = digest(population)
    Assessment.objects.update(state="closed")
    Score.objects.update(version=7, explanation="Đã sửa lời", saved_at=build.NOW)
    Framework.objects.filter(pk=population.framework_id, frozen_at=None).update(name="Tên khác")
    build.score(dossier(population, "An"), "1.1.4")  # an opened card that says nothing

    assert digest(population) == before


def test_the_digest_does_not_depend_on_keys_or_on_the_order_of_saving():
    first = population_of("An", "Bình")
    values = digest(first)
    for model in (Score, Exemption):
        rows = list(model.objects.order_by("-pk"))
        model.objects.all().delete()
        for row in rows:
            row.pk = None
            row.save()

    assert digest(first) == values


# --- How much it asks ----------------------------------------------------------------------------


@pytest.mark.parametrize("units", [1, 3])
def test_the_number_of_queries_does_not_grow(units):
    population = population_of(*(f"Xã {number}" for number in range(units)))
    survey(population, "Xã 0")

    with CaptureQueriesContext(connection) as queries:
        compute_run(population=population)

    written = sum(q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in queries)
    assert len(queries) - written == 17, [q["sql"][:90] for q in queries]


@pytest.mark.parametrize("units", [1, 3])
def test_the_results_of_a_level_are_read_in_four_queries(units, django_assert_num_queries):
    population = population_of(*(f"Xã {number}" for number in range(units)))
    compute_run(population=population)

    with django_assert_num_queries(4):
        found = level_results(build.YEAR, population.level)

    assert len(found.rows) == units


# --- The level -----------------------------------------------------------------------------------


def test_communes_of_all_districts_share_one_ranking_beside_that_of_their_district():
    shared = build.framework(Level.COMMUNE)
    for district, names in (("Bắc Yên", ("Xã A", "Xã B")), ("Mai Sơn", ("Xã C",))):
        parent = build.unit(name=district, level=Level.DISTRICT)
        population = population_of(*names, level=Level.COMMUNE, parent=parent, framework=shared)
        if district == "Bắc Yên":
            set_points(population, "Xã B", "2.2", self_points=Decimal(0))
        compute_run(population=population)

    rows = level_results(build.YEAR, Level.COMMUNE).rows

    assert [(row.result.unit_name, row.rank, row.result.rank) for row in rows] == [
        ("Xã A", 1, 1),
        ("Xã C", 1, 1),
        ("Xã B", 3, 2),
    ]


def test_a_level_without_a_cycle_has_no_rows():
    found = level_results(1999 + 8, Level.DISTRICT)

    assert (found.rows, found.published) == ((), False)


# --- Freezing and asking -------------------------------------------------------------------------


def test_a_frozen_run_refuses_change_in_the_database():
    population = population_of("An")
    run = compute_run(population=population).run
    freeze_run(run=run, now=build.NOW)
    freeze_run(run=run, now=build.NOW)

    assert (run.provisional, shown_run(population)) == (False, run)
    for rows in (Run.objects.filter(pk=run.pk), run.results, NodeResult.objects.filter(result__run=run)):
        with pytest.raises(Exception, match="final"), transaction.atomic():
            rows.all().delete() if rows.model is not Run else rows.update(digest="y")


def test_a_worker_is_asked_once_and_only_by_those_who_may():
    population = population_of("An")
    manager, stranger = build.index_manager(), build.clerk(dossier(population, "An").unit)

    first = request_run(population=population, by=manager)
    again = request_run(population=population, by=manager)
    with pytest.raises(Refused) as refusal:
        request_run(population=population, by=stranger)

    assert (again, Job.objects.count()) == (first, 1)
    assert (first.kind, first.subject) == ("compute", str(population.pk))
    assert refusal.value.decision.hidden
