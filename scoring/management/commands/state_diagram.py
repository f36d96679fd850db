"""Print docs/states.md from the tables of moves."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from scoring import states


class Command(BaseCommand):
    """``manage.py state_diagram > docs/states.md``."""

    help = "Print the page of states and moves (docs/states.md) from scoring/states.py."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page to standard output, without a further line."""
        self.stdout.write(states.document(), ending="")
