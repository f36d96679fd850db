"""Reading the table."""

from __future__ import annotations

from dataclasses import dataclass

from tests.matrix.table import TABLE
from tests.matrix.world import PEOPLE


@dataclass(frozen=True)
class Line:
    """One address, method and state of the dossiers; a cell per person, one answer or "own/other"."""

    name: str
    kind: str
    method: str
    state: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.method} {self.state}"

    def expected(self, person: str) -> tuple[str, str]:
        """The answers for the own thing and for somebody else's."""
        own, _slash, other = self.cells[PEOPLE.index(person)].partition("/")
        return own, other or own

    def written(self) -> str:
        """The line as the table writes it, shortened where everybody gets the same."""
        first, *rest = self.cells
        short = (
            [first]
            if set(self.cells) == {first}
            else [first, rest[0]]
            if len(set(rest)) == 1
            else list(self.cells)
        )
        cells = short if len(short) < 3 else [f"{cell:8}" for cell in short]
        return f"{self.name:38} {self.kind:16} {self.method:4} {' '.join(cells)}".rstrip()


def lines(text: str = TABLE) -> list[Line]:
    """The lines of the table; a wrong number of cells is an error."""
    found: list[Line] = []
    state = "draft"
    for row in text.splitlines():
        words = row.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].startswith("@"):
            state = words[0][1:]
            continue
        name, kind, method, *cells = words
        if len(cells) == 1:
            cells = cells * len(PEOPLE)
        elif len(cells) == 2:
            cells = [cells[0], *[cells[1]] * (len(PEOPLE) - 1)]
        assert len(cells) == len(PEOPLE), f"{row!r} has {len(cells)} cells for {len(PEOPLE)} people"
        found.append(Line(name, kind, method, state, tuple(cells)))
    return found
