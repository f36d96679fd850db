"""Small marks used on nearly every page: band, change, score, state, breadcrumb, sort links, controls.

They print; they decide nothing. Whatever they are given is escaped.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex.numbers import shown
from parindex.templatetags.icons import icon

register = template.Library()

#: The fixed words of states: code → (tone, icon, word). Tone is "", info, ok, warn or bad.
#: Several codes may share a word: what a component, a dossier and a job call themselves differs.
STATES: dict[str, tuple[str, str, Any]] = {
    "empty": ("", "none", gettext_lazy("chưa trả lời")),
    "never": ("bad", "user", gettext_lazy("chưa đăng nhập")),
    "not_started": ("", "none", gettext_lazy("chưa bắt đầu")),
    "draft": ("info", "half", gettext_lazy("đang làm")),
    "in_progress": ("info", "half", gettext_lazy("đang làm")),
    "answered": ("ok", "ok", gettext_lazy("đã trả lời")),
    "awaiting_head": ("warn", "clock", gettext_lazy("chờ lãnh đạo duyệt")),
    "submitted": ("ok", "ok", gettext_lazy("đã nộp")),
    "returned": ("warn", "chat", gettext_lazy("bị trả lại")),
    "late": ("bad", "bad", gettext_lazy("trễ hạn")),
    "not_applicable": ("", "eq", gettext_lazy("không áp dụng")),
    "na": ("", "eq", gettext_lazy("không áp dụng")),
    "scored": ("ok", "ok", gettext_lazy("đã chấm")),
    "no_data": ("", "none", gettext_lazy("chưa có dữ liệu")),
    "no_evidence": ("warn", "warn", gettext_lazy("thiếu tài liệu")),
    "unconfirmed": ("warn", "clock", gettext_lazy("chép lại, chưa xác nhận")),
    "asked_na": ("info", "clock", gettext_lazy("đề nghị không áp dụng, chờ quyết định")),
    "refused_na": ("warn", "warn", gettext_lazy("đề nghị không áp dụng, không được chấp nhận")),
    "no_explanation": ("warn", "warn", gettext_lazy("thiếu giải trình")),
    "undecided": ("", "none", gettext_lazy("chưa quyết định")),
    "viewing": ("info", "pen", gettext_lazy("đang xem")),
    "asked": ("warn", "chat", gettext_lazy("chờ giải trình")),
    "decided": ("ok", "ok", gettext_lazy("đã quyết định")),
    "appraised": ("ok", "ok", gettext_lazy("đã thẩm định")),
    "closed": ("ok", "lock", gettext_lazy("đã thẩm định xong")),
    "closed_unsubmitted": ("bad", "lock", gettext_lazy("khóa khi chưa nộp")),
    "incomplete": ("warn", "warn", gettext_lazy("chưa đủ")),
    "published": ("ok", "flag", gettext_lazy("đã công bố")),
    "waiting": ("", "clock", gettext_lazy("đang chờ")),
    "running": ("info", "sync", gettext_lazy("đang chạy")),
    "done": ("ok", "ok", gettext_lazy("xong")),
    "failed": ("bad", "bad", gettext_lazy("không xong")),
}

BANDS = {
    "A": gettext_lazy("từ 90 trở lên"),
    "B": gettext_lazy("từ 70 đến dưới 90"),
    "C": gettext_lazy("từ 50 đến dưới 70"),
    "D": gettext_lazy("dưới 50"),
}


@register.simple_tag
def mark(tone: str, word: str, icon_name: str = "") -> SafeString:
    """A state in free words: `{% mark "ok" "xong" %}`. The icon follows the tone unless named."""
    name = icon_name or {"ok": "ok", "warn": "warn", "bad": "bad", "info": "half"}.get(tone, "none")
    classes = f"st {tone}" if tone else "st"
    return format_html('<span class="{}">{}{}</span>', classes, icon(name), word)


@register.simple_tag
def state(code: str, label: str = "") -> SafeString:
    """A state in its fixed word, or in `label` where the word carries a figure ("còn 2").

    A code outside the table prints its label with a plain ring; without a label it is an error.
    """
    tone, name, word = STATES.get(str(code), ("", "none", ""))
    if not word and not label:
        raise template.TemplateSyntaxError(f"No fixed word for the state {code!r}; add it to STATES or give a label.")
    return mark(tone, label or word, name)


@register.simple_tag
def band(letter: str | None, words: str | bool = False) -> SafeString:
    """The band as a letter in a square; with `words` its meaning beside it, once per page.

    `words=True` uses the default bands; a text is printed as given (bands are data).
    """
    if not letter:
        return format_html('<span class="muted">{}</span>', shown(None))
    square = format_html('<span class="band band-{}">{}</span>', str(letter).lower()[:1], letter)
    if not words:
        return square
    meaning = BANDS.get(str(letter), "") if words is True else words
    return format_html('<span class="row-x">{}<span class="small">{}</span></span>', square, meaning)


@register.simple_tag
def change(value: Decimal | None) -> SafeString:
    """A change in points: +2,31 · −0,51 · 0,00; absent is –."""
    if value is None or value == "":
        return format_html('<span class="chg eq">{}</span>', shown(None))
    return format_html('<span class="{}">{}</span>', tone(value), shown(value, signed=True))


@register.filter
def tone(value: Decimal | None) -> str:
    """The classes of a change, for long tables that write it into the cell: `<td class="n {{ v|tone }}">`."""
    if value is None or value == "":
        return "chg eq"
    # By what is printed, so that a change shown as 0,00 is neither up nor down.
    return {"+": "chg up", "\N{MINUS SIGN}": "chg dn"}.get(shown(value, signed=True)[0], "chg eq")


@register.simple_tag
def score(value: Decimal | None, maximum: Decimal | None, css: str = "") -> SafeString:
    """Points out of the maximum: 1,50 / 2,00; not answered is –. `css="score-l"` heads a card."""
    classes = f"score {css}" if css else "score"
    return format_html('<span class="{}"><b>{}</b> / {}</span>', classes, shown(value), shown(maximum))


@register.simple_tag
def loss(value: Decimal | None, maximum: Decimal | None) -> SafeString:
    """What was lost against the maximum: −0,50 in red, "đủ điểm" in grey; absent is –."""
    if value is None or maximum is None:
        return format_html('<span class="muted">{}</span>', shown(None))
    if value >= maximum:
        return format_html('<span class="muted">{}</span>', _("đủ điểm"))
    return format_html('<span class="lo">{}</span>', shown(value - maximum))


@register.simple_tag
def breadcrumb(*parts: Any) -> SafeString:
    """`{% breadcrumb "Trang chủ" home "Xếp hạng" %}`: name, address, …, name of this page."""
    links = list(zip(parts[0:-1:2], parts[1:-1:2], strict=True))
    items = format_html_join("", '<li><a href="{1}">{0}</a></li>', links)
    return format_html(
        '<nav aria-label="{}"><ol class="crumb">{}<li aria-current="page">{}</li></ol></nav>',
        _("Đường dẫn"),
        items,
        parts[-1],
    )


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context,
    key: str,
    label: str,
    *,
    numeric: bool = False,
    first: str = "",
    default: bool = False,
    css: str = "",
) -> SafeString:
    """A column head that sorts by link: `?xep=key` upwards, `?xep=-key` downwards.

    The first press of a column sorts upwards, or downwards with `first="down"`. `default`
    marks the column the page sorts by when the address names none. Other parameters stay,
    the page number (`trang`) goes.
    """
    request: HttpRequest = context["request"]
    asked = request.GET.get("xep", "") or (key if default else "")
    now = {key: "ascending", f"-{key}": "descending"}.get(asked, "")
    falling_next = now == "ascending" or (not now and first == "down")
    query = request.GET.copy()
    query.pop("trang", None)
    query["xep"] = f"-{key}" if falling_next else key
    classes = " ".join(filter(None, ["n" if numeric else "", css]))
    arrow = icon("down" if now == "ascending" else "up") if now else ""
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        format_html(' class="{}"', classes) if classes else "",
        format_html(' aria-sort="{}"', now) if now else "",
        query.urlencode(),
        label,
        format_html(" {}", arrow) if arrow else "",
    )


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """The input of a form field with the classes of the look; ids and ARIA come from Django."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return field.as_widget()
    if isinstance(widget, CheckboxInput):
        base = "form-check-input"
    else:
        base = "form-select" if isinstance(widget, Select) else "form-control"
    own = widget.attrs.get("class", "")
    classes = " ".join(filter(None, [base, own, css, "is-invalid" if field.errors else ""]))
    return field.as_widget(attrs={"class": classes})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """A single tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Radio buttons or several ticks: a fieldset with a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def dict_get(mapping: dict[Any, Any], key: Any) -> Any:
    """The value under a key, None when it is not there."""
    return mapping.get(key)
