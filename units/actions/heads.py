"""Heads and their tenures, from a file or from the page of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, text
from parindex.command import Report
from parindex.decisions import refuse, require
from parindex.tabular import Table
from units.actions.units import refuse_problems
from units.head_checks import Held, Person, Persons, Someone, check_tenures, identify, renamings
from units.intake import HeadRow, Problem, Span, day_words, head_rows
from units.models import Head, Tenure, Unit
from units.permissions import may_edit_units, may_import
from units.queries import lineage


@transaction.atomic
def import_heads(
    *,
    table: Table,
    by: Any = None,
    now: datetime | None = None,
    dry_run: bool = False,
    origin: str = "import",
) -> Report:
    """Insert or update tenures by (unit, person, first day); all or nothing.

    ``table`` has the columns ``intake.HEAD_COLUMNS``. The unit is the one valid under the code on the first
    day. Raises ``FileRefused`` with one sentence per faulty place: unknown units, two persons of one name,
    a code of somebody else, overlapping tenures.
    """
    rows = head_rows(table)
    table.refuse_if_faulty()
    units_by_code = _locked_units()
    require(may_import(by, origin))
    units, problems = _units_of(rows, units_by_code)
    refuse_problems(table, problems)
    persons = _persons(rows, units)
    stored = list(Tenure.objects.select_related("head").order_by("pk"))
    placed = [(row, units[row.row].pk, persons.of_row[row.row]) for row in rows]
    refuse_problems(table, persons.problems + check_tenures(placed, [_held(tenure) for tenure in stored]))
    heads, new_persons = _save_heads(rows, persons)
    created, changed = _save_tenures(rows, units, heads, stored)
    at = now or clock.now()
    audit.record_many(
        [_audit_row("tenure.created", tenure, by, at, origin) for tenure in created]
        + [_audit_row("tenure.changed", tenure, by, at, origin) for tenure in changed]
    )
    transaction.set_rollback(dry_run)
    same = len(rows) - len(created) - len(changed)
    return Report(new=len(created), changed=len(changed), same=same, facts={"new_persons": new_persons})


@transaction.atomic
def add_tenure(
    *,
    unit_id: int,
    full_name: str,
    from_date: date,
    to_date: date | None = None,
    title: str = "",
    acting: bool = False,
    person_code: str = "",
    by: Any,
    now: datetime | None = None,
) -> Tenure:
    """Write down one head of a unit, by the same rules as the file."""
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    require(may_edit_units(by))
    _refuse_outside(unit, from_date, to_date)
    row = HeadRow(0, unit.code, text.clean_line(full_name), title, acting, from_date, to_date, person_code)
    persons = _persons([row], {0: unit})
    held = [_held(tenure) for tenure in unit.tenures.select_related("head")]
    for problem in persons.problems + check_tenures([(row, unit.pk, persons.of_row[0])], held):
        refuse(problem.sentence, code="tenure")
    if any((tenure.person, tenure.span.start) == (persons.of_row[0], from_date) for tenure in held):
        refuse(
            _("Người này đã có nhiệm kỳ bắt đầu ngày %(day)s.") % {"day": day_words(from_date)}, code="tenure"
        )
    heads, _new = _save_heads([row], persons)
    tenure = Tenure.objects.create(
        unit=unit, head=heads[0], title=title, acting=acting, from_date=from_date, to_date=to_date
    )
    audit.record_many([_audit_row("tenure.created", tenure, by, now or clock.now(), "web")])
    return tenure


@transaction.atomic
def change_tenure(
    *, tenure_id: int, title: str, acting: bool, to_date: date | None, by: Any, now: datetime | None = None
) -> Tenure:
    """Set title, acting and last day of a tenure; the unit, the person and the first day stay."""
    unit_id = Tenure.objects.values_list("unit_id", flat=True).get(pk=tenure_id)
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    require(may_edit_units(by))
    tenure = unit.tenures.select_related("head").get(pk=tenure_id)
    _refuse_outside(unit, tenure.from_date, to_date)
    row = HeadRow(0, unit.code, tenure.head.full_name, title, acting, tenure.from_date, to_date)
    others = [_held(other) for other in unit.tenures.select_related("head").exclude(pk=tenure_id)]
    for problem in check_tenures([(row, unit.pk, tenure.head_id)], others):
        refuse(problem.sentence, code="tenure")
    tenure.title, tenure.acting, tenure.to_date = title, acting, to_date
    tenure.save(update_fields=["title", "acting", "to_date"])
    audit.record_many([_audit_row("tenure.changed", tenure, by, now or clock.now(), "web")])
    return tenure


def _locked_units() -> dict[str, list[Unit]]:
    """All units by code. Their lock keeps two files from writing tenures at once."""
    found: dict[str, list[Unit]] = {}
    for unit in Unit.objects.select_for_update().order_by("pk"):
        found.setdefault(unit.code, []).append(unit)
    return found


def _units_of(
    rows: Sequence[HeadRow], by_code: dict[str, list[Unit]]
) -> tuple[dict[int, Unit], list[Problem]]:
    units: dict[int, Unit] = {}
    problems = []
    for row in rows:
        unit = next((unit for unit in by_code.get(row.unit_code, ()) if unit.valid_on(row.from_date)), None)
        if unit is not None:
            units[row.row] = unit
            continue
        words = _("Không có đơn vị nào mang mã %(code)s ngày %(day)s, ngày đầu của nhiệm kỳ.")
        said = {"code": row.unit_code, "day": day_words(row.from_date)}
        problems.append(Problem(row.row, "unit_code", words % said))
    return units, problems


def _persons(rows: Sequence[HeadRow], units: dict[int, Unit]) -> Persons:
    successors, predecessors = lineage()
    headed: dict[int, set[int]] = {}
    for head_id, unit_id in Tenure.objects.order_by("pk").values_list("head_id", "unit_id"):
        headed.setdefault(head_id, set()).add(unit_id)
    stored = [
        Someone(head.pk, head.full_name, head.person_code or "", frozenset(headed.get(head.pk, ())))
        for head in Head.objects.order_by("pk")
    ]
    placed = [(row, renamings(successors, predecessors, units[row.row].pk)) for row in rows]
    return identify(placed, stored)


def _held(tenure: Tenure) -> Held:
    span = Span(tenure.from_date, tenure.to_date, None, tenure.head.full_name)
    return Held(tenure.unit_id, tenure.head_id, span)


def _save_heads(rows: Sequence[HeadRow], persons: Persons) -> tuple[dict[int, Head], int]:
    """The head of every row by row number, new ones made; a person without a code may be given one."""
    heads: dict[Person, Head] = {head.pk: head for head in Head.objects.order_by("pk")}
    for pk, code in persons.given_codes.items():
        heads[pk].person_code = code
        heads[pk].save(update_fields=["person_code"])
    new: dict[Person, Head] = {}
    for row in rows:
        person = persons.of_row[row.row]
        if person not in heads:
            new.setdefault(person, Head(full_name=row.full_name, person_code=row.person_code or None))
    Head.objects.bulk_create(list(new.values()), batch_size=500)
    heads |= new
    return {row.row: heads[persons.of_row[row.row]] for row in rows}, len(new)


def _save_tenures(
    rows: Sequence[HeadRow], units: dict[int, Unit], heads: dict[int, Head], stored: Sequence[Tenure]
) -> tuple[list[Tenure], list[Tenure]]:
    """Write the tenures of the file; units and heads are given by row number."""
    by_key = {(tenure.unit_id, tenure.head_id, tenure.from_date): tenure for tenure in stored}
    created, changed = [], []
    for row in rows:
        unit, head = units[row.row], heads[row.row]
        tenure = by_key.get((unit.pk, head.pk, row.from_date))
        if tenure is None:
            tenure = Tenure(unit=unit, head=head, from_date=row.from_date)
            created.append(tenure)
        elif (tenure.title, tenure.acting, tenure.to_date) != (row.title, row.acting, row.to_date):
            changed.append(tenure)
        tenure.title, tenure.acting, tenure.to_date = row.title, row.acting, row.to_date
    Tenure.objects.bulk_create(created, batch_size=500)
    Tenure.objects.bulk_update(changed, ["title", "acting", "to_date"], batch_size=500)
    return created, changed


def _refuse_outside(unit: Unit, from_date: date, to_date: date | None) -> None:
    if not unit.valid_on(from_date):
        refuse(
            _("Ngày %(day)s đơn vị này chưa có hoặc đã hết hiệu lực.") % {"day": day_words(from_date)},
            code="tenure",
        )
    if to_date is not None and to_date < from_date:
        refuse(_("Ngày kết thúc đứng trước ngày bắt đầu. Kiểm tra lại hai ngày."), code="tenure")


def _audit_row(action: str, tenure: Tenure, by: Any, at: datetime, origin: str) -> dict[str, Any]:
    data = {
        "head": tenure.head_id,
        "title": tenure.title,
        "acting": tenure.acting,
        "from_date": tenure.from_date.isoformat(),
        "to_date": tenure.to_date.isoformat() if tenure.to_date else None,
    }
    return audit.row(action, tenure, by=by, at=at, data=data, unit=tenure.unit_id, origin=origin)
