"""XML read piece by piece, and the few things every part of a workbook needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from limits import Refusal

_WORDS_IN_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)


def is_date(number: int, code: str | None) -> bool:
    """Whether a number format shows a date or time."""
    if code is None:
        return 14 <= number <= 22 or 27 <= number <= 36 or 45 <= number <= 47 or 50 <= number <= 58
    bare = _WORDS_IN_FORMAT.sub("", code)
    return re.search(r"[dmyhs]", bare, re.IGNORECASE) is not None and "general" not in bare.lower()


def is_percent(number: int, code: str | None) -> bool:
    """Whether a number format shows a number times a hundred."""
    return number in (9, 10) if code is None else "%" in _WORDS_IN_FORMAT.sub("", code)


def whole(text: str | None) -> int:
    """A whole number of the file's own bookkeeping; anything else counts as 0."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def walk(
    chunks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read XML piece by piece with local names. A document type (and so any entity) is refused."""
    for _piece in steps(chunks, start, end, text):
        pass


def steps(
    chunks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """As ``walk``, but pause after every piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_arguments: Any) -> NoReturn:
        raise Refusal("doctype")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(
        tag.rpartition(":")[2], {name.rpartition(":")[2]: value for name, value in attributes.items()}
    )
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for piece in chunks:
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError:
        raise Refusal("broken") from None
