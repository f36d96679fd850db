"""import_framework FILE --year Y --level L [--draft] [--name … --legal-basis … --drafted-note …]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from criteria.actions import import_framework
from criteria.drafted import Facts
from criteria.files import FACTS_SHEET, FRAMEWORK_COLUMNS, facts_in
from parindex.command import ImportCommand, Report
from parindex.tabular import Table


class Command(ImportCommand):
    help = "Import the framework of a year and level; creates the cycle and its populations."
    columns = FRAMEWORK_COLUMNS
    further_sheets = (FACTS_SHEET,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract, and what is said about the tree."""
        super().add_arguments(parser)
        parser.add_argument("--draft", action="store_true", help="store it although it cannot be opened yet")
        parser.add_argument("--name", default="")
        parser.add_argument("--legal-basis", default="")
        parser.add_argument(
            "--drafted-note", default="", help="where the tree comes from, if it is not the official one"
        )

    def passed(self) -> tuple[str, ...]:
        """Also the facts."""
        return (*super().passed(), "draft", "file", "name", "legal_basis", "drafted_note")

    def import_table(self, table: Table, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Facts on the command line win over those in the workbook."""
        inside = facts_in(Path(options["file"])) if table.kind == "xlsx" else Facts()
        facts = Facts(
            name=options["name"] or inside.name,
            legal_basis=options["legal_basis"] or inside.legal_basis,
            drafted_note=options["drafted_note"] or inside.drafted_note,
        )
        year, level = options["year"], options["level"]
        return import_framework(
            table, year=year, level=level, by=by, draft=options["draft"], facts=facts, dry_run=dry_run
        )
