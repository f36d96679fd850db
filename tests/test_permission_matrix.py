"""Every address × every kind of person × own or somebody else's thing × GET and POST, against one table.

The addresses come from the resolver: one that is missing from ``tests/matrix/table.py`` fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from parindex.models import AuditEvent
from tests.matrix.addresses import ADMIN, addresses
from tests.matrix.http import faults
from tests.matrix.lines import Line, lines
from tests.matrix.world import PEOPLE, World
from units.authorization import Role

LINES = lines()
METHODS = ("GET", "POST")
#: Answers after which nothing may have been written.
REFUSALS = {"404", "403", "405", "login", "said", "422"}
#: Open to people without an account; whatever else answers them with a page is a leak.
OPEN_SPACES = ("public:",)
OPEN = {"healthz", "readyz", "login", "logout", "english"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The province of the matrix, built once; every cell is undone, and in the end the whole."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.clients = {person: signed_in(made, person) for person in PEOPLE}
        made.cookies = {person: client.cookies.copy() for person, client in made.clients.items()}
        yield made
        transaction.set_rollback(True)


def signed_in(world: World, person: str) -> Client:
    """A browser of a person; that of strangers has no session."""
    client = Client(raise_request_exception=True)
    if person in world.people:
        client.force_login(world.people[person])
    return client


def answer(response: Any) -> str:
    """A response in the words of the table."""
    if response.status_code in (301, 302):
        if response["Location"].startswith(reverse("login")):
            return "login"
        refused = any(message.level == ERROR for message in get_messages(response.wsgi_request))
        return "said" if refused else "302"
    return str(response.status_code)


def visit(world: World, person: str, method: str, url: str) -> Any:
    """What a person gets at an address. What an earlier visit left in the browser is gone."""
    client = world.clients[person]
    client.cookies = world.cookies[person].copy()
    response = client.post(url, {}) if method == "POST" else client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, so that the client closes it
    return response


def ask(world: World, line: Line, person: str, relation: str, problems: list[str]) -> str:
    """One cell: ask, note what is wrong beside the status, undo everything."""
    with translation.override(settings.LANGUAGE_CODE):  # a request to /en/ leaves its language in this thread
        url = reverse(line.name, args=world.arguments(line.kind, person, relation))
    with transaction.atomic():
        world.move_to(line.state)
        before = AuditEvent.objects.count()
        response = visit(world, person, line.method, url)
        found = answer(response)
        if found in REFUSALS and AuditEvent.objects.count() != before:
            problems.append(
                f"{person} was refused at {line.method} {url} ({found}), yet something was logged as done"
            )
        problems += [
            f"{person} {line.method} {url}: {fault}"
            for fault in faults(response, logged_in=person != "anonymous")
        ]
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_table_says(world, line):
    problems: list[str] = []
    cells = []
    for person in PEOPLE:
        own = ask(world, line, person, "own", problems)
        same = world.arguments(line.kind, person, "own") == world.arguments(line.kind, person, "other")
        other = own if same else ask(world, line, person, "other", problems)
        cells.append(own if own == other else f"{own}/{other}")
    found = replace(line, cells=tuple(cells))
    assert problems == []
    assert found.written() == line.written(), f"found:\n{found.written()}"


# --- Nothing is missing ----------------------------------------------------------------------------


def test_every_address_is_in_the_table_with_both_methods():
    listed = {(line.name, line.method) for line in LINES}
    known = {(name, method) for name in addresses() if not name.startswith(ADMIN) for method in METHODS}
    assert sorted(known - listed) == []
    assert sorted(listed - known) == []


def test_no_line_stands_twice():
    seen = [str(line) for line in LINES]
    assert sorted({key for key in seen if seen.count(key) > 1}) == []


def test_every_role_has_its_column(world):
    roles = {
        assignment.role for person in world.people.values() for assignment in person.role_assignments.all()
    }
    assert roles == set(Role.values)


def test_the_table_lets_strangers_in_only_where_they_belong():
    wrong = [
        line.written()
        for line in LINES
        if not line.name.startswith(OPEN_SPACES)
        and line.name not in OPEN
        and set(line.expected("anonymous")) - {"login"}
    ]
    assert wrong == []


def test_the_table_gives_nothing_to_an_account_without_a_role():
    """Only what is the person's own: the account, the notices, the jobs, the first page."""
    own = {"work:home", "work:jobs", "work:job", "work:job_progress", "work:job_again", "component_gallery"}
    own |= {"password_change", "password_change_done", "units:me", "units:end_other_sessions"}
    own |= {"units:notices", "units:notices_read", "units:notice_read", "units:notice_ways", "units:own_email"}
    got = {
        line.name
        for line in LINES
        if not line.name.startswith(OPEN_SPACES)
        and line.name not in OPEN | own
        and set(line.expected("no_role")) - {"404", "405"}
    }
    assert got - NOTHING_THERE == set()


#: Pages that say "nothing waits for you here" to whoever asks, and hold nothing.
NOTHING_THERE = {"scoring:home"}


def test_a_view_is_public_only_in_public_places():
    """Default deny: the mark that opens a view stands on public pages, health and the log-in alone."""
    marked = {
        name
        for name, found in addresses().items()
        if any(not getattr(address.view, "login_required", True) for address in found)
    }
    assert {name for name in marked if not name.startswith((*OPEN_SPACES, ADMIN))} <= OPEN
    assert {name for name in marked if name.startswith(ADMIN)} <= {"admin:login", "admin:jsi18n"}
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_the_window_on_the_tables_is_shut_to_everybody(world, method):
    """Whoever is no superuser is sent to the log-in of the window, which is 404 for people with an account."""
    wrong = []
    names = sorted(name for name in addresses() if name.startswith(ADMIN) and "(no name" not in name)
    for name in names:
        url = admin_url(name)
        for person in ("anonymous", "clerk", "admin", "auditor"):
            response = visit(world, person, method, url)
            if not shut(response, person, world):
                wrong.append(f"{person} {method} {url}: {response.status_code}")
    assert len(names) > 40
    assert wrong == []


def shut(response: Any, person: str, world: World) -> bool:
    """Whether a response of the window gives nothing away."""
    while response.status_code in (301, 302):
        target = response["Location"]
        if target.startswith((reverse("login"), reverse("password_change"))):
            return True
        response = world.clients[person].get(target)
    return response.status_code in (403, 404, 405)


def admin_url(name: str) -> str:
    """An address of the window for row 1, whatever its arguments are called."""
    for args in ([], ["1"], ["units"], ["1", "1"]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no arguments fit {name}")
