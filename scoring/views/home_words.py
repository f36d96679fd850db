"""The home of a unit in words: where it stands, why, the key figures, the stages, who did what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from criteria.stages import Stage
from parindex import canonical, clock
from parindex.components import Entry, Figure, Step
from parindex.numbers import shown
from parindex.templatetags.numbers import timeleft, vndatetime, vndeadline
from scoring import states
from scoring.queries.dossiers import Dossier
from scoring.queries.workspace import Act
from scoring.views.dossier import Frame


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
    done = _("Đã trả lời %(n)d trên %(all)d tiêu chí thành phần.") % {"n": progress.answered, "all": progress.asked}
    if frame.assessment.state not in states.UNSUBMITTED:
        return done
    when = vndeadline(frame.deadline) if frame.deadline else ""
    if frame.late:
        late = _("Hạn nộp là %(when)s. Cần thêm thời gian, liên hệ %(who)s để được gia hạn.") % {"when": when, "who": frame.extends}
        return f"{late} {done}"
    if frame.assessment.state == states.State.AWAITING_HEAD:
        return _("Hồ sơ đang chờ lãnh đạo duyệt. Nộp trước %(when)s.") % {"when": when} if when else done
    if not when:
        return done
    said = _("Nộp trước %(when)s. %(done)s") % {"when": when, "done": done}
    return said if frame.signs else said + " " + _("Lãnh đạo cần ít nhất một ngày để xem và duyệt.")


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


def entry_of(act: Act) -> Entry:
    """An act as a line of the timeline."""
    return Entry(text=act_words(act), who=act.who, at=act.at)


def act_words(act: Act) -> str:
    """An act in words."""
    data = canonical.loads(act.data)
    noun, _dot, verb = act.action.partition(".")
    if act.action == "assessment.carried":
        return _("chép %(count)s câu từ năm %(year)s") % data
    if act.action == "assessment.copies_confirmed":
        return _("xác nhận %(count)s câu đã chép vẫn đúng") % data
    if act.action == "workbook.applied":
        return _("ghi %(rows)s tiêu chí từ tệp Excel") % data
    if act.action == "assessment.scan":
        return _("đính kèm báo cáo đã ký, đóng dấu")
    if noun == "assessment":
        return move_words(verb, str(data.get("reason", "")))
    values = {"code": data.get("code", ""), "document": data.get("document") or data.get("name", "")}
    words = {
        "score.saved": _("trả lời %(code)s"),
        "evidence.added": _("tải lên %(document)s"),
        "evidence.linked": _("thêm tài liệu %(document)s vào %(code)s"),
        "evidence.unlinked": _("bỏ tài liệu %(document)s khỏi %(code)s"),
        "evidence.replaced": _("thay một tài liệu bằng bản mới"),
        "evidence.withdrawn": _("rút tài liệu %(document)s khỏi kho"),
        "evidence.restored": _("khôi phục tài liệu %(document)s"),
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
