"""What a unit did the year before: its rows beside this year's, its result and where it was lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from criteria.linking import CONTINUED, NEW, Link, effective
from criteria.models import Node
from criteria.queries.links import item_of
from criteria.rules import AnswerError, Rule, compute
from criteria.stages import Stage
from scoring.models import Assessment, CellState, EvidenceLink, NodeResult, Score, UnitResult
from scoring.queries.leaves import rule_of
from units.models import Succession

#: The documents of a row, with what replaced them.
GIVEN = EvidenceLink.objects.select_related("evidence__replaced_by").order_by("id")


@dataclass(frozen=True)
class PastDocument:
    """A document given the year before, with the page that proved the point; ``pk`` is None for another unit's."""

    name: str
    title: str
    pages: str
    pk: int | None


@dataclass(frozen=True)
class Past:
    """One component as it stood the year before: answer in words, points claimed and given (None: none).

    ``link`` says how this year's component continues it (``criteria.linking``); of a new one there is no more to
    say. ``code`` and ``max_points`` are those of that year.
    """

    year: int
    answer: str
    self_points: Decimal | None
    given: Decimal | None
    reason: str
    link: str = CONTINUED
    code: str = ""
    max_points: Decimal | None = None
    documents: tuple[PastDocument, ...] = ()

    @property
    def lost(self) -> bool:
        """Whether fewer points were given than claimed."""
        return self.self_points is not None and self.given is not None and self.given < self.self_points


def sole_predecessors(unit_id: int) -> QuerySet[Succession]:
    """Arrows into the unit from its only predecessor, if that one went nowhere else (design §3.14)."""
    other_origin = Succession.objects.filter(successor=OuterRef("successor")).exclude(pk=OuterRef("pk"))
    other_way = Succession.objects.filter(predecessor=OuterRef("predecessor")).exclude(pk=OuterRef("pk"))
    return Succession.objects.filter(~Exists(other_origin), ~Exists(other_way), successor_id=unit_id)


def same_unit(unit_id: int, path: str) -> Q:
    """The unit itself or the one it continues, for a filter over ``path``."""
    continued = sole_predecessors(unit_id).values("predecessor_id")
    return Q(**{path: unit_id}) | Q(**{f"{path}__in": continued})


def past_of(assessment: Assessment, nodes: Iterable[Node]) -> dict[int, Past]:
    """Last year's rows beside this year's, by this year's node id: by their links, else by code.

    Two queries where there is a last year, whatever the number of rows; one where there is none.
    """
    listed = list(nodes)
    year = assessment.population.cycle.year - 1
    found = {node.pk: Past(year, "", None, None, "", link=NEW) for node in listed if node.link == NEW}
    for node, link, row in linked_rows(assessment, listed):
        found[node.pk] = _past(row, year, link, assessment.unit_id)
    return found


def linked_rows(assessment: Assessment, nodes: Iterable[Node]) -> list[tuple[Node, str, Score]]:
    """This year's nodes with how they continue last year and what was stated then, documents included.

    Two queries; new nodes, and nodes without a row of last year, are left out.
    """
    wanted = {(node.previous_code or node.code): node for node in nodes if node.link != NEW}
    rows = (
        Score.objects.filter(same_unit(assessment.unit_id, "assessment__unit_id"))
        .filter(
            assessment__population__cycle__year=assessment.population.cycle.year - 1,
            assessment__population__level=assessment.population.level,
        )
        .select_related("node", "assessment__population")
        .prefetch_related(Prefetch("evidence_links", GIVEN))
    )
    if len(wanted) < 10:
        rows = rows.filter(node__code__in=wanted)
    found = []
    for row in rows:
        node = wanted.get(row.node.code)
        if node is not None:
            link = effective(item_of(node), Link(node.link, node.previous_code), item_of(row.node))
            found.append((node, link.kind, row))
    return found


def _past(score: Score, year: int, link: str, unit_id: int) -> Past:
    # What appraisers decided is told when the year is published, not before.
    known = score.assessment.population.stage == Stage.PUBLISHED
    return Past(
        year=year,
        answer=in_words(score),
        self_points=score.self_points,
        given=score.appraised_points if known else None,
        reason=score.appraisal_reason if known else "",
        link=link,
        code=score.node.code,
        max_points=score.node.max_points,
        documents=tuple(_document(given, unit_id) for given in score.evidence_links.all()),
    )


def _document(given: EvidenceLink, unit_id: int) -> PastDocument:
    evidence = given.evidence
    title = evidence.title if evidence.number else ""
    return PastDocument(str(evidence), title, given.pages, evidence.pk if evidence.unit_id == unit_id else None)


def in_words(score: Score, rule: Rule | None = None) -> str:
    """A stored answer as one line, without the points; ``rule`` when it is already at hand."""
    if score.na_requested:
        return _("đề nghị không áp dụng")
    answer = score.answer_value
    if answer is None:
        return ""
    try:
        return compute(rule or rule_of(score.node), answer).explanation.rpartition(" → ")[0]
    except (AnswerError, ValueError):  # an answer kept under the rule of another year
        return ""


def last_result(assessment: Assessment) -> UnitResult | None:
    """The unit's result of the year before, by its latest publication."""
    return (
        UnitResult.objects.filter(same_unit(assessment.unit_id, "unit_id"))
        .filter(
            run__frozen_at__isnull=False,
            run__population__cycle__year=assessment.population.cycle.year - 1,
            run__population__level=assessment.population.level,
        )
        .order_by("-run__number")
        .first()
    )


def losses_of(result: UnitResult, limit: int = 4) -> list[NodeResult]:
    """The leaves of a published result that lost most points, largest first, in the order of the tree inside equals."""
    rows = result.nodes.filter(state=CellState.SCORED, node__is_leaf=True, points__isnull=False).select_related("node")
    lost = [row for row in rows if row.points < row.max_points]
    return sorted(lost, key=lambda row: (row.points - row.max_points, row.node.position))[:limit]
