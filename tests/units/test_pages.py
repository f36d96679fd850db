"""The pages of units: who sees what, searched without accents, with a fixed number of queries."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from tests import build
from units.authorization import Role
from units.models import Level, Tenure, Unit

pytestmark = pytest.mark.django_db

LIST = reverse("units:list")


@pytest.fixture
def manager(client):
    person = build.index_manager()
    client.force_login(person)
    return person


class Names(HTMLParser):
    """The names of units in the table of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "a" and dict(attrs).get("class") == "name"

    def handle_data(self, data):
        if self.inside:
            self.found.append(data)
            self.inside = False


def names(response) -> list[str]:
    parser = Names()
    parser.feed(response.content.decode())
    return parser.found


def test_the_units_of_a_day_stand_by_level_in_vietnamese_order(client, manager):
    district = build.unit("H1", "Huyện Mộc Châu", Level.DISTRICT)
    build.unit("X2", "Xã Đoàn Kết", Level.COMMUNE, parent=district)
    build.unit("X1", "Xã Chiềng Sơn", Level.COMMUNE, parent=district)
    build.unit("X3", "Xã Ê Tòng", Level.COMMUNE, parent=district, valid_to=date(2024, 12, 30))
    build.unit("D1", "Sở Y tế")
    build.unit("D2", "Ban Dân tộc tỉnh")

    response = client.get(LIST, {"ngay": "31/12/2024"})

    assert names(response) == [
        "Ban Dân tộc tỉnh",
        "Sở Y tế",
        "Huyện Mộc Châu",
        "Xã Chiềng Sơn",
        "Xã Đoàn Kết",
    ]
    assert "5 đơn vị ngày 31/12/2024" in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "moc chau"}, ["Huyện Mộc Châu"]),
        ({"q": "ĐOÀN  KẾT"}, ["Xã Đoàn Kết"]),
        ({"q": "x1"}, ["Xã Chiềng Sơn"]),
        ({"cap": "commune"}, ["Xã Chiềng Sơn", "Xã Đoàn Kết"]),
        ({"huyen": "{district}"}, ["Huyện Mộc Châu", "Xã Chiềng Sơn"]),
        ({"huyen": "{district}", "cap": "commune", "ngay": "31/12/2024"}, ["Xã Chiềng Sơn"]),
        ({"huyen": "{district}", "ngay": "31/12/2009"}, []),
        ({"cap": "xa", "q": "moc chau"}, ["Huyện Mộc Châu"]),
        ({"q": "không có"}, []),
    ],
)
def test_units_are_found_without_accents_by_code_level_and_district(client, manager, asked, found):
    district = build.unit("H1", "Huyện Mộc Châu", Level.DISTRICT)
    build.unit("X1", "Xã Chiềng Sơn", Level.COMMUNE, parent=district)
    build.unit("X2", "Xã Đoàn Kết", Level.COMMUNE)

    response = client.get(LIST, {key: value.format(district=district.pk) for key, value in asked.items()})

    assert names(response) == found


def test_an_unreadable_day_is_said_and_the_page_shows_today(client, manager):
    build.unit("D1", "Sở Y tế")

    response = client.get(LIST, {"ngay": "31/13/2024", "huyen": "x"})

    assert names(response) == ["Sở Y tế"]
    assert "Ghi ngày dạng 31/12/2024." in response.content.decode()


def test_what_is_unconfirmed_is_marked_in_list_and_history(client, manager):
    unit = build.unit("D1", "Sở Ngoại vụ")
    Unit.objects.filter(pk=unit.pk).update(remark="Chưa xác nhận sau năm 2025.")

    for url in (LIST, unit.get_absolute_url()):
        assert "Chưa xác nhận sau năm 2025." in client.get(url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(client, manager, django_assert_num_queries, count):
    for _number in range(count):
        build.unit(level=Level.COMMUNE, parent=build.unit(level=Level.DISTRICT))

    with django_assert_num_queries(7):
        assert client.get(LIST).status_code == 200


def lineage() -> dict[str, Unit]:
    """Two communes became one, which was renamed; the code of the first is used again."""
    june, december = date(2025, 6, 30), date(2026, 12, 31)
    units = {
        "a": build.unit("001", "Xã A", Level.COMMUNE, valid_to=june),
        "b": build.unit("002", "Xã B", Level.COMMUNE, valid_to=june),
        "c": build.unit("001", "Xã C", Level.COMMUNE, valid_from=date(2025, 7, 1), valid_to=december),
        "d": build.unit("004", "Xã D", Level.COMMUNE, valid_from=date(2027, 1, 1)),
    }
    for before, after in (("a", "c"), ("b", "c"), ("c", "d")):
        build.succession(units[before], units[after])
    return units


@pytest.mark.parametrize(
    ("which", "relatives"),
    [
        ("a", {"Xã C", "Xã D", "Xã B"}),
        ("c", {"Xã A", "Xã B", "Xã D"}),
        ("d", {"Xã A", "Xã B", "Xã C"}),
    ],
)
def test_the_history_follows_mergers_in_both_directions(client, manager, which, relatives):
    units = lineage()

    page = client.get(units[which].get_absolute_url()).content.decode()

    assert {name for name in ("Xã A", "Xã B", "Xã C", "Xã D") if f">{name}</a>" in page} == relatives


def test_a_code_used_again_is_shown_with_both_units(client, manager):
    units = lineage()

    assert "Mã 001 ở thời gian khác" in client.get(units["a"].get_absolute_url()).content.decode()
    assert "ở thời gian khác" not in client.get(units["b"].get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_a_fixed_number_of_queries(client, manager, django_assert_num_queries, count):
    unit = build.unit("X9", level=Level.COMMUNE, valid_from=date(2025, 7, 1))
    for _number in range(count):
        build.succession(build.unit(level=Level.COMMUNE, valid_to=date(2025, 6, 30)), unit)
        build.tenure(unit, "Lò Thị Bình", date(2025 + _number, 7, 1), date(2025 + _number, 12, 31))

    with django_assert_num_queries(11):
        assert client.get(unit.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("role", "own", "seen"),
    [
        (Role.INDEX_MANAGER, None, True),
        (Role.ADMINISTRATOR, None, True),
        (Role.CLERK, True, True),
        (Role.HEAD, True, True),
        (Role.CLERK, False, False),
        (Role.HEAD, False, False),
        (Role.APPRAISER, False, False),
        (Role.SUPERVISOR, None, False),
        (Role.LEADER, None, False),
        (Role.AUDITOR, None, False),
    ],
)
def test_names_of_heads_are_for_those_who_keep_them_and_the_units_own_people(client, role, own, seen):
    unit, other = build.unit("D1"), build.unit("D2")
    build.tenure(unit, "Cầm Thị Hoa")
    client.force_login(build.user_with_role(role, {True: unit, False: other, None: None}[own]))

    response = client.get(unit.get_absolute_url())

    assert response.status_code == 200
    assert ("Cầm Thị Hoa" in response.content.decode()) is seen


def test_strangers_do_not_see_the_list(client):
    client.force_login(build.user())
    assert client.get(LIST).status_code == 404

    client.logout()
    assert client.get(LIST).status_code == 302


def test_a_head_is_written_down_and_ended_on_the_page(client, manager):
    unit = build.unit("D1")
    response = client.post(
        reverse("units:tenure_add", args=[unit.pk]),
        {"full_name": " Cầm   Thị Hoa", "title": "Phó Giám đốc", "acting": "on", "from_date": "01/02/2024"},
    )
    assert response.status_code == 302
    tenure = Tenure.objects.get()
    assert (tenure.head.full_name, tenure.acting, tenure.from_date) == ("Cầm Thị Hoa", True, date(2024, 2, 1))

    client.post(
        reverse("units:tenure_change", args=[tenure.pk]), {"title": "Giám đốc", "to_date": "2024-12-31"}
    )

    tenure.refresh_from_db()
    assert (tenure.title, tenure.acting, tenure.to_date) == ("Giám đốc", False, date(2024, 12, 31))


def test_an_overlap_is_answered_on_the_form(client, manager):
    unit = build.unit("D1")
    build.tenure(unit, "Cầm Thị Hoa", date(2024, 1, 1))

    response = client.post(
        reverse("units:tenure_add", args=[unit.pk]), {"full_name": "Lò Văn Bình", "from_date": "01/02/2024"}
    )

    assert "Trùng thời gian với Cầm Thị Hoa (từ 01/01/2024)" in response.content.decode()
    assert Tenure.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.CLERK, 403), (Role.LEADER, 403), (None, 404)])
def test_only_those_who_keep_units_open_the_form(client, role, status):
    unit = build.unit("D1")
    tenure = build.tenure(unit, "Cầm Thị Hoa")
    own = unit if role == Role.CLERK else None
    client.force_login(build.user_with_role(role, own) if role else build.user())

    for url in (
        reverse("units:tenure_add", args=[unit.pk]),
        reverse("units:tenure_change", args=[tenure.pk]),
    ):
        assert client.get(url).status_code == status
        assert client.post(url, {"full_name": "X", "from_date": "01/01/2020"}).status_code == status
    assert Tenure.objects.count() == 1
