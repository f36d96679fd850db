"""What a file is by its bytes: one check per kind, each raising ``Unfit`` with the rest of a sentence.

``data`` is bytes or a read-only map. Nothing is executed, rendered or unpacked to disk;
what is unpacked to look inside is capped.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

MIB = 1024 * 1024
#: Unpacked size of an office file, and from where on its packing ratio is looked at.
MOST_UNPACKED = 400 * MIB
RATIO_FROM = 64 * MIB
MOST_RATIO = 50
MOST_MEMBERS = 5000
MOST_PIXELS = 120_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_END = b"PK\x05\x06"

#: Names inside a PDF that run something or carry another file.
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|EmbeddedFiles?|XFA|SubmitForm|ImportData|GoToE|Rendition)(?=[\s/<>\[\](){}%]|$)")
_PDF_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_PDF_FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[A-Za-z0-9]+)")
#: Unpacked object streams of one PDF, all together.
MOST_OBJECTS = 64 * MIB
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|\?php)", re.IGNORECASE)

MAIN_TYPES = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_RUNNABLE = re.compile(r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|js|jse|wsf|hta|jar|msi|lnk|sh|bin\.exe)$", re.IGNORECASE)
_PACKED = re.compile(r"\.(?:zip|rar|7z|gz|tgz|bz2|xz|iso|img|vhd|cab)$", re.IGNORECASE)
_RELATION = re.compile(rb"<[^<>]*TargetMode[^<>]*>", re.IGNORECASE)
_REMOTE = re.compile(rb"/(?:attachedTemplate|oleObject|frame|subDocument|aFChunk)\b", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DYNAMIC = re.compile(rb"<ddeLink\b|<(?:\w+:)?instrText[^>]*>\s*(?:DDE|DDEAUTO)\b|w:instr\s*=\s*[\"']\s*(?:DDE|DDEAUTO)\b")
#: The stream in which Windows wraps a whole file that runs when it is clicked.
_OLE_PACKAGE = "\x01Ole10Native".encode("utf-16-le")


class Unfit(ValueError):
    """The content is not taken; the text continues "Không nhận tệp …"."""


class _Window(io.RawIOBase):
    """Bytes or a map as a file that can be read at any place, without a copy."""

    def __init__(self, data: Any) -> None:
        self._data = memoryview(data)
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._data)}[whence]
        if base + offset < 0:
            raise OSError("a place before the beginning")
        self._place = base + offset
        return self._place

    def readinto(self, target: Any) -> int:
        piece = self._data[self._place : self._place + len(target)]
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        self._data.release()
        super().close()


def _not_what_it_says(wanted: str) -> Unfit:
    return Unfit(_("vì nội dung không phải là %(kind)s. Mở tệp gốc và lưu lại đúng dạng.") % {"kind": wanted})


def _two_in_one() -> Unfit:
    return Unfit(_("vì trong tệp có lẫn nội dung khác. Mở tệp gốc, lưu hoặc quét lại rồi tải lên."))


def _refuse_hidden_zip(data: Any) -> None:
    """A picture or PDF that is an archive as well is two files in one."""
    if data.find(ZIP_END, max(0, len(data) - 66_000)) >= 0 and zipfile.is_zipfile(io.BytesIO(data[-min(len(data), 4 * MIB) :])):
        raise _two_in_one()


# --- PDF -----------------------------------------------------------------------------------------


def check_pdf(data: Any) -> None:
    """A PDF from its first byte to its end mark, without scripts, launches or attached files."""
    if data[:5] != b"%PDF-":
        raise _not_what_it_says("PDF")
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Unfit(_("vì tệp PDF bị cắt cụt. Tải lại hoặc quét lại."))
    # A browser that guesses looks at the first kilobyte; nothing there may be a page.
    if len(data) - end > 2048 or _MARKUP.search(data[end:]) or _MARKUP.search(data[:1024]):
        raise _two_in_one()
    _refuse_hidden_zip(data)
    for part in _pdf_parts(data):
        structure = _unescaped(part)
        if b"/Encrypt" in structure:
            raise Unfit(_("vì tệp PDF bị khóa bằng mật khẩu. Bỏ mật khẩu hoặc in lại ra PDF rồi tải lên."))
        if _PDF_ACTIVE.search(structure):
            raise Unfit(_("vì tệp PDF có mã lệnh hoặc tệp đính kèm bên trong. In lại ra PDF rồi tải lên."))


def _unescaped(part: bytes) -> bytes:
    """A piece of structure with its names spelled out: "/J#53" is "/JS"."""
    if b"#" not in part:
        return part
    return _PDF_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), part)


def _pdf_parts(data: Any) -> Iterator[bytes]:
    """The parts of a PDF that are structure: everything outside streams, and packed object streams."""
    place = unpacked = 0
    for match in _PDF_STREAM.finditer(data):
        if match.start() < place:
            continue
        head = bytes(data[place : match.start()])
        yield head
        stop = data.find(b"endstream", match.end())
        stop = stop if stop >= 0 else len(data)
        dictionary = _unescaped(head[max(0, head.rfind(b"obj")) :])
        if b"/ObjStm" in dictionary:
            for piece in _objects(bytes(data[match.end() : stop]), dictionary):
                unpacked += len(piece)
                if unpacked > MOST_OBJECTS:
                    raise _bomb()
                yield piece
        place = stop
    yield bytes(data[place:])


def _objects(packed: bytes, dictionary: bytes) -> Iterator[bytes]:
    """A packed object stream in pieces that overlap a little, so that no name is cut in two."""
    named = _PDF_FILTER.search(dictionary)
    if named is None:
        yield packed
        return
    if re.findall(rb"/([A-Za-z0-9]+)", named[1]) not in ([b"FlateDecode"], [b"Fl"]):
        raise Unfit(_("vì cấu trúc tệp PDF bất thường. In lại ra PDF rồi tải lên."))
    unpacker, left, before = zlib.decompressobj(), packed, b""
    while left:
        try:
            piece = unpacker.decompress(left, MIB)
        except zlib.error:
            return  # broken from here on: what came out was looked at
        if not piece:
            return
        yield before + piece
        left, before = unpacker.unconsumed_tail, piece[-64:]


# --- Pictures ------------------------------------------------------------------------------------


def check_png(data: Any) -> None:
    """A PNG whose chunks end with the file, of a size a reader can open."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise _not_what_it_says("PNG")
    _refuse_too_many_pixels(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    place = 8
    while place + 8 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        place += 12 + length
        if kind == b"IEND":
            break
    else:
        raise Unfit(_("vì ảnh bị cắt cụt. Chụp hoặc quét lại."))
    if place != len(data):
        raise _two_in_one()
    _refuse_hidden_zip(data)


def check_jpeg(data: Any) -> None:
    """A JPEG with a frame header and an end mark, without an archive or a page behind it."""
    if data[:3] != b"\xff\xd8\xff":
        raise _not_what_it_says("JPG")
    end = data.rfind(b"\xff\xd9")
    if end < 0:
        raise Unfit(_("vì ảnh bị cắt cụt. Chụp hoặc quét lại."))
    if _MARKUP.search(data[end:]):
        raise _two_in_one()
    _refuse_hidden_zip(data)
    width, height = _jpeg_size(data)
    _refuse_too_many_pixels(width, height)


def _jpeg_size(data: Any) -> tuple[int, int]:
    """Width and height from the frame header."""
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(data[place + 5 : place + 7], "big")
        place += 2 if marker == 0x01 or 0xD0 <= marker <= 0xD8 else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise _not_what_it_says("JPG")


def _refuse_too_many_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(_("vì ảnh không có kích thước. Chụp hoặc quét lại."))
    if width * height > MOST_PIXELS:
        raise Unfit(_("vì ảnh quá lớn (%(w)d × %(h)d điểm ảnh). Quét lại ở 300 dpi.") % {"w": width, "h": height})


# --- Office files --------------------------------------------------------------------------------


def check_docx(data: Any) -> None:
    """A Word document without macros."""
    _check_office(data, "docx", "DOCX")


def check_xlsx(data: Any) -> None:
    """An Excel workbook without macros."""
    _check_office(data, "xlsx", "XLSX")


def _check_office(data: Any, kind: str, shown: str) -> None:
    if data[:8] == OLE:
        raise Unfit(_("vì tệp có mật khẩu hoặc ở định dạng cũ. Bỏ mật khẩu và lưu lại dạng .docx, .xlsx."))
    if data[:4] != b"PK\x03\x04":
        raise _not_what_it_says(shown)
    try:
        with io.BufferedReader(_Window(data)) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_odd_members(members)
            _refuse_bomb(archive, members, len(data))
            _refuse_wrong_parts(archive, kind, shown)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError):
        raise Unfit(_("vì tệp bị hỏng, không mở được. Mở tệp gốc và lưu lại.")) from None


def _refuse_odd_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS or len({name.lower() for name in names}) != len(names):
        raise _odd()
    if any(member.flag_bits & 0x1 for member in members):
        raise Unfit(_("vì tệp có mật khẩu hoặc ở định dạng cũ. Bỏ mật khẩu và lưu lại dạng .docx, .xlsx."))
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise _odd()
        lower = name.lower()
        if lower.endswith(("vbaproject.bin", ".docm", ".xlsm", ".pptm", ".dotm", ".xltm", ".xlsb")) or "/macrosheets/" in lower:
            raise Unfit(_("vì có macro. Lưu lại dạng .docx, .xlsx hoặc .pdf."))
        if "/activex/" in lower or _RUNNABLE.search(name):
            raise Unfit(_("vì có chương trình bên trong. Bỏ phần nhúng rồi lưu lại."))
        if _PACKED.search(name):
            raise Unfit(_("vì có tệp nén nhúng bên trong. Bỏ phần nhúng rồi lưu lại."))


def _refuse_bomb(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], packed: int) -> None:
    """Count what really comes out, because the directory of an archive can lie; look at it on the way."""
    limit = MOST_UNPACKED
    declared = sum(member.file_size for member in members)
    if declared > limit or (declared > RATIO_FROM and declared > MOST_RATIO * packed):
        raise _bomb()
    limit = max(RATIO_FROM, min(limit, MOST_RATIO * packed))
    total = 0
    for member in members:
        before = b""
        with archive.open(member) as part:
            while piece := part.read(MIB):
                total += len(piece)
                if total > limit:
                    raise _bomb()
                _look_inside(member.filename.lower(), before + piece)
                before = piece[-2048:]


def _look_inside(name: str, piece: bytes) -> None:
    """What no part of a plain document holds: entities, programs in a wrapper, calls to the outside."""
    if name.endswith((".xml", ".rels", ".vml")):
        plain = piece.replace(b"\0", b"")  # UTF-16 hides nothing
        if _ENTITIES.search(plain):
            raise _odd()
        if _DYNAMIC.search(plain):
            raise Unfit(_("vì có lệnh gọi chương trình khác (DDE). Bỏ phần đó rồi lưu lại."))
        if name.endswith(".rels") and any(_REMOTE.search(tag) and _OUTSIDE.search(tag) for tag in _RELATION.findall(plain)):
            raise Unfit(_("vì tệp gọi mẫu từ nơi khác. Sao nội dung sang tệp mới rồi lưu lại."))
    elif name.endswith(".bin") and _OLE_PACKAGE in piece:
        raise Unfit(_("vì có chương trình bên trong. Bỏ phần nhúng rồi lưu lại."))


def _odd() -> Unfit:
    return Unfit(_("vì cấu trúc tệp bất thường. Mở tệp gốc và lưu lại."))


def _bomb() -> Unfit:
    return Unfit(_("vì khi mở ra tệp lớn bất thường. Mở tệp gốc, bỏ phần thừa và lưu lại."))


def _refuse_wrong_parts(archive: zipfile.ZipFile, kind: str, shown: str) -> None:
    """The list of parts must name a plain document of this kind."""
    if "[Content_Types].xml" not in archive.namelist():
        raise _not_what_it_says(shown)
    with archive.open("[Content_Types].xml") as part:
        listed = part.read(MIB)
    if b"macroEnabled" in listed or b"vbaProject" in listed:
        raise Unfit(_("vì có macro. Lưu lại dạng .docx, .xlsx hoặc .pdf."))
    if MAIN_TYPES[kind] not in listed:
        raise _not_what_it_says(shown)
