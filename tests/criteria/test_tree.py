import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.tree import Node, Tree, TreeError, code_key, find_cycles

D = Decimal


def node(code, parent="", level=None, points=1, **more):
    level = level or ("area", "criterion", "component")[code.count(".")]
    return Node(code=code, parent_code=parent, level=level, name=f"Mục {code}", max_points=D(points), **more)


def small():
    return [
        node("1"), node("1.1", "1"), node("1.2", "1"), node("1.10", "1"),
        node("1.1.1", "1.1"), node("1.1.2", "1.1"), node("1.1.10", "1.1"), node("1.10.1", "1.10"),
        node("2"), node("2.1", "2"), node("T1", level="bonus"), node("P1", level="penalty"),
    ]  # fmt: skip


def codes(nodes):
    return [node.code for node in nodes]


def test_nodes_stand_in_natural_order_parents_first():
    expected = ["1", "1.1", "1.1.1", "1.1.2", "1.1.10", "1.2", "1.10", "1.10.1", "2", "2.1"]
    for seed in range(20):
        nodes = small()
        random.Random(seed).shuffle(nodes)
        tree = Tree.build(nodes)
        assert codes(tree.nodes) == expected
        assert codes(tree.roots) == ["1", "2"]
        assert codes(tree.extras) == ["P1", "T1"]


def test_a_criterion_without_components_is_a_leaf():
    assert codes(Tree.build(small()).leaves) == ["1.1.1", "1.1.2", "1.1.10", "1.2", "1.10.1", "2.1"]


def test_an_area_alone_is_no_leaf():
    assert Tree.build([node("1")]).leaves == ()


def test_the_family_of_a_node():
    tree = Tree.build(small())
    assert codes(tree.children("1.1")) == ["1.1.1", "1.1.2", "1.1.10"]
    assert tree.children("1.2") == ()
    assert codes(tree.below("1")) == ["1.1.1", "1.1.2", "1.1.10", "1.2", "1.10.1"]
    assert codes(tree.below("1.10")) == ["1.10.1"]
    assert codes(tree.below("1.2")) == ["1.2"]
    assert codes(tree.below("T1")) == []
    assert codes(tree.ancestors("1.1.10")) == ["1.1", "1"]
    assert tree.ancestors("1") == ()
    assert tree.area_of("1.10.1").code == "1"
    assert tree.area_of("2").code == "2"
    assert tree.area_of("T1").code == "T1"


def test_nodes_are_found_by_code():
    tree = Tree.build(small())
    assert tree["1.10"].name == "Mục 1.10"
    assert "1.10" in tree
    assert "1.11" not in tree
    with pytest.raises(KeyError):
        tree.children("1.11")


REFUSED = [
    ([node("1"), node("1")], "Mã 1 xuất hiện hai lần", ("1",)),
    ([node("1"), node("1.1", "9")], "1.1: không có mục cha 9", ("1.1", "9")),
    ([node("1"), node("1.1")], "1.1: mục cấp criterion phải nằm trong một mục cấp area", ("1.1",)),
    (
        [node("1"), node("1.1.1", "1")],
        "1.1.1: mục cấp component phải nằm trong một mục cấp criterion",
        ("1.1.1",),
    ),
    ([node("1"), node("2", "1", level="area")], "2: mục cấp area không có mục cha", ("2",)),
    ([node("1"), node("T1", "1", level="bonus")], "T1: mục cấp bonus không có mục cha", ("T1",)),
    ([node("1", level="part")], "1: cấp “part” không có", ("1",)),
    ([node("1.1", "1.1")], "vòng lặp: 1.1 → 1.1", ("1.1",)),
    (
        [node("1.1", "1.2"), node("1.2", "1.3"), node("1.3", "1.1")],
        "1.1 → 1.2 → 1.3 → 1.1",
        ("1.1", "1.2", "1.3"),
    ),
]


@pytest.mark.parametrize(("nodes", "sentence", "named"), REFUSED)
def test_what_is_no_tree_is_refused_by_name(nodes, sentence, named):
    with pytest.raises(TreeError) as refused:
        Tree.build(nodes)
    assert sentence in str(refused.value)
    assert refused.value.codes == named


def test_every_ring_is_found_once():
    parents = {"1": "", "1.1": "1", "a": "b", "b": "a", "c": "a", "2.10": "2.9", "2.9": "2.10", "x": "gone"}
    assert find_cycles(parents) == [("2.9", "2.10", "2.9"), ("a", "b", "a")]


@pytest.mark.parametrize(
    "ordered",
    [
        ["1", "1.1", "1.1.1", "1.2", "1.10", "2", "10"],
        ["1.2", "1.2a", "1.2b", "1.10"],
        ["2", "P1", "P2", "P10", "T1"],
    ],
)
def test_codes_have_a_natural_order(ordered):
    assert sorted(sorted(ordered, reverse=True), key=code_key) == ordered


@given(st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=4), min_size=2, max_size=8))
def test_codes_of_numbers_sort_as_lists_of_numbers(parts):
    written = [".".join(map(str, numbers)) for numbers in parts]
    assert sorted(written, key=code_key) == [".".join(map(str, numbers)) for numbers in sorted(parts)]
