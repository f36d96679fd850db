"""Sharing out the verification: which body takes which area or criterion, and which persons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from criteria.models import Population
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from scoring import permissions, policies
from scoring.actions.assignments import FOLLOW, assign_body, assign_people
from scoring.queries.assignments import assignable_by, sharing_of
from scoring.views.appraisal import name_of
from units.authorization import Permission

COUNCIL = "council"


@require_GET
def assignments(request: HttpRequest) -> HttpResponse:
    """The running populations whose verification this person shares out."""
    found = assignable_by(request.user)
    if not found:
        ask(permissions.may_assign(request.user))
    context = {"populations": [(each, name_of(each)) for each in found]}
    return render(request, "scoring/appraisal/assignments.html", context)


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, population: int) -> HttpResponse:
    """Bodies and persons of a population by area and criterion, with the load; a POST gives what is ticked."""
    rows = Population.objects.select_related("cycle", "parent", "framework")
    found = get_object_or_404(rows, pk=population, framework__isnull=False)
    ask(permissions.may_in_population(request.user, found, Permission.ASSIGNMENT_EDIT))
    if request.method == "POST":
        return give(request, found)
    context = {
        "population": found,
        "name": name_of(found),
        "sharing": sharing_of(found),
        "open": policies.may_change_appraisal(found.stage),
    }
    return render(request, "scoring/appraisal/assignment.html", context)


def give(request: HttpRequest, population: Population) -> HttpResponse:
    """Give the ticked nodes to a body or to persons."""
    codes = request.POST.getlist("node")
    try:
        if request.POST.get("what") == "people":
            people = [
                int(each) for each in request.POST.getlist("person") if each.isascii() and each.isdigit()
            ]
            count = assign_people(population_id=population.pk, codes=codes, people=people, by=request.user)
        else:
            count = assign_body(
                population_id=population.pk,
                codes=codes,
                body=body_from(request.POST.get("body", "")),
                by=request.user,
            )
    except Refused as refused:
        return answer_refusal(request, refused, to=request.path)
    said = ngettext("Đã giao %(count)d mục.", "Đã giao %(count)d mục.", count) % {"count": count}
    messages.success(request, said if count else _("Không có gì thay đổi."))
    return redirect(request.path)


def body_from(posted: str) -> Any:
    """The chosen body: the council, following the node above, or a unit's id; an odd value is no unit."""
    if posted == COUNCIL:
        return None
    if posted == FOLLOW:
        return FOLLOW
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else 0
