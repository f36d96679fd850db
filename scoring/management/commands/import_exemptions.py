"""import_exemptions FILE --year Y --level L"""

from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from scoring.actions.imports import EXEMPTION_COLUMNS, import_exemptions


class Command(ImportCommand):
    help = "Import what does not apply to a unit by the rule of the cycle."
    columns = EXEMPTION_COLUMNS

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Year, level as asked."""
        return import_exemptions(table, by=by, dry_run=dry_run, **options)
