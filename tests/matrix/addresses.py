"""Every address of the product, read from the resolver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

#: One rule for all of them instead of one line each (tests/units/test_admin.py looks inside).
ADMIN = "admin:"


@dataclass(frozen=True)
class Address:
    """A named address with its route as written."""

    name: str
    route: str
    view: Any


def addresses() -> dict[str, list[Address]]:
    """All addresses by their full name; a name may have several routes."""
    found: dict[str, list[Address]] = {}
    for address in walk(get_resolver().url_patterns):
        found.setdefault(address.name, []).append(address)
    return found


def walk(patterns: Iterable[Any], spaces: tuple[str, ...] = (), route: str = "") -> Iterator[Address]:
    """The addresses below some patterns."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(":".join([*spaces, pattern.name or f"(no name: {here})"]), here, pattern.callback)
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, inner, here)
