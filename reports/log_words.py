"""Audit rows in words: what was done, and every value before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.stages import Stage
from parindex import canonical, clock
from parindex.models import AuditEvent
from parindex.numbers import shown
from scoring.actions.populations import DATE_LABELS
from scoring.states import MOVES, STAGE_MOVES, State
from units.authorization import Role
from units.models import Level

#: The nouns of actions as groups of the filter; an action is ``noun.verb``.
GROUPS: Mapping[str, Any] = {
    "score": gettext_lazy("Điểm, câu trả lời"),
    "evidence": gettext_lazy("Tài liệu kiểm chứng"),
    "assessment": gettext_lazy("Hồ sơ: trình, nộp, trả lại"),
    "exemption": gettext_lazy("Không áp dụng"),
    "workbook": gettext_lazy("Tệp Excel của hồ sơ"),
    "share": gettext_lazy("Phân việc trong đơn vị"),
    "note": gettext_lazy("Ghi chú nội bộ"),
    "assignment": gettext_lazy("Phân công thẩm định"),
    "population": gettext_lazy("Đợt đánh giá"),
    "reminder": gettext_lazy("Nhắc nộp hồ sơ"),
    "notice": gettext_lazy("Thông báo"),
    "framework": gettext_lazy("Bộ tiêu chí"),
    "survey": gettext_lazy("Điều tra"),
    "run": gettext_lazy("Tính chỉ số"),
    "result": gettext_lazy("Công bố"),
    "account": gettext_lazy("Tài khoản"),
    "role": gettext_lazy("Vai trò"),
    "unit": gettext_lazy("Đơn vị"),
    "tenure": gettext_lazy("Người đứng đầu"),
}
ACTIONS: Mapping[str, Any] = {
    "account.activated": gettext_lazy("mở lại tài khoản"),
    "account.changed": gettext_lazy("sửa tài khoản"),
    "account.created": gettext_lazy("tạo tài khoản"),
    "account.deactivated": gettext_lazy("khóa tài khoản"),
    "account.password_changed": gettext_lazy("đổi mật khẩu"),
    "account.password_reset": gettext_lazy("đặt lại mật khẩu"),
    "account.sessions_ended": gettext_lazy("thoát khỏi các máy khác"),
    "answers.imported": gettext_lazy("nhập câu trả lời từ tệp"),
    "assessment.extended": gettext_lazy("gia hạn nộp"),
    "assessment.receipt": gettext_lazy("lập biên nhận nộp hồ sơ"),
    "assessment.report_text": gettext_lazy("viết khó khăn, đề xuất"),
    "assessment.scan": gettext_lazy("đính kèm báo cáo đã ký"),
    "assignment.body_set": gettext_lazy("giao cơ quan thẩm định"),
    "assignment.people_set": gettext_lazy("giao người thẩm định"),
    "cycle.created": gettext_lazy("tạo năm đánh giá"),
    "evidence.added": gettext_lazy("thêm tài liệu"),
    "evidence.described": gettext_lazy("sửa thông tin tài liệu"),
    "evidence.linked": gettext_lazy("gắn tài liệu vào tiêu chí"),
    "evidence.read": gettext_lazy("đọc tài liệu"),
    "evidence.scanned": gettext_lazy("quét mã độc một tài liệu"),
    "evidence.unlinked": gettext_lazy("bỏ tài liệu khỏi tiêu chí"),
    "exemption.granted": gettext_lazy("cho không áp dụng"),
    "exemption.revoked": gettext_lazy("bỏ không áp dụng"),
    "exemptions.imported": gettext_lazy("nhập không áp dụng từ tệp"),
    "framework.imported": gettext_lazy("nhập bộ tiêu chí"),
    "framework.link_corrected": gettext_lazy("sửa liên kết với năm trước của một tiêu chí"),
    "note.added": gettext_lazy("viết ghi chú nội bộ"),
    "notice.mail_again": gettext_lazy("gửi lại thư không gửi được"),
    "notice_text.changed": gettext_lazy("sửa mẫu thông báo"),
    "notice_text.restored": gettext_lazy("trả mẫu thông báo về gốc"),
    "population.created": gettext_lazy("tạo đợt đánh giá"),
    "population.outage": gettext_lazy("dời hạn vì cổng gặp sự cố"),
    "population.dates_set": gettext_lazy("đặt lịch đợt đánh giá"),
    "population.moved": gettext_lazy("chuyển bước đợt đánh giá"),
    "population.opened": gettext_lazy("mở tự đánh giá"),
    "reminder.sent": gettext_lazy("nhắc đơn vị chưa nộp"),
    "result.published": gettext_lazy("công bố kết quả"),
    "results.imported": gettext_lazy("nhập kết quả năm trước"),
    "role.ended": gettext_lazy("kết thúc vai trò"),
    "role.granted": gettext_lazy("giao vai trò"),
    "run.computed": gettext_lazy("tính chỉ số"),
    "assessment.carried": gettext_lazy("chép câu trả lời từ năm trước"),
    "assessment.copies_confirmed": gettext_lazy("xác nhận các câu đã chép"),
    "score.confirmed": gettext_lazy("xác nhận câu đã chép vẫn đúng"),
    "score.copied": gettext_lazy("chép câu trả lời của năm trước"),
    "score.decided": gettext_lazy("quyết định điểm"),
    "score.saved": gettext_lazy("lưu câu trả lời"),
    "scores.imported": gettext_lazy("nhập điểm từ tệp"),
    "share.set": gettext_lazy("giao việc trong đơn vị"),
    "survey.imported": gettext_lazy("nhập số liệu điều tra"),
    "tenure.changed": gettext_lazy("sửa nhiệm kỳ người đứng đầu"),
    "tenure.created": gettext_lazy("ghi người đứng đầu"),
    "unit.changed": gettext_lazy("sửa đơn vị"),
    "unit.created": gettext_lazy("thêm đơn vị"),
    "workbook.applied": gettext_lazy("ghi câu trả lời từ tệp Excel"),
    "workbook.dropped": gettext_lazy("bỏ tệp Excel đã nộp"),
    "workbook.uploaded": gettext_lazy("nộp tệp Excel đã điền"),
}
LABELS: Mapping[str, Any] = {
    **DATE_LABELS,
    "acting": gettext_lazy("phụ trách, quyền"),
    "answer": gettext_lazy("câu trả lời"),
    "appraisal_reason": gettext_lazy("lý do thẩm định"),
    "appraised_answer": gettext_lazy("câu trả lời đã sửa khi thẩm định"),
    "appraised_points": gettext_lazy("điểm thẩm định"),
    "code": gettext_lazy("mã"),
    "decided_on": gettext_lazy("ngày ký"),
    "decision": gettext_lazy("quyết định"),
    "document": gettext_lazy("tài liệu"),
    "difficulties": gettext_lazy("khó khăn, vướng mắc"),
    "dossiers": gettext_lazy("số hồ sơ"),
    "explanation": gettext_lazy("giải trình"),
    "file": gettext_lazy("tệp"),
    "from": gettext_lazy("từ"),
    "from_date": gettext_lazy("từ ngày"),
    "full_name": gettext_lazy("họ tên"),
    "issued_on": gettext_lazy("ngày ban hành"),
    "issuer": gettext_lazy("cơ quan ban hành"),
    "level": gettext_lazy("cấp"),
    "move": gettext_lazy("việc"),
    "max_points": gettext_lazy("điểm tối đa"),
    "na_reason": gettext_lazy("lý do không áp dụng"),
    "na_requested": gettext_lazy("đề nghị không áp dụng"),
    "name": gettext_lazy("tên"),
    "notes": gettext_lazy("tiêu chí cần sửa"),
    "number": gettext_lazy("số"),
    "pages": gettext_lazy("trang"),
    "points": gettext_lazy("điểm"),
    "proposals": gettext_lazy("đề xuất, kiến nghị"),
    "reason": gettext_lazy("lý do"),
    "role": gettext_lazy("vai trò"),
    "run": gettext_lazy("lần tính"),
    "self_points": gettext_lazy("điểm tự chấm"),
    "short_name": gettext_lazy("tên ngắn"),
    "stage": gettext_lazy("bước"),
    "title": gettext_lazy("chức vụ, trích yếu"),
    "to": gettext_lazy("đến"),
    "to_date": gettext_lazy("đến ngày"),
    "until": gettext_lazy("đến"),
    "username": gettext_lazy("tên đăng nhập"),
    "valid_from": gettext_lazy("có hiệu lực từ"),
    "valid_to": gettext_lazy("hiệu lực đến hết"),
    "verdict": gettext_lazy("cách quyết định"),
    "version": gettext_lazy("lần"),
    "warnings": gettext_lazy("lưu ý"),
    "year": gettext_lazy("năm"),
    "new": gettext_lazy("dòng mới"),
    "changed": gettext_lazy("dòng sửa"),
    "same": gettext_lazy("dòng không đổi"),
}
CODES: Mapping[str, Any] = {
    **{state.value: state.label for state in State},
    **{stage.value: stage.label for stage in Stage},
    **{role.value: role.label for role in Role},
    **{level.value: level.label for level in Level},
    "accept": gettext_lazy("chấp nhận"),
    "correct": gettext_lazy("sửa câu trả lời"),
    "points": gettext_lazy("cho điểm khác"),
    "grant_na": gettext_lazy("cho không áp dụng"),
    "rule": gettext_lazy("quy định của năm"),
    "request": gettext_lazy("đề nghị của đơn vị"),
}
#: Where a code is a code and not a name somebody typed.
CODED = frozenset({"from", "to", "stage", "role", "level", "verdict", "origin"})
ORIGINS: Mapping[str, Any] = {
    "web": gettext_lazy("trên trang"),
    "import": gettext_lazy("từ tệp"),
    "command": gettext_lazy("từ máy chủ"),
    "job": gettext_lazy("chạy nền"),
    "publication": gettext_lazy("khi công bố"),
    "demo": gettext_lazy("dữ liệu minh họa"),
}
#: Technical values that say nothing to a reader.
SILENT = frozenset({"sha256", "digest", "assessment", "size", "draft", "affects", "replaced", "parent", "head", "parent_id"})
MOST_TEXT = 300


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One audit row to read; ``facts`` are pairs of label and value that have no before."""

    event: AuditEvent
    action: str
    origin: str
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]


def line_of(event: AuditEvent) -> Line:
    """An audit row in words."""
    data = canonical.loads(event.data)
    changes = [Change(_label(key), _value(key, old), _value(key, new)) for key, old, new in _pairs(data)]
    told = {"changed"} if isinstance(data.get("changed"), Mapping) else set()
    told |= {"before", "after"} if "after" in data else set()
    told |= {"from", "to"} if _has_move(data) else set()
    facts = [
        (_label(key), _value(key, value))
        for key, value in data.items()
        if key not in SILENT | told and value not in ("", None, [], {})
    ]
    return Line(event, action_words(event.action), str(ORIGINS.get(event.origin, event.origin)), tuple(changes), tuple(facts))


def action_words(action: str) -> str:
    """The words of an action; a move of a dossier has those of its button."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    noun, _dot, verb = action.partition(".")
    if noun == "assessment" and verb in MOVES:
        return str(MOVES[verb].label).lower()
    return action


def _has_move(data: Mapping[str, Any]) -> bool:
    return "from" in data and "to" in data


def _pairs(data: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    changed = data.get("changed")
    if isinstance(changed, Mapping):
        for key, values in changed.items():
            if isinstance(values, Mapping):
                yield key, values.get("from"), values.get("to")
    if isinstance(data.get("after"), Mapping):
        before = data.get("before") or {}
        for key, new in data["after"].items():
            if key not in SILENT and before.get(key) != new:
                yield key, before.get(key), new
    if _has_move(data):
        yield "from", data["from"], data["to"]


def _label(key: str) -> str:
    return str(LABELS.get(key, key)) if key != "from" else _("từ, đến")


def _value(key: str, value: Any) -> str:
    if value is None or value == "":
        return _("trống")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Decimal | int):
        return shown(Decimal(value)) if key.endswith("points") else str(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{_label(k)}: {_value(k, v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(key, each) for each in value)
    return _cut(_text(key, str(value)))


def _text(key: str, value: str) -> str:
    if key == "move" and value in STAGE_MOVES:
        return str(STAGE_MOVES[value].label)
    if key in CODED and value in CODES:
        return str(CODES[value])
    if key.endswith("answer"):
        return _answer(value)
    return _moment(value)


def _answer(value: str) -> str:
    """A stored answer without its rule: what was chosen or counted."""
    try:
        answer = canonical.loads(value)
    except ValueError:
        return value
    if not isinstance(answer, Mapping):
        return value
    if "option" in answer:
        return str(answer["option"])
    if "numerator" in answer:
        return f"{answer['numerator']}/{answer['denominator']}"
    if "percent" in answer:
        return f"{answer['percent']}%"
    if "counts" in answer:
        return "; ".join(f"{label}: {count}" for label, count in answer["counts"].items())
    return _("không phát sinh") if answer.get("nothing_arose") else "; ".join(f"{k}: {v}" for k, v in answer.items())


def _moment(value: str) -> str:
    """Days and moments as people write them; any other text as it is."""
    try:
        if len(value) == 10:
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        if len(value) > 16 and value[10] == "T":
            return f"{clock.local(datetime.fromisoformat(value)):%H:%M, %d/%m/%Y}"
    except ValueError:
        pass
    return value


def _cut(value: str) -> str:
    return value if len(value) <= MOST_TEXT else value[: MOST_TEXT - 1].rstrip() + "…"
