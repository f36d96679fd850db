"""Bring the database of a demonstration up; ``./run demo`` calls this before it starts the servers."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from parindex.backup import holds_rows
from parindex.startup import marked_as_demonstration


class Command(BaseCommand):
    help = "Migrate, load the demonstration once, move its passed deadlines."

    def handle(self, *args: Any, **options: Any) -> None:
        marked = marked_as_demonstration(connection)
        if not marked and holds_rows():
            raise CommandError(
                f"The database in {settings.VAR} is not marked as a demonstration; ./run demo leaves it alone. "
                "For a demonstration beside it, set PARINDEX_VAR to another folder."
            )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        if not marked:
            call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
            if not marked_as_demonstration(connection):
                raise CommandError("load_demo left the database without its mark; this is a fault of the program.")
        call_command("demo_roll_deadline", stdout=self.stdout, stderr=self.stderr)
