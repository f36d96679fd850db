"""A synthetic province for measuring: as many units as wanted on the tree of 121 components."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from criteria.models import Cycle, Framework, Node, NodeLevel, Population
from criteria.rules import Rule, allowed_points
from criteria.stages import Stage
from parindex import bulk, canonical
from scoring.models import Assessment, Exemption, Score
from scoring.queries.leaves import rule_of
from surveys.models import Campaign, SurveyCount, SurveyFile, SurveyPercent
from units.models import Head, Level, Tenure, Unit

ROOT = Path(__file__).resolve().parent.parent
TREES = ROOT / "criteria" / "data"
UNITS = ROOT / "units" / "data" / "sonla-units.csv"
NOW = datetime(2024, 12, 1, tzinfo=UTC)
SCORE_FIELDS = (
    "assessment", "node", "version", "answer", "self_points", "explanation", "na_requested", "na_reason",
    "not_self_assessed", "origin", "appraised_answer", "appraised_points", "appraisal_reason", "appraised_at",
)  # fmt: skip


def framework(year: int, level: str, *, tree: str = Level.DISTRICT) -> Framework:
    """A drafted tree; that of the districts has 8 areas, 39 criteria, 121 components."""
    cycle, _made = Cycle.objects.get_or_create(year=year)
    made = Framework.objects.create(cycle=cycle, level=level, imported_at=NOW, frozen_at=None)
    with (TREES / f"criteria-{tree}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    nodes: dict[str, Node] = {}
    parents = {row["parent_code"] for row in rows}
    for position, row in enumerate(rows, start=1):
        nodes[row["code"]] = Node.objects.create(
            framework=made,
            code=row["code"],
            parent=nodes.get(row["parent_code"]),
            level=row["level"],
            name=row["name"],
            max_points=Decimal(row["max_points"]),
            source=row["source"],
            rule_kind=row["rule_kind"],
            na_allowed=row["na_allowed"] == "yes",
            rule_params=canonical.dumps(canonical.loads(row["rule_params"] or "{}")),
            position=position,
            is_leaf=row["code"] not in parents and row["level"] != NodeLevel.AREA,
        )
    return made


def population(units: int, *, year: int = 2024, level: str = Level.DISTRICT, seed: int = 1) -> Population:
    """A population of ``units``, every leaf answered and appraised, 3 % not applicable, with survey and heads."""
    people = [unit(number, level) for number in range(units)]
    return appraised(people, framework(year, level), year=year, seed=seed)


def communes(year: int) -> list[Population]:
    """The districts of 2024 with their 204 communes, one population each, appraised."""
    with UNITS.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["valid_from"] < "2024" and row["valid_to"] > "2024-12-31"
        ]
    shared = framework(year, Level.COMMUNE, tree=Level.COMMUNE)
    made = []
    for place, row in enumerate(each for each in rows if each["level"] == Level.DISTRICT):
        district = known(row)
        people = [known(each, district) for each in rows if each["parent_code"] == row["code"]]
        made.append(appraised(people, shared, year=year, seed=year + place, parent=district))
    return made


def known(row: dict[str, str], parent: Unit | None = None) -> Unit:
    """A unit of the province's own list, made when missing."""
    values = {name: row[name] for name in ("name", "short_name", "level")}
    return Unit.objects.get_or_create(
        code=row["code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        defaults={**values, "parent": parent},
    )[0]


def dossier(year: int = 2024) -> Assessment:
    """The empty dossier of one unit in its self-assessment, on the tree of 121 components."""
    made = opened(framework(year, Level.DISTRICT), year=year, stage=Stage.SELF_ASSESSMENT)
    return Assessment.objects.create(population=made, unit=unit(0, Level.DISTRICT), state="draft")


def opened(shared: Framework, *, year: int, stage: str, parent: Unit | None = None) -> Population:
    """A population on a frozen framework, without dossiers."""
    Framework.objects.filter(pk=shared.pk, frozen_at=None).update(frozen_at=NOW)
    return Population.objects.create(
        cycle=Cycle.objects.get_or_create(year=year)[0],
        framework=shared,
        level=shared.level,
        parent=parent,
        reference_date=date(year, 12, 31),
        stage=stage,
        opened_at=NOW,
    )


def appraised(
    people: Sequence[Unit], shared: Framework, *, year: int, seed: int, parent: Unit | None = None
) -> Population:
    """A population whose dossiers are closed: answers, decisions, survey, three grants each."""
    chance = random.Random(seed)
    made = opened(shared, year=year, stage=Stage.APPRAISAL, parent=parent)
    nodes = list(Node.objects.filter(framework=made.framework, is_leaf=True).order_by("position"))
    rules = {node.pk: rule_of(node) for node in nodes}
    dossiers = Assessment.objects.bulk_create(
        Assessment(population=made, unit=each, state="closed") for each in people
    )
    bulk.insert_rows(Score, SCORE_FIELDS, _scores(dossiers, nodes, rules, chance))
    _survey(made, people, nodes, rules, chance)
    Exemption.objects.bulk_create(
        Exemption(unit=each, node=node, origin="rule", reason="Không có nhiệm vụ này", granted_at=NOW)
        for each in people
        for node in chance.sample(nodes, 3)
    )
    return made


def unit(number: int, level: str) -> Unit:
    """A unit with its head."""
    made = Unit.objects.create(
        code=f"{level[:2].upper()}{number:04d}",
        name=f"UBND huyện số {number}",
        level=level,
        valid_from=date(2010, 1, 1),
    )
    head = Head.objects.create(full_name=f"Người đứng đầu {number}")
    Tenure.objects.create(unit=made, head=head, from_date=date(2015, 1, 1))
    return made


def _scores(
    dossiers: Sequence[Assessment], nodes: Sequence[Node], rules: dict[int, Rule], chance: random.Random
):
    choices = {
        node.pk: allowed_points(rules[node.pk]) or tuple(Decimal(n) / 100 for n in range(0, 51, 5))
        for node in nodes
    }
    for dossier in dossiers:
        for node in nodes:
            if rules[node.pk].answered_by in ("unit", "appraiser"):
                own = min(chance.choice(choices[node.pk]), node.max_points).quantize(Decimal("0.01"))
                given = own if chance.random() < 0.8 else Decimal("0.00")
                answer = '{"option":"Ban hành đúng hạn theo kế hoạch đã được phê duyệt"}'
                yield (dossier.pk, node.pk, 1, answer, own, "", False, "", False, "web", "", given, "", NOW)


def _survey(
    made: Population,
    units: Sequence[Unit],
    nodes: Sequence[Node],
    rules: dict[int, Rule],
    chance: random.Random,
) -> None:
    campaign, _made = Campaign.objects.get_or_create(cycle=made.cycle, level=made.level)
    file = SurveyFile.objects.create(
        campaign=campaign, name="phieu.csv", sha256="0" * 64, stored_as="-", imported_at=NOW
    )
    counts, percents = [], []
    for node in nodes:
        rule = rules[node.pk]
        if rule.answered_by != "survey":
            continue
        for each in units:
            if rule.imported:
                percents.append(
                    (campaign.pk, each.pk, node.pk, Decimal(chance.randint(600000, 990000)) / 10000, file.pk)
                )
            else:
                counts += [
                    (campaign.pk, each.pk, node.pk, group, answer, chance.randint(0, 30), file.pk)
                    for group in rule.groups
                    for answer, _percent in rule.percents
                ]
    bulk.insert_rows(SurveyCount, ("campaign", "unit", "node", "group", "answer", "count", "file"), counts)
    bulk.insert_rows(SurveyPercent, ("campaign", "unit", "node", "percent", "file"), percents)
