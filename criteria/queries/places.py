"""Which unit and population a code in a file means (design §6: the unit valid under it at the reference date)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.models import Population
from parindex.tabular import Row
from units.models import Level, Unit

LEVEL_NAMES = {
    Level.DEPARTMENT: gettext_lazy("sở, ban, ngành"),
    Level.DISTRICT: gettext_lazy("cấp huyện"),
    Level.COMMUNE: gettext_lazy("cấp xã"),
}


class Place(NamedTuple):
    """A unit in its population."""

    population_id: int
    unit_id: int


class Register:
    """The units of the populations of one level and year, by code. One query."""

    def __init__(self, level: str, populations: Iterable[Population]) -> None:
        self.level = level
        self.populations = {population.pk: population for population in populations}
        by_parent = {population.parent_id: population for population in self.populations.values()}
        self.places: dict[str, list[Place]] = {}
        self.elsewhere: dict[str, str] = {}
        rows = Unit.objects.order_by("pk").values_list(
            "pk", "code", "level", "parent_id", "valid_from", "valid_to"
        )
        for pk, code, own_level, parent_id, valid_from, valid_to in rows:
            population = by_parent.get(parent_id) or by_parent.get(None) if own_level == level else None
            day = population.reference_date if population is not None else None
            if (
                population is None
                or day is None
                or valid_from > day
                or (valid_to is not None and valid_to < day)
            ):
                self.elsewhere.setdefault(code, own_level)
                continue
            self.places.setdefault(code, []).append(Place(population.pk, pk))

    def find(self, row: Row, column: str = "unit_code") -> Place | None:
        """The place a row means; None with a noted problem when there is none, or more than one."""
        code = row[column]
        found = self.places.get(code, ())
        if len(found) == 1:
            return found[0]
        if code and not found:
            row.refuse(column, self._unknown(code))
        elif found:
            row.refuse(
                column,
                _("Mã «%(code)s» đang dùng cho hai đơn vị cùng lúc. Sửa danh mục đơn vị.") % {"code": code},
            )
        return None

    def _unknown(self, code: str) -> str:
        population = next(iter(self.populations.values()))
        words = {
            "code": code[:40],
            "level": LEVEL_NAMES[self.level],
            "day": population.reference_date.strftime("%d/%m/%Y"),
        }
        sentence = _("Không có đơn vị %(level)s nào mang mã «%(code)s» vào ngày %(day)s.") % words
        own_level = self.elsewhere.get(code)
        if own_level == self.level:
            return sentence + " " + _("Mã này chỉ dùng vào thời gian khác.")
        if own_level is not None:
            return sentence + " " + _("Mã này là của %(level)s.") % {"level": LEVEL_NAMES[own_level]}
        return sentence
