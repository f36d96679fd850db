"""The container of an .xlsx workbook: checked before anything in it is read, unpacked under a cap."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from limits import MOST_DISTINCT, MOST_MEMBERS, MOST_UNPACKED, Refusal
from markup import is_date, is_percent, walk, whole

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
)


class Package:
    """The zip container of a workbook, checked before anything in it is read."""

    def __init__(self, file: Any) -> None:
        file.seek(0, io.SEEK_END)
        size = file.tell()
        file.seek(0)
        try:
            self.zip = zipfile.ZipFile(file)
        except BROKEN:
            raise Refusal("broken") from None
        self.unpacked = 0
        self._check(size)
        self.names = {info.filename.lower(): info for info in self.zip.infolist()}
        self._check_kind()
        self.epoch = date(1899, 12, 30)
        self.paths: dict[str, str] = {}  # of sheets, by name
        self.parts: dict[str, str] = {}  # of other parts, by kind
        self._visible: list[str] = []
        self._read_workbook()

    def _check(self, size: int) -> None:
        members = self.zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise Refusal("members", most=MOST_MEMBERS)
        names = [info.filename.lower() for info in members]
        odd = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
        if not members or odd or len(set(names)) != len(names):
            raise Refusal("broken")
        if any(info.flag_bits & 0x1 for info in members):
            raise Refusal("encrypted")
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
            raise Refusal("broken")
        # A zip that does not begin and end with the file hides a second file in itself.
        directory_end = self.zip.start_dir + sum(
            46 + len(info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace"))
            + len(info.extra) + len(info.comment)
            for info in members
        )  # fmt: skip
        if (
            min(info.header_offset for info in members) != 0
            or self.zip.comment
            or size - directory_end > 22 + 76
        ):
            raise Refusal("polyglot")
        if sum(info.file_size for info in members) > MOST_UNPACKED:
            raise Refusal("bomb", most=MOST_UNPACKED // 1024 // 1024)

    def _check_kind(self) -> None:
        if any(name.endswith("vbaproject.bin") or "macrosheets/" in name for name in self.names):
            raise Refusal("macro")
        if "[content_types].xml" not in self.names or "xl/workbook.xml" not in self.names:
            raise Refusal("foreign" if "xl/workbook.bin" not in self.names else "xlsb")
        types = b"".join(self.chunks("[content_types].xml"))
        if b"macroEnabled" in types:
            raise Refusal("macro")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member piece by piece. The directory can lie about sizes, so what comes out is counted again."""
        info = self.names.get(name.lower())
        if info is None:
            raise Refusal("broken")
        try:
            with self.zip.open(info) as member:
                while piece := member.read(256 * 1024):
                    self.unpacked += len(piece)
                    if self.unpacked > MOST_UNPACKED:
                        raise Refusal("bomb", most=MOST_UNPACKED // 1024 // 1024)
                    yield piece
        except BROKEN:
            raise Refusal("broken") from None

    def _read_workbook(self) -> None:
        targets: dict[str, str] = {}
        sheets: list[tuple[str, str, str]] = []

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                path = full_path(attributes.get("Target", ""))
                targets[attributes.get("Id", "")] = path
                self.parts[attributes.get("Type", "").rpartition("/")[2]] = path

        def entry(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                sheets.append(
                    (attributes.get("name", ""), attributes.get("id", ""), attributes.get("state", ""))
                )
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.epoch = date(1904, 1, 1)

        walk(self.chunks("xl/_rels/workbook.xml.rels"), relation)
        walk(self.chunks("xl/workbook.xml"), entry)
        for name, relation_id, state in sheets:
            path = targets.get(relation_id, "")
            if "worksheets/" in path.lower():
                if name in self.paths:
                    raise Refusal("same_sheets", sheet=name)
                self.paths[name] = path
                if state in ("", "visible"):
                    self._visible.append(name)

    def sheet(self, wanted: str) -> str:
        """The name of the sheet to read."""
        if wanted:
            if wanted not in self.paths:
                raise Refusal("no_sheet", sheet=wanted)
            return wanted
        if not self._visible:
            raise Refusal("no_sheet", sheet="")
        return self._visible[0]

    def other_sheets(self, read: str) -> list[str]:
        """The visible sheets that are not read."""
        return [name for name in self._visible if name != read]

    def strings(self) -> list[str]:
        """The table of shared strings; the reading aid of foreign scripts is left out."""
        path = self.parts.get("sharedStrings", "")
        if path.lower() not in self.names:
            return []
        found: list[str] = []
        parts: list[str] = []
        inside = {"t": False, "rPh": False}

        def start(tag: str, _attributes: dict[str, str]) -> None:
            if tag == "si":
                parts.clear()
            elif tag in inside:
                inside[tag] = True

        def end(tag: str) -> None:
            if tag == "si":
                found.append("".join(parts))
                if len(found) > MOST_DISTINCT:
                    raise Refusal("too_big")
            elif tag in inside:
                inside[tag] = False

        def text(data: str) -> None:
            if inside["t"] and not inside["rPh"]:
                parts.append(data)

        walk(self.chunks(path), start, end, text)
        return found

    def date_styles(self) -> set[int]:
        """Numbers of the cell styles that show a number as a date or time."""
        return {number for number, style in enumerate(self.number_formats()) if is_date(*style)}

    def percent_styles(self) -> set[int]:
        """Numbers of the cell styles that show a number as a percentage, a hundred times what is stored."""
        return {number for number, style in enumerate(self.number_formats()) if is_percent(*style)}

    def number_formats(self) -> list[tuple[int, str | None]]:
        """Of each cell style the number of its format, and its code where the file defines one."""
        path = self.parts.get("styles", "")
        if path.lower() not in self.names:
            return []
        formats: dict[int, str] = {}
        styles: list[int] = []
        inside = [False]

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "numFmt":
                formats[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif tag == "cellXfs":
                inside[0] = True
            elif tag == "xf" and inside[0]:
                styles.append(whole(attributes.get("numFmtId")))

        def end(tag: str) -> None:
            if tag == "cellXfs":
                inside[0] = False

        walk(self.chunks(path), start, end)
        return [(style, formats.get(style)) for style in styles]


def full_path(target: str) -> str:
    """The name of a part in the container, from the target of a relation of the workbook."""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
