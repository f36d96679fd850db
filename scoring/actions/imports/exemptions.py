"""import_exemptions: what does not apply to a unit by the rule of the cycle, at an area, criterion or component."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from criteria.queries.places import Place
from parindex.command import Report
from parindex.tabular import CODE, Column, Row, Table
from scoring.actions.imports.grants import Grants
from scoring.actions.imports.intake import Intake, begin, each
from scoring.actions.imports.writing import record_file
from units.authorization import Permission

EXEMPTION_COLUMNS = (
    Column("unit_code", kind=CODE, filled=True, most=20),
    Column("node_code", kind=CODE, filled=True, most=20),
    Column("reason", filled=True, most=1000),
)


def import_exemptions(
    table: Table,
    *,
    year: int,
    level: str,
    by: Any,
    origin: str = "import",
    dry_run: bool = False,
    now: datetime | None = None,
) -> Report:
    """Upsert grants by unit and node; they cover every leaf below, survey included. Opens nothing.

    A granted request of the unit at the same node becomes a grant by rule. Raises ``FileRefused``.
    """
    with transaction.atomic():
        intake = begin(
            table,
            year=year,
            level=level,
            by=by,
            now=now,
            origin=origin,
            permission=Permission.EXEMPTION_GRANT,
        )
        table.unique(["unit_code", "node_code"])
        found = each(table, lambda row: _read(row, intake))
        grants = Grants(intake)
        report = Report(notices=intake.notices)
        for place, node, reason in found:
            outcome = grants.rule(place.unit_id, node, reason)
            setattr(report, outcome, getattr(report, outcome) + 1)
        grants.write()
        touched = sorted({place.population_id for place, _node, _reason in found})
        record_file(
            intake, "exemptions.imported", [intake.register.populations[pk] for pk in touched], report
        )
        if dry_run:
            transaction.set_rollback(True)
        return report


def _read(row: Row, intake: Intake) -> tuple[Place, Node, str] | None:
    place = intake.register.find(row)
    node = intake.nodes.get(row["node_code"])
    if node is None and row["node_code"]:
        sentence = _("Bộ tiêu chí năm %(year)d không có mã «%(code)s».")
        row.refuse("node_code", sentence % {"year": intake.cycle.year, "code": row["node_code"]})
    if place is None or node is None or not row["reason"]:
        return None
    return place, node, row["reason"]
