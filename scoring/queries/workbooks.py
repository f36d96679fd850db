"""Uploaded workbooks of a dossier, and what they would change now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from criteria.rules import AnswerError, compute
from parindex import canonical
from scoring.models import Assessment, WorkbookUpload
from scoring.queries.dossiers import Dossier, Leaf
from scoring.workbook.layout import answerable
from scoring.workbook.merging import Merged, Stated, merge, taken
from scoring.workbook.origin import plain, stated_of
from scoring.workbook.reading import Filled


@dataclass(frozen=True)
class Change:
    """One component in which a workbook differs from the server: as downloaded, in the workbook, stored now.

    ``version``: of the stored row, 0 without one.
    """

    leaf: Leaf
    base: Stated
    mine: Stated
    theirs: Stated
    merged: Merged
    version: int

    @property
    def code(self) -> str:
        """The component's code."""
        return self.leaf.node.code

    @property
    def conflict(self) -> bool:
        """Whether a person must choose."""
        return self.merged.conflict

    @property
    def result(self) -> Stated:
        """What is stored when the workbook is taken."""
        return taken(self.merged, self.mine, self.theirs)


@dataclass(frozen=True)
class Comparison:
    """A workbook beside the dossier as it stands.

    ``closed``: codes that the workbook fills in but that no longer apply to the unit; ``kept``: how many components
    changed on the server alone and stay as they are there.
    """

    changes: tuple[Change, ...]
    closed: tuple[str, ...]
    kept: int

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """What a person must choose about."""
        return tuple(change for change in self.changes if change.conflict)

    @property
    def plain(self) -> tuple[Change, ...]:
        """What only the workbook changed."""
        return tuple(change for change in self.changes if not change.conflict)


def rows_to_store(filled: Filled) -> str:
    """The canonical text of an upload's rows: by code the version and values downloaded, and those filled in."""
    return canonical.dumps(
        {
            code: {
                "version": filled.origin.bases[code].version,
                "base": plain(filled.origin.bases[code].stated),
                "mine": plain(stated),
            }
            for code, stated in filled.stated.items()
        }
    )


def comparison_of(upload: WorkbookUpload, dossier: Dossier) -> Comparison:
    """What an upload would change in a dossier as it was read; no query."""
    rows: Mapping[str, Any] = canonical.loads(upload.rows)
    changes, closed, kept = [], [], 0
    for leaf in dossier.leaves:
        row = rows.get(leaf.node.code)
        if row is None:
            continue
        base, mine, theirs = Stated(**row["base"]), Stated(**row["mine"]), stated_of(leaf.score)
        merged = merge(base, mine, theirs)
        if merged.differs and not answerable(leaf):
            closed.append(leaf.node.code)
        elif merged.differs:
            version = leaf.score.version if leaf.score is not None else 0
            changes.append(Change(leaf, base, mine, theirs, merged, version))
        elif merged.changed_there:
            kept += 1
    return Comparison(tuple(changes), tuple(closed), kept)


def points_of(leaf: Leaf, stated: Stated, digits: int) -> Decimal | None:
    """The points of a version by the rule; those that came without an answer as they came."""
    if stated.answer:
        try:
            return compute(leaf.rule, canonical.loads(stated.answer), digits=digits).points
        except AnswerError:  # an answer kept under the rule of another year
            return None
    return Decimal(stated.entered) if stated.entered else None


def uploads_of(assessment: Assessment) -> QuerySet[WorkbookUpload]:
    """The uploads of a dossier with the people, newest first."""
    return WorkbookUpload.objects.filter(assessment=assessment).select_related("by", "applied_by")


def waiting(uploads: Iterable[WorkbookUpload]) -> list[WorkbookUpload]:
    """Those that nobody has applied or dropped."""
    return [upload for upload in uploads if upload.applied_at is None and upload.dropped_at is None]


def same_waiting(assessment: Assessment, sha256: str, by: Any) -> WorkbookUpload | None:
    """The upload of the same file that still waits for the same person (a form sent twice)."""
    rows = WorkbookUpload.objects.filter(assessment=assessment, sha256=sha256, by=by)
    return rows.filter(Q(applied_at=None), Q(dropped_at=None)).first()
