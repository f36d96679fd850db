"""import_framework, lint_framework, export_framework, and the populations of a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from criteria.actions import ensure_populations
from criteria.drafted import path_of
from criteria.files import framework_digest
from criteria.models import Cycle, Framework, Node, Population
from criteria.queries import framework_rows
from parindex.models import AuditEvent
from tests import build

pytestmark = pytest.mark.django_db


def written(tmp_path: Path, rows=None, name: str = "khung.csv") -> str:
    path = tmp_path / name
    path.write_bytes(build.as_csv(rows if rows is not None else build.small_rows()))
    return str(path)


def run(file: str, capsys=None, **options) -> None:
    call_command("import_framework", file, **{"year": 2024, "level": "department", **options})


def refused(file: str, **options) -> str:
    with pytest.raises(CommandError) as caught:
        run(file, **options)
    return str(caught.value)


def test_it_makes_cycle_population_and_tree(tmp_path):
    person = build.user("nguyen.van.a")
    run(written(tmp_path), by="nguyen.van.a")
    framework = Framework.objects.get(cycle__year=2024, level="department")
    population = Population.objects.get()
    assert (population.framework, population.reference_date) == (framework, date(2024, 12, 31))
    assert list(framework.nodes.filter(is_leaf=True).values_list("code", flat=True)) == [
        "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.2.1", "1.2.2", "2.1.1", "2.1.2", "2.1.3", "2.2",
    ]  # fmt: skip
    assert framework.nodes.get(code="1.1.1").parent.code == "1.1"
    assert framework.digest == framework_digest(framework)
    event = AuditEvent.objects.get(action="framework.imported")
    assert (event.actor_id, event.subject_id) == (person.pk, str(framework.pk))


def test_the_order_of_codes_is_natural(tmp_path):
    rows = build.small_rows()
    rows[-1], rows[0] = rows[0], rows[-1]
    run(written(tmp_path, rows))
    assert [row["code"] for row in framework_rows(Framework.objects.get())][:3] == ["1", "1.1", "1.1.1"]


def test_again_changes_nothing_and_a_change_changes_one_row(tmp_path, capsys):
    run(written(tmp_path))
    ids = set(Node.objects.values_list("pk", flat=True))
    run(written(tmp_path))
    run(written(tmp_path, build.small_rows({"2.2": {"name": "Văn hóa công vụ"}})))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("0 mới, 0 sửa, 15 không đổi.")
    assert lines[2].endswith("0 mới, 1 sửa, 14 không đổi.")
    assert set(Node.objects.values_list("pk", flat=True)) == ids
    assert Node.objects.get(code="2.2").name == "Văn hóa công vụ"


def test_rows_that_left_the_file_are_deleted(tmp_path):
    run(written(tmp_path))
    rows = [row for row in build.small_rows({"2.1.1": {"max_points": "10"}}) if row["code"] != "2.1.2"]
    for row in rows:
        row["max_points"] = {"2.1": "15", "2.2": "15"}.get(row["code"], row["max_points"])
        if row["code"] == "2.2":
            row["rule_params"] = row["rule_params"].replace('"points":10', '"points":15')
    run(written(tmp_path, rows))
    assert not Node.objects.filter(code="2.1.2").exists()


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    run(written(tmp_path), dry_run=True)
    assert capsys.readouterr().out.startswith("Chạy thử, chưa ghi gì. 15 dòng")
    assert (Cycle.objects.count(), Framework.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"1.1.1": {"max_points": "9"}}, "cột «max_points»"),
        ({"1.1.1": {"parent_code": "7"}}, "Dòng 4, cột «parent_code»"),
        ({"1.1": {"parent_code": "1.1"}}, "Dòng 3, cột «parent_code»"),
        ({"2.2": {"source": "survey"}}, "Dòng 16, cột «source»"),
        ({"1.1.1": {"evidence": ""}}, "Dòng 4, cột «evidence»"),
        ({"1.1.1": {"rule_params": "{"}}, "Dòng 4, cột «rule_params»"),
        ({"2.1.2": {"max_points": "5.005"}}, "Dòng 14, cột «max_points»"),
        ({"2.1.2": {"level": "leaf"}}, "Dòng 14, cột «level»"),
    ],
)
def test_errors_of_the_linter_are_refused_with_their_place(tmp_path, changes, place):
    assert place in refused(written(tmp_path, build.small_rows(changes)))
    assert Framework.objects.count() == 0


def test_a_repeated_code_is_refused(tmp_path):
    rows = build.small_rows()
    assert "Dòng 17" in refused(written(tmp_path, [*rows, rows[-1]]))


def test_a_draft_may_be_unfinished_and_is_marked(tmp_path, capsys):
    unfinished = written(tmp_path, build.small_rows({"1.1.1": {"max_points": "9"}}))
    run(unfinished, draft=True)
    assert Framework.objects.get().is_draft
    assert "max_points" in capsys.readouterr().err
    run(written(tmp_path))
    assert not Framework.objects.get().is_draft


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"1.1.1": {"parent_code": "7"}}, "parent_code"),
        ({"1.1.1": {"rule_params": "{"}}, "rule_params"),
        ({"1.1.1": {"max_points": "x"}}, "max_points"),
        ({"1.1.1": {"level": "x"}}, "level"),
        ({"1.1.1": {"code": "1.1.2"}}, "code"),
    ],
)
def test_a_draft_must_still_be_a_tree(tmp_path, changes, column):
    assert f"cột «{column}»" in refused(written(tmp_path, build.small_rows(changes)), draft=True)


def test_a_framework_in_use_is_not_replaced(tmp_path):
    run(written(tmp_path))
    Framework.objects.update(frozen_at=build.NOW)
    run(written(tmp_path))  # the very same is no change
    assert "20/11/2024" in refused(written(tmp_path, build.small_rows({"2.2": {"name": "Khác"}})))
    assert Node.objects.get(code="2.2").name == "Văn hóa công sở"


def test_a_grant_keeps_its_node(tmp_path):
    run(written(tmp_path))
    build.exemption(build.unit("D01"), Node.objects.get(code="2.2"))
    rows = [row for row in build.small_rows() if not row["code"].startswith("2")]
    assert "2.2" in refused(written(tmp_path, rows), draft=True)


@pytest.mark.parametrize(("level", "leaves"), [("department", 102), ("district", 121), ("commune", 74)])
def test_the_drafted_trees_say_that_they_are_drafted_and_survive_a_workbook(tmp_path, capsys, level, leaves):
    run(str(path_of(level)), level=level)
    framework = Framework.objects.get()
    assert framework.nodes.filter(is_leaf=True).count() == leaves
    assert "không phải phụ lục pháp lý" in framework.drafted_note
    assert "884/QĐ-UBND" in framework.legal_basis
    rows = framework_rows(framework)
    Framework.objects.update(name="Bộ tiêu chí thử", legal_basis="Căn cứ\nhai dòng", drafted_note="Ghi chú riêng")
    for name in ("khung.xlsx", "khung.csv"):
        call_command("export_framework", year=2024, level=level, output=str(tmp_path / name))
    run(str(tmp_path / "khung.xlsx"), level=level, year=2025)
    again = Framework.objects.get(cycle__year=2025)
    assert framework_rows(again) == rows
    assert (again.name, again.legal_basis, again.drafted_note) == ("Bộ tiêu chí thử", "Căn cứ\nhai dòng", "Ghi chú riêng")
    assert again.digest == framework.digest
    run(str(tmp_path / "khung.csv"), level=level, year=2026)
    assert framework_rows(Framework.objects.get(cycle__year=2026)) == rows


def test_another_tree_carries_no_note(tmp_path):
    run(written(tmp_path))
    assert (Framework.objects.get().drafted_note, Framework.objects.get().legal_basis) == ("", "")
    run(written(tmp_path), legal_basis="QĐ 1/QĐ-UBND")
    assert Framework.objects.get().legal_basis == "QĐ 1/QĐ-UBND"


def test_lint_framework_counts_and_refuses(tmp_path, capsys):
    call_command("lint_framework", str(path_of("district")))
    assert "73 điểm tự đánh giá + 27 điểm điều tra = 100" in capsys.readouterr().out
    with pytest.raises(CommandError, match="max_points"):
        call_command("lint_framework", written(tmp_path, build.small_rows({"1.1.1": {"max_points": "9"}})))


def test_previous_codes_and_links_are_kept(tmp_path):
    rows = [{**row, "previous_code": "9.9" if row["code"] == "2.2" else "", "link": ""} for row in build.small_rows()]
    rows[-1]["link"] = "changed"
    run(written(tmp_path, rows))
    node = Node.objects.get(code="2.2")
    assert (node.previous_code, node.link, node.max_points) == ("9.9", "changed", Decimal(10))


# --- Populations ---------------------------------------------------------------------------------


def parents(year: int) -> set:
    _cycle, populations = ensure_populations(year=year, level="commune", by=None)
    return {population.parent for population in populations}


def test_communes_are_ranked_by_district_while_districts_exist():
    north = build.unit("H1", level="district", valid_to=date(2025, 6, 30))
    south = build.unit("H2", level="district", valid_to=date(2025, 6, 30))
    build.unit("H3", level="district")  # without communes
    build.unit("X1", level="commune", parent=north, valid_to=date(2025, 6, 30))
    build.unit("X2", level="commune", parent=south, valid_to=date(2025, 6, 30))
    build.unit("X3", level="commune", valid_from=date(2025, 7, 1))
    assert parents(2024) == {north, south}
    assert parents(2025) == {None}
    assert Population.objects.count() == 3
    assert parents(2024) == {north, south}
    assert AuditEvent.objects.filter(action="population.created").count() == 3


def test_a_population_made_before_the_units_gives_way():
    assert parents(2024) == {None}
    north = build.unit("H1", level="district")
    build.unit("X1", level="commune", parent=north)
    assert parents(2024) == {north}
    assert Population.objects.count() == 1


def test_an_open_population_stays():
    opened = build.open_population("commune")
    north = build.unit("H1", level="district")
    build.unit("X1", level="commune", parent=north)
    assert parents(2024) == {None, north}
    assert Population.objects.filter(pk=opened.pk).exists()
