"""Enter the results of a past year that is known only by totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import ImportCommand, Report
from parindex.tabular import CODE, NUMBER, Column, Row, Table
from sanctions.actions import ResultRow, import_results
from scoring.actions.totals import Totals

MOST = Decimal("99999.99")


class Command(ImportCommand):
    """``import_results FILE --year Y --level L``: creates the cycle and its settled runs; needs no framework."""

    help = "Results of a year known by totals; units absent from the file have no result that year."
    columns = (
        Column("unit_code", kind=CODE, filled=True, most=20),
        Column("appraised_points", kind=NUMBER, needed=False),
        Column("survey_points", kind=NUMBER, needed=False),
        Column("points", kind=NUMBER, filled=True),
        Column("max_points", kind=NUMBER, needed=False),
    )

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Read the rows and hand them to the action."""
        table.unique(["unit_code"])
        rows = [
            ResultRow(row["unit_code"], totals, row.refuse) for row in table.rows if (totals := read(row))
        ]
        done = import_results(**options, rows=rows, check=table.refuse_if_faulty, by=by, dry_run=dry_run)
        new = any(each.created for each in done)
        return Report(new=len(rows) if new else 0, same=0 if new else len(rows))


def read(row: Row) -> Totals | None:
    """The totals of one row; None when a figure cannot be read or is missing (noted at its place)."""
    points, maximum = row.points("points"), row.points("max_points")
    if maximum is None:
        maximum = Decimal(100)
    if maximum == 0 or maximum > MOST:
        row.refuse("max_points", _("Điểm tối đa phải lớn hơn 0 và không quá 99999,99."))
    if points is None:
        return None
    return Totals(row.points("appraised_points"), row.points("survey_points"), points, maximum)
