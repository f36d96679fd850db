"""What the desk says about answers, documents and what happened. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.rules import AnswerError, Rule, compute
from parindex import canonical
from parindex.components import Entry
from parindex.numbers import shown
from parindex.templatetags.numbers import vndate
from scoring.evidence_warnings import Facts, warnings_of
from scoring.forms.answers import statement_of
from scoring.forms.appraisal import Decided
from scoring.models import Assessment, EvidenceLink, Score, ScoreRevision
from scoring.queries.past import in_words


@dataclass(frozen=True)
class Said:
    """A stored component in words: the unit's answer and points, the decision, and its reason."""

    answer: str
    self_points: Decimal | None
    decision: str
    reason: str


def stored_words(score: Score, *, rule: Rule | None = None) -> Said:
    """What is stored of a component."""
    answer = _("không tự đánh giá") if score.not_self_assessed else in_words(score, rule)
    return Said(answer, score.self_points, decision_words(score), score.appraisal_reason)


def decision_words(score: Score) -> str:
    """The decision of a component in one line; "" without one."""
    if score.appraised_at is None:
        return ""
    if score.appraised_points is None:
        return _("không áp dụng")
    return _("%(points)s điểm") % {"points": shown(score.appraised_points)}


def typed_words(rule: Rule, decided: Decided) -> str:
    """A decision that could not be stored, in one line, so that it can be compared with the stored one."""
    words = {
        "accept": _("chấp nhận điểm tự chấm"),
        "grant_na": _("chấp nhận không áp dụng"),
        "points": _("%(points)s điểm") % {"points": decided.points or "–"},
        "correct": _corrected(rule, decided),
    }.get(decided.kind, "–")
    return f"{words}: “{decided.reason}”" if decided.reason else words


def _corrected(rule: Rule, decided: Decided) -> str:
    try:
        answer = statement_of(decided.typed).answer
        return compute(rule, answer).explanation if answer is not None else _("sửa số liệu")
    except AnswerError:
        return _("sửa số liệu")


@dataclass(frozen=True)
class Document:
    """A document beside the decision."""

    link: EvidenceLink
    url: str
    download: str
    detail: str
    warnings: tuple[str, ...]
    used: str


def document_of(link: EvidenceLink, assessment: Assessment, score: Score, used: Sequence[str]) -> Document:
    """Number, date, issuer and page of a document, what deserves a look, and where else it is given."""
    evidence = link.evidence
    warnings = [warning.short for warning in warnings_of(Facts.of(evidence), assessment.population.cycle.year)]
    if score.appraised_at is not None and link.linked_at > score.appraised_at:
        warnings.append(_("thêm sau quyết định"))
    detail = [vndate(evidence.issued_on) if evidence.issued_on else "", evidence.issuer]
    return Document(
        link=link,
        url=reverse("scoring:evidence_link", args=[assessment.pk, link.pk]),
        download=reverse("scoring:download", args=[evidence.pk]),
        detail=" · ".join(part for part in detail if part),
        warnings=tuple(warnings),
        used=", ".join(used),
    )


def entry_of(revision: ScoreRevision, *, first: bool) -> Entry:
    """A saved version as a line of the timeline."""
    values = canonical.loads(revision.values)
    who = revision.by.get_full_name() if revision.by is not None else _("hệ thống")
    return Entry(
        text=_revision_words(revision.kind, values), who=who, at=revision.at, now=first, done=not first
    )


def _revision_words(kind: str, values: dict[str, object]) -> str:
    if kind == "appraisal":
        points = values.get("appraised_points")
        text = (
            _("quyết định không áp dụng")
            if points is None
            else _("quyết định %(points)s điểm") % {"points": _number(points)}
        )
        reason = values.get("appraisal_reason")
        return f"{text}: “{reason}”" if reason else text
    if kind == "close":
        year = values.get("unconfirmed_from")
        return _("khóa khi chưa xác nhận bản chép từ năm %(year)s") % {"year": year} if year else _("khóa khi chưa trả lời")
    if values.get("na_requested"):
        return _("đề nghị không áp dụng")
    points = values.get("self_points")
    if kind == "copy":
        words = {"year": values.get("carried_from") or "", "points": _number(points)}
        return _("chép từ năm %(year)s: tự chấm %(points)s điểm") % words
    return (
        _("tự chấm %(points)s điểm") % {"points": _number(points)}
        if points is not None
        else _("bỏ câu trả lời")
    )


def _number(value: object) -> str:
    return shown(value) if isinstance(value, int | Decimal) else str(value)
