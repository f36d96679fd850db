"""The question of the page of units, and one tenure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from units.forms.fields import DayField, LineField
from units.models import Level, Unit


class UnitsForm(forms.Form):
    """Which units: name, day, district. The names of the parameters are those of the address."""

    q = LineField(label=_("Tìm theo tên hoặc mã"), required=False, max_length=100)
    ngay = DayField(label=_("Ngày"), required=False)
    huyen = forms.IntegerField(label=_("Huyện, thành phố"), required=False, widget=forms.Select)
    cap = forms.ChoiceField(
        label=_("Cấp"), required=False, choices=[("", ""), *Level.choices], widget=forms.HiddenInput
    )

    def offer_districts(self, districts: list[Unit]) -> None:
        """Choose among the districts of the day (they are known only after the day is read)."""
        widget: Any = self.fields["huyen"].widget
        widget.choices = [("", _("Tất cả")), *[(str(unit.pk), unit.name) for unit in districts]]


class TenureForm(forms.Form):
    """A head of a unit and their days."""

    full_name = LineField(label=_("Họ và tên"), max_length=120)
    title = LineField(label=_("Chức vụ"), max_length=120, required=False)
    acting = forms.BooleanField(label=_("Phụ trách hoặc quyền, chưa bổ nhiệm chính thức"), required=False)
    from_date = DayField(label=_("Từ ngày"))
    to_date = DayField(label=_("Đến hết ngày"), required=False, help_text=_("Để trống khi còn giữ chức."))
    person_code = LineField(
        label=_("Mã người"),
        max_length=40,
        required=False,
        help_text=_("Chỉ cần khi hai người trùng tên, hoặc một người chuyển từ đơn vị khác đến."),
    )


class TenureChangeForm(forms.Form):
    """What may be corrected on a tenure; the person and the first day stay."""

    title = LineField(label=_("Chức vụ"), max_length=120, required=False)
    acting = forms.BooleanField(label=_("Phụ trách hoặc quyền, chưa bổ nhiệm chính thức"), required=False)
    to_date = DayField(label=_("Đến hết ngày"), required=False, help_text=_("Để trống khi còn giữ chức."))
