"""What QĐ 884 proposes, as a truth table and case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from parindex import canonical
from sanctions.models import OutcomeKind, OutcomeSubject
from sanctions.outcomes import (
    COMMENDATION,
    CRITICISM,
    DISCIPLINE_REVIEW,
    HEAD,
    UNIT,
    UNKNOWN_HEAD,
    OtherResult,
    PastYear,
    Tenure,
    Thresholds,
    UnitFacts,
    days_at_head,
    head_on,
    propose,
)

D = Decimal
YEAR = 2026
END = date(2026, 12, 31)


def tenure(person, start, end=None, *, acting=False, unit="U1"):
    first = date.fromisoformat(start)
    last = date.fromisoformat(end) if end else None
    return Tenure(person, f"Họ tên {person}", "Giám đốc", acting, first, last, unit)


def past(year, index, *tenures, unit="U1", decision=""):
    figure = None if index is None else D(index)
    return PastYear(year, unit, figure, date(year, 12, 31), tenures, decision)


def facts(index, *tenures, **more):
    return UnitFacts(
        year=YEAR,
        unit_code="U1",
        unit_name="Sở Nội vụ",
        index_percent=None if index is None else D(index),
        points=D("48.50"),
        max_points=D("97.00"),
        reference_date=END,
        tenures=tenures,
        **more,
    )


AN = tenure("an", "2020-01-01")
BINH = tenure("binh", "2020-01-01")
AN_IN_2025 = tenure("an", "2020-01-01", "2025-12-31")

# --- The truth table: index now × index before × head now × head before ---------------------------

NOW = {"high": "90.00", "middle": "89.99", "least": "50.00", "low": "49.99", "none": None}
BEFORE = {"absent": "absent", "none": None, "fine": "50.00", "low": "49.99"}
HEADS = {"an": AN, "unknown": None}
HEADS_BEFORE = {"an": AN_IN_2025, "binh": BINH, "unknown": None}


def expected(now, before, head, head_before):
    """The decision in words, written apart from the code: kinds and the word on 20.7."""
    if now == "high":
        return [(COMMENDATION, UNIT), (COMMENDATION, HEAD)], None
    if now != "low":
        return [], None
    if head == "unknown":
        return [(CRITICISM, HEAD)], "undetermined"
    if before != "low":
        return [(CRITICISM, HEAD)], "not_met"
    if head_before == "unknown":
        return [(CRITICISM, HEAD)], "undetermined"
    if head_before == "binh":
        return [(CRITICISM, HEAD)], "not_met"
    return [(DISCIPLINE_REVIEW, HEAD)], "met"


@pytest.mark.parametrize(
    ("now", "before", "head", "head_before"), [*product(NOW, BEFORE, HEADS, HEADS_BEFORE)]
)
def test_every_combination(now, before, head, head_before):
    led_by = [HEADS_BEFORE[head_before]] if HEADS_BEFORE[head_before] else []
    history = () if before == "absent" else (past(2025, BEFORE[before], *led_by),)
    given = facts(NOW[now], *([HEADS[head]] if HEADS[head] else []), history=history)
    kinds, status = expected(now, before, head, head_before)

    found = propose(given)

    assert [(outcome.kind, outcome.subject) for outcome in found] == kinds
    for outcome in found:
        assert outcome.head == (None if outcome.subject == UNIT or head == "unknown" else "an")
        assert canonical.dumps(outcome.facts)  # no floats, no dates, nothing without a canonical form
        assert outcome.facts["year"] == YEAR
        assert outcome.facts["index_percent"] == D(NOW[now])
        assert outcome.facts["article"] == outcome.article
        if status:
            assert outcome.facts["article_20_7"]["status"] == status
            assert outcome.facts["unit_two_year_run"] is (before == "low")


def only(given, **more):
    (found,) = propose(given, **more)
    return found


@pytest.mark.parametrize(
    ("index", "articles"),
    [
        ("100.00", ["Điều 19", "Điều 19"]),
        ("90.00", ["Điều 19", "Điều 19"]),
        ("89.99", []),
        ("50.00", []),
        ("49.99", ["Điều 20.6"]),
        ("0.00", ["Điều 20.6"]),
    ],
)
def test_the_rounded_index_meets_the_bounds(index, articles):
    assert [outcome.article for outcome in propose(facts(index, AN))] == articles


def test_bounds_are_data():
    bounds = Thresholds(commendation=D(95), criticism=D(60))

    assert propose(facts("94.99", AN), bounds) == ()
    assert only(facts("59.99", AN), thresholds=bounds).facts["bound"] == 60


def test_a_commendation_of_the_unit_names_no_person():
    unit, head = propose(facts("93.27", AN))

    assert "Họ tên" not in canonical.dumps(unit.facts)
    assert head.facts["head"] == "Họ tên an"
    assert unit.facts["article_text"].startswith("Đạt từ 90 điểm")


def test_discipline_replaces_criticism_and_cites_the_first():
    history = (past(2025, "44.10", AN_IN_2025, decision="QĐ 12/QĐ-UBND"),)

    found = only(facts("49.99", AN, history=history))

    assert (found.kind, found.article, found.head) == (DISCIPLINE_REVIEW, "Điều 20.7", "an")
    assert found.facts["first_criticism"] == {
        "year": 2025,
        "unit_code": "U1",
        "index_percent": D("44.10"),
        "article": "Điều 20.6",
        "decision": "QĐ 12/QĐ-UBND",
    }
    assert [year["year"] for year in found.facts["years"]] == [2026, 2025]


def test_a_third_year_still_cites_the_first_of_the_run():
    history = (past(2025, 40, AN_IN_2025), past(2024, 41, AN_IN_2025), past(2023, 60, AN_IN_2025))

    found = only(facts("30.00", AN, history=history))

    assert found.facts["first_criticism"]["year"] == 2024
    assert [year["year"] for year in found.facts["years"]] == [2026, 2025, 2024]


def test_a_run_begins_anew_with_another_head():
    history = (past(2025, 40, AN_IN_2025), past(2024, 41, BINH))

    assert only(facts("30.00", AN, history=history)).facts["first_criticism"]["year"] == 2025


def test_a_year_without_result_breaks_the_run():
    found = only(facts("30.00", AN, history=(past(2024, 41, AN_IN_2025),)))

    assert found.kind == CRITICISM
    assert (
        found.facts["article_20_7"]["text"] == "không đủ điều kiện: năm 2025 không có kết quả của cùng đơn vị"
    )
    assert found.facts["previous"] is None


def test_first_acting_then_appointed_is_the_same_person():
    acting = tenure("an", "2025-06-01", "2026-02-28", acting=True)
    appointed = tenure("an", "2026-03-01")

    found = only(facts("40.00", acting, appointed, history=(past(2025, 40, acting),)))

    assert found.kind == DISCIPLINE_REVIEW
    assert found.facts["head_acting"] is False
    assert found.facts["heads"] == [
        {
            "person": "an",
            "name": "Họ tên an",
            "title": "Giám đốc",
            "acting": False,
            "days": 365,
            "under_183_days": False,
        }
    ]


def test_a_renaming_continues_the_run():
    old = tenure("an", "2020-01-01", "2026-06-30", unit="U0")
    new = tenure("an", "2026-07-01", unit="U1")

    found = only(facts("40.00", old, new, history=(past(2025, 40, old, unit="U0"),)))

    assert (found.kind, found.facts["first_criticism"]["unit_code"]) == (DISCIPLINE_REVIEW, "U0")
    assert found.facts["head_days"] == 365


def test_the_same_person_at_another_unit_is_information_only():
    elsewhere = (
        OtherResult(2025, "U9", "Sở Y tế", D("31.00"), "an"),
        OtherResult(2025, "U8", "Sở Xây dựng", D("32.00"), "chi"),
    )
    mine = tenure("an", "2026-02-01")

    found = only(facts("40.00", mine, history=(past(2025, 45, BINH),), elsewhere=elsewhere))

    assert found.kind == CRITICISM
    assert found.facts["same_person_elsewhere"] == [
        {"year": 2025, "unit_code": "U9", "index_percent": D("31.00"), "unit_name": "Sở Y tế"}
    ]
    assert found.facts["unit_two_year_run"] is True
    assert found.facts["article_20_7"]["text"] == "không đủ điều kiện: năm 2025 do người khác đứng đầu"


def test_predecessors_of_a_merger_are_shown_and_do_not_count():
    merged = (OtherResult(2025, "U7", "Sở cũ", D("20.00"), "an"),)

    found = only(facts("40.00", AN, predecessors=merged))

    assert found.kind == CRITICISM
    assert found.facts["predecessors"][0]["unit_code"] == "U7"


def test_without_a_known_head_the_proposal_still_stands():
    found = only(facts("40.00", history=(past(2025, 40, AN_IN_2025),)))

    assert (found.kind, found.subject, found.head) == (CRITICISM, HEAD, None)
    assert found.facts["head"] == UNKNOWN_HEAD
    assert found.facts["head_known"] is False
    assert (
        found.facts["article_20_7"]["text"]
        == "không xét được: chưa có dữ liệu người đứng đầu ngày 31/12/2026"
    )


def test_a_provisional_proposal_says_so():
    assert only(replace(facts("40.00", AN), complete=False)).facts["complete"] is False


# --- Heads and their days ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "flagged"),
    [
        ("2026-07-02", 183, False),
        ("2026-07-03", 182, True),
        ("2026-12-31", 1, True),
        ("2026-01-01", 365, False),
        ("2019-05-01", 365, False),
    ],
)
def test_fewer_than_183_days_are_flagged(start, days, flagged):
    found = only(facts("40.00", tenure("an", start)))

    assert (found.facts["head_days"], found.facts["head_under_183_days"]) == (days, flagged)
    assert found.facts["heads"][0]["under_183_days"] is flagged


def test_all_heads_of_the_year_stand_in_the_facts_and_the_reference_date_decides():
    first, second = tenure("binh", "2024-01-01", "2026-09-30"), tenure("an", "2026-10-01")
    gone = tenure("chi", "2020-01-01", "2023-12-31")

    found = only(facts("40.00", second, gone, first))

    assert found.head == "an"
    assert [(head["person"], head["days"]) for head in found.facts["heads"]] == [("binh", 273), ("an", 92)]


def test_head_on_a_day_includes_the_last_day():
    chain = [tenure("an", "2026-01-01", "2026-06-30"), tenure("binh", "2026-07-01")]

    assert head_on(chain, date(2026, 6, 30)).person == "an"
    assert head_on(chain, date(2026, 7, 1)).person == "binh"
    assert head_on(chain, date(2025, 12, 31)) is None
    assert head_on([], END) is None


def test_a_day_is_counted_once_also_where_two_tenures_of_one_person_touch():
    doubled = [tenure("an", "2026-01-01", "2026-01-31"), tenure("an", "2026-01-15", "2026-02-10")]

    assert days_at_head(doubled, YEAR) == {"an": 41}
    assert days_at_head(doubled, 2025) == {}
    assert days_at_head([tenure("an", "2020-01-01")], 2024) == {"an": 366}


def test_words_are_those_of_the_stored_rows():
    assert {COMMENDATION, CRITICISM, DISCIPLINE_REVIEW} == set(OutcomeKind.values)
    assert {UNIT, HEAD} == set(OutcomeSubject.values)
