"""Write the proposals of a level to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import VietnameseCommand, add_year_and_level, check_year
from parindex.decisions import refuse
from parindex.export_files import add_format_and_output, write_output
from sanctions.content import outcomes_table
from sanctions.queries import level_outcomes
from scoring.queries.populations import populations_of


class Command(VietnameseCommand):
    """``export_outcomes --year Y --level L --format csv|json|xlsx --output FILE``. Not for the public: it names heads."""

    help = "The proposals of the shown runs: commendation, criticism, discipline review."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        add_year_and_level(parser)
        add_format_and_output(parser)

    def run(self, **options: Any) -> str:
        """Write the file and say how many rows it has."""
        year, level = options["year"], options["level"]
        check_year(year)
        if not populations_of(year, level):
            refuse(_("Chưa có đợt đánh giá năm %(year)d cho cấp này.") % {"year": year})
        table = outcomes_table(year, level, level_outcomes(year, level))
        write_output(table, options["format"], options["output"])
        return _("Đã ghi %(rows)d dòng.") % {"rows": len(table.rows)}
