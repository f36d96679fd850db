"""Who is told when a dossier or a stage moves. Called inside the transaction of the act; mail goes after it.

Told are the clerks and heads of the unit with a role valid that day. What an act costs here is a fixed
number of statements, however many units it concerns; saving a component tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from criteria.models import Population
from criteria.stages import Stage
from parindex import clock
from scoring import reminding
from scoring.models import Assessment
from scoring.policies import shown_moment
from scoring.queries.dossiers import sheet_of
from scoring.states import UNSUBMITTED
from units.actions import Letter, notify_each
from units.authorization import Role
from units.models import Unit, User
from units.queries.people import people_of

CLERK_AND_HEAD = (Role.CLERK, Role.HEAD)

#: Move of a dossier → kind of notice, and who of the unit is told.
MOVES: dict[str, tuple[str, tuple[Role, ...]]] = {
    "propose": ("proposed", (Role.HEAD,)),
    "send_back": ("sent_back", (Role.CLERK,)),
    "submit": ("submitted", CLERK_AND_HEAD),
    "return": ("returned", CLERK_AND_HEAD),
    "close_unsubmitted": ("closed_unsubmitted", CLERK_AND_HEAD),
}


def tell_of_move(assessment: Assessment, move: str, *, by: Any, at: datetime, reason: str = "") -> int:
    """Tell the unit's people of a move; who made it is told only of the submission, as its receipt."""
    if move not in MOVES:
        return 0
    kind, roles = MOVES[move]
    deadline = reminding.deadline_of(sheet_of(assessment))
    values = {"nguoi_lam": _name(by), "ly_do": reason, "luc": shown_moment(at), **_deadline_values(deadline, at)}
    return _tell([assessment], kind, {assessment.pk: values}, roles=roles, at=at, leave_out=None if move == "submit" else by)


def tell_of_extension(assessment: Assessment, *, by: Any, at: datetime, reason: str) -> int:
    """Tell the unit's people of their own later deadline."""
    values = {"nguoi_lam": _name(by), "ly_do": reason, **_deadline_values(assessment.extended_until, at)}
    return _tell([assessment], "extended", {assessment.pk: values}, at=at)


def tell_of_opening(population: Population, *, at: datetime) -> int:
    """Tell every unit of a population that its self-assessment has begun; each person once, however often it is opened."""
    return _tell_of_stage(population, population.self_assessment_ends_at, at)


def tell_of_stage(population: Population, move: str, *, by: Any, at: datetime, reason: str = "") -> int:
    """Tell the units of a move of their population that asks something of them."""
    if move == "open_explanation":
        return _tell_of_stage(population, population.explanation_ends_at, at)
    if move == "extend_self_assessment":
        return tell_of_new_deadline(population, by=by, at=at, reason=reason)
    return 0


def _tell_of_stage(population: Population, deadline: datetime | None, at: datetime) -> int:
    dossiers = list(Assessment.objects.filter(population=population).select_related("unit").order_by("pk"))
    values = {"buoc": str(Stage(population.stage).label), **_deadline_values(deadline, at)}
    key = f"stage:{population.pk}:{population.stage}"
    return _tell(dossiers, "stage_opens", {each.pk: values for each in dossiers}, at=at, key=key, year=population.cycle.year)


def tell_of_new_deadline(
    population: Population, *, by: Any, at: datetime, reason: str, kind: str = "extended"
) -> int:
    """Tell the units that have not handed in of a later deadline for all; ``kind`` is "outage" when the portal was down."""
    waiting = Assessment.objects.filter(population=population, state__in=sorted(UNSUBMITTED))
    dossiers = list(waiting.select_related("unit").order_by("pk"))
    values = {}
    for each in dossiers:
        each.population = population
        deadline = reminding.deadline_of(sheet_of(each))
        values[each.pk] = {"nguoi_lam": _name(by), "ly_do": reason, **_deadline_values(deadline, at)}
    return _tell(dossiers, kind, values, at=at, year=population.cycle.year)


def tell_of_refused_upload(unit: Unit, *, name: str, reason: str, at: datetime, uploader: User | None, year: int) -> int:
    """Tell whoever uploaded a file, or the unit's clerks, that the antivirus refused it."""
    users = [uploader] if uploader is not None else people_of([unit.pk], (Role.CLERK,), clock.today(at))[unit.pk]
    values = {"don_vi": unit.name, "nam": str(year), "tep": name, "ly_do": reason}
    url = reverse("scoring:documents", args=[unit.pk])
    return notify_each([Letter(user, values, url) for user in users], kind="upload_refused", now=at)


def remind_of_deadline(dossiers: list[Assessment], kind: str, *, at: datetime) -> int:
    """Remind the people of units that have not handed in, once for each deadline and kind."""
    values, keys = {}, {}
    for each in dossiers:
        deadline = reminding.deadline_of(sheet_of(each))
        if deadline is not None:
            values[each.pk] = _deadline_values(deadline, at)
            keys[each.pk] = reminding.notice_key(each.population_id, each.unit_id, deadline, kind)
    return _tell([each for each in dossiers if each.pk in values], kind, values, at=at, keys=keys)


def remind_by_hand(dossiers: list[Assessment], *, by: Any, at: datetime, note: str) -> int:
    """The reminder of Sở Nội vụ to units that have not handed in."""
    values = {
        each.pk: {"nguoi_lam": _name(by), "ly_do": note, **_deadline_values(reminding.deadline_of(sheet_of(each)), at)}
        for each in dossiers
    }
    return _tell(dossiers, "reminder", values, at=at)


def _tell(
    dossiers: Iterable[Assessment],
    kind: str,
    values: dict[int, dict[str, str]],
    *,
    at: datetime,
    roles: tuple[Role, ...] = CLERK_AND_HEAD,
    leave_out: Any = None,
    key: str = "",
    keys: dict[int, str] | None = None,
    year: int | None = None,
) -> int:
    """One letter to each person of each dossier's unit; ``values`` and ``keys`` by dossier id."""
    listed = list(dossiers)
    people = people_of([each.unit_id for each in listed], roles, clock.today(at))
    letters = []
    for each in listed:
        common = {"don_vi": each.unit.name, "nam": str(year or each.population.cycle.year)}
        once = (keys or {}).get(each.pk) or (f"{key}:{each.unit_id}" if key else "")
        letters += [
            Letter(user, {**common, **values[each.pk]}, reverse("scoring:dossier", args=[each.pk]), once)
            for user in people[each.unit_id]
            if leave_out is None or user.pk != leave_out.pk
        ]
    return notify_each(letters, kind=kind, now=at)


def _deadline_values(deadline: datetime | None, at: datetime) -> dict[str, str]:
    if deadline is None:
        return {}
    return {"han_nop": shown_moment(deadline), "con_lai": reminding.left_words(at, deadline)}


def _name(by: Any) -> str:
    return by.get_full_name() if by is not None else ""
