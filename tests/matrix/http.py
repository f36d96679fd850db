"""What every response must carry, whatever its status."""

from __future__ import annotations

from typing import Any

#: Directives that must be there, and exactly so.
NEVER_FRAMED = "frame-ancestors 'none'"


def faults(response: Any, *, logged_in: bool) -> list[str]:
    """What is wrong with the headers of a response; empty when nothing is."""
    found = []
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy:
        found.append("no content security policy that begins from nothing")
    if "unsafe" in policy:
        found.append(f"an unsafe source in the content security policy: {policy}")
    if NEVER_FRAMED not in policy and "sandbox" not in policy:
        found.append("may be framed")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("its type may be guessed")
    if response.headers.get("Referrer-Policy") != "same-origin":
        found.append("tells other sites where the visitor came from")
    if response.headers.get("X-Frame-Options") != "DENY":
        found.append("may be framed by old browsers")
    if "Server" in response.headers or "X-Powered-By" in response.headers:
        found.append("says what it runs on")
    if logged_in and shared(response):
        found.append(
            f"a shared cache may keep it: {response.headers.get('Cache-Control', 'no Cache-Control')}"
        )
    return found


def shared(response: Any) -> bool:
    """Whether a shared cache may give the response to somebody else."""
    rules = {rule.strip().split("=")[0] for rule in response.headers.get("Cache-Control", "").split(",")}
    if rules & {"private", "no-store"}:
        return False
    if rules & {"public", "s-maxage"}:
        return True
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}
    return response.status_code == 200 and "cookie" not in varies
