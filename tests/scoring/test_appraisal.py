"""Who may decide what, and what a decision leaves behind."""

from datetime import timedelta
from decimal import Decimal

import pytest

from criteria.stages import Stage
from parindex import canonical, clock
from parindex.decisions import Conflict, Refused
from parindex.models import AuditEvent
from sanctions.actions import compute
from scoring.actions import Statement, save_score
from scoring.actions.appraisal import Verdict, accept_rest, decide_score, is_decided, undecided
from scoring.actions.moves import (
    close_unsubmitted,
    extend_deadline,
    finish_appraisal,
    reopen_appraisal,
    return_dossier,
)
from scoring.actions.populations import settle
from scoring.models import Exemption, NodeResult, Score, ScoreRevision, Transition
from scoring.queries.exports import exported_scores
from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Sở Nội vụ leads area 1, Sở Tài chính area 2; a third department has submitted."""

    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        unit = build.unit("SYT", "Sở Y tế")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    scene.dossier = build.assessment_at("submitted", population=scene.population, unit=scene.unit)
    scene.snv_appraiser = build.appraiser(scene.snv)
    scene.stc_appraiser = build.appraiser(scene.stc)
    scene.manager = build.index_manager()
    return scene


def decide(scene, code, verdict, by=None, version=1, dossier=None, **kwargs):
    return decide_score(
        assessment_id=(dossier or scene.dossier).pk,
        code=code,
        version=version,
        verdict=verdict,
        by=by or scene.snv_appraiser,
        **kwargs,
    )


def test_accepting_takes_the_units_points(scene):
    score, changed = decide(scene, "1.1.2", Verdict("accept"))

    assert changed
    score.refresh_from_db()
    assert (score.appraised_points, score.appraised_by, score.version) == (Decimal("15.00"), scene.snv_appraiser, 2)
    assert is_decided(score)
    revision = ScoreRevision.objects.get(score=score)
    assert (revision.kind, revision.version, revision.by) == ("appraisal", 2, scene.snv_appraiser)
    assert AuditEvent.objects.get(action="score.decided").unit_id == scene.unit.pk


def test_corrected_inputs_are_computed_by_the_rule_and_need_a_reason(scene):
    correction = {"numerator": 12, "denominator": 20}
    with pytest.raises(Refused) as refusal:
        decide(scene, "1.1.2", Verdict("correct", answer=correction))
    assert refusal.value.code == "reason"

    score, _ = decide(scene, "1.1.2", Verdict("correct", answer=correction, reason="Chỉ 12 nhiệm vụ có sản phẩm."))

    assert score.appraised_points == Decimal("0")
    assert canonical.loads(score.appraised_answer) == correction
    assert canonical.loads(score.answer) == {"numerator": 18, "denominator": 20}


def test_other_points_stay_within_the_steps_of_the_rule(scene):
    with pytest.raises(Refused) as refusal:
        decide(scene, "1.1.1", Verdict("points", points=Decimal("3"), reason="Thiếu phụ lục."))
    assert refusal.value.code == "points"

    score, _ = decide(scene, "1.1.1", Verdict("points", points=Decimal("2.5"), reason="Thiếu phụ lục."))
    assert score.appraised_points == Decimal("2.5")


def test_deciding_again_the_same_changes_nothing(scene):
    decide(scene, "1.1.1", Verdict("accept"))
    score, changed = decide(scene, "1.1.1", Verdict("accept"), version=1)

    assert not changed
    assert score.version == 2
    assert ScoreRevision.objects.count() == 1


def test_a_stale_version_shows_what_is_stored_and_writes_nothing(scene):
    decide(scene, "1.1.1", Verdict("accept"))

    with pytest.raises(Conflict) as conflict:
        decide(scene, "1.1.1", Verdict("points", points=Decimal("2.5"), reason="Chậm."), version=1)

    assert conflict.value.current.appraised_points == Decimal(10)
    assert Score.objects.get(node__code="1.1.1").appraised_points == Decimal(10)


@pytest.mark.parametrize(
    ("code", "by", "outcome"),
    [
        ("1.1.1", "snv_appraiser", "allowed"),
        ("2.1.1", "snv_appraiser", "body"),
        ("2.1.1", "stc_appraiser", "allowed"),
        ("1.1.1", "stc_appraiser", "body"),
        ("1.1.1", "manager", "body"),
    ],
)
def test_each_body_decides_what_it_leads(scene, code, by, outcome):
    try:
        decide(scene, code, Verdict("accept"), by=getattr(scene, by))
        got = "allowed"
    except Refused as refusal:
        got = refusal.code
    assert got == outcome


def test_strangers_do_not_learn_that_a_dossier_exists(scene):
    for stranger in (build.clerk(scene.stc), build.user_with_role(Role.LEADER), build.user()):
        with pytest.raises(Refused) as refusal:
            decide(scene, "1.1.1", Verdict("accept"), by=stranger)
        assert refusal.value.decision.hidden


def test_nobody_decides_the_own_unit(scene):
    own = build.assessment_at("submitted", population=scene.population, unit=scene.stc)
    with pytest.raises(Refused) as refusal:
        decide(scene, "2.1.1", Verdict("accept"), by=scene.stc_appraiser, dossier=own)
    assert refusal.value.code == "own_unit"

    score, _ = decide(scene, "2.1.1", Verdict("accept"), by=scene.snv_appraiser, dossier=own)
    assert is_decided(score)


def test_cells_of_the_standing_body_go_to_the_council(scene):
    own = build.assessment_at("submitted", population=scene.population, unit=scene.snv)
    member = build.user_with_role(Role.COUNCIL)

    with pytest.raises(Refused):
        decide(scene, "1.1.1", Verdict("accept"), by=scene.snv_appraiser, dossier=own)
    score, _ = decide(scene, "1.1.1", Verdict("accept"), by=member, dossier=own)
    assert is_decided(score)


def test_a_district_decides_for_its_own_communes_only():
    district = build.unit(level="district")
    other = build.unit(level="district")
    commune = build.unit(level="commune", parent=district)
    build.standing_body()
    population = build.open_population("commune", parent=district, stage=Stage.APPRAISAL)
    dossier = build.assessment_at("submitted", population=population, unit=commune)

    with pytest.raises(Refused):
        decide_score(
            assessment_id=dossier.pk, code="1.1.1", version=1, verdict=Verdict("accept"), by=build.appraiser(other)
        )
    score, _ = decide_score(
        assessment_id=dossier.pk, code="1.1.1", version=1, verdict=Verdict("accept"), by=build.appraiser(district)
    )
    assert score.appraised_points == Decimal(10)


@pytest.mark.parametrize("successors", [0, 1, 2])
def test_the_standing_body_decides_for_the_communes_of_a_district_that_ended(successors):
    district = build.unit(level="district", valid_to=clock.today() - timedelta(days=1))
    commune = build.unit(level="commune", parent=district)
    heirs = [build.unit(level="commune", valid_from=clock.today()) for _number in range(successors)]
    for heir in heirs:
        build.succession(district, heir)
    standing = build.standing_body()
    population = build.open_population("commune", parent=district, stage=Stage.APPRAISAL)
    dossier = build.assessment_at("submitted", population=population, unit=commune)
    wanted = {"assessment_id": dossier.pk, "code": "1.1.1", "version": 1, "verdict": Verdict("accept")}

    for body in (district, *heirs):
        with pytest.raises(Refused):
            decide_score(**wanted, by=build.appraiser(body))
    score, _ = decide_score(**wanted, by=build.appraiser(standing))
    assert score.appraised_points == Decimal(10)


def test_a_cell_given_to_one_person_is_refused_to_a_colleague(scene):
    colleague = build.appraiser(scene.snv)
    build.assignment(scene.population, "1.1", scene.snv, colleague)

    with pytest.raises(Refused) as refusal:
        decide(scene, "1.1.1", Verdict("accept"))
    assert refusal.value.code == "person"
    decide(scene, "1.1.1", Verdict("accept"), by=colleague)


def test_granting_not_applicable_is_a_row_that_goes_when_decided_otherwise(scene):
    Score.objects.filter(node__code="1.1.2").update(
        answer="", self_points=None, na_requested=True, na_reason="Không được giao nhiệm vụ."
    )

    score, _ = decide(scene, "1.1.2", Verdict("grant_na"))
    grant = Exemption.objects.get()
    assert (grant.unit, grant.node, grant.origin) == (scene.unit, score.node, "request")
    assert grant.reason == "Không được giao nhiệm vụ."

    decide(scene, "1.1.2", Verdict("points", points=Decimal(0), reason="Có giao tại QĐ 12."), version=2)
    assert not Exemption.objects.exists()


def test_what_was_not_asked_for_cannot_be_granted(scene):
    with pytest.raises(Refused) as refusal:
        decide(scene, "1.1.2", Verdict("grant_na"))
    assert refusal.value.code == "na"


@pytest.mark.parametrize("code", ["1.2.1", "2.1.3"])
def test_survey_and_derived_components_are_nobodys_to_decide(scene, code):
    by = scene.snv_appraiser if code.startswith("1") else scene.stc_appraiser
    with pytest.raises(Refused) as refusal:
        decide(scene, code, Verdict("points", points=Decimal(5), reason="Thử."), by=by, version=0)
    assert refusal.value.code == "not_asked"


def test_accepting_the_rest_is_all_or_nothing(scene):
    count = accept_rest(assessment_id=scene.dossier.pk, versions={"1.1.1": 1, "1.1.2": 1}, by=scene.snv_appraiser)
    assert count == 2

    with pytest.raises(Refused):
        accept_rest(assessment_id=scene.dossier.pk, versions={"1.1.3": 1, "2.1.1": 1}, by=scene.snv_appraiser)
    assert Score.objects.get(node__code="1.1.3").appraised_at is None


def test_finishing_lists_what_is_undecided_and_can_be_reopened(scene):
    with pytest.raises(Refused) as refusal:
        finish_appraisal(assessment_id=scene.dossier.pk, by=scene.manager)
    assert any("1.1.1" in line for line in refusal.value.details)

    for code in undecided(scene.dossier):
        by = scene.snv_appraiser if code.startswith("1") else scene.stc_appraiser
        verdict = Verdict("correct", answer={"option": "Đạt"}, reason="Theo báo cáo.") if code == "1.1.4" else Verdict("accept")
        decide(scene, code, verdict, by=by, version=0 if code == "1.1.4" else 1)
    assert undecided(scene.dossier) == []
    assert finish_appraisal(assessment_id=scene.dossier.pk, by=scene.manager).state == "closed"

    reopen_appraisal(assessment_id=scene.dossier.pk, reason="Đơn vị bổ sung.", by=scene.manager)
    assert [move.move for move in Transition.objects.order_by("pk")] == ["finish_appraisal", "reopen_appraisal"]


def test_a_decision_on_an_older_answer_no_longer_stands(scene):
    decide(scene, "1.1.1", Verdict("accept"))
    return_dossier(assessment_id=scene.dossier.pk, reason="Thiếu tài liệu.", by=scene.manager)
    Score.objects.filter(node__code="1.1.1").update(version=3)

    assert "1.1.1" in undecided(scene.dossier)


def test_an_unsubmitted_dossier_is_closed_only_after_the_deadline_and_then_means_zero(scene):
    late = build.unit("SXD", "Sở Xây dựng")
    dossier = build.assessment(scene.population, late)
    build.answered(dossier, ["1.1.1"])
    deadline = build.NOW
    type(scene.population).objects.filter(pk=scene.population.pk).update(self_assessment_ends_at=deadline)

    with pytest.raises(Refused):
        close_unsubmitted(
            assessment_id=dossier.pk, reason="Quá hạn.", by=scene.manager, now=deadline - timedelta(minutes=5)
        )
    close_unsubmitted(assessment_id=dossier.pk, reason="Quá hạn.", by=scene.manager, now=deadline + timedelta(hours=1))

    dossier.refresh_from_db()
    assert (dossier.state, dossier.closed_unsubmitted_reason) == ("submitted", "Quá hạn.")
    empty = Score.objects.get(assessment=dossier, node__code="1.1.2")
    assert empty.not_self_assessed
    score, _ = decide(scene, "1.1.2", Verdict("accept"), dossier=dossier, version=empty.version)
    assert score.appraised_points == 0


def test_a_deadline_is_extended_with_a_reason_and_recorded(scene):
    until = build.NOW + timedelta(days=3)
    with pytest.raises(Refused):
        extend_deadline(assessment_id=scene.dossier.pk, until=until, reason=" ", by=scene.manager, now=build.NOW)

    extend_deadline(assessment_id=scene.dossier.pk, until=until, reason="Bão lũ.", by=scene.manager, now=build.NOW)

    scene.dossier.refresh_from_db()
    assert scene.dossier.extended_until == until
    assert AuditEvent.objects.filter(action="assessment.extended").count() == 1


def test_nothing_is_decided_once_the_result_is_settled(scene):
    type(scene.population).objects.filter(pk=scene.population.pk).update(stage=Stage.SETTLED)
    with pytest.raises(Refused) as refusal:
        decide(scene, "1.1.1", Verdict("accept"))
    assert refusal.value.code == "stage"


def component_points(scene, code):
    run = compute(population=scene.population, by=None, origin="command").run
    found = NodeResult.objects.get(result__run=run, result__unit=scene.unit, node__code=code)
    return found.state, found.points


def answer_again(scene, code, statement):
    """The dossier goes back, the unit says something else, and hands it in again."""
    return_dossier(assessment_id=scene.dossier.pk, reason="Xem lại số liệu.", by=scene.manager)
    version = Score.objects.get(assessment=scene.dossier, node__code=code).version
    save_score(
        assessment_id=scene.dossier.pk, code=code, version=version, statement=statement, by=build.clerk(scene.unit)
    )
    type(scene.dossier).objects.filter(pk=scene.dossier.pk).update(state="submitted")


def test_a_decision_no_longer_counts_once_the_answer_under_it_has_changed(scene):
    decide(scene, "1.1.1", Verdict("accept"))
    assert component_points(scene, "1.1.1") == ("scored", Decimal(10))

    answer_again(scene, "1.1.1", Statement({"option": "Không ban hành"}))

    assert component_points(scene, "1.1.1") == ("scored", Decimal(0))
    exported = {row[1]: row for row in exported_scores(2024, "department") if row[0] == "SYT"}
    assert (exported["1.1.1"][2], exported["1.1.1"][3]) == (Decimal(0), None)
    assert "1.1.1" in undecided(scene.dossier)


def test_a_granted_request_ends_when_the_unit_answers_after_all(scene):
    Score.objects.filter(node__code="1.1.2").update(
        answer="", self_points=None, na_requested=True, na_reason="Không được giao nhiệm vụ."
    )
    decide(scene, "1.1.2", Verdict("grant_na"))
    assert component_points(scene, "1.1.2")[0] == "na"

    answer_again(scene, "1.1.2", Statement({"numerator": 18, "denominator": 20}))

    assert not Exemption.objects.exists()
    assert component_points(scene, "1.1.2") == ("scored", Decimal(15))
    assert AuditEvent.objects.filter(action="exemption.revoked").count() == 1


def test_the_council_settles_over_undecided_components_only_with_a_reason(scene):
    for unit in (scene.snv, scene.stc):
        build.exemption(unit, build.node(scene.population, "1"))
        build.exemption(unit, build.node(scene.population, "2"))
    decide(scene, "1.1.1", Verdict("accept"))
    for code in ("1.2.1", "1.2.2", "1.1.4"):
        build.exemption(scene.unit, build.node(scene.population, code))
    compute(population=scene.population, by=None, origin="command")
    type(scene.population).objects.filter(pk=scene.population.pk).update(stage=Stage.COUNCIL)
    council = build.user_with_role(Role.COUNCIL)

    with pytest.raises(Refused) as refusal:
        settle(population=scene.population, by=council)
    assert refusal.value.code == "undecided"
    assert refusal.value.details == ("Sở Y tế: còn 5 tiêu chí thành phần chưa thẩm định",)

    settle(population=scene.population, by=council, reason="Hội đồng thống nhất lấy điểm tự đánh giá.")
    moved = AuditEvent.objects.filter(action="population.moved").latest("pk")
    assert "Hội đồng thống nhất" in moved.data
