"""Small PDF files as evidence: real documents with invented content, laid out as Nghị định 30/2020/NĐ-CP asks."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

WIDTH, HEIGHT, LEFT, RIGHT, TOP = 595, 842, 85, 552, 58
MARK = "DỮ LIỆU MINH HỌA – văn bản giả lập, không có giá trị pháp lý"
ROWS_OF_A_PAGE = 16
#: The columns of the head: where their middles are.
LEFT_HEAD, RIGHT_HEAD = 175, 415
OVER = "UBND TỈNH SƠN LA"


@dataclass(frozen=True)
class Annex:
    """Pages with a table after the text: ``title`` above each, ``subjects`` in turn, from page ``first`` to ``last``."""

    title: str
    first: int
    last: int
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A document of a unit. ``number`` like 131/BC-SXD; ``title`` begins with its kind; ``paragraphs`` are short lines."""

    issuer: str
    number: str
    day: date
    title: str
    paragraphs: tuple[str, ...]
    over: str = OVER
    place: str = "Sơn La"
    annexes: tuple[Annex, ...] = ()

    @property
    def file_name(self) -> str:
        """The name people see."""
        return f"{self.number.replace('/', '-')}.pdf"

    @property
    def kind(self) -> str:
        """The first two words of the title: Kế hoạch, Báo cáo, Thông báo."""
        return " ".join(self.title.split()[:2])


def pdf_of(document: Document) -> bytes:
    """The document as a PDF with a text layer and its fonts inside."""
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    try:
        book = _Book(made)
        _first_page(book, document)
        last = max((annex.last for annex in document.annexes), default=1)
        for number in range(2, last + 1):
            annex = next((each for each in document.annexes if each.first <= number <= each.last), None)
            _further_page(book, number, annex, document)
        book.done()
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()
    finally:
        made.close()


def _first_page(book: _Book, document: Document) -> None:
    """The head in its two columns, the title, the text, the signature."""
    book.page()
    above = [document.over, *_wrapped(document.issuer.upper(), 30)] if document.over else _wrapped(document.issuer.upper(), 24)
    for place, line in enumerate(above):
        book.middle(line, LEFT_HEAD, TOP + 16 * place, 11, bold=bool(place) or not document.over)
    book.middle("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", RIGHT_HEAD, TOP, 11, bold=True)
    book.middle("Độc lập - Tự do - Hạnh phúc", RIGHT_HEAD, TOP + 16, 12, bold=True)
    below = TOP + 16 * len(above) + 14
    book.middle(f"Số: {document.number}", LEFT_HEAD, below, 12)
    day = document.day
    book.middle(f"{document.place}, ngày {day:%d} tháng {day:%m} năm {day.year}", RIGHT_HEAD, below, 12)
    book.middle(document.kind.upper(), WIDTH / 2, below + 44, 14, bold=True)
    rest = " ".join(document.title.split()[2:])
    top = below + 64
    for line in _wrapped(rest[:1].upper() + rest[1:], 60):
        book.middle(line, WIDTH / 2, top, 13, bold=True)
        top += 18
    top += 24
    for text in (f"Căn cứ nhiệm vụ được giao, {document.issuer} ban hành {document.kind.lower()} với các nội dung sau:", *document.paragraphs):
        for line in _wrapped(text, 88):
            book.write(line, LEFT, top, 12)
            top += 19
        top += 7
    book.middle("THỦ TRƯỞNG ĐƠN VỊ", RIGHT_HEAD, top + 30, 12, bold=True)
    book.middle("(văn bản minh họa, không ký)", RIGHT_HEAD, top + 48, 11)
    book.write("Nơi nhận: Sở Nội vụ; lưu VT.", LEFT, top + 40, 10)
    book.middle(MARK, WIDTH / 2, HEIGHT - 36, 9)


def _further_page(book: _Book, number: int, annex: Annex | None, document: Document) -> None:
    """A page of a table, or of text that goes on."""
    book.page()
    book.middle(str(number), WIDTH / 2, 34, 11)
    top = TOP + 20
    if annex is None:
        for place, text in enumerate(document.paragraphs * 3):
            for line in _wrapped(f"{number}.{place + 1}. {text.split('. ', 1)[-1]}", 88):
                book.write(line, LEFT, top, 12)
                top += 19
            top += 7
    else:
        book.middle(annex.title, WIDTH / 2, top, 13, bold=True)
        top += 34
        for x, word in ((LEFT, "STT"), (LEFT + 40, "Nhiệm vụ"), (LEFT + 330, "Thời hạn"), (LEFT + 405, "Kết quả")):
            book.write(word, x, top, 11, bold=True)
        begun = (number - annex.first) * ROWS_OF_A_PAGE
        for place in range(begun + 1, begun + ROWS_OF_A_PAGE + 1):
            top += 27
            subject = annex.subjects[place % len(annex.subjects)]
            quarter = ("quý I", "quý II", "quý III", "quý IV")[place % 4]
            for x, word in ((LEFT, str(place)), (LEFT + 40, subject), (LEFT + 330, quarter), (LEFT + 405, "xong")):
                book.write(word, x, top, 11)
    book.middle(MARK, WIDTH / 2, HEIGHT - 36, 9)


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@lru_cache(maxsize=2)
def _font(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "fonts" / f"LiberationSerif-{name}.ttf").read_bytes()


class _Book:
    """Writes lines onto the pages of a document; places are points from the left and the top."""

    def __init__(self, made: Any) -> None:
        from pypdfium2 import raw

        self.raw, self.made, self.sheet = raw, made, None
        self.fonts = {bold: self._loaded(_font("Bold" if bold else "Regular")) for bold in (False, True)}

    def _loaded(self, content: bytes) -> Any:
        held = (ctypes.c_uint8 * len(content)).from_buffer_copy(content)
        return self.raw.FPDFText_LoadFont(self.made.raw, held, len(content), self.raw.FPDF_FONT_TRUETYPE, True)

    def page(self) -> None:
        """Begin a new page."""
        self.done()
        self.sheet = self.made.new_page(WIDTH, HEIGHT)

    def done(self) -> None:
        """Finish the page that was begun."""
        if self.sheet is not None:
            self.sheet.gen_content()

    def write(self, line: str, x: float, top: float, size: int, *, bold: bool = False) -> None:
        """A line from ``x`` on."""
        self._put(self._object(line, size, bold), x, top)

    def middle(self, line: str, x: float, top: float, size: int, *, bold: bool = False) -> None:
        """A line whose middle is at ``x``."""
        made = self._object(line, size, bold)
        left, bottom, right, above = (ctypes.c_float() for _place in range(4))
        self.raw.FPDFPageObj_GetBounds(made, left, bottom, right, above)
        self._put(made, x - (left.value + right.value) / 2, top)

    def _object(self, line: str, size: int, bold: bool) -> Any:
        made = self.raw.FPDFPageObj_CreateTextObj(self.made.raw, self.fonts[bold], size)
        encoded = f"{line}\0".encode("utf-16-le")
        self.raw.FPDFText_SetText(made, (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded))
        return made

    def _put(self, made: Any, x: float, top: float) -> None:
        self.raw.FPDFPageObj_Transform(made, 1, 0, 0, 1, x, HEIGHT - top)
        self.raw.FPDFPage_InsertObject(self.sheet.raw, made)

