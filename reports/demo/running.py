"""The running year: departments fill in their sheets, communes are being verified. It stands around the present."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from criteria.models import Node, Population
from parindex import clock
from reports.demo import accounts, cast, evidence, notices, reasons, survey, workspace
from reports.demo.accounts import username_of, username_of_role
from reports.demo.dice import Dice
from reports.demo.dossiers import Filed, Moved, move, receipts, write
from reports.demo.history import CLOSED_REASON, Frameworks, Stage, dossiers_of, exempt, moment, stage
from reports.demo.sheets import Line, Sheet
from sanctions.actions import compute
from scoring.actions.dossiers import propose, submit
from scoring.actions.moves import close_unsubmitted, extend_deadline, return_dossier
from scoring.actions.populations import move_stage, open_population, set_dates
from scoring.appraising import Duty
from scoring.models import Assessment
from scoring.queries.duty import duty_of
from units.authorization import Role
from units.models import Level, User

People = Mapping[str, User]

#: Field of the population → days from today at 17:00 (opened at 08:00).
DEPARTMENTS_CALENDAR = {
    "opens_at": -20,
    "self_assessment_ends_at": 14,
    "appraisal_ends_at": 29,
    "explanation_ends_at": 36,
    "second_appraisal_ends_at": 45,
    "council_ends_at": 55,
    "publishes_at": 60,
}
COMMUNES_CALENDAR = {
    "opens_at": -30,
    "self_assessment_ends_at": -6,
    "appraisal_ends_at": 14,
    "explanation_ends_at": 21,
    "second_appraisal_ends_at": 29,
    "council_ends_at": 37,
    "publishes_at": 42,
}

NOT_STARTED, AWAITING, SUBMITTED, RETURNED = "not started", "awaiting", "submitted", "returned"
#: Where each department stands: a word above, or by how many thousandths it has answered.
DEPARTMENTS: dict[str, str | int] = {
    "VPUB": SUBMITTED,
    "SNV25": SUBMITTED,
    "STP": SUBMITTED,
    "STC25": SUBMITTED,
    "SGDDT": AWAITING,
    "TTT": AWAITING,
    "SYT": RETURNED,
    "SXD25": 500,  # that of the clerk to be tried out
    "SCT": 720,
    "SVHTTDL": 310,
    "SNNMT": 880,
    "SKHCN25": 140,
    "SNGV": NOT_STARTED,
    "SDTTG": NOT_STARTED,
    "BQLKCN": NOT_STARTED,
}
EXTENDED = "BQLKCN"
RETURN_REASON = "Phụ lục số liệu chưa khớp báo cáo năm, đề nghị kiểm tra lại và đính kèm bản đã ký."
EXTENSION_REASON = "Đơn vị đang kiện toàn tổ chức, đề nghị thêm một tuần."

#: A commune that hands in nothing and is still asked to, and one that was closed without.
LATE, UNSUBMITTED = "03763", "04240"
#: How far each lead body is with the communes, in thousandths.
PACE = {"SNV25": 420, "STP": 700, "VPUB": 520, "STC25": 580, "SKHCN25": 330}


@dataclass(frozen=True)
class Today:
    """The present of the demonstration and the people in it."""

    now: datetime
    people: People

    @property
    def day(self) -> date:
        """The day in Vietnam."""
        return clock.today(self.now)

    def at(self, days: int, hour: int = 17) -> datetime:
        """An hour of another day, counted from today."""
        return moment(self.day + timedelta(days=days), hour)

    def past(self, days: int, hour: int = 17) -> datetime:
        """The same, but never later than now."""
        return min(self.at(days, hour), self.now)

    def manager(self) -> User:
        """The index manager."""
        return self.people[username_of_role(Role.INDEX_MANAGER)]

    def of(self, role: str, unit_code: str) -> User:
        """Clerk, head or appraiser of a body."""
        return self.people[username_of(role, unit_code)]

    def working(self, dice: Dice, first: int, last: int) -> datetime:
        """A moment of a working hour between two days counted from today, never later than now."""
        found = self.at(dice.between(first, last), dice.between(8, 16)) + timedelta(minutes=dice.between(0, 59))
        return min(found, self.now - timedelta(minutes=dice.between(5, 90)))


def start(frameworks: Frameworks, people: People, *, now: datetime) -> None:
    """Bring the running year to where it stands."""
    today = Today(now, people)
    notices.before(today)
    _communes(frameworks, today)
    _departments(frameworks, today)
    notices.now(today)


def _opened(frameworks: Frameworks, level: str, calendar: Mapping[str, int], today: Today) -> Stage:
    at = today.at(calendar["opens_at"], 8)
    staged = stage(frameworks, cast.RUNNING, level, by=today.manager(), at=at)
    exempt(staged, by=today.manager(), at=at)
    dates = {name: today.at(days, 8 if name == "opens_at" else 17) for name, days in calendar.items()}
    staged.populations = [
        open_population(
            population=set_dates(population=population, dates=dates, by=today.manager(), now=at),
            by=today.manager(), now=at, origin="demo",
        ).population
        for population in staged.populations
    ]  # fmt: skip
    return staged


# --- Departments ---------------------------------------------------------------------------------


def _departments(frameworks: Frameworks, today: Today) -> None:
    staged = _opened(frameworks, Level.DEPARTMENT, DEPARTMENTS_CALENDAR, today)
    filed: list[Filed] = []
    dossiers = {dossier.unit.code: dossier for dossier in dossiers_of(staged.populations)}
    for code, dossier in dossiers.items():
        filed += _own_lines(staged, dossier, DEPARTMENTS[code], today)
    write(filed)
    for code, dossier in dossiers.items():
        evidence.attach(dossier, by=today.of(Role.CLERK, code), at=today.past(-1, 8))
        workspace.work(dossier, today)
        _hand_in(dossier, code, DEPARTMENTS[code], today)
        workspace.after(dossier, today)
    until = today.at(DEPARTMENTS_CALENDAR["self_assessment_ends_at"] + 7)
    extend_deadline(
        assessment_id=dossiers[EXTENDED].pk, until=until, reason=EXTENSION_REASON, by=today.manager(),
        now=today.past(-1, 10),
    )  # fmt: skip


def _own_lines(staged: Stage, dossier: Assessment, standing: str | int, today: Today) -> list[Filed]:
    """What a department has saved by now, in the order of the sheet."""
    if standing == NOT_STARTED:
        return []
    code = dossier.unit.code
    dice = Dice("running", code)
    lines = staged.sheets[dossier.unit_id].lines
    if isinstance(standing, int):
        lines = _answered(lines, standing, code, dice)
    else:
        lines = tuple(_proven(line, code, dice) for line in lines)
    times = sorted(today.working(dice, -17, -1) for _line in lines)
    clerk, head = today.of(Role.CLERK, code), today.of(Role.HEAD, code)
    return [
        Filed(dossier, staged.node_ids[line.code], line, at, head if dice.chance(40) else clerk)
        for line, at in zip(lines, times, strict=True)
    ]


def _answered(lines: tuple[Line, ...], permille: int, code: str, dice: Dice) -> tuple[Line, ...]:
    """The first lines of a sheet, with a gap here and there (never where a document is given)."""
    count = len(lines) * permille // 1000
    kept = [line for line in lines[: count + 3] if evidence.proves(code, line.code) or not dice.chance(60)]
    return tuple(kept[:count])


def _proven(line: Line, code: str, dice: Dice) -> Line:
    """A line that may be handed in: it says where its answer comes from, or has a document."""
    if line.explanation or line.na_reason or evidence.proves(code, line.code):
        return line
    return line._replace(explanation=reasons.source(dice))


def _hand_in(dossier: Assessment, code: str, standing: str | int, today: Today) -> None:
    clerk, head = today.of(Role.CLERK, code), today.of(Role.HEAD, code)
    if standing in (AWAITING, SUBMITTED, RETURNED):
        propose(assessment_id=dossier.pk, by=clerk, now=today.past(-1, 9))
    if standing in (SUBMITTED, RETURNED):
        submit(assessment_id=dossier.pk, by=head, now=today.past(-1, 15))
    if standing == RETURNED:
        return_dossier(
            assessment_id=dossier.pk, reason=RETURN_REASON, points=workspace.RETURN_POINTS, by=today.manager(),
            until=today.at(7), now=today.past(0, 8),
        )  # fmt: skip


# --- Communes ------------------------------------------------------------------------------------


def _communes(frameworks: Frameworks, today: Today) -> None:
    staged = _opened(frameworks, Level.COMMUNE, COMMUNES_CALENDAR, today)
    population = staged.populations[0]
    dossiers = dossiers_of(staged.populations)
    given = [dossier for dossier in dossiers if dossier.unit.code not in (LATE, UNSUBMITTED)]
    verdicts = Verdicts(staged, population, today)
    filed = [row for dossier in given for row in verdicts.lines(dossier)]
    late = next(dossier for dossier in dossiers if dossier.unit.code == LATE)
    write([*filed, *_late_lines(staged, late, today)])
    for dossier in given:
        evidence.attach(dossier, by=today.of(Role.CLERK, dossier.unit.code), at=today.at(-9, 8))
    steps = [step for dossier in given for step in _commune_moves(dossier, verdicts, today)]
    move(steps)
    receipts(steps)
    manager = today.manager()
    move_stage(population=population, move="begin_appraisal", by=manager, now=today.past(-5, 8), origin="demo")
    closed = next(dossier for dossier in dossiers if dossier.unit.code == UNSUBMITTED)
    close_unsubmitted(assessment_id=closed.pk, reason=CLOSED_REASON, by=manager, now=today.past(-2, 10))
    sheets = [(unit_id, staged.codes[unit_id], sheet) for unit_id, sheet in staged.sheets.items()]
    officer = today.people[username_of_role(Role.SURVEY_OFFICER)]
    # The forms are in; the satisfaction index of the year is still being measured.
    survey.bring(
        cast.RUNNING, Level.COMMUNE, staged.node_ids, sheets, by=officer, at=today.past(-3, 9), percents=False
    )
    compute(population=population, by=manager, now=today.now, origin="demo")


class Verdicts:
    """How far the appraisal of the communes has come: by body, and some dossiers altogether."""

    def __init__(self, staged: Stage, population: Population, today: Today) -> None:
        self.staged, self.today = staged, today
        self.duty: Duty = duty_of(population, today.day)
        nodes = Node.objects.filter(framework_id=population.framework_id)
        self.parents = dict(nodes.values_list("pk", "parent_id"))
        users = [today.of(Role.APPRAISER, code) for code in accounts.LEADS]
        self.codes = {role.unit_id: code for code, user in zip(accounts.LEADS, users, strict=True)
                      for role in user.role_assignments.filter(role=Role.APPRAISER)}  # fmt: skip

    def is_closed(self, dossier: Assessment) -> bool:
        """Whether every component of a dossier has been decided."""
        return Dice("closed", dossier.unit.code).chance(330)

    def lines(self, dossier: Assessment) -> Iterable[Filed]:
        """The lines of a commune, decided where its appraisers have come to them."""
        code = dossier.unit.code
        dice = Dice("running", code)
        clerk = self.today.of(Role.CLERK, code)
        sheet: Sheet = self.staged.sheets[dossier.unit_id]
        for line in sheet.lines:
            node_id = self.staged.node_ids[line.code]
            saved = self.today.working(dice, -27, -9)
            proven = _proven(line, code, dice)
            body = self._body(dossier.unit_id, node_id)
            if self.is_closed(dossier) or self._reached(code, body, line.code):
                decided = self.today.working(dice, -5, 0)
                decider = self.today.of(Role.APPRAISER, body)
                yield Filed(dossier, node_id, proven, saved, clerk, decided, decider)
            else:
                yield Filed(dossier, node_id, proven, saved, clerk)

    def _body(self, unit_id: int, node_id: int) -> str:
        """Code of the body that verifies a cell."""
        chain: list[int] = []
        place: int | None = node_id
        while place is not None:
            chain.append(place)
            place = self.parents[place]
        return self.codes[self.duty.body_of(unit_id, chain) or 0]

    def _reached(self, code: str, body: str, component: str) -> bool:
        """A body goes through a commune area by area."""
        return Dice("reached", code, body, component.split(".")[0]).chance(PACE[body])


def _late_lines(staged: Stage, dossier: Assessment, today: Today) -> list[Filed]:
    """A commune that answered some and never handed in."""
    dice = Dice("late", dossier.unit.code)
    clerk = today.of(Role.CLERK, dossier.unit.code)
    lines = _answered(staged.sheets[dossier.unit_id].lines, 620, dossier.unit.code, dice)
    return [Filed(dossier, staged.node_ids[line.code], line, today.working(dice, -20, -7), clerk) for line in lines]


def _commune_moves(dossier: Assessment, verdicts: Verdicts, today: Today) -> list[Moved]:
    code = dossier.unit.code
    dice = Dice("moves", code)
    handed = today.at(-dice.between(7, 8), dice.between(8, 15)) + timedelta(minutes=dice.between(0, 59))
    moves = [
        Moved(dossier, "propose", handed, today.of(Role.CLERK, code)),
        Moved(dossier, "submit", handed + timedelta(minutes=dice.between(20, 55)), today.of(Role.HEAD, code)),
    ]
    if verdicts.is_closed(dossier):
        moves.append(Moved(dossier, "finish_appraisal", today.now - timedelta(minutes=4), today.manager()))
    return moves
