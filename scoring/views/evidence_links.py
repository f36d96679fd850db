"""Documents of one component: give one that is there or new files, correct the page, take one away."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parindex.decisions import Denied, Refused
from parindex.edge import answer_refusal, ask
from scoring import actions, permissions
from scoring.evidence_warnings import Facts, warnings_of
from scoring.forms.evidence import ChooseForm, GiveForm, PagesForm, UploadForm
from scoring.models import Evidence, EvidenceLink
from scoring.queries.documents import replacement_of, usable_of
from scoring.queries.dossiers import Leaf
from scoring.views.component import address, wanted_leaf
from scoring.views.dossier import Frame, frame_of
from scoring.views.evidence import visible
from scoring.views.evidence_uploading import Line, by_script, take
from scoring.views.preview import preview_address
from units.access import access_of
from units.authorization import Permission


@require_http_methods(["GET", "POST"])
def evidence_add(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Give documents for a component: one that is there, or new files."""
    frame = frame_of(request, pk)
    leaf = wanted_leaf(frame, code)
    back = address(frame.assessment, leaf.node)
    ask(permissions.may_edit_assessment(request.user, frame.assessment))
    if isinstance(frame.editable, Denied):
        return answer_refusal(request, Refused(frame.editable), to=back)
    posted = request.POST.get("what", "") if request.method == "POST" else ""
    choose = ChooseForm(
        request.POST if posted == "choose" else None, found=usable_of(frame.assessment.unit_id, request.GET.get("q", "")[:100])
    )
    give = GiveForm(request.POST if posted == "upload" else None)
    if posted == "choose" and choose.is_valid():
        return chosen(request, frame, leaf, choose, back)
    lines = None
    if posted == "upload" and give.is_valid():
        lines = uploaded(request, frame, leaf, give)
        if by_script(request) and lines:
            status = 422 if lines[0].kind == "refused" else 200
            return render(request, "scoring/evidence_line.html", {"line": lines[0]}, status=status)
        if lines and all(line.kind in ("stored", "known") for line in lines):
            messages.success(request, told(lines))
            return redirect(back)
    return adding(request, frame, leaf, choose, give, lines)


def adding(
    request: HttpRequest, frame: Frame, leaf: Leaf, choose: ChooseForm, give: GiveForm, lines: list[Line] | None
) -> HttpResponse:
    """The page on which documents are given; with one line for each file that was sent."""
    query = request.GET.get("q", "")[:100]
    new = [str(line.evidence.pk) for line in lines or () if line.evidence is not None and line.kind == "stored"]
    context = {
        "frame": frame,
        "leaf": leaf,
        "choose": choose,
        "give": give,
        "upload": UploadForm(),
        "query": query,
        "back": address(frame.assessment, leaf.node),
        "offered": bool(query) or choose.fields["evidence"].queryset.exists(),
        "lines": lines or [],
        "nothing": lines is not None and not lines,
        "nothing_errors": [(_("Chọn tệp cần tải lên."), "#id_file")] if lines is not None and not lines else [],
        "new": ",".join(new),
    }
    return render(request, "scoring/evidence_add.html", context, status=422 if request.POST.get("what") else 200)


def chosen(request: HttpRequest, frame: Frame, leaf: Leaf, form: ChooseForm, back: str) -> HttpResponse:
    """Link a document that is there."""
    try:
        said = linking(request, frame, leaf, form.cleaned_data["pages"])(form.cleaned_data["evidence"])
    except Refused as refused:
        return answer_refusal(request, refused, to=back)
    messages.success(request, said)
    return redirect(back)


def uploaded(request: HttpRequest, frame: Frame, leaf: Leaf, form: GiveForm) -> list[Line]:
    """Store every file and link it; one refusal does not stop the others."""
    return take(
        request,
        frame.assessment.unit_id,
        year=frame.year,
        particulars=form.particulars(),
        then=linking(request, frame, leaf, form.cleaned_data["pages"]),
    )


def linking(request: HttpRequest, frame: Frame, leaf: Leaf, pages: str) -> Callable[[Evidence], str]:
    """How a document is given for this component; says so."""

    def link(evidence: Evidence) -> str:
        actions.link_evidence(
            assessment_id=frame.assessment.pk, code=leaf.node.code, evidence_id=evidence.pk, pages=pages, by=request.user
        )
        return _("Đã thêm tài liệu %(document)s vào %(code)s.") % {"document": evidence, "code": leaf.node.code}

    return link


def told(lines: list[Line]) -> str:
    """The lines of files that all went well, as one message."""
    return " ".join(f"{line.name}: {line.text}" for line in lines)


@require_http_methods(["GET", "POST"])
def evidence_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """One document as given for one component: open it, correct the page, take it away.

    Whoever may not see the dossier as a whole is led to the document, which asks for itself.
    """
    rows = EvidenceLink.objects.select_related("evidence__replaced_by", "score__node__parent__parent")
    row = get_object_or_404(rows, pk=link, score__assessment_id=pk)
    if not access_of(request.user).has(Permission.ASSESSMENT_VIEW, row.evidence.unit_id):
        return redirect(preview_address(visible(request, row.evidence_id).pk, row.pages))
    frame = frame_of(request, pk)
    back = address(frame.assessment, row.score.node)
    form = PagesForm(request.POST or None, initial={"pages": row.pages})
    newer = replacement_of(row.evidence)
    if request.method == "POST" and ((newer is not None and "newer" in request.POST) or form.is_valid()):
        return linked(request, row, form, back)
    found = warnings_of(Facts.of(row.evidence), frame.year)
    context = {"frame": frame, "link": row, "form": form, "back": back, "newer": newer, "warnings": found}
    return render(request, "scoring/evidence_link.html", context)


def linked(request: HttpRequest, row: EvidenceLink, form: PagesForm, back: str) -> HttpResponse:
    """Write the page of a link, or move it on to the newer version."""
    pk, code = row.score.assessment_id, row.score.node.code
    try:
        if "newer" in request.POST:
            newest = actions.use_newer(assessment_id=pk, link_id=row.pk, by=request.user)
            said = _("%(code)s nay dùng bản mới %(document)s.") % {"code": code, "document": newest or row.evidence}
        else:
            pages = form.cleaned_data["pages"]
            actions.link_evidence(
                assessment_id=pk, code=code, evidence_id=row.evidence_id, pages=pages, note=row.note, by=request.user
            )
            said = _("Đã ghi trang, mục.")
    except Refused as refused:
        return answer_refusal(request, refused, to=back)
    messages.success(request, said)
    return redirect(back)


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
