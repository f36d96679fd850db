"""The portal in a real browser, without script: readable for everybody, on a phone and in the dark."""

import pytest

from tests import build
from tests.browser import axe, no_sideways_scroll
from tests.reports.public_world import communes, departments, publication
from units.models import Level

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/?q=muong",
    "/?q=khong-co",
    "/2024/so-nganh/",
    "/2024/so-nganh/?lv=1&nhom=B",
    "/2024/so-nganh/?q=khong-co",
    "/2024/cap-huyen/",
    "/2024/cap-xa/",
    "/2024/don-vi/LAU/",
    "/2024/don-vi/03001/",
    "/2024/tieu-chi/department/",
    "/2024/tieu-chi/department/1.1.2/",
    "/2024/linh-vuc/commune/1/",
    "/2024/dinh-chinh/",
    "/phuong-phap/",
    "/du-lieu/",
)


@pytest.fixture
def province():
    """Departments with a correction and a long name, communes of two districts, a year before."""
    long = build.unit(
        "LAU", "Ban Quản lý các khu công nghiệp, khu kinh tế cửa khẩu và phát triển đô thị tỉnh"
    )
    departments({"Sở Năm Trước": "71.00"}, year=2023)
    population = build.population()
    units = {long: "86.00", build.unit(name="Sở An"): "86.00", build.unit(name="Sở Trống"): None}
    publication(population, units)
    publication(
        population,
        units | {long: "93.25"},
        before={long: "80.00"},
        version=2,
        reason="Cộng sót",
        maximum="98",
    )
    communes(8, per_district=4)
    build.population(Level.DISTRICT)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (360, False), (360, True)])
def test_every_page_is_accessible_and_fits(browser, live_server, province, width, dark):
    def look(page):
        found = {}
        for address in PAGES:
            page.goto(live_server.url + address)
            no_sideways_scroll(page)
            for closed in page.query_selector_all("details"):
                closed.evaluate("each => each.open = true")
            no_sideways_scroll(page)
            found[address] = axe(page)
        return {address: faults for address, faults in found.items() if faults}

    assert browser.visit(look, width=width, dark=dark) == {}


def test_a_citizen_finds_a_commune_on_a_phone_in_three_steps(browser, live_server, province):
    def walk(page):
        page.goto(live_server.url + "/")
        page.get_by_role("searchbox").fill("chieng thu 3")
        page.get_by_role("button", name="Tìm").click()
        page.get_by_role("link", name="Xã Chiềng Thử 3").click()
        return page.get_by_role("heading", level=1).inner_text(), page.locator(".hero-n").inner_text()

    assert browser.visit(walk, width=360, script=False) == ("Xã Chiềng Thử 3", "43,03 %")


def test_a_ranking_is_sorted_filtered_and_left_again_without_script(browser, live_server, province):
    def walk(page):
        page.goto(live_server.url + "/2024/cap-xa/")
        page.get_by_role("link", name="Chỉ số (%)").click()
        page.get_by_role("link", name="Chỉ số (%)").click()
        rising = page.locator("tbody tr th a").all_inner_texts()
        page.get_by_label("Huyện, thành phố").select_option(label="Huyện Mường Thử 2")
        page.get_by_role("button", name="Lọc").click()
        chosen = page.locator("tbody tr th a").all_inner_texts()
        page.get_by_role("link", name="Bỏ lọc").click()
        return rising, chosen, page.locator("tbody tr").count()

    rising, chosen, everything = browser.visit(walk, script=False)

    assert rising == [f"Xã Chiềng Thử {number}" for number in range(8)]
    assert chosen == [f"Xã Chiềng Thử {number}" for number in range(4, 8)]
    assert everything == 8
