"""The read-only window on the tables: every table, nobody but superusers, and nothing can be changed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.urls import reverse

from parindex.admin import site
from tests import build
from units.authorization import Role
from units.models import User

pytestmark = pytest.mark.django_db

OURS = ("parindex", "units", "criteria", "surveys", "scoring", "sanctions", "reports")
TABLES = [model for app in OURS for model in apps.get_app_config(app).get_models()]


def url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def superuser(client):
    person = User.objects.create_superuser("goc", "mat-khau-goc-2024")
    client.force_login(person)
    return person


def test_every_table_of_ours_and_no_other_has_its_window():
    assert set(site._registry) == set(TABLES)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_a_table_is_shown_and_never_changed(client, superuser, model):
    assert client.get(url(model, "changelist")).status_code == 200
    assert client.get(url(model, "add")).status_code == 403
    assert client.post(url(model, "add"), {}).status_code == 403
    window = site._registry[model]
    request = client.get(url(model, "changelist")).wsgi_request
    assert not window.has_change_permission(request)
    assert not window.has_delete_permission(request)
    assert window.get_actions(request) == {}


def test_a_row_is_shown_without_its_secret_and_refuses_a_post(client, superuser):
    person = build.user("an", password="bi-mat-2024")

    page = client.get(url(User, "change", person.pk))
    assert (page.status_code, "md5$" in page.content.decode()) == (200, False)

    assert client.post(url(User, "change", person.pk), {"full_name": "X"}).status_code == 403
    assert client.post(url(User, "delete", person.pk), {"post": "yes"}).status_code == 403
    person.refresh_from_db()
    assert person.full_name == ""


def test_rows_with_relations_are_listed(client, superuser):
    unit = build.unit()
    population = build.open_population(units=[unit])
    build.score(population.assessments.get(), "1.1.1", {"option": "Chậm"})

    for model in TABLES:
        assert client.get(url(model, "changelist")).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "administrator", "staff"])
def test_nobody_else_is_told_that_it_exists(client, who):
    person = build.user_with_role(Role.ADMINISTRATOR) if who == "administrator" else build.user("an")
    User.objects.filter(pk=person.pk).update(is_staff=who == "staff")
    client.force_login(person)

    for address in (reverse("admin:index"), url(User, "changelist")):
        response = client.get(address, follow=True)
        assert response.status_code == 404


def test_strangers_are_sent_to_the_one_log_in(client):
    response = client.get(reverse("admin:index"), follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("login"))
