"""Files and rows that have lost each other: files no row names go, rows whose file is gone are told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from parindex import clock
from parindex.models import Job
from scoring.actions.archives import FOLDER
from scoring.models import Evidence, EvidencePage

log = logging.getLogger("parindex.files")

#: A younger file may belong to an upload whose row is not committed yet.
YOUNGEST = timedelta(hours=24)
#: Where scoring keeps files, and who names them.
FOLDERS = ("evidence", "pages", FOLDER)


def sweep_files(now: datetime | None = None) -> tuple[int, int]:
    """Remove stray files older than a day; return how many, and how many documents miss their file.

    A process that dies between writing a file and its row leaves the file; nothing else does. Rows
    are never touched: a missing file is for people to bring back from a backup.
    """
    before = (now or clock.now()) - YOUNGEST
    named = _named()
    removed = 0
    for folder in FOLDERS:
        for name in _files(folder):
            if name not in named and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                removed += 1
    lost = missing_files()
    if removed or lost:
        log.warning("files: %s stray removed, %s documents without their file: %s", removed, len(lost), lost[:20])
    return removed, len(lost)


def missing_files() -> list[int]:
    """Ids of the documents whose file is not in the store."""
    rows = Evidence.objects.order_by("pk").values_list("pk", "stored_as").iterator(chunk_size=2000)
    return [pk for pk, name in rows if not default_storage.exists(name)]


def _named() -> set[str]:
    """Every name a row holds."""
    return {
        *Evidence.objects.values_list("stored_as", flat=True),
        *EvidencePage.objects.values_list("stored_as", flat=True),
        *Job.objects.exclude(file_name="").values_list("file_name", flat=True),
    }


def _files(folder: str) -> Iterator[str]:
    """The files below a folder of the store."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for each in folders:
        yield from _files(f"{folder}/{each}")
