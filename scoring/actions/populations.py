"""The year of a population: opened, moved from stage to stage, settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.linter import has_errors, lint
from criteria.models import Framework, Node, Population
from criteria.stages import Stage
from parindex import audit, canonical, clock
from parindex.decisions import Denied, Refused, refuse, require
from scoring import leads, population_policies, states
from scoring.actions.telling import tell_of_new_deadline, tell_of_opening, tell_of_stage
from scoring.calendar import FIELDS, usual_dates
from scoring.cells import gaps
from scoring.models import Assessment, Assignment, Run
from scoring.permissions import may_in_population
from scoring.queries.inputs import lineage_before, load
from scoring.queries.populations import units_of
from scoring.queries.progress import undecided_of
from scoring.queries.runs import latest_run, past_before, run_gaps
from units.authorization import Permission
from units.models import Level, Unit
from units.queries import standing_body

DATE_LABELS = {
    "opens_at": gettext_lazy("Mở tự đánh giá"),
    "self_assessment_ends_at": gettext_lazy("Hạn nộp tự đánh giá"),
    "appraisal_ends_at": gettext_lazy("Hạn thẩm định"),
    "explanation_ends_at": gettext_lazy("Hạn giải trình"),
    "second_appraisal_ends_at": gettext_lazy("Hạn thẩm định lần hai"),
    "council_ends_at": gettext_lazy("Hạn hội đồng"),
    "publishes_at": gettext_lazy("Dự kiến công bố"),
}


@dataclass(frozen=True)
class Opening:
    """What opening did: ``opened`` is False when the population was open already; ``added`` counts new dossiers."""

    population: Population
    opened: bool
    added: int
    warnings: tuple[str, ...]


def lock_population(population_id: int) -> Population:
    """The population, locked: whatever moves, computes or publishes it takes this lock first (docs/locking.md)."""
    Population.objects.select_for_update(no_key=True).only("pk").get(pk=population_id)
    # What is joined to a locked row is as old as the wait for it, so it is read afterwards.
    return Population.objects.select_related("cycle", "framework", "parent").get(pk=population_id)


def lock_dossiers(population: Population) -> None:
    """Lock every dossier of a locked population, so that nothing is saved between looking and deciding."""
    rows = Assessment.objects.select_for_update(no_key=True).filter(population=population).order_by("pk")
    list(rows.values_list("pk", flat=True))


def ask(by: Any, population: Population, permission: Permission, origin: str) -> None:
    """Ask for the permission of a person on a page; a command line or a job is trusted with what started it."""
    if origin == "web":
        require(may_in_population(by, population, permission))


@transaction.atomic
def open_population(
    *, population: Population, by: Any, now: datetime | None = None, origin: str = "web"
) -> Opening:
    """Open the self-assessment of a population: freeze its framework, make the dossiers, say who verifies what.

    Opening again only adds the dossiers of units that were entered since. Raises ``Refused`` when
    the framework has errors, no unit takes part, or the dates are out of order.
    """
    list(Framework.objects.select_for_update().filter(populations=population.pk).values_list("pk"))
    population = lock_population(population.pk)
    ask(by, population, Permission.POPULATION_MANAGE, origin)
    at = now or clock.now()
    warnings: tuple[str, ...] = ()
    opened = population.opened_at is None
    if opened:
        _require_openable(population)
        _freeze_framework(population, at)
        warnings = _assign_leads(population)
        _set_usual_dates(population)
        population.stage = states.stage_after(population.stage, "open")
        population.opened_at = at
        population.save(update_fields=["stage", "opened_at", *FIELDS])
    added = _add_dossiers(population)
    if opened or added:
        data = {"stage": population.stage, "dossiers": added, "warnings": list(warnings)}
        audit.record("population.opened", population, by=by, at=at, data=data, origin=origin)
    if origin == "web":  # a year brought in from files asks nothing of anybody
        tell_of_opening(population, at=at)
    return Opening(population, opened, added, warnings)


def _require_openable(population: Population) -> None:
    framework = population.framework
    if framework is None or population.totals_only:
        refuse(_("Đợt này chưa có bộ tiêu chí. Nhập bộ tiêu chí trước khi mở."), code="framework")
    problems = lint(framework_rows(framework))
    dates = [(str(DATE_LABELS[name]), getattr(population, name)) for name in FIELDS]
    decision = population_policies.may_open(
        population.stage,
        units=units_of(population).count(),
        framework_errors=int(has_errors(problems)),
        is_draft=framework.is_draft,
        dates=dates,
    )
    if isinstance(decision, Denied) and decision.code == "framework":
        raise Refused(
            Denied(decision.reason, tuple(str(p) for p in problems if p.severity == "error"), "framework")
        )
    require(decision)


def framework_rows(framework: Framework) -> list[dict[str, str]]:
    """The nodes of a framework as rows of its file, in file order, for the linter."""
    nodes = list(Node.objects.filter(framework=framework).order_by("position"))
    codes = {node.pk: node.code for node in nodes}
    return [
        {
            "code": node.code,
            "parent_code": codes.get(node.parent_id or 0, ""),
            "level": node.level,
            "name": node.name,
            "max_points": str(node.max_points),
            "source": node.source,
            "rule_kind": node.rule_kind,
            "rule_text": node.rule_text,
            "evidence": node.evidence,
            "lead_appraiser": node.lead_appraiser,
            "lead_appraiser_2025": node.lead_appraiser_2025,
            "na_allowed": "yes" if node.na_allowed else "no",
            "rule_params": "" if node.rule_params in ("", "{}") else node.rule_params,
            "previous_code": node.previous_code,
            "link": node.link,
        }
        for node in nodes
    ]


def _freeze_framework(population: Population, at: datetime) -> None:
    framework = population.framework
    if framework is not None and framework.frozen_at is None:
        framework.frozen_at = at
        framework.save(update_fields=["frozen_at"])


def _assign_leads(population: Population) -> tuple[str, ...]:
    """Write who verifies what, from the names in the framework; nothing while a district verifies its communes."""
    if population.parent_id is not None:
        return ()
    day = population.reference_date
    names: dict[str, int] = {}
    for unit_id, name, short in (
        Unit.objects.valid_on(day)
        .filter(level=Level.DEPARTMENT)
        .order_by("pk")
        .values_list("id", "name", "short_name")
    ):
        for known in (name, short):
            if known:
                names.setdefault(leads.name_key(known), unit_id)
    standing = standing_body(day)
    nodes = Node.objects.filter(framework_id=population.framework_id).order_by("position")
    column = "lead_appraiser_2025" if population.cycle.year >= leads.NEW_MAP_YEAR else "lead_appraiser"
    found = leads.match_leads(
        [leads.LeadNode(*row) for row in nodes.values_list("id", "parent_id", "code", column)],
        names,
        standing.pk if standing else None,
    )
    kept = set(Assignment.objects.filter(population=population, user=None).values_list("node_id", flat=True))
    Assignment.objects.bulk_create(
        Assignment(population=population, node_id=node_id, body_id=body_id)
        for node_id, body_id in found.bodies.items()
        if node_id not in kept
    )
    return _unmatched(found.unmatched)


def _unmatched(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """One warning per name, with the codes it stands at."""
    by_name: dict[str, list[str]] = {}
    for code, name in pairs:
        by_name.setdefault(name, []).append(code)
    return tuple(
        _("Không có đơn vị nào tên “%(name)s” (mã %(codes)s): Sở Nội vụ thẩm định.")
        % {"name": name, "codes": ", ".join(codes[:10]) + (", …" if len(codes) > 10 else "")}
        for name, codes in by_name.items()
    )


def _set_usual_dates(population: Population) -> None:
    """Fill in the usual calendar where no date at all is set."""
    if any(getattr(population, name) is not None for name in FIELDS):
        return
    for name, moment in usual_dates(population.cycle.year, district=population.parent_id is not None).items():
        setattr(population, name, moment)


def _add_dossiers(population: Population) -> int:
    there = set(Assessment.objects.filter(population=population).values_list("unit_id", flat=True))
    missing = [
        pk for pk in units_of(population).order_by("pk").values_list("id", flat=True) if pk not in there
    ]
    Assessment.objects.bulk_create(Assessment(population=population, unit_id=unit_id) for unit_id in missing)
    return len(missing)


@transaction.atomic
def set_dates(
    *,
    population: Population,
    dates: Mapping[str, datetime | None],
    by: Any,
    reason: str = "",
    now: datetime | None = None,
) -> Population:
    """Change last moments of stages, by field name. Refused when the result is out of order or already settled."""
    population = lock_population(population.pk)
    require(may_in_population(by, population, Permission.POPULATION_MANAGE))
    if population.stage in (Stage.SETTLED, Stage.PUBLISHED):
        refuse(_("Kết quả đã chốt, không đổi được lịch."), code="stage")
    before = {name: _moment(getattr(population, name)) for name in dates}
    later = _gives_more_time(population, dates)
    for name, moment in dates.items():
        setattr(population, name, moment)
    require(population_policies.dates_in_order([(str(DATE_LABELS[name]), getattr(population, name)) for name in FIELDS]))
    population.save(update_fields=list(dates))
    data = {
        "before": before,
        "after": {name: _moment(moment) for name, moment in dates.items()},
        "reason": reason,
    }
    at = now or clock.now()
    audit.record("population.dates_set", population, by=by, at=at, data=data)
    if later:
        tell_of_new_deadline(population, by=by, at=at, reason=reason)
    return population


def _gives_more_time(population: Population, dates: Mapping[str, datetime | None]) -> bool:
    """Whether units that are at work get a later deadline."""
    before, wanted = population.self_assessment_ends_at, dates.get("self_assessment_ends_at")
    return population.stage == Stage.SELF_ASSESSMENT and None not in (before, wanted) and wanted > before  # type: ignore[operator]


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


@transaction.atomic
def move_stage(
    *,
    population: Population,
    move: str,
    by: Any,
    reason: str = "",
    now: datetime | None = None,
    origin: str = "web",
) -> Population:
    """Move a population to another stage by a move of ``states.STAGE_MOVES``.

    Opening, settling and publishing have their own actions and are refused here.
    """
    population = lock_population(population.pk)
    known = states.STAGE_MOVES[move]
    ask(by, population, Permission(known.permission), origin)
    if move in {"open", "settle", "settle_from_files", "publish"}:
        raise ValueError(f"{move} has its own action")
    return make_move(population, move, by=by, reason=reason, at=now or clock.now(), origin=origin)


def make_move(
    population: Population, move: str, *, by: Any, reason: str, at: datetime, origin: str
) -> Population:
    """Make one move of the table and write its audit row. The caller holds the lock and has asked for permission."""
    source = population.stage
    if source not in states.STAGE_MOVES[move].sources:
        refuse(
            _("Đợt đánh giá đang ở bước “%(stage)s”, không làm được việc này.")
            % {"stage": Stage(source).label},
            code="stage",
        )
    if states.STAGE_MOVES[move].reason and not reason.strip():
        refuse(_("Ghi lý do."), code="reason")
    population.stage = states.stage_after(source, move)
    fields = ["stage"]
    if population.stage in (Stage.SETTLED, Stage.COUNCIL):
        population.settled_at = at if population.stage == Stage.SETTLED else None
        fields.append("settled_at")
    population.save(update_fields=fields)
    data = {"move": move, "from": source, "to": population.stage, "reason": reason}
    audit.record("population.moved", population, by=by, at=at, data=data, origin=origin)
    if origin == "web":
        tell_of_stage(population, move, by=by, at=at, reason=reason)
    return population


@transaction.atomic
def settle(
    *,
    population: Population,
    by: Any,
    now: datetime | None = None,
    origin: str = "web",
    move: str = "settle",
    reason: str = "",
) -> Run:
    """Settle the latest run: nothing is missing and nothing has changed since it was computed.

    On the page, components that no appraiser has decided are named, and only a written ``reason``
    settles over them; it is kept in the audit log. Files say what they say: the command line passes ``move="settle_from_files"``, which comes from every stage. Raises
    ``Refused`` with one line per unit and component in the way.
    """
    population = lock_population(population.pk)
    ask(by, population, Permission(states.STAGE_MOVES[move].permission), origin)
    lock_dossiers(population)
    run = latest_run(population)
    if run is None:
        refuse(_("Chưa tính chỉ số lần nào. Tính chỉ số trước khi chốt."), code="stale")
    require(settleable(population, run, ask_undecided=origin == "web", reason=reason))
    make_move(population, move, by=by, reason=reason, at=now or clock.now(), origin=origin)
    if run.frozen_at is None and run.provisional:
        run.provisional = False
        run.save(update_fields=["provisional"])
    return run


def unsettle(
    *, population: Population, reason: str, by: Any, now: datetime | None = None, origin: str = "web"
) -> Population:
    """Open a settled or published result again for the council; published versions stay as they are."""
    published = Population.objects.filter(pk=population.pk, stage=Stage.PUBLISHED).exists()
    move = "correct" if published else "unsettle"
    return move_stage(population=population, move=move, by=by, reason=reason, now=now, origin=origin)


def settleable(population: Population, run: Run, *, ask_undecided: bool = False, reason: str = "") -> Any:
    """Whether the run may be settled as it is. The caller holds the locks."""
    if population.totals_only:
        return population_policies.may_settle(totals_only=True)
    names = dict(run.results.values_list("unit_id", "unit_name"))
    found = [population_policies.UnitGap(names[unit_id], *gaps(pairs)) for unit_id, pairs in run_gaps(run).items()]
    past = past_before(population.cycle.year)
    current = load(population, past, lineage_before(population, past)).digest
    return population_policies.may_settle(
        gaps=found,
        run_is_current=canonical.loads(run.parameters).get("inputs") == current,
        undecided=undecided_of(population) if ask_undecided else (),
        reason=reason,
    )
