"""Accounts and roles, for the administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from parindex import clock
from parindex.decisions import Refused
from parindex.edge import answer_refusal, ask
from units import actions, permissions
from units.forms.accounts import AccountForm, AccountsForm, EndRoleForm, NewAccountForm, RoleForm
from units.models import RoleAssignment, User
from units.queries import accounts as queries
from units.queries.units import units_of_day


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The list of accounts with their roles of today."""
    ask(permissions.may_edit_accounts(request.user))
    form = AccountsForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data  # of a faulty question the parts that can be read
    found = queries.accounts(
        clock.today(),
        search=asked.get("q", ""),
        role=asked.get("vai_tro", ""),
        state=asked.get("tinh_trang", ""),
        page=request.GET.get("trang", 1),
    )
    return render(request, "units/accounts.html", {"form": form, "found": found})


@never_cache
def account_add(request: HttpRequest) -> HttpResponse:
    """Make an account; the answer shows its one-time password, this once."""
    ask(permissions.may_edit_accounts(request.user))
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.create_account(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("username" if refused.code == "username" else None, refused.reason)
        else:
            return render(
                request, "units/password_once.html", {"person": user, "password": password, "new": True}
            )
    return render(request, "units/account_form.html", {"form": form})


@require_GET
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: the person, roles of all times, what may be done."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    context = {
        "person": person,
        "roles": queries.roles_of(person),
        "today": clock.today(),
        "own": person.pk == request.user.pk,
    }
    return render(request, "units/account.html", context)


def account_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known about the person."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    initial = {name: getattr(person, name) for name in AccountForm.base_fields}
    form = AccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_account(user_id=person.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("Đã sửa thông tin tài khoản."))
        return redirect("units:account", person.pk)
    return render(request, "units/account_form.html", {"form": form, "person": person})


@require_POST
@never_cache
def password_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a new one-time password and show it, this once."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    try:
        person, password = actions.reset_password(user_id=person.pk, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=_page(person))
    return render(request, "units/password_once.html", {"person": person, "password": password, "new": False})


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    try:
        actions.deactivate_account(user_id=person.pk, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to=_page(person))
    messages.success(request, _("Đã ngừng tài khoản %(name)s.") % {"name": person.username})
    return redirect("units:account", person.pk)


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    actions.activate_account(user_id=person.pk, by=request.user)
    messages.success(request, _("Đã mở lại tài khoản %(name)s.") % {"name": person.username})
    return redirect("units:account", person.pk)


def role_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    ask(permissions.may_edit_accounts(request.user))
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST or None, initial={"valid_from": clock.today()}, units=_choices())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.grant_role(
                user_id=person.pk,
                role=given["role"],
                unit_id=int(given["unit"]) if given["unit"] else None,
                valid_from=given["valid_from"],
                valid_to=given["valid_to"],
                by=request.user,
            )
        except Refused as refused:
            form.add_error("unit" if refused.code == "unit" else None, refused.reason)
        else:
            messages.success(request, _("Đã giao vai trò."))
            return redirect("units:account", person.pk)
    return render(request, "units/role_form.html", {"form": form, "person": person})


def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role after a day."""
    ask(permissions.may_edit_accounts(request.user))
    role = get_object_or_404(RoleAssignment.objects.select_related("user", "unit"), pk=pk)
    form = EndRoleForm(request.POST or None, initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_role(assignment_id=role.pk, last_day=form.cleaned_data["last_day"], by=request.user)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _("Đã ghi ngày kết thúc vai trò."))
            return redirect("units:account", role.user_id)
    return render(request, "units/role_end.html", {"form": form, "role": role, "person": role.user})


def _page(person: User) -> str:
    return reverse("units:account", args=[person.pk])


def _choices() -> list:
    """Units of today, grouped by level."""
    return [(level.label, group) for level, group in units_of_day(clock.today()).groups]
