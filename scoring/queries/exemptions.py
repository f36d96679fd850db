"""Grants of "not applicable" of a population, and what a new one can be made for."""

from __future__ import annotations

from dataclasses import dataclass

from criteria.models import Node, NodeLevel, Population
from scoring.models import Assessment, Exemption

_INDENT = {NodeLevel.AREA: "", NodeLevel.CRITERION: "– ", NodeLevel.COMPONENT: "–– "}
MOST_NAME = 90


@dataclass(frozen=True)
class Grant:
    """A grant with the dossier of its unit and how many components it covers."""

    exemption: Exemption
    dossier_id: int
    leaves: int


def grants_of(population: Population) -> list[Grant]:
    """The grants of the units of a population, by unit and node (three queries)."""
    dossiers = dict(Assessment.objects.filter(population=population).values_list("unit_id", "pk"))
    rows = Exemption.objects.filter(node__framework_id=population.framework_id, unit_id__in=dossiers)
    covered: dict[int, int] = {}
    leaves = Node.objects.filter(framework_id=population.framework_id, is_leaf=True)
    for ids in leaves.values_list("pk", "parent_id", "parent__parent_id"):
        for node_id in ids:
            covered[node_id] = covered.get(node_id, 0) + 1
    listed = rows.select_related("unit", "node", "granted_by").order_by(
        "unit__sort_key", "unit_id", "node__position"
    )
    return [Grant(row, dossiers[row.unit_id], covered.get(row.node_id, 0)) for row in listed]


def choices_of(population: Population) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """The dossiers and the nodes of a population as choices (two queries)."""
    dossiers = (
        Assessment.objects.filter(population=population).select_related("unit").order_by("unit__sort_key")
    )
    nodes = Node.objects.filter(framework_id=population.framework_id, level__in=_INDENT).order_by("position")
    return (
        [(row.pk, str(row.unit)) for row in dossiers],
        [(node.code, f"{_INDENT[NodeLevel(node.level)]}{node.code} {_cut(node.name)}") for node in nodes],
    )


def _cut(name: str) -> str:
    return name if len(name) <= MOST_NAME else name[: MOST_NAME - 1].rstrip() + "…"
