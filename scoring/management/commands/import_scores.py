"""import_scores FILE --year Y --level L [--replace --reason …]"""

from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from scoring.actions.imports import SCORE_COLUMNS, import_scores


class Command(ImportCommand):
    help = "Import the points of a year kept elsewhere."
    columns = SCORE_COLUMNS
    may_replace = True

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Year, level and replacement as asked."""
        return import_scores(table, by=by, dry_run=dry_run, **options)
