"""Frameworks as they are read: which one counts, and its rows as a file or workbook."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from criteria.files import FACTS_COLUMNS, FACTS_SHEET, rows_of
from criteria.linter import COLUMNS
from criteria.models import Framework
from parindex.spreadsheet import Sheet

WIDTHS = (9, 12, 12, 60, 11, 10, 14, 60, 40, 30, 30, 12, 60, 14, 12)


def framework_of(year: int, level: str) -> Framework | None:
    """The framework of a year and level with its cycle, or None."""
    return Framework.objects.select_related("cycle").filter(cycle__year=year, level=level).first()


def framework_rows(framework: Framework) -> list[dict[str, Any]]:
    """The rows of the framework's file in natural order; ``max_points`` is a Decimal, everything else text."""
    return rows_of(framework.nodes.order_by("position"))


def framework_sheets(framework: Framework) -> list[Sheet]:
    """The workbook of a framework: its rows, and on a second sheet what is said about it. Imports without loss."""
    facts = [
        ("name", framework.name),
        ("legal_basis", framework.legal_basis),
        ("drafted_note", framework.drafted_note),
    ]
    rows = ([row[name] or None for name in COLUMNS] for row in framework_rows(framework))
    return [
        Sheet(_("Bộ tiêu chí"), COLUMNS, rows, WIDTHS),
        Sheet(FACTS_SHEET, [column.name for column in FACTS_COLUMNS], facts, (16, 100)),
    ]


__all__ = ["framework_of", "framework_rows", "framework_sheets"]
