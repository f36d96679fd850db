"""The pages of those who verify: board, dossier, desk, accepting the rest, moves."""

from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.stages import Stage
from parindex import canonical
from scoring.actions.appraisal import Verdict, decide_score
from scoring.models import Exemption, Score
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Sở Nội vụ leads area 1, Sở Tài chính area 2; Sở Y tế and Sở Xây dựng have submitted, Sở Tư pháp works on."""

    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        syt = build.unit("SYT", "Sở Y tế")
        sxd = build.unit("SXD", "Sở Xây dựng")
        stp = build.unit("STP", "Sở Tư pháp")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    scene.dossier = build.assessment_at("submitted", population=scene.population, unit=scene.syt)
    scene.other = build.assessment_at("submitted", population=scene.population, unit=scene.sxd)
    scene.draft = build.assessment(scene.population, scene.stp)
    scene.snv_appraiser = build.appraiser(scene.snv)
    scene.stc_appraiser = build.appraiser(scene.stc)
    scene.manager = build.index_manager()
    scene.clerk = build.clerk(scene.syt)
    return scene


def desk(dossier, code):
    return reverse("scoring:desk", args=[dossier.pk, code])


def as_(client, user):
    client.force_login(User.objects.get(pk=user.pk))
    return client


def posted(verdict, version=1, **fields):
    return {"verdict": verdict, "version": version, "reason": "", **fields}


def test_every_page_answers(client, scene):
    as_(client, scene.snv_appraiser)
    for url in (
        reverse("scoring:appraisal_board"),
        reverse("scoring:appraisal_case", args=[scene.dossier.pk]),
        reverse("scoring:accept_area", args=[scene.dossier.pk, "1"]),
        *(desk(scene.dossier, code) for code in ("1.1.1", "1.1.2", "1.1.3", "1.1.4")),
    ):
        assert client.get(url).status_code == 200, url
    as_(client, scene.stc_appraiser)
    for code in ("2.1.1", "2.1.2", "2.2"):
        assert client.get(desk(scene.dossier, code)).status_code == 200, code
    as_(client, scene.manager)
    for name in (
        "appraisal_return",
        "appraisal_finish",
        "appraisal_reopen",
        "appraisal_extend",
    ):
        assert client.get(reverse(f"scoring:{name}", args=[scene.dossier.pk])).status_code == 200, name
    for name in ("exemptions", "assignment"):
        assert client.get(reverse(f"scoring:{name}", args=[scene.population.pk])).status_code == 200, name
    assert client.get(reverse("scoring:assignments")).status_code == 200
    assert client.get(reverse("scoring:appraisal_board")).status_code == 200


def test_who_may_open_a_component(client, scene):
    url, other = desk(scene.dossier, "1.1.1"), desk(scene.dossier, "2.1.1")
    statuses = {
        "its body": (scene.snv_appraiser, url, 200),
        "another body": (scene.stc_appraiser, url, 403),
        "another body's cell": (scene.snv_appraiser, other, 403),
        "the unit itself": (scene.clerk, url, 403),
        "the index manager looks": (scene.manager, url, 200),
        "the council looks": (build.user_with_role(Role.COUNCIL), url, 200),
        "a clerk elsewhere": (build.clerk(scene.sxd), url, 404),
        "a leader": (build.user_with_role(Role.LEADER), url, 404),
        "nobody": (build.user(), url, 404),
        "a survey component": (scene.snv_appraiser, desk(scene.dossier, "1.2.1"), 404),
        "a dossier that is not handed in": (scene.snv_appraiser, desk(scene.draft, "1.1.1"), 403),
    }
    got = {
        name: as_(client, user).get(address).status_code
        for name, (user, address, _status) in statuses.items()
    }
    assert got == {name: status for name, (_user, _address, status) in statuses.items()}


def test_the_refusal_says_why(client, scene):
    answer = as_(client, scene.stc_appraiser).get(desk(scene.dossier, "1.1.1"))
    assert "do cơ quan khác thẩm định" in answer.content.decode()


def test_the_own_unit_goes_to_the_standing_body(client, scene):
    own = build.assessment_at("submitted", population=scene.population, unit=scene.stc)

    assert as_(client, scene.stc_appraiser).get(desk(own, "2.1.1")).status_code == 403
    assert as_(client, scene.snv_appraiser).get(desk(own, "2.1.1")).status_code == 200
    page = as_(client, scene.stc_appraiser).get(desk(scene.dossier, "2.1.1")).content.decode()
    assert "Sở Xây dựng" in page
    assert "cau/2.1.1/" in page
    assert desk(own, "2.1.1") not in page


def test_accepting_goes_to_the_same_component_of_the_next_unit(client, scene):
    answer = as_(client, scene.snv_appraiser).post(desk(scene.other, "1.1.1"), posted("accept"))

    assert answer.url == desk(scene.dossier, "1.1.1")
    assert Score.objects.get(assessment=scene.other, node__code="1.1.1").appraised_points == Decimal(10)


def test_going_on_inside_the_unit_skips_what_is_decided(client, scene):
    decide_score(
        assessment_id=scene.dossier.pk,
        code="1.1.2",
        version=1,
        verdict=Verdict("accept"),
        by=scene.snv_appraiser,
    )

    answer = as_(client, scene.snv_appraiser).post(
        desk(scene.dossier, "1.1.1"), posted("accept", onward="component")
    )

    assert answer.url == desk(scene.dossier, "1.1.3") + "?theo=don-vi"


def test_corrected_inputs_need_a_reason_and_keep_what_was_typed(client, scene):
    fields = {"numerator": "12", "denominator": "20"}
    as_(client, scene.snv_appraiser)

    refused = client.post(desk(scene.dossier, "1.1.2"), posted("correct", **fields))
    assert refused.status_code == 422
    assert "Ghi lý do" in refused.content.decode()
    assert 'value="12"' in refused.content.decode()

    assert (
        client.post(
            desk(scene.dossier, "1.1.2"), posted("correct", **fields) | {"reason": "Chỉ 12 có sản phẩm."}
        ).status_code
        == 302
    )
    score = Score.objects.get(assessment=scene.dossier, node__code="1.1.2")
    assert (score.appraised_points, canonical.loads(score.appraised_answer)) == (
        0,
        {"numerator": 12, "denominator": 20},
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"verdict": "points", "points": "3,00", "reason": "Thiếu."}, "một trong các bậc"),
        ({"verdict": "points", "points": "", "reason": "Thiếu."}, "Chọn hoặc ghi điểm"),
        ({"verdict": "points", "points": "mười", "reason": "Thiếu."}, "mười"),
        ({"verdict": ""}, "Chọn một cách quyết định"),
        ({"verdict": "grant_na"}, "không đề nghị"),
        ({"verdict": "correct", "option": "Sớm", "reason": "Sai."}, "Không có phương án"),
    ],
)
def test_what_cannot_be_decided_is_said_at_the_desk(client, scene, fields, sentence):
    answer = as_(client, scene.snv_appraiser).post(desk(scene.dossier, "1.1.1"), {"version": 1, **fields})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Score.objects.get(assessment=scene.dossier, node__code="1.1.1").appraised_at is None


def test_a_stale_page_shows_both_decisions_and_can_be_sent_again(client, scene):
    colleague = build.appraiser(scene.snv)
    decide_score(
        assessment_id=scene.dossier.pk, code="1.1.1", version=1, verdict=Verdict("accept"), by=colleague
    )
    mine = posted("points", points="2,50") | {"reason": "Ban hành chậm."}

    answer = as_(client, scene.snv_appraiser).post(desk(scene.dossier, "1.1.1"), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "10,00 điểm" in page
    assert "Ban hành chậm." in page
    assert 'name="version" value="2"' in page
    assert client.post(desk(scene.dossier, "1.1.1"), mine | {"version": 2}).status_code == 302
    assert Score.objects.get(assessment=scene.dossier, node__code="1.1.1").appraised_points == Decimal("2.5")


def test_not_applicable_is_granted_or_refused_at_the_desk(client, scene):
    for dossier in (scene.dossier, scene.other):
        Score.objects.filter(assessment=dossier, node__code="1.1.2").update(
            answer="", self_points=None, na_requested=True, na_reason="Không được giao nhiệm vụ."
        )
    page = as_(client, scene.snv_appraiser).get(desk(scene.dossier, "1.1.2")).content.decode()
    assert "Không được giao nhiệm vụ." in page
    assert 'value="accept"' not in page

    client.post(desk(scene.dossier, "1.1.2"), posted("grant_na"))
    assert Exemption.objects.get().unit == scene.syt
    refusal = posted("correct", numerator="20", denominator="20") | {"reason": "Có giao tại QĐ 12."}
    client.post(desk(scene.other, "1.1.2"), refusal)
    assert Score.objects.get(assessment=scene.other, node__code="1.1.2").appraised_points == Decimal(20)
    assert Exemption.objects.count() == 1


def test_a_corrected_number_with_two_readings_is_refused(client, scene):
    as_(client, scene.snv_appraiser)
    correction = posted("correct", numerator="1.250", denominator="2000") | {"reason": "Theo báo cáo."}

    refused = client.post(desk(scene.dossier, "1.1.2"), correction)

    assert refused.status_code == 422
    assert "“1.250” đọc được hai cách: 1250 hay 1,25." in refused.content.decode()


def test_a_component_that_changed_after_its_decision_is_visibly_reopened(client, scene):
    decide_score(
        assessment_id=scene.dossier.pk,
        code="1.1.1",
        version=1,
        verdict=Verdict("accept"),
        by=scene.snv_appraiser,
    )
    Score.objects.filter(assessment=scene.dossier, node__code="1.1.1").update(version=3)
    as_(client, scene.snv_appraiser)

    assert "Phải xem lại." in client.get(desk(scene.dossier, "1.1.1")).content.decode()
    assert (
        "phải xem lại"
        in client.get(reverse("scoring:appraisal_case", args=[scene.dossier.pk])).content.decode()
    )
    assert "1 tiêu chí đơn vị đã sửa" in client.get(reverse("scoring:appraisal_board")).content.decode()


def test_the_rest_of_an_area_is_accepted_from_a_list(client, scene):
    url = reverse("scoring:accept_area", args=[scene.dossier.pk, "1"])
    page = as_(client, scene.snv_appraiser).get(url).content.decode()
    assert 'value="1.1.2:1"' in page
    assert "1.1.4" in page  # the appraiser's own component, to be decided alone

    client.post(url, {"row": ["1.1.1:1", "1.1.3:1"]})
    decided = Score.objects.filter(assessment=scene.dossier, appraised_at__isnull=False)
    assert set(decided.values_list("node__code", flat=True)) == {"1.1.1", "1.1.3"}


def test_a_claim_without_document_or_explanation_is_not_ticked_beforehand(client, scene):
    Score.objects.filter(assessment=scene.dossier, node__code="1.1.3").update(
        explanation="Có 4 kiến nghị, xử lý 3."
    )
    page = (
        as_(client, scene.snv_appraiser)
        .get(reverse("scoring:accept_area", args=[scene.dossier.pk, "1"]))
        .content.decode()
    )
    assert 'value="1.1.2:1" aria-label' in page
    assert 'value="1.1.3:1" checked' in page


def test_accepting_the_rest_is_refused_as_a_whole_when_something_changed(client, scene):
    Score.objects.filter(assessment=scene.dossier, node__code="1.1.2").update(version=2, saved_at=build.NOW)
    url = reverse("scoring:accept_area", args=[scene.dossier.pk, "1"])

    answer = as_(client, scene.snv_appraiser).post(url, {"row": ["1.1.1:1", "1.1.2:1"]}, follow=True)

    assert "Đơn vị vừa sửa câu trả lời" in answer.content.decode()
    assert not Score.objects.filter(appraised_at__isnull=False).exists()


def test_others_areas_cannot_be_accepted(client, scene):
    url = reverse("scoring:accept_area", args=[scene.dossier.pk, "2"])
    assert as_(client, scene.snv_appraiser).get(url).status_code == 404


def test_moves_are_the_index_managers(client, scene):
    names = (
        "appraisal_return",
        "appraisal_finish",
        "appraisal_reopen",
        "appraisal_extend",
    )
    for name in names:
        url = reverse(f"scoring:{name}", args=[scene.dossier.pk])
        assert as_(client, scene.snv_appraiser).get(url).status_code == 404, name
        assert client.post(url, {"reason": "Thử."}).status_code == 404, name


def test_a_dossier_goes_back_with_a_reason_and_a_date(client, scene):
    url = reverse("scoring:appraisal_return", args=[scene.dossier.pk])
    as_(client, scene.manager)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Thiếu phụ lục.", "until": "30/11/2024"}).status_code == 422
    assert client.post(url, {"reason": "Thiếu phụ lục.", "until": "01/01/2020 17:00"}).status_code == 422

    assert client.post(url, {"reason": "Thiếu phụ lục.", "until": "30/11/2124 17:00"}).status_code == 302
    scene.dossier.refresh_from_db()
    assert scene.dossier.state == "returned"
    assert scene.dossier.extended_until.isoformat() == "2124-11-30T10:00:00+00:00"


def test_finishing_lists_what_is_left(client, scene):
    url = reverse("scoring:appraisal_finish", args=[scene.dossier.pk])
    page = as_(client, scene.manager).get(url).content.decode()
    assert "Còn 7 tiêu chí chưa quyết định" in page
    client.post(url)
    scene.dossier.refresh_from_db()
    assert scene.dossier.state == "submitted"


def test_the_board_counts_only_what_is_mine(client, scene):
    page = as_(client, scene.stc_appraiser).get(reverse("scoring:appraisal_board")).content.decode()
    # Three leaves of area 2 that somebody decides, in three units.
    assert "Còn 9 trên 9 tiêu chí chưa quyết định" in page
    assert "1. Chỉ đạo, điều hành" not in page


def test_the_board_finds_without_accents_and_filters(client, scene):
    as_(client, scene.snv_appraiser)
    url = reverse("scoring:appraisal_board")
    page = client.get(url, {"q": "xay dung"}).content.decode()
    assert "Sở Xây dựng</a>" in page
    assert "Sở Y tế</a>" not in page
    page = client.get(url, {"viec": "chua-nop"}).content.decode()
    assert "Sở Tư pháp</a>" in page
    assert "Sở Y tế</a>" not in page


def test_strangers_have_no_board(client, scene):
    assert as_(client, scene.clerk).get(reverse("scoring:appraisal_board")).status_code == 404


@pytest.mark.parametrize(("name", "count"), [("board", 17), ("case", 19), ("desk", 22)])
def test_the_number_of_queries_does_not_grow(client, scene, django_assert_num_queries, name, count):
    urls = {
        "board": reverse("scoring:appraisal_board"),
        "case": reverse("scoring:appraisal_case", args=[scene.dossier.pk]),
        "desk": desk(scene.dossier, "1.1.1"),
    }
    as_(client, scene.snv_appraiser)
    client.get(urls[name])
    with django_assert_num_queries(count):
        client.get(urls[name])
    for _number in range(2):
        more = build.assessment_at("submitted", population=scene.population)
        build.exemption(more.unit, build.node(scene.population, "1.1.1"))
        second = build.open_population("district", stage=Stage.APPRAISAL) if _number == 0 else None
        if second is not None:
            build.assessment_at("submitted", population=second)
    with django_assert_num_queries(count):
        client.get(urls[name])
