"""Rows of a criteria file as the linter sees them, and what is wrong with a single cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria.tree import COMPONENT, CRITERION, LEVELS
from parindex.numbers import NumberError, parse_points
from parindex.text import clean_line

ERROR = "error"
WARNING = "warning"

COLUMNS = (
    "code", "parent_code", "level", "name", "max_points", "source", "rule_kind", "rule_text", "evidence",
    "lead_appraiser", "lead_appraiser_2025", "na_allowed", "rule_params", "previous_code", "link",
)  # fmt: skip
DIGITS = 2
MAX_CODE = 20
LINKS = ("", "continued", "changed", "new")

_CODE = re.compile(r"[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*", re.ASCII)

RawRow = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `row` as a spreadsheet shows it (the header is row 1), `column` by its header."""

    row: int
    code: str
    column: str
    severity: str
    sentence: str

    def __str__(self) -> str:
        return _("Dòng %(row)d, cột %(column)s: %(sentence)s") % {
            "row": self.row,
            "column": self.column,
            "sentence": f"{self.code}: {self.sentence}" if self.code else self.sentence,
        }


@dataclass
class Row:
    """One row: its cells cleaned, its maximum once read, and its place in the tree once connected."""

    number: int
    text: dict[str, str]
    max_points: Decimal | None = None
    children: list["Row"] = field(default_factory=list)
    parent: "Row | None" = None
    in_ring: bool = False

    def __getitem__(self, column: str) -> str:
        return self.text[column]

    @property
    def is_leaf(self) -> bool:
        """Whether the row is scored itself: a component, or a criterion without components."""
        return self["level"] in (CRITERION, COMPONENT) and not self.children


def numbered(rows: Iterable[RawRow], numbers: Sequence[int] | None) -> Iterator[tuple[int, RawRow]]:
    """Rows with their number in the file; 2, 3, … where none are given."""
    if numbers is None:
        return enumerate(rows, start=2)
    return zip(numbers, rows, strict=True)


def read(number: int, raw: RawRow) -> Row:
    """The known cells of a row, cleaned; an absent cell is empty."""
    cells = {column: raw.get(column) for column in COLUMNS}
    return Row(
        number, {column: "" if cell is None else clean_line(str(cell)) for column, cell in cells.items()}
    )


def error(row: Row, column: str, sentence: str) -> Problem:
    """A problem that forbids opening the framework."""
    return Problem(row.number, row["code"], column, ERROR, sentence)


def warning(row: Row, column: str, sentence: str) -> Problem:
    """A problem that is listed and let through."""
    return Problem(row.number, row["code"], column, WARNING, sentence)


def check_cells(row: Row) -> Iterator[Problem]:
    """What one row shows by itself; also reads its maximum."""
    if not row["code"]:
        yield error(row, "code", _("Thiếu mã."))
    elif not _CODE.fullmatch(row["code"]) or len(row["code"]) > MAX_CODE:
        yield error(
            row,
            "code",
            _("Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, dài tối đa %(max)d.") % {"max": MAX_CODE},
        )
    if row["level"] not in LEVELS:
        yield error(
            row,
            "level",
            _("Cấp “%(level)s” không có. Ghi: %(levels)s.")
            % {"level": row["level"], "levels": ", ".join(LEVELS)},
        )
    if not row["name"]:
        yield error(row, "name", _("Thiếu tên."))
    try:
        row.max_points = parse_points(row["max_points"], digits=DIGITS)
    except NumberError as problem:
        yield error(row, "max_points", str(problem))
    else:
        if not 0 < row.max_points < 10**5:
            yield error(row, "max_points", _("Điểm tối đa phải lớn hơn 0 và nhỏ hơn 100.000."))
    if row["na_allowed"] not in ("", "yes", "no"):
        yield error(row, "na_allowed", _("Chỉ ghi yes hoặc no."))
    if row["link"] not in LINKS:
        yield error(row, "link", _("Chỉ ghi continued, changed hoặc new."))
    if len(row["previous_code"]) > MAX_CODE:
        yield error(row, "previous_code", _("Mã dài quá %(max)d ký tự.") % {"max": MAX_CODE})
