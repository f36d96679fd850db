"""Tags around documents."""

from __future__ import annotations

from django import template

from scoring.models import Evidence
from scoring.reading_words import unconfirmed as unconfirmed_of
from scoring.views.preview import preview_address

register = template.Library()


@register.simple_tag
def unconfirmed(evidence: Evidence) -> frozenset[str]:
    """The fields read from the file that nobody has confirmed yet."""
    return unconfirmed_of(evidence)


@register.simple_tag
def preview_url(evidence: Evidence, pages: str | None = "") -> str:
    """Where the document is looked at, at the page a link names."""
    return preview_address(evidence.pk, pages or "")
