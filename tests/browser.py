"""Driving a real Chromium in tests.

Playwright runs in one thread of its own: in the test's thread its event loop would make Django refuse the
database. So a test hands over a function of a page and gets its value back:

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    def test_ranking_on_a_phone(browser, live_server):
        def look(page):
            page.goto(live_server.url + "/2024/so-nganh/")
            no_sideways_scroll(page)
            assert axe(page) == []

        browser.visit(look, width=360)

Inside the function there is no database; build before, look at rows after. A visit fails by itself on an error
of a script, on anything the content security policy refused, and on a broken address of a file of the page.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.test import Client

Value = TypeVar("Value")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
#: Longest wait for anything, in milliseconds: the machine may be busy.
PATIENCE = 15_000


@cache
def chromium() -> str | None:
    """Where the browser is, None when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """A Chromium in its own thread."""

    def __init__(self, pool: ThreadPoolExecutor, engine: Any) -> None:
        self._pool = pool
        self._engine = engine

    def visit(
        self,
        steps: Callable[[Any], Value],
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
        user: Any = None,
        expect_errors: bool = False,
    ) -> Value:
        """Run the steps on a fresh page, signed in as `user`, and return their value.

        `expect_errors` leaves the console unchecked, for tests that provoke refusals and broken networks.
        """
        cookies = [_session_cookie(user)] if user is not None else []
        options = {
            "viewport": {"width": width, "height": height},
            "color_scheme": "dark" if dark else "light",
            "java_script_enabled": script,
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
            "reduced_motion": "reduce",
        }
        return self._pool.submit(self._visit, steps, options, cookies, expect_errors).result()

    def _visit(self, steps: Callable[[Any], Value], options: dict[str, Any], cookies: list[Any], lax: bool) -> Value:
        context = self._engine.new_context(**options)
        try:
            context.set_default_timeout(PATIENCE)
            context.add_cookies(cookies)
            page = context.new_page()
            faults: list[str] = []
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("dialog", lambda dialog: dialog.accept())
            value = steps(page)
            assert lax or not faults, "The browser complained:\n" + "\n".join(faults)
            return value
        finally:
            context.close()


def _session_cookie(user: Any) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of the process; without one the test is skipped, on CI it fails."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and nothing may be skipped here: apt-get install chromium.")
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with ThreadPoolExecutor(1) as pool:

        def start() -> tuple[Any, Any]:
            playwright = sync_playwright().start()
            return playwright, playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))

        playwright, engine = pool.submit(start).result()
        try:
            yield Browser(pool, engine)
        finally:
            pool.submit(lambda: (engine.close(), playwright.stop())).result()


def axe(page: Any, *, include: str = "body") -> list[str]:
    """What axe-core finds on the page, one line per finding; an empty list is a clean page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "(where) => axe.run(where, {resultTypes: ['violations']})"
        ".then((r) => r.violations.flatMap((v) => v.nodes.map((n) => [v.impact, v.id, n.target.join(' '), n.html])))",
        include,
    )
    return [f"{impact} {rule}: {target} {html[:160]}" for impact, rule, target, html in found]


def no_sideways_scroll(page: Any) -> None:
    """The page is no wider than the window; the message names what sticks out."""
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    room = page.evaluate("() => document.documentElement.clientWidth")
    if wide <= room:
        return
    culprits = page.evaluate(
        "(room) => [...document.querySelectorAll('body *')]"
        ".filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll, .desk, .tabs, .pills, .nav1'))"
        ".slice(0, 8).map((e) => e.tagName + '.' + (e.getAttribute('class') || '') + ' '"
        " + Math.round(e.getBoundingClientRect().right) + ' ' + (e.textContent || '').trim().slice(0, 40))",
        room,
    )
    raise AssertionError(f"The page is {wide} px wide in a window of {room} px: {culprits}")
