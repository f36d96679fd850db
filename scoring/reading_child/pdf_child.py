"""A PDF: its pages, drawn one by one, and the text of the first ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pypdfium2
from terms import (
    DPI,
    DRAWING_SECONDS,
    MOST_PAGES,
    MOST_PICTURES,
    MOST_TEXT,
    QUALITY,
    TEXT_PAGES,
    Refusal,
    fitted,
)

#: Pages looked at for whether the document has text at all.
LOOKED_AT = 10


def read_pdf(path: str, say: Callable[[dict[str, Any]], None]) -> None:
    """Count, draw, read."""
    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refusal("locked" if "password" in str(error).lower() else "broken") from None
    if not 0 < pages <= MOST_PAGES:
        raise Refusal("no_pages" if pages <= 0 else "too_many_pages")
    say({"pages": pages})
    texts: list[str] = []
    words = False
    until = time.monotonic() + DRAWING_SECONDS
    for number in range(1, min(pages, MOST_PICTURES) + 1):
        if time.monotonic() > until:
            break
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            raise Refusal("broken") from None
        width, height = draw(page, f"{number}.jpg")
        if number <= TEXT_PAGES:
            texts.append(text_of(page))
        elif number <= LOOKED_AT and not words:
            words = bool(text_of(page).strip())
        page.close()
        say({"page": number, "width": width, "height": height})
    say({"texts": texts, "words": words})


def draw(page: Any, name: str) -> tuple[int, int]:
    """The page as a JPEG; its width and height in pixels."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refusal("broken")
    try:
        bitmap = page.render(scale=fitted(width, height, DPI / 72), may_draw_forms=False)
    except (pypdfium2.PdfiumError, ValueError, OSError):
        raise Refusal("broken") from None
    picture = bitmap.to_pil().convert("RGB")
    picture.save(name, "JPEG", quality=QUALITY, optimize=True)
    return picture.size


def text_of(page: Any) -> str:
    """The text of a page in the order in which it is written; empty when it cannot be had."""
    try:
        text = page.get_textpage()
        return text.get_text_range(0, min(text.count_chars(), MOST_TEXT))
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return ""
