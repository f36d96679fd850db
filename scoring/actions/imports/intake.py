"""What every import of a level needs: populations under lock, the register of units, the rules, the stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from criteria.actions import ensure_populations
from criteria.models import Cycle, Framework, Node, Population
from criteria.queries.places import Place, Register
from criteria.rules import Rule
from parindex import clock
from parindex.decisions import refuse, require
from parindex.tabular import Row, Table
from scoring.actions.populations import lock_dossiers, open_population
from scoring.models import Assessment, Score, ScoreRevision
from scoring.permissions import HIDDEN
from scoring.queries.leaves import EXTRA_LEVELS, rule_of
from units.access import access_of
from units.authorization import Permission


@dataclass(frozen=True)
class Leaf:
    """A scored row of the framework: a leaf of the tree, or a bonus or penalty row."""

    node: Node
    rule: Rule


@dataclass
class Intake:
    """One import at work. The populations of the level are locked until the transaction ends."""

    table: Table
    cycle: Cycle
    level: str
    framework: Framework
    register: Register
    nodes: Mapping[str, Node]
    leaves: Mapping[str, Leaf]
    by: Any
    at: datetime
    origin: str
    notices: list[str] = field(default_factory=list)
    dossiers: dict[int, Assessment] = field(default_factory=dict)

    def leaf(self, row: Row, column: str = "component_code") -> Leaf | None:
        """The scored node a row names; None with a noted problem when there is none."""
        code = row[column]
        found = self.leaves.get(code)
        if found is None and code:
            row.refuse(column, self._no_leaf(code))
        return found

    def _no_leaf(self, code: str) -> str:
        if code in self.nodes:
            return _("Mục %(code)s gồm các mục nhỏ hơn, không chấm điểm trực tiếp.") % {"code": code}
        return _("Bộ tiêu chí năm %(year)d không có mã «%(code)s».") % {
            "year": self.cycle.year,
            "code": code[:40],
        }

    def population(self, place: Place) -> Population:
        """The population of a place."""
        return self.register.populations[place.population_id]


def may_import(by: Any, permission: Permission, origin: str) -> None:
    """Ask for the permission on a page; whoever runs a command on the server is trusted."""
    if origin == "web":
        require(access_of(by).everywhere(permission) or HIDDEN)


def begin(
    table: Table, *, year: int, level: str, by: Any, now: datetime | None, origin: str, permission: Permission
) -> Intake:
    """Lock the framework and the populations of the level and read units and rules: a constant number of queries.

    The caller has begun the transaction. Raises ``Refused`` when the year has no framework of the level.
    """
    may_import(by, permission, origin)
    framework = Framework.objects.filter(cycle__year=year, level=level).first()
    if framework is None:
        refuse(
            _("Năm %(year)d chưa có bộ tiêu chí của cấp này. Nhập bộ tiêu chí trước.") % {"year": year},
            code="framework",
        )
    cycle, made = ensure_populations(year=year, level=level, by=by, now=now, origin=origin)
    # Opening locks the framework before the population, and so does this import, which may open some further down.
    ids = [population.pk for population in made]
    frameworks = Framework.objects.select_for_update(of=("self",), no_key=True)
    list(frameworks.filter(populations__in=ids).order_by("pk").values_list("pk"))
    rows = Population.objects.select_for_update(of=("self",), no_key=True).select_related(
        "cycle", "framework", "parent"
    )
    populations = list(rows.filter(pk__in=ids).order_by("pk"))
    nodes = list(Node.objects.filter(framework=framework).order_by("position"))
    return Intake(
        table=table,
        cycle=cycle,
        level=level,
        framework=framework,
        register=Register(level, populations),
        nodes={node.code: node for node in nodes},
        leaves={
            node.code: Leaf(node, rule_of(node))
            for node in nodes
            if node.rule_kind != "sum" and (node.is_leaf or node.level in EXTRA_LEVELS)
        },
        by=by,
        at=now or clock.now(),
        origin=origin,
    )


def open_touched(intake: Intake, places: Iterable[Place]) -> list[Population]:
    """Open the populations of these places where needed, lock their dossiers, and learn the dossier of each unit."""
    wanted = sorted({place.population_id for place in places})
    for pk in wanted:
        opening = open_population(
            population=intake.register.populations[pk], by=intake.by, now=intake.at, origin="import"
        )
        intake.register.populations[pk] = opening.population
        lock_dossiers(opening.population)
        intake.notices += opening.warnings
    for dossier in Assessment.objects.filter(population__in=wanted).order_by("pk"):
        intake.dossiers[dossier.unit_id] = dossier
    return [intake.register.populations[pk] for pk in wanted]


def refuse_browser_scores(populations: Iterable[Population], *, replace: bool, reason: str) -> None:
    """Refuse to write over what people saved in the browser, unless asked to, with a reason."""
    if replace and not reason.strip():
        refuse(_("Ghi đè thì phải nêu lý do (--reason)."), code="reason")
    if replace:
        return
    ids = [population.pk for population in populations]
    latest = Q(score__assessment__population__in=ids, version=F("score__version"))
    if (
        ScoreRevision.objects.filter(latest).exclude(kind="import").exists()
        or Score.objects.filter(assessment__population__in=ids, origin="web", saved_at__isnull=False).exists()
    ):
        refuse(
            _(
                "Đã có điểm lưu trên trang web ở đợt đánh giá này nên không nhập đè."
                " Nếu thật sự cần, nhập lại với --replace --reason «lý do»; các giá trị cũ vẫn còn trong lịch sử."
            ),
            code="browser",
        )


def each(table: Table, read: Callable[[Row], Any]) -> list[Any]:
    """Read every row, then refuse the file if anything was wrong; rows that gave nothing are left out."""
    found = [read(row) for row in table.rows]
    table.refuse_if_faulty()
    return [item for item in found if item is not None]
