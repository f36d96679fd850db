"""import_survey FILE --year Y --level L"""

from pathlib import Path
from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from scoring.actions.imports import import_survey
from surveys.intake import SURVEY_COLUMNS


class Command(ImportCommand):
    help = "Import the figures of the sociological survey; the file is kept."
    columns = SURVEY_COLUMNS

    def passed(self) -> tuple[str, ...]:
        """Also the path, because the file is kept."""
        return (*super().passed(), "file")

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Year and level as asked."""
        source = Path(options.pop("file"))
        return import_survey(table, by=by, dry_run=dry_run, source=source, **options)
