"""Small PDF files as evidence: real documents with invented content, in the shape officials know."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

WIDTH, HEIGHT, MARGIN = 595, 842, 72
MARK = "DỮ LIỆU MINH HỌA – văn bản giả lập, không có giá trị pháp lý"


@dataclass(frozen=True)
class Document:
    """A document of a unit. ``number`` like 131/BC-SXD; ``paragraphs`` are short lines."""

    issuer: str
    number: str
    day: date
    title: str
    paragraphs: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The name people see."""
        return f"{self.number.replace('/', '-')}.pdf"


def pdf_of(document: Document) -> bytes:
    """The document as a PDF of one page, with a text layer and its font inside."""
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    try:
        page = made.new_page(WIDTH, HEIGHT)
        pen = _Pen(made, page)
        pen.write([document.issuer.upper(), f"Số: {document.number}"], HEIGHT - MARGIN, 12)
        pen.write(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"], HEIGHT - 118, 12)
        pen.write([f"Sơn La, ngày {document.day:%d} tháng {document.day:%m} năm {document.day:%Y}"], HEIGHT - 164, 12)
        pen.write(_wrapped(document.title, 62), HEIGHT - 200, 15)
        lines = [line for text in document.paragraphs for line in (*_wrapped(text, 84), "")]
        pen.write(lines, HEIGHT - 260, 12)
        pen.write([MARK], MARGIN, 10)
        page.gen_content()
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()
    finally:
        made.close()


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@lru_cache(maxsize=1)
def _font() -> bytes:
    return (settings.BASE_DIR / "static" / "fonts" / "LiberationSerif-Regular.ttf").read_bytes()


class _Pen:
    """Writes lines onto a page with one font."""

    def __init__(self, made: Any, page: Any) -> None:
        from pypdfium2 import raw

        self.raw, self.made, self.page = raw, made, page
        content = _font()
        held = (ctypes.c_uint8 * len(content)).from_buffer_copy(content)
        self.font = raw.FPDFText_LoadFont(made.raw, held, len(content), raw.FPDF_FONT_TRUETYPE, True)

    def write(self, lines: Sequence[str], top: int, size: int) -> None:
        """Write lines downwards from ``top`` points above the foot of the page."""
        for place, line in enumerate(lines):
            if not line:
                continue
            text = self.raw.FPDFPageObj_CreateTextObj(self.made.raw, self.font, size)
            encoded = f"{line}\0".encode("utf-16-le")
            self.raw.FPDFText_SetText(text, (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded))
            self.raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, MARGIN, top - place * (size + 6))
            self.raw.FPDFPage_InsertObject(self.page.raw, text)
