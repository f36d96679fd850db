"""What one card of the sheet shows. Reads nothing and writes nothing; see templates/components/answer_card.html."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from criteria import rules
from criteria.linking import CHANGED, NEW
from criteria.models import Node
from criteria.rules import AnswerError, Computed, Rule
from criteria.stages import Stage
from parindex import components
from parindex.components import AnswerCard, Input, Option, ScoringStep, Version
from parindex.numbers import MINUS, shown, shown_rate
from parindex.templatetags.numbers import vndate
from scoring.evidence_warnings import Facts, warnings_of
from scoring.forms.answers import COUNT, Typed, statement_of, typed_of
from scoring.models import Assessment, EvidenceLink, Exemption, Score
from scoring.queries.documents import replacement_of
from scoring.queries.dossiers import Leaf
from scoring.queries.leaves import rule_of
from scoring.queries.past import Past, PastDocument, in_words


@dataclass(frozen=True)
class SheetCard(AnswerCard):
    """A card with what a sheet adds to it (templates/scoring/answer_copied.html, answer_more.html).

    ``percent`` is the box for a rate known without its two numbers; ``rule_text`` and
    ``evidence_hint`` are the framework's own words. ``na_refused`` is why a request of "not applicable"
    was refused, once the unit may know. ``carried_from`` is the year of a copy that waits for ``confirm_url``.
    """

    above: str = "scoring/answer_copied.html"
    more: str = "scoring/answer_more.html"
    percent: Input | None = None
    na_allowed: bool = False
    na_requested: bool = False
    na_reason: str = ""
    na_refused: str = ""
    carried_from: int | None = None
    confirm_url: str = ""
    rule_text: str = ""
    evidence_hint: str = ""


def anchor_of(code: str) -> str:
    """The id of a component's card on the page."""
    return "c" + code.replace(".", "-")


def card_of(
    leaf: Leaf,
    assessment: Assessment,
    *,
    editable: bool,
    links: Iterable[EvidenceLink] = (),
    past: Past | None = None,
    saved: bool = True,
) -> SheetCard:
    """The card of a leaf as it stands in the database."""
    card = _frame(leaf.node, assessment, past)
    if leaf.exempt or leaf.rule.answered_by != rules.UNIT:
        return replace(card, answered_by="nobody", answered_by_words=_not_asked(leaf.rule, leaf.grant))
    stored = _filled(card, leaf.rule, typed_of(leaf.score), assessment.population.digits)
    return _finished(stored, leaf.node, leaf.score, assessment, links, editable=editable, saved=saved)


def card_of_score(
    score: Score,
    assessment: Assessment,
    *,
    links: Iterable[EvidenceLink],
    past: Past | None,
    typed: Typed | None = None,
    error: AnswerError | None = None,
) -> SheetCard:
    """The card after a save: the stored row, or what was typed with its error."""
    rule = rule_of(score.node)
    card = _frame(score.node, assessment, past)
    if typed is None:
        filled = _filled(card, rule, typed_of(score), assessment.population.digits)
        return _finished(filled, score.node, score, assessment, links, editable=True, saved=True)
    shown_error = error or AnswerError("")
    filled = _filled(card, rule, typed, assessment.population.digits, shown_error)
    done = _finished(filled, score.node, score, assessment, links, editable=True, saved=False)
    return replace(done, error=shown_error.sentence, saving="invalid", version=typed.version)


def _frame(node: Node, assessment: Assessment, past: Past | None) -> SheetCard:
    return SheetCard(
        anchor=anchor_of(node.code),
        code=node.code,
        name=node.name,
        key=f"{assessment.pk}:{node.code}",
        save_url=reverse("scoring:component", args=[assessment.pk, node.code]),
        max_points=node.max_points,
        rule_text=node.rule_text,
        evidence_hint=node.evidence,
        past=_past(past, node),
    )


def _finished(
    card: SheetCard,
    node: Node,
    score: Score | None,
    assessment: Assessment,
    links: Iterable[EvidenceLink],
    *,
    editable: bool,
    saved: bool,
) -> SheetCard:
    """Documents, explanation and the line of state."""
    documents = tuple(document_of(link, assessment) for link in links)
    explanation = card.explanation
    claims = bool(card.points)
    needs = editable and claims and bool(node.evidence) and not documents and not explanation
    answered = score is not None and score.is_answered
    saving = "saved" if answered or explanation else ""
    copied = score.carried_from if score is not None else None
    return replace(
        card,
        na_refused=refusal_of(score, assessment.population.stage),
        carried_from=copied,
        confirm_url=reverse("scoring:component_confirm", args=[assessment.pk, node.code]) if copied and editable else "",
        version=score.version if score is not None else 0,
        disabled=not editable,
        evidence=documents,
        add_url=reverse("scoring:evidence_add", args=[assessment.pk, node.code]) if editable else "",
        evidence_missing=_("Thêm tài liệu, hoặc viết giải trình nếu không có tài liệu.") if needs else "",
        explanation_open=needs,
        saving=(saving if editable else "closed") if saved else "invalid",
        saved_at=score.saved_at if score is not None else None,
    )


def document_of(link: EvidenceLink, assessment: Assessment) -> components.Evidence:
    """The chip of a document: number, date and page, and what deserves a look."""
    evidence = link.evidence
    newer = replacement_of(evidence)
    odd = [_("đã có bản mới")] if newer is not None else []
    odd += [warning.short for warning in warnings_of(Facts.of(evidence), assessment.population.cycle.year)]
    detail = [vndate(evidence.issued_on) if evidence.issued_on else "", link.pages]
    return components.Evidence(
        number=str(evidence),
        detail=" · ".join(part for part in detail if part),
        url=reverse("scoring:evidence_link", args=[assessment.pk, link.pk]),
        warning=" · ".join(odd[:2]),
    )


def _not_asked(rule: Rule, grant: Exemption | None) -> str:
    if grant is not None:
        words = (
            _("Không áp dụng theo đề nghị của đơn vị, đã được chấp nhận: %(reason)s. Không tính vào điểm tối đa.")
            if grant.origin == Exemption.Origin.REQUEST
            else _("Không áp dụng cho đơn vị theo quy định của năm: %(reason)s. Không tính vào điểm tối đa.")
        )
        return words % {"reason": grant.reason.rstrip(". ")}
    return {
        rules.SURVEY: _("Điểm do điều tra xã hội học, Sở Nội vụ tổng hợp. Đơn vị không phải trả lời."),
        rules.DERIVED: _("Hệ thống tự tính sau khi thẩm định xong các tiêu chí khác. Đơn vị không phải trả lời."),
    }.get(rule.answered_by, _("Cơ quan thẩm định chấm tiêu chí này. Đơn vị không phải trả lời."))


def refusal_of(score: Score | None, stage: str) -> str:
    """Why a request of "not applicable" was refused; "" while it stands, or before the year is published.

    What appraisers decide is told with the publication, not before (as the rest of their decisions).
    """
    if score is None or not score.na_requested or stage != Stage.PUBLISHED:
        return ""
    decided = score.appraised_version == score.version and score.appraised_points is not None
    return score.appraisal_reason or _("không ghi lý do") if decided else ""


# --- The input of each kind of rule --------------------------------------------------------------


def _filled(card: SheetCard, rule: Rule, typed: Typed, digits: int, error: AnswerError | None = None) -> SheetCard:
    """The card with its inputs, the reached step and the sentence of the arithmetic."""
    computed = _computed(rule, typed, digits)
    card = replace(
        card,
        points=computed.points if computed else None,
        why=computed.explanation.rpartition(" → ")[0] if computed else "",
        nothing_arose=typed.nothing_arose,
        nothing_arose_words=_("Trong năm không phát sinh (được đủ điểm)") if rule.nothing_arose else "",
        explanation=typed.explanation,
        na_allowed=rule.na_allowed,
        na_requested=typed.na_requested,
        na_reason=typed.na_reason,
    )
    if typed.na_requested:
        return card
    match rule:
        case rules.Discrete():
            return _choice(card, rule, typed)
        case rules.Threshold() | rules.Proportional():
            return _rate(card, rule, typed, computed, error)
        case rules.Deduction():
            return _counts(card, rule, typed, error)
        case rules.PerItem():
            return _items(card, rule, typed, error)
    return card


def _computed(rule: Rule, typed: Typed, digits: int) -> Computed | None:
    """What the rule makes of what was typed, if it can."""
    try:
        answer = statement_of(typed).answer
        return rules.compute(rule, answer, digits=digits) if answer is not None else None
    except AnswerError:
        return None


def _choice(card: SheetCard, rule: rules.Discrete, typed: Typed) -> SheetCard:
    if not typed.nothing_arose:
        card = replace(card, why="")  # the chosen row already says it
    options = tuple(
        Option(option.label, option.label, option.points, chosen=option.label == typed.option and not typed.nothing_arose)
        for option in rule.options
    )
    return replace(card, kind="option", options=options, legend=_("Chọn mức đạt của %(code)s") % {"code": card.code})


def _rate(
    card: SheetCard,
    rule: rules.Threshold | rules.Proportional,
    typed: Typed,
    computed: Computed | None,
    error: AnswerError | None,
) -> SheetCard:
    top, bottom = _rate_labels(rule)
    rate = shown_rate(computed.rate, rule.bounds).removesuffix("%") if computed and computed.rate is not None else ""
    banded = isinstance(rule, rules.Threshold)
    return replace(
        card,
        kind="inputs",
        inputs=(
            Input("numerator", top, typed.numerator, error=_wrong(error, "numerator"), mode="decimal"),
            Input("denominator", bottom, typed.denominator, error=_wrong(error, "denominator"), mode="decimal"),
        ),
        percent=Input("percent", rule.metric, typed.percent, error=_wrong(error, "percent"), mode="decimal"),
        ratio=True,
        together=True,
        legend=rule.metric,
        result=f"= {rate}" if rate else "",
        result_unit="%" if rate else "",
        steps=_steps(rule) if isinstance(rule, rules.Threshold) else (),
        reached=computed.step if computed and banded else None,
    )


def _rate_labels(rule: rules.Threshold | rules.Proportional) -> tuple[str, str]:
    """What the two boxes count; a metric that names one number only still says what is counted."""
    top, bottom = rules.rate_labels(rule)
    first, _space, rest = rule.metric.partition(" ")
    second, _space, counted = rest.partition(" ")
    if (first.casefold(), second.casefold()) == ("tỷ", "lệ") and counted and "/" not in counted:
        return _("Số %(counted)s") % {"counted": counted}, _("Tổng số")
    return top, bottom


def _steps(rule: rules.Threshold) -> tuple[ScoringStep, ...]:
    return tuple(ScoringStep(step.short or step.label, step.points) for step in rules.steps(rule) if step.points is not None)


def _wrong(error: AnswerError | None, name: str, label: str = "") -> str:
    """The sentence of the error when it belongs to this box."""
    if error is None or error.field != name or (error.label and error.label != label):
        return ""
    return error.sentence


def _counts(card: SheetCard, rule: rules.Deduction, typed: Typed, error: AnswerError | None) -> SheetCard:
    inputs = tuple(
        Input(
            COUNT + minus.label,
            _counted(minus.label),
            typed.counts.get(minus.label, ""),
            effect=f"({MINUS}{shown(minus.minus)})",
            error=_wrong(error, "counts", minus.label),
        )
        for minus in rule.minuses
    )
    legend = _("Số trường hợp bị trừ điểm của %(code)s") % {"code": card.code}
    return replace(card, kind="inputs", inputs=inputs, together=len(inputs) > 1, legend=legend)


def _counted(label: str) -> str:
    """ "Mỗi báo cáo gửi chậm" asks for "Số báo cáo gửi chậm"."""
    first, _space, rest = label.partition(" ")
    return _("Số %(what)s") % {"what": rest} if first.casefold() == "mỗi" and rest else label


def _items(card: SheetCard, rule: rules.PerItem, typed: Typed, error: AnswerError | None) -> SheetCard:
    label = _("Số %(what)s") % {"what": rule.item}
    effect = f"(+{shown(rule.points_each)})"
    box = Input("items", label, typed.items, effect=effect, error=_wrong(error, "items"))
    return replace(card, kind="inputs", inputs=(box,), legend=_("Số lượng của %(code)s") % {"code": card.code})


# --- Last year, two versions ---------------------------------------------------------------------


def _past(past: Past | None, node: Node) -> components.Past | None:
    if past is None:
        return None
    if past.link == NEW:
        return components.Past(past.year, mark=_("tiêu chí mới"))
    rows = []
    if past.answer:
        rows.append(components.PastRow(_("Trả lời"), past.answer))
    if past.self_points is not None:
        rows.append(components.PastRow(_("Tự chấm"), shown(past.self_points), num=True))
    if past.given is not None:
        rows.append(components.PastRow(_("Được"), shown(past.given), num=True))
    if rows and past.max_points is not None and past.max_points != node.max_points:
        rows.append(components.PastRow(_("Tối đa"), shown(past.max_points), num=True))
    documents = tuple(_past_document(each) for each in past.documents)
    if not rows and not documents:
        return None
    changed = past.link == CHANGED
    was = _("Năm đó là %(code)s.") % {"code": past.code} if past.code != node.code else ""
    mark = _("tiêu chí đã đổi") if changed else ""
    return components.Past(past.year, tuple(rows), past.reason, mark, was, documents)


def _past_document(given: PastDocument) -> components.Evidence:
    """A document of last year; the own one leads to its page."""
    url = reverse("scoring:document", args=[given.pk]) if given.pk is not None else ""
    return components.Evidence(given.name, url, " · ".join(part for part in (given.title, given.pages) if part))


def conflict_card(score: Score, assessment: Assessment, typed: Typed, sentence: str, *, own: bool) -> SheetCard:
    """The card that shows both versions; what this person typed travels in hidden fields.

    ``own``: the same person saved the other one, in another tab or on another page.
    """
    rule = rule_of(score.node)
    card = _frame(score.node, assessment, None)
    mine = _computed(rule, typed, assessment.population.digits)
    who = score.saved_by.get_full_name() if score.saved_by is not None else _("người khác")
    mine_label = _("Bản trên trang này") if own else _("Bản của bạn")
    their_label = _("Bản bạn đã lưu") if own else _("Bản của %(who)s") % {"who": who}
    versions = (
        Version("mine", mine_label, _version_words(typed, mine), mine.points if mine else None, chosen=True),
        Version("theirs", their_label, _stored_words(score), score.self_points),
    )
    conflict = components.Conflict(card.save_url, sentence, versions, tuple(typed.hidden()))
    return replace(card, points=score.self_points, version=score.version, conflict=conflict)


def _version_words(typed: Typed, computed: Computed | None) -> str:
    if typed.na_requested:
        answer = _("Đề nghị không áp dụng: %(reason)s") % {"reason": typed.na_reason or _("chưa ghi lý do")}
    else:
        answer = computed.explanation.rpartition(" → ")[0] if computed else _("Chưa trả lời")
    return _with_explanation(answer, typed.explanation)


def _stored_words(score: Score) -> str:
    if score.na_requested:
        answer = _("Đề nghị không áp dụng: %(reason)s") % {"reason": score.na_reason or _("chưa ghi lý do")}
    else:
        answer = in_words(score) or _("Chưa trả lời")
    return _with_explanation(answer, score.explanation)


def _with_explanation(answer: str, explanation: str) -> str:
    return _("%(answer)s · Giải trình: %(text)s") % {"answer": answer, "text": explanation} if explanation else answer
