"""Pages of the product as such: the component gallery, and the pages of errors."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from parindex import gallery
from parindex.models import Installation


def component_gallery(request: HttpRequest) -> HttpResponse:
    """Every component with samples; in production only for the staff of the read-only admin."""
    open_here = not settings.PRODUCTION or Installation.objects.filter(demonstration=True).exists()
    if not open_here and not request.user.is_staff:
        raise Http404
    return render(request, "components/gallery.html", gallery.samples(request.GET))


@login_not_required
@require_safe
def in_vietnamese(request: HttpRequest) -> HttpResponse:
    """From an address under /en/ to the same page in Vietnamese, the only language there are texts in."""
    translation.activate(settings.LANGUAGE_CODE)  # the prefix had chosen English
    # One slash only: two would name another host.
    address = "/" + request.get_full_path().removeprefix("/en").lstrip("/")
    return HttpResponseRedirect(address, headers={"Content-Language": settings.LANGUAGE_CODE})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent makes no sense."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the sentence of the refusal when there is one."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: for what is not there and for what this person may not know of. The reason stays in the log."""
    return render(request, "404.html", status=404)
