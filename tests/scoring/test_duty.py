"""Which body verifies which cell: a truth table over stored assignments, and who may."""

from datetime import date, timedelta

import pytest

from criteria.stages import Stage
from parindex import clock
from parindex.decisions import Denied
from scoring import permissions
from scoring.appraising import COUNCIL
from scoring.queries.duty import duties_of, duty_of
from scoring.queries.leaves import chain_of
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db

YESTERDAY = clock.today() - timedelta(days=1)
TODAY = clock.today()


@pytest.fixture
def scene():
    """Area 1 belongs to Sở Nội vụ, area 2 to Sở Tài chính, and of it 2.2 to Sở Tư pháp."""

    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        stp = build.unit("STP", "Sở Tư pháp")
        syt = build.unit("SYT", "Sở Y tế")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    build.assignment(scene.population, "2.2", scene.stp)
    return scene


def chain(population, code):
    return chain_of(
        type(build.node(population, code))
        .objects.select_related("parent__parent")
        .get(pk=build.node(population, code).pk)
    )


def body(population, unit, code):
    return duty_of(population).body_of(unit.pk, chain(population, code))


@pytest.mark.parametrize(
    ("unit", "code", "expected"),
    [
        ("syt", "1.1.1", "snv"),
        ("syt", "2.1.1", "stc"),
        ("syt", "2.2", "stp"),  # the deepest assignment counts
        ("stc", "1.1.1", "snv"),
        ("stc", "2.1.1", "snv"),  # its own cell in the area it leads
        ("stc", "2.2", "stp"),
        ("stp", "2.2", "snv"),
        ("snv", "2.1.1", "stc"),
        ("snv", "1.1.1", COUNCIL),  # the standing body's own
    ],
)
def test_the_body_of_a_cell(scene, unit, code, expected):
    wanted = getattr(scene, expected).pk if expected else COUNCIL
    assert body(scene.population, getattr(scene, unit), code) == wanted


def test_without_any_assignment_the_standing_body_verifies(scene):
    other = build.open_population("district", stage=Stage.APPRAISAL)
    district = build.unit(level="district")
    assert body(other, district, "2.1.1") == scene.snv.pk


def test_the_council_can_be_given_a_node(scene):
    build.assignment(scene.population, "2.1", None)
    assert body(scene.population, scene.syt, "2.1.1") is COUNCIL


def test_a_district_verifies_its_communes_whatever_is_assigned(scene):
    district = build.unit(level="district")
    commune = build.unit(level="commune", parent=district)
    population = build.open_population("commune", parent=district, stage=Stage.APPRAISAL)
    assert body(population, commune, "1.1.1") == district.pk


def test_a_body_that_ended_acts_through_its_only_successor(scene):
    new = build.unit("SXM", "Sở mới", valid_from=TODAY)
    build.succession(scene.stc, new)
    type(scene.stc).objects.filter(pk=scene.stc.pk).update(valid_to=YESTERDAY)

    assert body(scene.population, scene.syt, "2.1.1") == new.pk
    # The successor does not verify what it has taken over as a unit.
    assert body(scene.population, scene.stc, "2.1.1") == scene.snv.pk


@pytest.mark.parametrize("successors", [0, 2])
def test_a_body_that_ended_without_a_single_successor_is_acted_for_by_the_standing_body(scene, successors):
    for _number in range(successors):
        build.succession(scene.stc, build.unit(valid_from=TODAY))
    type(scene.stc).objects.filter(pk=scene.stc.pk).update(valid_to=YESTERDAY)

    assert body(scene.population, scene.syt, "2.1.1") == scene.snv.pk


@pytest.mark.parametrize("successors", [0, 2])
def test_the_standing_body_verifies_an_ended_unit_that_it_has_not_become(scene, successors):
    district = build.unit(level="district", valid_to=YESTERDAY)
    for _number in range(successors):
        build.succession(district, build.unit(valid_from=TODAY))
    population = build.open_population("district", stage=Stage.APPRAISAL)

    assert body(population, district, "1.1.1") == scene.snv.pk


def test_the_council_verifies_what_the_standing_body_has_become(scene):
    old = build.unit("CU", "Sở cũ", valid_to=YESTERDAY)
    build.succession(old, scene.snv)

    assert body(scene.population, old, "1.1.1") is COUNCIL


def test_a_successor_reached_through_two_mergers(scene):
    middle = build.unit("GIU", "Sở ở giữa", valid_from=date(2020, 1, 1), valid_to=YESTERDAY)
    last = build.unit("CUO", "Sở cuối", valid_from=TODAY)
    build.succession(scene.stc, middle)
    build.succession(middle, last)
    type(scene.stc).objects.filter(pk=scene.stc.pk).update(valid_to=date(2019, 12, 31))

    assert body(scene.population, scene.syt, "2.1.1") == last.pk


def may(user, dossier, code):
    decision = permissions.may_appraise(
        User.objects.get(pk=user.pk), dossier, chain(dossier.population, code), duty_of(dossier.population)
    )
    if not isinstance(decision, Denied):
        return "allowed"
    return "hidden" if decision.hidden else decision.code


def test_who_may_decide_which_cell(scene):
    people = {
        "snv": build.appraiser(scene.snv),
        "stc": build.appraiser(scene.stc),
        "stp": build.appraiser(scene.stp),
        "council": build.user_with_role(Role.COUNCIL),
        "manager": build.index_manager(),
        "clerk of the unit": build.clerk(scene.syt),
        "clerk elsewhere": build.clerk(scene.stc),
        "leader": build.user_with_role(Role.LEADER),
    }
    syt = build.assessment_at("submitted", population=scene.population, unit=scene.syt)
    stc = build.assessment_at("submitted", population=scene.population, unit=scene.stc)
    snv = build.assessment_at("submitted", population=scene.population, unit=scene.snv)
    got = {
        name: tuple(
            may(user, dossier, code)
            for dossier, code in ((syt, "1.1.1"), (syt, "2.1.1"), (stc, "2.1.1"), (snv, "1.1.1"))
        )
        for name, user in people.items()
    }
    assert got == {
        "snv": ("allowed", "body", "allowed", "own_unit"),
        "stc": ("body", "allowed", "own_unit", "body"),
        "stp": ("body", "body", "body", "body"),
        "council": ("body", "body", "body", "allowed"),
        "manager": ("body", "body", "body", "body"),
        "clerk of the unit": ("own_unit", "own_unit", "hidden", "hidden"),
        "clerk elsewhere": ("hidden", "hidden", "own_unit", "hidden"),
        "leader": ("hidden", "hidden", "hidden", "hidden"),
    }


def test_named_persons_bind_their_body_and_not_the_one_that_steps_in(scene):
    named, colleague, snv = build.appraiser(scene.stc), build.appraiser(scene.stc), build.appraiser(scene.snv)
    build.assignment(scene.population, "2", scene.stc, named)
    syt = build.assessment_at("submitted", population=scene.population, unit=scene.syt)
    stc = build.assessment_at("submitted", population=scene.population, unit=scene.stc)

    assert may(named, syt, "2.1.1") == "allowed"
    assert may(colleague, syt, "2.1.1") == "person"
    assert may(snv, stc, "2.1.1") == "allowed"


def test_whoever_serves_a_unit_never_decides_it_as_appraiser_of_another_body(scene):
    both = build.appraiser(scene.snv)
    build.RoleAssignment.objects.create(user=both, role=Role.CLERK, unit=scene.syt, valid_from=build.LONG_AGO)
    syt = build.assessment_at("submitted", population=scene.population, unit=scene.syt)

    assert may(both, syt, "1.1.1") == "own_unit"


def test_many_duties_cost_as_much_as_one(scene, django_assert_num_queries):
    populations = [scene.population]
    with django_assert_num_queries(5):
        duties_of(populations)
    populations += [build.open_population(level, stage=Stage.APPRAISAL) for level in ("district", "commune")]
    with django_assert_num_queries(5):
        duties_of(populations)
