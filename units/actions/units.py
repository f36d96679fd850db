"""Units come and change only by file: the lists are official, and every change of one touches others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from parindex import audit, clock
from parindex.command import Report
from parindex.decisions import require
from parindex.tabular import Table
from units.intake import Problem, UnitRow, unit_rows
from units.models import Succession, Unit
from units.permissions import may_import
from units.unit_checks import Key, Known, Links, link

#: Fields an import sets on a unit beside its natural key and level.
FIELDS = ("name", "short_name", "parent_id", "valid_to", "remark")


@transaction.atomic
def import_units(
    *,
    table: Table,
    by: Any = None,
    now: datetime | None = None,
    dry_run: bool = False,
    origin: str = "import",
) -> Report:
    """Insert or update units by (code, valid_from), with parents and predecessors; all or nothing.

    ``table`` has the columns ``intake.UNIT_COLUMNS``. Raises ``FileRefused`` with one sentence per faulty
    place. The predecessors of a unit named in the file become those of the file. Writes one audit row per
    unit that was made or changed.
    """
    rows = unit_rows(table)
    table.refuse_if_faulty()
    stored = {(unit.code, unit.valid_from): unit for unit in Unit.objects.select_for_update().order_by("pk")}
    require(may_import(by, origin))
    arrows = list(Succession.objects.select_related("predecessor", "successor").order_by("pk"))
    links = _links(rows, stored, arrows)
    refuse_problems(table, links.problems)
    before = {key: _facts(unit) for key, unit in stored.items()}
    units = _save(rows, links, stored)
    lineage = _save_lineage(rows, links, units, arrows)
    changed = {row.key for row in rows if row.key in stored and _facts(units[row.key]) != before[row.key]}
    touched = [row.key for row in rows if row.key not in stored or row.key in changed | lineage]
    at = now or clock.now()
    audit.record_many(
        [_audit_row(units[key], before.get(key), links.predecessors[key], by, at, origin) for key in touched]
    )
    new = len([key for key in touched if key not in stored])
    transaction.set_rollback(dry_run)
    return Report(new=new, changed=len(touched) - new, same=len(rows) - len(touched))


def refuse_problems(table: Table, problems: Iterable[Problem]) -> None:
    """Raise ``FileRefused`` with the place of every problem; nothing when there is none."""
    for problem in problems:
        table.problems.add(problem.row, problem.column, problem.sentence)
    table.refuse_if_faulty()


def _links(rows: Sequence[UnitRow], stored: dict[Key, Unit], arrows: Iterable[Succession]) -> Links:
    return link(
        rows,
        [Known(key, unit.level, unit.name, unit.valid_to) for key, unit in stored.items()],
        [(_key(arrow.predecessor), _key(arrow.successor)) for arrow in arrows],
    )


def _key(unit: Unit) -> Key:
    return unit.code, unit.valid_from


def _facts(unit: Unit) -> dict[str, Any]:
    facts = {name: getattr(unit, name) for name in FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def _save(rows: Sequence[UnitRow], links: Links, stored: dict[Key, Unit]) -> dict[Key, Unit]:
    """Districts first, because communes point to them; returns every unit by key."""
    units = dict(stored)
    for wanted in (False, True):
        batch = [row for row in rows if (links.parents[row.key] is not None) is wanted]
        filled = [_filled(row, links, units) for row in batch]
        Unit.objects.bulk_create([unit for unit in filled if unit.pk is None], batch_size=500)
        changed = [unit for unit in filled if _key(unit) in stored]
        Unit.objects.bulk_update(
            changed, [*FIELDS[:2], "parent", *FIELDS[3:], "search_key", "sort_key"], batch_size=200
        )
        units |= {_key(unit): unit for unit in filled}
    return units


def _filled(row: UnitRow, links: Links, units: dict[Key, Unit]) -> Unit:
    unit = units.get(row.key) or Unit(code=row.code, valid_from=row.valid_from, level=row.level)
    parent = links.parents[row.key]
    unit.name, unit.short_name, unit.valid_to = row.name, row.short_name, row.valid_to
    unit.parent = units[parent] if parent is not None else None
    if row.remark is not None:
        unit.remark = row.remark
    unit.fill_keys()
    return unit


def _save_lineage(
    rows: Sequence[UnitRow], links: Links, units: dict[Key, Unit], arrows: Iterable[Succession]
) -> set[Key]:
    """Make the arrows into the units of the file those of the file; returns the keys whose arrows changed."""
    keys = {row.key for row in rows}
    wanted = {(units[before].pk, units[key].pk): key for key in keys for before in links.predecessors[key]}
    held = {
        (arrow.predecessor_id, arrow.successor_id): arrow for arrow in arrows if _key(arrow.successor) in keys
    }
    gone = [arrow for pair, arrow in held.items() if pair not in wanted]
    Succession.objects.filter(pk__in=[arrow.pk for arrow in gone]).delete()
    new = [pair for pair in wanted if pair not in held]
    Succession.objects.bulk_create(
        [Succession(predecessor_id=before, successor_id=after) for before, after in new], batch_size=500
    )
    return {wanted[pair] for pair in new} | {_key(arrow.successor) for arrow in gone}


def _audit_row(
    unit: Unit, before: dict[str, Any] | None, predecessors: Iterable[Key], by: Any, at: datetime, origin: str
) -> dict[str, Any]:
    data = {
        "code": unit.code,
        "valid_from": unit.valid_from.isoformat(),
        "before": before,
        "after": _facts(unit),
        "predecessors": [code for code, _from in predecessors],
    }
    action = "unit.changed" if before is not None else "unit.created"
    return audit.row(action, unit, by=by, at=at, data=data, unit=unit, origin=origin)
