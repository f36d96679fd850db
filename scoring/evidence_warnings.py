"""What is odd about a document, said at once and in words. Pure; warns and never refuses.

One table: each row has a code, the question, and two wordings (a few words for a chip, a sentence for
a page). The year is that of the assessment the document is meant for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

MIB = 1024 * 1024
#: Above this a file is slow to open on the line of a commune.
LARGE = 10 * MIB
#: Above this a page was scanned finer than anybody can read.
LARGE_PAGE = 2 * MIB
#: Below this there is hardly anything in the file.
SMALL = 5 * 1024

#: Words of number and title by which a plan is known: issued in December, it is for the year after.
PLAN_WORDS = ("kế hoạch", "chương trình", "dự toán")
PLAN_MARKS = ("KH", "CTR", "CT")


@dataclass(frozen=True)
class Facts:
    """What is known about a document. ``size`` in bytes; None is not known (yet)."""

    number: str = ""
    issued_on: date | None = None
    title: str = ""
    size: int = 0
    pages: int | None = None
    has_text: bool | None = None
    infected: bool = False

    @classmethod
    def of(cls, evidence: Any) -> Facts:
        """The facts of a document row."""
        return cls(
            number=evidence.number,
            issued_on=evidence.issued_on,
            title=evidence.title,
            size=evidence.size,
            pages=evidence.pages,
            has_text=evidence.has_text,
            infected=evidence.scan == "refused",
        )


@dataclass(frozen=True)
class Warning:
    """One thing to look at: ``short`` for a chip, ``text`` a sentence with the way out."""

    code: str
    short: str
    text: str


def is_plan(facts: Facts) -> bool:
    """Whether number or title name a plan or a programme."""
    marks = facts.number.upper().replace("-", "/").split("/")
    return any(mark in marks for mark in PLAN_MARKS) or any(word in facts.title.casefold() for word in PLAN_WORDS)


def dated_outside(facts: Facts, year: int) -> bool:
    """Whether the document is dated outside the year: a plan counts from December of the year before."""
    day = facts.issued_on
    if day is None or day.year == year:
        return False
    return not ((day.year, day.month) == (year - 1, 12) and is_plan(facts))


def _outside(facts: Facts, year: int) -> tuple[str, str] | None:
    if not dated_outside(facts, year) or facts.issued_on is None:
        return None
    day = f"{facts.issued_on:%d/%m/%Y}"
    values = {"day": day, "year": year, "before": year - 1}
    return (
        _("ngày ngoài năm %(year)d") % values,
        _(
            "Văn bản ghi ngày %(day)s, ngoài năm đánh giá %(year)d. Kế hoạch ban hành tháng 12/%(before)d thì được; văn bản khác "
            "cần xem lại ngày hoặc chọn văn bản của năm %(year)d."
        )
        % values,
    )


def _infected(facts: Facts, year: int) -> tuple[str, str] | None:
    if not facts.infected:
        return None
    return (
        _("có mã độc"),
        _("Phần mềm quét thấy mã độc trong tệp này; tài liệu không được tính. Thay bằng tệp sạch."),
    )


def _no_text(facts: Facts, year: int) -> tuple[str, str] | None:
    if facts.has_text is not False:
        return None
    return (
        _("bản quét không có chữ"),
        _("Bản quét chỉ có hình, không tìm và không chép được chữ. Nếu có bản điện tử, thay bằng bản đó."),
    )


def _undescribed(facts: Facts, year: int) -> tuple[str, str] | None:
    if facts.number and facts.issued_on:
        return None
    if facts.number:
        return _("chưa ghi ngày"), _("Chưa ghi ngày ban hành. Ghi ngày để người thẩm định đối chiếu.")
    if facts.issued_on:
        return _("chưa ghi số, ký hiệu"), _("Chưa ghi số, ký hiệu. Ghi số để người thẩm định đối chiếu.")
    return (
        _("chưa ghi số, ngày"),
        _("Chưa ghi số, ký hiệu và ngày ban hành. Ghi vào để người thẩm định đối chiếu."),
    )


def _large(facts: Facts, year: int) -> tuple[str, str] | None:
    if facts.size > LARGE:
        return _("tệp lớn"), _("Tệp lớn %(size)d MB, nơi mạng yếu mở rất lâu. Quét lại ở 150–200 dpi nếu được.") % {
            "size": facts.size // MIB
        }
    if facts.pages and facts.size > LARGE_PAGE * facts.pages:
        return _("trang nặng"), _("Mỗi trang nặng hơn 2 MB. Quét lại ở 150–200 dpi nếu được.")
    return None


def _small(facts: Facts, year: int) -> tuple[str, str] | None:
    if not 0 < facts.size < SMALL:
        return None
    return _("tệp rất nhỏ"), _("Tệp nhỏ hơn 5 KB, có thể trống hoặc lưu thiếu. Mở tệp xem lại.")


#: Code → the question with its two wordings, the most serious first.
TABLE: tuple[tuple[str, Callable[[Facts, int], tuple[str, str] | None]], ...] = (
    ("infected", _infected),
    ("outside_year", _outside),
    ("no_text", _no_text),
    ("undescribed", _undescribed),
    ("large", _large),
    ("small", _small),
)


def warnings_of(facts: Facts, years: int | Collection[int]) -> tuple[Warning, ...]:
    """Everything to look at, the most serious first.

    ``years``: the year assessed; of a document used in several years each of them, and the date must lie
    in one of them.
    """
    wanted = sorted([years] if isinstance(years, int) else years, reverse=True)
    found = []
    for code, question in TABLE:
        said = [question(facts, year) for year in wanted]
        if said and all(said) and said[0] is not None:
            found.append(Warning(code, *said[0]))
    return tuple(found)
