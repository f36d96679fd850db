"""Places, bands, changes and lineage (docs/scoring.md §6)."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from parindex.text import sort_key
from scoring.ranking import (
    DEFAULT_BANDS,
    Band,
    BandError,
    Entry,
    band,
    change,
    parse_bands,
    previous_unit,
    rank,
    renamings,
)

D = Decimal


def entry(name, index, **more):
    return Entry(name, None if index is None else D(index), sort_key(name), **more)


def places(standings):
    return [(standing.entry.unit, standing.rank) for standing in standings]


def test_ties_share_a_place_in_vietnamese_order_and_the_next_is_skipped():
    entries = [
        entry("Đông Sang", "80.00"),
        entry("Yên Châu", 70),
        entry("Ẳng Tở", "80.0"),
        entry("Dồm Cang", 90),
    ]

    assert places(rank(entries)) == [("Dồm Cang", 1), ("Ẳng Tở", 2), ("Đông Sang", 2), ("Yên Châu", 4)]


def test_units_of_one_name_keep_one_order():
    twins = [Entry(unit, D(80), sort_key("Tân Lập")) for unit in (12, 7, 31)]

    assert rank(twins) == rank(reversed(twins))


def test_an_unranked_unit_takes_no_place_and_stands_last():
    entries = [entry("A", 95, ranked=False), entry("B", 60), entry("C", None), entry("D", 70)]

    assert places(rank(entries)) == [("D", 1), ("B", 2), ("A", None), ("C", None)]


def test_places_inside_a_group_are_counted_among_its_own():
    entries = [
        entry("A", 90, group="H1"),
        entry("B", 80, group="H2"),
        entry("C", 80, group="H1"),
        entry("D", 85, group="H2", ranked=False),
        entry("E", 70, group="H2"),
    ]

    found = [(s.entry.unit, s.rank, s.group_rank) for s in rank(entries)]
    assert found == [("A", 1, 1), ("B", 2, 1), ("C", 2, 2), ("E", 4, 2), ("D", None, None)]


def test_without_groups_there_is_no_place_inside_one():
    assert rank([entry("A", 90)])[0].group_rank is None


@pytest.mark.parametrize("seed", range(100))
def test_a_place_is_one_more_than_the_number_of_better_units(seed):
    dice = random.Random(seed)
    entries = [
        entry(f"U{n}", D(dice.randint(0, 30)), ranked=dice.random() > 0.1, group=dice.choice("XYZ"))
        for n in range(dice.randint(0, 40))
    ]
    expected = rank(entries)
    dice.shuffle(entries)

    assert rank(entries) == expected
    assert len(expected) == len(entries)
    for standing in expected:
        rivals = [other for other in entries if other.ranked]
        better = [other for other in rivals if other.index_percent > standing.entry.index_percent]
        near = [other for other in better if other.group == standing.entry.group]
        if standing.entry.ranked:
            assert (standing.rank, standing.group_rank) == (1 + len(better), 1 + len(near))
        else:
            assert (standing.rank, standing.group_rank) == (None, None)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("100.00", "A"),
        ("90.00", "A"),
        ("89.99", "B"),
        ("70.00", "B"),
        ("69.99", "C"),
        ("50.00", "C"),
        ("49.99", "D"),
        ("0.00", "D"),
        (None, ""),
    ],
)
def test_default_bands(index, expected):
    assert band(None if index is None else D(index)) == expected


def test_bands_are_data():
    bands = parse_bands([["Khá", 65], ["Yếu", 0], ["Tốt", D("79.5")]])

    assert bands == (Band("Tốt", D("79.5")), Band("Khá", D(65)), Band("Yếu", D(0)))
    assert [band(D(index), bands) for index in ("79.5", "79.49", 65, 64)] == ["Tốt", "Khá", "Khá", "Yếu"]
    assert parse_bands([]) is DEFAULT_BANDS


@pytest.mark.parametrize(
    "rows",
    [
        [["A", 90], ["A", 0]],
        [["A", 50], ["B", 50], ["C", 0]],
        [["A", 90], ["B", 10]],
        [["A", 101], ["B", 0]],
        [["", 90], ["B", 0]],
    ],
)
def test_bands_that_do_not_cover_every_index_once_are_refused(rows):
    with pytest.raises(BandError):
        parse_bands(rows)


def test_change_needs_both_years():
    assert change(D("76.53"), D("77.04")) == D("-0.51")
    assert change(D("76.53"), None) is None
    assert change(None, D("77.04")) is None


# --- Lineage (design §3.14) ----------------------------------------------------------------------


def previous(unit, arrows, existed):
    predecessors, successors = {}, {}
    for before, after in arrows:
        predecessors.setdefault(after, []).append(before)
        successors.setdefault(before, []).append(after)
    found = previous_unit(unit, existed=existed, predecessors=predecessors, successors=successors)
    assert renamings(unit, predecessors=predecessors, successors=successors)[0] == unit
    return found.unit, found.predecessors


@pytest.mark.parametrize(
    ("arrows", "existed", "expected"),
    [
        ([], {"new"}, ("new", ())),
        ([], {"old"}, (None, ())),
        ([("old", "new")], {"old"}, ("old", ("old",))),
        ([("old", "new")], {"old", "new"}, ("new", ("old",))),
        ([("old", "new"), ("other", "new")], {"old", "other"}, (None, ("old", "other"))),
        ([("old", "new"), ("old", "sister")], {"old"}, (None, ("old",))),
        ([("oldest", "old"), ("old", "new")], {"oldest"}, ("oldest", ("old",))),
        ([("oldest", "old"), ("oldest", "sister"), ("old", "new")], {"oldest"}, (None, ("old",))),
        ([("oldest", "old"), ("old", "new")], set(), (None, ("old",))),
        ([("new", "old"), ("old", "new")], set(), (None, ("old",))),  # a ring in the data ends the search
    ],
)
def test_only_the_same_unit_or_its_plain_renaming_lends_its_index(arrows, existed, expected):
    assert previous("new", arrows, existed) == expected
