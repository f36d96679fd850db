"""The hidden sheet of a workbook: whose it is, what it was taken from, and a seal over both.

Who opens the sheet and changes a value breaks the seal, and the workbook is refused: the comparison with what was
downloaded would no longer mean anything. The seal is keyed with the secret of the installation, so a workbook made by
hand or by another installation is refused too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer

from parindex import canonical
from parindex.workbook_file import BookSheet, Cell
from scoring.models import Score
from scoring.queries.dossiers import Leaf
from scoring.workbook.layout import LAYOUT, answerable
from scoring.workbook.merging import Stated

SHEET = "_goc"
_SEAL = Signer(salt="scoring.workbook", sep="~")
#: A cell of a workbook ends at 32 767 characters; a longer state goes on in the next cell.
_MOST = 15_000


@dataclass(frozen=True)
class Base:
    """One component as it stood at the download."""

    version: int
    stated: Stated
    points: str = ""


@dataclass(frozen=True)
class Origin:
    """What a workbook was taken from. ``framework``: digest of what its sheets show; ``bases`` by code."""

    assessment: int
    unit: str
    year: int
    level: str
    framework: str
    taken_at: datetime
    bases: Mapping[str, Base]
    layout: int = LAYOUT


class Unsealed(ValueError):
    """The hidden sheet is not as it was written."""


def stated_of(score: Score | None) -> Stated:
    """What is stated in a stored score (or in none)."""
    if score is None:
        return Stated()
    entered = "" if score.answer or score.self_points is None else canonical.dumps(score.self_points)
    return Stated(score.answer, score.na_requested, score.na_reason, entered, score.explanation)


def bases_of(leaves: Iterable[Leaf]) -> dict[str, Base]:
    """The components a unit may answer, as they stand now."""
    found = {}
    for leaf in leaves:
        if answerable(leaf):
            points = "" if leaf.points is None else canonical.dumps(leaf.points)
            found[leaf.node.code] = Base(leaf.score.version if leaf.score else 0, stated_of(leaf.score), points)
    return found


def plain(stated: Stated) -> dict[str, Any]:
    """A statement as a value for canonical JSON; empty parts are left out."""
    return {name: value for name, value in vars(stated).items() if value}


def written(origin: Origin) -> list[list[str]]:
    """The rows of the hidden sheet."""
    head = {
        "assessment": origin.assessment,
        "unit": origin.unit,
        "year": origin.year,
        "level": origin.level,
        "framework": origin.framework,
        "taken_at": origin.taken_at.isoformat(),
        "layout": origin.layout,
    }
    rows = [["parindex", canonical.dumps(head)]]
    for code, base in origin.bases.items():
        value = canonical.dumps({"version": base.version, "stated": plain(base.stated), "points": base.points})
        rows.append([code, *(value[at : at + _MOST] for at in range(0, len(value), _MOST))])
    return [*rows, ["seal", _SEAL.signature(_sealed(rows))]]


def read(sheet: BookSheet | None) -> Origin:
    """The origin a hidden sheet tells of. Raises ``Unsealed`` when it is not as it was written."""
    if sheet is None:
        raise Unsealed
    rows = [_texts(sheet.rows[number]) for number in sorted(sheet.rows)]
    if len(rows) < 2 or rows[-1][0] != "seal" or len(rows[-1]) != 2:
        raise Unsealed
    *rows, (_mark, seal) = rows
    try:
        _SEAL.unsign(f"{_sealed(rows)}~{seal}")
    except BadSignature:
        raise Unsealed from None
    head = canonical.loads("".join(rows[0][1:]))
    bases = {row[0]: _base(canonical.loads("".join(row[1:]))) for row in rows[1:]}
    return Origin(**{**head, "taken_at": datetime.fromisoformat(head["taken_at"])}, bases=bases)


def _base(value: Mapping[str, Any]) -> Base:
    return Base(value["version"], Stated(**value["stated"]), value["points"])


def _texts(cells: Mapping[int, Cell]) -> list[str]:
    found = [cells[column] for column in sorted(cells)]
    if not all(isinstance(cell, str) for cell in found) or sorted(cells) != list(range(1, len(cells) + 1)):
        raise Unsealed
    return [str(cell) for cell in found]


def _sealed(rows: list[list[str]]) -> str:
    return canonical.digest([[row[0], "".join(row[1:])] for row in rows])
