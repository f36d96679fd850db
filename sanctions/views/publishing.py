"""Publishing a settled result: what will be public, then the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.models import Population
from criteria.stages import Stage
from parindex.decisions import Refused
from parindex.edge import ask
from sanctions.actions import Published
from sanctions.actions import publish as publish_result
from sanctions.forms import PublishForm
from scoring import permissions, states
from scoring.queries.results import AtHand, at_hand, ranking_of_runs
from scoring.views.appraisal import name_of
from scoring.views.population_words import board_url
from units.authorization import Permission

#: So many rows of the ranking stand in the preview.
PREVIEW = 10


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be public, the decision, and the publication itself on POST."""
    population = get_object_or_404(Population.objects.select_related("cycle", "parent"), pk=pk)
    ask(permissions.may_in_population(request.user, population, Permission(states.STAGE_MOVES["publish"].permission)))
    at = at_hand([population])[0]
    version = at.publication.version + 1 if at.publication else 1
    form = PublishForm(request.POST or None, version=version, year=population.cycle.year)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            done = publish_result(population=population, by=request.user, **form.cleaned_data)
        except Refused as found:
            refused = found.decision
        else:
            say(request, done)
            return redirect(board_url(population))
    context = {"form": form, "refused": refused, **preview(population, at, version)}
    return render(request, "sanctions/publish.html", context, status=422 if request.method == "POST" else 200)


def say(request: HttpRequest, done: Published) -> None:
    """What was published, and which later publications are now in doubt."""
    made = done.publication
    messages.success(
        request,
        _("Đã công bố lần %(n)d theo %(decision)s.") % {"n": made.version, "decision": made.decision_number},
    )
    for effect in done.affected:
        later = effect.affected.population
        messages.warning(
            request,
            _("Kết quả đã công bố năm %(year)d sẽ khác ở %(changes)d đơn vị về thay đổi, %(outcomes)d đơn vị về đề nghị; cần đính chính.")
            % {"year": later.cycle.year, "changes": effect.changes, "outcomes": effect.outcomes},
        )


def preview(population: Population, at: AtHand, version: int) -> dict[str, Any]:
    """What the page shows before the decision: the first rows, and how many units there are."""
    rows = ranking_of_runs([at])
    return {
        "population": population,
        "name": name_of(population),
        "at": at,
        "version": version,
        "rows": rows[:PREVIEW],
        "total": len(rows),
        "incomplete": sum(not row.result.complete for row in rows),
        "possible": population.stage == Stage.SETTLED,
        "back": board_url(population),
    }
