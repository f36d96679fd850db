"""Reads one document in a process of its own: pages as pictures, text of the first pages. Knows no wording.

Run by ``parindex.childwork`` in a folder that holds the file as ``source``; the argument is its kind. Prints JSON lines:
``{"pages": n}``, then ``{"page": 1, "width": w, "height": h}`` for each picture ``1.jpg`` …, then the text
``{"texts": […], "words": true}`` (``words``: a later page has text); or ``{"refused": code}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from office import docx_text
from pdf_child import read_pdf
from picture import read_picture
from terms import Refusal


def say(value: dict[str, Any]) -> None:
    """One line of the answer, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read and answer; a refusal is an answer too."""
    kind = sys.argv[1]
    try:
        if kind == "pdf":
            read_pdf("source", say)
        elif kind == "picture":
            read_picture("source", say)
        else:
            say({"pages": 0})
            say({"texts": [docx_text("source")], "words": False})
    except Refusal as refusal:
        say({"refused": str(refusal)})
    except MemoryError:
        say({"refused": "too_heavy"})


if __name__ == "__main__":
    main()
