"""Links across years: stored at import, printed, warned of, corrected until the framework is in use."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from criteria.actions import correct_link
from criteria.linter import lint
from criteria.models import Framework
from criteria.queries import framework_rows
from criteria.queries.links import comparison_of
from parindex.decisions import Refused
from parindex.models import AuditEvent
from tests import build

pytestmark = pytest.mark.django_db

#: The year after: 1.1.1 is worded longer, 2.1.1 stands at 2.1.2 and the other way round, 2.2 is another matter.
NEXT = {
    "1.1.1": {"name": "Ban hành kế hoạch đúng hạn"},
    "2.1.1": {"name": "Sáng kiến"},
    "2.1.2": {"name": "Báo cáo định kỳ"},
    "2.2": {"name": "Dịch vụ công trực tuyến"},
}


def brought(tmp_path: Path, year: int, rows, **options) -> None:
    path = tmp_path / f"{year}.csv"
    path.write_bytes(build.as_csv(rows))
    call_command("import_framework", str(path), year=year, level="department", **options)


def links(year: int) -> dict[str, tuple[str, str]]:
    rows = Framework.objects.get(cycle__year=year).nodes.values_list("code", "link", "previous_code")
    return {code: (link, previous) for code, link, previous in rows}


@pytest.fixture
def both(tmp_path):
    brought(tmp_path, 2023, build.small_rows())
    brought(tmp_path, 2024, build.small_rows(NEXT))
    return Framework.objects.get(cycle__year=2024)


def test_the_first_year_has_no_links(tmp_path, capsys):
    brought(tmp_path, 2023, build.small_rows())
    assert set(links(2023).values()) == {("", "")}
    assert "So với năm" not in capsys.readouterr().out


def test_links_are_proposed_and_kept_as_data(tmp_path, capsys):
    brought(tmp_path, 2023, build.small_rows())
    brought(tmp_path, 2024, build.small_rows(NEXT))
    found = links(2024)
    assert found["1.1.1"] == ("changed", "1.1.1")
    assert found["1.1.2"] == ("continued", "")
    assert (found["2.1.1"], found["2.1.2"]) == (("changed", "2.1.2"), ("changed", "2.1.1"))
    assert found["2.2"] == ("new", "")
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .endswith("So với năm 2023: 11 tiếp tục, 3 thay đổi, 1 mới, 1 bỏ.")
    )


def test_a_dry_run_says_it_too_and_writes_nothing(tmp_path, capsys):
    brought(tmp_path, 2023, build.small_rows())
    brought(tmp_path, 2024, build.small_rows(NEXT), dry_run=True)
    out = capsys.readouterr().out.splitlines()[-1]
    assert out.startswith("Chạy thử, chưa ghi gì.")
    assert "3 thay đổi, 1 mới, 1 bỏ" in out
    assert not Framework.objects.filter(cycle__year=2024).exists()


def test_what_the_file_says_counts(tmp_path):
    brought(tmp_path, 2023, build.small_rows())
    rows = build.small_rows(NEXT)
    said = {"2.2": {"previous_code": "2.2", "link": ""}, "1.1.2": {"previous_code": "", "link": "new"}}
    brought(
        tmp_path,
        2024,
        [{**row, "previous_code": "", "link": "", **said.get(row["code"], {})} for row in rows],
    )
    assert links(2024)["2.2"] == ("changed", "2.2")
    assert links(2024)["1.1.2"] == ("new", "")


def test_the_same_file_again_changes_nothing_even_in_use(tmp_path, both, capsys):
    digest = both.digest
    brought(tmp_path, 2024, build.small_rows(NEXT))
    Framework.objects.filter(pk=both.pk).update(frozen_at=build.NOW)
    brought(tmp_path, 2024, build.small_rows(NEXT))
    assert "0 mới, 0 sửa, 15 không đổi" in capsys.readouterr().out.splitlines()[-1]
    both.refresh_from_db()
    assert both.digest == digest


def test_a_correction_survives_the_next_import_of_a_file_without_links(tmp_path, both):
    correct_link(
        framework_id=both.pk, code="2.2", kind="changed", previous_code="2.2", by=build.index_manager()
    )
    brought(tmp_path, 2024, build.small_rows(NEXT | {"1.1.3": {"name": "Kiến nghị của người dân đã xử lý"}}))
    assert links(2024)["2.2"] == ("changed", "2.2")
    assert links(2024)["1.1.3"] == ("changed", "1.1.3")


def test_warnings_about_codes_of_last_year():
    said = {"1.1.1": ("9.9", ""), "1.1.2": ("2.2", "changed"), "1.1.3": ("2.2", ""), "2.2": ("2.2", "new")}
    rows = [
        {
            **row,
            "previous_code": said.get(row["code"], ("", ""))[0],
            "link": said.get(row["code"], ("", ""))[1],
        }
        for row in build.small_rows()
    ]
    found = [
        (p.code, p.severity, p.sentence)
        for p in lint(rows, previous=["1", "2.2"])
        if p.column == "previous_code"
    ]
    assert found == [
        ("1.1.1", "warning", "Năm trước không có mã 9.9."),
        ("1.1.3", "warning", "Mã năm trước 2.2 đã dùng ở dòng 5."),
        ("2.2", "warning", "Ghi new thì không có mã năm trước; mã này không được dùng."),
    ]
    assert [p.code for p in lint(rows) if p.column == "previous_code"] == ["1.1.3", "2.2"]


def test_an_import_prints_the_warnings(tmp_path, capsys):
    brought(tmp_path, 2023, build.small_rows())
    rows = [
        {**row, "previous_code": "9.9" if row["code"] == "2.2" else "", "link": ""}
        for row in build.small_rows()
    ]
    brought(tmp_path, 2024, rows)
    assert "Năm trước không có mã 9.9" in capsys.readouterr().err


def test_a_tree_that_goes_on_says_nothing_in_its_file(tmp_path):
    """So that the file of one year is the file of the next, with the same digest."""
    brought(tmp_path, 2023, build.small_rows())
    brought(tmp_path, 2024, build.small_rows())
    first, second = Framework.objects.order_by("cycle__year")
    assert set(second.nodes.values_list("link", "previous_code")) == {("continued", "")}
    assert (framework_rows(second), second.digest) == (framework_rows(first), first.digest)


def test_a_row_said_to_go_on_under_another_name_survives_its_own_file(tmp_path, both):
    correct_link(framework_id=both.pk, code="1.1.1", kind="continued", previous_code="1.1.1", by=build.index_manager())
    out = tmp_path / "ra.csv"
    call_command("export_framework", year=2024, level="department", output=str(out))
    Framework.objects.get(pk=both.pk).nodes.update(link="", previous_code="")
    call_command("import_framework", str(out), year=2024, level="department")
    assert links(2024)["1.1.1"] == ("continued", "1.1.1")
    assert links(2024)["2.2"] == ("new", "")


# --- Correcting ----------------------------------------------------------------------------------


def test_a_correction_is_stored_with_digest_and_audit_row(both):
    manager = build.index_manager()
    correct_link(framework_id=both.pk, code="2.2", kind="changed", previous_code="2.2", by=manager)
    assert links(2024)["2.2"] == ("changed", "2.2")
    old = both.digest
    both.refresh_from_db()
    assert both.digest != old
    event = AuditEvent.objects.get(action="framework.link_corrected")
    assert event.actor_id == manager.pk
    assert '"to":["changed","2.2"]' in event.data
    correct_link(framework_id=both.pk, code="2.2", kind="changed", previous_code="2.2", by=manager)
    assert AuditEvent.objects.filter(action="framework.link_corrected").count() == 1


@pytest.mark.parametrize(
    ("kind", "previous_code", "code"),
    [("continued", "9.9", "previous_code"), ("continued", "2.1.1", "previous_code"), ("changed", "2", "previous_code"),
     ("", "2.2", "kind"), ("changed", "", "previous_code")],
)  # fmt: skip
def test_a_wrong_correction_is_refused(both, kind, previous_code, code):
    with pytest.raises(Refused) as refused:
        correct_link(
            framework_id=both.pk, code="2.2", kind=kind, previous_code=previous_code, by=build.index_manager()
        )
    assert refused.value.code == code
    assert links(2024)["2.2"] == ("new", "")


def test_one_row_of_last_year_is_continued_once(both):
    with pytest.raises(Refused, match=r"đã gắn với 2\.1\.2"):
        correct_link(
            framework_id=both.pk,
            code="2.1.3",
            kind="changed",
            previous_code="2.1.1",
            by=build.index_manager(),
        )


def test_a_framework_in_use_keeps_its_links(both):
    Framework.objects.filter(pk=both.pk).update(frozen_at=build.NOW)
    with pytest.raises(Refused, match="đã đưa vào sử dụng từ 20/11/2024"):
        correct_link(framework_id=both.pk, code="2.2", kind="new", by=build.index_manager())


def test_only_the_index_manager_corrects(both):
    with pytest.raises(Refused) as refused:
        correct_link(framework_id=both.pk, code="2.2", kind="new", by=build.clerk(build.unit()))
    assert refused.value.decision.hidden


def test_both_trees_side_by_side(both, django_assert_num_queries):
    framework = Framework.objects.select_related("cycle").get(pk=both.pk)
    with django_assert_num_queries(3):
        found = comparison_of(framework)
    assert [pair.node.code for pair in found.changed] == ["1.1.1", "2.1.1", "2.1.2"]
    assert [pair.node.code for pair in found.new] == ["2.2"]
    assert [node.code for node in found.removed] == ["2.2"]
    assert not found.unstored


# --- Pages ---------------------------------------------------------------------------------------

ADDRESS = "/lam-viec/bo-tieu-chi/2024/department/so-voi-nam-truoc/"


def test_the_page_shows_four_lists(client, both):
    client.force_login(build.clerk(build.unit()))

    page = client.get(ADDRESS).content.decode()

    assert "3 thay đổi, 1 mới, 1 bỏ" in page
    assert "Năm 2023: 1.1.1 Ban hành kế hoạch</span>" in page
    assert "Văn hóa công sở" in page  # gone
    assert ">Sửa<" not in page
    assert ADDRESS in client.get("/lam-viec/bo-tieu-chi/2024/department/").content.decode()


@pytest.mark.parametrize("rows", [2, 12])
def test_the_page_costs_the_same_whatever_the_tree(client, django_assert_num_queries, tmp_path, rows):
    tree = build.small_rows()
    for year in (2023, 2024):
        build.framework(year=year, rows=tree[:rows])
    client.force_login(build.index_manager())

    with django_assert_num_queries(PAGE_QUERIES):
        response = client.get(ADDRESS)

    assert len(response.context["comparison"].pairs) == rows


PAGE_QUERIES = 9


def test_without_a_year_before_the_page_says_so(client, tmp_path):
    brought(tmp_path, 2024, build.small_rows())
    client.force_login(build.index_manager())
    assert "Chưa có bộ tiêu chí năm 2023 để so" in client.get(ADDRESS).content.decode()


def test_the_manager_corrects_a_link_on_the_page(client, both):
    client.force_login(build.index_manager())
    assert f'href="{ADDRESS}2.2/"' in client.get(ADDRESS).content.decode()
    assert "Không có" in client.get(f"{ADDRESS}2.2/").content.decode()

    response = client.post(f"{ADDRESS}2.2/", {"kind": "changed", "previous_code": "2.2"})

    assert response["Location"] == f"{ADDRESS}#r-2.2"
    assert links(2024)["2.2"] == ("changed", "2.2")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"kind": "changed", "previous_code": "2.1.2"}, "Chọn mã của năm trước, cùng cấp với mục này."),
        ({"kind": "changed", "previous_code": ""}, "Chọn tiêu chí của năm trước"),
        ({}, "bắt buộc"),
    ],
)
def test_the_form_says_what_is_wrong(client, both, data, sentence):
    client.force_login(build.index_manager())
    response = client.post(f"{ADDRESS}1.1/", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert links(2024)["1.1"] == ("continued", "")


def test_a_framework_in_use_says_why_its_links_stay(client, both):
    Framework.objects.filter(pk=both.pk).update(frozen_at=build.NOW)
    client.force_login(build.index_manager())
    page = client.get(ADDRESS).content.decode()
    assert "đã đưa vào sử dụng từ 20/11/2024" in page
    assert ">Sửa<" not in page
    response = client.post(f"{ADDRESS}2.2/", {"kind": "changed", "previous_code": "2.2"}, follow=True)
    assert "liên kết với năm trước giữ nguyên" in response.content.decode()
    assert links(2024)["2.2"] == ("new", "")


def test_others_find_no_form(client, both):
    client.force_login(build.clerk(build.unit()))
    assert client.get(f"{ADDRESS}2.2/").status_code == 404
