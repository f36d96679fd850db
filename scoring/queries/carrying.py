"""What a unit may carry over from last year: its answers beside the questions that are still open this year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria.linking import CHANGED
from criteria.models import Node
from criteria.rules import AnswerError, compute, normalise
from parindex import canonical
from scoring import evidence_policies
from scoring.models import EvidenceLink, Score
from scoring.queries.documents import standing_of
from scoring.queries.dossiers import Dossier, Leaf
from scoring.queries.leaves import rule_of
from scoring.queries.past import in_words, linked_rows


@dataclass(frozen=True)
class Candidate:
    """An open component with what was stated in the component it continues.

    ``answer`` is the canonical text under this year's rule and ``points`` what that rule gives; both are empty
    where ``hindrance`` says why nothing can be copied. ``doubt`` says why it is copied only when ticked by itself.
    ``documents`` are those of that year which may still be given (they bear that year's dates).
    """

    leaf: Leaf
    then: Score
    words: str
    answer: str = ""
    points: Decimal | None = None
    hindrance: str = ""
    doubt: str = ""
    documents: tuple[EvidenceLink, ...] = ()

    @property
    def code(self) -> str:
        """Code of this year's component."""
        return self.leaf.node.code

    @property
    def holds(self) -> bool:
        """Whether it goes on as it was: it may be copied with all the others."""
        return not self.hindrance and not self.doubt

    @property
    def area(self) -> Node:
        """Its area."""
        return self.leaf.area


def candidates_of(dossier: Dossier) -> list[Candidate]:
    """The components that are asked, open, and were stated last year, in the order of the tree (two queries)."""
    open_leaves = {leaf.node.pk: leaf for leaf in dossier.leaves if leaf.asked and not leaf.answered}
    if not open_leaves:
        return []
    rows = linked_rows(dossier.assessment, [leaf.node for leaf in open_leaves.values()])
    found = [
        _candidate(open_leaves[node.pk], link, then, dossier)
        for node, link, then in rows
        if then.is_answered and not then.not_self_assessed
    ]
    return sorted(found, key=lambda candidate: candidate.leaf.node.position)


def _candidate(leaf: Leaf, link: str, then: Score, dossier: Dossier) -> Candidate:
    answer, words = then.answer_value, in_words(then)
    if then.na_requested:
        return Candidate(leaf, then, words, hindrance=_("năm trước đề nghị không áp dụng, phải đề nghị lại"))
    if answer is None:
        return Candidate(leaf, then, words, hindrance=_("năm trước chỉ lưu điểm, không có câu trả lời"))
    try:
        kept = normalise(leaf.rule, answer)
        points = compute(leaf.rule, kept, digits=dossier.assessment.population.digits).points
    except AnswerError:
        return Candidate(leaf, then, words, hindrance=_("câu trả lời năm trước không khớp cách chấm năm nay"))
    unit_id = dossier.assessment.unit_id
    return Candidate(
        leaf,
        then,
        words,
        answer=canonical.dumps(kept),
        points=points,
        doubt=_doubt(leaf, link, then),
        documents=tuple(given for given in then.evidence_links.all() if _may_be_given(given, unit_id)),
    )


def _doubt(leaf: Leaf, link: str, then: Score) -> str:
    if link == CHANGED:
        return _("tiêu chí đã đổi")
    return _("cách chấm đã khác năm trước") if rule_of(then.node) != leaf.rule else ""


def _may_be_given(given: EvidenceLink, unit_id: int) -> bool:
    standing = evidence_policies.may_link(standing_of(given.evidence))
    return given.evidence.unit_id == unit_id and bool(standing)


def copied_of(dossier: Dossier) -> list[Leaf]:
    """The components copied from last year that nobody has confirmed."""
    return [
        leaf
        for leaf in dossier.leaves
        if leaf.asked and leaf.score is not None and leaf.score.carried_from is not None
    ]
