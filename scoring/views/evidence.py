"""Documents of a unit: give one for a component, the list, one document, the file itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from parindex import clock, text
from parindex.decisions import Denied, Refused
from parindex.edge import answer_refusal, ask
from scoring import actions, permissions, policies
from scoring.appraising import Duty
from scoring.forms.evidence import ChooseForm, PagesForm, ParticularsForm, UploadForm
from scoring.models import Assessment, Evidence, EvidenceLink
from scoring.queries import dossiers
from scoring.queries.duty import duty_of
from scoring.queries.leaves import chain_of
from scoring.queries.workspace import documents_of
from scoring.views.component import address, wanted_leaf
from scoring.views.dossier import Frame, frame_of
from units.access import access_of
from units.authorization import Permission, Role
from units.models import Unit


@require_http_methods(["GET", "POST"])
def evidence_add(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Give a document for a component: one that is there, or a new file."""
    frame = frame_of(request, pk)
    leaf = wanted_leaf(frame, code)
    back = address(frame.assessment, leaf.node)
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    if isinstance(frame.editable, Denied):
        return answer_refusal(request, Refused(frame.editable), to=back)
    query = request.GET.get("q", "")[:100]
    offered = offered_documents(frame.assessment.unit_id, query)
    posted = request.POST.get("what") if request.method == "POST" else ""
    choose = ChooseForm(request.POST if posted == "choose" else None, found=offered)
    upload = upload_form(request, posted == "upload")
    if posted and (choose if posted == "choose" else upload).is_valid():
        return give(request, frame, code, choose if posted == "choose" else None, upload, back)
    context = {"frame": frame, "leaf": leaf, "choose": choose, "upload": upload, "query": query, "back": back}
    context["offered"] = bool(query) or offered.exists()
    return render(request, "scoring/evidence_add.html", context, status=422 if posted else 200)


def upload_form(request: HttpRequest, bound: bool, *, with_pages: bool = True) -> UploadForm:
    """The form of a new file; says so when the file was dropped for its size."""
    dropped = getattr(request, "dropped_uploads", ())
    if not bound:
        return UploadForm(with_pages=with_pages)
    return UploadForm(request.POST, request.FILES, dropped=dropped, with_pages=with_pages)


def give(
    request: HttpRequest, frame: Frame, code: str, choose: ChooseForm | None, upload: UploadForm, back: str
) -> HttpResponse:
    """Store what is new, then link it."""
    assessment = frame.assessment
    try:
        if choose is not None:
            evidence, pages = choose.cleaned_data["evidence"], choose.cleaned_data["pages"]
        else:
            evidence = stored(request, assessment.unit_id, upload)
            pages = upload.cleaned_data["pages"]
        actions.link_evidence(
            assessment_id=assessment.pk, code=code, evidence_id=evidence.pk, pages=pages, by=request.user
        )
    except Refused as refused:
        return answer_refusal(request, refused, to=back)
    messages.success(
        request, _("Đã thêm tài liệu %(document)s vào %(code)s.") % {"document": evidence, "code": code}
    )
    return redirect(back)


def stored(request: HttpRequest, unit_id: int, form: UploadForm) -> Evidence:
    """Store an upload; a file that is already there is said to be so."""
    evidence, new = actions.add_evidence(
        unit_id=unit_id,
        upload=form.cleaned_data["file"],
        checked=form.checked,
        particulars=form.particulars(),
        by=request.user,
    )
    if not new:
        words = _("Tệp này đã có trong tài liệu của đơn vị: %(document)s. Dùng lại tài liệu đã có.")
        messages.info(request, words % {"document": evidence})
    return evidence


def offered_documents(unit_id: int, query: str) -> Any:
    """The unit's documents to choose from, newest first; searched without accents."""
    rows = Evidence.objects.filter(unit_id=unit_id).order_by("-id")
    wanted = text.search_key(query)
    if wanted:
        said = rows.values_list("pk", "number", "title", "original_name", "issuer")
        rows = rows.filter(pk__in=[pk for pk, *words in said if wanted in text.search_key(" ".join(words))])
    return rows


@require_http_methods(["GET", "POST"])
def evidence_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """One document as given for one component: open it, correct the page, take it away.

    Whoever may not see the dossier as a whole is led to the document, which asks for itself.
    """
    rows = EvidenceLink.objects.select_related("evidence", "score__node__parent__parent")
    row = get_object_or_404(rows, pk=link, score__assessment_id=pk)
    if not access_of(request.user).has(Permission.ASSESSMENT_VIEW, row.evidence.unit_id):
        return redirect("scoring:document", visible(request, row.evidence_id).pk)
    frame = frame_of(request, pk)
    back = address(frame.assessment, row.score.node)
    form = PagesForm(request.POST or None, initial={"pages": row.pages})
    if request.method == "POST" and form.is_valid():
        try:
            actions.link_evidence(
                assessment_id=pk,
                code=row.score.node.code,
                evidence_id=row.evidence_id,
                pages=form.cleaned_data["pages"],
                note=row.note,
                by=request.user,
            )
        except Refused as refused:
            return answer_refusal(request, refused, to=back)
        messages.success(request, _("Đã ghi trang, mục."))
        return redirect(back)
    return render(request, "scoring/evidence_link.html", {"frame": frame, "link": row, "form": form, "back": back})


@require_http_methods(["GET", "POST"])
def evidence_unlink(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Ask once, then take a document away from a component; the document stays with the unit."""
    frame = frame_of(request, pk)
    rows = EvidenceLink.objects.select_related("evidence", "score__node__parent__parent")
    row = rows.filter(pk=link, score__assessment_id=pk).first()
    if row is None:
        ask(permissions.may_edit_assessment(request.user, frame.assessment))
        return redirect("scoring:dossier", pk)
    back = address(frame.assessment, row.score.node)
    if request.method == "POST":
        try:
            actions.unlink_evidence(assessment_id=pk, link_id=link, by=request.user)
        except Refused as refused:
            return answer_refusal(request, refused, to=back)
        messages.success(request, _("Đã bỏ tài liệu khỏi %(code)s.") % {"code": row.score.node.code})
        return redirect(back)
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    return render(request, "scoring/evidence_unlink.html", {"frame": frame, "link": row, "back": back})


# --- The unit's documents ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, unit: int) -> HttpResponse:
    """All documents of a unit and where each is used; a POST adds one."""
    body = get_object_or_404(Unit, pk=unit)
    if not access_of(request.user).has(Permission.ASSESSMENT_VIEW, unit):
        raise Http404("no such unit")
    mine = permissions.may_upload_evidence(request.user, unit)
    form = upload_form(request, request.method == "POST", with_pages=False)
    if request.method == "POST" and form.is_valid():
        try:
            evidence = stored(request, unit, form)
        except Refused as refused:
            return answer_refusal(request, refused, to=request.path)
        messages.success(request, _("Tài liệu %(document)s đã có trong kho của đơn vị.") % {"document": evidence})
        return redirect("scoring:documents", unit)
    context = {"unit": body, "documents": documents_of(unit), "form": form, "mine": bool(mine)}
    return render(request, "scoring/documents.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: its particulars, where it is used; a POST corrects the particulars."""
    evidence = visible(request, pk)
    mine = bool(permissions.may_upload_evidence(request.user, evidence.unit_id))
    form = ParticularsForm(request.POST if request.method == "POST" else None, initial=ParticularsForm.initial_of(evidence))
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_evidence(evidence_id=pk, particulars=form.particulars(), by=request.user)
        except Refused as refused:
            return answer_refusal(request, refused, to=request.path)
        messages.success(request, _("Đã ghi thông tin tài liệu."))
        return redirect("scoring:document", pk)
    own = access_of(request.user).has(Permission.ASSESSMENT_VIEW, evidence.unit_id)
    fixed = policies.may_describe(dossiers.uses_of(evidence), clock.now()) if mine else None
    context = {"evidence": evidence, "form": form, "mine": mine, "own": own, "uses": uses_of(evidence) if own else []}
    context["fixed"] = fixed.reason if isinstance(fixed, Denied) else ""
    return render(request, "scoring/document.html", context, status=422 if request.method == "POST" else 200)


def uses_of(evidence: Evidence) -> list[tuple[EvidenceLink, str]]:
    """Where a document is used, with the address of each component."""
    rows = evidence.links.select_related("score__node__parent__parent", "score__assessment__population__cycle")
    return [(row, address(row.score.assessment, row.score.node)) for row in rows.order_by("id")]


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, always as an attachment that no browser runs."""
    evidence = visible(request, pk)
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
