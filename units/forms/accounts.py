"""Forms of the administrator: accounts and their roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from units.authorization import UNIT_ROLES, Role
from units.forms.fields import DayField, LineField
from units.models import Unit


class AccountsForm(forms.Form):
    """Which accounts: name, role, state."""

    q = LineField(label=_("Tìm theo họ tên hoặc tên đăng nhập"), required=False, max_length=100)
    vai_tro = forms.ChoiceField(
        label=_("Vai trò"), required=False, choices=[("", _("Tất cả")), *Role.choices]
    )
    tinh_trang = forms.ChoiceField(
        label=_("Tình trạng"),
        required=False,
        choices=[("", _("Tất cả")), ("active", _("Đang dùng")), ("closed", _("Đã ngừng"))],
    )


class AccountForm(forms.Form):
    """What is known about a person with an account."""

    full_name = LineField(label=_("Họ và tên"), max_length=120)
    title = LineField(label=_("Chức vụ"), max_length=120, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), required=False)
    phone = LineField(label=_("Điện thoại"), max_length=30, required=False)


class NewAccountForm(AccountForm):
    """A new account: the user name stays for good."""

    username = LineField(
        label=_("Tên đăng nhập"),
        max_length=150,
        help_text=_("Chữ không dấu, số, dấu chấm, gạch ngang; không đổi được về sau. Ví dụ: sgtvt.huong"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ["full_name", "username", "title", "email", "phone"]


class RoleForm(forms.Form):
    """A role, the body where it needs one, and its days."""

    role = forms.ChoiceField(label=_("Vai trò"), choices=[("", _("Chọn vai trò")), *Role.choices])
    unit = forms.ChoiceField(
        label=_("Đơn vị"),
        required=False,
        help_text=_("Chỉ cho cán bộ đơn vị, người đứng đầu và người thẩm định; vai trò khác để trống."),
    )
    valid_from = DayField(label=_("Từ ngày"))
    valid_to = DayField(
        label=_("Đến hết ngày"), required=False, help_text=_("Để trống khi chưa định ngày thôi.")
    )

    def __init__(self, *args: Any, units: list[tuple[str, list[Unit]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.choices = [
            ("", _("Không gắn với đơn vị")),
            *[(label, [(str(unit.pk), unit.name) for unit in group]) for label, group in units],
        ]

    def clean(self) -> dict[str, Any]:
        """A unit role names its unit."""
        cleaned = super().clean() or {}
        if cleaned.get("role") in UNIT_ROLES and not cleaned.get("unit"):
            self.add_error("unit", _("Chọn đơn vị cho vai trò này."))
        return cleaned


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_day = DayField(
        label=_("Ngày cuối cùng còn vai trò"),
        help_text=_("Chọn hôm qua để dừng ngay; chọn hôm nay để dừng từ ngày mai."),
    )
