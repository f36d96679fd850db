"""What a file of units does: insert, update, link, and refuse with the place of every fault."""

from __future__ import annotations

from datetime import date

import pytest

from parindex.decisions import Refused
from parindex.models import AuditEvent
from tests import build
from tests.units.tables import unit_table
from units import actions
from units.authorization import Role
from units.intake import UnitRow
from units.models import Level, Succession, Unit

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 1)
JUNE = date(2025, 6, 30)


def row(number: int, code: str, level: str = Level.COMMUNE, **fields) -> UnitRow:
    given = {
        "name": f"Xã {code}",
        "short_name": "",
        "parent_code": "",
        "valid_from": build.LONG_AGO,
        "valid_to": None,
        **fields,
    }
    return UnitRow(row=number, code=code, level=level, **given)


#: A district with two communes that became one commune under the first one's code.
MERGER = [
    row(2, "H1", Level.DISTRICT, name="Huyện Một", valid_to=JUNE),
    row(3, "001", parent_code="H1", valid_to=JUNE),
    row(4, "002", parent_code="H1", valid_to=JUNE),
    row(
        5,
        "001",
        name="Xã Mới",
        valid_from=JULY,
        predecessor_codes=("001", "002"),
        remark="Tên chưa xác nhận.",
    ),
]


def import_units(*, rows: list[UnitRow], **options) -> tuple[int, int, int]:
    """New, changed and unchanged units."""
    report = actions.import_units(table=unit_table(rows), **options)
    return report.new, report.changed, report.same


def details(rows: list[UnitRow]) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        import_units(rows=rows)
    assert refused.value.code == "file"
    return refused.value.details


def test_a_file_makes_units_with_parents_and_lineage():
    assert import_units(rows=MERGER) == (4, 0, 0)

    new = Unit.objects.get(code="001", valid_from=JULY)
    assert (new.name, new.parent, new.remark) == ("Xã Mới", None, "Tên chưa xác nhận.")
    assert (new.search_key, bool(new.sort_key)) == ("xa moi 001", True)
    assert Unit.objects.get(code="002").parent == Unit.objects.get(code="H1")
    assert sorted(new.origins.values_list("predecessor__code", flat=True)) == ["001", "002"]
    assert AuditEvent.objects.filter(action="unit.created").count() == 4


def test_the_order_of_rows_does_not_matter():
    import_units(rows=list(reversed(MERGER)))

    assert Unit.objects.get(code="002").parent == Unit.objects.get(code="H1")
    assert Succession.objects.count() == 2


def test_the_same_file_again_changes_nothing():
    import_units(rows=MERGER)

    assert import_units(rows=MERGER) == (0, 0, 4)
    assert (Unit.objects.count(), Succession.objects.count(), AuditEvent.objects.count()) == (4, 2, 4)


def test_a_second_file_updates_by_code_and_first_day():
    import_units(rows=MERGER)
    renamed = row(2, "001", name="Xã Đổi tên", valid_from=JULY, predecessor_codes=("001",))

    assert import_units(rows=[renamed]) == (0, 1, 0)

    unit = Unit.objects.get(code="001", valid_from=JULY)
    assert (unit.name, unit.search_key) == ("Xã Đổi tên", "xa doi ten 001")
    assert unit.remark == "Tên chưa xác nhận.", "a file without the column leaves the remark"
    assert [arrow.predecessor.code for arrow in unit.origins.all()] == ["001"]
    event = AuditEvent.objects.get(action="unit.changed")
    assert (event.unit_id, '"Xã Mới"' in event.data, '"Xã Đổi tên"' in event.data) == (unit.pk, True, True)


def test_names_are_stored_in_one_normal_form():
    import_units(rows=[row(2, "001", name="Xa\u0303 Mươ\u0300ng E\u0301")])

    assert Unit.objects.get().name == "Xã Mường É"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            [row(2, "001"), row(3, "001")],
            "Dòng 3, cột «code»: Cùng mã và ngày bắt đầu với dòng 2. Bỏ một dòng.",
        ),
        (
            [row(2, "001"), row(3, "001", valid_from=JULY)],
            "Dòng 3, cột «valid_from»: Mã 001 đã là của Xã 001 từ 01/01/2010. "
            "Sửa ngày để mỗi ngày một mã chỉ một đơn vị.",
        ),
        (
            [row(2, "001", parent_code="H9")],
            "Dòng 2, cột «parent_code»: Không có huyện, thành phố nào mang mã H9 ngày 01/01/2010.",
        ),
        (
            [row(2, "002"), row(3, "001", parent_code="002")],
            "Dòng 3, cột «parent_code»: Không có huyện, thành phố nào mang mã 002 ngày 01/01/2010.",
        ),
        (
            [row(2, "S1", Level.DEPARTMENT, parent_code="14")],
            "Dòng 2, cột «parent_code»: Chỉ xã, phường, thị trấn mới trực thuộc một huyện. Để trống ô này.",
        ),
        (
            [row(2, "001", valid_to=JUNE), row(3, "002", valid_from=JULY, predecessor_codes=("001", "009"))],
            "Dòng 3, cột «predecessor_codes»: Không có đơn vị nào mang mã 009 ngày 30/06/2025, "
            "ngày trước khi đơn vị này bắt đầu.",
        ),
        (
            [row(2, "001", valid_to=JUNE), row(3, "002", valid_from=JULY, predecessor_codes=("001", "001"))],
            "Dòng 3, cột «predecessor_codes»: Mã 001 ghi hai lần.",
        ),
        (
            [
                row(2, "001", valid_to=date(2025, 1, 31)),
                row(3, "002", valid_from=JULY, predecessor_codes=("001",)),
            ],
            "Dòng 3, cột «predecessor_codes»: Không có đơn vị nào mang mã 001 ngày 30/06/2025, "
            "ngày trước khi đơn vị này bắt đầu.",
        ),
    ],
)
def test_a_faulty_file_is_refused_with_the_place_and_writes_nothing(wrong, said):
    assert details(wrong) == (said,)
    assert not Unit.objects.exists()
    assert not AuditEvent.objects.exists()


def test_every_fault_is_named_in_the_order_of_the_rows():
    said = details([row(2, "001", parent_code="H8"), row(3, "001", parent_code="H9")])

    assert [sentence.partition(":")[0] for sentence in said] == [
        "Dòng 2, cột «parent_code»",
        "Dòng 3, cột «code»",
        "Dòng 3, cột «parent_code»",
    ]


def test_the_level_of_a_stored_unit_stays():
    build.unit("001", level=Level.COMMUNE)

    assert details([row(2, "001", Level.DEPARTMENT)]) == (
        "Dòng 2, cột «level»: Đơn vị này đã có với cấp commune; cấp không đổi được. "
        "Dùng mã hoặc ngày bắt đầu khác.",
    )


def test_a_stored_arrow_is_not_torn_by_an_earlier_end():
    import_units(rows=MERGER)

    assert details([row(2, "002", valid_to=date(2025, 1, 31))]) == (
        "Dòng 2, cột «valid_to»: Xã Mới kế tục đơn vị này từ 01/07/2025, nên ngày cuối không thể trước đó.",
    )


def test_only_those_who_keep_the_units_import_them():
    with pytest.raises(Refused) as refused:
        import_units(rows=MERGER, by=build.clerk(build.unit()), origin="web")
    assert (refused.value.code, Unit.objects.filter(code="H1").exists()) == ("role", False)

    import_units(rows=MERGER, by=build.user_with_role(Role.ADMINISTRATOR, username="quantri"), origin="web")
    assert set(AuditEvent.objects.values_list("actor", flat=True)) == {"quantri"}


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_rows(django_assert_num_queries, count):
    rows = [row(2, "H1", Level.DISTRICT)] + [row(3 + n, f"{n:05}", parent_code="H1") for n in range(count)]

    with django_assert_num_queries(7):
        import_units(rows=rows)
