"""Notices: mine, how I want them, the words of Sở Nội vụ, and mail that did not go out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from parindex.decisions import Allowed, Refused
from parindex.edge import answer_refusal, ask, sentence
from units import actions, notice_kinds, permissions
from units.forms.notices import NoticeTextForm, OwnEmailForm
from units.queries import notices as queries


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The pages about notices that are open to the person."""
    pages = [("notices", _("Thông báo"), True), ("notice_ways", _("Cách nhận"), True)]
    pages.append(("notice_texts", _("Mẫu thông báo"), bool(permissions.may_edit_notice_texts(request.user))))
    pages.append(("mail_failures", _("Thư không gửi được"), bool(permissions.may_mend_mail(request.user))))
    shown = [
        {"label": label, "url": reverse(f"units:{name}"), "current": name == current, "count": None}
        for name, label, opened in pages
        if opened
    ]
    return shown


@require_GET
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What waited for me, newest first."""
    context = {
        "page": queries.notices_of(request.user, request.GET.get("trang", 1)),
        "tabs": _tabs(request, "notices"),
    }
    return render(request, "units/notices.html", context)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark every notice of mine as read."""
    actions.mark_notices_read(user=request.user)
    return redirect("units:notices")


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read, then go where it leads, or back to the list when asked to stay."""
    try:
        notice = actions.mark_notice_read(user=request.user, notice_id=pk)
    except Refused as refused:
        return answer_refusal(request, refused, to="units:notices")
    if notice.url.startswith("/") and "stay" not in request.POST:
        return redirect(notice.url)
    page = request.POST.get("trang", "")
    return redirect(reverse("units:notices") + (f"?trang={page}" if page.isascii() and page.isdigit() else ""))


@never_cache
def notice_ways(request: HttpRequest) -> HttpResponse:
    """Choose, kind by kind, whether it also comes by mail."""
    if request.method == "POST":
        actions.choose_mail(user=request.user, kinds=request.POST.getlist("mail"))
        messages.success(request, _("Đã ghi cách nhận thông báo."))
        return redirect("units:notice_ways")
    context = {
        "choices": queries.choices_of(request.user),
        "mail_enabled": settings.MAIL_ENABLED,
        "tabs": _tabs(request, "notice_ways"),
    }
    return render(request, "units/notice_ways.html", context)


@never_cache
def own_email(request: HttpRequest) -> HttpResponse:
    """Correct one's own address."""
    form = OwnEmailForm(request.POST or None, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        actions.change_own_email(user=request.user, email=form.cleaned_data["email"])
        messages.success(request, _("Đã ghi địa chỉ thư."))
        return redirect("units:me")
    return render(request, "units/own_email.html", {"form": form})


@require_GET
def notice_texts(request: HttpRequest) -> HttpResponse:
    """The words of every kind, for Sở Nội vụ."""
    ask(permissions.may_edit_notice_texts(request.user))
    context = {"words": queries.all_words(), "tabs": _tabs(request, "notice_texts")}
    return render(request, "units/notice_texts.html", context)


@never_cache
def notice_text(request: HttpRequest, kind: str) -> HttpResponse:
    """Change the words of one kind; the preview shows what is typed, without saving it."""
    ask(permissions.may_edit_notice_texts(request.user))
    ask(permissions.HIDDEN if kind not in notice_kinds.KINDS else Allowed())
    words = queries.words_of(kind)
    form = NoticeTextForm(request.POST or None, initial={"subject": words.subject, "body": words.body})
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            actions.change_notice_text(kind=kind, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, sentence(refused.decision))
        else:
            messages.success(request, _("Đã ghi mẫu. Thông báo từ nay dùng mẫu này."))
            return redirect("units:notice_text", kind)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "units/notice_text.html", _text_context(words, form), status=status)


def _text_context(words: queries.Words, form: NoticeTextForm) -> dict[str, Any]:
    """The form, the places it may name, and the words filled with samples."""
    kind, given = words.kind, getattr(form, "cleaned_data", {}) if form.is_bound else {}
    values = notice_kinds.samples(kind)
    return {
        "words": words,
        "form": form,
        "places": [(f"{{{name}}}", notice_kinds.PLACES[name]) for name in kind.places],
        "subject": notice_kinds.filled_line(given.get("subject", words.subject), values),
        "body": notice_kinds.filled_text(given.get("body", words.body), values),
        "unsaved": form.is_bound,
        "faults": [
            fault
            for part in ("subject", "body")
            for fault in notice_kinds.problems(kind, given.get(part, ""))
            if form.is_bound and not form.non_field_errors()
        ],
    }


@require_POST
def notice_text_restore(request: HttpRequest, kind: str) -> HttpResponse:
    """Back to the built-in words."""
    try:
        actions.restore_notice_text(kind=kind, by=request.user)
    except Refused as refused:
        return answer_refusal(request, refused, to="units:notices")
    messages.success(request, _("Đã trả về mẫu gốc."))
    return redirect("units:notice_text", kind)


@require_GET
@never_cache
def mail_failures(request: HttpRequest) -> HttpResponse:
    """Mail that did not go out, and why, for the administrator."""
    ask(permissions.may_mend_mail(request.user))
    context = {
        "page": queries.failed_mails(request.GET.get("trang", 1)),
        "waiting": queries.mail_counts().get("waiting", 0),
        "mail_enabled": settings.MAIL_ENABLED,
        "tabs": _tabs(request, "mail_failures"),
    }
    return render(request, "units/mail_failures.html", context)


@require_POST
def mail_again(request: HttpRequest) -> HttpResponse:
    """Let one failed mail wait again, or all of them."""
    one = request.POST.get("notice", "")
    try:
        number = int(one) if one.isascii() and one.isdigit() and len(one) < 16 else None
        count = actions.send_mail_again(by=request.user, notice_id=number)
    except Refused as refused:
        return answer_refusal(request, refused, to="units:notices")
    words = ngettext("%(count)d thư chờ gửi lại.", "%(count)d thư chờ gửi lại.", count)
    if count:
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("Không có thư nào gửi lại được: đã gửi rồi, hoặc người nhận chưa có địa chỉ."))
    return redirect("units:mail_failures")
