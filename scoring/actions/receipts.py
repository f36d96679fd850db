"""The receipt of a submission, and the signed and stamped report that is attached to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parindex import audit, clock
from parindex.decisions import refuse, require
from scoring import evidence_policies, permissions, policies
from scoring.actions.evidence import Particulars, add_evidence
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment, Evidence, SignedScan, Submission
from scoring.queries.documents import standing_of
from scoring.receipts import Signed
from scoring.uploads import Checked

#: What a scan of a paper may be.
SCANS = frozenset({"application/pdf", "image/jpeg", "image/png"})


def issue_receipt(assessment: Assessment, signed: Signed, *, by: Any, at: datetime) -> Submission:
    """Write the receipt of what is being submitted. The caller holds the dossier's lock and its transaction."""
    last = assessment.submissions.order_by("-number").values_list("number", flat=True).first()
    made = Submission.objects.create(
        assessment=assessment,
        number=(last or 0) + 1,
        at=at,
        by=by,
        points=signed.points,
        max_points=signed.max_points,
        answered=signed.answered,
        asked=len(signed.components),
        documents=signed.documents,
        contents=signed.contents,
        digest=signed.digest,
    )
    data = {"number": made.number, "points": signed.points, "max_points": signed.max_points, "digest": signed.digest}
    audit.record("assessment.receipt", assessment, by=by, at=at, unit=assessment.unit_id, data=data)
    return made


def attach_scan(
    *,
    assessment_id: int,
    number: int,
    upload: Any,
    checked: Checked,
    by: Any,
    now: datetime | None = None,
) -> SignedScan:
    """Attach the signed, stamped report to the receipt in force; the same file again is harmless.

    The scan is stored among the unit's documents. Refused unless receipt ``number`` is the newest of a
    dossier that is handed in, once the result is settled, for strangers, and for what is not PDF, JPG or PNG.
    """
    if checked.content_type not in SCANS:
        refuse(_("Bản ký là bản quét: chỉ nhận PDF, JPG hoặc PNG."), code="file")
    asked = Assessment.objects.select_related("population").get(pk=assessment_id)
    # Asked once before the file is stored, and once more under the lock.
    require(permissions.may_edit_assessment(by, asked))
    require(policies.may_attach_scan(asked.state, asked.population.stage, newest=True))
    particulars = Particulars(title=_("Báo cáo tự đánh giá năm %(year)d, bản ký") % {"year": asked.population.cycle.year})
    evidence, _new = add_evidence(
        unit_id=asked.unit_id, upload=upload, checked=checked, particulars=particulars, by=by, now=now
    )
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_edit_assessment(by, assessment))
        newest = assessment.submissions.order_by("-number").first()
        stands = newest is not None and newest.number == number
        require(policies.may_attach_scan(assessment.state, assessment.population.stage, newest=stands))
        known = SignedScan.objects.filter(submission=newest, evidence=evidence).first()
        if known is not None:
            return known
        # Withdrawing holds every dossier of the unit, so what is read here stays until the end.
        require(evidence_policies.may_link(standing_of(Evidence.objects.get(pk=evidence.pk))))
        made = SignedScan.objects.create(submission=newest, evidence=evidence, at=at, by=by)
        data = {"number": number, "document": str(evidence), "sha256": evidence.sha256}
        audit.record("assessment.scan", assessment, by=by, at=at, unit=assessment.unit_id, data=data)
        return made
