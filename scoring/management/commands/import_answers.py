"""import_answers FILE --year Y --level L [--replace --reason …]"""

from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from scoring.actions.imports import ANSWER_COLUMNS, import_answers


class Command(ImportCommand):
    help = "Import what units stated, as answers; points come from the rules."
    columns = ANSWER_COLUMNS
    may_replace = True

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Year, level and replacement as asked."""
        return import_answers(table, by=by, dry_run=dry_run, **options)
