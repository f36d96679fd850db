"""The workbook of a dossier as a file: a sheet of instructions, one sheet per area, two hidden sheets.

Cells to fill are open and tinted, everything else is protected (without a password: protection keeps slips away, the
seal of ``origin`` keeps the rest). Texts are always text cells, so that nothing anybody wrote becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import Discrete, PerItem
from parindex import canonical, text
from parindex.numbers import shown_short
from parindex.spreadsheet import FORMULA_MARKS
from parindex.templatetags.numbers import vndate, vndatetime
from scoring.models import EvidenceLink
from scoring.policies import shown_moment
from scoring.queries.dossiers import Dossier
from scoring.workbook import layout as at
from scoring.workbook import origin as hidden
from scoring.workbook.layout import Block, Page, Row
from scoring.workbook.origin import Origin
from scoring.workbook.styles import LISTS, WIDTHS, named_styles

YES, NO = "Có", "Không"
#: A spreadsheet keeps fifteen digits of a number; a longer one is written as a text.
_DIGITS = 15
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class About:
    """What the first sheet says. ``deadline``: the unit's own, None when no date is set."""

    unit: str
    year: int
    deadline: datetime | None
    demonstration: bool = False


def workbook(dossier: Dossier, links: Mapping[int, Sequence[EvidenceLink]], origin: Origin, about: About) -> bytes:
    """The file."""
    from openpyxl import Workbook

    book = Workbook()
    for style in named_styles():
        book.add_named_style(style)
    guide = book.active
    guide.title = _("Hướng dẫn")
    pages = at.pages_of(dossier.leaves, origin.bases)
    _write_guide(guide, about, origin, pages)
    lists = book.create_sheet(LISTS)
    for page in pages:
        _Writer(book, page, lists, links, origin, about).write()
    book.move_sheet(lists, len(pages))
    lists.sheet_state = "veryHidden"
    _write_origin(book, origin)
    book.security.lockStructure = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: Any, value: str | int | Decimal | None, style: str) -> None:
    """Fill one cell; a text stays a text whatever it begins with, also after somebody has edited it."""
    cell.style = style
    if value is None or value == "":
        return
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = _ESCAPE.sub("_x005F_", value)
    cell.data_type = "s"
    if value.startswith(FORMULA_MARKS):
        cell.quotePrefix = True


def number_of(value: int | Decimal) -> int | Decimal | str:
    """A number for a cell; one with more digits than a spreadsheet keeps becomes the text a person would type."""
    digits = len(Decimal(value).as_tuple().digits)
    return value if digits <= _DIGITS else shown_short(value).replace(".", "")


def filled_in(block: Block, answer: Mapping[str, Any]) -> dict[str, str | int | Decimal]:
    """What stands in the boxes of a component, by the key of their lines."""
    found: dict[str, str | int | Decimal] = {}
    for row in block.rows:
        value = answer.get("counts", {}).get(row.label) if row.field == at.COUNT else answer.get(row.field)
        if value is not None:
            found[row.key] = value if isinstance(value, str) else number_of(value)
    return found


class _Writer:
    """Writes one area."""

    def __init__(
        self,
        book: Any,
        page: Page,
        lists: Any,
        links: Mapping[int, Sequence[EvidenceLink]],
        origin: Origin,
        about: About,
    ) -> None:
        self.page, self.lists, self.links, self.origin, self.about = page, lists, links, origin, about
        self.sheet = book.create_sheet(page.name)
        self.yes_no = self._validation("list", f'"{YES},{NO}"', _("Chọn %(yes)s hoặc %(no)s.") % {"yes": YES, "no": NO})
        self.whole = self._validation("whole", "0", _("Ghi số nguyên từ 0 trở lên."))
        self.decimal = self._validation("decimal", "0", _("Ghi số từ 0 trở lên, không dùng dấu ngăn hàng nghìn."))

    def write(self) -> None:
        """The whole sheet."""
        put(self.sheet.cell(at.TITLE_ROW, at.CODE), self.page.title, "p-title")
        for column, words in at.heads().items():
            put(self.sheet.cell(at.HEAD_ROW, column), words, "p-head")
        for row in self.page.rows:
            self._said(row)
        for block in self.page.blocks:
            self._block(block)
        for validation in (self.yes_no, self.whole, self.decimal):
            if validation.sqref:
                self.sheet.add_data_validation(validation)
        self._set_up()

    def _said(self, row: Row) -> None:
        style = {at.HEADING: "p-group", at.CLOSED: "p-closed"}.get(row.kind, "p-said")
        for column in range(at.KEY, at.POINTS + 1):
            put(self.sheet.cell(row.number, column), row.said.get(column), style)
        self.sheet.cell(row.number, at.KEY).value = row.key
        self.sheet.cell(row.number, at.MAXIMUM).style = "p-group-n" if row.kind == at.HEADING else "p-points"

    def _block(self, block: Block) -> None:
        base = self.origin.bases[block.leaf.node.code]
        stated = base.stated
        answer = canonical.loads(stated.answer) if stated.answer else {}
        values = filled_in(block, answer)
        for row in block.rows:
            cell = self.sheet.cell(row.number, at.ANSWER)
            put(cell, values.get(row.key), "p-text" if row.field == at.OPTION else "p-number")
            self._validate(block, row).add(cell)
        number, rule = block.first.number, block.leaf.rule
        if rule.nothing_arose:
            self._choice(number, at.NOTHING, YES if "nothing_arose" in answer else "")
        if rule.na_allowed:
            self._choice(number, at.NA, YES if stated.na_requested else "")
            put(self.sheet.cell(number, at.NA_REASON), stated.na_reason, "p-text")
        put(self.sheet.cell(number, at.EXPLANATION), stated.explanation, "p-text")
        put(self.sheet.cell(number, at.EVIDENCE), self._documents(block), "p-said")
        put(self.sheet.cell(number, at.POINTS), Decimal(base.points) if base.points else None, "p-points")

    def _choice(self, number: int, column: int, value: str) -> None:
        cell = self.sheet.cell(number, column)
        put(cell, value, "p-text")
        self.yes_no.add(cell)

    def _validate(self, block: Block, row: Row) -> Any:
        rule = block.leaf.rule
        if isinstance(rule, Discrete):
            labels = [option.label for option in rule.options]
            column = self.lists.max_column + 1
            for number, label in enumerate(labels, start=1):
                put(self.lists.cell(number, column), label, "p-said")
            letters = self.lists.cell(1, column).column_letter
            area = f"{LISTS}!${letters}$1:${letters}${len(labels)}"
            validation = self._validation("list", area, _("Chọn một mức trong danh sách."))
            self.sheet.add_data_validation(validation)
            return validation
        return self.whole if row.field == at.COUNT or isinstance(rule, PerItem) else self.decimal

    def _validation(self, kind: str, bound: str, sentence: str) -> Any:
        from openpyxl.worksheet.datavalidation import DataValidation

        found = DataValidation(type=kind, formula1=bound, allow_blank=True, showErrorMessage=True)
        if kind != "list":
            found.operator = "greaterThanOrEqual"
        found.errorTitle, found.error = _("Chưa nhận"), sentence
        return found

    def _documents(self, block: Block) -> str:
        listed = []
        for link in self.links.get(block.leaf.node.pk, ()):
            day = vndate(link.evidence.issued_on) if link.evidence.issued_on else ""
            listed.append(" · ".join(part for part in (str(link.evidence), day, link.pages) if part))
        return "\n".join(listed)

    def _set_up(self) -> None:
        sheet = self.sheet
        for column, width in WIDTHS.items():
            sheet.column_dimensions[at.LETTERS[column - 1]].width = width
        sheet.column_dimensions[at.LETTERS[at.KEY - 1]].hidden = True
        sheet.row_dimensions[at.TITLE_ROW].height = 24
        sheet.freeze_panes = at.place(at.FIRST_ROW, at.MAXIMUM)
        _set_paper(sheet, f"{self.about.unit}, {_('năm')} {self.about.year}", self.about.demonstration)
        sheet.print_title_rows = f"{at.HEAD_ROW}:{at.HEAD_ROW}"
        _protect(sheet)


def _set_paper(sheet: Any, words: str, demonstration: bool) -> None:
    """A4 landscape, as wide as the page, with page numbers and whose it is."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    mark = _("Dữ liệu minh họa") if demonstration else ""
    sheet.oddFooter.left.text = words.replace("&", "&&")[:120]
    sheet.oddFooter.center.text = mark
    sheet.oddFooter.right.text = "&P / &N"


def _protect(sheet: Any) -> None:
    """No password; widths and heights may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _write_guide(sheet: Any, about: About, origin: Origin, pages: Sequence[Page]) -> None:
    deadline = shown_moment(about.deadline) if about.deadline else _("chưa đặt")
    to_fill = sum(len(page.blocks) for page in pages)
    facts = [
        (_("Đơn vị"), about.unit),
        (_("Năm đánh giá"), str(about.year)),
        (_("Lấy từ hệ thống lúc"), vndatetime(origin.taken_at)),
        (_("Hạn nộp"), deadline),
        (_("Tiêu chí đơn vị trả lời"), str(to_fill)),
    ]
    put(sheet.cell(1, 1), _("Phiếu tự đánh giá cải cách hành chính năm %(year)d") % {"year": about.year}, "p-title")
    if about.demonstration:
        put(sheet.cell(2, 1), _("DỮ LIỆU MINH HỌA – điểm số giả lập, không có giá trị pháp lý"), "p-group")
    for number, (name, value) in enumerate(facts, start=3):
        put(sheet.cell(number, 1), name, "p-plain")
        put(sheet.cell(number, 2), value, "p-plain")
    put(sheet.cell(9, 1), _("Cách làm"), "p-group")
    for number, sentence in enumerate(_steps(), start=10):
        put(sheet.cell(number, 1), str(number - 9), "p-plain")
        put(sheet.cell(number, 2), sentence, "p-plain")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100
    _set_paper(sheet, about.unit, about.demonstration)
    _protect(sheet)


def _steps() -> list[str]:
    return [
        _("Mỗi lĩnh vực là một trang. Chỉ điền vào ô nền vàng; các ô khác để xem, đã khóa."),
        _("Mức đạt, «Không phát sinh», «Đề nghị không áp dụng»: bấm vào ô rồi chọn trong danh sách thả xuống."),
        _("Số ghi liền, không dấu ngăn hàng nghìn; phần lẻ sau một dấu phẩy hoặc một dấu chấm. Không gõ công thức, ngày tháng, dấu %."),
        _("Tỷ lệ: ghi tử số và mẫu số; chỉ khi không có hai số thì ghi tỷ lệ phần trăm. Mục trừ điểm: không có trường hợp nào thì ghi 0."),
        _("Chọn «Không phát sinh» hoặc «Đề nghị không áp dụng» thì để trống ô trả lời; đề nghị phải kèm lý do."),
        _("Điểm do hệ thống tính khi nộp tệp; không gõ điểm."),
        _("Không chèn, xóa, sắp xếp, gộp ô, đổi tên trang. Tài liệu kiểm chứng vẫn tải lên trên hệ thống."),
        _("Xong thì lưu (.xlsx), mở hồ sơ trên hệ thống, chọn «Làm bằng Excel» và nộp tệp. Hệ thống cho xem từng chỗ khác nhau trước khi ghi; người khác đã sửa cùng tiêu chí thì bạn chọn bản giữ lại."),
    ]  # fmt: skip


def _write_origin(book: Any, origin: Origin) -> None:
    sheet = book.create_sheet(hidden.SHEET)
    for number, row in enumerate(hidden.written(origin), start=1):
        for column, value in enumerate(row, start=1):
            put(sheet.cell(number, column), value, "p-said")
    sheet.sheet_state = "veryHidden"
    _protect(sheet)


def file_name(about: About, unit_code: str) -> str:
    """The name under which the file is saved: ASCII, the unit and the year in it."""
    mark = "minh-hoa-" if about.demonstration else ""
    return f"{mark}tu-danh-gia-{about.year}-{text.search_key(unit_code).replace(' ', '-')}.xlsx"

