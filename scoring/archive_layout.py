"""Where each document of a dossier lies in its archive: folders are the tree, names are safe everywhere. Pure.

A document given for several components lies once, in the folder of the first; the list names
every use with its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from parindex import text

#: Longest name of a folder and of a file, so that the whole path stays open on Windows (260 characters).
MOST_FOLDER = 40
MOST_FILE = 80
#: Names that Windows keeps for devices, whatever ending they carry.
_DEVICES = re.compile(r"^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$", re.IGNORECASE)
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', " "))


@dataclass(frozen=True)
class Use:
    """One document given for one component: names of the tree from the area down, and the file."""

    code: str
    component: str
    folders: tuple[str, ...]
    document: int
    file_name: str


@dataclass(frozen=True)
class Placed:
    """A document and its path inside the archive; ``uses`` are the codes it is given for."""

    document: int
    path: str
    uses: tuple[str, ...]


def safe_name(name: str, most: int) -> str:
    """A name for a folder or file that every system takes: NFC, one line, no separators, no device names."""
    bare = text.clean_line(name.translate(_FORBIDDEN)).strip(" .")
    bare = bare[:most].rstrip(" .")
    return f"_{bare}" if _DEVICES.match(bare.split(".", 1)[0]) else bare or "_"


def safe_file(name: str) -> str:
    """The same for a file: its ending is kept, and a leading dot or dash never hides or commands."""
    suffix = PurePosixPath(name).suffix
    ending = safe_name(suffix, 12).strip("_") if suffix else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    stem = safe_name(stem, MOST_FILE - len(ending) - 1).lstrip("-") or "tai-lieu"
    return f"{stem}.{ending}" if ending else stem


def placed(root: str, uses: Iterable[Use]) -> list[Placed]:
    """Every document once, in the order of the tree; two files of one name in a folder are numbered."""
    first: dict[int, Use] = {}
    codes: dict[int, list[str]] = {}
    for use in uses:
        first.setdefault(use.document, use)
        codes.setdefault(use.document, []).append(use.code)
    taken: set[str] = set()
    return [
        Placed(document, _free(_folder(root, use.folders), safe_file(use.file_name), taken), tuple(codes[document]))
        for document, use in first.items()
    ]


def _folder(root: str, folders: Sequence[str]) -> str:
    return "/".join([safe_name(root, MOST_FOLDER), *(safe_name(name, MOST_FOLDER) for name in folders)])


def _free(folder: str, name: str, taken: set[str]) -> str:
    """The path, numbered until nothing else has it; compared without case, as Windows does."""
    stem, dot, ending = name.rpartition(".")
    for number in range(1, len(taken) + 2):
        tried = name if number == 1 else f"{stem or ending} ({number}){dot if stem else ''}{ending if stem else ''}"
        path = f"{folder}/{tried}"
        if path.casefold() not in taken:
            taken.add(path.casefold())
            return path
    raise AssertionError("more names than documents")
