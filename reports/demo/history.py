"""The published years: kept in files elsewhere, brought in, computed and published district by district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from criteria.actions import ensure_populations, import_framework
from criteria.drafted import path_of
from criteria.files import FRAMEWORK_COLUMNS
from criteria.models import Node, Population
from criteria.tree import Tree
from parindex import clock
from parindex.tabular import Table, read
from reports.demo import accounts, cast, survey
from reports.demo.cast import Someone
from reports.demo.dice import Dice
from reports.demo.dossiers import Filed, Moved, move, write
from reports.demo.sheets import Part, Sheet, make_sheet
from reports.demo.tables import table_of
from sanctions.actions import compute, publish
from scoring.actions.imports import EXEMPTION_COLUMNS, import_exemptions
from scoring.actions.moves import close_unsubmitted
from scoring.actions.populations import open_population
from scoring.models import Assessment
from scoring.queries.inputs import framework_tree
from scoring.queries.populations import units_of
from units.authorization import Role
from units.models import Level, Unit, User

CLOSED_REASON = "Quá hạn nộp, đơn vị không gửi hồ sơ tự đánh giá dù đã nhắc hai lần."


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in Vietnam."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.VIETNAM)


@dataclass
class Stage:
    """One level of one year on its way into the database."""

    year: int
    level: str
    tree: Tree
    node_ids: dict[str, int]
    populations: list[Population]
    parts: dict[str, Part]
    sheets: dict[int, Sheet]
    codes: dict[int, str]


class Frameworks:
    """The three frameworks that come with the product, each file read once."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def bring(self, year: int, level: str, *, by: User, at: datetime) -> None:
        """Store the framework of a year and level, which makes the populations too."""
        table = self._tables.get(level)
        if table is None:
            table = self._tables[level] = _read(level)
        import_framework(table, year=year, level=level, by=by, now=at)


def _read(level: str) -> Table:
    path = path_of(level)
    table = read(path, columns=FRAMEWORK_COLUMNS, name=path.name)
    assert table is not None  # only a sheet asked for by name can be missing
    return table


def stage(frameworks: Frameworks, year: int, level: str, *, by: User, at: datetime) -> Stage:
    """Bring the framework, open nothing yet, and invent what every unit of the level did."""
    frameworks.bring(year, level, by=by, at=at)
    _cycle, populations = ensure_populations(year=year, level=level, by=by, now=at)
    nodes = list(Node.objects.filter(framework_id=populations[0].framework_id).order_by("position"))
    tree = framework_tree(nodes)
    units = [unit for population in populations for unit in units_of(population).select_related("parent").order_by("pk")]
    parts = cast.parts_of(year, (someone(unit) for unit in units))
    sheets = {unit.pk: make_sheet(year, parts[unit.code], tree) for unit in units}
    return Stage(
        year, level, tree, {node.code: node.pk for node in nodes}, populations, parts, sheets,
        {unit.pk: unit.code for unit in units},
    )  # fmt: skip


def someone(unit: Unit) -> Someone:
    """A unit as the cast knows it."""
    return Someone(unit.code, unit.level, unit.parent.code if unit.parent is not None else "")


def exempt(staged: Stage, *, by: User, at: datetime) -> None:
    """Grant by the rule of the cycle what does not apply to a unit."""
    rows = [
        {"unit_code": part.unit_code, "node_code": code, "reason": cast.NO_PROCEDURES_REASON}
        for part in staged.parts.values()
        for code in part.grants
    ]
    if rows:
        table = table_of(f"khong-ap-dung-{staged.year}-{staged.level}.csv", EXEMPTION_COLUMNS, rows)
        import_exemptions(table, year=staged.year, level=staged.level, by=by, now=at)


# --- One published level -------------------------------------------------------------------------


@dataclass(frozen=True)
class Days:
    """The days of a past level: opened, handed in by, decided by, published."""

    opened: date
    due: date
    decided: date
    published: date


def days_of(year: int, level: str, *, district: bool) -> Days:
    """A district is done before the year ends (QĐ 884 Điều 24.2), the province in January."""
    if district:
        return Days(date(year, 11, 1), date(year, 11, 15), date(year, 12, 18), date(year, 12, 27))
    published = date(year + 1, 1, 14 if level == Level.DEPARTMENT else 15)
    return Days(date(year, 11, 10), date(year, 11, 30), date(year, 12, 29), published)


def publish_year(frameworks: Frameworks, year: int, people: dict[str, User]) -> None:
    """A whole published year, communes first as in life."""
    manager = people[accounts.username_of_role(Role.INDEX_MANAGER)]
    for level in (Level.COMMUNE, Level.DISTRICT, Level.DEPARTMENT):
        district = level == Level.COMMUNE and year < cast.NEW_MAP_YEAR
        if level == Level.DISTRICT and year >= cast.NEW_MAP_YEAR:
            continue
        days = days_of(year, level, district=district)
        staged = stage(frameworks, year, level, by=manager, at=moment(days.opened, 8))
        exempt(staged, by=manager, at=moment(days.opened, 8))
        for population in staged.populations:
            open_population(population=population, by=manager, now=moment(days.opened, 8), origin="demo")
        _fill(staged, days, manager)
        survey.bring(staged.year, staged.level, staged.node_ids, _by_unit(staged), by=manager, at=moment(days.decided, 9))
        for number, population in enumerate(staged.populations):
            _publish(population, days, number, manager)


def _by_unit(staged: Stage) -> list[tuple[int, str, Sheet]]:
    return [(unit_id, staged.codes[unit_id], sheet) for unit_id, sheet in staged.sheets.items()]


def dossiers_of(populations: Iterable[Population]) -> list[Assessment]:
    """The dossiers of some populations with their units, in the order of their ids."""
    rows = Assessment.objects.filter(population__in=list(populations)).select_related("unit", "population")
    return list(rows.order_by("pk"))


def _fill(staged: Stage, days: Days, manager: User) -> None:
    """Every dossier with its answers and decisions, as files of that year said them."""
    dossiers = dossiers_of(staged.populations)
    filed: list[Filed] = []
    moves: list[Moved] = []
    for dossier in dossiers:
        part, sheet = staged.parts[staged.codes[dossier.unit_id]], staged.sheets[dossier.unit_id]
        if not part.submitted:
            continue
        dice = Dice("days", staged.year, part.unit_code)
        handed_in = moment(days.due - timedelta(days=dice.between(0, 6)), dice.between(8, 16), dice.between(0, 59))
        decided = moment(days.decided - timedelta(days=dice.between(0, 8)), dice.between(8, 16), dice.between(0, 59))
        filed += file_lines(dossier, sheet, staged.node_ids, manager, handed_in, decided)
        moves.append(Moved(dossier, "import_answers", handed_in, manager))
        moves.append(Moved(dossier, "import_scores", decided, manager))
    write(filed)
    move(moves)
    for dossier in dossiers:
        if not staged.parts[staged.codes[dossier.unit_id]].submitted:
            after = moment(days.due + timedelta(days=5), 10)
            close_unsubmitted(assessment_id=dossier.pk, reason=CLOSED_REASON, by=manager, now=after)


def file_lines(
    dossier: Assessment, sheet: Sheet, node_ids: dict[str, int], by: User, saved: datetime, decided: datetime
) -> Iterator[Filed]:
    """The lines of a sheet as one file brought them."""
    for line in sheet.lines:
        yield Filed(dossier, node_ids[line.code], line, saved, by, decided, by, by_file=True)


def _publish(population: Population, days: Days, number: int, manager: User) -> None:
    year = population.cycle.year
    compute(population=population, by=manager, now=moment(days.decided, 16), origin="demo")
    publish(
        population=population,
        decision=decision_number(year, population.level, number),
        decided_on=days.published,
        by=manager,
        now=moment(days.published, 9),
        origin="command",
    )


def decision_number(year: int, level: str, number: int) -> str:
    """An invented decision that says so."""
    first: dict[str, Any] = {Level.DEPARTMENT: 41, Level.DISTRICT: 42, Level.COMMUNE: 1300 + 37 * (year - 2023)}
    return f"{first[level] + 3 * number}/QĐ-UBND (minh họa)"
