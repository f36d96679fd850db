"""Everything a run of a population is computed from, read with a fixed number of queries.

``digest`` covers every value that can change a figure: the rules, the units, every stored
answer and decision, the grants, the survey figures, digits and bands, and the figures of
the year before. It is the SHA-256 of one canonical JSON value, so that a script of the
standard library can recompute it from the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from criteria.models import Node, Population
from criteria.tree import Node as TreeNode
from criteria.tree import Tree
from parindex import canonical
from scoring import ranking
from scoring.cells import Leaves, Material, Row
from scoring.index import Cell, Extra, Plan
from scoring.models import Assessment, Exemption, Score
from scoring.queries.leaves import EXTRA_LEVELS, STANDING_POINTS, rule_of
from scoring.queries.populations import units_of
from scoring.queries.runs import Past
from scoring.standings import Previous, UnitRow
from surveys.models import SurveyCount, SurveyPercent
from units.models import Unit
from units.queries import lineage

#: Raised when the meaning of the arithmetic changes, so that old runs are never taken for current.
METHOD = 1
_SILENT = Row("", None, None, False, False)


@dataclass(frozen=True)
class Lineage:
    """Who came from whom, and who existed at the reference date of the year before."""

    existed: frozenset[int]
    predecessors: Mapping[int, list[int]]
    successors: Mapping[int, list[int]]

    def previous(self, unit_id: int) -> ranking.Previous:
        """The unit of the year before that ``unit_id`` continues, or its predecessors."""
        return ranking.previous_unit(
            unit_id, existed=self.existed, predecessors=self.predecessors, successors=self.successors
        )


@dataclass(frozen=True)
class Inputs:
    """What a run rests on. Cells and extras by unit id; ``node_ids`` by code."""

    units: tuple[UnitRow, ...]
    plan: Plan
    node_ids: Mapping[str, int]
    cells: Mapping[int, Mapping[str, Cell]]
    extras: Mapping[int, list[Extra]]
    previous: Mapping[int, Previous]
    bands: tuple[ranking.Band, ...]
    digits: int
    digest: str


def lineage_before(population: Population, past: Past) -> Lineage:
    """The lineage of the population's units back to the year before: two queries."""
    successors, predecessors = lineage()
    day = past.reference_dates.get((population.cycle.year - 1, population.level))
    existed = (
        frozenset() if day is None else frozenset(Unit.objects.valid_on(day).values_list("id", flat=True))
    )
    return Lineage(existed, predecessors, successors)


def framework_tree(nodes: list[Node]) -> Tree:
    """The tree of stored nodes with their parsed rules."""
    codes = {node.pk: node.code for node in nodes}
    return Tree.build(
        TreeNode(
            code=node.code,
            parent_code=codes.get(node.parent_id or 0, ""),
            level=node.level,
            name=node.name,
            max_points=node.max_points,
            source=node.source,
            position=node.position,
            rule=rule_of(node) if node.is_leaf or node.level in EXTRA_LEVELS else None,
            na_allowed=node.na_allowed,
        )
        for node in nodes
    )


def load(population: Population, past: Past, lines: Lineage) -> Inputs:
    """Read the population's inputs: seven queries, and one more for a framework of the year before.

    ``population`` comes with its cycle.
    """
    nodes = list(Node.objects.filter(framework_id=population.framework_id).order_by("position"))
    tree = framework_tree(nodes)
    dossiers = {
        unit_id: (dossier_id, ranked)
        for dossier_id, unit_id, ranked in Assessment.objects.filter(population=population).values_list(
            "id", "unit_id", "ranked"
        )
    }
    units = unit_rows(population, {unit_id: ranked for unit_id, (_id, ranked) in dossiers.items()})
    materials = _materials(population, nodes, {unit.id for unit in units}, dossiers)
    previous = previous_figures(population, nodes, units, past, lines)
    bands = ranking.parse_bands(canonical.loads(population.bands) if population.bands else None)
    leaves = Leaves.of(tree, digits=population.digits)
    return Inputs(
        units=units,
        plan=Plan.of(tree, digits=population.digits),
        node_ids={node.code: node.pk for node in nodes},
        cells={unit.id: leaves.cells(materials[unit.id]) for unit in units},
        extras={unit.id: leaves.bonuses(materials[unit.id]) for unit in units},
        previous=previous,
        bands=bands,
        digits=population.digits,
        digest=_digest(nodes, units, materials, previous, bands, population.digits),
    )


def unit_rows(population: Population, ranked: Mapping[int, bool]) -> tuple[UnitRow, ...]:
    """The units that take part, in the order of their codes; ``ranked`` by unit id, True where it is silent."""
    rows = units_of(population).values_list("id", "code", "name", "sort_key").order_by("code", "id")
    return tuple(UnitRow(*row, ranked.get(row[0], True)) for row in rows)


def _materials(
    population: Population, nodes: list[Node], unit_ids: set[int], dossiers: Mapping[int, tuple[int, bool]]
) -> dict[int, Material]:
    """What is stored of each unit, by unit id."""
    codes = {node.pk: node.code for node in nodes}
    materials = {unit_id: Material() for unit_id in unit_ids}
    rows_of = {
        dossier_id: materials[unit_id].rows
        for unit_id, (dossier_id, _r) in dossiers.items()
        if unit_id in materials
    }
    for dossier_id, node_id, *values in _scores(population):
        rows, code = rows_of.get(dossier_id), codes.get(node_id)
        if rows is not None and code is not None:
            rows[code] = Row(*values)
    grants = Exemption.objects.filter(node__framework_id=population.framework_id).values_list(
        "unit_id", "node_id"
    )
    for unit_id, node_id in grants:
        if unit_id in materials:
            materials[unit_id].grants.add(codes[node_id])
    survey = {"campaign__cycle_id": population.cycle_id, "campaign__level": population.level}
    counts_of = {unit_id: material.counts for unit_id, material in materials.items()}
    counts = SurveyCount.objects.filter(**survey).values_list(
        "unit_id", "node_id", "group", "answer", "count"
    )
    for unit_id, node_id, group, answer, count in counts:
        by_code, code = counts_of.get(unit_id), codes.get(node_id)
        if by_code is not None and code is not None:
            by_code.setdefault(code, {}).setdefault(group, {})[answer] = count
    for unit_id, node_id, percent in SurveyPercent.objects.filter(**survey).values_list(
        "unit_id", "node_id", "percent"
    ):
        if unit_id in materials and node_id in codes:
            materials[unit_id].percents[codes[node_id]] = percent
    return materials


def _scores(population: Population) -> Any:
    return Score.objects.filter(assessment__population=population).values_list(
        "assessment_id",
        "node_id",
        "answer",
        "self_points",
        STANDING_POINTS,
        "na_requested",
        "not_self_assessed",
    )


def previous_figures(
    population: Population, nodes: list[Node], units: tuple[UnitRow, ...], past: Past, lines: Lineage
) -> dict[int, Previous]:
    """The figure of the year before for each unit, and whether the framework is still the same.

    ``nodes`` is the framework of this year. A year known by totals has none, on either side:
    then nothing says that it changed.
    """
    year = population.cycle.year - 1
    found: dict[int, Previous] = {}
    frameworks: set[int] = set()
    results = {}
    for unit in units:
        before = lines.previous(unit.id).unit
        result = past.result(year, before if isinstance(before, int) else None)
        results[unit.id] = result
        if result is not None and result.population.framework_id:
            frameworks.add(result.population.framework_id)
    same = _same_frameworks(nodes, frameworks if nodes else set())
    for unit in units:
        result = results[unit.id]
        if result is None:
            found[unit.id] = Previous(None, None, True)
        else:
            framework_id = result.population.framework_id
            comparable = not nodes or framework_id is None or framework_id in same
            found[unit.id] = Previous(result.unit_id, result.index_percent, comparable)
    return found


def _same_frameworks(nodes: list[Node], others: set[int]) -> set[int]:
    """Ids of those frameworks that score exactly as ``nodes`` do (wording aside); no query when there are none."""
    if not others:
        return set()
    own = {_scored_as(node) for node in nodes}
    theirs: dict[int, set[tuple[Any, ...]]] = {framework_id: set() for framework_id in others}
    for node in Node.objects.filter(framework_id__in=others):
        theirs[node.framework_id].add(_scored_as(node))
    return {framework_id for framework_id, rows in theirs.items() if rows == own}


def _scored_as(node: Node) -> tuple[Any, ...]:
    return node.code, node.level, str(node.max_points), node.source, node.rule_kind, node.rule_params


def _digest(
    nodes: list[Node],
    units: tuple[UnitRow, ...],
    materials: Mapping[int, Material],
    previous: Mapping[int, Previous],
    bands: tuple[ranking.Band, ...],
    digits: int,
) -> str:
    codes = [node.code for node in nodes]
    value = {
        "method": METHOD,
        "digits": digits,
        "bands": [[band.code, str(band.minimum)] for band in bands],
        "framework": [
            [node.code, node.level, str(node.max_points), node.source, node.rule_kind, node.rule_params]
            for node in nodes
        ],
        "units": [
            [
                unit.code,
                unit.name,
                unit.ranked,
                _text(previous[unit.id].index_percent),
                previous[unit.id].comparable,
            ]
            for unit in units
        ],
        "scores": [_rows_text(materials[unit.id].rows, codes) for unit in units],
        "grants": [sorted(materials[unit.id].grants) for unit in units],
        "counts": [materials[unit.id].counts for unit in units],
        "percents": [{code: _text(p) for code, p in materials[unit.id].percents.items()} for unit in units],
    }
    # Lists, text, whole numbers and booleans only: the same bytes as ``canonical.dumps``, but written by C code.
    return canonical.digest(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _rows_text(rows: Mapping[str, Row], codes: list[str]) -> list[list[Any]]:
    """The stored rows of one unit in the order of the framework; a row that says nothing is left out."""
    return [
        [
            code,
            row.answer,
            _text(row.self_points),
            _text(row.appraised_points),
            row.na_requested,
            row.not_self_assessed,
        ]
        for code in codes
        if (row := rows.get(code)) is not None and row != _SILENT
    ]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
