"""Three versions of a component: nothing is lost silently, nothing is asked that needs no choice."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from scoring.workbook.merging import BOTH, MINE, PARTS, SAME, THEIRS, Stated, merge, stand, taken

ANSWERS = st.sampled_from(["", '{"items":1}', '{"items":2}', '{"nothing_arose":true}'])
WORDS = st.sampled_from(["", "Đã báo cáo", "Chưa có"])


@st.composite
def stated(draw):
    """A statement that can be stored: a request stands instead of an answer."""
    explanation = draw(WORDS)
    if draw(st.booleans()):
        return Stated(na_requested=True, na_reason=draw(WORDS), explanation=explanation)
    answer = draw(ANSWERS)
    entered = draw(st.sampled_from(["", "1.5"])) if not answer else ""
    return Stated(answer=answer, entered=entered, explanation=explanation)


@given(stated(), stated())
def test_an_untouched_workbook_changes_nothing(base, theirs):
    merged = merge(base, base, theirs)
    assert not merged.differs
    assert taken(merged, base, theirs) == theirs


@given(stated(), stated())
def test_an_untouched_server_takes_the_workbook_as_it_is(base, mine):
    merged = merge(base, mine, base)
    assert not merged.conflict
    assert merged.differs == (mine != base)
    assert taken(merged, mine, base) == mine


@given(stated(), stated())
def test_what_both_did_alike_is_not_asked(base, same):
    merged = merge(base, same, same)
    assert (merged.differs, merged.conflict) == (False, False)
    assert set(merged.stands.values()) == {SAME}


@given(stated(), stated(), stated())
def test_every_part_comes_from_who_changed_it(base, mine, theirs):
    merged = merge(base, mine, theirs)
    result = taken(merged, mine, theirs)
    for part in PARTS:
        values = base.part(part), mine.part(part), theirs.part(part)
        assert result.part(part) == (mine if merged.stands[part] in (MINE, BOTH) else theirs).part(part)
        if values[1] != values[0]:  # what the person changed is never dropped by taking the workbook
            assert result.part(part) == values[1]
        if values[2] != values[0] and values[1] == values[0]:  # nor what only the server changed
            assert result.part(part) == values[2]


@given(stated(), stated(), stated())
def test_a_conflict_is_one_from_both_sides_and_only_when_all_three_differ(base, mine, theirs):
    assert merge(base, mine, theirs).conflict == merge(base, theirs, mine).conflict
    for part in PARTS:
        one, two, three = base.part(part), mine.part(part), theirs.part(part)
        assert (stand(one, two, three) == BOTH) == (len({one, two, three}) == 3)
        swapped = {MINE: THEIRS, THEIRS: MINE}
        found = stand(one, two, three)
        assert stand(one, three, two) == swapped.get(found, found)


@given(stated(), stated(), stated())
def test_applied_once_nothing_is_left(base, mine, theirs):
    result = taken(merge(base, mine, theirs), mine, theirs)
    again = merge(base, mine, result)
    assert not again.differs
    assert taken(again, mine, result) == result


@given(stated(), stated(), stated())
def test_the_result_can_always_be_stored(base, mine, theirs):
    result = taken(merge(base, mine, theirs), mine, theirs)
    assert not (result.na_requested and (result.answer or result.entered))
    assert not (result.answer and result.entered)
