"""Bringing invented survey figures in, with the file they would have come from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from criteria.models import Cycle
from criteria.queries.places import Place
from reports.demo.sheets import Sheet
from reports.demo.tables import csv_bytes, named
from surveys.actions import store_figures
from surveys.intake import SURVEY_COLUMNS, Figure
from units.models import User


def bring(
    year: int,
    level: str,
    node_ids: Mapping[str, int],
    sheets: Iterable[tuple[int, str, Sheet]],
    *,
    by: User,
    at: datetime,
    percents: bool = True,
) -> None:
    """Store the forms (and SIPAS percentages) of units given as (id, code, sheet), and keep them as a CSV file."""
    figures: list[Figure] = []
    rows: list[tuple[object, ...]] = []
    for unit_id, unit_code, sheet in sheets:
        place = Place(0, unit_id)
        for code, counts in sheet.counts.items():
            for group, answers in counts.items():
                for answer, count in answers.items():
                    figures.append(Figure(place, node_ids[code], group, answer, count, None))
                    rows.append((unit_code, code, group, answer, count, None))
        for code, percent in sheet.percents.items() if percents else ():
            figures.append(Figure(place, node_ids[code], "", "", 0, percent))
            rows.append((unit_code, code, None, None, None, percent))
    content = csv_bytes([column.name for column in SURVEY_COLUMNS], rows)
    table = named(f"dieu-tra-{year}-{level}.csv", content)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        cycle = Cycle.objects.get(year=year)
        store_figures(table, figures, cycle=cycle, level=level, source=Path(file.name), by=by, at=at)
