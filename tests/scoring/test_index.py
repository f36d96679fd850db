"""The total of one unit, case by case (docs/scoring.md §5)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from criteria.rules import parse_rule
from criteria.tree import Node, Tree
from scoring.index import (
    EMPTY,
    NO_DATA,
    NOT_APPLICABLE,
    SCORED,
    Cell,
    Extra,
    Plan,
    TotalError,
    compute_unit,
)
from scoring.models import CellState

D = Decimal


def options(maximum, **params):
    return parse_rule(
        kind="discrete",
        max_points=D(maximum),
        source="self",
        params={"options": [{"label": "x", "points": D(maximum)}], **params},
        na_allowed=False,
    )


def survey(maximum):
    params = {"question": "q", "groups": ["g"], "weights": {"Tốt": 100}}
    return parse_rule(kind="survey", max_points=D(maximum), source="survey", params=params, na_allowed=False)


def accuracy(maximum):
    params = {
        "metric": "m",
        "direction": "lower_is_better",
        "bands": [{"max": 5, "points": D(maximum)}, {"max": 10, "points": D(maximum) / 2}],
        "else": 0,
        "derived": "self_accuracy",
    }
    return parse_rule(kind="threshold", max_points=D(maximum), source="self", params=params, na_allowed=False)


def node(code, maximum, rule=None):
    level = ("area", "criterion", "component")[code.count(".")]
    source = rule.source if rule else "mixed"
    return Node(code, code.rpartition(".")[0], level, f"Mục {code}", D(maximum), source, rule=rule)


@pytest.fixture
def tree():
    """Two areas: 1 with a component of each source and a leaf criterion, 2 with one survey leaf."""
    return Tree.build(
        [
            node("1", 60),
            node("1.1", 50),
            node("1.1.1", 30, options(30)),
            node("1.1.2", 20, survey(20)),
            node("1.2", 10, options(10, scored_by="appraiser")),
            node("2", 40),
            node("2.1", 40, survey(40)),
        ]
    )


@pytest.fixture
def derived_tree():
    """A unit's own leaf of 90, an appraiser's of 6, the derived one of 4."""
    return Tree.build(
        [
            node("1", 100),
            node("1.1", 90, options(90)),
            node("1.2", 6, options(6, scored_by="appraiser")),
            node("1.3", 4, accuracy(4)),
        ]
    )


def scored(points, own=None):
    return Cell(SCORED, None if own is None else D(own), D(points))


def full(**changes):
    cells = {
        "1.1.1": scored("20.25", "30"),
        "1.1.2": scored("15"),
        "1.2": scored("7.5"),
        "2.1": scored("31.17"),
    }
    return {**cells, **{code.replace("_", "."): cell for code, cell in changes.items()}}


def line(total, code):
    return next(line for line in total.lines if line.code == code)


def test_a_complete_unit(tree):
    total = compute_unit(tree, full())

    assert (total.appraised_points, total.survey_points) == (D("27.75"), D("46.17"))
    assert (total.points, total.max_points) == (D("73.92"), D("100.00"))
    assert total.self_points == D("30.00")
    assert str(total.index_percent) == "73.92"
    assert (total.complete, total.missing, total.extra_points) == (True, (), 0)


def test_every_node_has_its_line_in_reading_order(tree):
    total = compute_unit(tree, full())

    assert [tuple(map(str, line)) for line in total.lines] == [
        ("1", "area", "scored", "60.00", "30.00", "42.75", "71.25"),
        ("1.1", "criterion", "scored", "50.00", "30.00", "35.25", "70.50"),
        ("1.1.1", "component", "scored", "30.00", "30.00", "20.25", "67.50"),
        ("1.1.2", "component", "scored", "20.00", "None", "15.00", "75.00"),
        ("1.2", "criterion", "scored", "10.00", "None", "7.50", "75.00"),
        ("2", "area", "scored", "40.00", "None", "31.17", "77.93"),
        ("2.1", "criterion", "scored", "40.00", "None", "31.17", "77.93"),
    ]


def test_a_not_applicable_leaf_leaves_the_maximum(tree):
    total = compute_unit(tree, full(**{"2_1": Cell(NOT_APPLICABLE)}))

    assert (total.points, total.max_points) == (D("42.75"), D("60.00"))
    assert total.index_percent == D("71.25")
    assert total.complete
    assert line(total, "2") == ("2", "area", NOT_APPLICABLE, D(0), None, None, None)


def test_an_empty_leaf_counts_nothing_keeps_its_maximum_and_is_missing(tree):
    total = compute_unit(tree, full(**{"1_1_1": Cell(EMPTY)}))

    assert (total.points, total.max_points) == (D("53.67"), D("100.00"))
    assert (total.complete, total.missing) == (False, ("1.1.1",))
    assert line(total, "1.1.1")[2:] == (EMPTY, D(30), None, None, None)


def test_a_leaf_without_cell_is_empty_or_without_data(tree):
    total = compute_unit(tree, {"1.2": scored(10)})

    assert total.missing == ("1.1.1", "1.1.2", "2.1")
    assert [line(total, code).state for code in ("1.1.1", "1.1.2", "1.2", "2.1")] == [
        EMPTY,
        NO_DATA,
        SCORED,
        NO_DATA,
    ]
    assert total.index_percent == D("10.00")


@pytest.mark.parametrize(
    ("first", "second", "parent"),
    [
        (SCORED, SCORED, SCORED),
        (SCORED, EMPTY, EMPTY),
        (SCORED, NO_DATA, NO_DATA),
        (SCORED, NOT_APPLICABLE, SCORED),
        (EMPTY, NO_DATA, EMPTY),
        (EMPTY, NOT_APPLICABLE, EMPTY),
        (NO_DATA, NOT_APPLICABLE, NO_DATA),
        (NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_the_state_of_a_parent_is_the_worst_below_it(tree, first, second, parent, swapped):
    def cell(state):
        return scored(1) if state == SCORED else Cell(state)

    pair = (second, first) if swapped else (first, second)
    total = compute_unit(tree, full(**{"1_1_1": cell(pair[0]), "1_1_2": cell(pair[1])}))

    assert line(total, "1.1").state == parent


def test_zero_is_a_score_and_not_a_gap(tree):
    total = compute_unit(tree, full(**{"1_1_1": scored(0, 0)}))

    assert total.complete
    assert line(total, "1.1.1")[2:] == (SCORED, D(30), D(0), D(0), D("0.00"))


def test_only_the_units_own_leaves_have_self_points(tree):
    cells = full(**{"1_2": scored("7.5", "10"), "2_1": scored("31.17", "40")})

    assert compute_unit(tree, cells).self_points == D("30.00")


def test_the_index_is_rounded_half_up_once():
    tree = Tree.build([node("1", 80), node("1.1", 80, options(80))])

    assert compute_unit(tree, {"1.1": scored("71.996")}, digits=3).index_percent == D("89.995")
    assert str(compute_unit(tree, {"1.1": scored("0.02")}).index_percent) == "0.03"  # 0,025
    assert str(compute_unit(tree, {"1.1": scored("0.01")}).index_percent) == "0.01"  # 0,0125


def test_digits_are_data():
    tree = Tree.build([node("1", "3.75"), node("1.1", "3.75", options("3.75"))])

    total = compute_unit(tree, {"1.1": scored("2.5")}, digits=1)

    assert (str(total.index_percent), total.points) == ("66.7", D("2.5"))


# --- The derived leaf (design §3.5) --------------------------------------------------------------


@pytest.mark.parametrize(
    ("claimed", "given", "points"),
    [
        (80, 76, 4),  # exactly 5 %
        (80, "75.99", 2),
        (80, 72, 2),  # exactly 10 %
        (80, "71.99", 0),
        (80, 84, 4),  # more than claimed differs just as much
        (80, "84.01", 2),
        (0, 0, 4),
        (0, "0.01", 0),
    ],
)
def test_the_derived_leaf_compares_claimed_with_given(derived_tree, claimed, given, points):
    total = compute_unit(derived_tree, {"1.1": scored(given, claimed), "1.2": scored(6)})

    assert line(total, "1.3").points == points
    assert total.points == D(given) + 6 + points
    assert (total.complete, total.self_points) == (True, D(claimed))


def test_the_appraisers_own_leaf_does_not_disturb_the_comparison(derived_tree):
    without = compute_unit(derived_tree, {"1.1": scored(80, 80), "1.2": scored(0)})

    assert line(without, "1.3").points == 4


def test_a_leaf_not_self_assessed_counts_zero_in_the_claim(derived_tree):
    total = compute_unit(derived_tree, {"1.1": scored(40), "1.2": scored(6)})

    assert (line(total, "1.3").points, total.points) == (0, 46)


def test_the_derived_leaf_is_never_missing_and_may_be_exempt_or_entered(derived_tree):
    cells = {"1.1": scored(80, 80), "1.2": scored(6)}

    assert compute_unit(derived_tree, cells).missing == ()
    exempt = compute_unit(derived_tree, {**cells, "1.3": Cell(NOT_APPLICABLE)})
    assert (exempt.points, exempt.max_points) == (86, 96)
    entered = compute_unit(derived_tree, {**cells, "1.3": scored(1, 3)})
    assert (entered.points, entered.self_points) == (87, 80)
    assert compute_unit(derived_tree, {**cells, "1.3": Cell(EMPTY)}).points == 90


# --- Bonus and penalty ---------------------------------------------------------------------------


def extra(level, points, cap=5, code="T1"):
    return Extra(code, level, D(points), D(cap))


def test_bonus_and_penalty_are_part_of_the_appraised_points(tree):
    total = compute_unit(tree, full(), extra=[extra("bonus", 2), extra("penalty", "0.5", code="P1")])

    assert (total.points, total.extra_points) == (D("75.42"), D("1.50"))
    assert total.appraised_points + total.survey_points == total.points
    assert total.max_points == 100
    assert [(row.code, row.level, row.points) for row in total.lines[-2:]] == [
        ("T1", "bonus", 2),
        ("P1", "penalty", D("-0.5")),
    ]


def test_the_yearly_cap_holds_over_all_entries_of_a_row(tree):
    total = compute_unit(
        tree, full(), extra=[extra("bonus", 3), extra("bonus", 3), extra("bonus", 1, code="T2")]
    )

    assert total.extra_points == 6


def test_the_index_stays_within_0_and_100(tree, derived_tree):
    everything = {"1.1": scored(90, 90), "1.2": scored(6)}
    assert str(compute_unit(derived_tree, everything, extra=[extra("bonus", 5)]).index_percent) == "100.00"
    nothing = {"1.1.1": scored(0), "1.1.2": scored(1), "1.2": scored(0), "2.1": scored(0)}
    total = compute_unit(tree, nothing, extra=[extra("penalty", 5)])
    assert (total.points, total.index_percent) == (0, 0)
    assert total.appraised_points + total.survey_points == total.points


# --- Mistakes of the caller ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        {"1.1": scored(1)},  # a parent
        {"9.9": scored(1)},  # unknown
        {"1.1.1": scored("30.01")},
        {"1.1.1": scored("-0.01")},
        {"1.1.1": scored("0.001")},
        {"1.1.1": scored(1, "30.01")},
        {"1.1.1": Cell(SCORED)},
        {"1.1.1": Cell("zero")},
    ],
)
def test_cells_that_do_not_fit_are_refused(tree, cells):
    with pytest.raises(TotalError):
        compute_unit(tree, cells)


@pytest.mark.parametrize("wrong", [extra("bonus", -1), extra("gift", 1)])
def test_extras_that_are_none_are_refused(tree, wrong):
    with pytest.raises(TotalError):
        compute_unit(tree, full(), extra=[wrong])


def test_a_plan_gives_the_same_for_every_unit(tree):
    plan = Plan.of(tree)

    assert compute_unit(plan, full()) == compute_unit(tree, full())
    assert compute_unit(plan, {}) == compute_unit(tree, {})
    assert compute_unit(plan, full()) == compute_unit(tree, full())


def test_states_are_the_stored_words():
    assert {SCORED, EMPTY, NOT_APPLICABLE, NO_DATA} == set(CellState.values)
