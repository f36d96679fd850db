"""Uploads above the limit are dropped while they arrive, before anything reaches the disk.

The rest of the form is still read, so that the page can answer with a sentence
instead of an error: the names of what was dropped stand in
``request.dropped_uploads``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser


class LimitedUploads(FileUploadHandler):
    """Before the handlers that keep files: lets no file above ``MAX_UPLOAD_BYTES`` through."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.request_length = 0
        self.received = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        """Remember how long the whole request says it is."""
        self.request_length = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Drop the file at once when the whole request could not fit what may be sent together."""
        super().new_file(*args, **kwargs)
        self.received = 0
        if self.request_length > settings.MAX_UPLOAD_BYTES * settings.DATA_UPLOAD_MAX_NUMBER_FILES:
            self._drop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on, or drop the file once it has grown past the limit."""
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            self._drop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave making the file to the next handlers."""
        return None

    def _drop(self) -> None:
        dropped = getattr(self.request, "dropped_uploads", ())
        if self.request is not None:
            self.request.dropped_uploads = (*dropped, self.file_name or "")
        raise SkipFile


class GivenNames(FileUploadHandler):
    """First in ``FILE_UPLOAD_HANDLERS``: remembers file names as they were sent.

    Django keeps the last part of "../../x.pdf" and drops invisible characters before anybody could see
    them. ``request.given_names`` holds pairs (name kept, name as sent), the name kept empty where nothing
    was left of it and the file was passed over; so a page can refuse what tried to be something else.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> tuple[Any, Any]:
        """Read the request with a parser that writes the names down, for all handlers behind this one."""
        self.request.given_names = ()
        behind = [handler for handler in self.request.upload_handlers if handler is not self]
        return _NamingParser(self.request, META, input_data, behind, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave making the file to the next handlers."""
        return None


class _NamingParser(MultiPartParser):
    def __init__(self, request: Any, *args: Any) -> None:
        super().__init__(*args)
        self._request = request

    def sanitize_file_name(self, file_name: str) -> str | None:
        kept = super().sanitize_file_name(file_name)
        self._request.given_names = (*self._request.given_names, (kept or "", file_name))
        return kept
