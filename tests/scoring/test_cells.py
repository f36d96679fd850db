"""From stored rows to cells: empty, zero, not applicable and without data are four different things."""

from decimal import Decimal

import pytest

from criteria.rules import parse_rule
from criteria.tree import Node, Tree
from scoring.cells import Leaves, Material, Row, gaps
from scoring.index import EMPTY, NO_DATA, NOT_APPLICABLE, SCORED
from surveys.merging import Merger, merge_percent

OPTIONS = {"options": [{"label": "Có", "points": Decimal(10)}, {"label": "Không", "points": Decimal(0)}]}
FORMS = {"question": "?", "groups": ["Người dân"], "weights": {"Tốt": Decimal(100), "Yếu": Decimal(0)}}
SIPAS = {"question": "?", "groups": ["Người dân"], "import": "sipas_pct"}
ACCURACY = {
    "metric": "Chênh lệch",
    "direction": "lower_is_better",
    "bands": [{"max": Decimal(5), "points": Decimal(10)}],
    "derived": "self_accuracy",
}


def leaf(code, kind="discrete", source="self", params=None):
    rule = parse_rule(
        kind=kind,
        max_points=Decimal(10),
        source=source,
        params=OPTIONS if params is None else params,
        na_allowed=False,
    )
    return Node(code, code.rpartition(".")[0], "component", code, Decimal(10), source, rule=rule)


def tree():
    return Tree.build(
        [
            Node("1", "", "area", "1", Decimal(50)),
            Node("1.1", "1", "criterion", "1.1", Decimal(50)),
            leaf("1.1.1"),
            leaf("1.1.2", params={**OPTIONS, "scored_by": "appraiser"}),
            leaf("1.1.3", "survey", "survey", FORMS),
            leaf("1.1.4", "survey", "survey", SIPAS),
            leaf("1.1.5", "threshold", "self", ACCURACY),
            Node("B1", "", "bonus", "B1", Decimal(3), rule=leaf("1.1.1").rule),
        ]
    )


def row(own=None, given=None, *, answer="", requested=False, closed=False):
    points = [None if value is None else Decimal(value) for value in (own, given)]
    return Row(answer, *points, requested, closed)


LEAVES = Leaves.of(tree())


def test_nothing_stored_is_empty_or_without_data_and_a_derived_leaf_is_left_to_the_computation():
    cells = LEAVES.cells(Material())

    assert {code: cell.state for code, cell in cells.items()} == {
        "1.1.1": EMPTY,
        "1.1.2": EMPTY,
        "1.1.3": NO_DATA,
        "1.1.4": NO_DATA,
    }


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (row(), (EMPTY, None, None)),
        (row("10"), (SCORED, Decimal(10), Decimal(10))),
        (row("0"), (SCORED, Decimal(0), Decimal(0))),
        (row("10", "2.5"), (SCORED, Decimal(10), Decimal("2.5"))),
        (row("10", "0"), (SCORED, Decimal(10), Decimal(0))),
        (row(None, "5"), (SCORED, None, Decimal(5))),
        (row(requested=True), (EMPTY, None, None)),
        (row(None, "5", requested=True), (SCORED, None, Decimal(5))),
        (row(closed=True), (SCORED, None, Decimal(0))),
        (row(None, "5", closed=True), (SCORED, None, Decimal(5))),
    ],
)
def test_what_is_stored_of_a_leaf_says_how_it_counts(stored, expected):
    assert tuple(LEAVES.cells(Material(rows={"1.1.1": stored}))["1.1.1"]) == expected


def test_forms_nobody_could_use_are_no_data_and_bad_marks_are_zero():
    silent = Material(counts={"1.1.3": {"Người dân": {"Không biết": 9, "Tốt": 0}}})
    bad = Material(counts={"1.1.3": {"Người dân": {"Yếu": 1}}})

    assert LEAVES.cells(silent)["1.1.3"].state == NO_DATA
    assert LEAVES.cells(bad)["1.1.3"] == (SCORED, None, Decimal("0.00"))


@pytest.mark.parametrize("percent", ["0", "0.05", "33.3333", "82.18", "99.9999", "100"])
def test_an_imported_percentage_gives_the_points_of_the_worded_merging(percent):
    rule = leaf("x.1", "survey", "survey", SIPAS).rule

    assert Merger(rule).percent_points(Decimal(percent)) == merge_percent(rule, Decimal(percent)).points


@pytest.mark.parametrize("node", ["1", "1.1", "1.1.3"])
def test_a_grant_covers_every_leaf_below_it_survey_and_derived_included(node):
    material = Material(rows={"1.1.1": row("10")}, grants={node}, percents={"1.1.4": Decimal(50)})
    cells = LEAVES.cells(material)
    covered = {"1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5"} if node != "1.1.3" else {"1.1.3"}

    assert {code for code, cell in cells.items() if cell.state == NOT_APPLICABLE} == covered


def test_imported_points_of_a_derived_leaf_are_taken_as_they_are():
    assert LEAVES.cells(Material(rows={"1.1.5": row("7.5")}))["1.1.5"] == (SCORED, None, Decimal("7.5"))
    assert LEAVES.cells(Material(rows={"1.1.5": row("7.5", "5")}))["1.1.5"] == (SCORED, None, Decimal(5))


def test_a_bonus_counts_only_once_it_is_claimed_or_decided():
    assert LEAVES.bonuses(Material()) == []
    assert LEAVES.bonuses(Material(rows={"B1": row("2")})) == [("B1", "bonus", Decimal(2), Decimal(3))]
    assert LEAVES.bonuses(Material(rows={"B1": row("2", "1")})) == [("B1", "bonus", Decimal(1), Decimal(3))]
    assert LEAVES.bonuses(Material(rows={"B1": row("2")}, grants={"B1"})) == []


def test_gaps_keep_empty_and_no_data_apart():
    assert gaps([("1", EMPTY), ("2", SCORED), ("3", NO_DATA), ("4", EMPTY)]) == (("1", "4"), ("3",))
