"""What the reading of a document allows itself, and how it says no."""

from __future__ import annotations

DPI = 110
MOST_WIDTH = 1100  # pixels of a picture
MOST_HEIGHT = 2200
MOST_PICTURES = 60  # pages made into pictures
MOST_PAGES = 20_000  # of a document at all
DRAWING_SECONDS = 75  # after which no further page is begun
TEXT_PAGES = 3
MOST_TEXT = 20_000  # characters of one page
QUALITY = 80  # of a JPEG
MOST_PIXELS = 45_000_000  # of a picture that is unpacked whole
MOST_MEMBER = 24 * 1024 * 1024  # bytes of the text part of a DOCX, unpacked
MOST_PARAGRAPHS = 120


class Refusal(Exception):
    """The document cannot be shown; the text is the code."""


def fitted(width: float, height: float, scale: float) -> float:
    """The scale at which a page of this size stays within the largest picture."""
    return min(scale, MOST_WIDTH / width, MOST_HEIGHT / height)
