import csv
import json
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

import criteria
from criteria.linter import ERROR, WARNING, has_errors, lint, summary

D = Decimal
DATA = Path(criteria.__file__).parent / "data"


def rows_of(level):
    with (DATA / f"criteria-{level}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("level", "counts", "points"),
    [
        ("department", (8, 39, 102), ("77.5", "22.5")),
        ("district", (8, 39, 121), ("73", "27")),
        ("commune", (7, 28, 74), ("75", "25")),
    ],
)
def test_the_drafted_trees_are_sound_and_have_the_decided_counts(level, counts, points):
    rows = rows_of(level)
    assert lint(rows) == ()
    found = summary(rows)
    assert (found.areas, found.criteria, found.components) == counts
    assert (found.self_points, found.survey_points) == (D(points[0]), D(points[1]))
    assert found.total == 100
    assert found.leaves == found.components


OPTIONS = {"options": [{"label": "Có", "points": 40}, {"label": "Không", "points": 0}]}
PLAN = {
    "metric": "Tỷ lệ",
    "direction": "higher_is_better",
    "bands": [{"min": 100, "points": 30}, {"min": 80, "points": 10}],
    "else": 0,
}
FORMS = {"question": "Q", "weights": {"Tốt": 100, "Yếu": 0}, "groups": ["Người dân"]}


def row(code, parent, level, points, source, kind, params=None, /, **more):
    cells = {
        "code": code, "parent_code": parent, "level": level, "name": f"Mục {code}", "max_points": points, "source": source,
        "rule_kind": kind, "rule_text": "", "evidence": "Báo cáo" if kind != "sum" else "", "lead_appraiser": "Sở Nội vụ",
        "lead_appraiser_2025": "", "na_allowed": "no" if kind != "sum" else "",
        "rule_params": json.dumps(params, ensure_ascii=False) if params else "",
    }  # fmt: skip
    return cells | more


def small():
    """Two areas; the second holds a criterion without components."""
    return [
        row("1", "", "area", "70", "mixed", "sum"),
        row("1.1", "1", "criterion", "40", "self", "sum"),
        row("1.1.1", "1.1", "component", "40", "self", "discrete", OPTIONS),
        row("1.2", "1", "criterion", "30", "survey", "sum"),
        row("1.2.1", "1.2", "component", "30", "survey", "survey", FORMS),
        row("2", "", "area", "30", "self", "sum"),
        row("2.1", "2", "criterion", "30", "self", "threshold", PLAN),
    ]


def changed(code, /, **cells):
    return [row | cells if row["code"] == code else row for row in small()]


def params(code, **entries):
    for row in small():
        if row["code"] == code:
            return changed(
                code, rule_params=json.dumps(json.loads(row["rule_params"]) | entries, ensure_ascii=False)
            )
    raise KeyError(code)


def test_a_small_framework_with_a_leaf_criterion_is_sound():
    assert lint(small()) == ()
    assert summary(small()).leaves == 3


ERRORS = [
    (
        changed("1.1", max_points="39"),
        (3, "max_points"),
        "Tổng điểm các mục con là 40,00, khác điểm tối đa 39,00",
    ),
    (
        changed("1.1", max_points="39"),
        (2, "max_points"),
        "Tổng điểm các mục con là 69,00, khác điểm tối đa 70,00",
    ),
    (small()[:5], (2, "max_points"), "Tổng điểm các lĩnh vực là 70,00, phải là 100,00"),
    (changed("1", source="self"), (2, "source"), "Ghi “self” nhưng các mục con là mixed"),
    (changed("1.1", source="survey"), (3, "source"), "Ghi “survey” nhưng các mục con là self"),
    (changed("2", source="mixed"), (7, "source"), "Ghi “mixed” nhưng các mục con là self"),
    (changed("1.1.1", source="survey"), (4, "source"), "không đi với nguồn survey"),
    (changed("1.1.1", source="mixed"), (4, "source"), "Nguồn điểm “mixed” không có"),
    (
        params("1.1.1", options=[{"label": "Có", "points": 35}, {"label": "Không", "points": 0}]),
        (4, "rule_params"),
        "Giá trị cao nhất của quy tắc là 35,00, khác điểm tối đa 40,00",
    ),
    (
        params("1.1.1", options=[{"label": "Có", "points": 45}, {"label": "Không", "points": 0}]),
        (4, "rule_params"),
        "Giá trị cao nhất của quy tắc là 45,00",
    ),
    (
        params("1.2.1", weights={"Tốt": 90, "Yếu": 0}),
        (6, "rule_params"),
        "Giá trị cao nhất của quy tắc là 27,00",
    ),
    (params("1.2.1", weights={"Tốt": 100}), (6, "rule_params"), "ít nhất hai mức trả lời"),
    (params("2.1", bands=[{"min": 120, "points": 30}]), (8, "rule_params"), "không bao giờ đạt tới"),
    (params("2.1", bands=[{"min": 0, "points": 30}]), (8, "rule_params"), "không bao giờ đạt tới"),
    (
        params("2.1", bands=[{"min": 90, "points": 30}, {"min": 80, "max": 95, "points": 10}]),
        (8, "rule_params"),
        "chồng lên bậc ở mốc 90%",
    ),
    (
        params("2.1", bands=[{"min": 90, "points": 30}, {"min": 70, "max": 80, "points": 10}]),
        (8, "rule_params"),
        "giữa 80% và 90% không có bậc nào",
    ),
    (
        params("2.1", bands=[{"min": 90, "points": 30}, {"min": 90, "points": 10}]),
        (8, "rule_params"),
        "hai bậc cùng mốc",
    ),
    (params("2.1", colour="red"), (8, "rule_params"), "Tham số lạ: colour"),
    (
        params("2.1", bands=[{"min": 90, "points": 30}, {"min": 80, "points": 10.125}]),
        (8, "rule_params"),
        "hơn 2 chữ số lẻ",
    ),
    (changed("2.1", rule_params=""), (8, "rule_params"), "Thiếu tham số"),
    (changed("2.1", rule_params="{bands}"), (8, "rule_params"), "Không đọc được JSON"),
    (changed("2.1", rule_params='{"metric": "a", "metric": "b"}'), (8, "rule_params"), "khóa trùng"),
    (changed("2.1", rule_params="[1]"), (8, "rule_params"), "đối tượng JSON"),
    (changed("2.1", rule_kind="sum"), (8, "rule_kind"), "không thể là sum"),
    (changed("2.1", rule_kind=""), (8, "rule_kind"), "Loại quy tắc “” không có"),
    (changed("2.1", rule_kind="lookup"), (8, "rule_kind"), "Loại quy tắc “lookup” không có"),
    (changed("1.1", rule_kind="discrete"), (3, "rule_kind"), "Mục có mục con chỉ cộng điểm"),
    (changed("1.1", rule_params='{"a": 1}'), (3, "rule_params"), "Mục có mục con không có tham số"),
    ([*small(), small()[2]], (9, "code"), "Mã 1.1.1 đã có ở dòng 4"),
    (changed("1.2.1", parent_code="1.9"), (6, "parent_code"), "Không có mục cha 1.9"),
    (changed("1.2.1", parent_code=""), (6, "parent_code"), "Thiếu mã mục cha cấp criterion"),
    (changed("1.2.1", parent_code="1"), (6, "parent_code"), "Mục cha 1 ở cấp area"),
    (changed("2", parent_code="1"), (7, "parent_code"), "không có mục cha, để trống"),
    (changed("1.1", parent_code="1.1.1"), (3, "parent_code"), "vòng lặp: 1.1 → 1.1.1 → 1.1"),
    (changed("1.1", parent_code="1.1"), (3, "parent_code"), "vòng lặp: 1.1 → 1.1"),
    (changed("2.1", evidence=""), (8, "evidence"), "Thiếu gợi ý tài liệu kiểm chứng"),
    (changed("2.1", max_points="30,125"), (8, "max_points"), "3 chữ số lẻ"),
    (changed("2.1", max_points="NaN"), (8, "max_points"), "không phải là số"),
    (changed("2.1", max_points="-30"), (8, "max_points"), "không phải là số"),
    (changed("2.1", max_points=""), (8, "max_points"), "không phải là số"),
    (changed("2.1", max_points="0"), (8, "max_points"), "lớn hơn 0"),
    (changed("2.1", code=""), (8, "code"), "Thiếu mã"),
    (changed("2.1", code="2 1"), (8, "code"), "Mã chỉ gồm"),
    (changed("2.1", code="2.1" * 10), (8, "code"), "tối đa 20"),
    (changed("2.1", level="tiêu chí"), (8, "level"), "Cấp “tiêu chí” không có"),
    (changed("2.1", name=" "), (8, "name"), "Thiếu tên"),
    (changed("2.1", na_allowed="có"), (8, "na_allowed"), "yes hoặc no"),
    (changed("2.1", link="old"), (8, "link"), "continued, changed hoặc new"),
    (small()[:6], (7, "code"), "Lĩnh vực không có tiêu chí nào"),
    ([], (1, "code"), "Không có tiêu chí nào"),
    (small()[2:3], (2, "level"), "Không có lĩnh vực"),
    ([*small(), row("T1", "", "bonus", "2", "survey", "survey", FORMS)], (9, "source"), "chỉ có nguồn self"),
    (
        [*small(), row("T1", "", "bonus", "2", "self", "per_item", {"item": "mô hình", "points_each": 3})],
        (9, "rule_params"),
        "points_each 3,00 lớn hơn điểm tối đa",
    ),
    (
        [*small(), row("T1", "1", "bonus", "2", "self", "discrete", OPTIONS)],
        (9, "parent_code"),
        "không có mục cha",
    ),
]


@pytest.mark.parametrize(("rows", "place", "sentence"), ERRORS)
def test_an_error_is_found_with_its_place(rows, place, sentence):
    found = lint(rows)
    assert has_errors(found)
    matching = [
        p for p in found if (p.row, p.column) == place and sentence in p.sentence and p.severity == ERROR
    ]
    assert len(matching) == 1
    assert all(problem.sentence.endswith(".") for problem in found)


WARNINGS = [
    (changed("2.1", code="3.1"), (8, "parent_code"), "Mã không bắt đầu bằng mã mục cha 2"),
    ([cells | {"lead_appraiser": ""} for cells in small()], (8, "lead_appraiser"), "Sở Nội vụ sẽ thẩm định"),
    ([*changed("1.2", name="Mục 1.1")], (5, "name"), "Trùng tên với 1.1"),
    (
        [
            *small(),
            row("T1", "", "bonus", "2", "self", "per_item", {"item": "mô hình", "points_each": 0.125}),
        ],
        (9, "rule_params"),
        "points_each có hơn 2 chữ số lẻ",
    ),
    (
        [
            *small(),
            row(
                "T1", "", "bonus", "2", "self", "per_item", {"item": "mô hình", "points_each": 1}, evidence=""
            ),
        ],
        (9, "evidence"),
        "Thiếu gợi ý",
    ),
]


@pytest.mark.parametrize(("rows", "place", "sentence"), WARNINGS)
def test_a_warning_does_not_stop_a_framework(rows, place, sentence):
    found = lint(rows)
    assert not has_errors(found)
    assert [
        p for p in found if (p.row, p.column) == place and sentence in p.sentence and p.severity == WARNING
    ]


def test_all_problems_are_reported_at_once_in_the_order_of_the_rows():
    rows = changed("2.1", evidence="", name="", max_points="x")
    rows = [cells | {"level": "part"} if cells["code"] == "1.2.1" else cells for cells in rows]
    places = [(problem.row, problem.column) for problem in lint(rows)]
    assert places == sorted(places, key=lambda place: place[0])
    assert {(6, "level"), (8, "name"), (8, "max_points")} <= set(places)


def test_rows_keep_their_numbers_where_blank_lines_were_left_out():
    found = lint(changed("2.1", name=""), numbers=[2, 3, 5, 6, 7, 9, 12])
    assert [(problem.row, problem.code) for problem in found] == [(12, "2.1")]
    assert str(found[0]) == "Dòng 12, cột name: 2.1: Thiếu tên."


def test_missing_columns_and_cells_of_a_workbook_are_read_as_empty():
    rows = [
        {key: value for key, value in cells.items() if key not in ("rule_text", "lead_appraiser_2025")}
        for cells in small()
    ]
    rows[0] |= {"max_points": D("70"), "rule_params": None, "further": "x"}
    assert lint(rows) == ()


def test_a_derived_or_appraiser_only_component_needs_no_evidence_hint():
    accuracy = {
        "metric": "Chênh lệch", "direction": "lower_is_better", "bands": [{"max": 5, "points": 30}], "else": 0,
        "derived": "self_accuracy",
    }  # fmt: skip
    assert lint(changed("2.1", rule_params=json.dumps(accuracy), evidence="")) == ()
    by_appraiser = json.dumps(PLAN | {"scored_by": "appraiser"})
    assert lint(changed("2.1", rule_params=by_appraiser, evidence="")) == ()
    assert has_errors(lint(changed("2.1", evidence="")))


def test_bonus_and_penalty_stand_outside_the_hundred_points():
    rows = [
        *small(),
        row("T1", "", "bonus", "2", "self", "per_item", {"item": "mô hình", "points_each": 1}),
        row("P1", "", "penalty", "3", "self", "per_item", {"item": "lần vi phạm", "points_each": 0.5}),
    ]
    assert lint(rows) == ()
    assert summary(rows).total == 100


def test_a_decomposed_file_is_read_like_a_composed_one():
    rows = [
        {key: unicodedata.normalize("NFD", value) for key, value in cells.items()}
        for cells in rows_of("commune")
    ]
    assert lint(rows) == ()


def test_a_wrong_file_of_any_depth_or_length_is_answered_and_not_a_crash():
    chain = [row(f"1.{n}", f"1.{n - 1}" if n else "", "component", "1", "self", "sum") for n in range(5000)]
    assert has_errors(lint(chain))
    ring = [row(str(n), str((n + 1) % 3000), "criterion", "1", "self", "sum") for n in range(3000)]
    assert len([problem for problem in lint(ring) if "vòng lặp" in problem.sentence]) == 1
    assert has_errors(lint(changed("2.1", code="9" * 6000)))
