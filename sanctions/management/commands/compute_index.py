"""Compute index, ranking and proposals of a level from the command line."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from parindex.command import VietnameseCommand, add_year_and_level, check_year, person
from sanctions.actions import compute_level
from scoring.models import UnitResult


class Command(VietnameseCommand):
    """``compute_index --year Y --level L``: the same action as the job."""

    help = "Compute the index of a level and store a run; prints run id, digest, units and seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        add_year_and_level(parser)
        parser.add_argument("--by", metavar="USERNAME", help="in whose name")

    def run(self, **options: Any) -> str:
        """Compute, then one line for each population."""
        check_year(options["year"])
        started = time.monotonic()
        done = compute_level(year=options["year"], level=options["level"], by=person(options["by"]))
        seconds = int((time.monotonic() - started) * 1000)
        lines = []
        for each in done:
            units = UnitResult.objects.filter(run=each.run).count()
            state = _("mới") if each.created else _("không đổi")
            lines.append(
                f"run={each.run.pk} digest={each.run.digest} units={units} seconds={_seconds(each.run.milliseconds)} ({state})"
            )
        if len(lines) > 1:
            lines.append(
                _("%(count)d đợt, %(seconds)s giây.") % {"count": len(lines), "seconds": _seconds(seconds)}
            )
        return "\n".join(lines)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"
