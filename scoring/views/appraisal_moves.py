"""Moves of a dossier by those who verify: return, finish, reopen, close unsubmitted, extend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from criteria.models import Node
from parindex import clock
from parindex.decisions import Decision, Refused
from parindex.edge import answer_refusal, ask
from parindex.templatetags.numbers import vndatetime, vndeadline
from scoring import permissions, policies
from scoring.actions import moves
from scoring.actions.appraisal import undecided
from scoring.forms.appraisal import ExtensionForm, ReasonForm, ReturnForm
from scoring.forms.receipts import points_from
from scoring.models import Assessment
from scoring.queries.dossiers import dossier_of, sheet_of
from scoring.queries.workspace import with_context
from scoring.views.appraisal import name_of
from scoring.views.population_words import board_url
from scoring.views.return_points import groups_of
from units.authorization import Permission


@dataclass(frozen=True)
class Page:
    """The words of a move and its form; ``form`` None asks only for the button."""

    permission: Permission
    title: Any
    lead: Any
    button: Any
    done: Any
    action: Callable[..., Any]
    form: type[ReasonForm] | None = ReasonForm


RETURN = Page(
    Permission.ASSESSMENT_RETURN,
    gettext_lazy("Trả lại đơn vị"),
    gettext_lazy(
        "Đơn vị sửa được hồ sơ và nộp lại. Quyết định đã ghi vẫn còn; tiêu chí nào đơn vị sửa thì phải xem lại."
    ),
    gettext_lazy("Trả lại hồ sơ"),
    gettext_lazy("Đã trả lại hồ sơ cho đơn vị."),
    moves.return_dossier,
    ReturnForm,
)
FINISH = Page(
    Permission.ASSESSMENT_CLOSE,
    gettext_lazy("Kết thúc thẩm định"),
    gettext_lazy("Sau khi kết thúc, không ai sửa điểm của hồ sơ này nữa trừ khi mở lại."),
    gettext_lazy("Kết thúc thẩm định"),
    gettext_lazy("Đã kết thúc thẩm định hồ sơ."),
    moves.finish_appraisal,
    None,
)
REOPEN = Page(
    Permission.ASSESSMENT_CLOSE,
    gettext_lazy("Mở lại thẩm định"),
    gettext_lazy("Người thẩm định sửa được quyết định. Lý do được lưu cùng hồ sơ."),
    gettext_lazy("Mở lại thẩm định"),
    gettext_lazy("Đã mở lại thẩm định hồ sơ."),
    moves.reopen_appraisal,
)
CLOSE = Page(
    Permission.ASSESSMENT_CLOSE_UNSUBMITTED,
    gettext_lazy("Khóa hồ sơ không nộp"),
    gettext_lazy(
        "Chỉ khi đã hết hạn. Tiêu chí chưa trả lời trở thành “không tự đánh giá”; chấp nhận nghĩa là 0 điểm."
    ),
    gettext_lazy("Khóa hồ sơ"),
    gettext_lazy("Đã khóa hồ sơ. Người thẩm định quyết định từng tiêu chí."),
    moves.close_unsubmitted,
)
EXTEND = Page(
    Permission.EXTENSION_GRANT,
    gettext_lazy("Gia hạn nộp"),
    gettext_lazy("Chỉ đơn vị này được thêm thời gian; hạn của các đơn vị khác giữ nguyên."),
    gettext_lazy("Gia hạn"),
    gettext_lazy("Đã gia hạn nộp cho đơn vị."),
    moves.extend_deadline,
    ExtensionForm,
)


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a submitted dossier to its unit."""
    return move(request, pk, RETURN)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the appraisal of a dossier; what is undecided is listed with its links."""
    return move(request, pk, FINISH)


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a finished dossier for the appraisers again."""
    return move(request, pk, REOPEN)


@require_http_methods(["GET", "POST"])
def close_unsubmitted(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a dossier that was never submitted."""
    return move(request, pk, CLOSE)


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one unit a later deadline."""
    return move(request, pk, EXTEND)


def move(request: HttpRequest, pk: int, page: Page) -> HttpResponse:
    """The page of a move, and the move itself on POST."""
    assessment = with_context(Assessment.objects.filter(pk=pk)).first()
    ask(
        permissions.HIDDEN
        if assessment is None
        else permissions.may_in_population(request.user, assessment.population, page.permission)
    )
    form = page.form(request.POST or None) if page.form else None
    back = back_of(request, assessment)
    if page is CLOSE and not (decision := too_early(assessment)):
        return answer_refusal(request, Refused(decision), to=back)
    if request.method == "POST" and (form is None or form.is_valid()):
        named = {"points": points_from(request.POST)} if page is RETURN else {}
        try:
            page.action(assessment_id=pk, by=request.user, **(form.cleaned_data if form else {}), **named)
        except Refused as refused:
            return stopped(request, refused, form, page, assessment, back)
        messages.success(request, str(page.done))
        if page is EXTEND and (words := beyond(assessment, form.cleaned_data["until"])):
            messages.warning(request, words)
        return redirect(back)
    return shown(request, page, assessment, form, back, status=422 if request.method == "POST" else 200)


def back_of(request: HttpRequest, assessment: Assessment) -> str:
    """Where the person came from: the board of the population (``?tu=dot``), else the dossier."""
    if request.GET.get("tu") == "dot":
        return board_url(assessment.population) + "#don-vi"
    return reverse("scoring:appraisal_case", args=[assessment.pk])


def too_early(assessment: Assessment) -> Decision:
    """Whether a dossier may be closed unsubmitted by now; asked before the page asks for a reason."""
    return policies.may_close_unsubmitted(sheet_of(assessment), clock.now(), reason="?")


def beyond(assessment: Assessment, until: datetime) -> str:
    """A warning when a unit may hand in after its appraisal is meant to be over; "" otherwise."""
    ends = assessment.population.appraisal_ends_at
    if ends is None or until <= ends:
        return ""
    words = _("Hạn mới %(until)s sau hạn thẩm định %(ends)s của đợt. Dời hạn thẩm định nếu cần thời gian xem hồ sơ này.")
    return words % {"until": vndatetime(until), "ends": vndatetime(ends)}


def facts_of(page: Page, assessment: Assessment) -> list[str]:
    """What one should know before a date is typed: the deadline as it is, the end of the appraisal."""
    if page not in (EXTEND, CLOSE):
        return []
    deadline, ends = sheet_of(assessment).own_deadline(), assessment.population.appraisal_ends_at
    found = [_("Hạn nộp hiện nay của đơn vị: %(when)s.") % {"when": vndeadline(deadline)}] if deadline else []
    if page is EXTEND and ends is not None:
        found.append(_("Thẩm định của đợt đến %(when)s.") % {"when": vndeadline(ends)})
    return found


def stopped(
    request: HttpRequest,
    refused: Refused,
    form: ReasonForm | None,
    page: Page,
    assessment: Assessment,
    back: str,
) -> HttpResponse:
    """A refused move: at its field where it has one, as the list of what is left, else as a message."""
    field = {"deadline": "until", "reason": "reason", "points": None}.get(refused.code, "")
    if form is not None and (field is None or field in form.fields):
        form.add_error(field, refused.reason)
        return shown(request, page, assessment, form, back, status=422)
    if refused.code == "missing":
        return redirect(request.path)
    return answer_refusal(request, refused, to=back)


def shown(
    request: HttpRequest,
    page: Page,
    assessment: Assessment,
    form: ReasonForm | None,
    back: str,
    *,
    status: int,
) -> HttpResponse:
    """The page that asks."""
    context = {
        "page": page,
        "assessment": assessment,
        "name": name_of(assessment.population),
        "form": form,
        "back": back,
        "facts": facts_of(page, assessment),
        "missing": named(assessment) if page is FINISH else [],
        "groups": groups_of(dossier_of(assessment), points_from(request.POST)) if page is RETURN else [],
    }
    return render(request, "scoring/appraisal/move.html", context, status=status)


def named(assessment: Assessment) -> list[tuple[str, str]]:
    """Code and name of every component that waits for a decision, in the order of the tree."""
    codes = undecided(assessment)
    nodes = Node.objects.filter(framework_id=assessment.population.framework_id, code__in=codes)
    names = dict(nodes.values_list("code", "name"))
    return [(code, names.get(code, "")) for code in codes]
