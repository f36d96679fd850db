"""What a citizen finds: the year, the rankings, the unit and why it lost points."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache

from scoring.models import Aftereffect
from tests import build
from tests.reports.public_world import communes, departments, publication
from units.models import Level

pytestmark = pytest.mark.django_db


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def names(client, address):
    return [row.name for row in client.get(address).context["rows"]]


# --- Home and search -----------------------------------------------------------------------------


def test_home_before_anything_is_published_says_so(client):
    assert "Chưa có kết quả nào được công bố" in page(client, "/")


def test_home_says_in_one_sentence_what_happened(client):
    departments({"Sở An": "90.00", "Sở Bình": "89.99", "Sở Cường": "49.99"})

    html = page(client, "/")

    assert "Năm 2024 có 1 trong 3 đơn vị đạt từ 90% trở lên, 1 đơn vị dưới 50%" in html
    assert "Một nửa số sở, ban, ngành đạt từ 89,99% trở lên." in html


def test_home_compares_the_middle_with_the_year_before(client):
    departments({"Sở Cũ": "80.00"}, year=2023)
    departments({"Sở An": "84.00", "Sở Bình": "85.01"})

    # The median of two is their mean, rounded half-up once: 84,505 → 84,51.
    assert "đạt từ 84,51% trở lên, cao hơn năm 2023 là 4,51 điểm phần trăm." in page(client, "/")


@pytest.mark.parametrize("asked", ["moc chau", "MỘC CHÂU", "Mộc  Châu", "chau moc", "M%E1%BB%99c Ch%C3%A2u"])
def test_a_unit_is_found_without_accents_and_in_any_year(client, asked):
    departments({"Sở Mộc Châu": "80.00", "Sở Khác": "70.00"}, year=2023)
    departments({"Sở Mới": "80.00"})

    html = page(client, f"/?q={asked}")

    assert "Sở Mộc Châu" in html
    assert "Sở Khác" not in html
    assert "/2023/don-vi/" in html


def test_a_search_that_finds_nothing_says_what_to_try(client):
    departments({"Sở An": "80.00"})

    html = page(client, "/?q=<script>")

    assert "Không thấy đơn vị nào" in html
    assert "<script>" not in html


# --- Rankings ------------------------------------------------------------------------------------


@pytest.fixture
def board(db):
    return departments(
        {"Sở Đất": "80.00", "Sở An": "95.00", "Sở Ơn": "80.00", "Sở Dân": "60.00", "Sở Trống": None}
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Sở An", "Sở Đất", "Sở Ơn", "Sở Dân", "Sở Trống"]),
        ("?xep=-hang", ["Sở Dân", "Sở Đất", "Sở Ơn", "Sở An", "Sở Trống"]),
        ("?xep=ten", ["Sở An", "Sở Dân", "Sở Đất", "Sở Ơn", "Sở Trống"]),
        ("?xep=-ten", ["Sở Trống", "Sở Ơn", "Sở Đất", "Sở Dân", "Sở An"]),
        ("?xep=chi-so", ["Sở Dân", "Sở Đất", "Sở Ơn", "Sở An", "Sở Trống"]),
        ("?xep=bay-ba", ["Sở An", "Sở Đất", "Sở Ơn", "Sở Dân", "Sở Trống"]),
        ("?q=dat", ["Sở Đất"]),
        ("?nhom=B", ["Sở Đất", "Sở Ơn"]),
        ("?nhom=Z", ["Sở An", "Sở Đất", "Sở Ơn", "Sở Dân", "Sở Trống"]),
        ("?lv=2", ["Sở An", "Sở Đất", "Sở Ơn", "Sở Dân", "Sở Trống"]),
        ("?lv=2&xep=chi-so", ["Sở Dân", "Sở Đất", "Sở Ơn", "Sở An", "Sở Trống"]),
    ],
)
def test_a_ranking_is_sorted_and_filtered_by_its_address(client, board, query, expected):
    assert names(client, f"/2024/so-nganh/{query}") == expected


def test_ties_share_a_place_and_are_said(client, board):
    response = client.get("/2024/so-nganh/")

    assert [row.rank for row in response.context["rows"]] == [1, 2, 2, 4, None]
    assert "Có đơn vị bằng điểm" in response.content.decode()


def test_a_filter_keeps_the_rank_of_the_whole(client, board):
    row = client.get("/2024/so-nganh/?q=dan").context["rows"][0]

    assert (row.name, row.rank) == ("Sở Dân", 4)


def test_the_chosen_area_is_shown_and_sorted_by(client, board):
    response = client.get("/2024/so-nganh/?lv=2")

    # The second area holds two points more than the index.
    assert [row.chosen for row in response.context["rows"]][:2] == [Decimal("97.00"), Decimal("82.00")]
    assert "97,00" in response.content.decode()


def test_an_applicable_maximum_below_100_is_shown(client):
    publication(build.population(), {build.unit(name="Sở Nhỏ"): "80.00"}, maximum="92.5")

    assert "tối đa áp dụng 92,50" in page(client, "/2024/so-nganh/")


def test_the_rank_of_communes_in_the_province_is_for_reference(client):
    communes(6, per_district=3)

    response = client.get("/2024/cap-xa/")

    assert "Hạng toàn tỉnh để tham khảo" in response.content.decode()
    assert [(row.name[-1], row.rank, row.own_rank) for row in response.context["rows"]] == [
        ("5", 1, 1),
        ("4", 2, 2),
        ("3", 3, 3),
        ("2", 4, 1),
        ("1", 5, 2),
        ("0", 6, 3),
    ]


def test_communes_are_filtered_by_district(client):
    communes(6, per_district=3)
    districts = client.get("/2024/cap-xa/").context["board"].districts()

    rows = client.get(f"/2024/cap-xa/?huyen={districts[1].code}").context["rows"]

    assert {row.district for row in rows} == {"Huyện Mường Thử 2"}


def test_a_district_that_has_not_published_is_named(client):
    communes(3, per_district=3)
    late = build.unit(level=Level.DISTRICT, name="Huyện Chưa Xong")
    build.population(Level.COMMUNE, parent=late)

    assert "Chưa công bố: Huyện Chưa Xong." in page(client, "/2024/cap-xa/")


def test_a_level_without_units_answers_with_the_reason(client):
    departments({"Sở An": "80.00"})
    build.unit(level=Level.DISTRICT, valid_to=date(2024, 6, 30))

    assert "Năm 2024 không có huyện, thành phố để xếp hạng" in page(client, "/2024/cap-huyen/")


def test_a_level_that_is_not_published_yet_says_so(client):
    departments({"Sở An": "80.00"})
    build.unit(level=Level.DISTRICT)

    html = page(client, "/2024/cap-huyen/")

    assert "chưa công bố" in html
    assert "không có huyện" not in html


# --- Units ---------------------------------------------------------------------------------------


def test_a_unit_page_shows_areas_against_the_median_and_its_neighbours(client):
    made = departments({"Sở An": "90.00", "Sở Bình": "80.00", "Sở Cường": "70.00"})
    unit = made.run.results.get(unit_name="Sở Bình")

    response = client.get(f"/2024/don-vi/{unit.unit_code}/")
    shown = response.context["page"]

    assert (shown.rank, shown.ranked) == (2, 3)
    assert [(a.percent, a.median) for a in shown.areas] == [(Decimal("78.00"),) * 2, (Decimal("82.00"),) * 2]
    assert [n.name for n in shown.neighbours] == ["Sở An", "Sở Bình", "Sở Cường"]


def test_a_merger_is_told_on_both_sides(client):
    first = build.unit("CU1", "Sở Cũ Một", valid_to=date(2024, 2, 28))
    second = build.unit("CU2", "Sở Cũ Hai", valid_to=date(2024, 2, 28))
    new = build.unit("MOI", "Sở Mới", valid_from=date(2024, 3, 1))
    build.succession(first, new)
    build.succession(second, new)
    publication(build.population(year=2023), {first: "70.00", second: "80.00"})
    publication(build.population(year=2024), {new: "75.00"})

    after, before = page(client, "/2024/don-vi/MOI/"), page(client, "/2023/don-vi/CU1/")

    assert "đơn vị được hình thành từ 2 đơn vị" in after
    assert "/2023/don-vi/CU1/" in after
    assert "/2023/don-vi/CU2/" in after
    assert "Hợp nhất cùng Sở Cũ Hai thành" in before
    assert "/2024/don-vi/MOI/" in before


def test_a_renamed_unit_keeps_its_years(client):
    old = build.unit("CU", "Sở Tên Cũ", valid_to=date(2024, 2, 28))
    new = build.unit("MOI", "Sở Tên Mới", valid_from=date(2024, 3, 1))
    build.succession(old, new)
    publication(build.population(year=2023), {old: "70.00"})
    publication(build.population(year=2024), {new: "75.00"}, before={new: "70.00"})

    years = client.get("/2024/don-vi/MOI/").context["page"].kinship.years

    assert [(year.year, year.code, year.index) for year in years] == [
        (2023, "CU", Decimal("70.00")),
        (2024, "MOI", Decimal("75.00")),
    ]


def test_a_code_means_the_unit_valid_that_year(client):
    old = build.unit("03670", "Xã Cũ", Level.COMMUNE, valid_to=date(2024, 6, 30))
    new = build.unit("03670", "Xã Mới", Level.COMMUNE, valid_from=date(2024, 7, 1))
    publication(build.population(Level.COMMUNE, 2023), {old: "70.00"})
    publication(build.population(Level.COMMUNE, 2024), {new: "75.00"})

    assert "<h1>Xã Cũ</h1>" in page(client, "/2023/don-vi/03670/")
    assert "<h1>Xã Mới</h1>" in page(client, "/2024/don-vi/03670/")


# --- Criteria, corrections, method ---------------------------------------------------------------


def test_an_area_lists_the_units_by_what_they_reached(client):
    departments({"Sở An": "70.00", "Sở Bình": "90.00"})

    shown = client.get("/2024/linh-vuc/department/1/").context["page"]

    assert [(row.name, row.percent) for row in shown.rows] == [
        ("Sở Bình", Decimal("88.00")),
        ("Sở An", Decimal("68.00")),
    ]


def test_a_component_page_says_how_it_is_scored(client):
    departments({"Sở An": "70.00"})

    assert "Đúng hạn" in page(client, "/2024/tieu-chi/department/1.1.1/")
    assert "Ban hành kế hoạch" in page(client, "/2024/tieu-chi/department/")
    page(client, "/2024/linh-vuc/department/1.1/", 404)


def test_a_correction_says_what_changed_and_why_and_the_first_stays(client):
    first = departments({"Sở An": "70.00", "Sở Bình": "80.00"})
    units = {result.unit: str(result.index_percent) for result in first.run.results.select_related("unit")}
    units = {unit: "85.00" if unit.name == "Sở An" else index for unit, index in units.items()}
    publication(first.population, units, version=2, reason="Cộng sót một phiếu", decision="99/QĐ-UBND")

    response = client.get("/2024/dinh-chinh/")
    html, change = response.content.decode(), response.context["corrections"][0].changed

    assert "99/QĐ-UBND" in html
    assert "41/QĐ-UBND" in html
    assert "Cộng sót một phiếu" in html
    assert [(c.name, c.index_before, c.index, c.rank_before, c.rank) for c in change] == [
        ("Sở An", Decimal("70.00"), Decimal("85.00"), 2, 1),
        ("Sở Bình", Decimal("80.00"), Decimal("80.00"), 1, 2),
    ]
    assert names(client, "/2024/so-nganh/") == ["Sở An", "Sở Bình"]


def test_a_result_that_rests_on_a_corrected_figure_is_marked(client):
    cause, affected = departments({"Sở Cũ": "80.00"}, year=2023), departments({"Sở An": "80.00"})
    assert "Có số liệu gốc đã được đính chính" not in page(client, "/2024/so-nganh/")

    Aftereffect.objects.create(cause=cause, affected=affected, changes=1)

    assert "Có số liệu gốc đã được đính chính" in page(client, "/2024/so-nganh/")
    assert "Có số liệu gốc đã được đính chính" not in page(client, "/2023/so-nganh/")


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/en/", "/"),
        ("/en/2024/so-nganh/?nhom=A", "/2024/so-nganh/?nhom=A"),
        ("/en/?q=m%C6%B0%E1%BB%9Dng", "/?q=m%C6%B0%E1%BB%9Dng"),
        ("/en//elsewhere.example/", "/elsewhere.example/"),
        ("/en/%5Celsewhere.example/", "/%5Celsewhere.example/"),
    ],
)
def test_an_english_address_leads_to_the_vietnamese_page_and_nowhere_else(client, asked, leads_to):
    response = client.get(asked, headers={"Accept-Language": "en"})

    assert (response.status_code, response["Location"]) == (302, leads_to)
    assert response["Content-Language"] == "vi"


def test_a_page_in_vietnamese_says_so_to_an_english_browser(client):
    departments({"Sở An": "80.00"})

    response = client.get("/en/2024/so-nganh/", headers={"Accept-Language": "en"}, follow=True)

    assert response["Content-Language"] == "vi"
    assert '<html lang="vi">' in response.content.decode()


@pytest.mark.parametrize(("levels", "columns"), [(1, "c2"), (2, "c2"), (3, "c3")])
def test_the_first_of_each_level_stand_in_as_many_columns_as_there_are(client, levels, columns):
    departments({"Sở An": "80.00"})
    if levels > 1:
        communes(1)
    if levels > 2:
        publication(build.population(Level.DISTRICT), {build.unit(level=Level.DISTRICT): "70.00"})

    tops = page(client, "/").split('id="h-top"')[1].split("</section>")[0]

    assert tops.count("<table") == levels
    assert f'<div class="cols {columns}">' in tops


def test_the_method_gives_the_parameters_of_the_year(client):
    made = departments({"Sở An": "80.00"})

    html = page(client, "/phuong-phap/")

    assert "75,00" in html
    assert "25,00" in html
    assert "Nhóm: A từ 90, B từ 70, C từ 50, D từ 0." in html
    assert made.population.framework.nodes.filter(is_leaf=True).count() == 10
    assert ">10</td>" in html


# --- Kept pages ----------------------------------------------------------------------------------


def test_a_kept_page_gives_way_to_a_publication_at_once(client):
    departments({"Sở Cũ": "80.00"}, year=2023)
    assert "Kết quả năm 2023" in page(client, "/")

    departments({"Sở Mới": "80.00"})

    assert "Kết quả năm 2024" in page(client, "/")


def test_a_second_visit_costs_one_query(client, django_assert_num_queries):
    departments({"Sở An": "80.00"})
    client.get("/2024/so-nganh/")

    with django_assert_num_queries(1):
        again = client.get("/2024/so-nganh/")
    assert "Cookie" in again["Vary"]


def test_what_people_signed_in_see_is_not_kept(client):
    departments({"Sở An": "80.00"})
    page(client, "/2024/so-nganh/")
    client.force_login(build.index_manager())

    response = client.get("/2024/so-nganh/")

    assert "Làm việc" in response.content.decode()
    assert response["Cache-Control"] == "private, no-cache"
    client.logout()
    client.cookies.clear()
    assert "Làm việc" not in page(client, "/2024/so-nganh/")


def test_whoever_has_the_page_hears_304(client):
    departments({"Sở An": "80.00"})
    etag = client.get("/2024/so-nganh/")["ETag"]

    assert client.get("/2024/so-nganh/", headers={"If-None-Match": etag}).status_code == 304
    departments({"Sở Khác": "80.00"}, year=2025)
    cache.clear()
    assert client.get("/2024/so-nganh/", headers={"If-None-Match": etag}).status_code == 200


# --- Cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("slug", "queries"), [("so-nganh", 7), ("cap-xa", 7)])
def test_a_ranking_costs_the_same_for_one_and_three(client, django_assert_num_queries, slug, queries, count):
    if slug == "cap-xa":
        communes(count, per_district=1)
    else:
        departments({f"Sở {number}": f"8{number}.00" for number in range(count)})

    with django_assert_num_queries(queries):
        client.get(f"/2024/{slug}/")


@pytest.mark.parametrize("count", [1, 3])
def test_home_and_search_cost_the_same_for_one_and_three(client, django_assert_num_queries, count):
    departments({f"Sở {number}": f"8{number}.00" for number in range(count)})

    with django_assert_num_queries(7):
        client.get("/")
    with django_assert_num_queries(3):
        client.get("/?q=so")


@pytest.mark.parametrize("count", [1, 3])
def test_a_unit_costs_the_same_for_one_and_three(client, django_assert_num_queries, count):
    made = departments({f"Sở {number}": f"8{number}.00" for number in range(count)})
    code = made.run.results.first().unit_code

    with django_assert_num_queries(14):
        client.get(f"/2024/don-vi/{code}/")


@pytest.mark.parametrize("count", [1, 3])
def test_a_criterion_costs_the_same_for_one_and_three(client, django_assert_num_queries, count):
    departments({f"Sở {number}": f"8{number}.00" for number in range(count)})

    with django_assert_num_queries(6):
        client.get("/2024/linh-vuc/department/1/")


def test_204_communes_fit_into_120_kb_and_8_queries(client, django_assert_max_num_queries):
    communes(204)

    with django_assert_max_num_queries(8):
        response = client.get("/2024/cap-xa/")

    assert len(response.context["rows"]) == 204
    assert len(response.content) <= 120_000
