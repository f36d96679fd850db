"""``./run restore FILE``: an archive into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from parindex import backup


class Command(BaseCommand):
    help = "Put an archive made by `backup` into an empty installation; refuses any other."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = backup.take(file)
        except (backup.ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{file} of {manifest['made_at']} restored: {rows} rows.")
