"""The kinds of notices: what each is called, whether it goes by mail unless a person says otherwise, and its words.

Words hold places to be filled, written ``{don_vi}``: a name of ``PLACES`` in braces and nothing
else. They are filled once, by plain replacement, so that neither a value nor a text of Sở Nội vụ can
reach into an object. No ORM and no clock here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parindex import text

#: Lengths of ``Notice.text``, and of a body long enough for anything said in a notice.
MOST_SUBJECT, MOST_BODY = 200, 4000

_PLACE = re.compile(r"\{([a-z0-9_]+)\}")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Place:
    """A place to be filled: what it means, and a value for the preview."""

    meaning: str
    sample: str


PLACES: Mapping[str, Place] = {
    "nguoi_nhan": Place(gettext_lazy("họ tên người nhận"), "Lò Thị Hương"),
    "don_vi": Place(gettext_lazy("tên đơn vị"), "Sở Xây dựng"),
    "nam": Place(gettext_lazy("năm đánh giá"), "2025"),
    "han_nop": Place(gettext_lazy("hạn nộp của đơn vị"), "17:00 ngày 30/11/2025"),
    "con_lai": Place(gettext_lazy("thời gian còn lại"), "2 ngày 23 giờ"),
    "buoc": Place(gettext_lazy("tên bước vừa mở"), "tự đánh giá"),
    "nguoi_lam": Place(gettext_lazy("họ tên người thực hiện"), "Quàng Văn Minh"),
    "ly_do": Place(gettext_lazy("lý do hoặc lời nhắn"), "Phụ lục số liệu chưa khớp báo cáo năm."),
    "luc": Place(gettext_lazy("thời điểm"), "14:03 ngày 28/11/2025"),
    "tep": Place(gettext_lazy("tên tệp"), "bao-cao-nam.pdf"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of notice with its built-in words; ``places`` are the names it fills."""

    code: str
    label: str
    by_mail: bool
    subject: str
    body: str
    places: tuple[str, ...]


def _kind(code: str, label: str, places: str, subject: str, body: str, *, by_mail: bool = True) -> Kind:
    return Kind(code, label, by_mail, subject, body, ("nguoi_nhan", "don_vi", "nam", *places.split()))


def _deadline(code: str, label: str, left: str) -> Kind:
    return _kind(
        code,
        label,
        "han_nop con_lai",
        gettext_lazy("Còn {con_lai} để nộp hồ sơ năm {nam}: {don_vi}"),
        left,
    )


_ALL = (
    _kind(
        "stage_opens",
        gettext_lazy("Mở một bước của đợt đánh giá"),
        "buoc han_nop",
        gettext_lazy("Mở {buoc} năm {nam}: {don_vi}, hạn {han_nop}"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nBước {buoc} của đợt đánh giá Chỉ số cải cách hành chính năm {nam} đã mở cho {don_vi}. "
            "Hạn: {han_nop}.\n\nĐiểm và tài liệu lưu dần được, không phải làm một lần."
        ),
    ),
    _deadline(
        "deadline_7",
        gettext_lazy("Còn 7 ngày đến hạn nộp"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} chưa nộp. "
            "Hạn nộp: {han_nop}, còn {con_lai}."
        ),
    ),
    _deadline(
        "deadline_3",
        gettext_lazy("Còn 3 ngày đến hạn nộp"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} chưa nộp. Hạn nộp: {han_nop}, còn {con_lai}.\n\n"
            "Mở danh sách còn thiếu để làm phần nhiều điểm trước, rồi trình lãnh đạo duyệt."
        ),
    ),
    _deadline(
        "deadline_1",
        gettext_lazy("Còn 1 ngày đến hạn nộp"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} chưa nộp. Hạn nộp: {han_nop}, còn {con_lai}.\n\n"
            "Hồ sơ chỉ nộp được khi lãnh đạo đơn vị duyệt. Cần thêm thời gian, đề nghị Sở Nội vụ gia hạn trước hạn nộp."
        ),
    ),
    _deadline(
        "deadline_2h",
        gettext_lazy("Còn 2 giờ đến hạn nộp"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} chưa nộp. Hạn nộp: {han_nop}, còn {con_lai}. "
            "Sau giờ đó hồ sơ không nộp được nữa."
        ),
    ),
    _kind(
        "returned",
        gettext_lazy("Hồ sơ bị trả lại"),
        "nguoi_lam ly_do han_nop",
        gettext_lazy("Hồ sơ năm {nam} của {don_vi} bị trả lại"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} bị trả lại để sửa.\n\n"
            "Lý do: {ly_do}\nHạn nộp lại: {han_nop}."
        ),
    ),
    _kind(
        "sent_back",
        gettext_lazy("Lãnh đạo chuyển lại cán bộ"),
        "nguoi_lam ly_do",
        gettext_lazy("{nguoi_lam} chuyển lại hồ sơ năm {nam} để sửa"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\n{nguoi_lam} chuyển lại hồ sơ tự đánh giá năm {nam} của {don_vi}.\n\nĐiều cần sửa: {ly_do}"
        ),
    ),
    _kind(
        "proposed",
        gettext_lazy("Cán bộ trình lãnh đạo duyệt"),
        "nguoi_lam ly_do han_nop",
        gettext_lazy("Hồ sơ năm {nam} của {don_vi} chờ bạn duyệt"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\n{nguoi_lam} trình hồ sơ tự đánh giá năm {nam} của {don_vi}. Hạn nộp: {han_nop}.\n\n"
            "Lời nhắn: {ly_do}"
        ),
    ),
    _kind(
        "extended",
        gettext_lazy("Gia hạn nộp"),
        "ly_do han_nop",
        gettext_lazy("Hạn nộp hồ sơ năm {nam} của {don_vi} lùi đến {han_nop}"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHạn nộp hồ sơ tự đánh giá năm {nam} của {don_vi} nay là {han_nop}.\n\nLý do: {ly_do}"
        ),
    ),
    _kind(
        "outage",
        gettext_lazy("Gia hạn vì cổng ngừng hoạt động"),
        "ly_do han_nop",
        gettext_lazy("Cổng vừa ngừng hoạt động: hạn nộp năm {nam} lùi đến {han_nop}"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nVì cổng ngừng hoạt động trước hạn, hạn nộp hồ sơ tự đánh giá năm {nam} của {don_vi} "
            "nay là {han_nop}.\n\nLý do: {ly_do}"
        ),
    ),
    _kind(
        "submitted",
        gettext_lazy("Hồ sơ đã nộp"),
        "nguoi_lam luc",
        gettext_lazy("{don_vi} đã nộp hồ sơ năm {nam} lúc {luc}"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\n{nguoi_lam} đã duyệt và nộp hồ sơ tự đánh giá năm {nam} của {don_vi} lúc {luc}.\n\n"
            "Biên nhận với tổng điểm và mã băm ở trang hồ sơ."
        ),
    ),
    _kind(
        "reminder",
        gettext_lazy("Nhắc nộp hồ sơ"),
        "nguoi_lam ly_do han_nop con_lai",
        gettext_lazy("Nhắc nộp hồ sơ năm {nam}: {don_vi} chưa nộp, hạn {han_nop}"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} chưa nộp. Hạn nộp: {han_nop} ({con_lai}).\n\n"
            "Lời nhắn của {nguoi_lam}: {ly_do}"
        ),
    ),
    _kind(
        "closed_unsubmitted",
        gettext_lazy("Hồ sơ bị khóa vì không nộp"),
        "ly_do luc",
        gettext_lazy("Hồ sơ năm {nam} của {don_vi} đã khóa vì không nộp"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nHồ sơ tự đánh giá năm {nam} của {don_vi} đã khóa lúc {luc} vì quá hạn mà không nộp. "
            "Tiêu chí chưa trả lời ghi là không tự đánh giá.\n\nLý do: {ly_do}"
        ),
    ),
    _kind(
        "upload_refused",
        gettext_lazy("Tệp bị từ chối khi quét vi-rút"),
        "tep ly_do",
        gettext_lazy("Tệp {tep} không được nhận"),
        gettext_lazy(
            "Kính gửi {nguoi_nhan},\n\nTệp {tep} của {don_vi} không được nhận sau khi quét vi-rút.\n\nLý do: {ly_do}\n\n"
            "Quét vi-rút máy đã tạo tệp, rồi tải tệp sạch lên lại."
        ),
        by_mail=False,
    ),
)

#: Every kind by its code, in the order in which people see them.
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


def label_of(code: str) -> str:
    """The name of a kind; a notice older than the kinds has none."""
    kind = KINDS.get(code)
    return str(kind.label) if kind else ""


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with every place filled; a place without a value shows a dash.

    One pass of plain replacement: braces inside a value stay what they are.
    """
    return _PLACE.sub(lambda found: values.get(found[1]) or "–", str(words))


def filled_line(words: str, values: Mapping[str, str]) -> str:
    """A subject: filled, one line, no line break that could start another header of a mail."""
    return text.clean_line(fill(words, {name: text.clean_line(value) for name, value in values.items()}))


def filled_text(words: str, values: Mapping[str, str]) -> str:
    """A body: filled, plain text in NFC."""
    return text.clean_text(fill(words, values))


def problems(kind: Kind, words: str) -> list[str]:
    """What is wrong with the places in a text of Sở Nội vụ: one sentence each."""
    found = []
    for inside in dict.fromkeys(_BRACES.findall(words)):
        if inside not in kind.places:
            sentence = _("Không có chỗ điền {%(name)s} trong loại thông báo này. Chỉ dùng: %(known)s.")
            found.append(sentence % {"name": inside, "known": ", ".join(f"{{{name}}}" for name in kind.places)})
    if any(brace in _BRACES.sub("", words) for brace in "{}"):
        found.append(_("Dấu ngoặc nhọn phải đi đủ đôi quanh tên chỗ điền, ví dụ {don_vi}."))
    return found


def samples(kind: Kind) -> dict[str, str]:
    """A value for each place of a kind, for the preview."""
    return {name: PLACES[name].sample for name in kind.places}
