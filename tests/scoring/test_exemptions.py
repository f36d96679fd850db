"""Grants of "not applicable" by the rule of the cycle: made, listed, taken back."""

import pytest
from django.urls import reverse

from criteria.stages import Stage
from parindex.decisions import Refused
from parindex.models import AuditEvent
from scoring.actions.appraisal import undecided
from scoring.actions.exemptions import grant_exemption, revoke_exemption
from scoring.models import Exemption
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    class Scene:
        snv = build.standing_body()
        unit = build.unit("SYT", "Sở Y tế")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    scene.dossier = build.assessment_at("submitted", population=scene.population, unit=scene.unit)
    scene.manager = build.index_manager()
    return scene


def grant(scene, code="1.1.1", reason="Không có nhiệm vụ này", by=None):
    return grant_exemption(assessment_id=scene.dossier.pk, code=code, reason=reason, by=by or scene.manager)


def revoke(scene, row, reason="Có giao nhiệm vụ", by=None):
    revoke_exemption(
        assessment_id=scene.dossier.pk, exemption_id=row.pk, reason=reason, by=by or scene.manager
    )


@pytest.mark.parametrize(("code", "left"), [("1.1.1", 6), ("1.1", 3), ("1", 3), ("2.2", 6)])
def test_a_grant_covers_every_leaf_below(scene, code, left):
    assert len(undecided(scene.dossier)) == 7
    row = grant(scene, code)
    assert (row.origin, row.granted_by) == ("rule", scene.manager)
    assert len(undecided(scene.dossier)) == left
    assert AuditEvent.objects.get(action="exemption.granted").unit_id == scene.unit.pk


@pytest.mark.parametrize(
    ("code", "reason", "refusal"),
    [("1.1.1", "  ", "reason"), ("9.9", "Không có", "node"), ("", "Không có", "node")],
)
def test_a_grant_needs_a_known_node_and_a_reason(scene, code, reason, refusal):
    with pytest.raises(Refused) as refused:
        grant(scene, code, reason)
    assert refused.value.code == refusal
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(("first", "second"), [("1.1.1", "1.1.1"), ("1.1", "1.1.1"), ("1", "1.1.1")])
def test_what_is_covered_is_not_granted_again(scene, first, second):
    grant(scene, first)
    with pytest.raises(Refused) as refused:
        grant(scene, second)
    assert refused.value.code == "covered"
    assert first in refused.value.reason


def test_a_granted_request_becomes_a_grant_by_rule(scene):
    node = build.node(scene.population, "1.1.2")
    Exemption.objects.create(
        unit=scene.unit, node=node, origin="request", reason="Theo đề nghị", granted_at=build.NOW
    )
    assert grant(scene, "1.1.2").origin == "rule"
    assert Exemption.objects.count() == 1


def test_a_grant_is_taken_back_with_a_reason(scene):
    row = grant(scene)
    with pytest.raises(Refused):
        revoke(scene, row, reason=" ")
    revoke(scene, row)
    assert not Exemption.objects.exists()
    assert "Có giao nhiệm vụ" in AuditEvent.objects.get(action="exemption.revoked").data
    with pytest.raises(Refused) as refused:
        revoke(scene, row)
    assert refused.value.code == "gone"


@pytest.mark.parametrize("stage", [Stage.SETTLED, Stage.PUBLISHED])
def test_nothing_changes_once_the_result_is_settled(scene, stage):
    row = grant(scene)
    type(scene.population).objects.filter(pk=scene.population.pk).update(stage=stage)
    for act in (lambda: grant(scene, "2.2"), lambda: revoke(scene, row)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "stage"


def test_what_an_appraiser_granted_is_decided_again_and_not_revoked(scene):
    node = build.node(scene.population, "1.1.2")
    row = Exemption.objects.create(
        unit=scene.unit, node=node, origin="request", reason="Theo đề nghị", granted_at=build.NOW
    )
    with pytest.raises(Refused) as refused:
        revoke(scene, row)
    assert refused.value.code == "origin"


def test_a_closed_dossier_keeps_its_grants(scene):
    row = grant(scene)
    type(scene.dossier).objects.filter(pk=scene.dossier.pk).update(state="closed")
    with pytest.raises(Refused) as refused:
        revoke(scene, row)
    assert refused.value.code == "state"


def test_a_grant_of_another_unit_is_not_reached_through_this_dossier(scene):
    other = build.assessment_at("submitted", population=scene.population)
    row = build.exemption(other.unit, build.node(scene.population, "1.1.1"))
    with pytest.raises(Refused) as refused:
        revoke(scene, row)
    assert refused.value.code == "gone"


def test_only_the_index_manager_and_the_district_of_the_communes_grant(scene):
    for stranger in (build.appraiser(scene.snv), build.clerk(scene.unit), build.user_with_role(Role.COUNCIL)):
        with pytest.raises(Refused) as refused:
            grant(scene, by=stranger)
        assert refused.value.decision.hidden

    district = build.unit(level="district")
    commune = build.unit(level="commune", parent=district)
    population = build.open_population("commune", parent=district, stage=Stage.APPRAISAL)
    dossier = build.assessment_at("submitted", population=population, unit=commune)
    own, other = build.appraiser(district), build.appraiser(build.unit(level="district"))
    with pytest.raises(Refused):
        grant_exemption(assessment_id=dossier.pk, code="1.1.1", reason="Không có", by=other)
    assert grant_exemption(assessment_id=dossier.pk, code="1.1.1", reason="Không có", by=own).unit == commune


def test_the_page_lists_grants_and_revokes(client, scene):
    client.force_login(User.objects.get(pk=scene.manager.pk))
    url = reverse("scoring:exemptions", args=[scene.population.pk])
    answer = client.post(
        url, {"dossier": scene.dossier.pk, "code": "1.1", "reason": "Không có bộ phận một cửa"}
    )
    assert answer.status_code == 302
    row = Exemption.objects.get()
    page = client.get(url).content.decode()
    assert "Không có bộ phận một cửa" in page
    assert "4 tiêu chí thành phần" in page

    assert client.post(url, {"dossier": scene.dossier.pk, "code": "1.1", "reason": ""}).status_code == 422
    end = reverse("scoring:exemption_end", args=[scene.population.pk, row.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"reason": "Mới thành lập"}).url == url
    assert not Exemption.objects.exists()


def test_the_list_costs_the_same_for_one_and_three(client, scene, django_assert_num_queries):
    client.force_login(User.objects.get(pk=scene.manager.pk))
    url = reverse("scoring:exemptions", args=[scene.population.pk])
    grant(scene)
    client.get(url)
    with django_assert_num_queries(11):
        client.get(url)
    for _number in range(2):
        more = build.assessment_at("submitted", population=scene.population)
        build.exemption(more.unit, build.node(scene.population, "2.2"))
    with django_assert_num_queries(11):
        client.get(url)


def test_strangers_do_not_see_the_list(client, scene):
    for stranger in (build.appraiser(scene.snv), build.clerk(scene.unit)):
        client.force_login(User.objects.get(pk=stranger.pk))
        assert client.get(reverse("scoring:exemptions", args=[scene.population.pk])).status_code == 404
