"""Forms become points: the worked example, weights of groups, and once more by other arithmetic."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.rules import parse_rule
from surveys.merging import (
    MergeError,
    check_answer,
    check_group,
    is_counted,
    merge,
    merge_percent,
    merged_points,
)

D = Decimal
PERCENTS = {"Tốt": 100, "Khá": 60, "Trung bình": 20, "Yếu": 0}
PEOPLE, FIRMS, CADRES = "Người dân", "Doanh nghiệp, tổ chức", "Công chức"
EXAMPLE = {"Tốt": 40, "Khá": 30, "Trung bình": 20, "Yếu": 10}


def survey(max_points=2, **params):
    params = {"question": "Q", "weights": PERCENTS, "groups": [PEOPLE, FIRMS, CADRES]} | params
    return parse_rule(
        kind="survey", max_points=D(max_points), source="survey", params=params, na_allowed=False
    )


pooled = survey()
weighted = survey(group_weights={PEOPLE: 2, FIRMS: 1, CADRES: D("0.5")})
sipas = parse_rule(
    kind="survey",
    max_points=D("2.5"),
    source="survey",
    params={"question": "S", "import": "sipas_pct", "groups": [PEOPLE]},
    na_allowed=True,
)


def test_the_worked_example():
    merged = merge(pooled, {PEOPLE: EXAMPLE})
    assert merged.points == D("1.24")
    assert merged.percent == 62
    assert merged.valid == 100
    assert merged.explanation == (
        "(40 Tốt × 100% + 30 Khá × 60% + 20 Trung bình × 20% + 10 Yếu × 0%) ÷ 100 phiếu = 62,00% → 2 × 62,00% → 1,24 điểm"
    )


def test_valid_forms_of_all_groups_are_pooled():
    split = {PEOPLE: {"Tốt": 39, "Yếu": 10}, FIRMS: {"Tốt": 1, "Khá": 30, "Trung bình": 20}}
    assert merge(pooled, split).points == D("1.24")


def test_dont_know_and_no_answer_are_accepted_and_not_counted():
    merged = merge(pooled, {PEOPLE: EXAMPLE | {"Không biết": 50, "không trả lời": 7}})
    assert merged.points == D("1.24")
    assert (merged.valid, merged.not_counted) == (100, 57)
    assert "(không tính 57 phiếu không biết, không trả lời)" in merged.explanation
    assert not is_counted(" Không  biết")
    assert is_counted("Khá")


@pytest.mark.parametrize("counts", [{}, {PEOPLE: {}}, {PEOPLE: {"Tốt": 0}}, {PEOPLE: {"Không biết": 12}}])
@pytest.mark.parametrize("rule", [pooled, weighted])
def test_no_valid_form_is_no_data_and_not_zero(rule, counts):
    merged = merge(rule, counts)
    assert merged.points is None
    assert merged.percent is None
    assert merged.valid == 0
    assert merged.explanation.startswith("chưa có dữ liệu")


def test_forms_that_say_the_worst_are_zero_and_not_missing():
    assert merge(pooled, {PEOPLE: {"Yếu": 3}}).points == D("0.00")


def test_group_weights_weigh_means_not_forms():
    merged = merge(weighted, {PEOPLE: {"Tốt": 1}, FIRMS: {"Yếu": 1000}, CADRES: {"Khá": 10}})
    # (2 × 100 + 1 × 0 + 0,5 × 60) ÷ 3,5 = 65,714…
    assert merged.percent == Fraction(460, 7)
    assert merged.points == D("1.31")
    assert "Công chức 60,00% × 0,5 (10 phiếu)" in merged.explanation


def test_a_group_without_a_valid_form_leaves_its_weight_out():
    merged = merge(weighted, {PEOPLE: {"Tốt": 3}, FIRMS: {"Không biết": 9}})
    assert merged.percent == 100
    assert merged.points == 2
    assert "Doanh nghiệp" not in merged.explanation


def test_points_are_rounded_half_up_once():
    assert merge(survey(max_points=D("0.25")), {PEOPLE: {"Tốt": 1, "Yếu": 1}}).points == D("0.13")
    assert (
        str(merge(survey(max_points=D("0.25")), {PEOPLE: {"Tốt": 1, "Yếu": 1}}, digits=3).points) == "0.125"
    )


@given(
    st.dictionaries(
        st.sampled_from([PEOPLE, FIRMS, CADRES]),
        st.dictionaries(st.sampled_from([*PERCENTS, "Không biết", "Không trả lời"]), st.integers(0, 500)),
    ),
    st.integers(1, 20),
)
def test_pooled_points_by_whole_numbers_only(counts, quarters):
    """Every form written out on its own, everything scaled to whole numbers."""
    forms = [
        PERCENTS[a]
        for answers in counts.values()
        for a, n in answers.items()
        if a in PERCENTS
        for _form in range(n)
    ]
    merged = merge(survey(max_points=D(quarters) / 4), counts)
    if not forms:
        assert merged.points is None
        return
    top, bottom = quarters * 25 * sum(forms), 100 * len(forms)
    assert merged.points == D((2 * top + bottom) // (2 * bottom)) / 100
    assert merged.valid == len(forms)


@given(st.lists(st.tuples(*[st.integers(0, 60)] * 4), min_size=3, max_size=3))
def test_weighted_points_by_another_road(counts):
    names = [PEOPLE, FIRMS, CADRES]
    table = {name: dict(zip(PERCENTS, row, strict=True)) for name, row in zip(names, counts, strict=True)}
    halves = {PEOPLE: 4, FIRMS: 2, CADRES: 1}
    present = [name for name in names if sum(table[name].values())]
    merged = merge(weighted, table)
    if not present:
        assert merged.points is None
        return
    share = sum(
        Fraction(halves[name], sum(halves[n] for n in present))
        * sum(
            Fraction(PERCENTS[a], 100) * Fraction(n, sum(table[name].values()))
            for a, n in table[name].items()
        )
        for name in present
    )
    hundredths = share * 200
    rounded = int(hundredths) + (hundredths - int(hundredths) >= Fraction(1, 2))
    assert merged.points == D(rounded) / 100
    assert 0 <= merged.points <= 2


@given(st.tuples(*[st.integers(0, 40)] * 4), st.integers(0, 2))
def test_a_better_answer_never_lowers_the_points(row, place):
    names = list(PERCENTS)
    better = dict(zip(names, row, strict=True))
    worse = dict(better)
    if not better[names[place]]:
        return
    worse[names[place]] -= 1
    worse[names[place + 1]] += 1
    assert merge(pooled, {PEOPLE: worse}).points <= merge(pooled, {PEOPLE: better}).points


REFUSED = [
    (pooled, {"Du khách": {"Tốt": 1}}, "group", "Không có nhóm đối tượng “Du khách”. Các nhóm: Người dân; Doanh nghiệp, tổ chức; Công chức."),
    (pooled, {PEOPLE: {"Rất tốt": 1}}, "answer", "Không có mức trả lời “Rất tốt”. Các mức: Tốt; Khá; Trung bình; Yếu; Không biết; Không trả lời."),
    (pooled, {PEOPLE: {"tốt": 1}}, "answer", "Không có mức trả lời “tốt”"),
    (pooled, {PEOPLE: {"Tốt": -1}}, "count", "số nguyên từ 0 trở lên"),
    (pooled, {PEOPLE: {"Tốt": D("1.5")}}, "count", "số nguyên từ 0 trở lên"),
    (pooled, {PEOPLE: {"Tốt": True}}, "count", "số nguyên từ 0 trở lên"),
    (sipas, {PEOPLE: {"Tốt": 1}}, "answer", "chỉ nhận tỷ lệ (percent)"),
    (sipas, {PEOPLE: {}}, "answer", "chỉ nhận tỷ lệ (percent)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "counts", "column", "sentence"), REFUSED)
def test_figures_that_do_not_fit_are_refused_with_their_column(rule, counts, column, sentence):
    with pytest.raises(MergeError) as refused:
        merge(rule, counts)
    assert sentence in refused.value.sentence
    assert refused.value.column == column


def test_groups_and_answers_have_one_spelling():
    assert check_group(pooled, "  Người  dân ") == PEOPLE
    assert check_answer(pooled, "Khá\u200b") == "Khá"
    assert check_answer(pooled, "KHÔNG BIẾT") == "Không biết"
    assert merge(pooled, {PEOPLE: {"Tốt": 1, " Tốt": 1, "Yếu": 2}}).percent == 50


@pytest.mark.parametrize(
    ("percent", "points"),
    [(D("82.18"), "2.05"), (D("90.3"), "2.26"), (0, "0.00"), (100, "2.50"), (D("82.2"), "2.06")],
)
def test_a_sipas_percentage_is_a_share_of_the_maximum(percent, points):
    merged = merge_percent(sipas, percent)
    assert str(merged.points) == points
    assert merged.explanation.endswith(f"→ {points.replace('.', ',')} điểm")


def test_no_sipas_percentage_is_no_data():
    merged = merge_percent(sipas, None)
    assert merged.points is None
    assert merged.explanation == "chưa có dữ liệu: chưa nhập tỷ lệ"


@pytest.mark.parametrize("percent", [D("-1"), D("100.01"), 101, True, D("NaN"), "90"])
def test_a_percentage_lies_between_0_and_100(percent):
    with pytest.raises(MergeError, match="từ 0 đến 100"):
        merge_percent(sipas, percent)


def test_a_rule_of_forms_takes_no_percentage():
    with pytest.raises(MergeError, match="không nhận tỷ lệ"):
        merge_percent(pooled, D(90))


@pytest.mark.parametrize(
    "rule",
    [pooled, weighted, survey(max_points=D("0.75"), group_weights={PEOPLE: D("0.1"), FIRMS: 3, CADRES: 1})],
)
@given(
    st.dictionaries(
        st.sampled_from([PEOPLE, FIRMS, CADRES]),
        st.dictionaries(st.sampled_from([*PERCENTS, "Không biết", "Không trả lời"]), st.integers(0, 40)),
    )
)
def test_the_short_road_to_the_points_is_the_same_as_the_worded_one(rule, counts):
    assert merged_points(rule, counts) == merge(rule, counts).points
    assert merged_points(rule, counts, digits=3) == merge(rule, counts, digits=3).points
