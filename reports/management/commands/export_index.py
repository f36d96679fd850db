"""Write the ranking of a level to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import VietnameseCommand, add_year_and_level, check_year
from parindex.decisions import refuse
from parindex.export_files import add_format_and_output, write_output
from reports.content.ranking import ranking_of


class Command(VietnameseCommand):
    """``export_index --year Y --level L --format csv|json|xlsx --output FILE``."""

    help = "Before publication the latest run, after it the latest publication; rank in the whole level."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        add_year_and_level(parser)
        add_format_and_output(parser)

    def run(self, **options: Any) -> str:
        """Write the file and say how many rows it has."""
        check_year(options["year"])
        found = ranking_of(options["year"], options["level"])
        if not found.rows:
            refuse(
                _("Năm %(year)d, cấp này chưa có kết quả nào. Tính chỉ số trước.") % {"year": options["year"]}
            )
        write_output(found.table(), options["format"], options["output"])
        return _("Đã ghi %(rows)d dòng.") % {"rows": len(found.rows)}
