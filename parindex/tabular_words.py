"""The sentences of ``parindex.tabular``: what is wrong with a file, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MISSING_FILE, TOO_SLOW, ENDED, TOO_LONG = "missing_file", "too_slow", "ended", "too_long"

_SAVE_AS_CSV = _("Trong Excel chọn Lưu thành → «CSV UTF-8 (phân cách bằng dấu phẩy)», hoặc lưu thành .xlsx.")
_SAVE_AS_XLSX = _(
    "Mở bằng Excel hoặc LibreOffice, chọn Lưu thành → «Sổ làm việc Excel (.xlsx)» rồi nhập lại."
)

#: By the code of the reader.
FILE_WORDS: Mapping[str, str | Promise] = {
    MISSING_FILE: _("Không có tệp này. Kiểm tra lại đường dẫn."),
    TOO_SLOW: _(
        "Đọc tệp quá lâu nên đã dừng. Tệp quá lớn hoặc hỏng; chia nhỏ hoặc lưu lại tệp rồi nhập lại."
    ),
    ENDED: _("Không đọc được tệp này. Mở tệp bằng Excel, lưu lại rồi nhập lại."),
    TOO_LONG: _("Ô này dài quá %(most)d ký tự. Rút ngắn lại."),
    "too_many_bytes": _("Tệp lớn hơn %(most)d MB. Chia thành nhiều tệp."),
    "too_big": _("Nội dung tệp quá lớn. Xóa các trang, cột không cần hoặc chia thành nhiều tệp."),
    "empty": _("Tệp rỗng."),
    "no_rows": _("Tệp không có dòng dữ liệu nào dưới dòng tiêu đề."),
    "renamed": _(
        "Tệp mang đuôi «%(suffix)s» nhưng nội dung là %(kind)s. Chỉ nhận .csv và .xlsx đúng nội dung."
    ),
    "encoding": _("Chữ không phải mã UTF-8.") + " " + _SAVE_AS_CSV,
    "null": _("Có ký tự rỗng (NUL): đây không phải tệp CSV.") + " " + _SAVE_AS_CSV,
    "quotes": _("Dấu ngoặc kép không khép đúng. Ô có dấu phẩy hoặc ngoặc kép phải đặt trong cặp ngoặc kép."),
    "long_cell": _("Có ô dài quá mức cho phép (20.000 ký tự)."),
    "ragged": _(
        "Dòng có %(cells)d ô, dòng tiêu đề chỉ có %(header)d. Thường do số có dấu phẩy (1,5) chưa đặt trong"
        ' ngoặc kép: ghi "1,5" hoặc 1.5.'
    ),
    "rows": _("Tệp có hơn %(most)d dòng. Xóa các dòng thừa hoặc chia thành nhiều tệp."),
    "columns": _("Tệp có hơn %(most)d cột. Xóa các cột không cần."),
    "old_xls": _("Tệp Excel kiểu cũ (.xls).") + " " + _SAVE_AS_XLSX,
    "xlsb": _("Sổ làm việc nhị phân (.xlsb).") + " " + _SAVE_AS_XLSX,
    "encrypted": _("Tệp đặt mật khẩu. Bỏ mật khẩu (Tệp → Thông tin → Bảo vệ sổ làm việc) rồi nhập lại."),
    "macro": _("Tệp có macro.") + " " + _SAVE_AS_XLSX,
    "foreign": _("Nội dung không phải bảng tính hoặc CSV. Chỉ nhận .csv và .xlsx."),
    "not_book": _("Tệp không phải sổ làm việc Excel (.xlsx). Chọn đúng tệp đã tải từ phần mềm."),
    "links": _("Tệp có liên kết tới tệp hoặc nguồn dữ liệu khác. Bỏ liên kết (Dữ liệu → Sửa liên kết → Ngắt) rồi lưu lại."),
    "objects": _("Tệp có đối tượng nhúng bên trong. Xóa các đối tượng nhúng rồi lưu lại."),
    "sheets": _("Sổ làm việc có hơn %(most)d trang. Xóa các trang thừa rồi lưu lại."),
    "broken": _("Sổ làm việc bị hỏng.") + " " + _SAVE_AS_XLSX,
    "polyglot": _("Tệp chứa dữ liệu lạ trước hoặc sau nội dung bảng tính.") + " " + _SAVE_AS_XLSX,
    "doctype": _("Tệp khai báo kiểu tài liệu XML (DOCTYPE), không được phép.") + " " + _SAVE_AS_XLSX,
    "bomb": _("Tệp bung ra lớn hơn %(most)d MB nên không đọc. Xóa định dạng, trang, cột thừa rồi lưu lại."),
    "members": _(
        "Sổ làm việc có hơn %(most)d thành phần bên trong. Xóa hình ảnh, biểu đồ, trang thừa rồi lưu lại."
    ),
    "merged": _("Các ô %(place)s bị gộp. Bỏ gộp ô (Unmerge Cells) và điền đủ từng ô."),
    "no_sheet": _("Không có trang nào để đọc."),
    "same_sheets": _("Có hai trang cùng tên «%(sheet)s». Đổi tên một trang."),
    "notice_sheets": _("Chỉ đọc trang đầu tiên; bỏ qua trang: %(value)s."),
    "notice_hidden": _("Có %(value)s dòng đang ẩn; các dòng này vẫn được đọc."),
}

CELL_WORDS: Mapping[str, str | Promise] = {
    "code_number": _(
        "Ô là số (%(value)s), cột mã phải là văn bản: Excel có thể đã bỏ số 0 ở đầu hoặc đổi 1.10 thành 1.1."
        " Định dạng cột là Văn bản (Text) rồi gõ lại mã."
    ),
    "code_date": _(
        "Ô là ngày (%(value)s), cột mã phải là văn bản: Excel đã đổi mã như 1.2 thành ngày."
        " Định dạng cột là Văn bản (Text) rồi gõ lại mã."
    ),
    "number_as_date": _("Ô là số (%(value)s), không phải ngày. Ghi 2024-12-31 hoặc định dạng ô là ngày."),
    "date_as_number": _("Ô là ngày (%(value)s), không phải số. Định dạng ô là Số rồi gõ lại."),
    "formula": _("Ô là công thức. Sao chép rồi dán giá trị (Paste Values) thay cho công thức."),
    "error": _("Ô mang giá trị lỗi (%(value)s). Gõ lại giá trị."),
}


def file_sentence(code: str, particulars: Mapping[str, Any]) -> str:
    """The sentence for a code of the reader."""
    words = FILE_WORDS.get(code) or FILE_WORDS[ENDED]
    return str(words) % particulars
