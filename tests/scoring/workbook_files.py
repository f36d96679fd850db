"""Workbooks of a dossier for tests: downloaded, changed cell by cell as a person would, saved again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from parindex.workbook_file import read_book
from scoring.models import Assessment
from scoring.queries.dossiers import dossier_of
from scoring.queries.workspace import links_of
from scoring.workbook import layout as at
from scoring.workbook.layout import framework_mark, pages_of
from scoring.workbook.origin import Origin, bases_of
from scoring.workbook.reading import Filled, read_filled
from scoring.workbook.writing import About, workbook
from tests import build

FIRST, SECOND = "Lĩnh vực 1", "Lĩnh vực 2"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def opened(unit: Any, **fields: Any) -> Assessment:
    """A dossier whose deadline lies five days ahead."""
    fields.setdefault("self_assessment_ends_at", build.NOW + timedelta(days=5))
    made = build.open_population(units=[unit], **fields)
    return Assessment.objects.select_related("population__cycle", "population__framework", "unit").get(population=made)


def read_again(assessment: Assessment) -> Assessment:
    """The same dossier, fresh from the database."""
    return Assessment.objects.select_related("population__cycle", "population__framework", "unit").get(pk=assessment.pk)


def made(assessment: Assessment, /, **changes: Any) -> bytes:
    """The workbook of a dossier as it stands; ``changes`` to its origin."""
    links = links_of(assessment)
    dossier = dossier_of(assessment, links)
    values: dict[str, Any] = {
        "assessment": assessment.pk,
        "unit": assessment.unit.code,
        "year": assessment.population.cycle.year,
        "level": assessment.population.level,
        "framework": framework_mark(dossier.nodes),
        "taken_at": build.NOW,
        "bases": bases_of(dossier.leaves),
    }
    about = About(assessment.unit.name, values["year"], assessment.population.self_assessment_ends_at)
    return workbook(dossier, links, Origin(**{**values, **changes}), about)


def places(assessment: Assessment) -> dict[str, tuple[str, int]]:
    """Sheet and row of every box, by ``code|field``."""
    dossier = dossier_of(assessment, {})
    return {row.key: (page.name, row.number) for page in pages_of(dossier.leaves, bases_of(dossier.leaves)) for row in page.rows}


def changed(data: bytes, work: Callable[[Any], None]) -> bytes:
    """A workbook after ``work`` has been at it."""
    book = load_workbook(io.BytesIO(data))
    work(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(assessment: Assessment, data: bytes, cells: dict[str, Any]) -> bytes:
    """A workbook with boxes filled in: ``code|field`` or ``code|column`` (nothing, na, reason, explanation) to a value."""
    where = places(assessment)
    columns = {"nothing": at.NOTHING, "na": at.NA, "reason": at.NA_REASON, "explanation": at.EXPLANATION}

    def work(book: Any) -> None:
        for key, value in cells.items():
            code, _bar, name = key.partition("|")
            first = next(place for found, place in where.items() if found.startswith(f"{code}|"))
            sheet, row = where.get(key, first)
            book[sheet].cell(row, columns.get(name, at.ANSWER)).value = value

    return changed(data, work)


def read(assessment: Assessment, data: bytes, name: str = "phieu.xlsx") -> Filled:
    """What a workbook states about a dossier."""
    return read_filled(read_book(io.BytesIO(data), name=name), dossier_of(assessment, {}))


def send(client: Any, assessment: Assessment, data: bytes, name: str = "phieu.xlsx") -> Any:
    """Upload a workbook as the page does."""
    upload = SimpleUploadedFile(name, data, XLSX)
    return client.post(reverse("scoring:workbooks", args=[assessment.pk]), {"file": upload})
