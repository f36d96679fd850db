"""The first page after log-in, by role."""

import pytest

from tests import build
from units.authorization import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "open_rooms"),
    [
        (
            Role.INDEX_MANAGER,
            ["Thẩm định", "Đợt đánh giá", "Kết quả", "Điều tra", "Bộ tiêu chí", "Đơn vị", "Việc chạy nền"],
        ),
        (Role.COUNCIL, ["Thẩm định", "Đợt đánh giá", "Kết quả", "Bộ tiêu chí", "Đơn vị"]),
        (Role.LEADER, ["Đợt đánh giá", "Kết quả", "Bộ tiêu chí", "Đơn vị"]),
        (Role.SURVEY_OFFICER, ["Điều tra", "Bộ tiêu chí", "Đơn vị", "Việc chạy nền"]),
        (
            Role.ADMINISTRATOR,
            ["Bộ tiêu chí", "Đơn vị", "Tài khoản", "Dời hạn vì sự cố", "Việc chạy nền", "Nhật ký"],
        ),
    ],
)
def test_each_role_sees_its_rooms(client, role, open_rooms):
    client.force_login(build.user_with_role(role))

    response = client.get("/lam-viec/")

    assert [str(room.label) for room in response.context["rooms"]] == open_rooms


def test_a_clerk_goes_straight_to_the_dossier(client):
    client.force_login(build.clerk(build.unit()))

    assert client.get("/lam-viec/").url == "/lam-viec/ho-so/"


def test_an_account_without_a_role_is_told_what_to_do(client):
    client.force_login(build.user())

    assert "chưa có vai trò" in client.get("/lam-viec/").content.decode()


def test_strangers_log_in_first(client):
    assert client.get("/lam-viec/").url.startswith("/dang-nhap/")
