"""What a dossier states at this moment, as it would be signed, and the receipts it has."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.models import Assessment, EvidenceLink, ReportText, Submission
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.workspace import links_of
from scoring.receipts import Signed, SignedComponent, SignedDocument


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
    )


def receipts_of(assessment: Assessment) -> list[Submission]:
    """The receipts of a dossier, newest first, without their long texts (one query)."""
    return list(assessment.submissions.select_related("by").defer("contents").order_by("-number"))


def latest_receipt(assessment: Assessment) -> Submission | None:
    """The newest receipt, without its long text."""
    return assessment.submissions.defer("contents").order_by("-number").first()
