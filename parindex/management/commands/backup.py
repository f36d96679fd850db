"""``./run backup FILE``: the database and all files into one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from parindex import backup


class Command(BaseCommand):
    help = "Write database and files with a manifest of hashes into one archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = backup.make(file)
        except (backup.ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        files = sum(name.startswith("files/") for name in manifest["members"])
        self.stdout.write(f"{file}: {len(manifest['tables'])} tables, {rows} rows, {files} files.")
