"""The page on which an administrator gives everybody more time after the portal was down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.models import Population
from parindex import heartbeat
from parindex.decisions import Refused
from parindex.edge import ask, sentence
from parindex.templatetags.numbers import vndatetime
from scoring import permissions
from scoring.actions.outages import record_outage
from scoring.forms.outages import OutageForm, typed
from scoring.queries.outages import concerned, open_populations, outages
from scoring.views.appraisal import name_of


@require_http_methods(["GET", "POST"])
def outage(request: HttpRequest) -> HttpResponse:
    """Outages so far, and a form for one more that begins with the last silence the portal noticed itself."""
    ask(permissions.may_record_outage(request.user))
    waiting = open_populations()
    form = form_of(request, waiting)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["populations"]
        try:
            made, new = record_outage(breakdown=form.breakdown(), population_ids=chosen, by=request.user)
        except Refused as refused:
            form.add_error(None, sentence(refused.decision))
        else:
            words = _("Đã dời hạn nộp đến %(when)s và báo cho các đơn vị.") if new else _("Sự cố này đã được ghi, hạn nộp là %(when)s.")
            messages.success(request, words % {"when": vndatetime(made.until)})
            return redirect("scoring:outage")
    context = {"form": form, "gaps": heartbeat.gaps()[:5], "outages": shown(), "waiting": waiting}
    return render(request, "scoring/outage.html", context, status=422 if request.method == "POST" else 200)


def form_of(request: HttpRequest, waiting: list[Population]) -> OutageForm:
    """The form; empty, it proposes the last silence and the populations whose deadline it spoiled."""
    choices = [(each.pk, choice_of(each)) for each in waiting]
    if request.method == "POST":
        return OutageForm(request.POST, choices=choices)
    gaps = heartbeat.gaps()
    initial: dict[str, Any] = {"populations": [each.pk for each in waiting]}
    if gaps:
        initial |= {"began_at": typed(gaps[0].began), "ended_at": typed(gaps[0].ended)}
        initial["populations"] = concerned(waiting, gaps[0].began, gaps[0].ended) or initial["populations"]
    return OutageForm(initial=initial, choices=choices)


def choice_of(population: Population) -> str:
    """A population with its present deadline."""
    when = vndatetime(population.self_assessment_ends_at)
    return _("%(name)s, hạn hiện nay %(when)s") % {"name": name_of(population), "when": when}


def shown() -> list[tuple[Any, list[str]]]:
    """Each outage with the names of the populations it moved."""
    return [(each, [name_of(row.population) for row in each.extensions.all()]) for each in outages()]
