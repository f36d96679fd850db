"""The two lives of a yearly round, each as one table of moves.

A dossier (one unit's self-assessment) and a population (the units ranked
together) each have a state, and a state changes only by a move named here. The
actions ask ``after``; the diagram in ``docs/states.md`` is printed from the same
tables; the tests walk every state against every move.

Whether a move may happen *now* (deadline, missing answers) is a question for
``scoring.policies``; who may make it, for the permission each move names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from criteria.stages import Stage


class State(TextChoices):  # type: ignore[misc]  # Django carries no types
    """Where a unit's dossier stands.

    A dossier closed without submission stands with the appraisers like a submitted
    one; ``closed_unsubmitted_at`` tells them apart, and ``label`` shows it.
    """

    DRAFT = "draft", _("đang làm")
    AWAITING_HEAD = "awaiting_head", _("chờ lãnh đạo duyệt")
    SUBMITTED = "submitted", _("đã nộp")
    RETURNED = "returned", _("bị trả lại")
    CLOSED = "closed", _("đã thẩm định xong")


class Owner(StrEnum):
    """Whose turn it is: the people a state waits for."""

    UNIT = "unit"
    HEAD = "head"
    APPRAISER = "appraiser"
    INDEX_MANAGER = "index_manager"
    COUNCIL = "council"
    NOBODY = "nobody"


#: The words of the interface for each state and owner; a stage carries its own.
OWNER_LABELS: Mapping[Owner, str] = {
    Owner.UNIT: _("cán bộ đơn vị"),
    Owner.HEAD: _("người đứng đầu đơn vị"),
    Owner.APPRAISER: _("người thẩm định"),
    Owner.INDEX_MANAGER: _("Sở Nội vụ"),
    Owner.COUNCIL: _("hội đồng thẩm định"),
    Owner.NOBODY: _("không chờ ai"),
}


class IllegalMove(Exception):
    """The move does not exist, or not from this state. Nothing may have been written."""


@dataclass(frozen=True)
class Move:
    """One arrow (or several with one name) of a life.

    ``permission`` is the name in ``units.authorization`` that the person needs;
    ``label`` is the verb as a button says it; ``reason`` tells that a written
    reason belongs to the move; ``by_file`` marks the moves of imports and of the
    command line, which the diagram leaves out.
    """

    sources: frozenset[str]
    target: str
    permission: str
    label: str
    reason: bool = False
    by_file: bool = False


def _move(
    sources: Iterable[str],
    target: str,
    permission: str,
    label: str,
    *,
    reason: bool = False,
    by_file: bool = False,
) -> Move:
    return Move(frozenset(sources), target, permission, label, reason, by_file)


_S: Any = State  # enums with labels, untyped to the checker
_OPEN = (_S.DRAFT, _S.AWAITING_HEAD, _S.RETURNED)

#: Every way a dossier changes its state.
MOVES: Mapping[str, Move] = {
    "propose": _move({_S.DRAFT, _S.RETURNED}, _S.AWAITING_HEAD, "assessment.propose", _("Trình lãnh đạo")),
    "send_back": _move(
        {_S.AWAITING_HEAD}, _S.DRAFT, "assessment.submit", _("Chuyển lại cán bộ"), reason=True
    ),
    # A head who fills in the sheet alone need not propose to himself.
    "submit": _move(_OPEN, _S.SUBMITTED, "assessment.submit", _("Duyệt và nộp")),
    "withdraw": _move({_S.SUBMITTED}, _S.DRAFT, "assessment.submit", _("Rút lại để sửa"), reason=True),
    "return": _move({_S.SUBMITTED}, _S.RETURNED, "assessment.return", _("Trả lại đơn vị"), reason=True),
    # After the deadline: empties become "không tự đánh giá" and the appraiser decides each (design §3.3).
    "close_unsubmitted": _move(
        _OPEN, _S.SUBMITTED, "assessment.close_unsubmitted", _("Khóa hồ sơ không nộp"), reason=True
    ),
    "finish_appraisal": _move({_S.SUBMITTED}, _S.CLOSED, "assessment.close", _("Kết thúc thẩm định")),
    "reopen_appraisal": _move(
        {_S.CLOSED}, _S.SUBMITTED, "assessment.close", _("Mở lại thẩm định"), reason=True
    ),
    # Rows of a file count as submitted (answers) or as submitted, appraised and closed (scores).
    "import_answers": _move(_S, _S.SUBMITTED, "data.import", _("Nhập câu trả lời từ tệp"), by_file=True),
    "import_scores": _move(_S, _S.CLOSED, "data.import", _("Nhập điểm từ tệp"), by_file=True),
}

_G: Any = Stage

#: Every way a population changes its stage.
STAGE_MOVES: Mapping[str, Move] = {
    "open": _move({_G.PREPARING}, _G.SELF_ASSESSMENT, "population.manage", _("Mở tự đánh giá")),
    "begin_appraisal": _move(
        {_G.SELF_ASSESSMENT}, _G.APPRAISAL, "population.manage", _("Chuyển sang thẩm định")
    ),
    "extend_self_assessment": _move(
        {_G.APPRAISAL}, _G.SELF_ASSESSMENT, "population.manage", _("Gia hạn tự đánh giá"), reason=True
    ),
    "open_explanation": _move({_G.APPRAISAL}, _G.EXPLANATION, "population.manage", _("Mở giải trình")),
    "begin_second_appraisal": _move(
        {_G.EXPLANATION}, _G.SECOND_APPRAISAL, "population.manage", _("Thẩm định lần hai")
    ),
    # A population without explanations goes from the first appraisal to the council.
    "convene": _move(
        {_G.APPRAISAL, _G.EXPLANATION, _G.SECOND_APPRAISAL},
        _G.COUNCIL,
        "population.manage",
        _("Trình hội đồng"),
    ),
    "send_back": _move(
        {_G.COUNCIL}, _G.SECOND_APPRAISAL, "population.settle", _("Yêu cầu thẩm định lại"), reason=True
    ),
    "settle": _move({_G.COUNCIL}, _G.SETTLED, "population.settle", _("Chốt kết quả")),
    # The command line settles a year kept in files without walking through the stages.
    "settle_from_files": _move(_G, _G.SETTLED, "population.publish", _("Chốt từ tệp"), by_file=True),
    "unsettle": _move({_G.SETTLED}, _G.COUNCIL, "population.settle", _("Mở lại trước công bố"), reason=True),
    "publish": _move({_G.SETTLED}, _G.PUBLISHED, "population.publish", _("Công bố")),
    "correct": _move(
        {_G.PUBLISHED}, _G.COUNCIL, "population.publish", _("Mở lại để đính chính"), reason=True
    ),
}

#: Whose turn each state of a dossier is.
OWNERS: Mapping[State, Owner] = {
    _S.DRAFT: Owner.UNIT,
    _S.AWAITING_HEAD: Owner.HEAD,
    _S.SUBMITTED: Owner.APPRAISER,
    _S.RETURNED: Owner.UNIT,
    _S.CLOSED: Owner.NOBODY,
}

#: Whose turn each stage of a population is.
STAGE_OWNERS: Mapping[str, Owner] = {
    _G.PREPARING: Owner.INDEX_MANAGER,
    _G.SELF_ASSESSMENT: Owner.UNIT,
    _G.APPRAISAL: Owner.APPRAISER,
    _G.EXPLANATION: Owner.UNIT,
    _G.SECOND_APPRAISAL: Owner.APPRAISER,
    _G.COUNCIL: Owner.COUNCIL,
    _G.SETTLED: Owner.INDEX_MANAGER,
    _G.PUBLISHED: Owner.NOBODY,
}

#: States in which the unit still holds the dossier; with the deadline passed they read "trễ hạn".
UNSUBMITTED = frozenset(_OPEN)
#: States in which the unit's people may change answers.
EDITABLE = frozenset(_OPEN)
#: States in which appraisers may decide components.
APPRAISABLE = frozenset({_S.SUBMITTED})
#: Stages in which appraisers work.
APPRAISAL_STAGES = frozenset({_G.APPRAISAL, _G.EXPLANATION, _G.SECOND_APPRAISAL, _G.COUNCIL})

UNANSWERED = _("chưa trả lời")
LATE = _("trễ hạn")
CLOSED_UNSUBMITTED = _("không nộp, đã khóa")


def after(state: str, move: str, moves: Mapping[str, Move] = MOVES) -> str:
    """Return the state that ``move`` leads to from ``state``.

    Raises ``IllegalMove`` when there is no such move or not from this state.
    """
    known = moves.get(move)
    if known is None:
        raise IllegalMove(f"there is no move {move!r}")
    if state not in known.sources:
        raise IllegalMove(f"cannot {move} from {state}")
    return known.target


def stage_after(stage: str, move: str) -> str:
    """Return the stage of a population that ``move`` leads to; raises ``IllegalMove``."""
    return after(stage, move, STAGE_MOVES)


def moves_from(state: str, moves: Mapping[str, Move] = MOVES) -> tuple[str, ...]:
    """Names of the moves that leave ``state``, in the order of the table."""
    return tuple(name for name, move in moves.items() if state in move.sources)


def label(
    state: str, *, late: bool = False, untouched: bool = False, closed_unsubmitted: bool = False
) -> str:
    """The word shown for a dossier.

    ``late``: the deadline has passed while the unit still holds the dossier;
    ``untouched``: nothing has been answered yet; ``closed_unsubmitted``: closed
    after the deadline without submission, now with the appraisers.
    """
    if closed_unsubmitted and state == _S.SUBMITTED:
        return str(CLOSED_UNSUBMITTED)
    if late and state in UNSUBMITTED:
        return str(LATE)
    if untouched and state == _S.DRAFT:
        return str(UNANSWERED)
    return str(_S(state).label)


def mermaid(moves: Mapping[str, Move], start: str) -> str:
    """Print a table of moves as a Mermaid state diagram.

    Moves by file are left out: they may come from every state. Moves that share source and target share one arrow, so that the picture stays readable.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, move in moves.items():
        for source in () if move.by_file else sorted(move.sources):
            arrows.setdefault((source, move.target), []).append(name)
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in arrows.items()]
    return "\n".join(lines)


def document() -> str:
    """Return ``docs/states.md`` as it must read, from the tables above."""
    held = ", ".join(f"`{state}`" for state in _S if state in UNSUBMITTED)
    parts = [
        "# States and moves",
        "",
        "Generated from `scoring/states.py` by `./run manage state_diagram`; do not edit by hand.",
        "",
        "A state changes only by a move of these tables; every move is stored as a row with who, when and why.",
        "",
        "## Dossier of a unit",
        "",
        *_state_table({s.value: (s.label, OWNERS[s]) for s in _S}),
        *_move_table(MOVES, _S.DRAFT),
        f"With the deadline passed, the states in which the unit still holds its dossier ({held}) are shown as "
        f"“{LATE}”. A draft without any answer is shown as “{UNANSWERED}”; a dossier that was closed without "
        f"submission is `{_S.SUBMITTED}` and shown as “{CLOSED_UNSUBMITTED}”.",
        "",
        "## Population",
        "",
        *_state_table({s.value: (s.label, STAGE_OWNERS[s]) for s in _G}),
        *_move_table(STAGE_MOVES, _G.PREPARING),
    ]
    return "\n".join(parts)


def _state_table(rows: Mapping[str, tuple[str, Owner]]) -> list[str]:
    lines = ["| state | shown as | waits for |", "|---|---|---|"]
    lines += [f"| `{state}` | {shown} | {OWNER_LABELS[owner]} |" for state, (shown, owner) in rows.items()]
    return [*lines, ""]


def _move_table(moves: Mapping[str, Move], start: str) -> list[str]:
    lines = ["| move | button | from | to | permission | reason |", "|---|---|---|---|---|---|"]
    for name, move in moves.items():
        sources = ", ".join(f"`{source}`" for source in sorted(move.sources))
        reason = "required" if move.reason else ""
        lines.append(
            f"| `{name}` | {move.label} | {sources} | `{move.target}` | `{move.permission}` | {reason} |"
        )
    return [*lines, "", "```mermaid", mermaid(moves, start), "```", "", *_by_file(moves), ""]


def _by_file(moves: Mapping[str, Move]) -> list[str]:
    names = ", ".join(f"`{name}`" for name, move in moves.items() if move.by_file)
    return [f"Not drawn, because they come from files and from every state: {names}."]
