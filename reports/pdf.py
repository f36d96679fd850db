"""Official papers as PDF: one HTML document and one stylesheet in, bytes out.

Only files below ``static/`` are ever read, whatever a document asks for. WeasyPrint needs Pango from the
system; where that is missing, ``PdfMissing`` says so in one sentence and nothing else breaks.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from parindex import canonical
from parindex.decisions import Denied, Refused

#: What WeasyPrint opens; the Debian packages that bring them.
LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0")
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

STATIC = settings.BASE_DIR / "static"
STYLESHEET = STATIC / "css" / "paper.css"
TEMPLATES = settings.BASE_DIR / "templates" / "reports" / "paper"
HEAD_AND_FOOT = ("paper_head.html", "paper_sign.html")

#: One document is laid out at a time in a process; a visitor waits at most this long for it, in seconds.
PATIENCE = 10
_press = threading.Lock()


class PdfMissing(Refused):
    """The libraries of the system are missing; XLSX still works."""

    def __init__(self) -> None:
        sentence = _(
            "Máy chủ chưa có thư viện tạo PDF (Pango), nên chưa tải được bản PDF. Hãy tải bản Excel."
            " Quản trị viên cài thêm các gói: %(packages)s."
        ) % {"packages": PACKAGES}
        super().__init__(Denied(sentence, code="pdf_missing"))


class PdfBusy(Refused):
    """Too many documents are being made at this moment."""

    def __init__(self) -> None:
        sentence = _("Máy chủ đang tạo nhiều tệp PDF cùng lúc. Thử lại sau ít giây, hoặc tải bản Excel.")
        super().__init__(Denied(sentence, code="pdf_busy"))


def available() -> bool:
    """Whether the system has what PDF needs. Asked each time: an administrator may install it while we run."""
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


@cache
def layout() -> str:
    """A digest of templates and stylesheet: a document kept from before a change of the layout is not served again."""
    components = settings.BASE_DIR / "templates" / "components"
    files = [STYLESHEET, *sorted(TEMPLATES.glob("*.html")), *(components / name for name in HEAD_AND_FOOT)]
    return canonical.digest(b"\0".join(path.read_bytes() for path in files))


def make_pdf(template: str, context: dict[str, Any], *, key: str, patience: int = PATIENCE) -> bytes:
    """Lay out a template of ``reports/paper`` as a tagged PDF; always in Vietnamese, as the law asks.

    ``key`` names the content; the same content gives the same file. Raises ``PdfMissing`` and ``PdfBusy``.
    """
    if not available():
        raise PdfMissing
    with translation.override("vi"):
        source = render_to_string(f"reports/paper/{template}", context)
    if not _press.acquire(timeout=patience):
        raise PdfBusy
    try:
        return _laid_out(source, key)
    finally:
        _press.release()


def _laid_out(source: str, key: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class OwnFiles(URLFetcher):
        """Opens files of the static folder and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            refuse_foreign(url)
            return super().fetch(url, headers)

    fetcher = OwnFiles(allowed_protocols=("file",), allow_redirects=False)
    fonts = FontConfiguration()
    sheet = CSS(filename=str(STYLESHEET), font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=source, base_url=STATIC.as_uri() + "/", url_fetcher=fetcher)
    made: bytes = page.write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=key.encode()
    )
    return made


def refuse_foreign(url: str) -> None:
    """Raise ValueError for an address outside the static folder."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(STATIC.resolve()):
        raise ValueError(f"a document may only read the static folder, not {url}")
