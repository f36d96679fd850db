"""Icons: named drawings of `static/icons.svg`, inlined once per page and only when used.

`{% icon "check" %}` points at a symbol of the page. The base templates wrap the body in
`{% withicons %}…{% endwithicons %}`, which looks at what the body refers to and puts those
symbols in front, so an included template or a hand-written `<use>` needs nothing more.
Pages that receive fragments later name the symbols they must also hold.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="i-([a-z]+)".*?</symbol>', re.DOTALL)
_USED = re.compile(r'href="#i-([a-z]+)"')


@cache
def symbols() -> dict[str, str]:
    """Every symbol of the sprite by its name."""
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text(encoding="utf-8")
    return {match[1]: match[0] for match in _SYMBOL.finditer(sprite)}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon; the word beside it carries the meaning. An unknown name is an error."""
    if name not in symbols():
        raise template.TemplateSyntaxError(f"There is no icon named {name!r} in static/icons.svg.")
    classes = f"ic {css}" if css else "ic"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', classes, name)


@register.tag
def withicons(parser: template.base.Parser, token: template.base.Token) -> WithIcons:
    """`{% withicons "sync off" %}…{% endwithicons %}`: the body with its symbols in front."""
    extra = " ".join(bit.strip("\"'") for bit in token.split_contents()[1:]).split()
    body = parser.parse(("endwithicons",))
    parser.delete_first_token()
    return WithIcons(body, extra)


class WithIcons(template.Node):
    """Renders the body, then the symbols it uses before it."""

    def __init__(self, body: template.NodeList, extra: list[str]) -> None:
        self.body = body
        self.extra = extra

    def render(self, context: template.Context) -> SafeString:
        body = self.body.render(context)
        return mark_safe(sheet({*_USED.findall(body), *self.extra}) + body)  # noqa: S308  body is rendered


def sheet(names: set[str]) -> str:
    """A hidden drawing holding the named symbols; nothing when there are none."""
    known: dict[str, Any] = symbols()
    held = "".join(known[name] for name in sorted(names) if name in known)
    if not held:
        return ""
    return f'<svg width="0" height="0" class="position-absolute" aria-hidden="true" focusable="false">{held}</svg>'
