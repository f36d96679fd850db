"""Log in, log out, choose a password, and the pause after too many wrong tries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from parindex import clock
from units import actions
from units.forms.session import LoginForm, OwnPasswordForm
from units.queries import accounts as queries
from units.queries.notices import unread_notices

login = views.LoginView.as_view(authentication_form=LoginForm)
logout = views.LogoutView.as_view(http_method_names=["post", "options"])


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The answer of ``axes`` to a paused account: for how long, and what to do meanwhile."""
    minutes = settings.AXES_COOLOFF_TIME.seconds // 60
    return render(request, "registration/locked.html", {"minutes": minutes}, status=429)


@sensitive_post_parameters()
@never_cache
def password_change(request: HttpRequest) -> HttpResponse:
    """Choose a password; the session goes on, every other session of the account ends."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_own_password(user=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        return redirect("password_change_done")
    return render(request, "registration/password_change_form.html", {"form": form})


@require_GET
def password_change_done(request: HttpRequest) -> HttpResponse:
    """Say that the new password counts from now on."""
    return render(request, "registration/password_change_done.html")


@require_GET
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """My account: who I am here, my roles, when this session ends."""
    context = {
        "roles": queries.roles_of(request.user),
        "today": clock.today(),
        "session_ends": request.session.get_expiry_date(),
        "unread": unread_notices(request.user),
    }
    return render(request, "units/me.html", context)


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Log out everywhere else."""
    count = actions.end_other_sessions(user=request.user, keep=request.session.session_key)
    words = ngettext("Đã thoát %(count)d phiên ở nơi khác.", "Đã thoát %(count)d phiên ở nơi khác.", count)
    if count:
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("Tài khoản này không đăng nhập ở nơi nào khác."))
    return redirect("units:me")
