"""The read-only window on the tables, for superusers alone.

Everything that carries a number, a state, a decision, a publication or audit changes through actions,
which check permissions and write the log. So nothing at all can be added, changed or deleted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from parindex.models import AuditEvent, Installation, Job

#: Columns of a list; long texts and secrets are left out.
MOST_COLUMNS = 8
#: Never shown, not even here.
SECRETS = {"password"}


class WindowSite(admin.AdminSite):
    """Django's admin for superusers; whoever else asks is told there is nothing here."""

    site_header = _("Cửa sổ dữ liệu (chỉ đọc)")
    site_title = site_header
    index_title = _("Các bảng")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers only; the flag ``is_staff`` alone opens nothing."""
        return request.user.is_active and request.user.is_superuser

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """People log in where everybody does."""
        if request.user.is_authenticated:
            raise Http404
        return redirect("login")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """People change passwords where everybody does."""
        return redirect("password_change")


site = WindowSite(name="admin")


class ReadOnlyAdmin(admin.ModelAdmin):
    """All fields of a table to look at, none to change."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        fields = [field for field in model._meta.concrete_fields if field.name not in SECRETS]
        short = [field.name for field in fields if not isinstance(field, models.TextField)]
        self.list_display = short[:MOST_COLUMNS]
        self.list_select_related = [
            field.name for field in fields if field.name in self.list_display and field.is_relation
        ]
        self.fields = [field.name for field in fields]
        self.readonly_fields = self.fields
        self.ordering = self.ordering or ["-pk"]
        super().__init__(model, admin_site)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


def show(tables: Iterable[type[models.Model]]) -> None:
    """Register tables with the read-only window."""
    site.register(tables, ReadOnlyAdmin)


show([AuditEvent, Installation, Job])
