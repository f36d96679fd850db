"""The sentences for cells of the wrong kind, and what counts as yes and no."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: None for a word that is neither.
YES_NO: Mapping[str, bool] = {"": False, "có": True, "không": False}

#: By what the cell is for, then by the kind that was found.
CELL_WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "number": {
        "d": _("Ô là ngày (%(value)s), không phải số. Định dạng ô là Số (Number) rồi gõ lại."),
        "p": _(
            "Ô định dạng phần trăm (lưu là %(value)s). Định dạng ô là Số (Number) rồi gõ lại, ví dụ 90 cho 90 phần trăm."
        ),
        "b": _("Ô là giá trị đúng/sai, không phải số. Gõ lại số."),
    },
    "words": {
        "d": _("Ô là ngày (%(value)s). Định dạng ô là Văn bản (Text) rồi gõ lại."),
        "p": _("Ô định dạng phần trăm. Định dạng ô là Văn bản (Text) rồi gõ lại."),
        "b": _("Ô là giá trị đúng/sai. Chọn trong danh sách hoặc gõ lại bằng chữ."),
    },
    "any": {
        "f": _("Ô là công thức. Sao chép rồi dán giá trị (Paste Values) thay cho công thức."),
        "e": _("Ô mang giá trị lỗi (%(value)s). Gõ lại giá trị."),
        "l": _("Ô dài quá mức cho phép (20.000 ký tự). Rút ngắn lại."),
    },
}
