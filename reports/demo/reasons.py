"""What people wrote: explanations of units, reasons of appraisers. Invented, in the words of officials. Pure."""

from __future__ import annotations

from decimal import Decimal

from criteria.rules import Deduction, Discrete, PerItem, Rule
from reports.demo.dice import Dice

_SHORT_RATE = (
    "Một số nội dung chuyển sang quý I năm sau theo ý kiến của cấp trên.",
    "Số còn lại đang chờ ý kiến của cơ quan cấp trên.",
    "Có nội dung chưa đến hạn, đơn vị tiếp tục theo dõi và báo cáo bổ sung.",
    "Kinh phí phân bổ muộn nên một phần việc chưa hoàn thành trong năm.",
    "Số liệu chốt đến ngày lập báo cáo.",
)
_SHORT_CHOICE = (
    "Nội dung này đơn vị mới triển khai được một phần.",
    "Đơn vị đã rút kinh nghiệm và đưa vào kế hoạch năm sau.",
    "Nhân sự phụ trách thay đổi giữa năm nên thực hiện chậm.",
)
_SHORT_LOSS = (
    "Đơn vị đã tự phát hiện và khắc phục trong năm.",
    "Đã kiểm điểm, rút kinh nghiệm; có báo cáo kèm theo.",
)
_SOURCE = (
    "Theo báo cáo công tác cải cách hành chính năm của đơn vị, mục II.",
    "Số liệu trong phụ lục kèm theo báo cáo năm của đơn vị.",
    "Bản ký số đã gửi qua hệ thống quản lý văn bản.",
    "Theo hồ sơ lưu tại đơn vị, sẵn sàng cung cấp khi kiểm tra.",
)
_APPRAISAL = (
    "Số liệu không khớp với báo cáo năm của đơn vị.",
    "Tài liệu kiểm chứng chưa có chữ ký, số, ngày ban hành.",
    "Tài liệu kèm theo chưa chứng minh được mức tự chấm.",
    "Mức tự chấm cao hơn kết quả theo dõi của cơ quan chủ trì.",
)
_APPRAISAL_LOSS = (
    "Còn một trường hợp đơn vị chưa kê khai, theo kết luận kiểm tra.",
    "Số trường hợp theo dõi được nhiều hơn số đơn vị khai.",
)
_APPRAISAL_ITEMS = (
    "Một số mục trùng lặp, không tính.",
    "Danh mục có mục không thuộc nội dung cải cách hành chính.",
)
_NOT_APPLICABLE = (
    "Trong năm không phát sinh nhiệm vụ này.",
    "Trong năm đơn vị không được giao nội dung này.",
    "Đơn vị không có đối tượng áp dụng trong năm.",
)


def explanation(rule: Rule, points: Decimal, dice: Dice) -> str:
    """What a unit writes beside an answer, often nothing; where points are lost, more often why."""
    if points == rule.max_points:
        return dice.pick(_SOURCE) if dice.chance(120) else ""
    if not dice.chance(600):
        return ""
    if isinstance(rule, Deduction):
        return dice.pick(_SHORT_LOSS)
    return dice.pick(_SHORT_CHOICE if isinstance(rule, Discrete | PerItem) else _SHORT_RATE)


def source(dice: Dice) -> str:
    """Where an answer without a document comes from: submitting asks for one or the other."""
    return dice.pick(_SOURCE)


def appraisal(rule: Rule, dice: Dice) -> str:
    """Why an appraiser decided fewer points."""
    if isinstance(rule, Deduction):
        return dice.pick(_APPRAISAL_LOSS)
    return dice.pick(_APPRAISAL_ITEMS if isinstance(rule, PerItem) else _APPRAISAL)


def not_applicable(dice: Dice) -> str:
    """Why a unit asks for "not applicable"."""
    return dice.pick(_NOT_APPLICABLE)
