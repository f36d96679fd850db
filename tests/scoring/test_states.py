"""Every state against every move, and the page of states against the table."""

from __future__ import annotations

from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from django.core.management import call_command

from criteria.stages import Stage
from scoring import states
from scoring.models import Assessment, Transition
from scoring.states import MOVES, STAGE_MOVES, IllegalMove, State, after, stage_after
from units.authorization import Permission

ROOT = Path(__file__).resolve().parents[2]

#: Written out by hand: what each move does from each state. Everything else is illegal.
DOSSIER = {
    ("draft", "propose"): "awaiting_head",
    ("returned", "propose"): "awaiting_head",
    ("awaiting_head", "send_back"): "draft",
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("awaiting_head", "submit"): "submitted",
    ("submitted", "withdraw"): "draft",
    ("submitted", "return"): "returned",
    ("draft", "close_unsubmitted"): "submitted",
    ("returned", "close_unsubmitted"): "submitted",
    ("awaiting_head", "close_unsubmitted"): "submitted",
    ("submitted", "finish_appraisal"): "closed",
    ("closed", "reopen_appraisal"): "submitted",
    ("draft", "import_answers"): "submitted",
    ("awaiting_head", "import_answers"): "submitted",
    ("submitted", "import_answers"): "submitted",
    ("returned", "import_answers"): "submitted",
    ("closed", "import_answers"): "submitted",
    ("draft", "import_scores"): "closed",
    ("awaiting_head", "import_scores"): "closed",
    ("submitted", "import_scores"): "closed",
    ("returned", "import_scores"): "closed",
    ("closed", "import_scores"): "closed",
}
POPULATION = {
    ("preparing", "open"): "self_assessment",
    ("self_assessment", "begin_appraisal"): "appraisal",
    ("appraisal", "extend_self_assessment"): "self_assessment",
    ("appraisal", "open_explanation"): "explanation",
    ("explanation", "begin_second_appraisal"): "second_appraisal",
    ("appraisal", "convene"): "council",
    ("explanation", "convene"): "council",
    ("second_appraisal", "convene"): "council",
    ("council", "send_back"): "second_appraisal",
    ("council", "settle"): "settled",
    ("settled", "unsettle"): "council",
    ("settled", "publish"): "published",
    ("published", "correct"): "council",
    **{(stage, "settle_from_files"): "settled" for stage in Stage.values},
}


@pytest.mark.parametrize(("state", "move"), [*product(State, MOVES)])
def test_every_move_from_every_state_of_a_dossier(state, move):
    expected = DOSSIER.get((state, move))

    if expected is None:
        with pytest.raises(IllegalMove):
            after(state, move)
    else:
        assert after(state, move) == expected


@pytest.mark.parametrize(("stage", "move"), [*product(Stage.values, STAGE_MOVES)])
def test_every_move_from_every_stage_of_a_population(stage, move):
    expected = POPULATION.get((stage, move))

    if expected is None:
        with pytest.raises(IllegalMove):
            stage_after(stage, move)
    else:
        assert stage_after(stage, move) == expected


def test_a_move_that_does_not_exist_is_illegal():
    with pytest.raises(IllegalMove, match="no move"):
        after(State.DRAFT, "teleport")


def test_moves_lead_where_the_database_knows_a_state():
    stored = Assessment._meta.get_field("state")
    assert {move.target for move in MOVES.values()} <= {value for value, _label in stored.choices}
    assert max(map(len, State.values)) <= stored.max_length
    assert {move.target for move in STAGE_MOVES.values()} <= set(Stage.values)
    assert max(map(len, MOVES)) <= Transition._meta.get_field("move").max_length


def test_every_state_has_words_and_an_owner_and_can_be_left_or_is_the_end():
    assert set(states.OWNERS) == set(State)
    assert set(states.STAGE_OWNERS) == set(Stage.values)
    assert set(states.OWNER_LABELS) == set(states.Owner)
    assert all(states.moves_from(state) for state in State)
    assert all(states.moves_from(stage, STAGE_MOVES) for stage in Stage.values)


@pytest.mark.parametrize("move", [*MOVES.values(), *STAGE_MOVES.values()], ids=[*MOVES, *STAGE_MOVES])
def test_every_move_names_a_permission_that_exists(move):
    assert move.permission in set(Permission)
    assert str(move.label).strip()


@pytest.mark.parametrize("name", ["send_back", "withdraw", "return", "close_unsubmitted", "reopen_appraisal"])
def test_going_back_needs_a_reason(name):
    assert MOVES[name].reason


def test_groups_of_states_tell_who_may_write():
    assert not states.EDITABLE & states.APPRAISABLE
    assert states.EDITABLE | states.APPRAISABLE | {State.CLOSED} == set(State)


@pytest.mark.parametrize(
    ("state", "facts", "word"),
    [
        ("draft", {}, "đang làm"),
        ("draft", {"untouched": True}, "chưa trả lời"),
        ("draft", {"untouched": True, "late": True}, "trễ hạn"),
        ("awaiting_head", {}, "chờ lãnh đạo duyệt"),
        ("awaiting_head", {"late": True}, "trễ hạn"),
        ("returned", {}, "bị trả lại"),
        ("submitted", {"late": True}, "đã nộp"),
        ("submitted", {"closed_unsubmitted": True}, "không nộp, đã khóa"),
        ("closed", {"closed_unsubmitted": True, "late": True}, "đã thẩm định xong"),
    ],
)
def test_the_word_shown_for_a_dossier(state, facts, word):
    assert states.label(state, **facts) == word


def test_the_page_of_states_is_what_the_command_prints():
    """Print it again after a change: ./run manage state_diagram > docs/states.md"""
    printed = StringIO()
    call_command("state_diagram", stdout=printed)

    assert (ROOT / "docs" / "states.md").read_text(encoding="utf-8") == printed.getvalue()


def test_the_picture_draws_every_move_but_those_by_file():
    picture = states.mermaid(MOVES, State.DRAFT)

    assert "    [*] --> draft" in picture
    for (source, move), target in DOSSIER.items():
        drawn = any(
            line.startswith(f"    {source} --> {target}:") and move in line.split(": ")[1].split(", ")
            for line in picture.splitlines()
        )
        assert drawn is not MOVES[move].by_file
