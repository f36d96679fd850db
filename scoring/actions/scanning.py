"""Have new documents looked at by the antivirus daemon, where one is configured."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock, jobs
from parindex.decisions import refuse
from scoring import antivirus
from scoring.actions.reading import ask_reading
from scoring.actions.telling import tell_of_refused_upload
from scoring.models import Evidence, Reading, Scan

#: The kind of the job; one at a time looks at everything that waits.
SCAN = "evidence.scan"
EVERYTHING = "all"


def receive(evidence: Evidence, *, by: Any = None) -> None:
    """What happens to a new document, inside the transaction that writes its row.

    With a daemon it waits for its verdict and is read only when it is clean; without one it is
    read at once and says "chưa quét".
    """
    if not settings.CLAMD:
        ask_reading(evidence, by=by)
        return
    evidence.scan = Scan.WAITING
    evidence.save(update_fields=["scan"])
    jobs.enqueue(SCAN, EVERYTHING, title=_("Quét mã độc"), by=None)


def scan_waiting(progress: jobs.Progress) -> dict[str, Any]:
    """Look at every document that waits, oldest first; one that cannot be looked at goes on waiting.

    A daemon that is down ends the job with a sentence; the sweep asks again.
    """
    waiting = list(Evidence.objects.filter(scan=Scan.WAITING).order_by("pk").values_list("pk", "stored_as"))
    counted = {"clean": 0, "refused": 0, "missing": 0, "undecided": 0}
    for number, (pk, name) in enumerate(waiting):
        progress.at(number, len(waiting), _("Quét tài liệu"))
        try:
            with default_storage.open(name, "rb") as file:
                verdict = antivirus.scan(file, settings.CLAMD)
        except FileNotFoundError:
            counted["missing"] += 1
        except antivirus.Undecided as why:
            counted["undecided"] += 1
            Evidence.objects.filter(pk=pk, scan=Scan.WAITING).update(scan_note=str(why))
        except antivirus.Unavailable:
            refuse(_("Máy quét mã độc không trả lời. Tài liệu vẫn chờ quét, máy tự thử lại."), code="antivirus")
        else:
            counted["clean" if verdict.clean else "refused"] += 1
            _record(pk, verdict)
    progress.at(len(waiting), len(waiting))
    return counted


def _record(evidence_id: int, verdict: antivirus.Verdict) -> None:
    """Write a verdict; a clean document goes on to be read."""
    with transaction.atomic():
        evidence = Evidence.objects.select_for_update(no_key=True).get(pk=evidence_id)
        if evidence.scan != Scan.WAITING:
            return
        evidence.scan = Scan.CLEAN if verdict.clean else Scan.REFUSED
        evidence.scan_note, evidence.scanned_at = verdict.found, clock.now()
        evidence.save(update_fields=["scan", "scan_note", "scanned_at"])
        data = {"scan": evidence.scan, "found": verdict.found}
        audit.record("evidence.scanned", evidence, by=None, at=evidence.scanned_at, unit=evidence.unit_id, data=data)
        if not verdict.clean:
            _tell(evidence)
            return
        if evidence.reading == Reading.WAITING:
            ask_reading(evidence)


def _tell(evidence: Evidence) -> None:
    """Tell whoever uploaded a harmful file."""
    at = evidence.scanned_at or clock.now()
    reason = _("phần mềm quét thấy mã độc: %(name)s") % {"name": evidence.scan_note}
    uploader, year = evidence.uploaded_by, clock.local(at).year
    tell_of_refused_upload(evidence.unit, name=evidence.original_name, reason=reason, at=at, uploader=uploader, year=year)


def sweep_scans() -> int:
    """Ask for a scan while something waits; documents of the time without a daemon are taken along. Return how many wait."""
    if not settings.CLAMD:
        return 0
    Evidence.objects.filter(scan=Scan.UNSCANNED).update(scan=Scan.WAITING)
    waiting = Evidence.objects.filter(scan=Scan.WAITING).count()
    if waiting:
        jobs.enqueue(SCAN, EVERYTHING, title=_("Quét mã độc"))
    return waiting
