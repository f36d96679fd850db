"""Reminding units that have not handed in: the ticked ones, those listed, or all of a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from criteria.models import Population
from criteria.stages import Stage
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from parindex.numbers import shown
from scoring import permissions
from scoring.actions.reminding import Reminded, remind
from scoring.queries.progress import populations_for
from scoring.views.population_words import board_url
from units.authorization import Permission

#: Names said in one sentence; the board shows the rest.
MOST_NAMES = 10


def may_remind(user: Any, population: Population) -> bool:
    """Whether the person may remind the units of a population."""
    return bool(permissions.may_in_population(user, population, Permission.REMINDER_SEND))


@require_POST
def remind_units(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind units of one population: those ticked (``ai`` "chon"), or every one that has not handed in."""
    found = get_object_or_404(Population.objects.select_related("cycle", "parent"), pk=pk)
    ask(permissions.may_in_population(request.user, found, Permission.REMINDER_SEND))
    back = board_url(found) + "#don-vi"
    everyone = request.POST.get("ai") == "tat-ca"
    ticked = [int(each) for each in request.POST.getlist("don_vi") if each.isdecimal() and len(each) < 10]
    if not everyone and not ticked:
        messages.error(request, _("Chọn ít nhất một đơn vị trong bảng rồi nhắc."))
        return redirect(back)
    try:
        done = remind(
            population_id=pk, by=request.user, unit_ids=None if everyone else ticked, note=request.POST.get("note", "")
        )
    except Refused as refused:
        return answer_refusal(request, refused, to=back)
    say(request, [done])
    return redirect(back)


@require_POST
def remind_year(request: HttpRequest) -> HttpResponse:
    """Remind every unit of a year that has not handed in, population by population."""
    mine = [each for each in populations_for(request.user) if may_remind(request.user, each)]
    if not mine:
        ask(permissions.HIDDEN)
    year = request.POST.get("nam", "")
    running = [each for each in mine if str(each.cycle.year) == year and each.stage == Stage.SELF_ASSESSMENT]
    done, refused = [], None
    for each in running:
        try:
            done.append(remind(population_id=each.pk, by=request.user, note=request.POST.get("note", "")))
        except Refused as found:
            refused = found
    back = reverse("scoring:populations") + (f"?nam={year}" if running else "")
    if not done and refused is not None:
        return answer_refusal(request, refused, to=back)
    if done:
        say(request, done)
    else:
        messages.error(request, _("Không có đợt nào đang tự đánh giá để nhắc."))
    return redirect(back)


def say(request: HttpRequest, done: Iterable[Reminded]) -> None:
    """What has been done, and by name who was left out and why."""
    listed = list(done)
    numbers = {
        "units": shown(sum(each.units for each in listed), 0),
        "people": shown(sum(each.people for each in listed), 0),
        "mails": shown(sum(each.mails for each in listed), 0),
    }
    messages.success(
        request, _("Đã nhắc %(units)s đơn vị: %(people)s người trên cổng, trong đó %(mails)s người qua thư.") % numbers
    )
    left_out = (
        (_("%(n)s đơn vị đã được nhắc trong 12 giờ qua nên không nhắc lại: %(names)s."), [n for each in listed for n in each.recent]),
        (_("%(n)s đơn vị chưa có tài khoản nên không nhắc được: %(names)s."), [n for each in listed for n in each.without_account]),
        (_("%(n)s đơn vị chỉ được nhắc trên cổng, không có ai nhận thư: %(names)s."), [n for each in listed for n in each.without_mail]),
    )
    for words, names in left_out:
        if names:
            messages.warning(request, words % {"n": shown(len(names), 0), "names": some(names)})


def some(names: list[str]) -> str:
    """The first names, then how many more there are."""
    rest = len(names) - MOST_NAMES
    said = ", ".join(names[:MOST_NAMES])
    return _("%(names)s và %(rest)d đơn vị khác") % {"names": said, "rest": rest} if rest > 0 else said
