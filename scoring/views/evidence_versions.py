"""What happens to a document: given for many components at once, replaced, withdrawn, brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex import clock
from parindex.decisions import Denied, Refused
from parindex.edge import answer_refusal, ask
from scoring import actions, evidence_policies, permissions, policies
from scoring.forms.evidence import ParticularsForm, ReplaceForm
from scoring.models import Assessment, Evidence, EvidenceLink, SignedScan
from scoring.queries.documents import row_of, running_of, standing_of, working_year
from scoring.queries.dossiers import Leaf, dossier_of, sheet_of
from scoring.queries.workspace import links_of
from scoring.views.evidence import visible


def kept(request: HttpRequest, pk: int) -> Evidence:
    """A document of the person's own unit, or 404."""
    evidence = visible(request, pk)
    ask(permissions.may_upload_evidence(request.user, evidence.unit_id))
    return evidence


# --- One document for many components ------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One component to tick, with the page as it stands."""

    leaf: Leaf
    link: EvidenceLink | None

    @property
    def field(self) -> str:
        """The name of its page field."""
        return f"pages-{self.leaf.node.code}"


@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick the components that a document proves, each with its page; one act, all or nothing."""
    evidence = kept(request, pk)
    standing = evidence_policies.may_link(standing_of(evidence))
    if isinstance(standing, Denied):
        return answer_refusal(request, Refused(standing), to=evidence_url(evidence))
    running = [row for row in running_of(evidence.unit_id) if policies.may_edit(sheet_of(row), clock.now())]
    asked = request.POST.get("assessment") or request.GET.get("ho-so")
    wanted = next((row for row in running if str(row.pk) == asked), None)
    if request.method == "POST":
        return used(request, evidence, wanted)
    assessment = wanted or (running[0] if running else None)
    context = {"evidence": evidence, "assessment": assessment, "others": [row for row in running if row != assessment]}
    context["areas"] = areas_of(assessment, evidence) if assessment is not None else []
    return render(request, "scoring/evidence_use.html", context)


def areas_of(assessment: Assessment, evidence: Evidence) -> list[tuple[Any, list[Choice]]]:
    """The components the unit answers, by area, with the links that are there."""
    links = links_of(assessment)
    found = dossier_of(assessment, links)
    given = {node: link for node, rows in links.items() for link in rows if link.evidence_id == evidence.pk}
    areas = [(area, [Choice(leaf, given.get(leaf.node.pk)) for leaf in found.in_area(area) if leaf.asked]) for area in found.areas]
    return [(area, choices) for area, choices in areas if choices]


def used(request: HttpRequest, evidence: Evidence, assessment: Assessment | None) -> HttpResponse:
    """Write the ticks. What was ticked when the page was made and is not any more, is taken away."""
    if assessment is None:
        messages.error(request, _("Hồ sơ này không sửa được nữa, hoặc đơn vị chưa có hồ sơ đang mở."))
        return redirect(evidence_url(evidence))
    ticked = request.POST.getlist("code")
    pages = {code: request.POST.get(f"pages-{code}", "") for code in ticked}
    try:
        changed, dropped = actions.use_evidence(
            assessment_id=assessment.pk,
            evidence_id=evidence.pk,
            pages=pages,
            drop=request.POST.get("had", "").split(","),
            by=request.user,
        )
    except Refused as refused:
        return answer_refusal(request, refused, to=evidence_url(evidence))
    words = _("Đã ghi: gắn hoặc sửa %(changed)d tiêu chí, bỏ %(dropped)d tiêu chí.")
    messages.success(request, words % {"changed": changed, "dropped": dropped})
    return redirect(evidence_url(evidence))


# --- A newer version -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a newer file in the place of a document."""
    evidence = kept(request, pk)
    bound = request.method == "POST"
    data, files = (request.POST, request.FILES) if bound else (None, None)
    sent = [name for kept_name, name in getattr(request, "given_names", ()) if kept_name]
    form = ReplaceForm(
        data,
        files,
        initial=ParticularsForm.initial_of(evidence),
        dropped=getattr(request, "dropped_uploads", ()),
        given=sent[0] if sent else None,
    )
    if bound and form.is_valid():
        return replaced(request, evidence, form)
    standing = evidence_policies.may_replace(standing_of(evidence))
    if isinstance(standing, Denied):
        return answer_refusal(request, Refused(standing), to=evidence_url(evidence))
    context = {"evidence": evidence, "form": form, "row": row_of(evidence, working_year(evidence.unit_id))}
    return render(request, "scoring/evidence_replace.html", context, status=422 if bound else 200)


def replaced(request: HttpRequest, evidence: Evidence, form: ReplaceForm) -> HttpResponse:
    """Store the newer version and go to it."""
    try:
        newer, moved = actions.replace_evidence(
            evidence_id=evidence.pk,
            upload=form.cleaned_data["file"],
            checked=form.checked,
            particulars=form.particulars(),
            by=request.user,
        )
    except Refused as refused:
        return answer_refusal(request, refused, to=evidence_url(evidence))
    words = _("Đã thay bằng bản mới; %(count)d chỗ dùng trong hồ sơ đang mở đã chuyển sang bản này. Bản cũ vẫn được giữ.")
    messages.success(request, words % {"count": moved})
    return redirect(evidence_url(newer))


# --- Out of the library and back -----------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take a document that nothing uses out of the library."""
    evidence = kept(request, pk)
    if request.method == "POST":
        try:
            actions.withdraw_evidence(evidence_id=pk, by=request.user)
        except Refused as refused:
            return answer_refusal(request, refused, to=evidence_url(evidence))
        messages.success(request, _("Đã rút %(document)s khỏi kho. Khôi phục được bất cứ lúc nào.") % {"document": evidence})
        return redirect("scoring:documents", evidence.unit_id)
    row = row_of(evidence, working_year(evidence.unit_id))
    signed = SignedScan.objects.filter(evidence=evidence).exists()
    uses = [f"{use.code} ({use.year})" for use in row.uses]
    decision = evidence_policies.may_withdraw(standing_of(evidence), uses, signed=signed)
    context = {"evidence": evidence, "decision": decision, "restore": False}
    return render(request, "scoring/evidence_withdraw.html", context)


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then bring a withdrawn document back."""
    evidence = kept(request, pk)
    if request.method == "POST":
        actions.restore_evidence(evidence_id=pk, by=request.user)
        messages.success(request, _("Đã khôi phục %(document)s.") % {"document": evidence})
        return redirect(evidence_url(evidence))
    if evidence.withdrawn_at is None:
        return redirect(evidence_url(evidence))
    return render(request, "scoring/evidence_withdraw.html", {"evidence": evidence, "restore": True})


def evidence_url(evidence: Evidence) -> Any:
    """The page of a document."""
    return reverse("scoring:document", args=[evidence.pk])
