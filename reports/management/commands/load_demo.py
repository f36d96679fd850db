"""Fill an empty database with the demonstration province; a second time there is nothing to do."""

from __future__ import annotations

import time
from typing import Any

from parindex.command import VietnameseCommand
from reports.demo import loading


class Command(VietnameseCommand):
    """``load_demo``."""

    help = __doc__

    def run(self, **options: Any) -> str:
        """Load, saying what is being done."""
        started = time.monotonic()
        if not loading.load(say=lambda text: self.stdout.write(f"  {text} …")):
            return "Dữ liệu minh họa đã có."
        return f"Đã nạp dữ liệu minh họa trong {time.monotonic() - started:.0f} giây."
