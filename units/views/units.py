"""The units of a day, the history of one unit, and its heads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parindex import clock
from parindex.decisions import Refused
from parindex.edge import ask
from units import actions, permissions
from units.forms.units import TenureChangeForm, TenureForm, UnitsForm
from units.models import Level, Tenure, Unit
from units.queries import units as queries


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The units of a day by level, searched without accents."""
    ask(permissions.may_view_units(request.user))
    form = UnitsForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data  # of a faulty question the parts that can be read
    day = asked.get("ngay") or clock.today()
    found = queries.units_of_day(
        day, level=asked.get("cap", ""), search=asked.get("q", ""), district=asked.get("huyen")
    )
    form.offer_districts(found.districts)
    context = {"form": form, "found": found, "day": day, "asked": asked, "today": clock.today()}
    context["tabs"] = _tabs(request, found, asked.get("cap", ""))
    context["pills"] = _pills(request, day, queries.days_of_change())
    return render(request, "units/units.html", context)


@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: where it came from, what became of it, and, for those who may know, its heads."""
    ask(permissions.may_view_units(request.user))
    found = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    with_heads = bool(permissions.may_view_heads(request.user, found))
    context = {
        "unit": found,
        "history": queries.history(found, with_heads=with_heads),
        "may_edit": bool(permissions.may_edit_units(request.user)),
        "valid_today": found.valid_on(clock.today()),
    }
    return render(request, "units/unit.html", context)


def tenure_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a head of the unit."""
    ask(permissions.may_edit_units(request.user))
    found = get_object_or_404(Unit, pk=pk)
    form = TenureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_tenure(unit_id=found.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Đã ghi người đứng đầu."))
            return redirect(found)
    return render(request, "units/tenure.html", {"unit": found, "form": form})


def tenure_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct title, acting or last day of a tenure."""
    ask(permissions.may_edit_units(request.user))
    tenure = get_object_or_404(Tenure.objects.select_related("unit", "head"), pk=pk)
    initial = {"title": tenure.title, "acting": tenure.acting, "to_date": tenure.to_date}
    form = TenureChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_tenure(tenure_id=tenure.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Đã sửa nhiệm kỳ."))
            return redirect(tenure.unit)
    return render(request, "units/tenure.html", {"unit": tenure.unit, "tenure": tenure, "form": form})


def _query(request: HttpRequest, **changes: str) -> str:
    """The address of this page with other parameters; an empty value drops one."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _tabs(request: HttpRequest, found: queries.UnitsOfDay, level: str) -> list[dict[str, object]]:
    tabs = [
        {"label": _("Tất cả"), "url": _query(request, cap=""), "current": not level, "count": found.total}
    ]
    for each in queries.LEVELS:
        url = _query(
            request, cap=each.value, huyen="" if each != Level.COMMUNE else request.GET.get("huyen", "")
        )
        label = each.label[:1].upper() + each.label[1:]
        tabs.append({"label": label, "url": url, "current": level == each, "count": found.counts[each.value]})
    return tabs


def _pills(request: HttpRequest, day: object, days: list) -> list[dict[str, object]]:
    """Today, and the days on which the list changed."""
    today = clock.today()
    pills = [{"label": _("Hôm nay"), "url": _query(request, ngay="", huyen=""), "current": day == today}]
    for each in reversed(days):
        url = _query(request, ngay=each.strftime("%d/%m/%Y"), huyen="")
        pills.append({"label": each.strftime("%d/%m/%Y"), "url": url, "current": day == each})
    return pills
