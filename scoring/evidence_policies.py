"""May this happen to a document now? Facts in, a decision out; pure, like ``scoring.policies``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parindex.decisions import Allowed, Decision, Denied


@dataclass(frozen=True)
class Standing:
    """Where a document stands: taken back or not, and the name of the version that replaced it."""

    withdrawn: bool = False
    newer: str = ""
    infected: bool = False


def may_link(standing: Standing) -> Decision:
    """Whether a document may be given for a component: neither withdrawn nor replaced, and nothing harmful found in it."""
    if standing.infected:
        return Denied(_("Phần mềm quét thấy mã độc trong tài liệu này. Tải lên tệp sạch rồi gắn."), code="infected")
    if standing.newer:
        words = _("Tài liệu này đã thay bằng %(newer)s. Gắn bản mới.")
        return Denied(words % {"newer": standing.newer}, code="replaced")
    if standing.withdrawn:
        return Denied(_("Tài liệu này đã rút khỏi kho. Khôi phục rồi mới gắn được."), code="withdrawn")
    return Allowed()


def may_replace(standing: Standing) -> Decision:
    """Whether a newer version may take the place of a document: it is the newest, and in use or usable."""
    if standing.newer:
        words = _("Tài liệu này đã thay bằng %(newer)s. Mở bản mới để thay tiếp.")
        return Denied(words % {"newer": standing.newer}, code="replaced")
    if standing.withdrawn:
        return Denied(_("Tài liệu này đã rút khỏi kho. Khôi phục rồi mới thay được."), code="withdrawn")
    return Allowed()


def may_withdraw(standing: Standing, uses: Sequence[str], *, signed: bool) -> Decision:
    """Whether a document may be withdrawn: nothing uses it, and it is no signed report.

    ``uses``: each component that it proves, in words.
    """
    if standing.newer:
        words = _("Tài liệu này đã thay bằng %(newer)s và được giữ lại làm bản cũ, không cần rút.")
        return Denied(words % {"newer": standing.newer}, code="replaced")
    if signed:
        return Denied(_("Đây là báo cáo đã ký của hồ sơ đã nộp, không rút được."), code="signed")
    if uses:
        return Denied(
            _("Tài liệu đang dùng nên chưa rút được. Bỏ khỏi các tiêu chí sau trước:"), tuple(uses), code="used"
        )
    return Allowed()
