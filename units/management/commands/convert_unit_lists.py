"""Turn the official lists in ``units/data/source`` into the file that ``import_units`` reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from units import conversion

DATA = Path(__file__).resolve().parents[2] / "data"


def read(path: Path) -> list[dict[str, str]]:
    """The rows of one CSV list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def converted(source: Path = DATA / "source") -> str:
    """The text of the converted file."""
    rows = conversion.convert(
        departments=read(source / "sonla-departments.csv"),
        units_2024=read(source / "sonla-units-2024.csv"),
        units_2025=read(source / "sonla-units-2025.csv"),
        lineage=read(source / "sonla-lineage-2025.csv"),
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, conversion.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Command(BaseCommand):
    """Read the lists, write the file, say how many rows it holds."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", type=Path, default=DATA / "source")
        parser.add_argument("--output", type=Path, default=DATA / "sonla-units.csv")

    def handle(self, *args: Any, source: Path, output: Path, **options: Any) -> None:
        try:
            content = converted(source)
        except (OSError, KeyError, conversion.ListsDisagree) as error:
            raise CommandError(f"The lists could not be converted: {error}") from error
        output.write_text(content, encoding="utf-8")
        self.stdout.write(f"{output}: {content.count(chr(10)) - 1} rows")
