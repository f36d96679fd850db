"""Everything the save of one component depends on, read at one moment and in one statement.

It is read after the dossier's lock and takes no lock itself, so that nothing in it is as old as the wait
for a lock (docs/locking.md). The lock of the dossier is asked for by its own statement, ``lock``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections, router

from criteria.models import Cycle, Node, Population
from parindex import rows
from scoring.models import Assessment, EvidenceLink, Score
from units import direct
from units.authorization import Permission

_DOSSIER = rows.Columns(Assessment, "a", only=("population_id", "unit_id", "state", "extended_until", "ranked"))
_POPULATION = rows.Columns(
    Population, "p",
    only=("cycle_id", "framework_id", "level", "parent_id", "stage", "self_assessment_ends_at", "digits", "totals_only"),
)  # fmt: skip
_CYCLE = rows.Columns(Cycle, "c", only=("year",))
_LEAF = rows.Columns(Node, "n", without=("lead_appraiser", "lead_appraiser_2025", "previous_code", "link", "position"))
_SCORE = rows.Columns(Score, "s", without=("appraised_answer", "appraisal_reason"))
_LOCK = f'SELECT a."id" FROM "{Assessment._meta.db_table}" a WHERE a."id" = %s'  # noqa: S608 - names of models
_GROUND = f"""
SELECT {direct.holds(Permission.SCORE_SAVE, 'a."unit_id"')},
    EXISTS (SELECT 1 FROM "{EvidenceLink._meta.db_table}" l WHERE l."score_id" = s."id"),
    {_DOSSIER.sql}, {_POPULATION.sql}, {_CYCLE.sql}, {_LEAF.sql}, {_SCORE.sql}
FROM "{Assessment._meta.db_table}" a
JOIN "{Population._meta.db_table}" p ON p."id" = a."population_id"
JOIN "{Cycle._meta.db_table}" c ON c."id" = p."cycle_id"
LEFT JOIN "{Node._meta.db_table}" n ON n."framework_id" = p."framework_id" AND n."code" = %s
LEFT JOIN "{Score._meta.db_table}" s ON s."assessment_id" = a."id" AND s."node_id" = n."id"
WHERE a."id" = %s
"""  # noqa: S608 - names of models


@dataclass(frozen=True)
class Ground:
    """A dossier, one leaf of its framework (None: no such code) and what is stored there (None: nothing yet).

    ``own``: the person holds the right to save at the dossier's own unit. ``documented``: the leaf has documents.
    """

    assessment: Assessment
    leaf: Node | None
    score: Score | None
    own: bool
    documented: bool


def lock(assessment_id: int) -> None:
    """Lock the dossier until the end of the transaction; unknown ones raise ``Assessment.DoesNotExist``."""
    waits = connections[router.db_for_write(Assessment)].features.has_select_for_no_key_update
    row, _using = rows.first(Assessment, f"{_LOCK} FOR NO KEY UPDATE" if waits else _LOCK, [assessment_id])
    if row is None:
        raise Assessment.DoesNotExist


def ground_of(assessment_id: int, code: str, *, by: Any, day: date) -> Ground:
    """What stands now. The dossier is locked and known."""
    params = [*direct.params(by, day), code, assessment_id]
    row, using = rows.first(Assessment, _GROUND, params)
    place, found = 2, []
    for columns in (_DOSSIER, _POPULATION, _CYCLE, _LEAF, _SCORE):
        found.append(columns.take(row, place, using))
        place += len(columns)
    assessment, population, cycle, leaf, score = found
    population.cycle = cycle
    assessment.population = population
    if score is not None:
        score.assessment, score.node = assessment, leaf
    return Ground(assessment, leaf, score, own=bool(row[0]), documented=bool(row[1]))
