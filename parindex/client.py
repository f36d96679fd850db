"""Who is on the other end of a request."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the browser, seen through the configured number of trusted proxies.

    Every proxy appends the address it was called from to ``X-Forwarded-For``; with n proxies of
    our own the n-th entry from the right is true and everything left of it may be invented. With
    none, the header is ignored altogether.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXIES
    if not hops:
        return direct
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(forwarded) < hops:
        return direct
    try:
        return str(ip_address(forwarded[-hops]))
    except ValueError:
        return direct
