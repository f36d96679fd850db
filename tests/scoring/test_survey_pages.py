"""The survey in the browser: coverage, files, a new file with its trial."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from surveys.models import SurveyCount, SurveyFile, SurveyPercent
from tests import build
from units.authorization import Role
from units.models import Level, Unit

pytestmark = pytest.mark.django_db

YEAR = build.YEAR
PAGE = f"/lam-viec/dieu-tra/{YEAR}/department/"
HEADER = ("unit_code", "component_code", "group", "answer", "count", "percent")
STAFF = "Công chức của đơn vị"


@pytest.fixture
def province():
    build.standing_body(level=Level.DISTRICT)
    build.unit("D1", "Sở Một")
    build.unit("D2", "Sở Hai")
    return build.population()


def upload(client, *rows, trial=False, name="phieu.csv"):
    content = build.as_csv([dict(zip(HEADER, row, strict=True)) for row in rows], HEADER)
    data = {"year": YEAR, "level": "department", "file": SimpleUploadedFile(name, content)}
    return client.post("/lam-viec/dieu-tra/nhap/", {**data, **({"trial": "on"} if trial else {})})


def officer(client):
    client.force_login(build.user_with_role(Role.SURVEY_OFFICER))


def test_a_file_is_tried_then_stored_and_can_be_fetched(client, province):
    officer(client)
    rows = (("D1", "1.2.1", STAFF, "Tốt", "40", ""), ("D1", "1.2.2", "", "", "", "82.5"))

    trial = upload(client, *rows, trial=True)
    assert trial.status_code == 200
    assert "Tệp đúng, chưa ghi gì." in trial.content.decode()
    assert not SurveyFile.objects.exists()
    assert not SurveyCount.objects.exists()

    assert upload(client, *rows)["Location"] == PAGE
    assert (SurveyCount.objects.count(), SurveyPercent.objects.count()) == (1, 1)
    page = client.get(PAGE).content.decode()
    assert "1 trên 2 đơn vị còn thiếu số liệu" in page
    assert SurveyFile.objects.get().sha256[:16] in page
    kept = client.get(f"/lam-viec/dieu-tra/tep/{SurveyFile.objects.get().pk}/")
    assert b"1.2.1" in b"".join(kept.streaming_content)
    assert kept["Content-Disposition"].startswith("attachment")


def test_a_faulty_file_is_refused_with_its_places(client, province):
    officer(client)

    answer = upload(client, ("D9", "1.2.1", STAFF, "Tốt", "40", ""), ("D1", "1.2.1", STAFF, "Đẹp", "1,5", ""))

    assert answer.status_code == 422
    assert any("D9" in line for line in answer.context["findings"])
    assert any("Đẹp" in line for line in answer.context["findings"])
    assert not SurveyFile.objects.exists()


def test_only_valid_forms_count_and_grants_are_not_asked(client, province):
    officer(client)
    upload(client, ("D1", "1.2.1", STAFF, "Không biết", "7", ""), ("D2", "1.2.1", STAFF, "Khá", "3", ""))
    build.exemption(Unit.objects.get(code="D2"), build.node(province, "1.2.2"))

    coverage = client.get(PAGE).context["coverage"]

    units = {row.unit.code: row for row in coverage.units}
    assert (units["D1"].have, units["D1"].missing) == (0, ("1.2.1", "1.2.2"))
    assert (units["D2"].have, units["D2"].missing) == (1, ())
    assert [(row.node.code, row.have, row.want, row.forms) for row in coverage.components] == [
        ("1.2.1", 1, 2, 3),
        ("1.2.2", 0, 1, 0),
    ]
    assert [row.unit.code for row in client.get(f"{PAGE}?thieu=1").context["units"]] == ["D1"]


@pytest.mark.parametrize("count", [1, 3])
def test_coverage_costs_the_same_for_one_and_three_units(client, django_assert_num_queries, count):
    for number in range(count):
        build.unit(f"D{number}", f"Sở {number}")
    build.population()
    officer(client)
    client.get(PAGE)

    with django_assert_num_queries(12):
        page = client.get(PAGE)

    assert len(page.context["units"]) == count


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLERK, Role.HEAD, Role.APPRAISER)])
def test_who_sees_the_survey(client, province, role):
    client.force_login(build.user_with_role(role))
    expected = 200 if role in {Role.SURVEY_OFFICER, Role.INDEX_MANAGER} else 404

    for address in ("/lam-viec/dieu-tra/", PAGE, "/lam-viec/dieu-tra/nhap/"):
        assert client.get(address).status_code == expected


def test_a_year_without_a_framework_is_not_found(client):
    officer(client)
    assert client.get("/lam-viec/dieu-tra/2031/department/").status_code == 404
    assert client.get("/lam-viec/dieu-tra/2031/tinh/").status_code == 404
    assert "Chưa có bộ tiêu chí nào" in client.get("/lam-viec/dieu-tra/").content.decode()
