"""Move the passed deadlines of a running demonstration to 14 days ahead."""

from __future__ import annotations

from typing import Any

from parindex.command import VietnameseCommand
from reports.demo import deadlines


class Command(VietnameseCommand):
    """``demo_roll_deadline``."""

    help = __doc__

    def run(self, **options: Any) -> str:
        """Say what was moved; nothing when nothing was."""
        return "\n".join(deadlines.roll())
