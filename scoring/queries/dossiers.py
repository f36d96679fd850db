"""A unit's dossier as a whole: what it is asked, what it has answered, what is still missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from criteria.models import Node
from criteria.rules import UNIT, Rule
from scoring import policies
from scoring.models import Assessment, Evidence, EvidenceLink, Exemption, Scan, Score
from scoring.queries.leaves import EXTRA_LEVELS, chain, rule_of

ZERO = Decimal(0)


def sheet_of(assessment: Assessment) -> policies.Sheet:
    """The facts that decide whether the dossier may be edited or moved on."""
    population = assessment.population
    return policies.Sheet(
        state=assessment.state,
        stage=population.stage,
        deadline=population.self_assessment_ends_at,
        extended_until=assessment.extended_until,
    )


def uses_of(evidence: Evidence) -> list[tuple[int, policies.Sheet]]:
    """Year and sheet of every dossier that uses a document, in the order of the dossiers (one query)."""
    rows = Assessment.objects.filter(pk__in=evidence.links.values("score__assessment")).order_by("pk")
    return [(row.population.cycle.year, sheet_of(row)) for row in rows.select_related("population__cycle")]


@dataclass(frozen=True)
class Leaf:
    """One component of a dossier: its node and rule, what is stored, and how many documents prove it.

    ``grant`` is what takes it out of the maximum, the nearest one where several do.
    """

    node: Node
    rule: Rule
    area: Node
    criterion: Node
    score: Score | None
    exempt: bool
    documents: int = 0
    grant: Exemption | None = None

    @property
    def asked(self) -> bool:
        """Whether the unit must answer it."""
        return self.rule.answered_by == UNIT and not self.exempt and self.node.level not in EXTRA_LEVELS

    @property
    def answered(self) -> bool:
        """Answered by its rule, or asked to be not applicable."""
        return self.score is not None and self.score.is_answered

    @property
    def points(self) -> Decimal | None:
        """The unit's own points; None while there is no answer."""
        return self.score.self_points if self.score is not None else None

    @property
    def explained(self) -> bool:
        """Whether something is written as explanation."""
        return self.score is not None and bool(self.score.explanation)

    def as_answer(self) -> policies.Answer:
        """The facts the policies ask for.

        A claim of points needs proof; an answer worth nothing proves itself.
        """
        score = self.score
        return policies.Answer(
            code=self.node.code,
            name=self.node.name,
            answered=self.answered,
            needs_proof=bool(self.node.evidence) and bool(self.points),
            has_evidence=self.documents > 0,
            has_explanation=self.explained,
            na_requested=score is not None and score.na_requested,
            na_reason=score is not None and bool(score.na_reason),
            carried_from=score.carried_from if score is not None else None,
        )


@dataclass(frozen=True)
class Progress:
    """How far some leaves are: counts of what is asked, and points claimed, open and given up."""

    asked: int
    answered: int
    claimed: Decimal
    open: Decimal
    lost: Decimal
    maximum: Decimal
    #: Answered, but without a document, an explanation or the confirmation they need.
    unfinished: int = 0

    @property
    def left(self) -> int:
        """How many still stand between the sheet and its submission."""
        return self.asked - self.answered + self.unfinished

    @property
    def complete(self) -> bool:
        """Nothing left to do (also when nothing is asked)."""
        return self.left == 0


def progress_of(leaves: Iterable[Leaf]) -> Progress:
    """Add up the leaves the unit must answer.

    Claimed are the self points; open is what unanswered leaves can still bring; lost is the
    rest. A leaf asked to be not applicable keeps its maximum until that is decided: it stays open.
    """
    asked = [leaf for leaf in leaves if leaf.asked]
    maximum = sum((leaf.node.max_points for leaf in asked), ZERO)
    claimed = sum((leaf.points or ZERO for leaf in asked), ZERO)
    still_open = sum((leaf.node.max_points for leaf in asked if leaf.points is None), ZERO)
    return Progress(
        asked=len(asked),
        answered=sum(leaf.answered for leaf in asked),
        claimed=claimed,
        open=still_open,
        lost=maximum - claimed - still_open,
        maximum=maximum,
    )


@dataclass(frozen=True)
class Dossier:
    """A dossier with all its leaves in the order of the framework."""

    assessment: Assessment
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]
    by_code: dict[str, Leaf] = field(compare=False)

    @cached_property
    def areas(self) -> tuple[Node, ...]:
        """The areas that hold leaves, in order."""
        return tuple({leaf.area.pk: leaf.area for leaf in self.leaves}.values())

    def in_area(self, area: Node) -> tuple[Leaf, ...]:
        """The leaves of one area."""
        return tuple(leaf for leaf in self.leaves if leaf.area.pk == area.pk)

    @cached_property
    def progress(self) -> Progress:
        """Progress over all leaves."""
        return progress_of(self.leaves)

    @cached_property
    def missing(self) -> dict[str, policies.Missing]:
        """What stands between the sheet and its submission, by code."""
        asked = (leaf.as_answer() for leaf in self.leaves if leaf.asked)
        return {item.code: item for item in policies.missing_before_submit(asked)}


def dossier_of(assessment: Assessment, links: Mapping[int, Sequence[EvidenceLink]] | None = None) -> Dossier:
    """Read a dossier: four queries, whatever its size; three when its documents are already read.

    ``assessment`` comes with its population; ``links`` are all its documents by node id.
    """
    nodes = tuple(Node.objects.filter(framework_id=assessment.population.framework_id).order_by("position"))
    by_id = {node.pk: node for node in nodes}
    granted_here = Exemption.objects.filter(
        unit_id=assessment.unit_id, node__framework_id=assessment.population.framework_id
    )
    exempt = {grant.node_id: grant for grant in granted_here}
    scores = {score.node_id: score for score in Score.objects.filter(assessment=assessment).select_related("saved_by")}
    if links is None:
        given = EvidenceLink.objects.filter(score__assessment=assessment).exclude(evidence__scan=Scan.REFUSED)
        documents: Mapping[int, int] = Counter(given.values_list("score__node_id", flat=True))
    else:
        documents = {node_id: sum(row.evidence.scan != Scan.REFUSED for row in rows) for node_id, rows in links.items()}
    leaves = tuple(
        _leaf(node, by_id, scores.get(node.pk), exempt, documents)
        for node in nodes
        if node.is_leaf or node.level in EXTRA_LEVELS
    )
    return Dossier(assessment, nodes, leaves, {leaf.node.code: leaf for leaf in leaves})


def leaf_of(assessment: Assessment, code: str) -> Leaf | None:
    """One leaf by its code, None when the framework has none such (three queries)."""
    rows = Node.objects.filter(framework_id=assessment.population.framework_id, code=code)
    node = rows.select_related("parent__parent").first()
    if node is None or not (node.is_leaf or node.level in EXTRA_LEVELS):
        return None
    above = [each for each in (node, node.parent, node.parent.parent if node.parent else None) if each is not None]
    exempt = {grant.node_id: grant for grant in Exemption.objects.filter(unit_id=assessment.unit_id, node__in=above)}
    score = Score.objects.filter(assessment=assessment, node=node).select_related("saved_by").first()
    return _leaf(node, {each.pk: each for each in above}, score, exempt, {})


def area_of(node: Node) -> Node:
    """The area of a node read with ``parent__parent``."""
    parent = node.parent or node
    return parent.parent or parent


def _leaf(
    node: Node,
    by_id: dict[int, Node],
    score: Score | None,
    exempt: Mapping[int, Exemption],
    documents: Mapping[int, int],
) -> Leaf:
    parent = by_id.get(node.parent_id or 0, node)
    area = by_id.get(parent.parent_id or 0, parent)
    grant = next((exempt[part] for part in chain(node, by_id) if part in exempt), None)
    return Leaf(
        node=node,
        rule=rule_of(node),
        area=area,
        criterion=parent if parent.pk != area.pk else node,
        score=score,
        exempt=grant is not None,
        documents=documents.get(node.pk, 0),
        grant=grant,
    )
