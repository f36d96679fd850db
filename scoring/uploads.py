"""Whether an uploaded file may become evidence, decided by its content. Writes nothing.

Six kinds are taken: PDF, DOCX, XLSX, JPG and PNG. The name must say what the
content is. Whatever could run, unpack without end or pass for something else is
refused with one sentence. The content is read through a map of the file, never
unpacked to the disk.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from parindex import text
from scoring import upload_kinds as kinds

#: Longest name kept, without what a person needs to recognise a document by.
MAX_NAME = 150


class UploadRefused(ValueError):
    """A file that is not taken; the text is a Vietnamese sentence naming it and the way out."""


@dataclass(frozen=True)
class Checked:
    """A file that may be stored. ``name`` in NFC for people; ``size`` in bytes; ``sha256`` in hex."""

    name: str
    content_type: str
    size: int
    sha256: str


#: Extension → (content type, check of the content).
TYPES = {
    ".pdf": ("application/pdf", kinds.check_pdf),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", kinds.check_docx),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", kinds.check_xlsx),
    ".jpg": ("image/jpeg", kinds.check_jpeg),
    ".jpeg": ("image/jpeg", kinds.check_jpeg),
    ".png": ("image/png", kinds.check_png),
}
ACCEPT = ",".join(TYPES)


def clean_name(given: str) -> str:
    """The file's name for people: NFC, one line, no folders, no invisible characters, its ending kept."""
    bare = text.clean_line(given.replace("\x00", "")).replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(character for character in bare if character not in '<>:"|?*').strip(" .")
    path = PurePosixPath(bare)
    stem, suffix = path.stem.strip(" ."), path.suffix.strip()
    return f"{stem[: MAX_NAME - len(suffix)] or 'tai-lieu'}{suffix}" if suffix else bare[:MAX_NAME]


#: Characters that turn the direction of writing, so that "fdp.exe" reads "exe.pdf".
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
#: Endings of what runs, standing before the last one.
_RUNS = re.compile(
    r"\.(?:exe|dll|com|scr|pif|bat|cmd|ps1|vbs|vbe|js|jse|mjs|wsf|hta|jar|msi|lnk|url|reg|sh|php|jsp|asp|aspx|htm|html|xhtml|svg|xml|iso)\.",
    re.IGNORECASE,
)
#: The longest name a computer of an office can give a file.
LONGEST_NAME = 255


def refuse_name(given: str) -> None:
    """Refuse a name that no office gives a file: one that leads elsewhere, hides its ending or is a device."""
    shown = clean_name(given) or _("không tên")
    folded = text.nfc(given)
    bare = folded.replace("\\", "/").rsplit("/", 1)[-1]
    reason = ""
    if "\x00" in given or any(unicodedata.category(letter) == "Cc" for letter in given):
        reason = _("vì tên tệp có ký tự điều khiển ẩn.")
    elif _TURNING.search(given):
        reason = _("vì tên tệp có ký tự đảo chiều chữ, che mất đuôi thật.")
    elif "/" in given or "\\" in given or re.match(r"[A-Za-z]:", given) or bare.strip(" .") == "":
        reason = _("vì tên tệp chứa đường dẫn thư mục.")
    elif len(folded) > LONGEST_NAME:
        reason = _("vì tên tệp dài quá %(limit)d ký tự.") % {"limit": LONGEST_NAME}
    elif bare != bare.rstrip(" ."):
        reason = _("vì tên tệp kết thúc bằng dấu chấm hoặc khoảng trắng.")
    elif _DEVICE.fullmatch(bare.split(".", 1)[0].strip()):
        reason = _("vì “%(stem)s” là tên riêng của Windows.") % {"stem": bare.split(".", 1)[0].strip()}
    elif (hidden := _RUNS.search(bare)) is not None and PurePosixPath(bare).suffix.lower() in TYPES:
        reason = _("vì tên tệp có đuôi chương trình “%(ending)s” đứng trước.") % {"ending": hidden[0].rstrip(".")}
    if reason:
        words = _("Không nhận tệp %(name)s %(why)s Đổi tên tệp rồi tải lại.")
        raise UploadRefused(words % {"name": shown if len(shown) <= 80 else shown[:77] + "…", "why": reason})


def limit_in_mb() -> int:
    """The largest file taken, in megabytes."""
    return int(settings.MAX_UPLOAD_BYTES // (1024 * 1024))


def too_big(name: str) -> str:
    """The sentence for a file above the limit."""
    return _(
        "Không nhận tệp %(name)s vì lớn hơn %(limit)d MB. Quét lại ở độ phân giải thấp hơn hoặc tách thành nhiều tệp."
    ) % {"name": clean_name(name), "limit": limit_in_mb()}


def check(upload: Any, given: str | None = None) -> Checked:
    """Look at an uploaded file and say what it is.

    ``upload`` is a Django file, ``given`` its name as it was sent, where that is known (the framework
    shortens it). Raises ``UploadRefused`` with the sentence for the person.
    """
    name = clean_name(upload.name or "")
    refuse_name(given if given is not None else upload.name or "")
    if not upload.size:
        raise UploadRefused(_("Không nhận tệp %(name)s vì tệp rỗng. Mở tệp kiểm tra rồi tải lại.") % {"name": name})
    if upload.size > settings.MAX_UPLOAD_BYTES:
        raise UploadRefused(too_big(name))
    ending = PurePosixPath(name).suffix.lower()
    if ending not in TYPES:
        raise UploadRefused(_wrong_ending(name, ending))
    content_type, look = TYPES[ending]
    with _content(upload) as data:
        try:
            look(data)
        except kinds.Unfit as unfit:
            raise UploadRefused(_("Không nhận tệp %(name)s %(why)s") % {"name": name, "why": unfit}) from None
        digest = hashlib.sha256(data).hexdigest()
    return Checked(name, content_type, upload.size, digest)


def _wrong_ending(name: str, ending: str) -> str:
    if ending in {".doc", ".xls", ".ppt", ".pptx", ".odt", ".ods", ".rtf", ".txt", ".csv"}:
        return _("Không nhận tệp %(name)s. Lưu lại dạng .docx, .xlsx hoặc .pdf rồi tải lên.") % {"name": name}
    if ending in {".docm", ".xlsm", ".dotm", ".xltm", ".xlsb"}:
        return _("Không nhận tệp %(name)s vì có macro. Lưu lại dạng .docx, .xlsx hoặc .pdf.") % {"name": name}
    return _("Không nhận tệp %(name)s. Chỉ nhận PDF, DOCX, XLSX, JPG, PNG.") % {"name": name or _("không tên")}


@contextmanager
def _content(upload: Any) -> Iterator[Any]:
    """The bytes of the upload: a map of the temporary file, or the few bytes kept in memory."""
    upload.seek(0)
    path = getattr(upload, "temporary_file_path", None)
    if path is None:
        yield upload.read()
        upload.seek(0)
        return
    with open(path(), "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:  # noqa: PTH123
        yield data
