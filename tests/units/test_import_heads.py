"""What a file of heads does: who is the same person, and tenures that never overlap."""

from __future__ import annotations

from datetime import date

import pytest

from parindex.decisions import Refused
from parindex.models import AuditEvent
from tests import build
from tests.units.tables import head_table
from units import actions
from units.actions import add_tenure, change_tenure
from units.authorization import Role
from units.intake import HeadRow
from units.models import Head, Tenure, Unit

pytestmark = pytest.mark.django_db

AN, BINH = "Nguyễn Văn An", "Lò Thị Bình"


def row(number: int, code: str, name: str, start: int, end: int | None = None, **fields) -> HeadRow:
    """A tenure from 1 January of a year to the end of another."""
    return HeadRow(
        row=number,
        unit_code=code,
        full_name=name,
        title=fields.get("title", "Giám đốc"),
        acting=fields.get("acting", False),
        from_date=fields.get("from_date", date(start, 1, 1)),
        to_date=date(end, 12, 31) if end else None,
        person_code=fields.get("person_code", ""),
    )


def import_heads(*, rows: list[HeadRow]) -> tuple[int, int, int, int]:
    """New, changed and unchanged tenures, and new persons."""
    report = actions.import_heads(table=head_table(rows))
    return report.new, report.changed, report.same, report.facts["new_persons"]


def details(rows: list[HeadRow]) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        import_heads(rows=rows)
    return refused.value.details


def persons_of(unit: Unit) -> list[tuple[str, int, bool]]:
    return [(each.head.full_name, each.head_id, each.acting) for each in unit.tenures.select_related("head")]


def test_an_acting_head_later_appointed_is_one_person():
    unit = build.unit("S1")

    done = import_heads(
        rows=[row(2, "S1", AN, 2020, 2020, acting=True), row(3, "S1", "Nguyễn  văn an ", 2021)]
    )

    assert done == (2, 0, 0, 1)
    (first, second) = persons_of(unit)
    assert first[1] == second[1]
    assert (first[2], second[2]) == (True, False)
    assert AuditEvent.objects.filter(action="tenure.created", unit_id=unit.pk).count() == 2


def test_the_same_name_in_another_unit_is_somebody_else():
    build.unit("S1")
    build.unit("S2")

    import_heads(rows=[row(2, "S1", AN, 2020, 2021), row(3, "S2", AN, 2022)])

    assert Head.objects.filter(full_name=AN).count() == 2


def test_the_same_name_after_a_renaming_is_the_same_person():
    old = build.unit("S1", valid_to=date(2021, 12, 31))
    new = build.unit("S9", valid_from=date(2022, 1, 1))
    build.succession(old, new)

    import_heads(rows=[row(2, "S1", AN, 2020, 2021), row(3, "S9", AN, 2022)])

    assert Head.objects.count() == 1


def test_the_same_name_after_a_merger_is_somebody_else():
    old, other = (build.unit(code, valid_to=date(2021, 12, 31)) for code in ("S1", "S2"))
    new = build.unit("S9", valid_from=date(2022, 1, 1))
    build.succession(old, new)
    build.succession(other, new)

    import_heads(rows=[row(2, "S1", AN, 2020, 2021), row(3, "S9", AN, 2022)])

    assert Head.objects.count() == 2


def test_a_person_code_joins_a_person_across_units_and_names_without_a_code_find_it():
    build.unit("S1")
    build.unit("S2")

    import_heads(
        rows=[
            row(2, "S2", AN, 2022),
            row(3, "S1", AN, 2020, 2020, person_code="P1"),
            row(4, "S2", BINH, 2021, 2021, person_code="P2"),
            row(5, "S1", BINH, 2021, 2022, person_code="P2"),
            row(6, "S1", AN, 2023),
        ]
    )

    assert list(Head.objects.order_by("person_code").values_list("full_name", "person_code")) in (
        [(AN, "P1"), (BINH, "P2"), (AN, None)],
        [(AN, None), (AN, "P1"), (BINH, "P2")],
    )
    assert set(
        Tenure.objects.filter(head__person_code="P1").values_list("unit__code", "from_date__year")
    ) == {
        ("S1", 2020),
        ("S1", 2023),
    }


def test_a_code_given_later_is_put_on_the_person_already_stored():
    build.unit("S1")
    import_heads(rows=[row(2, "S1", AN, 2020)])

    done = import_heads(rows=[row(2, "S1", AN, 2020, person_code="P1")])

    assert done == (0, 0, 1, 0)
    assert Head.objects.get().person_code == "P1"


def test_a_second_file_updates_title_acting_and_end():
    build.unit("S1")
    import_heads(rows=[row(2, "S1", AN, 2020)])

    done = import_heads(
        rows=[row(2, "S1", AN, 2020, 2022, title="Quyền Giám đốc", acting=True), row(3, "S1", BINH, 2023)]
    )

    assert done == (1, 1, 0, 1)
    tenure = Tenure.objects.get(head__full_name=AN)
    assert (tenure.title, tenure.acting, tenure.to_date) == ("Quyền Giám đốc", True, date(2022, 12, 31))


def test_the_code_means_the_unit_valid_on_the_first_day():
    old = build.unit("001", valid_to=date(2025, 6, 30))
    new = build.unit("001", valid_from=date(2025, 7, 1))

    import_heads(rows=[row(2, "001", AN, 2024, 2024), row(3, "001", BINH, 2026)])

    assert (old.tenures.get().head.full_name, new.tenures.get().head.full_name) == (AN, BINH)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row(2, "S9", AN, 2020)],
            "Dòng 2, cột «unit_code»: Không có đơn vị nào mang mã S9 ngày 01/01/2020, ngày đầu của nhiệm kỳ.",
        ),
        (
            [row(2, "S1", AN, 2020), row(3, "S1", BINH, 2021)],
            "Dòng 3, cột «from_date»: Trùng thời gian với Nguyễn Văn An (từ 01/01/2020, dòng 2). "
            "Ghi ngày kết thúc của người trước.",
        ),
        (
            [row(2, "S1", BINH, 2021), row(3, "S1", AN, 2020, 2021)],
            "Dòng 3, cột «from_date»: Trùng thời gian với Lò Thị Bình (từ 01/01/2021, dòng 2). "
            "Ghi ngày kết thúc của người trước.",
        ),
        (
            [row(2, "S1", AN, 2020, 2020), row(3, "S1", AN, 2020, 2021)],
            "Dòng 3, cột «from_date»: Cùng đơn vị, người và ngày với dòng 2.",
        ),
        (
            [row(2, "S1", AN, 2020, 2020, person_code="P1"), row(3, "S1", BINH, 2021, person_code="P1")],
            "Dòng 3, cột «full_name»: Mã người P1 đang là của Nguyễn Văn An. Sửa mã hoặc họ tên.",
        ),
    ],
)
def test_a_faulty_file_is_refused_with_the_place_and_writes_nothing(rows, said):
    build.unit("S1")

    assert details(rows) == (said,)
    assert not Head.objects.exists()
    assert not Tenure.objects.exists()


def test_one_day_is_enough_to_overlap_and_the_day_after_is_not():
    unit = build.unit("S1")
    build.tenure(unit, AN, date(2020, 1, 1), date(2021, 1, 1))

    assert details([row(2, "S1", BINH, 2021)]) == (
        "Dòng 2, cột «from_date»: Trùng thời gian với Nguyễn Văn An (từ 01/01/2020 đến hết 01/01/2021). "
        "Ghi ngày kết thúc của người trước.",
    )
    import_heads(rows=[row(2, "S1", BINH, 2021, from_date=date(2021, 1, 2))])
    assert unit.tenures.count() == 2


def test_two_persons_of_one_name_need_a_code():
    unit = build.unit("S1")
    build.tenure(unit, AN, date(2018, 1, 1), date(2018, 12, 31))
    build.tenure(unit, AN, date(2019, 1, 1), date(2019, 12, 31))

    assert details([row(2, "S1", AN, 2020)]) == (
        "Dòng 2, cột «full_name»: Đơn vị này có 2 người cùng tên. Ghi mã người vào cột person_code.",
    )


def test_a_tenure_is_added_and_ended_on_the_page_by_the_same_rules():
    unit = build.unit("S1")
    manager = build.index_manager()
    first = add_tenure(unit_id=unit.pk, full_name=AN, from_date=date(2020, 1, 1), acting=True, by=manager)

    with pytest.raises(Refused) as refused:
        add_tenure(unit_id=unit.pk, full_name=BINH, from_date=date(2021, 1, 1), by=manager)
    assert refused.value.reason == (
        "Trùng thời gian với Nguyễn Văn An (từ 01/01/2020). Ghi ngày kết thúc của người trước."
    )

    change_tenure(tenure_id=first.pk, title="Phụ trách", acting=True, to_date=date(2020, 12, 31), by=manager)
    again = add_tenure(unit_id=unit.pk, full_name=AN, from_date=date(2021, 1, 1), by=manager)
    assert again.head_id == first.head_id
    assert AuditEvent.objects.filter(unit_id=unit.pk).count() == 3


def test_a_tenure_stays_inside_the_validity_of_its_unit_and_its_days_in_order():
    unit = build.unit("S1", valid_from=date(2020, 1, 1))
    manager = build.index_manager()

    with pytest.raises(Refused, match="31/12/2019"):
        add_tenure(unit_id=unit.pk, full_name=AN, from_date=date(2019, 12, 31), by=manager)
    with pytest.raises(Refused, match="đứng trước"):
        add_tenure(
            unit_id=unit.pk, full_name=AN, from_date=date(2020, 1, 2), to_date=date(2020, 1, 1), by=manager
        )


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD])
def test_a_unit_does_not_write_its_own_heads(role):
    unit = build.unit("S1")

    with pytest.raises(Refused) as refused:
        add_tenure(
            unit_id=unit.pk, full_name=AN, from_date=date(2020, 1, 1), by=build.user_with_role(role, unit)
        )
    assert (refused.value.code, Tenure.objects.exists()) == ("role", False)


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow_with_the_rows(django_assert_num_queries, count):
    for number in range(count):
        build.unit(f"S{number}")

    with django_assert_num_queries(11):
        import_heads(rows=[row(2 + n, f"S{n}", AN, 2020) for n in range(count)])
