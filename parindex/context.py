"""What every page needs beside its own matter: the installation, the navigation, the acting person.

Nothing is read from the database until a template asks for it. The kernel knows no app, so
the links come from callables named in `settings.NAVIGATION`:

    NAVIGATION = {"public": "reports.navigation.public", "work": "reports.navigation.work"}

Each takes the request and returns a `Navigation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from parindex.models import Installation


@dataclass(frozen=True)
class Link:
    """A word and its address. `current` is set here, by comparing with the page's address."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Navigation:
    """Links of a header and footer, and under whose name the person works.

    `place` is the unit or body shown under the product's name; `position` the person's office.
    `notices` is where the notices to the person stand, `unread` how many of them are new.
    """

    main: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    home: str = "/"
    place: str = ""
    person: str = ""
    position: str = ""
    notices: str = ""
    unread: int = 0


def site(request: HttpRequest) -> dict[str, Any]:
    """`installation` (province, demonstration), `public_navigation`, `work_navigation`."""
    return {
        "installation": SimpleLazyObject(_installation),
        "public_navigation": SimpleLazyObject(lambda: _navigation(request, "public", _plain_public)),
        "work_navigation": SimpleLazyObject(lambda: _navigation(request, "work", _plain_work)),
    }


def _installation() -> Installation:
    """The one row; before it is written, the defaults of an ordinary installation."""
    return Installation.objects.first() or Installation()


def _navigation(request: HttpRequest, area: str, plain: Callable[[HttpRequest], Navigation]) -> Navigation:
    path = getattr(settings, "NAVIGATION", {}).get(area)
    found: Navigation = (import_string(path) if path else plain)(request)
    return replace(found, main=mark_current(found.main, request.path))


def mark_current(links: tuple[Link, ...], path: str) -> tuple[Link, ...]:
    """Mark the link of the page, or of the area the page lies in; the longest match wins."""
    fitting = [link.url for link in links if _lies_under(path, link.url)]
    nearest = max(fitting, key=len, default=None)
    return tuple(replace(link, current=link.url == nearest) for link in links)


def _lies_under(path: str, url: str) -> bool:
    address = url.split("#")[0].split("?")[0]
    if not address or address == "/":
        return path == address
    return path == address or path.startswith(address if address.endswith("/") else address + "/")


def _plain_public(request: HttpRequest) -> Navigation:
    main = (Link(_("Phương pháp"), "/phuong-phap/"), Link(_("Dữ liệu"), "/du-lieu/"))
    return Navigation(main=main, footer=main)


def _plain_work(request: HttpRequest) -> Navigation:
    user = request.user
    return Navigation(
        home=settings.LOGIN_REDIRECT_URL,
        person=user.get_full_name() if user.is_authenticated else "",
        position=getattr(user, "title", ""),
    )
