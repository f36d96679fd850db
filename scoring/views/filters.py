"""The filters of the sheet and of the table: one list of kinds, one way to keep them in an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from parindex import text
from parindex.components import Choice
from scoring.queries.dossiers import Dossier, Leaf
from scoring.queries.past import Past
from scoring.queries.returns import Point
from scoring.queries.team import Team

ALL = ""
#: The parameters that links of the sheet and the table carry along: filter, words, columns.
KEPT = ("loc", "q", "cot")


@dataclass(frozen=True)
class Facts:
    """What the filters ask besides the leaf itself.

    ``me`` is the person when they are of the unit; ``team`` and ``notes`` stay empty for everybody else.
    """

    dossier: Dossier
    past: Mapping[int, Past] = field(default_factory=dict)
    returned: Mapping[int, Point] = field(default_factory=dict)
    team: Team = field(default_factory=Team)
    notes: Mapping[int, int] = field(default_factory=dict)
    me: int | None = None


def _to_do(leaf: Leaf, facts: Facts) -> bool:
    return _missing(leaf, facts) or (leaf.asked and (_came_back(leaf, facts) or _copied(leaf, facts)))


def _missing(leaf: Leaf, facts: Facts) -> bool:
    return leaf.node.code in facts.dossier.missing


def _unanswered(leaf: Leaf, facts: Facts) -> bool:
    return leaf.asked and not leaf.answered


def _without_documents(leaf: Leaf, facts: Facts) -> bool:
    return leaf.asked and leaf.as_answer().needs_proof and not leaf.documents


def _unexplained(leaf: Leaf, facts: Facts) -> bool:
    """Answered, but neither a document nor a word stands behind it, or a request has no reason."""
    missing = facts.dossier.missing.get(leaf.node.code)
    return missing is not None and missing.kind in ("proof", "na_reason")


def _came_back(leaf: Leaf, facts: Facts) -> bool:
    point = facts.returned.get(leaf.node.pk)
    return point is not None and not point.settled


def _asked_na(leaf: Leaf, facts: Facts) -> bool:
    return leaf.score is not None and leaf.score.na_requested


def _copied(leaf: Leaf, facts: Facts) -> bool:
    return leaf.score is not None and leaf.score.carried_from is not None


def _differs(leaf: Leaf, facts: Facts) -> bool:
    return differs(leaf, facts.past.get(leaf.node.pk))


def _mine(leaf: Leaf, facts: Facts) -> bool:
    return leaf.asked and facts.me is not None and facts.team.holds(facts.me, leaf)


#: Value of ``?loc=`` → its words and its question, in the order of the pills.
KINDS: Mapping[str, tuple[Any, Callable[[Leaf, Facts], bool]]] = {
    ALL: (gettext_lazy("Tất cả"), lambda leaf, facts: True),
    "chua-xong": (gettext_lazy("Cần làm"), _to_do),
    "cua-toi": (gettext_lazy("Của tôi"), _mine),
    "bi-tra-lai": (gettext_lazy("Bị trả lại"), _came_back),
    "chua-tra-loi": (gettext_lazy("Chưa trả lời"), _unanswered),
    "thieu-tai-lieu": (gettext_lazy("Không có tài liệu"), _without_documents),
    "thieu-giai-trinh": (gettext_lazy("Không tài liệu, không giải trình"), _unexplained),
    "chep-chua-xac-nhan": (gettext_lazy("Chép lại, chưa xác nhận"), _copied),
    "de-nghi-khong-ap-dung": (gettext_lazy("Đề nghị không áp dụng"), _asked_na),
    "khac-nam-truoc": (gettext_lazy("Khác năm trước"), _differs),
}
#: Filters that compare with last year.
NEED_PAST = frozenset({"khac-nam-truoc"})


def chosen_in(request: HttpRequest) -> str:
    """The filter of the address; an unknown one is all."""
    asked = request.GET.get("loc", ALL)
    return asked if asked in KINDS else ALL


def kept(leaves: Iterable[Leaf], kind: str, facts: Facts) -> list[Leaf]:
    """The leaves a filter keeps."""
    test = KINDS[kind][1]
    return [leaf for leaf in leaves if test(leaf, facts)]


def pills(request: HttpRequest, leaves: Iterable[Leaf], facts: Facts) -> list[Choice]:
    """The filters that keep something, with their counts; the one in force and "all" always."""
    listed, chosen = list(leaves), chosen_in(request)
    counted = {kind: len(kept(listed, kind, facts)) for kind in KINDS}
    return [
        Choice(str(KINDS[kind][0]), address(request, request.path, loc=kind), current=kind == chosen, count=count)
        for kind, count in counted.items()
        if count or kind in (ALL, chosen)
    ]


def address(request: HttpRequest, path: str, **changes: str) -> str:
    """A path with the filter, words and columns of this page, some of them changed ("" drops one)."""
    pairs = [pair for pair in kept_pairs(request) if pair[0] not in changes]
    pairs += [(name, value) for name, value in changes.items() if value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def kept_pairs(request: HttpRequest, without: str = "") -> list[tuple[str, str]]:
    """What forms and links carry along, as pairs; ``without`` is what the form asks itself."""
    return [
        (name, value[:100])
        for name in KEPT
        if name != without
        for value in request.GET.getlist(name)
        if value
    ]


def differs(leaf: Leaf, past: Past | None) -> bool:
    """Whether the points claimed are not those of last year."""
    return leaf.points is not None and past is not None and past.self_points is not None and leaf.points != past.self_points


def searched(leaves: Iterable[Leaf], query: str) -> list[Leaf]:
    """The leaves whose code or name (or that of their criterion) holds the words, without accents."""
    wanted = text.search_key(query)
    if not wanted:
        return list(leaves)
    return [
        leaf
        for leaf in leaves
        if wanted in text.search_key(f"{leaf.node.code} {leaf.node.name}")
        or wanted in text.search_key(f"{leaf.criterion.code} {leaf.criterion.name}")
    ]
