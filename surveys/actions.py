"""Storing the figures of the sociological survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage

from criteria.models import Cycle
from parindex import audit, bulk
from parindex.command import Report
from parindex.tabular import Table
from surveys.intake import Figure
from surveys.models import Campaign, SurveyCount, SurveyFile, SurveyPercent


def store_figures(
    table: Table,
    figures: Sequence[Figure],
    *,
    cycle: Cycle,
    level: str,
    source: Path | BinaryIO | None,
    by: Any,
    at: datetime,
    origin: str = "import",
) -> Report:
    """Upsert checked figures by unit, component, group and answer, and keep the file with its hash and importer.

    Figures the file leaves out stay as they are. The caller holds the transaction and the populations' locks.
    ``source`` None keeps no copy (a rehearsal).
    """
    campaign, _made = Campaign.objects.get_or_create(cycle=cycle, level=level)
    file = SurveyFile.objects.create(
        campaign=campaign,
        name=table.name[:255],
        sha256=table.sha256,
        stored_as=_stored(table, cycle.year, level, source),
        imported_by_id=getattr(by, "pk", None),
        imported_by=by.get_username() if by is not None else "",
        imported_at=at,
        rows=len(figures),
    )
    report = Report()
    replaced = _store_counts(campaign, file, [f for f in figures if f.percent is None], report)
    replaced += _store_percents(campaign, file, [f for f in figures if f.percent is not None], report)
    data = {
        "file": table.name, "sha256": table.sha256, "level": level, "year": cycle.year,
        "new": report.new, "changed": report.changed, "same": report.same, "replaced": replaced,
    }  # fmt: skip
    audit.record("survey.imported", file, by=by, at=at, data=data, origin=origin)
    return report


def _stored(table: Table, year: int, level: str, source: Path | BinaryIO | None) -> str:
    """Put the file into the private store under its hash; the same file is kept once."""
    name = f"surveys/{year}-{level}/{table.sha256}.{table.kind}"
    if source is None or default_storage.exists(name):
        return name
    if isinstance(source, Path):
        with source.open("rb") as file:
            return default_storage.save(name, File(file))
    source.seek(0)
    return default_storage.save(name, File(source))


def _store_counts(
    campaign: Campaign, file: SurveyFile, figures: Sequence[Figure], report: Report
) -> list[list[Any]]:
    """Write the counts; what was replaced, as [unit id, node id, group, answer, old count]."""
    keys = ("unit_id", "node_id", "group", "answer")
    rows = SurveyCount.objects.filter(campaign=campaign).values_list("pk", *keys, "count")
    there = {tuple(key): (pk, count) for pk, *key, count in rows}
    new, changed, replaced = [], [], []
    for figure in figures:
        key = (figure.place.unit_id, figure.node_id, figure.group, figure.answer)
        pk, before = there.get(key, (None, None))
        if pk is None:
            new.append((campaign.pk, *key, figure.count, file.pk))
        elif before != figure.count:
            changed.append((pk, figure.count, file.pk))
            replaced.append([*key, before])
        else:
            report.same += 1
    bulk.insert_rows(SurveyCount, ["campaign_id", *keys, "count", "file_id"], new)
    bulk.update_rows(SurveyCount, ["count", "file_id"], changed)
    report.new += len(new)
    report.changed += len(changed)
    return replaced


def _store_percents(
    campaign: Campaign, file: SurveyFile, figures: Sequence[Figure], report: Report
) -> list[list[Any]]:
    """Write the percentages; what was replaced, as [unit id, node id, old percent]."""
    rows = SurveyPercent.objects.filter(campaign=campaign).values_list("pk", "unit_id", "node_id", "percent")
    there = {(unit_id, node_id): (pk, percent) for pk, unit_id, node_id, percent in rows}
    new, changed, replaced = [], [], []
    for figure in figures:
        key = (figure.place.unit_id, figure.node_id)
        pk, before = there.get(key, (None, None))
        if pk is None:
            new.append((campaign.pk, *key, figure.percent, file.pk))
        elif before != figure.percent:
            changed.append((pk, figure.percent, file.pk))
            replaced.append([*key, before])
        else:
            report.same += 1
    bulk.insert_rows(SurveyPercent, ["campaign_id", "unit_id", "node_id", "percent", "file_id"], new)
    bulk.update_rows(SurveyPercent, ["percent", "file_id"], changed)
    report.new += len(new)
    report.changed += len(changed)
    return replaced
