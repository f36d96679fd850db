"""How the edge answers a refusal: whoever may not know gets 404, whoever may know gets the sentence."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from parindex.decisions import Decision, Denied, Refused

#: Of a long list of reasons the first ones are said, then how many more there are.
MOST_DETAILS = 10


def answer_refusal(request: HttpRequest, refused: Refused, *, to: str) -> HttpResponseRedirect:
    """The answer to a refused action: a message and the way back to ``to`` (an address or a URL name).

    A hidden refusal raises ``Http404``, so that existence does not leak.
    """
    if refused.decision.hidden:
        raise Http404(refused.reason)
    messages.error(request, sentence(refused.decision))
    return redirect(to)


def ask(decision: Decision) -> None:
    """Let a page through, or answer for it: hidden refusals are 404, others 403 with their sentence."""
    if isinstance(decision, Denied):
        if decision.hidden:
            raise Http404(decision.reason)
        raise PermissionDenied(sentence(decision))


def sentence(denied: Denied) -> str:
    """The reason with its details in one line, cut after ``MOST_DETAILS``."""
    if not denied.details:
        return denied.reason
    said = "; ".join(denied.details[:MOST_DETAILS])
    rest = len(denied.details) - MOST_DETAILS
    return f"{denied.reason} {said}" + (f" … (+{rest})" if rest > 0 else "")
