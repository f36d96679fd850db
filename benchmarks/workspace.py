"""A clerk at work over HTTP: the whole road of a request, from the session to the rendered answer."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from criteria.models import Node
from parindex import canonical
from scoring.models import Assessment, Score
from units.authorization import Role
from units.models import RoleAssignment, Unit, User


def clerk_of(unit: Unit) -> Client:
    """A browser in which a clerk of the unit is logged in."""
    user = User.objects.create_user(f"clerk-{unit.code}".lower(), None)
    RoleAssignment.objects.create(user=user, role=Role.CLERK, unit=unit, valid_from=date(2010, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def choices(assessment: Assessment) -> dict[str, list[str]]:
    """The labels of every component that a unit answers by choosing: code → labels."""
    nodes = Node.objects.filter(
        framework_id=assessment.population.framework_id, is_leaf=True, rule_kind="discrete"
    )
    found = {}
    for node in nodes.order_by("position"):
        params = canonical.loads(node.rule_params)
        if params.get("scored_by") != "appraiser":
            found[node.code] = [option["label"] for option in params["options"]]
    return {code: labels for code, labels in found.items() if len(labels) > 1}


def save(client: Client, assessment: Assessment, code: str, *, version: int, option: str) -> HttpResponse:
    """Save one component as the page does while a person types; anything but success stops the measurement."""
    address = reverse("scoring:component", args=[assessment.pk, code])
    answer = client.post(address, {"version": version, "option": option}, headers={"X-Autosave": "1"})
    if answer.status_code != 200:
        raise RuntimeError(f"saving {code} answered {answer.status_code}")
    return answer


def version_of(assessment: Assessment, code: str) -> int:
    """The stored version of a component; 0 when nothing is stored."""
    return (
        Score.objects.filter(assessment=assessment, node__code=code).values_list("version", flat=True).first()
        or 0
    )


def queries_of(client: Client, address: str) -> tuple[int, HttpResponse]:
    """Statements a page costs, ``BEGIN`` and ``COMMIT`` included, and its answer."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return len(caught), answer
