"""A document read in a child process: pages as pictures, text of the first pages. Touches no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from parindex import childwork

READER = Path(__file__).resolve().with_name("reading_child")
MIB = 1024 * 1024
LIMITS = childwork.Limits(memory=512 * MIB, seconds=120, file=8 * MIB, wall=180, silence=40)
MOST_PICTURES = 60

#: Content type → what the child is told.
KINDS = {"application/pdf": "pdf", "image/jpeg": "picture", "image/png": "picture"}
WITHOUT_PAGES = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx"}


class Unreadable(Exception):
    """The document cannot be shown; the text is a code of ``scoring.reading_words``."""


@dataclass(frozen=True)
class Picture:
    """One page as the child drew it: its number, its size in pixels, and where the file lies for now."""

    number: int
    width: int
    height: int
    path: Path


@dataclass
class Reading:
    """What a document gave. ``pages`` of the document, ``texts`` of the first pages, ``words``: a later page has text."""

    pages: int = 0
    texts: list[str] = field(default_factory=list)
    words: bool | None = None


def kind_of(content_type: str) -> str:
    """What the child is told to read; "" for what nobody reads."""
    return KINDS.get(content_type) or WITHOUT_PAGES.get(content_type, "")


def read(source: BinaryIO, kind: str, beat: Callable[[], None]) -> Iterator[Reading | Picture]:
    """The reading as soon as the pages are counted, then each picture, then the same reading, complete.

    ``beat`` is called at least every ten seconds. Raises ``Unreadable``; whatever the file does, memory and time
    are bounded.
    """
    reading = Reading()
    try:
        with childwork.workshop(source) as place:
            for said in childwork.lines_of(place, READER, [kind], LIMITS, beat):
                if "refused" in said:
                    raise Unreadable(said["refused"])
                if "page" in said:
                    yield _picture(place, said)
                elif "pages" in said:
                    reading.pages = int(said["pages"])
                    yield reading
                else:
                    reading.texts, reading.words = [str(text) for text in said["texts"]], bool(said["words"])
    except childwork.ChildFailed as failed:
        raise Unreadable(failed.code) from None
    if reading.words is None:
        raise Unreadable(childwork.ENDED)
    yield reading


def _picture(place: Path, said: dict[str, Any]) -> Picture:
    """The child is not believed about anything that matters: number and place are taken within bounds."""
    number, width, height = int(said["page"]), int(said["width"]), int(said["height"])
    path = place / f"{number}.jpg"
    fine = 1 <= number <= MOST_PICTURES and 0 < width < 10_000 and 0 < height < 10_000
    if not fine or path.is_symlink() or not path.is_file():
        raise Unreadable(childwork.ENDED)
    return Picture(number, width, height, path)
