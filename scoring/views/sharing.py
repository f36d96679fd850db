"""Sharing a dossier out among the unit's staff: areas by people, loads, what nobody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from criteria.models import Node
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from scoring import permissions
from scoring.actions.sharing import share
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.team import Load, Team, load_of, loads_of, staff_of, team_of
from scoring.views.dossier import frame_of
from scoring.views.sheet import state_of
from units.models import User

#: Longest number of a person that is read.
_LONGEST = 10


@dataclass(frozen=True)
class LeafRow:
    """A component: who has it, and whether by a share of its own."""

    node: Node
    state: str
    holders: tuple[User, ...]
    own: bool


@dataclass(frozen=True)
class AreaRow:
    """An area: how many of its components each person has, how many nobody has, and the components."""

    node: Node
    load: Load
    given: tuple[User, ...]
    cells: tuple[int, ...]
    unassigned: int
    leaves: tuple[LeafRow, ...]


@require_http_methods(["GET", "POST"])
def sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """Areas × people with the load of each; a POST gives what is ticked to whom is ticked."""
    frame = frame_of(request, pk)
    ask(permissions.may_work_inside(request.user, frame.assessment))
    if request.method == "POST":
        return give(request, pk)
    dossier, people = dossier_of(frame.assessment), staff_of(frame.assessment.unit)
    team = team_of(frame.assessment)
    loads = loads_of(dossier, team, people)
    context = {
        "frame": frame,
        "people": people,
        "loads": loads[:-1],
        "nobody": loads[-1],
        "rows": [area_row(dossier, team, people, area) for area in dossier.areas],
        "heading": heading(people, loads[-1]),
    }
    return render(request, "scoring/sharing.html", context)


def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the ticked areas and components to the ticked people, or take their shares away."""
    path = reverse("scoring:sharing", args=[pk])
    taking = request.POST.get("what") == "take"
    people = [] if taking else people_from(request.POST.getlist("person"))
    if not people and not taking:
        messages.error(request, _("Chọn ít nhất một người để giao. Muốn thôi giao, bấm “Bỏ giao”."))
        return redirect(path)
    try:
        count = share(assessment_id=pk, codes=request.POST.getlist("node"), people=people, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=path)
    if taking:
        said = ngettext("Đã bỏ giao %(count)d mục.", "Đã bỏ giao %(count)d mục.", count)
    else:
        said = ngettext("Đã giao %(count)d mục.", "Đã giao %(count)d mục.", count)
    messages.success(request, said % {"count": count} if count else _("Không có gì thay đổi."))
    return redirect(path)


def people_from(posted: Sequence[str]) -> list[int]:
    """The ticked people; what is no number stands for nobody of the unit."""
    return [int(each) if each.isascii() and each.isdigit() and len(each) < _LONGEST else 0 for each in posted]


def heading(people: Sequence[User], nobody: Load) -> str:
    """The answer: how much nobody has yet."""
    if not people:
        return _("Đơn vị chưa có cán bộ nào")
    if nobody.components:
        return _("Còn %(n)d tiêu chí thành phần chưa giao ai") % {"n": nobody.components}
    return _("Mọi tiêu chí thành phần đã có người làm")


def area_row(dossier: Dossier, team: Team, people: Sequence[User], area: Node) -> AreaRow:
    """One area with its components; only what the unit must answer."""
    leaves = [leaf for leaf in dossier.in_area(area) if leaf.asked]
    return AreaRow(
        node=area,
        load=load_of(dossier, leaves),
        given=team.given.get(area.pk, ()),
        cells=tuple(sum(team.holds(person.pk, leaf) for leaf in leaves) for person in people),
        unassigned=sum(not team.holders(leaf) for leaf in leaves),
        leaves=tuple(leaf_row(dossier, team, leaf) for leaf in leaves),
    )


def leaf_row(dossier: Dossier, team: Team, leaf: Leaf) -> LeafRow:
    """One component of the list."""
    return LeafRow(leaf.node, state_of(dossier, leaf), team.holders(leaf), leaf.node.pk in team.given)
