"""Scores as the file that ``import_scores`` takes back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from criteria.models import Node
from parindex.numbers import half_up
from scoring.models import Exemption, Score
from scoring.queries.leaves import EXTRA_LEVELS, STANDING_POINTS, chain
from scoring.queries.populations import populations_of

SCORE_HEADER = ("unit_code", "component_code", "self_points", "appraised_points", "not_applicable", "note")


def exported_scores(year: int, level: str) -> list[tuple[Any, ...]]:
    """Rows under ``SCORE_HEADER`` by unit code and component, points as Decimal or None: four queries.

    Survey leaves have no row; leaves that a grant above them made not applicable are left out; a derived leaf has a
    row only where one was imported. A leaf that does not apply by itself has a row that says so, if its rule allows.
    """
    populations = populations_of(year, level)
    frameworks = {population.framework_id for population in populations}
    nodes = {node.pk: node for node in Node.objects.filter(framework__in=frameworks).order_by("position")}
    grants = {
        (unit_id, node_id): (code, reason)
        for unit_id, node_id, code, reason in Exemption.objects.filter(
            node__framework__in=frameworks, unit__assessments__population__in=populations
        ).values_list("unit_id", "node_id", "unit__code", "reason")
    }
    rows = [*_scored(populations, nodes, grants), *_exempt(nodes, grants)]
    return [row for _place, row in sorted(rows, key=lambda pair: pair[0])]


Placed = tuple[tuple[str, int], tuple[Any, ...]]


def _scored(
    populations: list[Any], nodes: dict[int, Node], grants: dict[tuple[int, int], Any]
) -> Iterator[Placed]:
    scores = Score.objects.filter(assessment__population__in=populations).values_list(
        "assessment__unit_id", "assessment__unit__code", "node_id", "self_points", STANDING_POINTS,
        "not_self_assessed", "explanation",
    )  # fmt: skip
    for unit_id, code, node_id, own, appraised, silent, note in scores:
        node = nodes[node_id]
        if any((unit_id, part) in grants for part in chain(node, nodes)):
            continue
        if own is None and appraised is None:
            if not silent:
                continue
            appraised = Decimal(0)  # "không tự đánh giá" that nobody has decided counts 0
        yield (code, node.position), (code, node.code, _two(own), _two(appraised), "no", note)


def _exempt(nodes: dict[int, Node], grants: dict[tuple[int, int], tuple[str, str]]) -> Iterator[Placed]:
    for (unit_id, node_id), (code, reason) in grants.items():
        node = nodes[node_id]
        above = [part for part in chain(node, nodes) if part != node_id]
        scored = node.source == "self" and (node.is_leaf or node.level in EXTRA_LEVELS)
        if scored and node.na_allowed and not any((unit_id, part) in grants for part in above):
            yield (code, node.position), (code, node.code, None, None, "yes", reason)


def _two(points: Decimal | None) -> Decimal | None:
    return None if points is None else half_up(points)
