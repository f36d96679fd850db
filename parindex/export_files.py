"""The end of an export command: ``--format csv|json|xlsx --output FILE``."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from parindex.exports import FORMATS, OpenTable, write_table


def add_format_and_output(parser: ArgumentParser) -> None:
    """``--format`` and ``--output``, both required."""
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--output", required=True, metavar="FILE")


def write_output(table: OpenTable, kind: str, output: str) -> None:
    """Write the table; nothing is left behind when it fails. Raises ``CommandError`` for a folder that is not there."""
    path = Path(output)
    if not path.parent.is_dir():
        raise CommandError(_("Không có thư mục %(folder)s.") % {"folder": path.parent})
    whole = io.BytesIO()
    write_table(table, whole, kind)
    path.write_bytes(whole.getvalue())
