"""Load heads of units and their tenures from a file."""

from __future__ import annotations

from typing import Any

from parindex.command import ImportCommand, Report
from parindex.tabular import Table
from units.actions import import_heads
from units.intake import HEAD_COLUMNS


class Command(ImportCommand):
    """``import_heads FILE [--dry-run] [--by USERNAME]``."""

    help = __doc__
    columns = HEAD_COLUMNS
    of_a_level = False

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_heads(table=table, by=by, dry_run=dry_run)
