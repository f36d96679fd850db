"""import_survey: the figures of the survey are kept in ``surveys``; the first of them opens the population here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from parindex.command import Report
from parindex.tabular import Table
from scoring.actions.imports.intake import begin, open_touched
from surveys.actions import store_figures
from surveys.intake import read_figures
from units.authorization import Permission


def import_survey(
    table: Table,
    *,
    year: int,
    level: str,
    source: Path | BinaryIO,
    by: Any,
    origin: str = "import",
    dry_run: bool = False,
    now: datetime | None = None,
) -> Report:
    """Upsert the counts and percentages of a file; opens the populations of its units; keeps the file ``source``.

    Raises ``FileRefused`` with every faulty row.
    """
    with transaction.atomic():
        intake = begin(
            table, year=year, level=level, by=by, now=now, origin=origin, permission=Permission.SURVEY_IMPORT
        )
        rules = {code: (leaf.node, leaf.rule) for code, leaf in intake.leaves.items()}
        figures = read_figures(table, intake.register, rules)
        open_touched(intake, (figure.place for figure in figures))
        report = store_figures(
            table,
            figures,
            cycle=intake.cycle,
            level=level,
            source=None if dry_run else source,
            by=by,
            at=intake.at,
            origin=origin,
        )
        report.notices += intake.notices
        if dry_run:
            transaction.set_rollback(True)
        return report
