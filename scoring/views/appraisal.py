"""Work of the appraisers: the board of what is left, one dossier by area, accepting the rest of an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from criteria.models import Population
from parindex import clock, text
from parindex.components import Choice
from parindex.decisions import Decision, Denied, Refused
from parindex.edge import answer_refusal, ask, sentence
from scoring import permissions, policies, states
from scoring.actions.appraisal import accept_rest
from scoring.forms.appraisal import BoardForm
from scoring.models import Assessment
from scoring.queries.appraisal import (
    BoardRow,
    Part,
    Tally,
    acceptable,
    board_of,
    has_desk,
    mark_of,
    sees_all,
)
from scoring.queries.dossiers import Leaf, dossier_of, sheet_of
from scoring.queries.ground import Ground, ground_of
from scoring.queries.past import in_words
from scoring.queries.workspace import with_context
from units.access import access_of
from units.authorization import Permission
from units.models import Level


def name_of(population: Population) -> str:
    """A population as a heading: "Cấp xã năm 2025, Huyện Mộc Châu"."""
    level = {
        Level.DEPARTMENT: _("Sở, ban, ngành"),
        Level.DISTRICT: _("Huyện, thành phố"),
        Level.COMMUNE: _("Xã, phường, thị trấn"),
    }[Level(population.level)]
    words = _("%(level)s năm %(year)d") % {"level": level, "year": population.cycle.year}
    return f"{words}, {population.parent}" if population.parent is not None else words


# --- The board -----------------------------------------------------------------------------------


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What is left to this person, by population and area and by unit."""
    if not has_desk(request.user):
        ask(permissions.HIDDEN)
    everybody = sees_all(request.user) and request.GET.get("xem") != "cua-toi"
    parts = board_of(request.user, everybody=everybody, area=request.GET.get("linh_vuc", "")[:20])
    chosen = request.GET.get("dot", "")
    shown_parts = [part for part in parts if chosen in ("", str(part.population.pk))] or parts
    form = BoardForm(request.GET, areas=areas_of(shown_parts))
    asked = form.cleaned_data if form.is_valid() else {}
    total = Tally()
    for part in shown_parts:
        total.add(part.total)
    context = {
        "form": form,
        "keep": [(name, request.GET[name]) for name in ("dot", "xem") if request.GET.get(name)],
        "parts": [(part, name_of(part.population), rows_of(part, asked)) for part in shown_parts],
        "total": total,
        "everybody": everybody,
        "pills": pills(request, parts, chosen),
        "tabs": tabs(request, everybody),
        "filtered": any(asked.values()),
        "manages": bool(parts) and may_manage(request.user, shown_parts),
    }
    return render(request, "scoring/appraisal/board.html", context)


def areas_of(parts: list[Part]) -> list[tuple[str, str]]:
    """The areas to choose from; frameworks of several levels share their codes, the first names them."""
    found: dict[str, str] = {}
    for part in parts:
        for area, _tally in part.areas:
            found.setdefault(area.code, f"{area.code}. {area.name}")
    return sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0]))


def rows_of(part: Part, asked: dict[str, Any]) -> list[BoardRow]:
    """The rows of a part that the filters leave."""
    wanted = text.search_key(asked.get("q", ""))
    fits = {
        "con": lambda row: row.open,
        "k-ap-dung": lambda row: row.tally.requests > 0,
        "mo-lai": lambda row: row.tally.reopened > 0,
        "xong": lambda row: row.tally.left == 0,
        "chua-nop": lambda row: row.assessment.state in states.UNSUBMITTED,
    }.get(asked.get("viec", ""), lambda row: True)
    return [row for row in part.rows if wanted in row.assessment.unit.search_key and fits(row)]


def pills(request: HttpRequest, parts: list[Part], chosen: str) -> list[Choice]:
    """One pill per population when there are several."""
    if len(parts) < 2:
        return []
    found = [Choice(_("Tất cả"), with_query(request, dot=""), current=not chosen)]
    for part in parts:
        pk = str(part.population.pk)
        found.append(Choice(name_of(part.population), with_query(request, dot=pk), current=chosen == pk))
    return found


def tabs(request: HttpRequest, everybody: bool) -> list[Choice]:
    """Whose cells are counted, for those who see all and decide some."""
    if not (sees_all(request.user) and access_of(request.user).anywhere(Permission.SCORE_APPRAISE)):
        return []
    return [
        Choice(_("Cả tỉnh"), with_query(request, xem=""), current=everybody),
        Choice(_("Phần của tôi"), with_query(request, xem="cua-toi"), current=not everybody),
    ]


def with_query(request: HttpRequest, **changes: str) -> str:
    """The page's address with some parameters changed; empty ones go."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def may_manage(user: Any, parts: list[Part]) -> Population | None:
    """The one population shown, when this person may share out its work and grant exemptions."""
    if len(parts) != 1:
        return None
    population = parts[0].population
    allowed = permissions.may_in_population(user, population, Permission.EXEMPTION_GRANT)
    return population if allowed else None


# --- One dossier ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A dossier as one appraiser sees it: which leaves are visible, which are the person's to decide."""

    user: Any
    assessment: Assessment
    ground: Ground
    seen: frozenset[int]
    mine: frozenset[int]

    @property
    def open(self) -> Decision:
        """Whether components of it may be decided now."""
        return policies.may_appraise(self.assessment.state, self.assessment.population.stage)

    def may(self, permission: Permission) -> bool:
        """Whether this person holds one of the acts on the population."""
        return bool(permissions.may_in_population(self.user, self.assessment.population, permission))

    @property
    def moves(self) -> list[tuple[str, str]]:
        """Name of the page and words of every move that is open to this person in this state."""
        state = self.assessment.state
        found = []
        if state in states.UNSUBMITTED and self.may(Permission.EXTENSION_GRANT):
            found.append(("appraisal_extend", _("Gia hạn nộp")))  # first: more time before the door is shut
        for move, page in MOVE_PAGES.items():
            known = states.MOVES[move]
            if state in known.sources and self.may(Permission(known.permission)) and self._come(move):
                found.append((page, str(known.label)))
        return found

    def _come(self, move: str) -> bool:
        """Whether the moment of a move has come: nobody is shut out before the own deadline has passed."""
        if move != "close_unsubmitted":
            return True
        return bool(policies.may_close_unsubmitted(sheet_of(self.assessment), clock.now(), reason="?"))


MOVE_PAGES = {
    "finish_appraisal": "appraisal_finish",
    "return": "appraisal_return",
    "reopen_appraisal": "appraisal_reopen",
    "close_unsubmitted": "appraisal_close_unsubmitted",
}


def case_of(request: HttpRequest, pk: int) -> Case:
    """The dossier for appraisers; 404 for strangers, the sentence for whoever has no part in it."""
    assessment = with_context(Assessment.objects.filter(pk=pk)).first()
    if assessment is None or assessment.population.framework_id is None:
        raise Http404("no such dossier")
    ground = ground_of(assessment.population)
    mine = ground.decidable_by(request.user, assessment)
    seen = ground.visible_to(request.user, assessment)
    if not mine and not seen:
        for group in ground.groups:
            ask(permissions.may_view_cell(request.user, assessment, list(group[0].chain), ground.duty))
        ask(permissions.HIDDEN)
    return Case(request.user, assessment, ground, seen, mine)


@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One dossier by area: what the unit claims, what is decided, what waits."""
    found = case_of(request, pk)
    dossier = dossier_of(found.assessment)
    leaves = [leaf for leaf in dossier.leaves if leaf.node.pk in found.seen]
    chosen, choices = chosen_leaves(request, leaves, found)
    shown_areas = {leaf.area.pk: leaf.area for leaf in chosen}
    context = {
        "case": found,
        "name": name_of(found.assessment.population),
        "areas": [
            (
                area,
                [row_of(leaf, found) for leaf in chosen if leaf.area.pk == area.pk],
                rest_of(leaves, found, area.pk),
            )
            for area in shown_areas.values()
        ],
        "tally": tally_of(leaves, found),
        "pills": choices,
        "next": next((leaf for leaf in leaves if leaf.node.pk in found.mine and waits(leaf)), None),
        "why_closed": sentence(found.open) if isinstance(found.open, Denied) else "",
    }
    return render(request, "scoring/appraisal/case.html", context)


def waits(leaf: Leaf) -> bool:
    """Whether a decision is still to be made."""
    return mark_of(leaf) in ("undecided", "reopened", "request")


def rest_of(leaves: list[Leaf], case: Case, area: int) -> int:
    """How many components of an area can be accepted together by this person."""
    if not case.open:
        return 0
    return sum(leaf.area.pk == area and leaf.node.pk in case.mine and acceptable(leaf) for leaf in leaves)


def tally_of(leaves: list[Leaf], case: Case) -> Tally:
    """Counts over the person's own cells, or over all of them for those who only look."""
    total = Tally()
    for leaf in leaves:
        mark = mark_of(leaf)
        if (not case.mine or leaf.node.pk in case.mine) and mark not in ("", "not_applicable"):
            total.add(Tally(1, mark == "decided", mark == "request", mark == "reopened"))
    return total


def row_of(leaf: Leaf, case: Case) -> dict[str, Any]:
    """One line of the dossier."""
    score = leaf.score
    different = (
        score is not None
        and score.appraised_points is not None
        and score.appraised_points != score.self_points
    )
    return {
        "leaf": leaf,
        "mine": leaf.node.pk in case.mine,
        "mark": mark_of(leaf),
        "answer": in_words(score, leaf.rule) if score is not None else "",
        "different": different,
    }


def chosen_leaves(request: HttpRequest, leaves: list[Leaf], case: Case) -> tuple[list[Leaf], list[Choice]]:
    """The leaves that ``?loc=`` asks for, and the pills with their counts."""
    kinds: dict[str, tuple[str, list[Leaf]]] = {
        "": (_("Tất cả"), leaves),
        "cua-toi": (_("Phần của tôi"), [leaf for leaf in leaves if leaf.node.pk in case.mine]),
        "con": (_("Chưa quyết định"), [leaf for leaf in leaves if waits(leaf)]),
        "mo-lai": (_("Phải xem lại"), [leaf for leaf in leaves if mark_of(leaf) == "reopened"]),
        "k-ap-dung": (_("Đề nghị không áp dụng"), [leaf for leaf in leaves if mark_of(leaf) == "request"]),
        "khong-tai-lieu": (
            _("Không có tài liệu"),
            [leaf for leaf in leaves if leaf.points and not leaf.documents],
        ),
    }
    asked = request.GET.get("loc", "")
    chosen = asked if asked in kinds else ""
    found = [
        Choice(label, with_query(request, loc=kind), current=kind == chosen, count=len(rows))
        for kind, (label, rows) in kinds.items()
        if rows or kind in ("", chosen)
    ]
    return kinds[chosen][1], found


# --- Accepting the rest of an area ---------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def accept_area(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The list of what would be accepted as self-scored in an area; a POST accepts what is ticked."""
    found = case_of(request, pk)
    dossier = dossier_of(found.assessment)
    # A dossier that is not handed in has cells to decide one day, but none to look at yet.
    leaves = [leaf for leaf in dossier.leaves if leaf.area.code == code and leaf.node.pk in found.mine & found.seen]
    if not leaves:
        ask(permissions.HIDDEN)
    back = reverse("scoring:appraisal_case", args=[pk])
    if request.method == "POST":
        return accept(request, pk, back)
    rows = [row_of(leaf, found) for leaf in leaves if acceptable(leaf)]
    alone = [row_of(leaf, found) for leaf in leaves if waits(leaf) and not acceptable(leaf)]
    context = {"case": found, "area": leaves[0].area, "rows": rows, "alone": alone, "back": back}
    context["why_closed"] = sentence(found.open) if isinstance(found.open, Denied) else ""
    return render(request, "scoring/appraisal/accept.html", context)


def accept(request: HttpRequest, pk: int, back: str) -> HttpResponse:
    """Accept the ticked components under the versions that the list showed."""
    versions = {}
    for each in request.POST.getlist("row"):
        code, _colon, version = each.partition(":")
        versions[code] = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
    if not versions:
        messages.error(request, _("Đánh dấu ít nhất một tiêu chí."))
        return redirect(request.path)
    try:
        count = accept_rest(assessment_id=pk, versions=versions, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=request.path)
    messages.success(request, _("Đã chấp nhận %(count)d tiêu chí theo điểm tự chấm.") % {"count": count})
    return redirect(back)
