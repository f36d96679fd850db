"""compute_index, publish_index, import_results, export_index and export_outcomes as the command line runs them."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from criteria.models import Cycle, Population
from parindex.models import AuditEvent, Installation
from reports.content.ranking import COLUMNS
from scoring.models import Publication, Run
from tests import build
from tests.sanctions.test_publishing import complete
from units.models import Level

pytestmark = pytest.mark.django_db

YEAR = 2023
HEADER = ["unit_code", "appraised_points", "survey_points", "points", "max_points"]


def run(name, *arguments, **options):
    """What the command says; its refusal otherwise."""
    out = io.StringIO()
    for option, value in options.items():
        flag = f"--{option.replace('_', '-')}"
        arguments = (*arguments, flag) if value is True else (*arguments, f"{flag}={value}")
    call_command(name, *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def rows_of(path):
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def file_of(tmp_path, rows, header=HEADER):
    target = tmp_path / "ketqua.csv"
    text = [",".join(header), *(",".join(row) for row in rows)]
    target.write_text("\n".join(text) + "\n", encoding="utf-8")
    return target


def enter(tmp_path, rows, year=YEAR, level="department", **options):
    return run("import_results", file_of(tmp_path, rows), year=year, level=level, **options)


def exported(tmp_path, kind, name="export_index", year=YEAR, level="department"):
    target = tmp_path / f"{name}.{kind}"
    run(name, year=year, level=level, format=kind, output=str(target))
    return target


def publish(year=YEAR, level="department", **options):
    return run(
        "publish_index", year=year, level=level, **{"decision": "QĐ 1", "decided_on": "2024-01-11", **options}
    )


# --- import_results ------------------------------------------------------------------------------


def test_a_year_known_by_totals_gets_its_cycle_and_a_settled_run(tmp_path):
    build.unit("D1", "Sở Một"), build.unit("D2", "Sở Hai"), build.unit("D3", "Sở Ba")
    person = build.user("ql")

    enter(tmp_path, [["D1", "60", "30.5", "90.5", "100"], ["D2", "", "", '"40,25"', "90"]], by="ql")

    population = Population.objects.get(cycle__year=YEAR)
    made = population.runs.get()
    rows = {r.unit_code: r for r in made.results.all()}
    assert (population.stage, population.framework, population.totals_only) == ("settled", None, True)
    assert (made.provisional, made.totals_only) == (False, True)
    assert set(rows) == {"D1", "D2"}
    assert (rows["D1"].index_percent, rows["D1"].rank, rows["D1"].survey_points) == (
        Decimal("90.50"),
        1,
        Decimal("30.5"),
    )
    assert (rows["D2"].index_percent, rows["D2"].max_points) == (Decimal("44.72"), Decimal(90))
    assert (rows["D2"].appraised_points, rows["D2"].survey_points) == (None, None)
    assert set(AuditEvent.objects.filter(action="results.imported").values_list("actor_id", flat=True)) == {
        person.pk
    }


def test_the_maximum_is_a_hundred_where_the_file_says_nothing(tmp_path):
    build.unit("D1")

    target = file_of(tmp_path, [["D1", "77.7"]], ["unit_code", "points"])
    run("import_results", target, year=YEAR, level="department")

    assert Run.objects.get().results.get().max_points == Decimal(100)


def test_the_same_file_again_changes_nothing_and_another_makes_a_new_run(tmp_path):
    build.unit("D1")
    enter(tmp_path, [["D1", "", "", "60", ""]])

    assert "1 không đổi" in enter(tmp_path, [["D1", "", "", "60.00", "100"]])
    assert Run.objects.count() == 1
    enter(tmp_path, [["D1", "", "", "61", ""]])
    assert Run.objects.count() == 2


def test_a_dry_run_writes_nothing(tmp_path):
    build.unit("D1")

    assert "Chạy thử" in enter(tmp_path, [["D1", "", "", "60", ""]], dry_run=True)
    assert not Cycle.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["D1", "", "", "60", ""], ["D9", "", "", "60", ""]], "Dòng 3, cột «unit_code»"),
        ([["D1", "", "", "60", ""], ["D1", "", "", "60", ""]], "Dòng 3, cột «unit_code»"),
        ([["D1", "", "", "100.01", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "81", "80"]], "Dòng 2, cột «points»"),
        ([["D1", "60", "30", "91", ""]], "Dòng 2, cột «points»"),
        ([["D1", "61", "", "60", ""]], "Dòng 2, cột «appraised_points»"),
        ([["D1", "", "61", "60", ""]], "Dòng 2, cột «survey_points»"),
        ([["D1", "", "", "60.125", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "-1", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "1e2", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "NaN", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "", ""]], "Dòng 2, cột «points»"),
        ([["D1", "", "", "0", "0"]], "Dòng 2, cột «max_points»"),
        ([["", "", "", "60", ""]], "Dòng 2, cột «unit_code»"),
        ([], "không có dòng dữ liệu nào"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_written(tmp_path, rows, place):
    build.unit("D1")

    with pytest.raises(CommandError) as refusal:
        enter(tmp_path, rows)

    assert place.casefold() in str(refusal.value).casefold()
    assert not Cycle.objects.exists()


def test_a_code_means_the_unit_valid_at_the_reference_date(tmp_path):
    from datetime import date

    build.unit("D1", "Cũ", valid_to=date(YEAR, 6, 30))
    build.unit("D1", "Mới", valid_from=date(YEAR, 7, 1))

    enter(tmp_path, [["D1", "", "", "60", ""]])

    assert Run.objects.get().results.get().unit_name == "Mới"


def test_communes_get_a_run_for_each_district(tmp_path):
    for code in ("116", "118"):
        parent = build.unit(code, level=Level.DISTRICT)
        build.unit(f"X{code}", f"Xã {code}", Level.COMMUNE, parent=parent)

    enter(tmp_path, [["X116", "", "", "60", ""], ["X118", "", "", "70", ""]], level="commune")

    rows = rows_of(exported(tmp_path, "csv", level="commune"))
    assert [(row["unit_code"], row["rank"]) for row in rows] == [("X118", "1"), ("X116", "2")]
    assert set(Run.objects.values_list("results__rank", flat=True)) == {1}


def test_a_year_opened_with_a_framework_takes_no_totals(tmp_path):
    unit = build.unit("D1")
    build.open_population(units=[unit])

    with pytest.raises(CommandError, match="đã mở"):
        enter(tmp_path, [["D1", "", "", "60", ""]], year=build.YEAR)


# --- compute_index and publish_index -------------------------------------------------------------


def test_compute_index_prints_run_digest_units_and_seconds():
    population = complete()

    said = run("compute_index", year=build.YEAR, level="department")

    made = population.runs.get()
    assert re.fullmatch(rf"run={made.pk} digest={made.digest} units=1 seconds=\d+\.\d{{3}} \(mới\)\n", said)
    assert "không đổi" in run("compute_index", year=build.YEAR, level="department")


@pytest.mark.parametrize("name", ["compute_index", "publish_index", "export_index", "export_outcomes"])
def test_a_year_that_does_not_exist_is_refused(tmp_path, name):
    more = {
        "compute_index": {},
        "publish_index": {"decision": "QĐ 1", "decided_on": "2024-01-11"},
        "export_index": {"format": "csv", "output": str(tmp_path / "a.csv")},
        "export_outcomes": {"format": "csv", "output": str(tmp_path / "a.csv")},
    }[name]

    with pytest.raises(CommandError, match="2031"):
        run(name, year=2031, level="district", **more)
    assert not (tmp_path / "a.csv").exists()


def test_publish_index_publishes_and_names_the_later_year_in_doubt(tmp_path):
    build.unit("D1")
    for year in (YEAR, YEAR + 1):
        enter(tmp_path, [["D1", "", "", "60", ""]], year=year)
        assert publish(year).startswith("publication=")
    with pytest.raises(CommandError, match="đính chính"):
        publish()
    enter(tmp_path, [["D1", "", "", "70", ""]])

    said = publish(reason="Cộng sót", by=build.user("ql").username)

    assert "version=2" in said
    assert f"đã công bố năm {YEAR + 1}" in said
    assert Publication.objects.get(version=2).published_by.username == "ql"


def test_an_unknown_person_or_day_is_refused(tmp_path):
    build.unit("D1")
    enter(tmp_path, [["D1", "", "", "60", ""]])

    with pytest.raises(CommandError, match="--by"):
        publish(by="ai-do")
    with pytest.raises(CommandError, match="2021-01-11"):
        call_command(
            "publish_index",
            "--year",
            str(YEAR),
            "--level",
            "department",
            "--decision",
            "1",
            "--decided-on",
            "11/01/2024",
        )
    assert not Publication.objects.exists()


# --- export_index --------------------------------------------------------------------------------


def small_year(tmp_path):
    for code, name in (("D1", "Đông"), ("D2", "An"), ("D3", "Ân"), ("D4", "=1+1")):
        build.unit(code, name)
    rows = [("D1", "60.5"), ("D2", "50"), ("D3", "60.50"), ("D4", "7")]
    enter(tmp_path, [[code, "", "", points, ""] for code, points in rows])
    enter(tmp_path, [["D1", "", "", "55.25", ""], ["D3", "10", "50.5", "60.5", "100"]], year=YEAR + 1)


def test_csv_is_by_rank_then_vietnamese_order_with_two_decimals(tmp_path):
    small_year(tmp_path)

    text = exported(tmp_path, "csv").read_text(encoding="utf-8")

    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert text.splitlines()[1:] == [
        "2023,department,D3,Ân,,,60.50,100.00,60.50,1,C,,",
        "2023,department,D1,Đông,,,60.50,100.00,60.50,1,C,,",
        "2023,department,D2,An,,,50.00,100.00,50.00,3,C,,",
        "2023,department,D4,'=1+1,,,7.00,100.00,7.00,4,D,,",
    ]


def test_the_year_before_and_the_change_stand_in_the_next_export(tmp_path):
    small_year(tmp_path)

    rows = rows_of(exported(tmp_path, "csv", year=YEAR + 1))

    assert [(r["unit_code"], r["previous_index_percent"], r["change"]) for r in rows] == [
        ("D3", "60.50", "0.00"),
        ("D1", "60.50", "-5.25"),
    ]


def test_json_has_numbers_as_text_and_the_mark_of_a_demonstration(tmp_path):
    small_year(tmp_path)
    Installation.objects.create(demonstration=True)

    content = json.loads(exported(tmp_path, "json").read_text(encoding="utf-8"))

    assert content["meta"]["demonstration"] is True
    assert content["meta"]["published"] is False
    assert list(content["rows"][0]) == sorted(COLUMNS)
    first = content["rows"][0]
    assert (first["points"], first["index_percent"], first["rank"], first["year"]) == (
        "60.50",
        "60.50",
        1,
        YEAR,
    )
    assert (first["change"], first["appraised_points"]) == (None, None)


def test_xlsx_says_on_its_second_sheet_what_it_is_and_holds_no_formula(tmp_path):
    small_year(tmp_path)
    Installation.objects.create(demonstration=True)

    book = load_workbook(exported(tmp_path, "xlsx"))

    first, second = book.worksheets
    rows = list(first.iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert rows[4][3] == "=1+1"
    assert {cell.data_type for row in first.iter_rows() for cell in row} <= {"s", "n"}
    assert first["G2"].number_format == "0.00"
    assert second["A2"].value == "Dữ liệu minh họa"


def test_after_publication_the_publication_is_shown_and_before_it_the_latest_run(tmp_path):
    build.unit("D1")
    enter(tmp_path, [["D1", "", "", "60", ""]])
    publish()
    enter(tmp_path, [["D1", "", "", "70", ""]])

    assert ",60.00," in exported(tmp_path, "csv").read_text(encoding="utf-8")
    publish(reason="Cộng sót")
    assert ",70.00," in exported(tmp_path, "csv").read_text(encoding="utf-8")


def test_an_output_without_a_folder_is_refused(tmp_path):
    small_year(tmp_path)

    with pytest.raises(CommandError, match="thư mục"):
        run("export_index", year=YEAR, level="department", format="csv", output=str(tmp_path / "x" / "y.csv"))


# --- export_outcomes -----------------------------------------------------------------------------


def test_outcomes_carry_article_subject_and_facts_in_every_format(tmp_path):
    unit = build.unit("D1", "An")
    build.tenure(unit, "Lò Văn A")
    enter(tmp_path, [["D1", "", "", "91.5", ""]])

    rows = rows_of(exported(tmp_path, "csv", "export_outcomes"))
    content = json.loads(exported(tmp_path, "json", "export_outcomes").read_text(encoding="utf-8"))
    book = load_workbook(exported(tmp_path, "xlsx", "export_outcomes"))

    assert [(r["kind"], r["article"], r["subject"]) for r in rows] == [
        ("commendation", "Điều 19", "unit"),
        ("commendation", "Điều 19", "head"),
    ]
    assert list(rows[0]) == ["year", "level", "unit_code", "kind", "article", "subject", "facts"]
    assert "head" not in json.loads(rows[0]["facts"])
    assert json.loads(rows[1]["facts"])["head"] == "Lò Văn A"
    assert content["rows"][1]["facts"] == json.loads(rows[1]["facts"])
    assert json.loads(book.worksheets[0]["G3"].value) == json.loads(rows[1]["facts"])
