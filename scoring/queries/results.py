"""Results as people inside the procedure read them: the run at hand, its ranking, one unit's sheet with reasons.

Before publication that is the latest run, once published the run of the publication; an older or newer
run is asked for by its number. Every function needs a fixed number of queries, however many units there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from criteria.models import Node, NodeLevel, Population
from criteria.rules import Survey
from criteria.stages import Stage
from parindex import text
from scoring import analysis, ranking
from scoring.models import Assessment, NodeResult, Publication, Run, Score, UnitResult
from scoring.queries.leaves import rule_of
from scoring.queries.sheets import SheetLine, sheet_of
from surveys.merging import MergeError, merge, merge_percent
from surveys.models import SurveyCount, SurveyPercent


@dataclass(frozen=True)
class AtHand:
    """A population with the run that is read; ``publication`` is the one in force, whichever run is read."""

    population: Population
    run: Run | None
    publication: Publication | None
    latest: int

    @property
    def published(self) -> bool:
        """Whether the run read is the one in force."""
        return self.publication is not None and self.run is not None and self.publication.run_id == self.run.pk


def at_hand(populations: Collection[Population], number: int | None = None) -> list[AtHand]:
    """The runs to read, in the order of the populations (two queries). ``number`` asks for a run of that number."""
    ids = [population.pk for population in populations]
    runs: dict[int, dict[int, Run]] = {pk: {} for pk in ids}
    for run in Run.objects.filter(population_id__in=ids).order_by("number"):
        runs[run.population_id][run.number] = run
    publications = {
        found.population_id: found
        for found in Publication.objects.filter(population_id__in=ids).select_related("run").order_by("version")
    }
    found = []
    for population in populations:
        own, publication = runs[population.pk], publications.get(population.pk)
        latest = max(own, default=0)
        run = own.get(latest)
        if number is not None:
            run = own.get(number)
        elif population.stage == Stage.PUBLISHED and publication is not None:
            run = publication.run
        found.append(AtHand(population, run, publication, latest))
    return found


@dataclass(frozen=True)
class RankedRow:
    """One unit. ``rank`` counts over everything read, ``result.rank`` inside the population; percents of the areas in order."""

    result: UnitResult
    rank: int | None
    at: AtHand
    areas: tuple[Decimal | None, ...]

    @property
    def weakest(self) -> int | None:
        """Place of the area with the lowest percent."""
        known = [(percent, place) for place, percent in enumerate(self.areas) if percent is not None]
        return min(known)[1] if known else None


def ranking_of_runs(read: Sequence[AtHand]) -> list[RankedRow]:
    """The units of some runs by rank, then Vietnamese order, the unranked last (two queries)."""
    by_run = {each.run.pk: each for each in read if each.run is not None}
    results = {result.unit_id: result for result in UnitResult.objects.filter(run_id__in=by_run)}
    areas: dict[int, list[Decimal | None]] = {}
    rows = NodeResult.objects.filter(result__run_id__in=by_run, node__level=NodeLevel.AREA)
    for result_id, points, maximum in rows.order_by("node__position").values_list("result_id", "points", "max_points"):
        areas.setdefault(result_id, []).append(analysis.percent(points, maximum))
    standings = ranking.rank(
        ranking.Entry(
            unit=result.unit_id,
            index_percent=result.index_percent,
            sort_key=text.sort_key(result.unit_name),
            ranked=result.rank is not None,
        )
        for result in results.values()
    )
    return [
        RankedRow(result, standing.rank, by_run[result.run_id], tuple(areas.get(result.pk, ())))
        for standing in standings
        for result in [results[standing.entry.unit]]
    ]


def area_names(read: Sequence[AtHand]) -> list[str]:
    """The areas of the framework in order (one query)."""
    frameworks = [each.population.framework_id for each in read if each.population.framework_id][:1]
    nodes = Node.objects.filter(framework_id__in=frameworks, level=NodeLevel.AREA).order_by("position")
    return [f"{node.code}. {node.name}" for node in nodes]


@dataclass(frozen=True)
class Reasoned:
    """A line of a sheet with what was answered and decided."""

    line: SheetLine
    score: Score | None
    survey: str = ""


def reasoned_sheet(result: UnitResult, population: Population) -> list[Reasoned]:
    """One unit's sheet with the answers, decisions and survey figures it stands on (six queries)."""
    lines = sheet_of(result.pk)
    nodes = {node.code: node for node in Node.objects.filter(framework_id=population.framework_id)}
    dossier = Assessment.objects.filter(population=population, unit_id=result.unit_id).first()
    scores: Mapping[int, Score] = {}
    if dossier is not None:
        scores = {score.node_id: score for score in Score.objects.filter(assessment=dossier)}
    said = _survey_words(population, result.unit_id, nodes)
    found = []
    for line in lines:
        node = nodes.get(line.code)
        score = scores.get(node.pk) if node is not None and line.is_leaf else None
        if score is not None and node is not None:
            score.node = node
        found.append(Reasoned(line, score, said.get(line.code, "") if line.survey else ""))
    return found


def _survey_words(population: Population, unit_id: int, nodes: Mapping[str, Node]) -> dict[str, str]:
    """How the survey gave its points, by code of the component (two queries)."""
    survey = {"campaign__cycle_id": population.cycle_id, "campaign__level": population.level, "unit_id": unit_id}
    counts: dict[int, dict[str, dict[str, int]]] = {}
    rows = SurveyCount.objects.filter(**survey).values_list("node_id", "group", "answer", "count")
    for node_id, group, answer, count in rows:
        counts.setdefault(node_id, {}).setdefault(group, {})[answer] = count
    percents = dict(SurveyPercent.objects.filter(**survey).values_list("node_id", "percent"))
    found = {}
    for code, node in nodes.items():
        if not node.is_leaf or not isinstance(rule := rule_of(node), Survey):
            continue
        try:
            merged = merge_percent(rule, percents.get(node.pk)) if rule.imported else merge(rule, counts.get(node.pk, {}))
        except MergeError:  # figures kept under the rule of another file
            continue
        found[code] = merged.explanation
    return found
