"""The survey of a level in a year: which figures are there, and which units and components are without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from criteria.models import Node, NodeLevel, Population
from criteria.rules import SURVEY
from scoring.models import Exemption
from scoring.queries.ground import in_context
from scoring.queries.leaves import chain, rule_of
from scoring.queries.populations import populations_of, units_of
from surveys.merging import NOT_COUNTED
from surveys.models import Campaign, SurveyCount, SurveyFile, SurveyPercent
from units.models import Unit


@dataclass(frozen=True)
class SurveyRow:
    """A level of a year on the list: how many files brought figures."""

    year: int
    level: str
    files: int


def survey_rows() -> list[SurveyRow]:
    """Every level and year with a framework, newest first (two queries)."""
    counted = {
        (year, level): files
        for year, level, files in Campaign.objects.annotate(n=Count("files")).values_list("cycle__year", "level", "n")
    }
    found: dict[tuple[int, str], SurveyRow] = {}
    for population in in_context(Population.objects.filter(framework__isnull=False)):
        key = (population.cycle.year, population.level)
        found.setdefault(key, SurveyRow(*key, counted.get(key, 0)))
    return list(found.values())


@dataclass(frozen=True)
class ComponentCoverage:
    """A survey component: ``forms`` valid forms of all units (0 for an imported percentage), units with and without."""

    node: Node
    imported: bool
    have: int
    want: int
    forms: int


@dataclass(frozen=True)
class UnitCoverage:
    """A unit with the codes of its survey components that have no valid form."""

    unit: Unit
    have: int
    missing: tuple[str, ...]

    @property
    def want(self) -> int:
        """How many components apply to it."""
        return self.have + len(self.missing)


@dataclass(frozen=True)
class Coverage:
    """What is there of a survey; cells are unit × component that apply."""

    components: tuple[ComponentCoverage, ...]
    units: tuple[UnitCoverage, ...]
    files: tuple[SurveyFile, ...]

    @property
    def want(self) -> int:
        """Cells that need figures."""
        return sum(row.want for row in self.components)

    @property
    def missing(self) -> int:
        """Cells without."""
        return self.want - sum(row.have for row in self.components)


def coverage_of(year: int, level: str) -> Coverage | None:
    """The survey of a level, None when that year has no framework for it. The number of queries grows with districts only."""
    populations = [each for each in populations_of(year, level) if each.framework_id]
    if not populations:
        return None
    units = [unit for each in populations for unit in units_of(each).order_by("sort_key", "pk")]
    nodes = {node.pk: node for node in Node.objects.filter(framework_id=populations[0].framework_id)}
    asked = sorted(
        (node for node in nodes.values() if node.is_leaf and rule_of(node).answered_by == SURVEY),
        key=lambda node: node.position,
    )
    there = _there(year, level)
    exempt = _exempt(populations[0])
    applies = {
        unit.pk: [node for node in asked if not exempt.get(unit.pk, set()).intersection(chain(node, nodes))]
        for unit in units
    }
    return Coverage(
        components=tuple(_component(node, [pk for pk, own in applies.items() if node in own], there) for node in asked),
        units=tuple(_unit(unit, applies[unit.pk], there) for unit in units),
        files=tuple(SurveyFile.objects.filter(campaign__cycle__year=year, campaign__level=level)),
    )


def _there(year: int, level: str) -> dict[tuple[int, int], int]:
    """Valid forms by unit and node; an imported percentage stands as 0 forms (two queries)."""
    survey = {"campaign__cycle__year": year, "campaign__level": level}
    counts = SurveyCount.objects.filter(**survey, count__gt=0).exclude(answer__in=NOT_COUNTED)
    found = {
        (unit_id, node_id): forms
        for unit_id, node_id, forms in counts.values("unit_id", "node_id")
        .annotate(forms=Sum("count"))
        .values_list("unit_id", "node_id", "forms")
    }
    for unit_id, node_id in SurveyPercent.objects.filter(**survey).values_list("unit_id", "node_id"):
        found.setdefault((unit_id, node_id), 0)
    return found


def _exempt(population: Population) -> dict[int, set[int]]:
    rows = Exemption.objects.filter(node__framework_id=population.framework_id)
    found: dict[int, set[int]] = {}
    for unit_id, node_id in rows.exclude(node__level__in=(NodeLevel.BONUS, NodeLevel.PENALTY)).values_list(
        "unit_id", "node_id"
    ):
        found.setdefault(unit_id, set()).add(node_id)
    return found


def _component(node: Node, units: list[int], there: Mapping[tuple[int, int], int]) -> ComponentCoverage:
    known = [there[pk, node.pk] for pk in units if (pk, node.pk) in there]
    imported = bool(rule_of(node).imported)  # type: ignore[attr-defined]
    return ComponentCoverage(node, imported, len(known), len(units), sum(known))


def _unit(unit: Unit, applies: list[Node], there: Mapping[tuple[int, int], int]) -> UnitCoverage:
    missing = tuple(node.code for node in applies if (unit.pk, node.pk) not in there)
    return UnitCoverage(unit, len(applies) - len(missing), missing)
