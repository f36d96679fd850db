"""What is wrong with a file, collected place by place."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parindex.decisions import Denied, Refused

SHOWN_PROBLEMS = 100


class FileRefused(Refused):
    """A file that was not taken: ``reason`` sums up, ``details`` has one sentence per place. Nothing was written."""


class Problems:
    """What is wrong with a file, place by place."""

    def __init__(self, name: str, sheet: str = "") -> None:
        self.name, self.sheet = name, sheet
        self._found: list[tuple[int, str]] = []
        self.count = 0

    def add(self, row: int | None, column: str, sentence: str) -> None:
        """Note one problem; ``row`` and ``column`` may be empty when they say nothing."""
        self.count += 1
        if len(self._found) < 10 * SHOWN_PROBLEMS:
            self._found.append((row or 0, self.place(row, column) + sentence))

    def place(self, row: int | None, column: str) -> str:
        """The place in words: "Trang «Điểm», dòng 12, cột «unit_code»: "."""
        parts = []
        if self.sheet:
            parts.append(_("trang «%(sheet)s»") % {"sheet": self.sheet})
        if row:
            parts.append(_("dòng %(row)d") % {"row": row})
        if column:
            parts.append(_("cột «%(column)s»") % {"column": column})
        joined = ", ".join(parts)
        return f"{joined[0].upper()}{joined[1:]}: " if joined else ""

    def __bool__(self) -> bool:
        return self.count > 0

    def sentences(self) -> tuple[str, ...]:
        """The first hundred in the order of rows, and how many more there are."""
        listed = [
            sentence for _row, sentence in sorted(self._found, key=lambda found: found[0])[:SHOWN_PROBLEMS]
        ]
        if self.count > SHOWN_PROBLEMS:
            listed.append(_("… và %(count)d lỗi nữa.") % {"count": self.count - SHOWN_PROBLEMS})
        return tuple(listed)

    def refusal(self) -> FileRefused:
        """The refusal that lists them."""
        sentence = _("Tệp «%(name)s» có %(count)d lỗi nên chưa ghi gì. Sửa các chỗ sau rồi nhập lại.")
        return FileRefused(
            Denied(sentence % {"name": self.name, "count": self.count}, self.sentences(), code="file")
        )
