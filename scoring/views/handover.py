"""What the head sees before signing: totals, what differs from last year, what has no document, risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex.numbers import shown
from scoring.evidence_warnings import Facts, dated_outside
from scoring.models import EvidenceLink
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.past import Past, past_of
from scoring.queries.workspace import links_of
from scoring.views.dossier import Frame
from scoring.views.reports import unproved
from scoring.views.sheet import totals
from scoring.views.workspace import MOST_TO_DO, card_url, heading, to_do_of

#: A document that proves more components than this deserves a look.
MANY_USES = 10
#: Rows of a section that are shown at once; the rest is folded.
MOST_ROWS = 10


@dataclass(frozen=True)
class Warned:
    """A component the person should look at before handing over, and why."""

    leaf: Leaf
    url: str
    why: str


@dataclass(frozen=True)
class Risk:
    """One kind of risk with its components, the most valuable first."""

    code: str
    title: Any
    rows: tuple[Warned, ...]


@dataclass(frozen=True)
class Difference:
    """A component whose points are not those claimed last year."""

    leaf: Leaf
    url: str
    before: Decimal
    year: int

    @property
    def by(self) -> Decimal:
        """Points more (or fewer) than last year."""
        return (self.leaf.points or Decimal(0)) - self.before


@dataclass(frozen=True)
class _Facts:
    year: int
    past: Mapping[int, Past]
    links: Mapping[int, list[EvidenceLink]]
    uses: Mapping[int, int]


def summary(frame: Frame) -> dict[str, Any]:
    """Everything the pages of handing over show: six queries, whatever the size of the dossier."""
    dossier, past, links = _read(frame)
    to_do = to_do_of(frame, dossier)
    return {
        "frame": frame,
        "heading": heading(frame),
        "progress": dossier.progress,
        "areas": totals(dossier),
        "to_do": to_do[:MOST_TO_DO],
        "to_do_count": len(to_do),
        "differences": differences_of(frame, dossier, past),
        "unproved": [Warned(leaf, card_url(frame, leaf), _words_of(leaf)) for leaf in _by_points(unproved(dossier))],
        "risks": risks_of(frame, dossier, past, links),
        "most": MOST_ROWS,
    }


def _read(frame: Frame) -> tuple[Dossier, dict[int, Past], dict[int, list[EvidenceLink]]]:
    links = links_of(frame.assessment)
    dossier = dossier_of(frame.assessment, links)
    return dossier, past_of(frame.assessment, [leaf.node for leaf in dossier.leaves]), links


def differences_of(frame: Frame, dossier: Dossier, past: Mapping[int, Past]) -> list[Difference]:
    """What differs from last year's claim, the largest difference first."""
    found = []
    for leaf in dossier.leaves:
        before = past.get(leaf.node.pk)
        if not leaf.asked or leaf.points is None or before is None or before.self_points is None:
            continue
        if leaf.points != before.self_points:
            found.append(Difference(leaf, card_url(frame, leaf), before.self_points, before.year))
    return sorted(found, key=lambda row: (-abs(row.by), row.leaf.node.position))


def risks_of(
    frame: Frame, dossier: Dossier, past: Mapping[int, Past], links: Mapping[int, list[EvidenceLink]]
) -> list[Risk]:
    """The kinds of risk that occur, each with its components."""
    uses = Counter(link.evidence_id for rows in links.values() for link in rows)
    facts = _Facts(frame.year, past, links, uses)
    found = []
    for code, (title, why) in RISKS.items():
        said = [(leaf, why(leaf, facts)) for leaf in _by_points(dossier.leaves) if leaf.asked]
        rows = tuple(Warned(leaf, card_url(frame, leaf), words) for leaf, words in said if words)
        if rows:
            found.append(Risk(code, title, rows))
    return found


def flagged(frame: Frame) -> tuple[Dossier, list[tuple[Leaf, str]], dict[str, str]]:
    """What may be named when a dossier goes back: the dossier, the components at risk, each once with all
    reasons, and words about the others, by code.
    """
    dossier, past, links = _read(frame)
    said = [(row.leaf, row.why) for risk in risks_of(frame, dossier, past, links) for row in risk.rows]
    found: dict[str, tuple[Leaf, list[str]]] = {}
    for leaf, why in said:
        found.setdefault(leaf.node.code, (leaf, []))[1].append(why)
    ordered = sorted(found.values(), key=lambda pair: pair[0].node.position)
    remarks = {leaf.node.code: _("không có tài liệu, chỉ có giải trình") for leaf in unproved(dossier)}
    return dossier, [(leaf, "; ".join(why)) for leaf, why in ordered], remarks


def _by_points(leaves: Iterable[Leaf]) -> list[Leaf]:
    return sorted(leaves, key=lambda leaf: (-leaf.node.max_points, leaf.node.position))


def _words_of(leaf: Leaf) -> str:
    return leaf.score.explanation if leaf.score is not None else ""


# --- Kinds of risk: "" when it does not occur ----------------------------------------------------


def _asked_na(leaf: Leaf, facts: _Facts) -> str:
    score = leaf.score
    if score is None or not score.na_requested:
        return ""
    return _("lý do: %(reason)s") % {"reason": score.na_reason or _("chưa ghi")}


def _full_again(leaf: Leaf, facts: _Facts) -> str:
    before = facts.past.get(leaf.node.pk)
    if before is None or not before.lost or leaf.points is None or leaf.points != leaf.node.max_points:
        return ""
    values = {"year": before.year, "claimed": shown(before.self_points), "given": shown(before.given)}
    return _("năm %(year)d tự chấm %(claimed)s, chỉ được %(given)s") % values


def _outside_the_year(leaf: Leaf, facts: _Facts) -> str:
    given = [Facts.of(link.evidence) for link in facts.links.get(leaf.node.pk, ())]
    outside = [each.issued_on for each in given if each.issued_on and dated_outside(each, facts.year)]
    return _("tài liệu ngày %(days)s") % {"days": ", ".join(f"{day:%d/%m/%Y}" for day in outside)} if outside else ""


def _worn_out(leaf: Leaf, facts: _Facts) -> str:
    said = [
        _("%(document)s dùng cho %(n)d tiêu chí") % {"document": link.evidence, "n": facts.uses[link.evidence_id]}
        for link in facts.links.get(leaf.node.pk, ())
        if facts.uses[link.evidence_id] > MANY_USES
    ]
    return "; ".join(said)


def _unconfirmed(leaf: Leaf, facts: _Facts) -> str:
    year = leaf.score.carried_from if leaf.score is not None else None
    return _("chép từ năm %(year)d") % {"year": year} if year is not None else ""


RISKS: Mapping[str, tuple[Any, Callable[[Leaf, _Facts], str]]] = {
    "chep": (gettext_lazy("Chép từ năm trước, chưa xác nhận"), _unconfirmed),
    "mat-diem": (gettext_lazy("Chấm đủ điểm ở chỗ năm trước bị trừ"), _full_again),
    "khong-ap-dung": (gettext_lazy("Đề nghị không áp dụng"), _asked_na),
    "ngoai-nam": (gettext_lazy("Tài liệu ghi ngày ngoài năm đánh giá"), _outside_the_year),
    "dung-nhieu": (gettext_lazy("Một tài liệu dùng cho quá nhiều tiêu chí"), _worn_out),
}
