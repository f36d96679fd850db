"""Write the proposals of a level to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import VietnameseCommand, add_year_and_level, check_year
from parindex.decisions import refuse
from parindex.export_files import add_format_and_output, write_output
from parindex.exports import OpenTable
from parindex.models import Installation
from sanctions.queries import level_outcomes
from scoring.queries.populations import populations_of

COLUMNS = ("year", "level", "unit_code", "kind", "article", "subject", "facts")


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
        rows = [
            (year, level, row.unit_code, o.kind, o.article, o.subject, o.facts_value)
            for row in level_outcomes(year, level)
            for o in [row.outcome]
        ]
        table = OpenTable(
            title=f"{year} {level}",
            columns=COLUMNS,
            rows=rows,
            meta={
                "year": year,
                "level": level,
                "demonstration": Installation.objects.filter(demonstration=True).exists(),
            },
            texts=frozenset(COLUMNS) - {"year"},
            widths=(6, 12, 12, 18, 12, 8, 100),
        )
        write_output(table, options["format"], options["output"])
        return _("Đã ghi %(rows)d dòng.") % {"rows": len(rows)}
