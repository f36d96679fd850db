"""Whether something may happen now: deadlines to the minute, what is missing, what may be settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from criteria.stages import Stage
from scoring import policies, population_policies, states
from scoring.policies import Answer, Sheet
from scoring.population_policies import UnitGap

#: 17:00 on 30/11/2024 in Vietnam.
DEADLINE = datetime(2024, 11, 30, 10, 0, tzinfo=UTC)
BEFORE = DEADLINE - timedelta(hours=1)
AFTER = DEADLINE + timedelta(minutes=1)
LATER = DEADLINE + timedelta(days=5)
READY = (Answer("1.1", "Kế hoạch", answered=True, has_evidence=True),)


def sheet(state="draft", stage="self_assessment", deadline=DEADLINE, extended_until=None):
    return Sheet(state, stage, deadline, extended_until)


# --- Deadlines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "late"),
    [(-1, False), (0, False), (1, False), (59, False), (59.999, False), (60, True), (61, True)],
)
def test_17_00_accepts_while_the_clock_is_before_17_01(seconds, late):
    assert policies.deadline_passed(DEADLINE + timedelta(seconds=seconds), DEADLINE) is late


def test_a_deadline_with_seconds_counts_to_the_end_of_its_minute():
    odd = DEADLINE.replace(second=30)

    assert policies.closes_at(odd) == AFTER


def test_no_deadline_never_passes_and_one_without_zone_is_a_mistake():
    assert not policies.deadline_passed(LATER, None)
    with pytest.raises(ValueError):
        policies.closes_at(datetime(2024, 11, 30, 17, 0))


def test_moments_are_shown_as_a_clock_in_vietnam():
    assert policies.shown_moment(DEADLINE) == "17:00 ngày 30/11/2024"
    assert policies.shown_moment(datetime(2024, 12, 31, 17, 30, tzinfo=UTC)) == "00:30 ngày 01/01/2025"


# --- The unit's sheet ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "now", "code"),
    [
        (sheet(), BEFORE, None),
        (sheet(), AFTER, "deadline"),
        (sheet("awaiting_head"), BEFORE, None),
        (sheet("submitted"), BEFORE, "state"),
        (sheet("closed"), BEFORE, "state"),
        (sheet(stage="preparing"), BEFORE, "stage"),
        (sheet(stage="settled"), BEFORE, "stage"),
        (sheet(stage="published"), BEFORE, "stage"),
        (sheet(stage="appraisal"), BEFORE, "stage"),
        (sheet(deadline=None), LATER, None),
        (sheet(extended_until=LATER), AFTER, None),
        (sheet(extended_until=LATER), LATER + timedelta(minutes=1), "deadline"),
        (sheet(extended_until=BEFORE - timedelta(days=1)), BEFORE, None),  # never shorter than the others'
        (sheet(stage="appraisal", extended_until=LATER), AFTER, None),
        (sheet("returned", "appraisal"), AFTER, None),
        (sheet("returned", "appraisal", extended_until=LATER), LATER + timedelta(minutes=1), "deadline"),
        (sheet("returned", "settled"), BEFORE, "stage"),
    ],
)
def test_when_a_sheet_may_be_edited(given, now, code):
    decision = policies.may_edit(given, now)

    assert getattr(decision, "code", None) == code
    assert bool(decision) is (code is None)


def test_what_is_missing_is_listed_in_order():
    answers = [
        Answer("1.1", "Kế hoạch", answered=False),
        Answer("1.2", "Báo cáo", answered=True),
        Answer("1.3", "Kiểm tra", answered=True, has_evidence=True),
        Answer("1.4", "Tuyên truyền", answered=True, has_explanation=True),
        Answer("1.5", "Giải pháp", answered=True, needs_proof=False),
        Answer("1.6", "Đối thoại", answered=True, na_requested=True),
        Answer("1.7", "Một cửa", answered=True, na_requested=True, na_reason=True),
    ]

    missing = policies.missing_before_submit(answers)

    assert [(item.code, item.kind) for item in missing] == [
        ("1.1", "answer"),
        ("1.2", "proof"),
        ("1.6", "na_reason"),
    ]
    assert missing[0].text == "1.1 Kế hoạch: chưa trả lời"


@pytest.mark.parametrize("may", [policies.may_propose, policies.may_submit])
def test_a_sheet_leaves_the_unit_complete_and_in_time_only(may):
    unready = (Answer("1.1", "Kế hoạch", answered=False),)

    assert may(sheet(), READY, BEFORE)
    assert may(sheet("returned", "appraisal"), READY, AFTER)
    assert may(sheet(), READY, AFTER).code == "deadline"
    assert may(sheet("submitted"), READY, BEFORE).code == "state"
    refused = may(sheet(), unready, BEFORE)
    assert (refused.code, refused.reason) == ("missing", "Còn thiếu 1 việc.")
    assert refused.details == ("1.1 Kế hoạch: chưa trả lời",)


def test_the_head_may_submit_what_waits_but_it_is_not_proposed_twice():
    assert policies.may_submit(sheet("awaiting_head"), READY, BEFORE)
    assert policies.may_propose(sheet("awaiting_head"), READY, BEFORE).code == "state"


@pytest.mark.parametrize(
    ("given", "decided", "now", "code"),
    [
        (sheet("submitted"), 0, BEFORE, None),
        (sheet("submitted"), 3, BEFORE, "decided"),
        (sheet("submitted"), 0, AFTER, "deadline"),
        (sheet("submitted", "appraisal"), 0, BEFORE, "stage"),
        (sheet("submitted", "appraisal", extended_until=LATER), 0, AFTER, None),
        (sheet("submitted", "appraisal", extended_until=LATER), 0, LATER + timedelta(minutes=1), "deadline"),
        (sheet("submitted", "settled", extended_until=LATER), 0, AFTER, "stage"),
        (sheet("draft"), 0, BEFORE, "state"),
    ],
)
def test_taking_a_submitted_sheet_back(given, decided, now, code):
    assert getattr(policies.may_withdraw(given, decided, now), "code", None) == code


@pytest.mark.parametrize(
    ("given", "now", "reason", "code"),
    [
        (sheet(), AFTER, "Không nộp", None),
        (sheet("awaiting_head"), AFTER, "Không nộp", None),
        (sheet(), BEFORE, "Không nộp", "deadline"),
        (sheet(), AFTER, "  ", "reason"),
        (sheet("submitted"), AFTER, "Không nộp", "state"),
        (sheet(extended_until=LATER), AFTER, "Không nộp", "deadline"),
        (sheet(deadline=None), AFTER, "Không nộp", "deadline"),
        (sheet(stage="appraisal"), AFTER, "Không nộp", None),
        (sheet(stage="settled"), AFTER, "Không nộp", "stage"),
        (sheet("returned", "published"), AFTER, "Không nộp", "stage"),
    ],
)
def test_closing_a_dossier_that_was_never_submitted(given, now, reason, code):
    assert getattr(policies.may_close_unsubmitted(given, now, reason=reason), "code", None) == code


def test_an_extension_goes_forward_and_has_a_reason():
    assert policies.may_extend(sheet(), LATER, AFTER, reason="Lũ quét")
    assert policies.may_extend(sheet(deadline=None), LATER, AFTER, reason="Lũ quét")
    assert policies.may_extend(sheet(), LATER, AFTER, reason="").code == "reason"
    assert policies.may_extend(sheet(), DEADLINE, BEFORE, reason="x").code == "deadline"
    assert policies.may_extend(sheet(), LATER, LATER, reason="x").code == "deadline"


@pytest.mark.parametrize(
    ("stage", "code"), [("self_assessment", None), ("appraisal", None), ("settled", "stage"), ("published", "stage")]
)
def test_a_deadline_is_not_moved_once_the_result_is_settled(stage, code):
    assert getattr(policies.may_extend(sheet(stage=stage), LATER, AFTER, reason="Lũ quét"), "code", None) == code


# --- Appraisal -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "stage", "code"),
    [
        ("submitted", "appraisal", None),
        ("submitted", "self_assessment", None),
        ("draft", "appraisal", "state"),
        ("returned", "appraisal", "state"),
        ("closed", "appraisal", "state"),
        ("submitted", "settled", "stage"),
        ("submitted", "published", "stage"),
    ],
)
def test_when_components_may_be_decided(state, stage, code):
    assert getattr(policies.may_appraise(state, stage), "code", None) == code


def test_a_dossier_is_returned_with_a_reason_only():
    assert policies.may_return("submitted", "appraisal", reason="Thiếu tài liệu")
    assert policies.may_return("submitted", "appraisal", reason=" ").code == "reason"
    assert policies.may_return("draft", "appraisal", reason="x").code == "state"


def test_an_appraisal_is_finished_when_nothing_is_left():
    assert policies.may_finish_appraisal("submitted", "appraisal", (), ())
    refused = policies.may_finish_appraisal("submitted", "appraisal", ("1.1", "1.2"), ("2.1",))
    assert refused.details == (
        "1.1: chưa thẩm định",
        "1.2: chưa thẩm định",
        "2.1: đang chờ đơn vị giải trình",
    )
    assert policies.may_finish_appraisal("closed", "appraisal", (), ()).code == "state"


@pytest.mark.parametrize(
    ("stage", "requested", "now", "code"),
    [
        ("explanation", True, BEFORE, None),
        ("appraisal", True, BEFORE, None),
        ("explanation", True, AFTER, "deadline"),
        ("explanation", False, BEFORE, "state"),
        ("self_assessment", True, BEFORE, "stage"),
        ("settled", True, BEFORE, "stage"),
    ],
)
def test_when_an_explanation_may_be_given(stage, requested, now, code):
    assert getattr(policies.may_explain(stage, requested, DEADLINE, now), "code", None) == code


@pytest.mark.parametrize("stage", Stage.values)
def test_objections_while_the_council_still_sits(stage):
    assert bool(policies.may_object(stage, DEADLINE, BEFORE)) is (stage in {"second_appraisal", "council"})
    assert not policies.may_object(stage, DEADLINE, AFTER)


# --- The population ------------------------------------------------------------------------------


def may_open(**changes):
    facts = {"stage": "preparing", "units": 20, "framework_errors": 0, "is_draft": False, "dates": ()}
    stage = changes.pop("stage", facts.pop("stage"))
    return population_policies.may_open(stage, **{**{k: v for k, v in facts.items() if k != "stage"}, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"stage": "appraisal"}, "stage"),
        ({"units": 0}, "units"),
        ({"framework_errors": 1}, "framework"),
        ({"is_draft": True}, "framework"),
        ({"dates": (("Tự đánh giá", DEADLINE), ("Thẩm định", None), ("Hội đồng", LATER))}, None),
        ({"dates": (("Tự đánh giá", DEADLINE), ("Thẩm định", DEADLINE))}, "dates"),
        ({"dates": (("Tự đánh giá", LATER), ("Thẩm định", None), ("Hội đồng", DEADLINE))}, "dates"),
    ],
)
def test_when_a_population_may_be_opened(changes, code):
    assert getattr(may_open(**changes), "code", None) == code


def test_gaps_objections_and_changed_inputs_block_settling():
    gap = UnitGap("Sở Nội vụ", empty=("1.1.1", "1.1.2"), no_data=("8.3.1",))

    assert population_policies.may_settle()
    refused = population_policies.may_settle(gaps=[gap])
    assert refused.details == (
        "Sở Nội vụ: chưa trả lời 1.1.1, 1.1.2",
        "Sở Nội vụ: chưa có dữ liệu điều tra 8.3.1",
    )
    assert population_policies.may_settle(gaps=[gap], totals_only=True)
    assert population_policies.may_settle(open_objections=2).code == "objections"
    assert population_policies.may_settle(run_is_current=False).code == "stale"
    assert population_policies.may_settle(totals_only=True, run_is_current=False).code == "stale"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, None),
        ({"settled": False}, "state"),
        ({"decision_number": " "}, "decision"),
        ({"version": 2}, "reason"),
        ({"version": 2, "reason": "Đính chính"}, None),
        ({"open_objections": 1}, "objections"),
        ({"run_is_current": False}, "stale"),
    ],
)
def test_when_a_result_may_be_published(facts, code):
    given = {"settled": True, "version": 1, "decision_number": "QĐ 36/QĐ-UBND", **facts}

    assert getattr(population_policies.may_publish(**given), "code", None) == code


def test_editable_states_are_those_of_the_table():
    for state in states.State:
        allowed = bool(policies.may_edit(sheet(state), BEFORE))
        assert allowed is (state in states.EDITABLE)
