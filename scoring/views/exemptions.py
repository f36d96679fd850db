"""What does not apply to which unit: the list of a population, a new grant, taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.models import Population
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from scoring import permissions, policies
from scoring.actions.exemptions import grant_exemption, revoke_exemption
from scoring.forms.appraisal import ExemptionForm, ReasonForm
from scoring.models import Assessment, Exemption
from scoring.queries.exemptions import choices_of, grants_of
from scoring.views.appraisal import name_of
from units.authorization import Permission


@require_http_methods(["GET", "POST"])
def exemptions(request: HttpRequest, population: int) -> HttpResponse:
    """The grants of a population; a POST makes a new one."""
    found = population_of(request, population)
    dossiers, nodes = choices_of(found)
    initial = {"dossier": request.GET.get("ho_so", ""), "code": request.GET.get("ma", "")}
    form = ExemptionForm(request.POST or None, initial=initial, dossiers=dossiers, nodes=nodes)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            grant = grant_exemption(
                assessment_id=data["dossier"], code=data["code"], reason=data["reason"], by=request.user
            )
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(
                request,
                _("Đã ghi: %(code)s không áp dụng cho %(unit)s.")
                % {"code": grant.node.code, "unit": grant.unit},
            )
            return redirect(request.path)
    context = {"population": found, "name": name_of(found), "form": form, "grants": grants_of(found)}
    context["open"] = policies.may_change_appraisal(found.stage)
    return render(
        request, "scoring/appraisal/exemptions.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, population: int, pk: int) -> HttpResponse:
    """Ask why, and take a grant back."""
    found = population_of(request, population)
    rows = Exemption.objects.filter(node__framework_id=found.framework_id).select_related("unit", "node")
    grant = get_object_or_404(rows, pk=pk)
    dossier = get_object_or_404(Assessment, population=found, unit_id=grant.unit_id)
    back = reverse("scoring:exemptions", args=[found.pk])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_exemption(
                assessment_id=dossier.pk, exemption_id=pk, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refused as refused:
            return answer_refusal(request, refused, to=back)
        messages.success(
            request, _("%(code)s lại áp dụng cho %(unit)s.") % {"code": grant.node.code, "unit": grant.unit}
        )
        return redirect(back)
    context = {"population": found, "name": name_of(found), "grant": grant, "form": form, "back": back}
    return render(
        request,
        "scoring/appraisal/exemption_end.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def population_of(request: HttpRequest, pk: int) -> Population:
    """An opened population whose grants this person may change, or 404."""
    rows = Population.objects.select_related("cycle", "parent", "framework")
    found = get_object_or_404(rows, pk=pk, framework__isnull=False)
    ask(permissions.may_in_population(request.user, found, Permission.EXEMPTION_GRANT))
    return found
