"""The board of a population as a table for machines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from criteria.models import Population
from parindex.exports import OpenTable
from parindex.templatetags.components import STATES
from parindex.templatetags.numbers import vndatetime
from scoring.queries.progress import UnitProgress


def board_table(
    population: Population, name: str, rows: list[UnitProgress], *, contacts: bool, demonstration: bool
) -> OpenTable:
    """The rows with their counts; ``contacts`` adds who works there and the telephone number."""
    columns = [
        _("Mã"),
        _("Đơn vị"),
        _("Trạng thái"),
        _("Đã trả lời"),
        _("Phải trả lời"),
        _("Đã quyết định"),
        _("Phải quyết định"),
        _("Lần cuối"),
        _("Gia hạn đến"),
    ]
    people = [_("Người liên hệ"), _("Điện thoại"), _("Thư điện tử")] if contacts else []
    return OpenTable(
        title=_("Theo dõi"),
        columns=[*columns, *people],
        rows=[[*_facts(row), *(_contact(row) if contacts else [])] for row in rows],
        meta={"population": name, "year": population.cycle.year, "level": population.level, "demonstration": demonstration},
        texts=frozenset({columns[0], columns[1], *people}),
        widths=(10, 40, 20, 11, 13, 14, 16, 18, 18, 26, 16, 30)[: len(columns) + len(people)],
    )


def _facts(row: UnitProgress) -> list[object]:
    unit, until = row.assessment.unit, row.assessment.extended_until
    last = vndatetime(row.last_at) if row.last_at else ""
    counts = [row.answered, row.asked, row.decided, row.cells]
    return [unit.code, unit.name, str(STATES[row.state][2]), *counts, last, vndatetime(until) if until else ""]


def _contact(row: UnitProgress) -> list[str]:
    person = row.presence.contact
    return [person.get_full_name(), person.phone, person.email] if person else ["", "", ""]
