"""Load units from a file: code and first valid day are the key, predecessors make the lineage."""

from __future__ import annotations

from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from units.actions import import_units
from units.intake import UNIT_COLUMNS


class Command(ImportCommand):
    """``import_units FILE [--dry-run] [--by USERNAME]``."""

    help = __doc__
    columns = UNIT_COLUMNS
    of_a_level = False

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_units(table=table, by=by, dry_run=dry_run)
