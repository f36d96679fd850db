"""The home of a unit: how long, how far, what is left, what came back, who did what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from criteria.stages import Stage
from parindex import canonical, clock
from parindex.components import Entry, Figure, Step
from parindex.numbers import shown
from parindex.templatetags.numbers import timeleft, vndatetime, vndeadline
from scoring import states
from scoring.queries.dossiers import Dossier, Leaf, dossier_of
from scoring.queries.past import last_result, losses_of
from scoring.queries.workspace import (
    Act,
    acts_of,
    current_of,
    dossiers_of,
    given_back,
    moves_of,
)
from scoring.views.cards import anchor_of
from scoring.views.dossier import Frame, frame_of, framed
from scoring.views.sheet import state_of, totals

#: How many things to do the home shows before "all of them".
MOST_TO_DO = 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The running dossier of the person's unit; a page saying why when there is none."""
    listed = list(dossiers_of(request.user))
    current = current_of(listed)
    if current is None:
        return render(request, "scoring/home_empty.html")
    return page(request, framed(request, current), others=[row for row in listed if row.pk != current.pk])


@require_GET
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page for any dossier the person may see."""
    return page(request, frame_of(request, pk))


def page(request: HttpRequest, frame: Frame, others: list[Any] | None = None) -> HttpResponse:
    """The home of one dossier."""
    found = dossier_of(frame.assessment)
    before = last_result(frame.assessment)
    to_do = to_do_of(frame, found)
    context = {
        "frame": frame,
        "heading": heading(frame),
        "lead": lead(frame, found),
        "progress": found.progress,
        "parts": [("s4", found.progress.claimed), ("s2", found.progress.open), ("sx", found.progress.lost)],
        "figures": figures(frame, found, before),
        "stages": stages(frame),
        "areas": totals(found),
        "to_do": to_do[:MOST_TO_DO],
        "to_do_count": len(to_do),
        "next": to_do[0] if to_do else None,
        "returned": given_back(moves_of(frame.assessment)),
        "acts": [entry_of(act) for act in acts_of(frame.assessment)],
        "losses": losses_of(before) if before is not None else [],
        "others": others or [],
    }
    return render(request, "scoring/home.html", context)


@require_GET
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that stands between the sheet and its submission, each a link."""
    frame = frame_of(request, pk)
    found = dossier_of(frame.assessment)
    return render(request, "scoring/missing.html", {"frame": frame, "to_do": to_do_of(frame, found)})


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The moves of the dossier and the latest acts."""
    frame = frame_of(request, pk)
    moves = [
        Entry(
            text=move_words(move.move, move.reason),
            who=move.by.get_full_name() if move.by is not None else "",
            at=move.at,
            now=place == 0,
            done=place > 0,
        )
        for place, move in enumerate(moves_of(frame.assessment))
    ]
    acts = [entry_of(act) for act in acts_of(frame.assessment, limit=100)]
    return render(request, "scoring/history.html", {"frame": frame, "moves": moves, "acts": acts})


# --- Words ---------------------------------------------------------------------------------------


def heading(frame: Frame) -> str:
    """The answer to "where do we stand": the time left while the unit works, else what has become of it."""
    assessment = frame.assessment
    if assessment.population.stage == Stage.PUBLISHED:
        return _("Kết quả năm %(year)d đã công bố") % {"year": frame.year}
    if assessment.state == states.State.CLOSED:
        return _("Đã thẩm định xong")
    if assessment.state == states.State.SUBMITTED:
        if assessment.closed_unsubmitted_at:
            return _("Hồ sơ bị khóa vì không nộp")
        return _("Đã nộp lúc %(when)s") % {"when": vndatetime(assessment.submitted_at)}
    if frame.late:
        return _("Đã quá hạn nộp")
    if frame.deadline is None:
        return _("Đang tự đánh giá, chưa đặt hạn nộp")
    if frame.deadline <= frame.now:
        return _("Còn chưa đầy một phút")
    return _("Còn %(time)s") % {"time": timeleft(frame.deadline, frame.now)}


def lead(frame: Frame, dossier: Dossier) -> str:
    """Why, in one or two sentences."""
    progress = dossier.progress
    done = _("Đã trả lời %(n)d trên %(all)d tiêu chí.") % {"n": progress.answered, "all": progress.asked}
    if frame.assessment.state not in states.UNSUBMITTED:
        return done
    when = vndeadline(frame.deadline) if frame.deadline else ""
    if frame.late:
        late = _("Hạn nộp là %(when)s. Cần thêm thời gian, đề nghị Sở Nội vụ gia hạn.") % {"when": when}
        return f"{late} {done}"
    if frame.assessment.state == states.State.AWAITING_HEAD:
        return _("Hồ sơ đang chờ lãnh đạo duyệt. Nộp trước %(when)s.") % {"when": when} if when else done
    return _("Nộp trước %(when)s. %(done)s Lãnh đạo cần ít nhất một ngày để xem và duyệt.") % {"when": when, "done": done} if when else done


def figures(frame: Frame, dossier: Dossier, before: Any) -> list[Figure]:
    """The key figures."""
    progress = dossier.progress
    found = [
        Figure(_("Đã trả lời"), str(progress.answered), f"/ {progress.asked}"),
        Figure(_("Điểm tự chấm"), shown(progress.claimed), f"/ {shown(progress.maximum)}"),
        Figure(_("Còn có thể lấy"), shown(progress.open)),
        Figure(_("Đã mất"), shown(progress.lost)),
    ]
    if before is not None and before.index_percent is not None:
        found.append(Figure(_("Năm %(year)d") % {"year": frame.year - 1}, shown(before.index_percent), "%"))
    return found


def stages(frame: Frame) -> list[Step]:
    """The stages of the population with their last days."""
    population = frame.assessment.population
    shown_stages = [stage for stage in Stage if stage != Stage.SETTLED]
    order = [stage.value for stage in shown_stages]
    stage = Stage.COUNCIL if population.stage == Stage.SETTLED else population.stage
    now = order.index(stage)
    found = []
    for place, each in enumerate(shown_stages):
        own = {Stage.PREPARING: population.opens_at, Stage.PUBLISHED: population.publishes_at}
        ends = own.get(each) or population.ends_at(each)
        dates = _("đến %(day)s") % {"day": clock.local(ends).strftime("%d/%m/%Y")} if ends else ""
        state = "done" if place < now else "now" if place == now else ""
        label = _("Công bố") if each == Stage.PUBLISHED else str(each.label).capitalize()
        found.append(Step(label, state, dates))
    return found


def to_do_of(frame: Frame, dossier: Dossier) -> list[dict[str, Any]]:
    """What is left, most points first."""
    open_leaves = [leaf for leaf in dossier.leaves if leaf.node.code in dossier.missing and leaf.asked]
    ordered = sorted(open_leaves, key=lambda leaf: (-leaf.node.max_points, leaf.node.position))
    return [
        {
            "leaf": leaf,
            "state": state_of(dossier, leaf),
            "text": dossier.missing[leaf.node.code].text,
            "url": card_url(frame, leaf),
        }
        for leaf in ordered
    ]


def card_url(frame: Frame, leaf: Leaf) -> str:
    """The card of a leaf on its sheet."""
    return reverse("scoring:sheet", args=[frame.assessment.pk, leaf.area.code]) + "#" + anchor_of(leaf.node.code)


def entry_of(act: Act) -> Entry:
    """An act as a line of the timeline."""
    return Entry(text=act_words(act), who=act.who, at=act.at)


def act_words(act: Act) -> str:
    """An act in words."""
    data = canonical.loads(act.data)
    noun, _dot, verb = act.action.partition(".")
    if noun == "assessment":
        return move_words(verb, str(data.get("reason", "")))
    values = {"code": data.get("code", ""), "document": data.get("document") or data.get("name", "")}
    words = {
        "score.saved": _("trả lời %(code)s"),
        "evidence.added": _("tải lên %(document)s"),
        "evidence.linked": _("thêm tài liệu %(document)s vào %(code)s"),
        "evidence.unlinked": _("bỏ tài liệu %(document)s khỏi %(code)s"),
    }
    return words.get(act.action, _("sửa thông tin tài liệu")) % values


def move_words(move: str, reason: str) -> str:
    """A move of the dossier in words, with its reason."""
    words = {
        "propose": _("trình lãnh đạo"),
        "send_back": _("chuyển lại cán bộ"),
        "submit": _("duyệt và nộp hồ sơ"),
        "withdraw": _("rút lại hồ sơ để sửa"),
        "return": _("trả lại hồ sơ"),
        "extended": _("gia hạn nộp"),
        "close_unsubmitted": _("khóa hồ sơ không nộp"),
        "finish_appraisal": _("kết thúc thẩm định"),
        "reopen_appraisal": _("mở lại thẩm định"),
    }.get(move, move)
    return f"{words}: “{reason}”" if reason else words


