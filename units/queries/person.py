"""Everything held about one person, for the person or an inspection (data protection).

Found by walking the models, so that a table added later is not forgotten: every foreign key to the
account, every plain id of an account (columns without a foreign key, such as those of the log and of jobs),
the log about the account, and the tenures of the head the account belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q

from parindex import clock
from parindex.models import AuditEvent
from units.authorization import Role
from units.models import Tenure, User

#: Never handed out: a password's hash helps nobody but a thief.
SECRETS = {"password"}
#: Columns that hold the id of an account without a foreign key.
PLAIN_IDS = {"actor_id", "created_by_id"}


def everything_about(user: User) -> dict[str, Any]:
    """The account, its rows table by table, the log, the sessions, and tenures under the person's name."""
    return {
        "username": user.username,
        "exported_at": clock.now(),
        "account": _row(user),
        "rows": {label: rows for label, rows in _rows(user) if rows},
        "log_about_the_account": [_row(event) for event in _log_about(user)],
        "tenures_as_head": [_row(tenure) for tenure in _tenures(user)],
        "open_sessions": _sessions(user),
    }


def pointers(model: type[models.Model]) -> list[str]:
    """Names of the columns of a model that hold the id of an account."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if (field.is_relation and field.related_model is User) or field.name in PLAIN_IDS
    ]


def _rows(user: User) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model in apps.get_models(include_auto_created=True):
        columns = pointers(model)
        if columns and model is not User:
            asked = Q()
            for column in columns:
                asked |= Q(**{column: user.pk})
            found = model._base_manager.filter(asked).order_by("pk")
            yield model._meta.label, [_row(row) for row in found.iterator(chunk_size=500)]
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "username" in names and model is not User:
            found = model._base_manager.filter(username=user.username).order_by("pk")
            yield model._meta.label, [_row(row) for row in found]


def _log_about(user: User) -> models.QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(subject_type=User._meta.label_lower, subject_id=str(user.pk)).order_by(
        "pk"
    )


def _tenures(user: User) -> models.QuerySet[Tenure]:
    """Tenures in the units the person is head of here, under the person's own name."""
    units = user.role_assignments.filter(role=Role.HEAD).values("unit_id")
    return Tenure.objects.filter(unit_id__in=units, head__full_name=user.full_name).order_by("pk")


def _sessions(user: User) -> list[dict[str, Any]]:
    """When the open sessions end; their keys stay secret."""
    open_ones = Session.objects.filter(expire_date__gt=clock.now()).order_by("expire_date")
    return [
        {"expires_at": session.expire_date}
        for session in open_ones.iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]


def _row(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.name not in SECRETS
    }


def _plain(value: Any) -> Any:
    """Files by their name, bytes not at all."""
    if isinstance(value, bytes | memoryview):
        return None
    return getattr(value, "name", value) if not isinstance(value, str) else value
