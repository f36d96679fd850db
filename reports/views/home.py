"""The first page after log-in: what is open to this person, and what was said to them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from reports.navigation import rooms_of
from units.access import access_of
from units.authorization import Role
from units.models import Notice

#: How many notices stand on the page before "all of them".
MOST_NOTICES = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The rooms of the person's roles; a unit's own people go straight to their dossier."""
    access = access_of(request.user)
    roles = {role for role, _unit in access.roles}
    if roles and roles <= {Role.CLERK, Role.HEAD}:
        return redirect("scoring:home")
    unread = Notice.objects.filter(user=request.user, read_at__isnull=True)
    context = {"rooms": rooms_of(access), "notices": unread[:MOST_NOTICES], "has_role": bool(roles)}
    return render(request, "reports/work_home.html", context)
