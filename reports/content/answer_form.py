"""The form of a unit's self-assessment on paper, empty or filled in: for the day the line is down.

The empty one has boxes and dotted lines where the screen has fields; the filled one shows what is stored. Points stand
on both only as the framework and the rule give them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from criteria import rules
from criteria.models import Node
from criteria.rules import Rule, describe
from parindex import text
from parindex.models import Installation
from parindex.numbers import MINUS, shown, shown_short
from scoring.models import EvidenceLink
from scoring.queries.dossiers import Dossier, Leaf
from scoring.workbook.layout import answerable, closed_words


@dataclass(frozen=True)
class Tick:
    """A box to tick: ``points`` in words, "" where they follow from elsewhere."""

    label: str
    points: str
    ticked: bool


@dataclass(frozen=True)
class Blank:
    """A line to write a number on; ``value`` is "" on the empty form."""

    label: str
    value: str


@dataclass(frozen=True)
class FormRow:
    """One component. ``closed`` says why the unit does not answer it, "" when it does."""

    code: str
    name: str
    max_points: Decimal
    rule: str
    closed: str = ""
    ticks: tuple[Tick, ...] = ()
    blanks: tuple[Blank, ...] = ()
    may_refuse: bool = False
    refused: bool = False
    reason: str = ""
    explanation: str = ""
    documents: tuple[str, ...] = ()
    points: Decimal | None = None


@dataclass(frozen=True)
class FormGroup:
    """An area or a criterion with what stands under it; ``code`` and ``max_points`` as in the framework."""

    code: str
    name: str
    level: str
    max_points: Decimal
    rows: tuple[FormRow, ...] = ()


@dataclass(frozen=True)
class AnswerForm:
    """The whole form. ``as_of``: the last save of what is shown, None on the empty form."""

    filled: bool
    unit_name: str
    unit_code: str
    year: int
    province: str
    demonstration: bool
    deadline: datetime | None
    as_of: datetime | None
    basis: str
    groups: tuple[FormGroup, ...]
    claimed: Decimal
    max_points: Decimal

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        mark = "minh-hoa-" if self.demonstration else ""
        kind = "phieu" if self.filled else "phieu-trong"
        return f"{mark}{kind}-tu-danh-gia-{self.year}-{text.search_key(self.unit_code).replace(' ', '-')}"


def answer_form(
    dossier: Dossier,
    links: Mapping[int, Sequence[EvidenceLink]],
    *,
    filled: bool,
    deadline: datetime | None,
) -> AnswerForm:
    """The form of a dossier as read with its documents: one query."""
    assessment = dossier.assessment
    installation = Installation.objects.first() or Installation()
    saved = [leaf.score.saved_at for leaf in dossier.leaves if leaf.score is not None and leaf.score.saved_at]
    framework = assessment.population.framework
    return AnswerForm(
        filled=filled,
        unit_name=assessment.unit.name,
        unit_code=assessment.unit.code,
        year=assessment.population.cycle.year,
        province=installation.province,
        demonstration=installation.demonstration,
        deadline=deadline,
        as_of=max(saved, default=None) if filled else None,
        basis=framework.legal_basis if framework else "",
        groups=tuple(_groups(dossier.leaves, links, filled=filled)),
        claimed=dossier.progress.claimed,
        max_points=dossier.progress.maximum,
    )


def _groups(
    leaves: Iterable[Leaf], links: Mapping[int, Sequence[EvidenceLink]], *, filled: bool
) -> Iterable[FormGroup]:
    """Areas and criteria in the order of the tree, each criterion with its rows."""
    found: dict[int, tuple[Node, list[FormRow]]] = {}
    for leaf in leaves:
        found.setdefault(leaf.area.pk, (leaf.area, []))
        above = leaf.criterion if leaf.criterion.pk != leaf.node.pk else leaf.area
        rows = found.setdefault(above.pk, (above, []))[1]
        rows.append(_row(leaf, links.get(leaf.node.pk, ()) if filled else (), filled=filled))
    for node, rows in found.values():
        yield FormGroup(node.code, node.name, node.level, node.max_points, tuple(rows))


def _row(leaf: Leaf, links: Sequence[EvidenceLink], *, filled: bool) -> FormRow:
    node, rule = leaf.node, leaf.rule
    if not answerable(leaf):
        return FormRow(node.code, node.name, node.max_points, rule="", closed=closed_words(leaf))
    score = leaf.score if filled else None
    answer: Mapping[str, Any] = (score.answer_value or {}) if score is not None else {}
    nothing = (Tick("Không phát sinh", "đủ điểm", "nothing_arose" in answer),) if rule.nothing_arose else ()
    return FormRow(
        code=node.code,
        name=node.name,
        max_points=node.max_points,
        rule="" if isinstance(rule, rules.Discrete) else describe(rule),
        ticks=(*_ticks(rule, answer), *nothing),
        blanks=_blanks(rule, answer),
        may_refuse=rule.na_allowed,
        refused=score is not None and score.na_requested,
        reason=score.na_reason if score is not None else "",
        explanation=score.explanation if score is not None else "",
        documents=tuple(_document(link) for link in links),
        points=score.self_points if score is not None else None,
    )


def _ticks(rule: Rule, answer: Mapping[str, Any]) -> tuple[Tick, ...]:
    if not isinstance(rule, rules.Discrete):
        return ()
    return tuple(
        Tick(option.label, f"{shown_short(option.points)} điểm", option.label == answer.get("option"))
        for option in rule.options
    )


def _blanks(rule: Rule, answer: Mapping[str, Any]) -> tuple[Blank, ...]:
    match rule:
        case rules.Threshold() | rules.Proportional():
            top, bottom = rules.rate_labels(rule)
            two = (
                Blank(top, _written(answer.get("numerator"))),
                Blank(bottom, _written(answer.get("denominator"))),
            )
            one = Blank("hoặc tỷ lệ (%)", _written(answer.get("percent")))
            # What is answered one way leaves no line for the other.
            return two if "numerator" in answer else (one,) if "percent" in answer else (*two, one)
        case rules.Deduction():
            counts = answer.get("counts", {})
            return tuple(
                Blank(f"{minus.label} ({MINUS}{shown(minus.minus)})", _written(counts.get(minus.label)))
                for minus in rule.minuses
            )
        case rules.PerItem():
            label = f"Số {rule.item} (+{shown(rule.points_each)})"
            return (Blank(label, _written(answer.get("items"))),)
    return ()


def _written(value: Any) -> str:
    return "" if value is None else shown_short(value)


def _document(link: EvidenceLink) -> str:
    day = link.evidence.issued_on
    parts = (str(link.evidence), f"{day:%d/%m/%Y}" if day else "", link.pages)
    return ", ".join(part for part in parts if part)
