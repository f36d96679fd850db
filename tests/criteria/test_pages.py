"""The pages of frameworks: reading, the file out and in."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.models import Framework, Node
from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "criteria" / "data"


def upload(client, content, *, level="department", trial=False, name="bo-tieu-chi.csv"):
    data = {"year": 2024, "level": level, "file": SimpleUploadedFile(name, content)}
    return client.post("/lam-viec/bo-tieu-chi/nhap/", {**data, **({"trial": "on"} if trial else {})})


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(client, django_assert_num_queries, count):
    client.force_login(build.clerk(build.unit()))
    for year in range(2021, 2021 + count):
        build.framework(year=year)

    with django_assert_num_queries(6):
        response = client.get("/lam-viec/bo-tieu-chi/")

    assert len(response.context["frameworks"]) == count


def test_the_tree_of_121_components_is_read_in_few_queries(client, django_assert_max_num_queries):
    manager = build.index_manager()
    client.force_login(manager)
    content = (DATA / "criteria-district.csv").read_bytes()
    assert upload(client, content, level="district").status_code == 302

    with django_assert_max_num_queries(12):
        page = client.get("/lam-viec/bo-tieu-chi/2024/district/").content.decode()

    assert "8 lĩnh vực, 39 tiêu chí, 121 tiêu chí thành phần" in page
    assert "tự đánh giá 73,00 điểm, điều tra xã hội học 27,00 điểm" in page
    assert "từ 90% đến dưới 100%" in page.lower()
    assert "không phải phụ lục" in page


def test_a_trial_writes_nothing_and_a_fault_is_told_by_row(client):
    client.force_login(build.index_manager())
    good = (DATA / "criteria-commune.csv").read_bytes()

    assert upload(client, good, level="commune", trial=True).status_code == 200
    assert not Framework.objects.exists()

    response = upload(client, good.replace(b"1.1.2,1.1,component", b"1.1.1,1.1,component"), level="commune")
    assert response.status_code == 422
    assert any("1.1.1" in line for line in response.context["findings"])
    assert not Framework.objects.exists()


def test_the_workbook_goes_out_and_comes_back_the_same(client):
    client.force_login(build.index_manager())
    upload(client, (DATA / "criteria-commune.csv").read_bytes(), level="commune")
    Framework.objects.update(legal_basis="QĐ 152/QĐ-UBND, bản sửa")
    before = list(Node.objects.order_by("position").values_list("code", "max_points", "rule_params", "name"))

    workbook = client.get("/lam-viec/bo-tieu-chi/2024/commune/tai-ve/")
    response = upload(client, BytesIO(workbook.content).read(), level="commune", name="b.xlsx")

    assert response.status_code == 302
    assert Framework.objects.get().legal_basis == "QĐ 152/QĐ-UBND, bản sửa"
    assert list(Node.objects.order_by("position").values_list("code", "max_points", "rule_params", "name")) == before


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LEADER, 404), (Role.COUNCIL, 404), (Role.INDEX_MANAGER, 200)]
)
def test_only_the_index_manager_loads_frameworks(client, role, status):
    client.force_login(build.user_with_role(role))

    assert client.get("/lam-viec/bo-tieu-chi/nhap/").status_code == status


def test_an_account_without_a_role_finds_nothing(client):
    build.framework()
    client.force_login(build.user())

    assert client.get("/lam-viec/bo-tieu-chi/").status_code == 404
    assert client.get("/lam-viec/bo-tieu-chi/2024/department/").status_code == 404
