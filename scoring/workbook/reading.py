"""A filled workbook, from its cells to what it states. Everything odd is named by sheet and cell; nothing is guessed.

Answers go the way of the browser's form (``scoring.forms.answers``) and the rule, so that the same numbers give the
same canonical answer, and the same slip the same sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import AnswerError, normalise
from parindex import canonical, text
from parindex.decisions import Denied, Refused
from parindex.workbook_file import Book, BookSheet, Cell
from scoring.forms.answers import MOST_EXPLANATION, Typed, statement_of
from scoring.queries.dossiers import Dossier
from scoring.workbook import layout as at
from scoring.workbook import origin as hidden
from scoring.workbook.layout import Block, Page, Row, framework_mark, pages_of, place
from scoring.workbook.merging import Stated
from scoring.workbook.origin import Origin
from scoring.workbook.styles import LISTS
from scoring.workbook.words import CELL_WORDS, YES_NO

MOST_PROBLEMS = 200
MOST_REASON = 1000
#: Numbers are shown by the kinds they may have; everything else is named.
_NUMBER, _WORDS = "number", "words"


class WorkbookRefused(Refused):
    """A workbook that was not taken: ``reason`` sums up, ``details`` has one sentence per place. Nothing was written."""


@dataclass(frozen=True)
class Filled:
    """A workbook as read: what it was taken from, and what it states by code."""

    origin: Origin
    stated: Mapping[str, Stated]


@dataclass
class Problems:
    """What is odd, place by place, in the order of the sheets."""

    found: list[tuple[int, int, int, str]] = field(default_factory=list)
    count: int = 0

    def add(self, page: int, name: str, row: int, column: int, sentence: str) -> None:
        """Note one problem; without row and column it is about the sheet."""
        self.count += 1
        if len(self.found) < 10 * MOST_PROBLEMS:
            where = {"sheet": name, "cell": place(row, column) if row else ""}
            before = _("Trang «%(sheet)s», ô %(cell)s: ") if row else _("Trang «%(sheet)s»: ")
            self.found.append((page, row, column, before % where + sentence))

    def refuse(self, name: str) -> None:
        """Raise the refusal that lists the first of them, when there are any."""
        if not self.count:
            return
        listed = [sentence for *_place, sentence in sorted(self.found)[:MOST_PROBLEMS]]
        if self.count > len(listed):
            listed.append(_("… và %(count)d chỗ nữa.") % {"count": self.count - len(listed)})
        words = _("Tệp «%(name)s» có %(count)d chỗ chưa đúng nên chưa ghi gì. Sửa các chỗ sau rồi nộp lại.")
        raise WorkbookRefused(Denied(words % {"name": name, "count": self.count}, tuple(listed), code="workbook"))


def read_filled(book: Book, dossier: Dossier) -> Filled:
    """What a workbook states about a dossier. Raises ``WorkbookRefused`` with every place that is odd."""
    origin = origin_of(book, dossier)
    pages = pages_of(dossier.leaves, origin.bases)
    problems = Problems()
    stated: dict[str, Stated] = {}
    for number, page in enumerate(pages):
        sheet = book.sheets.get(page.name)
        if sheet is None:
            problems.add(number, page.name, 0, 0, _("Thiếu trang này. Không xóa, đổi tên trang; tải lại tệp nếu cần."))
            continue
        reader = PageReader(number, page, sheet, origin, problems)
        if reader.structure():
            stated |= reader.statements()
    _further(book, pages, problems)
    problems.refuse(book.name)
    return Filled(origin, stated)


def origin_of(book: Book, dossier: Dossier) -> Origin:
    """Whose workbook it is. Raises ``WorkbookRefused`` when it is not one of this dossier as it stands."""
    try:
        origin = hidden.read(book.sheets.get(hidden.SHEET))
    except hidden.Unsealed:
        missing = hidden.SHEET not in book.sheets
        words = (
            _("Tệp không phải phiếu tự đánh giá tải từ hệ thống (thiếu trang ẩn «%(sheet)s»). Tải tệp mới rồi điền lại.")
            if missing
            else _("Trang ẩn «%(sheet)s»: dữ liệu gốc đã bị sửa nên không so sánh được. Tải tệp mới rồi điền lại.")
        )
        raise _refusal(book, words % {"sheet": hidden.SHEET}, "origin") from None
    assessment = dossier.assessment
    population = assessment.population
    if origin.unit != assessment.unit.code:
        raise _refusal(book, _("Tệp này của đơn vị mang mã %(code)s, không phải của đơn vị bạn.") % {"code": origin.unit}, "unit")
    if origin.year != population.cycle.year:
        raise _refusal(book, _("Tệp này của năm %(year)d. Tải tệp của năm đang làm.") % {"year": origin.year}, "year")
    if origin.level != population.level:
        raise _refusal(book, _("Tệp này của cấp khác. Tải tệp từ đúng hồ sơ đang mở."), "level")
    if origin.assessment != assessment.pk:
        raise _refusal(book, _("Tệp này của hồ sơ khác. Tải tệp từ đúng hồ sơ đang mở."), "dossier")
    if origin.layout != at.LAYOUT or origin.framework != framework_mark(dossier.nodes):
        raise _refusal(book, _("Bộ tiêu chí hoặc mẫu tệp đã thay đổi từ khi tải. Tải tệp mới rồi điền lại."), "framework")
    return origin


def _refusal(book: Book, sentence: str, code: str) -> WorkbookRefused:
    words = _("Không nhận tệp «%(name)s».") % {"name": book.name}
    return WorkbookRefused(Denied(words, (sentence,), code=code))


def _further(book: Book, pages: Collection[Page], problems: Problems) -> None:
    """Sheets that were not there."""
    known = {page.name for page in pages} | {hidden.SHEET, LISTS, _("Hướng dẫn")}
    for name in book.sheets:
        if name not in known:
            shown = text.clean_line(name)[:80]
            problems.add(len(pages), shown, 0, 0, _("Trang này không có trong tệp đã tải. Xóa trang rồi nộp lại."))


class PageReader:
    """Reads one area."""

    def __init__(self, number: int, page: Page, sheet: BookSheet, origin: Origin, problems: Problems) -> None:
        self.number, self.page, self.sheet, self.origin, self.problems = number, page, sheet, origin, problems

    def odd(self, row: int, column: int, sentence: str) -> None:
        """Note a problem with a cell."""
        self.problems.add(self.number, self.page.name, row, column, sentence)

    # --- Structure ---------------------------------------------------------------------------

    def structure(self) -> bool:
        """Whether every line stands where it was written; what is said in it is compared too."""
        before = self.problems.count
        for reference in self.sheet.merged:
            words = _("Các ô %(cells)s bị gộp. Bỏ gộp ô (Unmerge Cells).") % {"cells": reference}
            self.problems.add(self.number, self.page.name, 0, 0, words)
        for column, words in at.heads().items():
            if _said(self.sheet.cell(at.HEAD_ROW, column)) != words:
                self.odd(at.HEAD_ROW, column, _("Đầu cột phải là «%(head)s». Không đổi, chuyển cột.") % {"head": words})
        self._keys()
        if self.problems.count > before:
            return False
        for row in self.page.rows:
            self._said(row)
        self._outside()
        return True

    def _keys(self) -> None:
        """Missing, doubled, unknown and moved lines. Of moved ones the first is named: all below it moved too."""
        expected = {row.key: row for row in self.page.rows}
        found: dict[str, int] = {}
        moved = False
        for number in sorted(self.sheet.rows):
            if number < at.FIRST_ROW:
                continue
            cell = self.sheet.cell(number, at.KEY)
            if cell == "":
                continue
            key = cell if isinstance(cell, str) else ""
            code = key.partition("|")[0][:40]
            if key not in expected:
                self.odd(number, at.KEY, _("Dòng mang mã lạ «%(code)s», không có trong bộ tiêu chí. Xóa dòng này.") % {"code": code})
            elif key in found:
                words = _("Dòng của mã %(code)s có hai lần (đã có ở dòng %(row)d). Xóa một dòng.")
                self.odd(number, at.KEY, words % {"code": code, "row": found[key]})
            else:
                found[key] = number
                if number != expected[key].number and not moved:
                    moved = True
                    words = _("Dòng của mã %(code)s đã chuyển chỗ (trước ở dòng %(row)d). Không chèn, xóa, sắp xếp dòng.")
                    self.odd(number, at.KEY, words % {"code": code, "row": expected[key].number})
        for row in self.page.rows:
            if row.key not in found:
                words = _("Thiếu dòng của mã %(code)s. Không xóa dòng; tải lại tệp nếu cần.")
                self.odd(row.number, at.KEY, words % {"code": row.key.partition("|")[0]})

    def _said(self, row: Row) -> None:
        """Cells that are only to be read must say what they said; those that have no box must be empty."""
        for column in at.SAID:
            if row.kind == at.CLOSED and column == at.ASKED:
                continue  # why nobody here answers it may have changed since
            cell = self.sheet.cell(row.number, column)
            expected = row.said.get(column, "")
            if column == at.MAXIMUM and isinstance(expected, Decimal):
                same = _decimal(cell) == expected
            else:
                same = _said(cell) == _one_line(str(expected))
            if not same:
                self.odd(row.number, column, _("Ô này chỉ để xem, đã bị sửa. Trả lại nội dung cũ hoặc tải lại tệp."))
        if row.kind != at.LINE:
            for column in range(at.ANSWER, at.EXPLANATION + 1):
                self._empty(row.number, column)
        elif not row.first:
            for column in range(at.NOTHING, at.EXPLANATION + 1):
                self._empty(row.number, column)
        base = self.origin.bases.get(row.code) if row.first else None
        points = Decimal(base.points) if base is not None and base.points else None
        if _decimal(self.sheet.cell(row.number, at.POINTS)) != points:
            self.odd(row.number, at.POINTS, _("Điểm do hệ thống tính, không gõ. Trả lại giá trị cũ hoặc để trống nếu trước đó trống."))

    def _empty(self, row: int, column: int) -> None:
        if self.sheet.cell(row, column) != "":
            self.odd(row, column, _("Ô này không dùng cho tiêu chí này. Xóa nội dung trong ô."))

    def _outside(self) -> None:
        """Whatever stands beside or below the table."""
        last = self.page.rows[-1].number if self.page.rows else at.HEAD_ROW
        for number, cells in self.sheet.rows.items():
            outside = [c for c in cells if c > at.POINTS or number > last or (number == at.TITLE_ROW and c != at.CODE)]
            if outside:
                column = min(*outside, len(at.LETTERS))
                words = _("Có nội dung ngoài bảng ở dòng này. Xóa phần ghi thêm; ý kiến ghi vào cột Giải trình.")
                self.odd(number, column, words)

    # --- Statements --------------------------------------------------------------------------

    def statements(self) -> dict[str, Stated]:
        """What the components of the area state; those with problems are left out."""
        found = {}
        for block in self.page.blocks:
            stated = self._statement(block)
            if stated is not None:
                found[block.leaf.node.code] = stated
        return found

    def _statement(self, block: Block) -> Stated | None:
        before = self.problems.count
        base = self.origin.bases[block.leaf.node.code].stated
        typed = self._typed(block)
        explanation = self._explanation(block, base)
        if self.problems.count > before or self._contradicts(block, typed):
            return None
        try:
            statement = statement_of(typed)
            answer = normalise(block.leaf.rule, statement.answer) if statement.answer is not None else None
        except AnswerError as error:
            row, column = self._place_of(block, error)
            self.odd(row, column, error.sentence)
            return None
        stated = Stated(
            answer=canonical.dumps(answer) if answer is not None else "",
            na_requested=typed.na_requested,
            na_reason=typed.na_reason,
            explanation=explanation,
        )
        # Points that came without an answer stay while nobody answers.
        unanswered = not stated.answer and not stated.na_requested
        return replace(stated, entered=base.entered) if unanswered else stated

    def _typed(self, block: Block) -> Typed:
        """The boxes of a component as the browser's form would have them."""
        values: dict[str, Any] = {}
        counts: dict[str, str] = {}
        for row in block.rows:
            kind = _WORDS if row.field == at.OPTION else _NUMBER
            value = self._text(row.number, at.ANSWER, kind)
            if row.field == at.COUNT:
                counts[row.label] = value
            else:
                values[row.field] = value
        number, rule = block.first.number, block.leaf.rule
        reason = self._text(number, at.NA_REASON, _WORDS) if rule.na_allowed else self._unused(number, at.NA_REASON)
        if len(reason) > MOST_REASON:
            self.odd(number, at.NA_REASON, _("Lý do dài hơn %(most)d ký tự. Rút gọn lại.") % {"most": MOST_REASON})
        return Typed(
            counts=counts,
            nothing_arose=self._yes(number, at.NOTHING, allowed=rule.nothing_arose),
            na_requested=self._yes(number, at.NA, allowed=rule.na_allowed),
            na_reason=reason,
            **values,
        )

    def _contradicts(self, block: Block, typed: Typed) -> bool:
        """Two statements about one component: the person must say which one holds."""
        number = block.first.number
        filled = next((row for row in block.rows if self.sheet.cell(row.number, at.ANSWER) != ""), None)
        if typed.na_requested and typed.nothing_arose:
            self.odd(number, at.NA, _("Đã chọn «Có» cả ở «Không phát sinh» và «Đề nghị không áp dụng». Giữ lại một."))
        elif (typed.na_requested or typed.nothing_arose) and filled is not None:
            head = at.heads()[at.NA if typed.na_requested else at.NOTHING]
            words = _("Đã chọn «Có» ở «%(head)s» thì để trống ô trả lời, hoặc bỏ chọn «Có».")
            self.odd(filled.number, at.ANSWER, words % {"head": head})
        elif typed.na_reason and not typed.na_requested:
            self.odd(number, at.NA_REASON, _("Có lý do nhưng chưa chọn «Có» ở «Đề nghị không áp dụng». Chọn «Có» hoặc xóa lý do."))
        else:
            return False
        return True

    def _explanation(self, block: Block, base: Stated) -> str:
        number = block.first.number
        cell = self.sheet.cell(number, at.EXPLANATION)
        found = text.clean_text(self._text(number, at.EXPLANATION, _WORDS, lines=True)) if cell != "" else ""
        if found == text.clean_text(base.explanation):
            return base.explanation  # untouched: stays as it is, however long
        if len(found) > MOST_EXPLANATION:
            words = _("Giải trình dài hơn %(most)d ký tự. Rút gọn, hoặc đưa thành tài liệu kiểm chứng.")
            self.odd(number, at.EXPLANATION, words % {"most": MOST_EXPLANATION})
        return found

    def _place_of(self, block: Block, error: AnswerError) -> tuple[int, int]:
        """The cell an answer's error is about."""
        if error.field == "nothing_arose":
            return block.first.number, at.NOTHING
        name = at.COUNT if error.field == "counts" else error.field
        row = block.row_of(name, error.label) or block.first
        return row.number, at.ANSWER

    # --- Cells -------------------------------------------------------------------------------

    def _text(self, row: int, column: int, wanted: str, *, lines: bool = False) -> str:
        """A cell as somebody would have typed it; "" with a noted problem when it is of another kind."""
        cell = self.sheet.cell(row, column)
        if isinstance(cell, str):
            return cell if lines else text.clean_line(cell)
        kind, value = cell
        if kind == "n":
            return value.replace(".", ",")
        words = CELL_WORDS[wanted].get(kind) or CELL_WORDS["any"][kind]
        self.odd(row, column, str(words) % {"value": value[:40]})
        return ""

    def _yes(self, row: int, column: int, *, allowed: bool) -> bool:
        if not allowed:
            self._unused(row, column)
            return False
        found = self._text(row, column, _WORDS)
        answer = YES_NO.get(found.casefold())
        if answer is None:
            self.odd(row, column, _("«%(text)s» không hợp lệ. Chọn Có hoặc Không trong danh sách.") % {"text": found[:40]})
        return bool(answer)

    def _unused(self, row: int, column: int) -> str:
        self._empty(row, column)
        return ""


def _one_line(value: str) -> str:
    return " ".join(text.clean_text(value).split())


def _said(cell: Cell) -> str:
    """What a cell says, for comparison; "" for anything that is no text."""
    return _one_line(cell) if isinstance(cell, str) else "\0"


def _decimal(cell: Cell) -> Decimal | None:
    """The number of a cell; None when empty, NaN (equal to nothing) when it is something else."""
    if cell == "":
        return None
    return Decimal(cell[1]) if isinstance(cell, tuple) and cell[0] == "n" else Decimal("NaN")
