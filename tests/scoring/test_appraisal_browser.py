"""An appraiser's work in a real browser: by keyboard, with and without script, accessible and no wider than a phone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from criteria.stages import Stage
from scoring.models import Evidence, EvidenceLink, Exemption, Score
from tests import build
from tests.browser import axe, no_sideways_scroll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene():
    """Two units handed in; Sở Nội vụ leads area 1, Sở Tài chính area 2, which has handed in as a unit too."""

    class Scene:
        snv = build.standing_body()
        stc = build.unit("STC", "Sở Tài chính")
        syt = build.unit("SYT", "Sở Y tế")
        sxd = build.unit("SXD", "Sở Xây dựng và một tên rất dài để xem dòng có xuống hay không")

    scene = Scene()
    scene.population = build.open_population(stage=Stage.APPRAISAL)
    build.assignment(scene.population, "1", scene.snv)
    build.assignment(scene.population, "2", scene.stc)
    for name in ("sxd", "syt", "stc"):
        setattr(
            scene,
            f"d_{name}",
            build.assessment_at("submitted", population=scene.population, unit=getattr(scene, name)),
        )
    scene.appraiser = build.appraiser(scene.snv)
    scene.lead = build.appraiser(scene.stc)
    scene.manager = build.index_manager()
    paper = Evidence.objects.create(
        unit=scene.syt,
        original_name="bao-cao.pdf",
        stored_as="a/bao-cao",
        sha256="0" * 64,
        size=10,
        content_type="application/pdf",
        number="131/BC-SYT",
        issued_on=date(2024, 11, 15),
        issuer="Sở Y tế",
        title="Báo cáo kết quả cải cách hành chính năm 2024",
        uploaded_at=build.NOW,
    )
    for code in ("1.1.1", "1.1.2"):
        score = Score.objects.get(assessment=scene.d_syt, node__code=code)
        EvidenceLink.objects.create(score=score, evidence=paper, pages="tr. 11", linked_at=build.NOW)
    return scene


def desk(dossier, code):
    return reverse("scoring:desk", args=[dossier.pk, code])


def decided(dossier, code):
    return Score.objects.get(assessment=dossier, node__code=code)


def test_an_appraiser_accepts_corrects_and_refuses_by_keyboard(browser, live_server, scene):
    Score.objects.filter(assessment=scene.d_syt, node__code="1.1.3").update(
        answer="", self_points=None, na_requested=True, na_reason="Không có kiến nghị nào."
    )

    def work(page):
        page.goto(live_server.url + desk(scene.d_syt, "1.1.1") + "?theo=don-vi")
        assert "131/BC-SYT" in page.inner_text("#tai-lieu")
        assert "cũng dùng cho 1.1.2" in page.inner_text("#tai-lieu")
        page.keyboard.press("a")
        page.keyboard.press("g")
        page.wait_for_url("**/cau/1.1.2/*")
        assert not page.is_visible("[data-verdict=correct]")
        page.keyboard.press("s")
        assert page.is_visible("[data-verdict=correct]")
        assert not page.is_visible("[data-verdict=points]")
        page.fill("#sua-0", "12")
        page.fill("#ly-do", "Chỉ 12 nhiệm vụ có sản phẩm.")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/cau/1.1.3/*")
        assert "Không có kiến nghị nào." in page.inner_text("main")
        page.keyboard.press("d")
        page.fill("#diem", "0")
        page.click("text=Ghi quyết định")
        page.wait_for_selector(".errsum")
        assert "Ghi lý do" in page.inner_text(".errsum")
        page.fill("#ly-do", "Có 3 kiến nghị theo báo cáo.")
        page.click("text=Ghi quyết định")
        page.wait_for_url("**/cau/1.1.4/*")

    browser.visit(work, user=scene.appraiser, expect_errors=True)

    assert decided(scene.d_syt, "1.1.1").appraised_points == Decimal(10)
    assert decided(scene.d_syt, "1.1.2").appraised_points == 0
    assert decided(scene.d_syt, "1.1.3").appraised_points == 0
    assert not Exemption.objects.exists()


def test_without_script_everything_is_there(browser, live_server, scene):
    def work(page):
        page.goto(live_server.url + desk(scene.d_syt, "1.1.2"))
        assert page.is_visible("[data-verdict=correct]")
        assert page.is_visible("[data-verdict=points]")
        page.check("#v-points")
        page.select_option("#diem", "15,00")
        page.fill("#ly-do", "Như tự chấm.")
        page.click("text=Ghi quyết định")
        page.wait_for_selector("text=Đã ghi 1.1.2")

    browser.visit(work, user=scene.appraiser, script=False)

    assert decided(scene.d_syt, "1.1.2").appraised_points == Decimal(15)


def test_a_lead_sees_neither_others_cells_nor_its_own_unit(browser, live_server, scene):
    def look(page):
        said = []
        for dossier, code in ((scene.d_syt, "1.1.1"), (scene.d_stc, "2.1.1")):
            answer = page.goto(live_server.url + desk(dossier, code))
            said.append((answer.status, page.inner_text("main")))
        page.goto(live_server.url + reverse("scoring:appraisal_case", args=[scene.d_syt.pk]))
        return said, page.inner_text("main")

    said, case = browser.visit(look, user=scene.lead, expect_errors=True)

    assert [status for status, _text in said] == [403, 403]
    assert "do cơ quan khác thẩm định" in said[0][1]
    assert "chính đơn vị mình" in said[1][1]
    assert "2.1.1" in case
    assert "1.1.1" not in case


@pytest.mark.parametrize("width", [1440, 360])
def test_the_pages_are_accessible_and_fit(browser, live_server, scene, width):
    build.exemption(scene.syt, build.node(scene.population, "2.2"))
    pages = [
        (scene.appraiser, reverse("scoring:appraisal_board")),
        (scene.appraiser, reverse("scoring:appraisal_case", args=[scene.d_syt.pk])),
        (scene.appraiser, desk(scene.d_syt, "1.1.2")),
        (scene.appraiser, desk(scene.d_sxd, "1.1.4")),
        (scene.lead, desk(scene.d_syt, "2.1.1")),
        (scene.appraiser, reverse("scoring:accept_area", args=[scene.d_syt.pk, "1"])),
        (scene.manager, reverse("scoring:appraisal_board")),
        (scene.manager, reverse("scoring:appraisal_return", args=[scene.d_syt.pk])),
        (scene.manager, reverse("scoring:appraisal_finish", args=[scene.d_syt.pk])),
        (scene.manager, reverse("scoring:exemptions", args=[scene.population.pk])),
        (scene.manager, reverse("scoring:assignments")),
        (scene.manager, reverse("scoring:assignment", args=[scene.population.pk])),
    ]
    found = []
    for user, address in pages:

        def look(page, address=address):
            page.goto(live_server.url + address)
            no_sideways_scroll(page)
            return [f"{address}: {line}" for line in axe(page)]

        found += browser.visit(look, width=width, user=user)
    assert found == []
