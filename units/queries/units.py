"""The page of the units of a day, and the history of one unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from parindex import text
from units.models import Level, Succession, Tenure, Unit
from units.queries.bodies import lineage

#: The order in which levels are listed, that of the province downwards.
LEVELS = (Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True)
class UnitsOfDay:
    """The units of a day: counts by level over all of them, and the chosen ones by level in Vietnamese order."""

    day: date
    counts: dict[str, int]
    groups: list[tuple[Level, list[Unit]]]
    districts: list[Unit]

    @property
    def total(self) -> int:
        """How many units the day has."""
        return sum(self.counts.values())

    @property
    def shown(self) -> int:
        """How many of them fit the question."""
        return sum(len(units) for _level, units in self.groups)


def units_of_day(day: date, *, level: str = "", search: str = "", district: int | None = None) -> UnitsOfDay:
    """The units valid on a day, in one query; searched without accents, by level or by district."""
    everything = list(Unit.objects.valid_on(day).select_related("parent").order_by("sort_key", "code", "pk"))
    wanted = text.search_key(search)
    groups = []
    for each in LEVELS:
        units = [
            unit
            for unit in everything
            if unit.level == each
            and level in ("", unit.level)
            and wanted in unit.search_key
            and district in (None, unit.parent_id, unit.pk)
        ]
        if units:
            groups.append((each, units))
    counts = {each.value: sum(1 for unit in everything if unit.level == each) for each in LEVELS}
    return UnitsOfDay(day, counts, groups, [unit for unit in everything if unit.level == Level.DISTRICT])


def days_of_change() -> list[date]:
    """The days on which units began, the founding of the lists aside; oldest first."""
    days = list(Unit.objects.order_by("valid_from").values_list("valid_from", flat=True).distinct())
    return days[1:]


@dataclass(frozen=True)
class Kin:
    """A relative of a unit: how many steps away, which unit between, and what else went the same way."""

    unit: Unit
    steps: int
    via: Unit | None
    unconfirmed: bool
    remark: str


@dataclass(frozen=True)
class History:
    """Where a unit came from, what became of it, and who held its code before or after.

    ``siblings`` are the units that went into the same successor. ``tenures`` are newest first, None
    where the viewer may not know them.
    """

    unit: Unit
    origins: list[Kin]
    successors: list[Kin]
    siblings: list[Unit]
    children: list[Unit]
    same_code: list[Unit]
    tenures: list[Tenure] | None

    @property
    def ends_without_successor(self) -> bool:
        """Whether the unit ended and nobody is known to have followed it."""
        return self.unit.valid_to is not None and not self.successors


def history(unit: Unit, *, with_heads: bool) -> History:
    """Everything the page of a unit says, in a constant number of queries."""
    after, before = lineage()
    arrows = {(arrow.predecessor_id, arrow.successor_id): arrow for arrow in Succession.objects.all()}
    upward, downward = _walk(unit.pk, before), _walk(unit.pk, after)
    beside = [other for pk in after.get(unit.pk, ()) for other in before[pk] if other != unit.pk]
    ids = {pk for pk, _steps, _via in upward + downward} | set(beside)
    units = Unit.objects.select_related("parent").in_bulk(ids) | {unit.pk: unit}

    def kin(pk: int, steps: int, via: int, arrow: Succession) -> Kin:
        return Kin(units[pk], steps, units[via] if via != unit.pk else None, arrow.unconfirmed, arrow.remark)

    children = (
        unit.children.order_by("sort_key", "code", "valid_from") if unit.level == Level.DISTRICT else []
    )
    return History(
        unit=unit,
        origins=_in_order([kin(pk, steps, via, arrows[(pk, via)]) for pk, steps, via in upward]),
        successors=_in_order([kin(pk, steps, via, arrows[(via, pk)]) for pk, steps, via in downward]),
        siblings=sorted((units[pk] for pk in dict.fromkeys(beside)), key=lambda other: other.sort_key),
        children=list(children),
        same_code=list(Unit.objects.filter(code=unit.code).exclude(pk=unit.pk).order_by("valid_from")),
        tenures=_tenures(unit) if with_heads else None,
    )


def _walk(start: int, arrows: dict[int, list[int]]) -> list[tuple[int, int, int]]:
    """(unit, steps, unit it was reached from) of everything reachable, nearest first, each once."""
    found: dict[int, tuple[int, int, int]] = {}
    ring = [start]
    steps = 0
    while ring:
        steps += 1
        onward = [(other, here) for here in ring for other in arrows.get(here, ())]
        ring = []
        for other, here in onward:
            if other not in found and other != start:
                found[other] = (other, steps, here)
                ring.append(other)
    return list(found.values())


def _in_order(kin: list[Kin]) -> list[Kin]:
    return sorted(kin, key=lambda each: (each.steps, each.unit.sort_key, each.unit.code))


def _tenures(unit: Unit) -> list[Tenure]:
    return list(unit.tenures.select_related("head").order_by("-from_date", "-pk"))
