"""Acts on a population: open, move, settle, set dates, compute. Each page says what it means before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from criteria.linter import lint
from criteria.models import Population
from parindex.decisions import Decision, Denied, Refused
from parindex.edge import answer_refusal, ask
from scoring import permissions, states
from scoring.actions import populations as actions
from scoring.actions.runs import request_run
from scoring.forms.populations import DatesForm, SettleForm, WhyForm
from scoring.models import Assessment
from scoring.queries.populations import units_of
from scoring.queries.runs import latest_run
from scoring.views.appraisal import name_of
from scoring.views.population_words import MEANINGS, board_url
from units.authorization import Permission

OWN_PAGES = frozenset({"open", "settle", "publish", "settle_from_files"})


def population_of(request: HttpRequest, pk: int, permission: str) -> Population:
    """The population, for whoever holds the permission on it; 404 for others."""
    found = get_object_or_404(Population.objects.select_related("cycle", "parent", "framework"), pk=pk)
    ask(permissions.may_in_population(request.user, found, Permission(permission)))
    return found


@require_http_methods(["GET", "POST"])
def open_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the self-assessment: what the linter says, then the button."""
    population = population_of(request, pk, states.STAGE_MOVES["open"].permission)
    refused = None
    if request.method == "POST":
        try:
            opening = actions.open_population(population=population, by=request.user)
        except Refused as found:
            refused = found.decision
        else:
            messages.success(request, _("Đã mở tự đánh giá cho %(n)d đơn vị.") % {"n": opening.added})
            for warning in opening.warnings:
                messages.warning(request, warning)
            return redirect(board_url(population))
    problems = lint(actions.framework_rows(population.framework)) if population.framework else []
    units = units_of(population).count()
    facts = [_("%(n)d đơn vị tham gia, có hiệu lực ngày %(day)s.") % {"n": units, "day": f"{population.reference_date:%d/%m/%Y}"}]
    warnings = [str(problem) for problem in problems]
    return page(request, population, "open", facts=facts, notes=warnings, refused=refused)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """One move of the stages; moves with their own page are not found here."""
    known = states.STAGE_MOVES.get(move)
    if known is None or move in OWN_PAGES:
        raise Http404("no such move")
    population = population_of(request, pk, known.permission)
    form = WhyForm(request.POST or None) if known.reason else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            actions.move_stage(population=population, move=move, by=request.user, reason=reason)
        except Refused as refused:
            return answer_refusal(request, refused, to=board_url(population))
        messages.success(request, _("Đã làm: %(move)s.") % {"move": known.label})
        return redirect(board_url(population))
    return page(request, population, move, facts=facts_before(population, move), form=form)


def facts_before(population: Population, move: str) -> list[str]:
    """What is still open and would be left behind by a move."""
    rows = Assessment.objects.filter(population=population)
    if move == "begin_appraisal" and (held := rows.filter(state__in=states.UNSUBMITTED).count()):
        return [_("%(n)d đơn vị chưa nộp hồ sơ.") % {"n": held}]
    if move == "convene" and (left := rows.exclude(state=states.State.CLOSED).count()):
        return [_("%(n)d hồ sơ chưa thẩm định xong.") % {"n": left}]
    return []


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle the latest run; what stands in the way is listed."""
    population = population_of(request, pk, states.STAGE_MOVES["settle"].permission)
    run = latest_run(population)
    refused: Decision | None = None
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            actions.settle(population=population, by=request.user, reason=reason)
        except Refused as found:
            refused = found.decision
        else:
            messages.success(request, _("Đã chốt kết quả. Bước tiếp theo là công bố theo quyết định."))
            return redirect(board_url(population))
    elif run is not None:
        refused = actions.settleable(population, run, ask_undecided=True)
    facts = [_("Lần tính %(n)d, %(units)d đơn vị.") % {"n": run.number, "units": run.results.count()}] if run else []
    if run is None and refused is None:
        refused = Denied(_("Chưa tính chỉ số lần nào. Tính chỉ số trước khi chốt."), code="stale")
    denied = refused if isinstance(refused, Denied) else None
    form = SettleForm(initial={"reason": reason}) if denied is not None and denied.code == "undecided" else None
    return page(request, population, "settle", facts=facts, refused=denied, form=form)


@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """The last moments of the stages."""
    population = population_of(request, pk, Permission.POPULATION_MANAGE)
    form = DatesForm(request.POST or None, population=population)
    if request.method == "POST" and form.is_valid():
        changed = form.changed(population)
        try:
            if changed:
                reason = form.cleaned_data["reason"]
                actions.set_dates(population=population, dates=changed, by=request.user, reason=reason)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Đã đặt lịch.") if changed else _("Lịch giữ nguyên."))
            return redirect(board_url(population))
    context = {"population": population, "name": name_of(population), "form": form, "back": board_url(population)}
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/population/dates.html", context, status=status)


@require_POST
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a worker to compute, and go to its progress."""
    population = population_of(request, pk, Permission.RUN_COMPUTE)
    if population.opened_at is None and not population.totals_only:
        messages.error(request, _("Đợt này chưa mở nên chưa có gì để tính."))
        return redirect(board_url(population))
    return redirect("work:job", pk=request_run(population=population, by=request.user).pk)


def page(
    request: HttpRequest,
    population: Population,
    move: str,
    *,
    facts: list[str],
    notes: list[str] | None = None,
    form: WhyForm | None = None,
    refused: Denied | None = None,
) -> HttpResponse:
    """The page that says what a move means and asks; 422 after a POST that was not taken."""
    known = states.STAGE_MOVES[move]
    context: dict[str, Any] = {
        "population": population,
        "name": name_of(population),
        "title": known.label,
        "meaning": MEANINGS[move],
        "facts": facts,
        "notes": notes or [],
        "form": form,
        "refused": refused,
        "possible": population.stage in known.sources,
        "back": board_url(population),
    }
    return render(request, "scoring/population/act.html", context, status=422 if request.method == "POST" else 200)
