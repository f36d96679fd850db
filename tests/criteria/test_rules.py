"""Answers become points: each kind by example, at every bound, and once more by other arithmetic."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from criteria.rules import (
    AnswerError,
    allowed_points,
    compute,
    derived_points,
    describe,
    is_allowed,
    normalise,
    parse_rule,
    rate_labels,
    steps,
)

D = Decimal

PLAN = {
    "metric": "Tỷ lệ nhiệm vụ hoàn thành/tổng số nhiệm vụ trong Kế hoạch",
    "unit": "%",
    "direction": "higher_is_better",
    "bands": [
        {"min": 100, "points": 2},
        {"min": 90, "points": D("1.5")},
        {"min": 80, "points": 1},
        {"min": 70, "points": D("0.5")},
    ],
    "else": 0,
}
ACCURACY = {
    "metric": "Chênh lệch giữa điểm tự đánh giá và điểm thẩm định",
    "unit": "%",
    "direction": "lower_is_better",
    "bands": [{"max": 5, "points": D("0.5")}, {"max": 10, "points": D("0.25")}],
    "else": 0,
}
HANDLED = {"metric": "Tỷ lệ kiến nghị được xử lý", "target_pct": 100, "floor_pct": 70}
ONLINE = {"metric": "Tỷ lệ hồ sơ tiếp nhận trực tuyến/tổng số hồ sơ", "target_pct": 30}
REPORTS = {
    "start": 1,
    "min": 0,
    "steps": [
        {"label": "Mỗi báo cáo gửi chậm", "minus": D("0.25")},
        {"label": "Mỗi báo cáo không gửi", "minus": D("0.5")},
    ],
}
NEWS = {"item": "tin, bài", "points_each": D("0.1")}
ISSUED = {
    "options": [
        {"label": "Kịp thời", "points": 1},
        {"label": "Chậm", "points": D("0.5")},
        {"label": "Không", "points": 0},
    ]
}


def parse(kind, params, max_points=1, **more):
    source = "survey" if kind == "survey" else "self"
    return parse_rule(
        kind=kind,
        max_points=D(max_points),
        source=source,
        params=params,
        na_allowed=more.get("na_allowed", False),
    )


plan = parse("threshold", PLAN, 2)
accuracy = parse("threshold", ACCURACY, D("0.5"))
derived = parse("threshold", ACCURACY | {"derived": "self_accuracy"}, D("0.5"))
handled = parse("proportional", HANDLED)
online = parse("proportional", ONLINE, D("1.5"))
reports = parse("deduction", REPORTS)
news = parse("per_item", NEWS)
issued = parse("discrete", ISSUED)
forms = parse("survey", {"question": "Q", "weights": {"Tốt": 100, "Yếu": 0}, "groups": ["A"]}, 2)


@pytest.mark.parametrize(
    ("rule", "answer", "points", "explanation"),
    [
        (
            plan,
            {"numerator": 18, "denominator": 20},
            "1.50",
            "18/20 nhiệm vụ = 90,00% → bậc từ 90% đến dưới 100% → 1,50 điểm",
        ),
        (
            plan,
            {"numerator": 20, "denominator": 20},
            "2.00",
            "20/20 nhiệm vụ = 100,00% → bậc đủ 100% → 2,00 điểm",
        ),
        (
            plan,
            {"numerator": 0, "denominator": 20},
            "0.00",
            "0/20 nhiệm vụ = 0,00% → bậc dưới 70% → 0,00 điểm",
        ),
        (plan, {"percent": D("89.999")}, "1.00", "89,999% → bậc từ 80% đến dưới 90% → 1,00 điểm"),
        (
            plan,
            {"numerator": 89996, "denominator": 100000},
            "1.00",
            "89.996/100.000 nhiệm vụ = 89,996% → bậc từ 80% đến dưới 90% → 1,00 điểm",
        ),
        (accuracy, {"percent": 5}, "0.50", "5,00% → bậc không quá 5% → 0,50 điểm"),
        (accuracy, {"percent": D("5.001")}, "0.25", "5,001% → bậc trên 5% đến 10% → 0,25 điểm"),
        (
            accuracy,
            {"numerator": 22, "denominator": 20},
            "0.00",
            "22/20 = 110,00% → bậc trên 10% → 0,00 điểm",
        ),
        (handled, {"numerator": 8, "denominator": 9}, "0.89", "8/9 = 88,89% → 1 điểm × 88,89% → 0,89 điểm"),
        (handled, {"percent": 70}, "0.70", "70,00% → 1 điểm × 70,00% → 0,70 điểm"),
        (handled, {"percent": D("69.9")}, "0.00", "69,90% → dưới mức tối thiểu 70% → 0,00 điểm"),
        (
            online,
            {"numerator": 4, "denominator": 10},
            "1.50",
            "4/10 hồ sơ = 40,00% → đạt mức 30% được đủ điểm → 1,50 điểm",
        ),
        (
            online,
            {"numerator": 1, "denominator": 7},
            "0.71",
            "1/7 hồ sơ = 14,29% → 1,5 điểm × 14,29% ÷ mức 30% → 0,71 điểm",
        ),
        (reports, {"counts": {}}, "1.00", "không có trường hợp bị trừ → 1,00 điểm"),
        (
            reports,
            {"counts": {"Mỗi báo cáo gửi chậm": 2}},
            "0.50",
            "1 − 2 × 0,25 (Mỗi báo cáo gửi chậm) → 0,50 điểm",
        ),
        (
            reports,
            {"counts": {"Mỗi báo cáo gửi chậm": 1, "Mỗi báo cáo không gửi": 3}},
            "0.00",
            "1 − 1 × 0,25 (Mỗi báo cáo gửi chậm) − 3 × 0,5 (Mỗi báo cáo không gửi) → không dưới 0 → 0,00 điểm",
        ),
        (news, {"items": 7}, "0.70", "7 tin, bài × 0,1 → 0,70 điểm"),
        (news, {"items": 1200}, "1.00", "1.200 tin, bài × 0,1 → tối đa 1 → 1,00 điểm"),
        (issued, {"option": "Chậm"}, "0.50", "Chậm → 0,50 điểm"),
    ],
)
def test_an_answer_becomes_points_with_the_arithmetic_in_words(rule, answer, points, explanation):
    computed = compute(rule, answer)
    assert str(computed.points) == points
    assert computed.explanation == explanation


def test_the_rate_is_exact_and_never_rounded_before_it_is_compared():
    computed = compute(plan, {"numerator": 8999999999, "denominator": 10**10})
    assert computed.rate == Fraction(8999999999, 10**8)
    assert computed.points == 1
    assert "89,99999999%" in computed.explanation


def test_points_are_rounded_half_up_once_to_the_digits_of_the_population():
    rule = parse("proportional", {"metric": "Tỷ lệ", "target_pct": 100}, D("0.5"))
    answer = {"numerator": 1, "denominator": 4}
    assert str(compute(rule, answer).points) == "0.13"
    assert str(compute(rule, answer, digits=3).points) == "0.125"
    assert compute(rule, answer, digits=3).explanation.endswith("→ 0,125 điểm")


@pytest.mark.parametrize("bound", [100, 90, 80, 70])
@given(denominator=st.integers(1, 10**9), shift=st.integers(-3, 3))
def test_a_rate_at_a_bound_lies_in_the_better_band(bound, denominator, shift):
    numerator = bound * denominator // 100 + shift
    assume(0 <= numerator <= denominator)
    points = compute(plan, {"numerator": numerator, "denominator": denominator}).points
    reached = [D("2"), D("1.5"), D("1"), D("0.5")]
    expected = sum((100 * numerator >= least * denominator for least in (100, 90, 80, 70)), 0)
    assert points == ([D("0"), *reversed(reached)])[expected]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_lower_rate_is_never_worth_less_when_lower_is_better(numerator, denominator):
    points = compute(accuracy, {"numerator": numerator, "denominator": denominator}).points
    more = compute(accuracy, {"numerator": numerator + 1, "denominator": denominator}).points
    assert more <= points
    assert points == (
        D("0.5") if numerator * 20 <= denominator else D("0.25") if numerator * 10 <= denominator else 0
    )


@pytest.mark.parametrize("rule", [plan, handled, online])
@given(denominator=st.integers(1, 5000), data=st.data())
def test_a_better_share_is_never_worth_less(rule, denominator, data):
    lower = data.draw(st.integers(0, denominator))
    higher = data.draw(st.integers(lower, denominator))
    low = compute(rule, {"numerator": lower, "denominator": denominator}).points
    high = compute(rule, {"numerator": higher, "denominator": denominator}).points
    assert 0 <= low <= high <= rule.max_points


@given(
    st.integers(1, 3000).flatmap(lambda bottom: st.tuples(st.integers(0, bottom), st.just(bottom))),
    st.integers(1, 100).flatmap(lambda target: st.tuples(st.just(target), st.integers(0, target))),
    st.integers(1, 800),
)
def test_proportional_points_by_whole_numbers_only(fraction, span, quarters):
    (numerator, denominator), (target, floor) = fraction, span
    maximum = D(quarters) / 4
    rule = parse("proportional", {"metric": "T", "target_pct": target, "floor_pct": floor}, maximum)
    if 100 * numerator < floor * denominator:
        hundredths = 0
    else:
        # maximum × min(rate, target) ÷ target in hundredths, all scaled to whole numbers, half-up by adding a half.
        rate = min(100 * numerator, target * denominator)
        top, bottom = 25 * quarters * rate, target * denominator
        hundredths = (2 * top + bottom) // (2 * bottom)
    assert compute(rule, {"numerator": numerator, "denominator": denominator}).points == D(hundredths) / 100


@given(st.integers(0, 10), st.integers(0, 10))
def test_deductions_by_whole_numbers_only(late, missing):
    counts = {"Mỗi báo cáo gửi chậm": late, "Mỗi báo cáo không gửi": missing}
    assert compute(reports, {"counts": counts}).points == D(max(0, 100 - 25 * late - 50 * missing)) / 100


@given(st.integers(0, 100))
def test_items_by_whole_numbers_only(items):
    assert compute(news, {"items": items}).points == D(min(100, 10 * items)) / 100


@pytest.mark.parametrize(
    ("rule", "answer", "canonical"),
    [
        (plan, {"numerator": D("18.00"), "denominator": D("2E+1")}, {"numerator": 18, "denominator": 20}),
        (plan, {"denominator": 4, "numerator": D("1.50")}, {"numerator": D("1.5"), "denominator": 4}),
        (plan, {"percent": D("90.0")}, {"percent": 90}),
        (issued, {"option": "  Kịp  thời\u200b"}, {"option": "Kịp thời"}),
        (issued, {"option": "Kịp thời"}, {"option": "Kịp thời"}),
        (
            reports,
            {"counts": {"Mỗi báo cáo không gửi": D("1.0")}},
            {"counts": {"Mỗi báo cáo gửi chậm": 0, "Mỗi báo cáo không gửi": 1}},
        ),
        (news, {"items": D(3)}, {"items": 3}),
    ],
)
def test_equal_statements_have_one_canonical_answer(rule, answer, canonical):
    found = normalise(rule, answer)
    assert found == canonical
    assert repr(found) == repr(canonical)
    assert normalise(rule, found) == found


NOTHING = parse("threshold", PLAN | {"nothing_arose": "full"}, 2)
MAY_BE_NA = parse("threshold", PLAN, 2, na_allowed=True)

REFUSED = [
    (
        plan,
        {},
        "",
        "Chưa có câu trả lời. Cần tử số (numerator) và mẫu số (denominator), hoặc tỷ lệ phần trăm (percent).",
    ),
    (
        plan,
        {"numerator": 22, "denominator": 20},
        "numerator",
        "Tử số 22 lớn hơn mẫu số 20. Kiểm tra lại hai số.",
    ),
    (plan, {"percent": D("100.5")}, "percent", "Tỷ lệ 100,5% lớn hơn 100%."),
    (plan, {"numerator": 1}, "denominator", "Cần tử số"),
    (plan, {"numerator": 1, "denominator": 2, "percent": 50}, "", "Không dùng: percent."),
    (plan, {"option": "Kịp thời"}, "denominator", "Không dùng: option."),
    (plan, {"numerator": "1", "denominator": 2}, "numerator", "Cần một con số"),
    (plan, {"numerator": 1.0, "denominator": 2}, "numerator", "Cần một con số"),
    (plan, {"numerator": True, "denominator": 2}, "numerator", "Cần một con số"),
    (plan, {"numerator": None, "denominator": 2}, "numerator", "Cần một con số"),
    (plan, {"numerator": -1, "denominator": 2}, "numerator", "từ 0 trở lên"),
    (plan, {"numerator": D("NaN"), "denominator": 2}, "numerator", "từ 0 trở lên"),
    (plan, {"numerator": 1, "denominator": D("Infinity")}, "denominator", "từ 0 trở lên"),
    (plan, {"numerator": 1, "denominator": 10**15}, "denominator", "quá lớn"),
    (plan, {"numerator": D("0.1234567"), "denominator": 2}, "numerator", "hơn 6 chữ số lẻ"),
    (plan, {"numerator": D("1." + "0" * 40 + "1"), "denominator": 2}, "numerator", "hơn 6 chữ số lẻ"),
    (plan, {"numerator": 0, "denominator": 0}, "denominator", "Mục này luôn áp dụng"),
    (NOTHING, {"numerator": 0, "denominator": 0}, "denominator", "chọn “không phát sinh”"),
    (MAY_BE_NA, {"numerator": 0, "denominator": 0}, "denominator", "đề nghị “không áp dụng”"),
    (plan, {"nothing_arose": True}, "nothing_arose", "không có lựa chọn “không phát sinh”"),
    (MAY_BE_NA, {"nothing_arose": True}, "nothing_arose", "Đề nghị “không áp dụng”"),
    (NOTHING, {"nothing_arose": False}, "nothing_arose", "chỉ nhận true"),
    (NOTHING, {"nothing_arose": 1}, "nothing_arose", "chỉ nhận true"),
    (NOTHING, {"nothing_arose": True, "percent": 1}, "nothing_arose", "chỉ nhận true"),
    (
        issued,
        {"option": "kịp thời"},
        "option",
        "Không có phương án “kịp thời”. Chọn một trong: “Kịp thời”; “Chậm”; “Không”.",
    ),
    (issued, {"option": 1}, "option", "Không có phương án"),
    (issued, {"points": 1}, "option", "Chọn một trong 3 phương án. Không dùng: points."),
    (reports, {"counts": {"Mỗi báo cáo sai": 1}}, "counts", "Mục trừ điểm “Mỗi báo cáo sai” không có"),
    (reports, {"counts": {"Mỗi báo cáo gửi chậm": D("1.5")}}, "counts", "1,5 không phải là số nguyên"),
    (reports, {"counts": {"Mỗi báo cáo gửi chậm": 1, "Mỗi báo cáo gửi chậm ": 1}}, "counts", "hai lần"),
    (reports, {"counts": [1, 2]}, "counts", "Cần số trường hợp"),
    (news, {"items": D("0.5")}, "items", "không phải là số nguyên"),
    (news, {"items": -1}, "items", "từ 0 trở lên"),
    (forms, {"counts": {"Tốt": 1}}, "", "điều tra xã hội học"),
    (derived, {"percent": 5}, "", "tính tự động"),
    (plan, "18/20", "", "Chưa có câu trả lời"),
]


@pytest.mark.parametrize(("rule", "answer", "field", "sentence"), REFUSED)
def test_an_answer_that_does_not_fit_is_refused_with_the_way_out(rule, answer, field, sentence):
    for ask in (normalise, compute):
        with pytest.raises(AnswerError) as refused:
            ask(rule, answer)
        assert sentence in refused.value.sentence
        assert refused.value.field == field
        assert str(refused.value) == refused.value.sentence


def test_a_wrong_count_names_its_line():
    with pytest.raises(AnswerError) as refused:
        normalise(reports, {"counts": {"Mỗi báo cáo không gửi": -2}})
    assert refused.value.label == "Mỗi báo cáo không gửi"


def test_nothing_arose_is_full_marks_where_the_rule_says_so():
    computed = compute(NOTHING, {"nothing_arose": True})
    assert computed.points == 2
    assert computed.explanation == "không phát sinh trong năm → đủ điểm → 2,00 điểm"
    assert normalise(NOTHING, {"nothing_arose": True}) == {"nothing_arose": True}


def test_an_appraiser_only_rule_computes_for_the_appraiser():
    rule = parse("discrete", ISSUED | {"scored_by": "appraiser"})
    assert rule.answered_by == "appraiser"
    assert compute(rule, {"option": "Kịp thời"}).points == 1


@pytest.mark.parametrize(
    ("own", "appraised", "points", "step"),
    [
        ("100", "95", "0.50", 0),
        ("100", "94.99", "0.25", 1),
        ("100", "105", "0.50", 0),
        ("100", "90", "0.25", 1),
        ("100", "89.99", "0.00", 2),
        ("0", "0", "0.50", 0),
        ("0", "0.01", "0.00", 2),
        ("70", "66.5", "0.50", 0),
        ("30", "28.5", "0.50", 0),
        ("30", "28.49", "0.25", 1),
    ],
)
def test_self_accuracy_is_derived_from_exact_sums(own, appraised, points, step):
    computed = derived_points(derived, D(own), D(appraised))
    assert str(computed.points) == points
    assert computed.step == step


def test_the_derived_explanation_shows_both_sums():
    assert derived_points(derived, D("70"), D("66.5")).explanation == (
        "tự đánh giá 70,00, thẩm định 66,50: chênh lệch 5,00% → bậc không quá 5% → 0,50 điểm"
    )


def test_only_a_derived_rule_is_derived():
    with pytest.raises(TypeError):
        derived_points(accuracy, D(1), D(1))


def test_the_step_reached_is_the_step_shown():
    for rule, answer in [
        (plan, {"percent": 85}), (plan, {"percent": 10}), (accuracy, {"percent": 7}), (issued, {"option": "Không"}),
        (handled, {"percent": 100}), (handled, {"percent": 80}), (handled, {"percent": 10}), (online, {"percent": 10}),
        (reports, {"counts": {}}),
    ]:  # fmt: skip
        computed = compute(rule, answer)
        assert computed.step is not None
        step = steps(rule)[computed.step]
        assert step.points in (None, computed.points)
        if step.points is not None and rule in (plan, accuracy):
            assert step.label in computed.explanation


def test_bands_are_shown_in_words():
    assert [(step.label, step.short, step.shown) for step in steps(plan)] == [
        ("đủ 100%", "đủ 100%", "2,00"),
        ("từ 90% đến dưới 100%", "từ 90%", "1,50"),
        ("từ 80% đến dưới 90%", "từ 80%", "1,00"),
        ("từ 70% đến dưới 80%", "từ 70%", "0,50"),
        ("dưới 70%", "dưới 70%", "0,00"),
    ]
    assert [step.label for step in steps(accuracy)] == ["không quá 5%", "trên 5% đến 10%", "trên 10%"]
    assert [step.label for step in steps(online)] == ["từ 30% trở lên", "từ 0% đến dưới 30%"]


def test_other_steps_are_shown_in_words():
    assert [step.shown for step in steps(reports)] == ["1,00", "−0,25 mỗi trường hợp", "−0,5 mỗi trường hợp"]
    assert [(step.label, step.shown) for step in steps(news)] == [("mỗi tin, bài", "+0,1 mỗi trường hợp")]
    assert [step.shown for step in steps(handled)] == ["1,00", "theo tỷ lệ", "0,00"]
    assert [(step.label, step.shown) for step in steps(forms)] == [("Tốt", "2,00"), ("Yếu", "0,00")]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            plan,
            "đủ 100%: 2; từ 90% đến dưới 100%: 1,5; từ 80% đến dưới 90%: 1; từ 70% đến dưới 80%: 0,5; dưới 70%: 0.",
        ),
        (issued, "Kịp thời: 1; Chậm: 0,5; Không: 0."),
        (handled, "tỷ lệ đạt 100% trở lên được 1; thấp hơn thì theo tỷ lệ; dưới 70%: 0."),
        (
            reports,
            "Bắt đầu từ 1; Mỗi báo cáo gửi chậm trừ 0,25; Mỗi báo cáo không gửi trừ 0,5; không dưới 0.",
        ),
        (news, "Mỗi tin, bài được 0,1; tối đa 1."),
        (NOTHING, "Trong năm không phát sinh thì được đủ điểm."),
        (MAY_BE_NA, "Không phát sinh thì được đề nghị không áp dụng."),
        (parse("discrete", ISSUED | {"scored_by": "appraiser"}), "Cơ quan thẩm định chấm"),
        (forms, "Tốt 100%, Yếu 0%. Đối tượng: A."),
        (
            parse("survey", {"question": "S", "import": "sipas_pct", "groups": ["A"]}, "2.5"),
            "(SIPAS, %) × 2,5 ÷ 100.",
        ),
    ],
)
def test_a_rule_describes_itself(rule, sentence):
    assert describe(rule).endswith(sentence) or sentence in describe(rule)


def test_the_two_numbers_of_a_rate_have_names_where_the_metric_gives_them():
    assert rate_labels(plan) == ("Số nhiệm vụ hoàn thành", "Tổng số nhiệm vụ trong Kế hoạch")
    assert rate_labels(handled) == ("Tử số", "Mẫu số")


def test_an_appraiser_decides_within_the_steps():
    assert allowed_points(plan) == (D("2.00"), D("1.50"), D("1.00"), D("0.50"), D("0.00"))
    assert allowed_points(reports) == (D("1.00"), D("0.75"), D("0.50"), D("0.25"), D("0.00"))
    assert allowed_points(handled) is None
    assert allowed_points(forms) is None
    assert len(allowed_points(news)) == 11


def test_zero_is_always_open_and_the_maximum_where_nothing_arose_is():
    never_zero = parse(
        "discrete", {"options": [{"label": "A", "points": D("0.75")}, {"label": "B", "points": D("0.5")}]}
    )
    assert allowed_points(never_zero) == (D("0.75"), D("0.50"), D("0.00"))
    open_rule = parse(
        "discrete",
        {
            "options": [{"label": "A", "points": D("0.75")}, {"label": "B", "points": D("0.5")}],
            "nothing_arose": "full",
        },
    )
    assert is_allowed(open_rule, D(1))
    assert not is_allowed(never_zero, D(1))


@pytest.mark.parametrize(
    ("rule", "points", "allowed"),
    [
        (plan, "1.5", True), (plan, "1.50", True), (plan, "1.4", False), (plan, "2.5", False), (plan, "-0.5", False),
        (handled, "0.89", True), (handled, "0.7", True), (handled, "0.69", False), (handled, "0", True),
        (handled, "0.895", False), (handled, "1.01", False), (handled, "NaN", False),
        (reports, "0.25", True), (reports, "0.3", False), (news, "0.55", False), (news, "0.5", True), (forms, "1.23", True),
    ],
)  # fmt: skip
def test_points_outside_the_steps_are_not_allowed(rule, points, allowed):
    assert is_allowed(rule, D(points)) is allowed


def test_every_computed_value_is_one_an_appraiser_may_decide():
    for rule, answers in [
        (plan, [{"percent": p} for p in range(101)]),
        (handled, [{"numerator": n, "denominator": 37} for n in range(38)]),
        (
            reports,
            [
                {"counts": {"Mỗi báo cáo gửi chậm": a, "Mỗi báo cáo không gửi": b}}
                for a in range(6)
                for b in range(4)
            ],
        ),
        (news, [{"items": n} for n in range(15)]),
    ]:
        for answer in answers:
            assert is_allowed(rule, compute(rule, answer).points)


def test_a_deduction_with_countless_values_still_has_limits():
    rule = parse(
        "deduction",
        {
            "start": 100,
            "min": 10,
            "steps": [{"label": "A", "minus": D("0.0011")}, {"label": "B", "minus": D("0.0007")}],
        },
        100,
    )
    assert allowed_points(rule) is None
    assert is_allowed(rule, D("50.5"))
    assert is_allowed(rule, D(0))
    assert not is_allowed(rule, D(9))
