"""Three versions of one component: as downloaded (base), in the workbook (mine), on the server (theirs). Pure.

A component has two parts that people change apart from each other: the answer (with a request of "not applicable",
which stands instead of one) and the explanation. A part that only one side changed is taken from that side; a part
that both changed to different things is a conflict, and a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

SAME, MINE, THEIRS, BOTH = "same", "mine", "theirs", "both"
ANSWER, EXPLANATION = "answer", "explanation"
PARTS = (ANSWER, EXPLANATION)


@dataclass(frozen=True)
class Stated:
    """What is stated about one component. ``answer`` is canonical JSON, "" without one.

    ``entered``: points that came without an answer (a year kept elsewhere), as their canonical digits, else "".
    """

    answer: str = ""
    na_requested: bool = False
    na_reason: str = ""
    entered: str = ""
    explanation: str = ""

    def part(self, name: str) -> tuple[object, ...]:
        """The values of one part, to be compared as a whole."""
        if name == EXPLANATION:
            return (self.explanation,)
        return (self.answer, self.na_requested, self.na_reason, self.entered)

    def with_part(self, name: str, other: Stated) -> Stated:
        """This version with one part of another."""
        if name == EXPLANATION:
            return replace(self, explanation=other.explanation)
        return replace(other, explanation=self.explanation)


@dataclass(frozen=True)
class Merged:
    """Where the parts of a component stand towards each other."""

    stands: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """Whether the workbook wants something else than the server has."""
        return any(stand in (MINE, BOTH) for stand in self.stands.values())

    @property
    def conflict(self) -> bool:
        """Whether a person must choose."""
        return BOTH in self.stands.values()

    @property
    def changed_there(self) -> bool:
        """Whether the server has moved on since the download in a part that the workbook does not agree with."""
        return any(stand in (THEIRS, BOTH) for stand in self.stands.values())


def stand(base: object, mine: object, theirs: object) -> str:
    """Who changed one part since the download; SAME when nothing is left to decide."""
    if mine == theirs:
        return SAME
    if mine == base:
        return THEIRS
    return MINE if theirs == base else BOTH


def merge(base: Stated, mine: Stated, theirs: Stated) -> Merged:
    """Compare three versions part by part."""
    return Merged({name: stand(base.part(name), mine.part(name), theirs.part(name)) for name in PARTS})


def taken(merged: Merged, mine: Stated, theirs: Stated) -> Stated:
    """What is stored when the workbook's version is taken: its own changes over what the server has."""
    found = theirs
    for name, standing in merged.stands.items():
        if standing in (MINE, BOTH):
            found = found.with_part(name, mine)
    return found
