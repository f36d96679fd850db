"""Storing a framework from its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from criteria import permissions
from criteria.actions.links import outcome_in_words, with_links
from criteria.actions.populations import ensure_populations
from criteria.drafted import Facts, facts_of, usual_name
from criteria.files import rows_of, tree_digest
from criteria.linter import ERROR, Problem, lint
from criteria.models import Cycle, Framework, Node, NodeLevel, Population
from criteria.queries.links import items_before
from criteria.tree import PARENT_LEVEL, code_key, find_cycles
from parindex import audit, canonical, clock, numbers
from parindex.command import Report
from parindex.decisions import refuse, require
from parindex.tabular import Table

FIELDS = (
    "parent_id", "level", "name", "max_points", "source", "rule_kind", "rule_text", "evidence", "lead_appraiser",
    "lead_appraiser_2025", "na_allowed", "rule_params", "previous_code", "link", "position", "is_leaf",
)  # fmt: skip


def import_framework(
    table: Table,
    *,
    year: int,
    level: str,
    by: Any,
    draft: bool = False,
    facts: Facts | None = None,
    origin: str = "import",
    dry_run: bool = False,
    now: datetime | None = None,
) -> Report:
    """Store the framework of a year and level from its file; creates the cycle and the populations.

    Refuses every error of the linter (a draft only what cannot be stored at all; it can never be opened), and a
    framework that is in use, unless the file says exactly the same. Links to last year's rows are proposed where the
    file gives none (``criteria.linking``). ``facts`` wins over what is known of the tree.
    """
    rows = _checked(table, draft=draft)
    with transaction.atomic():
        if origin == "web":
            require(permissions.may_edit_framework(by))
        cycle, populations = ensure_populations(year=year, level=level, by=by, now=now, origin=origin)
        framework = _locked(cycle, level)
        at = now or clock.now()
        previous = items_before(year, level)
        rows = with_links(rows, framework, previous)
        digest = tree_digest(rows)
        outcome = outcome_in_words(rows, previous, year)
        if framework.frozen_at is not None:
            return _same_or_refused(framework, digest, Report(same=len(rows), addition=outcome))
        problems = _problems(table, [item.code for item in previous] if previous else None)
        report = Report(notices=[str(p) for p in problems if draft or p.severity != ERROR], addition=outcome)
        _write_nodes(framework, rows, report)
        _describe(framework, facts or Facts(), rows, year, level)
        framework.is_draft, framework.digest = draft, digest
        framework.source_name, framework.imported_at = table.name[:255], at
        framework.save()
        Population.objects.filter(pk__in=[p.pk for p in populations], framework=None).update(
            framework=framework
        )
        _record(framework, table, report, by=by, at=at, origin=origin)
        if dry_run:
            transaction.set_rollback(True)
        return report


def _record(
    framework: Framework, table: Table, report: Report, *, by: Any, at: datetime, origin: str
) -> None:
    data = {
        "file": table.name, "sha256": table.sha256, "digest": framework.digest, "draft": framework.is_draft,
        "new": report.new, "changed": report.changed, "same": report.same,
    }  # fmt: skip
    audit.record("framework.imported", framework, by=by, at=at, data=data, origin=origin)


def _locked(cycle: Cycle, level: str) -> Framework:
    framework, _made = Framework.objects.get_or_create(cycle=cycle, level=level)
    return Framework.objects.select_for_update().get(pk=framework.pk)


def _same_or_refused(framework: Framework, digest: str, report: Report) -> Report:
    if tree_digest(rows_of(framework.nodes.order_by("position"))) == digest:
        return report
    refuse(
        _(
            "Bộ tiêu chí này đã đưa vào sử dụng từ %(day)s nên không thay được nữa."
            " Muốn đổi, soạn bộ tiêu chí cho năm khác."
        )
        % {"day": clock.local(framework.frozen_at).strftime("%d/%m/%Y")},
        code="frozen",
    )
    raise AssertionError


# --- From the file to rows -----------------------------------------------------------------------


def _raw(table: Table) -> list[dict[str, str]]:
    return [{column.name: row[column.name] for column in table.columns} for row in table.rows]


def _problems(table: Table, previous: Sequence[str] | None = None) -> Sequence[Problem]:
    return lint(_raw(table), numbers=[row.number for row in table.rows], previous=previous)


def _checked(table: Table, *, draft: bool) -> list[dict[str, Any]]:
    """The rows of the file in the order of their codes; raises ``FileRefused`` with every problem."""
    if draft:
        _check_storable(table)
    else:
        for problem in _problems(table):
            if problem.severity == ERROR:
                table.problems.add(problem.row, problem.column, _about(problem))
    table.refuse_if_faulty()
    return sorted((_values(raw) for raw in _raw(table)), key=lambda row: code_key(row["code"]))


def _about(problem: Problem) -> str:
    return f"{problem.code}: {problem.sentence}" if problem.code else problem.sentence


def _check_storable(table: Table) -> None:
    """What even a draft must have: codes, levels, points and parameters that can be stored, and a tree."""
    table.unique(["code"])
    parents = {row["code"]: row["parent_code"] for row in table.rows}
    levels = {row["code"]: row["level"] for row in table.rows}
    rings = {code for ring in find_cycles(parents) for code in ring}
    for row in table.rows:
        if not row["code"] or len(row["code"]) > 20:
            row.refuse("code", _("Mã phải có từ 1 đến 20 ký tự."))
        if row["level"] not in NodeLevel.values:
            row.refuse("level", _("Cấp phải là một trong: %(list)s.") % {"list": ", ".join(NodeLevel.values)})
        elif row["code"] in rings or levels.get(row["parent_code"]) != PARENT_LEVEL[row["level"]]:
            row.refuse("parent_code", _("Mục cha không có trong tệp hoặc không đúng cấp."))
        if not row["max_points"]:
            row.refuse("max_points", _("Ô này không được để trống."))
        points = row.points("max_points")
        if points is not None and points >= 100_000:
            row.refuse("max_points", _("Số quá lớn."))
        try:
            canonical.loads(row["rule_params"] or "{}")
        except canonical.CanonicalError:
            row.refuse("rule_params", _("Không đúng dạng JSON."))


def _values(raw: Mapping[str, str]) -> dict[str, Any]:
    """A row as ``files.rows_of`` gives it back: points a Decimal, parameters in canonical form."""
    leaf = raw["rule_kind"] != "sum"
    params = canonical.loads(raw["rule_params"] or "{}")
    return {
        **raw,
        "max_points": numbers.half_up(numbers.parse_points(raw["max_points"])),
        "na_allowed": "yes" if raw["na_allowed"] == "yes" else ("no" if leaf else ""),
        "rule_params": canonical.dumps(params) if params else "",
    }


# --- From rows to nodes --------------------------------------------------------------------------


def _write_nodes(framework: Framework, rows: list[dict[str, Any]], report: Report) -> None:
    """Upsert by code, parents first; nodes that the file leaves out are deleted."""
    there = {node.code: node for node in framework.nodes.all()}
    parents = {row["parent_code"] for row in rows}
    ids = {code: node.pk for code, node in there.items()}
    changed: list[Node] = []
    order = {code: place for place, code in enumerate((row["code"] for row in rows), start=1)}
    for level in NodeLevel.values:
        fresh: list[Node] = []
        for row in (row for row in rows if row["level"] == level):
            node = there.get(row["code"]) or Node(framework=framework, code=row["code"])
            before = {name: getattr(node, name) for name in FIELDS}
            _fill(node, row, ids.get(row["parent_code"]), order[row["code"]], row["code"] not in parents)
            if node.pk is None:
                fresh.append(node)
            elif before != {name: getattr(node, name) for name in FIELDS}:
                changed.append(node)
        ids |= {node.code: node.pk for node in Node.objects.bulk_create(fresh)}
        report.new += len(fresh)
    Node.objects.bulk_update(changed, FIELDS, batch_size=40)
    report.changed = len(changed)
    report.same = len(rows) - report.new - report.changed
    _delete_nodes(framework, there.keys() - order.keys())


def _fill(node: Node, row: Mapping[str, Any], parent_id: int | None, position: int, childless: bool) -> None:
    for name in (
        "level",
        "name",
        "max_points",
        "source",
        "rule_kind",
        "rule_text",
        "evidence",
        "previous_code",
        "link",
    ):
        setattr(node, name, row[name])
    node.lead_appraiser, node.lead_appraiser_2025 = row["lead_appraiser"], row["lead_appraiser_2025"]
    node.parent_id, node.position = parent_id, position
    node.na_allowed = row["na_allowed"] == "yes"
    node.rule_params = row["rule_params"] or "{}"
    node.is_leaf = childless and row["level"] in (NodeLevel.CRITERION, NodeLevel.COMPONENT)


def _delete_nodes(framework: Framework, codes: set[str]) -> None:
    try:
        Node.objects.filter(framework=framework, code__in=codes).delete()
    except ProtectedError:
        refuse(
            _("Tệp bỏ bớt các mục đang có quy định không áp dụng: %(codes)s. Bỏ các quy định đó trước.")
            % {"codes": ", ".join(sorted(codes, key=code_key)[:20])},
            code="in_use",
        )


def _describe(framework: Framework, given: Facts, rows: list[dict[str, Any]], year: int, level: str) -> None:
    """Name, legal basis and note: as given, else as known of the tree, else as they were."""
    known = facts_of(level, ((row["code"], row["name"]) for row in rows))
    framework.name = (given.name or framework.name or usual_name(year, level))[:200]
    framework.legal_basis = given.legal_basis or known.legal_basis or framework.legal_basis
    framework.drafted_note = given.drafted_note or known.drafted_note
