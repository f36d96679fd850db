"""The first lines of a DOCX. The container is opened under a cap and its markup read without entities."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from terms import MOST_MEMBER, MOST_PARAGRAPHS, MOST_TEXT, Refusal

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, struct.error, EOFError, OSError, RuntimeError)


def docx_text(path: str) -> str:
    """The text of the first paragraphs, one line each, cells of a table one after the other."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as part:
            content = part.read(MOST_MEMBER + 1)
    except KeyError:
        raise Refusal("broken") from None
    except BROKEN:
        raise Refusal("broken") from None
    if len(content) > MOST_MEMBER:
        raise Refusal("too_heavy")
    try:
        return "\n".join(paragraphs(content))[:MOST_TEXT]
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise Refusal("broken") from None


def paragraphs(content: bytes) -> list[str]:
    """The lines of the first paragraphs; a break inside a paragraph begins a new line."""
    lines = [""]
    ended = 0
    for _event, element in iterparse(io.BytesIO(content), events=("end",), forbid_dtd=True):
        if element.tag == f"{WORD}t":
            lines[-1] += element.text or ""
        elif element.tag == f"{WORD}tab":
            lines[-1] += "  "
        elif element.tag in (f"{WORD}br", f"{WORD}cr"):
            lines.append("")
        elif element.tag == f"{WORD}p":
            lines.append("")
            ended += 1
            element.clear()
            if ended >= MOST_PARAGRAPHS:
                break
    return lines
