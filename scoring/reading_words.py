"""What was read from a document's file, as kept in ``Evidence.suggested``, and the words for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from parindex import canonical
from scoring.models import Evidence

#: The fields that the text of a document may fill.
FIELDS = ("number", "issued_on", "issuer", "title")

WHY = {
    "broken": _("Tệp bị hỏng nên không dựng được trang. Tải tệp về để kiểm tra, lưu hoặc quét lại rồi tải lên bản mới."),
    "locked": _("Tệp PDF bị khóa bằng mật khẩu nên không dựng được trang. Tải lên bản không có mật khẩu."),
    "no_pages": _("Tệp PDF không có trang nào. Tải tệp về để kiểm tra rồi tải lên bản mới."),
    "too_many_pages": _("Tệp PDF có quá nhiều trang nên không dựng được. Tách thành nhiều tệp rồi tải lên."),
    "too_heavy": _("Tệp quá nặng nên không dựng được trang. Quét lại ở 300 dpi hoặc tách thành nhiều tệp."),
    "too_many_pixels": _("Ảnh quá lớn nên không xem trước được. Chụp hoặc quét lại ở 300 dpi."),
    "too_slow": _("Dựng trang mất quá nhiều thời gian nên máy đã dừng. In lại ra PDF hoặc tách thành nhiều tệp rồi tải lên."),
    "ended": _("Phần mềm đọc tệp phải dừng giữa chừng. In lại ra PDF hoặc quét lại rồi tải lên bản mới."),
    "missing": _("Không thấy tệp trong kho. Báo Sở Nội vụ để khôi phục từ bản sao lưu."),
    "refused": _("Tệp có mã độc nên không được mở."),
    "machine": _("Máy không đọc được tệp sau nhiều lần thử. Tải tệp về để xem."),
}


def said(evidence: Evidence) -> dict[str, Any]:
    """What the job kept: the particulars it read, ``filled`` (names of fields), ``why`` (code of a failure)."""
    kept = canonical.loads(evidence.suggested or "{}")
    return kept if isinstance(kept, dict) else {}


def why_unread(evidence: Evidence) -> str:
    """The sentence for a document that could not be read."""
    return str(WHY.get(str(said(evidence).get("why", "")), WHY["ended"]))


def unconfirmed(evidence: Evidence) -> frozenset[str]:
    """The fields whose value was read from the file and that nobody has confirmed by saving."""
    filled = said(evidence).get("filled", [])
    return frozenset(name for name in filled if name in FIELDS and getattr(evidence, name))


def confirmed(evidence: Evidence) -> str:
    """The kept JSON without its marks: a person has saved the particulars."""
    kept = {name: value for name, value in said(evidence).items() if name != "filled"}
    return canonical.dumps(kept)
