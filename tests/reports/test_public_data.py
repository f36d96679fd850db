"""Open data: exactly the columns of the contract, the same figures as the pages, marked and open to other sites."""

import csv
import io
import json

import openpyxl
import pytest

from parindex.models import Installation
from reports.content.dictionary import COLUMN_MEANINGS
from reports.content.ranking import COLUMNS
from tests import build
from tests.reports.public_world import communes, departments, publication
from units.models import Level

pytestmark = pytest.mark.django_db

CONTRACT = (
    "year,level,unit_code,unit_name,appraised_points,survey_points,points,max_points,index_percent,rank,band,"
    "previous_index_percent,change"
)


def rows(client, address="/du-lieu/2024/department.csv"):
    return list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8"))))


def test_csv_has_the_columns_of_the_contract_and_pure_rows(client):
    Installation.objects.create(demonstration=True)
    unit, other = build.unit("00A", "Sở An"), build.unit("B", "Sở Bình")
    publication(build.population(), {unit: "80.5", other: None}, before={unit: "81.00"})

    found = rows(client)

    assert ",".join(found[0]) == CONTRACT
    assert found[1] == [
        "2024",
        "department",
        "00A",
        "Sở An",
        "",
        "",
        "80.50",
        "100.00",
        "80.50",
        "1",
        "B",
        "81.00",
        "-0.50",
    ]
    assert found[2][:4] == ["2024", "department", "B", "Sở Bình"]
    assert found[2][8:] == ["", "", "", "", ""]
    assert len(found) == 3


def test_json_says_what_it_is_and_keeps_digits_as_text(client):
    Installation.objects.create(demonstration=True)
    departments({"Sở An": "80.00"})

    found = json.loads(client.get("/du-lieu/2024/department.json").content)

    assert found["meta"]["demonstration"] is True
    assert found["meta"]["publications"][0]["decision"] == "41/QĐ-UBND"
    assert found["rows"][0]["index_percent"] == "80.00"
    assert found["rows"][0]["change"] is None
    assert sorted(found["rows"][0]) == sorted(CONTRACT.split(","))


def test_a_workbook_says_on_its_second_sheet_that_it_is_a_demonstration(client):
    Installation.objects.create(demonstration=True)
    unit = build.unit(name="=HYPERLINK(1)")
    publication(build.population(), {unit: "80.00"})

    book = openpyxl.load_workbook(io.BytesIO(client.get("/du-lieu/2024/department.xlsx").content))
    first, second = book.worksheets

    assert [cell.value for cell in first[1]] == CONTRACT.split(",")
    assert first["D2"].data_type == "s"
    assert second["A2"].value == "Dữ liệu minh họa"


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_demonstration_is_marked_in_name_and_header(client, kind):
    departments({"Sở An": "80.00"})
    plain = client.get(f"/du-lieu/2024/department.{kind}")
    Installation.objects.create(demonstration=True)
    marked = client.get(f"/du-lieu/2024/department.{kind}")

    assert plain["Content-Disposition"] == f'attachment; filename="chi-so-cchc-2024-department.{kind}"'
    assert "X-Parindex-Demonstration" not in plain
    assert (
        marked["Content-Disposition"] == f'attachment; filename="minh-hoa-chi-so-cchc-2024-department.{kind}"'
    )
    assert marked["X-Parindex-Demonstration"] == "true"


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_other_sites_may_read_and_ask_whether_it_changed(client, kind):
    departments({"Sở An": "80.00"})
    address = f"/du-lieu/2024/department.{kind}"

    first = client.get(address)

    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in first
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(address)["ETag"] == first["ETag"]


def test_pages_are_not_opened_to_other_sites(client):
    departments({"Sở An": "80.00"})

    assert "Access-Control-Allow-Origin" not in client.get("/2024/so-nganh/")
    assert "Access-Control-Allow-Origin" not in client.get("/du-lieu/")


def test_only_published_districts_are_in_the_file(client):
    communes(4, per_district=2)
    late = build.unit(level=Level.DISTRICT)
    population = build.population(Level.COMMUNE, parent=late)
    build.unit("09999", "Xã Chưa Công Bố", Level.COMMUNE, parent=late)

    assert population.publications.count() == 0
    assert [row[2] for row in rows(client, "/du-lieu/2024/commune.csv")[1:]] == [
        "03003",
        "03002",
        "03001",
        "03000",
    ]


def test_a_correction_replaces_the_rows_and_the_etag(client):
    first = departments({"Sở An": "70.00"})
    before = client.get("/du-lieu/2024/department.csv")["ETag"]
    unit = first.run.results.get().unit
    publication(first.population, {unit: "75.00"}, version=2, reason="Sửa số")

    assert rows(client)[1][8] == "75.00"
    assert client.get("/du-lieu/2024/department.csv")["ETag"] != before


def test_every_column_is_explained(client):
    departments({"Sở An": "70.00"})

    assert tuple(name for name, _meaning in COLUMN_MEANINGS) == COLUMNS
    html = client.get("/du-lieu/").content.decode()
    assert all(f">{name}</code>" in html for name in COLUMNS)
    assert "/du-lieu/2024/department.json" in html


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_for_one_and_three(client, django_assert_num_queries, count):
    departments({f"Sở {number}": f"8{number}.00" for number in range(count)})

    with django_assert_num_queries(4):
        client.get("/du-lieu/2024/department.csv")


# --- Earlier versions ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_the_first_version_stays_readable_after_a_correction(client, kind):
    first = departments({"Sở An": "70.00"})
    address = f"/du-lieu/2024/department.{kind}"
    before = client.get(f"{address}?lan=1")
    publication(first.population, {first.run.results.get().unit: "75.00"}, version=2, reason="Sửa số")

    old, new, now = (client.get(address + asked) for asked in ("?lan=1", "?lan=2", ""))

    assert old["Content-Disposition"] == f'attachment; filename="chi-so-cchc-2024-department-lan1.{kind}"'
    assert old["ETag"] == before["ETag"]
    assert len({old["ETag"], new["ETag"], now["ETag"]}) == 3
    if kind == "csv":
        assert rows(client, f"{address}?lan=1")[1][8] == "70.00"
        assert rows(client, f"{address}?lan=2")[1][8] == rows(client)[1][8] == "75.00"
    if kind == "json":
        assert [each["version"] for each in json.loads(old.content)["meta"]["publications"]] == [1]


def test_a_version_of_a_level_takes_the_latest_of_populations_with_fewer(client):
    one, two = communes(4, per_district=2)
    units = [result.unit for result in one.run.results.select_related("unit").order_by("unit_code")]
    publication(one.population, {units[0]: "99.00", units[1]: "20.00"}, version=2, reason="Sửa số")

    old = {row[2]: (row[8], row[9]) for row in rows(client, "/du-lieu/2024/commune.csv?lan=1")[1:]}
    new = {row[2]: (row[8], row[9]) for row in rows(client, "/du-lieu/2024/commune.csv?lan=2")[1:]}

    assert two.version == 1
    assert old == {"03003": ("43.03", "1"), "03002": ("42.02", "2"), "03001": ("41.01", "3"), "03000": ("40.00", "4")}
    assert new == {"03000": ("99.00", "1"), "03003": ("43.03", "2"), "03002": ("42.02", "3"), "03001": ("20.00", "4")}


@pytest.mark.parametrize("asked", ["0", "2", "3", "9999", "99999999999999999999", "", "-1", "1.0", "một", "１"])
def test_a_version_nobody_published_is_not_found(client, asked):
    departments({"Sở An": "70.00"})

    assert client.get("/du-lieu/2024/department.csv", {"lan": asked}).status_code == 404


def test_the_corrections_page_links_the_files_of_every_version(client):
    first = departments({"Sở An": "70.00"})
    publication(first.population, {first.run.results.get().unit: "75.00"}, version=2, reason="Sửa số")

    html = client.get("/2024/dinh-chinh/").content.decode()

    for version in (1, 2):
        for kind in ("csv", "xlsx"):
            address = f"/du-lieu/2024/department.{kind}?lan={version}"
            assert f'href="{address}"' in html
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("districts", [1, 3])
def test_an_earlier_version_costs_the_same_for_one_and_three(client, django_assert_num_queries, districts):
    communes(2 * districts, per_district=2)

    with django_assert_num_queries(4):
        client.get("/du-lieu/2024/commune.csv?lan=1")


@pytest.mark.parametrize("districts", [1, 3])
def test_the_corrections_page_costs_the_same_for_one_and_three(client, django_assert_num_queries, districts):
    communes(2 * districts, per_district=2)

    with django_assert_num_queries(5):
        client.get("/2024/dinh-chinh/")
