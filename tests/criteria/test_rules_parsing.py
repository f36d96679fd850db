from decimal import Decimal

import pytest

from criteria.rules import RuleError, Survey, Threshold, best_points, parse_rule

D = Decimal
ONE = D(1)

OPTIONS = {
    "options": [
        {"label": "Kịp thời", "points": 1},
        {"label": "Chậm", "points": D("0.5")},
        {"label": "Không", "points": 0},
    ]
}
BANDS = {
    "metric": "Tỷ lệ",
    "unit": "%",
    "direction": "higher_is_better",
    "bands": [{"min": 90, "points": 1}],
    "else": 0,
}
LOWER = {
    "metric": "Chênh lệch",
    "direction": "lower_is_better",
    "bands": [{"max": 5, "points": 1}],
    "else": 0,
}
SHARE = {"metric": "Tỷ lệ", "target_pct": 100, "floor_pct": 70}
MINUS = {"start": 1, "min": 0, "steps": [{"label": "Mỗi báo cáo chậm", "minus": D("0.25")}]}
ITEMS = {"item": "tin, bài", "points_each": D("0.1")}
FORMS = {
    "question": "Q",
    "weights": {"Tốt": 100, "Khá": 60, "Yếu": 0},
    "groups": ["Người dân", "Doanh nghiệp"],
}
SIPAS = {"question": "SIPAS", "import": "sipas_pct", "groups": ["Người dân"]}

SOUND = [
    ("discrete", OPTIONS), ("threshold", BANDS), ("threshold", LOWER), ("proportional", SHARE),
    ("deduction", MINUS), ("per_item", ITEMS), ("survey", FORMS), ("survey", SIPAS),
]  # fmt: skip


def parse(kind, params, *, max_points=ONE, na_allowed=False, source=None):
    source = source or ("survey" if kind == "survey" else "self")
    return parse_rule(kind=kind, max_points=max_points, source=source, params=params, na_allowed=na_allowed)


@pytest.mark.parametrize(("kind", "params"), SOUND)
def test_every_kind_is_read_and_can_be_compared_and_hashed(kind, params):
    rule = parse(kind, params)
    assert rule.kind == kind
    assert rule == parse(kind, params)
    assert hash(rule) == hash(parse(kind, params))
    assert best_points(rule) == 1


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("discrete", OPTIONS, "unit"),
        ("discrete", OPTIONS | {"scored_by": "appraiser"}, "appraiser"),
        ("survey", FORMS, "survey"),
        ("threshold", LOWER | {"derived": "self_accuracy"}, "derived"),
    ],
)
def test_every_rule_knows_who_answers(kind, params, expected):
    assert parse(kind, params).answered_by == expected


def test_bands_are_held_best_first_however_written():
    shuffled = BANDS | {
        "bands": [
            {"min": 80, "points": D("0.5")},
            {"min": 100, "points": 1},
            {"min": 90, "points": D("0.75")},
        ]
    }
    rule = parse("threshold", shuffled)
    assert isinstance(rule, Threshold)
    assert rule.bounds == (100, 90, 80)


def test_survey_answers_are_held_best_first_however_stored():
    rule = parse("survey", FORMS | {"weights": {"Khá": 60, "Tốt": 100, "Yếu": 0}})
    assert isinstance(rule, Survey)
    assert [answer for answer, _percent in rule.percents] == ["Tốt", "Khá", "Yếu"]


REFUSED = [
    ("sum", {}, "Loại quy tắc “sum” không có"),
    ("discrete", {}, "Thiếu tham số: options"),
    ("discrete", OPTIONS | {"colour": "red"}, "Tham số lạ: colour"),
    ("discrete", {"options": []}, "ít nhất một mục"),
    ("discrete", {"options": [{"label": "A"}]}, "options, mục 1: cần đúng các khóa label, points"),
    ("discrete", {"options": [{"label": "A", "points": 1, "note": ""}]}, "options, mục 1"),
    (
        "discrete",
        {"options": [{"label": "A", "points": 1}, {"label": " A", "points": 0}]},
        "“A” xuất hiện hai lần",
    ),
    ("discrete", {"options": [{"label": "", "points": 1}]}, "options.label phải là chữ"),
    ("discrete", {"options": [{"label": "A", "points": "1"}]}, "options.points phải là số"),
    ("discrete", {"options": [{"label": "A", "points": 1.0}]}, "options.points phải là số"),
    ("discrete", {"options": [{"label": "A", "points": True}]}, "options.points phải là số"),
    ("discrete", {"options": [{"label": "A", "points": -1}]}, "không âm"),
    ("discrete", {"options": [{"label": "A", "points": D("NaN")}]}, "không âm"),
    ("discrete", {"options": [{"label": str(n), "points": n} for n in range(51)]}, "hơn 50 mục"),
    ("discrete", OPTIONS | {"scored_by": "unit"}, "scored_by chỉ nhận: appraiser"),
    ("discrete", OPTIONS | {"nothing_arose": True}, "nothing_arose chỉ nhận: full"),
    ("discrete", OPTIONS | {"scored_by": ""}, "scored_by chỉ nhận"),
    ("threshold", BANDS | {"unit": "ngày"}, "chỉ tính trên tỷ lệ, ghi “%”"),
    ("threshold", BANDS | {"direction": "up"}, "direction chỉ nhận: higher_is_better, lower_is_better"),
    (
        "threshold",
        BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 90, "points": 0}]},
        "hai bậc cùng mốc 90%",
    ),
    (
        "threshold",
        BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 80, "points": 1}]},
        "bậc 80% được 1 điểm",
    ),
    (
        "threshold",
        BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 80, "points": 2}]},
        "không thấp hơn bậc tốt hơn",
    ),
    ("threshold", BANDS | {"bands": [{"min": 101, "points": 1}]}, "không bao giờ đạt tới"),
    ("threshold", BANDS | {"bands": [{"min": 0, "points": 1}]}, "điểm else không bao giờ đạt tới"),
    ("threshold", BANDS | {"else": 1}, "phải thấp hơn điểm của bậc cuối"),
    (
        "threshold",
        BANDS | {"bands": [{"max": 90, "points": 1}]},
        "bands, mục 1: cần đúng các khóa min, points",
    ),
    (
        "threshold",
        BANDS | {"bands": [{"min": 80, "max": 95, "points": 1}]},
        "giữa 95% và 100% không có bậc nào",
    ),
    (
        "threshold",
        BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 70, "max": 95, "points": D("0.5")}]},
        "chồng lên bậc ở mốc 90%",
    ),
    (
        "threshold",
        BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 70, "max": 80, "points": D("0.5")}]},
        "giữa 80% và 90% không có bậc nào",
    ),
    (
        "threshold",
        LOWER | {"bands": [{"max": 5, "points": 1}, {"max": 10, "min": 4, "points": D("0.5")}]},
        "chồng lên bậc ở mốc 5%",
    ),
    (
        "threshold",
        LOWER | {"bands": [{"max": 5, "points": 1}, {"max": 10, "min": 6, "points": D("0.5")}]},
        "giữa 6% và 5% không có bậc nào",
    ),
    ("threshold", BANDS | {"derived": "self_accuracy"}, "phải có direction là lower_is_better"),
    ("threshold", LOWER | {"derived": "other"}, "derived chỉ nhận: self_accuracy"),
    ("threshold", LOWER | {"derived": "self_accuracy", "scored_by": "appraiser"}, "điểm tính tự động"),
    ("proportional", SHARE | {"target_pct": 0}, "target_pct phải lớn hơn 0"),
    ("proportional", SHARE | {"target_pct": 120}, "không bao giờ đạt tới"),
    ("proportional", SHARE | {"target_pct": 50}, "floor_pct lớn hơn target_pct"),
    ("deduction", MINUS | {"steps": [{"label": "A", "minus": 0}]}, "điểm trừ phải lớn hơn 0"),
    ("deduction", MINUS | {"min": 1}, "min phải thấp hơn start"),
    ("per_item", ITEMS | {"points_each": 0}, "points_each phải lớn hơn 0"),
    ("survey", FORMS | {"import": "sipas_pct"}, "đúng một trong hai"),
    ("survey", {"question": "Q", "groups": ["A"]}, "đúng một trong hai"),
    ("survey", SIPAS | {"import": "par_pct"}, "import chỉ nhận: sipas_pct"),
    ("survey", FORMS | {"weights": {"Tốt": 101, "Yếu": 0}}, "từ 0 đến 100"),
    ("survey", FORMS | {"weights": {"Tốt": 100, "không biết": 0}}, "luôn được nhận và không tính"),
    ("survey", FORMS | {"groups": ["A", "A"]}, "“A” xuất hiện hai lần"),
    ("survey", FORMS | {"group_weights": {"Người dân": 1}}, "đúng các nhóm trong groups"),
    ("survey", FORMS | {"group_weights": {"Người dân": 1, "Doanh nghiệp": 0}}, "trọng số phải lớn hơn 0"),
    ("survey", FORMS | {"scored_by": "appraiser"}, "không dùng cho điều tra"),
    ("survey", FORMS | {"nothing_arose": "full"}, "không dùng cho điều tra"),
    ("discrete", [], "đối tượng JSON"),
]


@pytest.mark.parametrize(("kind", "params", "sentence"), REFUSED)
def test_doubtful_rule_data_is_refused_with_the_place(kind, params, sentence):
    with pytest.raises(RuleError) as refused:
        parse(kind, params)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")


def test_neighbouring_edges_may_be_written_out():
    bands = [{"min": 90, "max": 100, "points": 1}, {"min": 70, "max": 90, "points": D("0.5")}]
    assert parse("threshold", BANDS | {"bands": bands}) == parse(
        "threshold", BANDS | {"bands": [{"min": 90, "points": 1}, {"min": 70, "points": D("0.5")}]}
    )


@pytest.mark.parametrize(
    ("kind", "params", "source", "column"),
    [
        ("discrete", OPTIONS, "survey", "source"),
        ("survey", FORMS, "self", "source"),
        ("discrete", OPTIONS, "mixed", "source"),
        ("bonus", {}, "self", "rule_kind"),
        ("discrete", {}, "self", "rule_params"),
    ],
)
def test_a_refusal_names_the_column_of_the_file(kind, params, source, column):
    with pytest.raises(RuleError) as refused:
        parse(kind, params, source=source)
    assert refused.value.column == column


@pytest.mark.parametrize("max_points", [D(0), D(-1), D("NaN"), 1, 1.0, None])
def test_the_maximum_is_a_positive_decimal(max_points):
    with pytest.raises(RuleError) as refused:
        parse("discrete", OPTIONS, max_points=max_points)
    assert refused.value.column == "max_points"
