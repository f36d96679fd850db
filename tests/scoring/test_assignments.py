"""Sharing out the verification: bodies, persons, load, and what nobody may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from criteria.stages import Stage
from parindex import clock
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions.assignments import FOLLOW, assign_body, assign_people
from scoring.models import Assignment
from scoring.queries.assignments import effective_bodies, sharing_of
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        stp = build.unit("STP", "Sở Tư pháp")
        syt = build.unit("SYT", "Sở Y tế")

    scene = Scene()
    scene.population = build.open_population(units=[scene.syt, scene.stc], stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    scene.manager = build.index_manager()
    return scene


def body(scene, codes, target, by=None):
    return assign_body(population_id=scene.population.pk, codes=codes, body=target, by=by or scene.manager)


def people(scene, codes, persons, by=None):
    ids = [person.pk for person in persons]
    return assign_people(population_id=scene.population.pk, codes=codes, people=ids, by=by or scene.manager)


def bodies(scene):
    found = effective_bodies(scene.population)
    return {
        code: found[build.node(scene.population, code).pk] for code in ("1", "1.1.1", "2", "2.1.1", "2.2")
    }


def test_nodes_follow_the_node_above_until_they_are_given(scene):
    snv, stc, stp = scene.snv.pk, scene.stc.pk, scene.stp.pk
    assert bodies(scene) == {"1": snv, "1.1.1": snv, "2": stc, "2.1.1": stc, "2.2": stc}

    assert body(scene, ["2.2"], stp) == 1
    assert bodies(scene)["2.2"] == stp
    assert body(scene, ["2.1"], None) == 1
    assert bodies(scene)["2.1.1"] is None

    assert body(scene, ["2.1", "2.2"], FOLLOW) == 2
    assert bodies(scene)["2.1.1"] == stc


def test_giving_the_same_again_changes_nothing(scene):
    assert body(scene, ["2"], scene.stc.pk) == 0
    assert not AuditEvent.objects.filter(action="assignment.body_set").exists()


def test_every_change_is_recorded(scene):
    body(scene, ["1", "2"], scene.stp.pk)
    events = AuditEvent.objects.filter(action="assignment.body_set")
    assert events.count() == 2
    assert f'"from":[{scene.snv.pk}]' in events.order_by("pk")[0].data


def test_a_body_that_has_ended_is_refused(scene):
    ended = build.unit("CU", "Sở cũ", valid_to=clock.today() - timedelta(days=1))
    for wrong in (ended.pk, 0):
        with pytest.raises(Refused) as refused:
            body(scene, ["2"], wrong)
        assert refused.value.code == "body"


def test_a_district_keeps_its_communes(scene):
    district = build.unit(level="district")
    population = build.open_population("commune", parent=district, stage=Stage.APPRAISAL)
    with pytest.raises(Refused) as refused:
        assign_body(population_id=population.pk, codes=["1"], body=scene.snv.pk, by=scene.manager)
    assert refused.value.code == "district"


def test_persons_come_from_the_body_of_the_node(scene):
    first, second, stranger = (
        build.appraiser(scene.stc),
        build.appraiser(scene.stc),
        build.appraiser(scene.snv),
    )

    assert people(scene, ["2", "2.2"], [first, second]) == 2
    assert Assignment.objects.filter(user__isnull=False).count() == 4
    with pytest.raises(Refused) as refused:
        people(scene, ["1", "2"], [first])
    assert refused.value.code == "person"
    with pytest.raises(Refused):
        people(scene, ["2"], [stranger])

    assert people(scene, ["2"], []) == 1
    assert not Assignment.objects.filter(user__isnull=False, node__code="2").exists()


def test_persons_go_when_their_node_goes_to_another_body(scene):
    people(scene, ["2", "2.2"], [build.appraiser(scene.stc)])
    body(scene, ["2"], scene.stp.pk)
    assert not Assignment.objects.filter(user__isnull=False).exists()


def test_persons_whose_role_has_ended_cannot_be_named(scene):
    past = build.appraiser(scene.stc, valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(Refused):
        people(scene, ["2"], [past])


def test_only_the_index_manager_shares_out_and_only_before_settling(scene):
    for stranger in (build.appraiser(scene.stc), build.clerk(scene.syt), build.user_with_role(Role.COUNCIL)):
        with pytest.raises(Refused) as refused:
            body(scene, ["2"], scene.stp.pk, by=stranger)
        assert refused.value.decision.hidden
    type(scene.population).objects.filter(pk=scene.population.pk).update(stage=Stage.SETTLED)
    with pytest.raises(Refused) as refused:
        body(scene, ["2"], scene.stp.pk)
    assert refused.value.code == "stage"


def test_the_load_counts_cells_with_the_exception_for_the_own_unit(scene):
    # 4 leaves of area 1 and 3 of area 2 that somebody decides, in two units; Sở Tài chính leads area 2.
    loads = {load.body: (load.cells, load.decided) for load in sharing_of(scene.population).loads}
    assert loads == {scene.snv: (8 + 3, 0), scene.stc: (3, 0)}

    dossier = scene.population.assessments.get(unit=scene.syt)
    build.score(dossier, "2.1.2", {"items": 1}, self_points="1.25", appraised_points="1.25")
    build.exemption(scene.syt, build.node(scene.population, "1.1"))
    loads = {load.body: (load.cells, load.decided) for load in sharing_of(scene.population).loads}
    assert loads == {scene.snv: (4 + 3, 0), scene.stc: (3, 1)}


def test_leads_that_match_no_body_are_shown(client, scene):
    node = build.node(scene.population, "2")
    rows = build.small_rows({"2": {"lead_appraiser": "Sở Thông tin"}})
    other = build.open_population(
        "district", framework=build.framework("district", rows=rows), stage=Stage.APPRAISAL
    )
    found = {row.node.code: row.unmatched for row in sharing_of(other).rows}
    assert found["2"]
    assert not found["1"]
    assert node.lead_appraiser == build.STANDING_BODY


def test_the_page_gives_bodies_and_persons(client, scene):
    client.force_login(User.objects.get(pk=scene.manager.pk))
    url = reverse("scoring:assignment", args=[scene.population.pk])
    person = build.appraiser(scene.stp)

    client.post(url, {"what": "body", "node": ["2.2"], "body": scene.stp.pk})
    client.post(url, {"what": "people", "node": ["2.2"], "person": [person.pk]})
    page = client.get(url).content.decode()
    assert "<b>Sở Tư pháp</b>" in page
    assert Assignment.objects.get(user=person).node.code == "2.2"

    answer = client.post(url, {"what": "body", "body": scene.stp.pk}, follow=True)
    assert "Đánh dấu ít nhất một" in answer.content.decode()
    answer = client.post(url, {"what": "people", "node": ["1"], "person": [person.pk]}, follow=True)
    assert "không phải thẩm định viên" in answer.content.decode()


def test_strangers_do_not_see_the_page(client, scene):
    for stranger in (build.appraiser(scene.stc), build.clerk(scene.syt)):
        client.force_login(User.objects.get(pk=stranger.pk))
        assert client.get(reverse("scoring:assignment", args=[scene.population.pk])).status_code == 404
        assert client.get(reverse("scoring:assignments")).status_code == 404


def test_the_page_costs_the_same_for_one_and_three(client, scene, django_assert_num_queries):
    client.force_login(User.objects.get(pk=scene.manager.pk))
    url = reverse("scoring:assignment", args=[scene.population.pk])
    people(scene, ["2"], [build.appraiser(scene.stc)])
    client.get(url)
    with django_assert_num_queries(28):
        client.get(url)
    for _number in range(2):
        build.assessment(scene.population, build.unit())
        people(scene, ["1"], [build.appraiser(scene.snv)])
    with django_assert_num_queries(28):
        client.get(url)
