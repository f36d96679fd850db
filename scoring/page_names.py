"""The page that "tr. 4–9" or "Phụ lục, tr. 11" names: where a document is opened. Pure."""

from __future__ import annotations

import re

_NAMED = re.compile(r"\b(?:trang|tr|p|pp)\b\s*\.?\s*(?:số\s*)?(\d{1,5})(?!\s*/\s*\d)", re.IGNORECASE)
_BARE = re.compile(r"^\s*(\d{1,5})\s*(?:$|[-–—,;]\s*\d)")


def first_page(named: str) -> int | None:
    """The first page a text names, from 1; None when it names a section or nothing."""
    found = _NAMED.search(named) or _BARE.match(named)
    return (int(found[1]) or None) if found else None
