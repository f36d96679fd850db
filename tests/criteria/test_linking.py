"""Links between the criteria of two years."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria import linking
from criteria.linking import CHANGED, CONTINUED, NEW, NOTHING, Item, Link, likeness, outcome, propose, read

PLAN = "Ban hành kế hoạch cải cách hành chính"
REPORT = "Thực hiện chế độ báo cáo cải cách hành chính"


def leaf(code, name, level="component"):
    return Item(code, level, name)


def test_the_same_code_and_name_is_continued_whatever_the_accents():
    assert propose([leaf("1.1.1", "Ban hành  Kế hoạch")], [leaf("1.1.1", "ban hanh ke hoach")]) == {
        "1.1.1": Link(CONTINUED, "1.1.1")
    }


def test_a_similar_name_under_the_same_code_is_changed():
    now = [leaf("1.1.1", PLAN + " năm")]
    assert propose(now, [leaf("1.1.1", PLAN)]) == {"1.1.1": Link(CHANGED, "1.1.1")}


def test_another_matter_under_the_same_code_is_new():
    now = [leaf("1.1.1", "Văn hóa công sở")]
    assert propose(now, [leaf("1.1.1", PLAN)]) == {"1.1.1": Link(NEW)}


def test_rows_that_moved_down_are_followed_by_name_and_not_taken_for_the_row_above():
    """A row put in between shifts the codes: 1.1.2 is named almost like the old 1.1.2, which is 1.1.3 now."""
    before = [leaf("1.1.1", PLAN), leaf("1.1.2", REPORT + " quý")]
    now = [leaf("1.1.1", PLAN), leaf("1.1.2", REPORT + " tháng"), leaf("1.1.3", REPORT + " quý")]
    assert propose(now, before) == {
        "1.1.1": Link(CONTINUED, "1.1.1"),
        "1.1.2": Link(NEW),
        "1.1.3": Link(CHANGED, "1.1.2"),
    }


def test_a_name_that_stands_twice_is_followed_by_code_only():
    before = [leaf("1.1.1", "Tác động"), leaf("2.1.1", "Tác động")]
    now = [leaf("1.1.1", "Tác động"), leaf("2.1.2", "Tác động"), leaf("2.1.3", "Tác động")]
    links = propose(now, before)
    assert links["1.1.1"] == Link(CONTINUED, "1.1.1")
    assert sorted(link.kind for link in links.values()) == [CHANGED, CONTINUED, NEW]


def test_a_row_follows_only_rows_of_its_own_level():
    assert propose([leaf("1.1", PLAN, "criterion")], [leaf("1.1", PLAN)]) == {"1.1": Link(NEW)}


def test_what_is_stated_counts_and_is_not_given_away_again():
    before = [leaf("1.1.1", PLAN), leaf("1.1.2", REPORT)]
    links = propose(
        [leaf("1.1.1", PLAN), leaf("9.9.9", "Khác hẳn")], before, {"9.9.9": Link(CHANGED, "1.1.1")}
    )
    assert links == {"9.9.9": Link(CHANGED, "1.1.1"), "1.1.1": Link(NEW)}


@pytest.mark.parametrize(
    ("kind", "previous_code", "expected"),
    [
        ("", "", NOTHING),
        ("new", "1.1.2", Link(NEW)),
        ("continued", "", Link(CONTINUED, "1.1.1")),
        ("changed", "1.1.2", Link(CHANGED, "1.1.2")),
        ("", "1.1.1", Link(CONTINUED, "1.1.1")),
        ("", "1.1.2", Link(CHANGED, "1.1.2")),
        ("", "7.7", Link(CHANGED, "7.7")),
    ],
)
def test_what_a_file_says_is_made_whole(kind, previous_code, expected):
    previous = {item.code: item for item in (leaf("1.1.1", PLAN), leaf("1.1.2", PLAN))}
    assert read(kind, previous_code, leaf("1.1.1", PLAN), previous) == expected


def test_a_tree_without_links_is_read_by_code():
    item = leaf("1.1.1", PLAN)
    assert linking.effective(item, NOTHING, item) == Link(CONTINUED, "1.1.1")
    assert linking.effective(item, NOTHING, leaf("1.1.1", REPORT)) == Link(CHANGED, "1.1.1")
    assert linking.effective(item, NOTHING, None) == Link(NEW)
    assert linking.effective(item, Link(NEW), item) == Link(NEW)
    assert linking.effective(item, Link(CHANGED, "2"), None) == Link(CHANGED, "2")


def test_what_nothing_continues_is_removed():
    before = [leaf("1.1.1", PLAN), leaf("1.1.2", REPORT)]
    found = outcome(propose([leaf("1.1.1", PLAN), leaf("1.1.2", "Văn hóa công sở")], before), before)
    assert (found.continued, found.changed, found.new, found.removed) == (1, 0, 1, ("1.1.2",))


def test_likeness_is_of_words():
    assert likeness(PLAN, PLAN) == 100
    assert likeness(PLAN, "Văn hóa công sở") == 0
    assert likeness("", "") == 0
    assert likeness(PLAN, REPORT) == likeness(REPORT, PLAN)


WORDS = ("kế", "hoạch", "báo", "cáo", "hồ", "sơ", "một", "cửa", "trực", "tuyến")
items = st.lists(
    st.builds(
        Item,
        code=st.from_regex(r"[1-3]\.[1-3]\.[1-4]", fullmatch=True),
        level=st.sampled_from(["criterion", "component"]),
        name=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    ),
    max_size=14,
    unique_by=lambda item: item.code,
)


@given(items, items)
def test_every_row_gets_one_link_and_no_row_of_last_year_two(now, before):
    links = propose(now, before)
    assert links.keys() == {item.code for item in now}
    named = [link.previous_code for link in links.values() if link.kind != NEW]
    assert len(named) == len(set(named))
    found = outcome(links, before)
    assert found.continued + found.changed == len(named)
    assert found.new == len(now) - len(named)
    assert set(named) | set(found.removed) == {item.code for item in before}
    levels = {item.code: item.level for item in before}
    assert all(
        levels[links[item.code].previous_code] == item.level for item in now if links[item.code].kind != NEW
    )


@given(items)
def test_the_same_tree_is_continued_row_for_row(tree):
    assert propose(tree, tree) == {item.code: Link(CONTINUED, item.code) for item in tree}


@given(items, items, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(now, before, dice):
    shuffled = (dice.sample(now, len(now)), dice.sample(before, len(before)))
    assert propose(*shuffled) == propose(now, before)
