"""One document of a unit: what it is, where it is used, its versions, the file itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parindex import clock
from parindex.decisions import Denied, Refused
from parindex.edge import answer_refusal, ask
from scoring import actions, permissions, policies
from scoring.appraising import Duty
from scoring.evidence_warnings import Facts, warnings_of
from scoring.forms.evidence import ParticularsForm
from scoring.models import Assessment, Evidence, EvidenceLink
from scoring.queries import dossiers
from scoring.queries.documents import standing_of, twins_of, versions_of, working_year
from scoring.queries.duty import duty_of
from scoring.queries.leaves import chain_of
from scoring.views.component import address
from units.access import access_of
from units.authorization import Permission, Role


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: its particulars, where it is used; a POST corrects the particulars."""
    evidence = visible(request, pk)
    form = ParticularsForm(request.POST if request.method == "POST" else None, initial=ParticularsForm.initial_of(evidence))
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_evidence(evidence_id=pk, particulars=form.particulars(), by=request.user)
        except Refused as refused:
            return answer_refusal(request, refused, to=request.path)
        messages.success(request, _("Đã ghi thông tin tài liệu."))
        return redirect("scoring:document", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/document.html", {"form": form, **facts_of(request, evidence)}, status=status)


def facts_of(request: HttpRequest, evidence: Evidence) -> dict[str, Any]:
    """What the page of a document shows to this person."""
    mine = bool(permissions.may_upload_evidence(request.user, evidence.unit_id))
    own = access_of(request.user).has(Permission.ASSESSMENT_VIEW, evidence.unit_id)
    fixed = policies.may_describe(dossiers.uses_of(evidence), clock.now()) if mine else None
    uses = uses_of(evidence) if own else []
    years = {link.score.assessment.population.cycle.year for link, _url in uses}
    versions = versions_of(evidence)
    return {
        "evidence": evidence,
        "mine": mine,
        "own": own,
        "uses": uses,
        "fixed": fixed.reason if isinstance(fixed, Denied) else "",
        "warnings": warnings_of(Facts.of(evidence), years or {working_year(evidence.unit_id)}),
        "versions": versions if own and len(versions) > 1 else [],
        "standing": standing_of(evidence),
        "newest": versions[-1],
        "twins": seen_twins(request.user, evidence),
    }


def seen_twins(user: Any, evidence: Evidence) -> list[Evidence]:
    """The same file at other units, as far as this appraiser may see their documents; nothing for the own unit.

    A unit never learns what another one has uploaded.
    """
    access = access_of(user)
    if access.at(Permission.ASSESSMENT_VIEW, evidence.unit_id):
        return []
    everywhere = access.everywhere(Permission.ASSESSMENT_VIEW)
    if not everywhere and not access.units(Role.APPRAISER):
        return []
    return [twin for twin in twins_of(evidence) if everywhere or _may_see(user, twin)]


def _may_see(user: Any, evidence: Evidence) -> bool:
    return bool(permissions.may_download_evidence(user, evidence, verified_links(user, evidence)))


def uses_of(evidence: Evidence) -> list[tuple[EvidenceLink, str]]:
    """Where a document is used, with the address of each component."""
    rows = evidence.links.select_related("score__node__parent__parent", "score__assessment__population__cycle")
    return [(row, address(row.score.assessment, row.score.node)) for row in rows.order_by("id")]


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, always as an attachment that no browser runs."""
    evidence = visible(request, pk)
    ask(permissions.may_open_file(request.user, evidence))
    try:
        file = default_storage.open(evidence.stored_as, "rb")
    except FileNotFoundError:
        raise Http404("the file is not in the store") from None
    response = FileResponse(
        file, as_attachment=True, filename=evidence.original_name, content_type=evidence.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def visible(request: HttpRequest, pk: int) -> Evidence:
    """A document the person may see, or 404."""
    evidence = get_object_or_404(Evidence.objects.select_related("unit", "uploaded_by"), pk=pk)
    linked: list[tuple[Assessment, Duty]] = []
    if not access_of(request.user).has(Permission.ASSESSMENT_VIEW, evidence.unit_id):
        linked = verified_links(request.user, evidence)
    ask(permissions.may_download_evidence(request.user, evidence, linked))
    return evidence


def verified_links(user: Any, evidence: Evidence) -> list[tuple[Assessment, Duty]]:
    """The dossiers in which a document proves a cell that the person's body verifies."""
    bodies = access_of(user).units(Role.APPRAISER)
    if not bodies:
        return []
    found: dict[int, tuple[Assessment, Duty]] = {}
    duties: dict[int, Duty] = {}
    for link in evidence.links.select_related("score__node__parent__parent", "score__assessment__population"):
        assessment = link.score.assessment
        duty = duties.get(assessment.population_id) or duty_of(assessment.population)
        duties[assessment.population_id] = duty
        if duty.body_of(assessment.unit_id, chain_of(link.score.node)) in bodies:
            found[assessment.pk] = (assessment, duty)
    return list(found.values())
