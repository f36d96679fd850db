"""The pages of the cycle in Chromium: the road from computing to publishing, axe, no sideways scroll on a phone."""

from decimal import Decimal

import pytest

from criteria.models import Population
from criteria.stages import Stage
from parindex import jobs
from parindex.models import Job
from sanctions.actions import compute
from sanctions.tasks import compute_population
from scoring.models import Publication
from tests import build
from tests.browser import axe, no_sideways_scroll
from tests.sanctions.years import totals_year
from units.authorization import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YEAR = build.YEAR
BOARD = f"/lam-viec/dot/{YEAR}/department/"
RESULTS = f"/lam-viec/ket-qua/{YEAR}/department/"


def scene():
    """A population in council with a unit of a long name, complete but for the survey that a grant takes out."""
    population = build.open_population(stage=Stage.COUNCIL)
    name = "Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu tỉnh"
    dossier = build.assessment_at("closed", population=population, unit=build.unit("D1", name))
    build.score(dossier, "1.1.4", appraised_points=Decimal(5))
    build.exemption(dossier.unit, build.node(population, "1.2"))
    build.tenure(dossier.unit, "Lò Thị Kín", title="Trưởng ban")
    return population


def test_from_computing_to_publishing_without_a_script(browser, live_server, monkeypatch):
    monkeypatch.setattr(jobs, "wake", lambda job_id: None)
    scene()
    manager = build.index_manager()

    def ask_to_compute(page):
        page.goto(live_server.url + BOARD)
        page.get_by_role("button", name="Tính chỉ số").first.click()
        assert "/lam-viec/viec/" in page.url

    browser.visit(ask_to_compute, user=manager, script=False)
    assert jobs.HANDLERS[Job.objects.get().kind] is compute_population
    jobs.run(Job.objects.get().pk)

    def settle_and_publish(page):
        page.goto(live_server.url + BOARD)
        page.get_by_role("link", name="Chốt kết quả").first.click()
        page.get_by_role("button", name="Chốt kết quả").click()
        page.get_by_role("link", name="Công bố").first.click()
        page.get_by_label("Số quyết định").fill("36/QĐ-UBND")
        page.get_by_label("Ngày ký").fill("11/01/2025")
        page.get_by_role("button", name="Công bố kết quả").click()
        return page.locator("h1").inner_text()

    assert browser.visit(settle_and_publish, user=manager, script=False) == "Đã công bố kết quả 1 đơn vị"
    assert Publication.objects.get().decision_number == "36/QĐ-UBND"
    assert Population.objects.get().stage == Stage.PUBLISHED


@pytest.mark.parametrize("width", [1440, 360])
def test_pages_are_clean_and_fit_a_phone(browser, live_server, width):
    population = scene()
    addresses_of_manager = [
        "/lam-viec/dot/", BOARD, f"/lam-viec/dot/so-{population.pk}/lich/", f"/lam-viec/dot/so-{population.pk}/chot/",
        f"/lam-viec/dot/so-{population.pk}/buoc/send_back/", "/lam-viec/ket-qua/", RESULTS, f"{RESULTS}don-vi/D1/",
        f"{RESULTS}xu-ly/", f"/lam-viec/ket-qua/so-{population.pk}/cong-bo/", "/lam-viec/dieu-tra/",
        f"/lam-viec/dieu-tra/{YEAR}/department/", "/lam-viec/dieu-tra/nhap/",
    ]  # fmt: skip
    compute(population=population, origin="command")
    pages = [(build.index_manager(), addresses_of_manager), (build.user_with_role(Role.AUDITOR), ["/lam-viec/nhat-ky/"])]

    for user, addresses in pages:

        def look(page, addresses=addresses):
            found = []
            for address in addresses:
                assert page.goto(live_server.url + address).status == 200, address
                no_sideways_scroll(page)
                found += [f"{address}: {each}" for each in axe(page)]
            return found

        assert browser.visit(look, user=user, width=width) == []


def test_on_a_phone_the_facts_of_a_proposal_take_the_width_of_its_card(browser, live_server):
    totals_year(YEAR, {build.unit(name="Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu tỉnh"): "45.00"})

    def measure(page):
        page.goto(f"{live_server.url}{RESULTS}xu-ly/")
        row = page.locator("table.cards tbody tr").first
        facts = row.locator("td").last
        return row.bounding_box()["width"], facts.bounding_box()["width"], facts.inner_text()

    whole, facts, words = browser.visit(measure, user=build.index_manager(), width=360)

    assert "điểm" in words
    assert facts == pytest.approx(whole, abs=1)
