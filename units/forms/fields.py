"""Fields shared by the forms of this app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parindex import text

#: Days as officials write them, and as addresses carry them.
DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """A calendar day written dd/mm/yyyy."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault(
            "widget",
            forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": _("31/12/2024"), "autocomplete": "off"}),
        )
        kwargs.setdefault("error_messages", {"invalid": _("Ghi ngày dạng 31/12/2024.")})
        super().__init__(**kwargs)


class LineField(forms.CharField):
    """One line of text, in one normal form and without invisible characters."""

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        return text.clean_line(super().to_python(value))
