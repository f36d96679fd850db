"""What a dossier states at this moment, as it would be signed, and the receipts it has."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.models import Assessment, EvidenceLink, ReportText, SignedScan, Submission, Transition
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.workspace import links_of
from scoring.receipts import Signed, SignedComponent, SignedDocument

#: Moves that take a receipt out of force.
ENDS = ("withdraw", "return")


def signed_of(assessment: Assessment, dossier: Dossier | None = None) -> Signed:
    """The sheet as it stands: six queries whatever its size, two when the dossier is already read.

    ``assessment`` comes with its population, cycle, framework and unit.
    """
    links = links_of(assessment)
    dossier = dossier or dossier_of(assessment, links)
    text = ReportText.objects.filter(assessment=assessment).first() or ReportText(assessment=assessment)
    population = assessment.population
    framework = population.framework
    return Signed(
        unit_code=assessment.unit.code,
        unit_name=assessment.unit.name,
        year=population.cycle.year,
        level=population.level,
        framework=framework.digest if framework is not None else "",
        components=tuple(_stated(leaf, links.get(leaf.node.pk, ())) for leaf in dossier.leaves if leaf.asked),
        exempt=tuple(leaf.node.code for leaf in dossier.leaves if leaf.exempt),
        difficulties=text.difficulties,
        proposals=text.proposals,
    )


def picture_of(assessment: Assessment) -> str:
    """The digest of what a head would sign now; the receipt bears the same one."""
    return signed_of(assessment).digest


def _stated(leaf: Leaf, links: Iterable[EvidenceLink]) -> SignedComponent:
    score = leaf.score
    documents = tuple(
        SignedDocument(
            number=link.evidence.number,
            issued_on=link.evidence.issued_on.isoformat() if link.evidence.issued_on else "",
            title=link.evidence.title or link.evidence.original_name,
            sha256=link.evidence.sha256,
            pages=link.pages,
        )
        for link in links
    )
    return SignedComponent(
        code=leaf.node.code,
        max_points=leaf.node.max_points,
        answer=score.answer_value if score is not None else None,
        points=leaf.points,
        explanation=score.explanation if score is not None else "",
        na_requested=score is not None and score.na_requested,
        na_reason=score.na_reason if score is not None else "",
        documents=documents,
        carried_from=score.carried_from if score is not None else None,
    )


def receipts_of(assessment: Assessment) -> list[Submission]:
    """The receipts of a dossier, newest first, without their long texts (one query)."""
    return list(assessment.submissions.select_related("by").defer("contents").order_by("-number"))


def latest_receipt(assessment: Assessment) -> Submission | None:
    """The newest receipt, without its long text."""
    return assessment.submissions.defer("contents").order_by("-number").first()


def receipt_of(assessment: Assessment, number: int) -> Submission | None:
    """One receipt with its text."""
    return assessment.submissions.select_related("by").filter(number=number).first()


def ended_by(assessment: Assessment, receipts: Iterable[Submission]) -> dict[int, Transition]:
    """The move that took each receipt out of force (withdrawn, returned), by number; one query."""
    waiting = sorted(receipts, key=lambda receipt: receipt.number)
    found: dict[int, Transition] = {}
    current: Submission | None = None
    for move in assessment.transitions.select_related("by").order_by("id"):
        if move.move == "submit" and waiting and waiting[0].at == move.at:
            current = waiting.pop(0)
        elif move.move in ENDS and current is not None:
            found[current.number], current = move, None
    return found


def scans_of(receipt: Submission) -> list[SignedScan]:
    """The signed reports attached to a receipt, newest first (one query)."""
    return list(receipt.scans.select_related("evidence", "by").order_by("-id"))
