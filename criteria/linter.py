"""What is wrong with a framework before anybody works with it.

Reads the raw rows of the criteria file and reports every problem at once, each with its row, column and a
Vietnamese sentence. A framework with an error is never opened; warnings are listed and let through.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria.rules import (
    UNIT,
    Deduction,
    Discrete,
    PerItem,
    Rule,
    RuleError,
    Survey,
    Threshold,
    best_points,
    parse_rule,
)
from criteria.tree import AREA, COMPONENT, CRITERION, EXTRA_LEVELS, LEVELS, PARENT_LEVEL, find_cycles
from parindex.canonical import CanonicalError, loads
from parindex.numbers import NumberError, parse_points, shown
from parindex.text import clean_line

ERROR = "error"
WARNING = "warning"

COLUMNS = (
    "code", "parent_code", "level", "name", "max_points", "source", "rule_kind", "rule_text", "evidence",
    "lead_appraiser", "lead_appraiser_2025", "na_allowed", "rule_params", "previous_code", "link",
)  # fmt: skip
TOTAL = Decimal(100)
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


@dataclass(frozen=True)
class Summary:
    """What a framework holds: how many nodes of each level, and points by source over the leaves."""

    areas: int
    criteria: int
    components: int
    leaves: int
    self_points: Decimal
    survey_points: Decimal

    @property
    def total(self) -> Decimal:
        """All points, self and survey."""
        return self.self_points + self.survey_points


@dataclass
class _Row:
    number: int
    text: dict[str, str]
    max_points: Decimal | None = None
    rule: Rule | None = None
    children: list["_Row"] = field(default_factory=list)
    parent: "_Row | None" = None
    in_ring: bool = False

    def __getitem__(self, column: str) -> str:
        return self.text[column]

    @property
    def is_leaf(self) -> bool:
        return self["level"] in (CRITERION, COMPONENT) and not self.children


def lint(rows: Iterable[RawRow], *, numbers: Sequence[int] | None = None) -> tuple[Problem, ...]:
    """Every problem of a framework, in the order of its rows.

    `rows` are the raw cells by header, in the order of the file; `numbers` their row numbers where blank lines were
    left out (otherwise 2, 3, …). An empty result, or one of warnings only, may be opened.
    """
    framework = [_read(number, raw) for number, raw in _numbered(rows, numbers)]
    if not framework:
        return (Problem(1, "", "code", ERROR, _("Không có tiêu chí nào.")),)
    found = [problem for row in framework for problem in _check_cells(row)]
    found += _check_codes(framework)
    found += _connect(framework)
    found += _check_sums(framework)
    for row in (row for row in framework if not row.in_ring):
        found += _check_leaf(row) if row.is_leaf or row["level"] in EXTRA_LEVELS else _check_parent(row)
    order = {column: place for place, column in enumerate(COLUMNS)}
    return tuple(sorted(found, key=lambda problem: (problem.row, order[problem.column])))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything found forbids opening the framework."""
    return any(problem.severity == ERROR for problem in problems)


def summary(rows: Iterable[RawRow]) -> Summary:
    """Counts and points of a framework, whatever is wrong with it."""
    framework = [_read(number, raw) for number, raw in _numbered(rows, None)]
    for row in framework:
        list(_check_cells(row))
    _connect(framework)
    levels = [row["level"] for row in framework]
    leaves = [row for row in framework if row.is_leaf]
    points = {
        source: sum((row.max_points or Decimal(0) for row in leaves if row["source"] == source), Decimal(0))
        for source in ("self", "survey")
    }
    return Summary(
        areas=levels.count(AREA),
        criteria=levels.count(CRITERION),
        components=levels.count(COMPONENT),
        leaves=len(leaves),
        self_points=points["self"],
        survey_points=points["survey"],
    )


def _numbered(rows: Iterable[RawRow], numbers: Sequence[int] | None) -> Iterator[tuple[int, RawRow]]:
    if numbers is None:
        return enumerate(rows, start=2)
    return zip(numbers, rows, strict=True)


def _read(number: int, raw: RawRow) -> _Row:
    cells = {column: raw.get(column) for column in COLUMNS}
    return _Row(number, {column: "" if cell is None else clean_line(str(cell)) for column, cell in cells.items()})


def _error(row: _Row, column: str, sentence: str) -> Problem:
    return Problem(row.number, row["code"], column, ERROR, sentence)


def _warning(row: _Row, column: str, sentence: str) -> Problem:
    return Problem(row.number, row["code"], column, WARNING, sentence)


# Cells, one row at a time.


def _check_cells(row: _Row) -> Iterator[Problem]:
    if not row["code"]:
        yield _error(row, "code", _("Thiếu mã."))
    elif not _CODE.fullmatch(row["code"]) or len(row["code"]) > MAX_CODE:
        yield _error(row, "code", _("Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, dài tối đa %(max)d.") % {"max": MAX_CODE})
    if row["level"] not in LEVELS:
        yield _error(
            row, "level", _("Cấp “%(level)s” không có. Ghi: %(levels)s.") % {"level": row["level"], "levels": ", ".join(LEVELS)}
        )
    if not row["name"]:
        yield _error(row, "name", _("Thiếu tên."))
    try:
        row.max_points = parse_points(row["max_points"], digits=DIGITS)
    except NumberError as problem:
        yield _error(row, "max_points", str(problem))
    else:
        if not 0 < row.max_points < 10**5:
            yield _error(row, "max_points", _("Điểm tối đa phải lớn hơn 0 và nhỏ hơn 100.000."))
    if row["na_allowed"] not in ("", "yes", "no"):
        yield _error(row, "na_allowed", _("Chỉ ghi yes hoặc no."))
    if row["link"] not in LINKS:
        yield _error(row, "link", _("Chỉ ghi continued, changed hoặc new."))
    if len(row["previous_code"]) > MAX_CODE:
        yield _error(row, "previous_code", _("Mã dài quá %(max)d ký tự.") % {"max": MAX_CODE})


# The shape of the tree.


def _check_codes(framework: list[_Row]) -> Iterator[Problem]:
    first: dict[str, _Row] = {}
    for row in framework:
        code = row["code"]
        if code and code in first:
            yield _error(
                row, "code", _("Mã %(code)s đã có ở dòng %(row)d.") % {"code": code, "row": first[code].number}
            )
        first.setdefault(code, row)


def _connect(framework: list[_Row]) -> list[Problem]:
    """Link every row to its parent; report orphans, wrong levels and rings."""
    by_code: dict[str, _Row] = {}
    for row in framework:
        by_code.setdefault(row["code"], row)
    cycles = find_cycles({row["code"]: row["parent_code"] for row in by_code.values() if row["code"]})
    found = [
        _error(by_code[ring[0]], "parent_code", _("Các mục tạo thành vòng lặp: %(codes)s.") % {"codes": " → ".join(ring)})
        for ring in cycles
    ]
    for row in framework:
        row.in_ring = any(row["code"] in ring for ring in cycles)
        if row.in_ring:
            continue
        parent = by_code.get(row["parent_code"]) if row["parent_code"] else None
        found += _check_place(row, parent)
        if parent is not None and row["level"] not in EXTRA_LEVELS:
            row.parent = parent
            parent.children.append(row)
    return found


def _check_place(row: _Row, parent: _Row | None) -> Iterator[Problem]:
    level, named = row["level"], row["parent_code"]
    if level not in LEVELS:
        return
    wanted = PARENT_LEVEL[level]
    if wanted is None and named:
        yield _error(row, "parent_code", _("Mục cấp %(level)s không có mục cha, để trống ô này.") % {"level": level})
    elif wanted is not None and not named:
        yield _error(row, "parent_code", _("Thiếu mã mục cha cấp %(wanted)s.") % {"wanted": wanted})
    elif named and parent is None:
        yield _error(row, "parent_code", _("Không có mục cha %(parent)s trong bộ tiêu chí.") % {"parent": named})
    elif parent is not None and parent["level"] != wanted:
        yield _error(
            row,
            "parent_code",
            _("Mục cha %(parent)s ở cấp %(found)s; mục cấp %(level)s phải nằm trong mục cấp %(wanted)s.")
            % {"parent": named, "found": parent["level"], "level": level, "wanted": wanted},
        )
    elif parent is not None and not row["code"].startswith(named + "."):
        yield _warning(row, "parent_code", _("Mã không bắt đầu bằng mã mục cha %(parent)s.") % {"parent": named})


def _check_sums(framework: list[_Row]) -> Iterator[Problem]:
    for row in framework:
        if row.children and row.max_points is not None:
            total = _sum(row.children)
            if total is not None and total != row.max_points:
                yield _error(
                    row,
                    "max_points",
                    _("Tổng điểm các mục con là %(total)s, khác điểm tối đa %(max)s.")
                    % {"total": shown(total), "max": shown(row.max_points)},
                )
    areas = [row for row in framework if row["level"] == AREA]
    if not areas:
        yield _error(framework[0], "level", _("Không có lĩnh vực (area) nào."))
        return
    total = _sum(areas)
    if total is not None and total != TOTAL:
        yield _error(
            areas[0],
            "max_points",
            _("Tổng điểm các lĩnh vực là %(total)s, phải là %(wanted)s.") % {"total": shown(total), "wanted": shown(TOTAL)},
        )


def _sum(rows: list[_Row]) -> Decimal | None:
    """The sum of the maxima, or None while one of them cannot be read: that is reported in its own row."""
    total = Decimal(0)
    for row in rows:
        if row.max_points is None:
            return None
        total += row.max_points
    return total


def _check_parent(row: _Row) -> Iterator[Problem]:
    """An area, or a criterion with components: it only adds up."""
    if row["level"] not in (AREA, CRITERION, COMPONENT):
        return
    if not row.children:
        yield _error(row, "code", _("Lĩnh vực không có tiêu chí nào."))
        return
    if row["rule_kind"] not in ("", "sum"):
        yield _error(row, "rule_kind", _("Mục có mục con chỉ cộng điểm: ghi sum."))
    if row["rule_params"] not in ("", "{}"):
        yield _error(row, "rule_params", _("Mục có mục con không có tham số quy tắc, để trống ô này."))
    sources = {leaf["source"] for leaf in _leaves(row)}
    wanted = sources.pop() if len(sources) == 1 else "mixed"
    if row["source"] != wanted and wanted in ("self", "survey", "mixed"):
        yield _error(
            row,
            "source",
            _("Ghi “%(found)s” nhưng các mục con là %(wanted)s.") % {"found": row["source"], "wanted": wanted},
        )
    seen: dict[str, str] = {}
    for child in row.children:
        if child["name"] and child["name"] in seen:
            yield _warning(child, "name", _("Trùng tên với %(code)s.") % {"code": seen[child["name"]]})
        seen.setdefault(child["name"], child["code"])


def _leaves(row: _Row) -> Iterator[_Row]:
    if not row.children:
        yield row
    for child in row.children:
        yield from _leaves(child)


# The rules.


def _check_leaf(row: _Row) -> Iterator[Problem]:
    """A leaf, or a bonus or penalty row: its rule and what people need to answer it."""
    if row["rule_kind"] == "sum":
        yield _error(row, "rule_kind", _("Mục không có mục con thì không thể là sum: chọn một quy tắc chấm điểm."))
        return
    if row["level"] in EXTRA_LEVELS and row["source"] != "self":
        yield _error(row, "source", _("Điểm thưởng, điểm phạt chỉ có nguồn self."))
    try:
        params = loads(row["rule_params"] or "{}")
    except CanonicalError as reason:
        yield _error(
            row,
            "rule_params",
            _("Không đọc được JSON (%(reason)s). Kiểm tra dấu ngoặc, dấu nháy và khóa trùng.") % {"reason": reason},
        )
        return
    if row.max_points is None or row.max_points <= 0:
        return
    try:
        row.rule = parse_rule(
            kind=row["rule_kind"],
            max_points=row.max_points,
            source=row["source"],
            params=params,
            na_allowed=row["na_allowed"] == "yes",
        )
    except RuleError as reason:
        yield _error(row, reason.column, reason.sentence)
        return
    yield from _check_rule(row, row.rule, row.max_points)
    yield from _check_help(row, row.rule)


def _check_rule(row: _Row, rule: Rule, max_points: Decimal) -> Iterator[Problem]:
    best = best_points(rule)
    if best != max_points:
        yield _error(
            row,
            "rule_params",
            _("Giá trị cao nhất của quy tắc là %(best)s, khác điểm tối đa %(max)s.")
            % {"best": shown(best), "max": shown(max_points)},
        )
    for place, points, severity in _points_of(rule):
        if points != points.quantize(Decimal((0, (1,), -DIGITS))):
            sentence = _("%(place)s có hơn %(digits)d chữ số lẻ.") % {"place": place, "digits": DIGITS}
            yield Problem(row.number, row["code"], "rule_params", severity, sentence)
    if isinstance(rule, PerItem) and rule.points_each > max_points:
        yield _error(
            row,
            "rule_params",
            _("points_each %(each)s lớn hơn điểm tối đa nên không bao giờ được cộng đủ.") % {"each": shown(rule.points_each)},
        )
    if isinstance(rule, Deduction) and any(minus.minus > rule.start - rule.least for minus in rule.minuses):
        yield _warning(row, "rule_params", _("Có mức trừ lớn hơn số điểm có thể trừ."))
    if isinstance(rule, Survey) and not rule.imported and len(rule.percents) < 2:
        yield _error(row, "rule_params", _("weights cần ít nhất hai mức trả lời."))
    if isinstance(rule, Discrete) and len(rule.options) < 2:
        yield _warning(row, "rule_params", _("Chỉ có một phương án nên luôn được đủ điểm."))


def _points_of(rule: Rule) -> Iterator[tuple[str, Decimal, str]]:
    """Every number of points in a rule. Steps must be printable; what is multiplied is rounded once in the end."""
    match rule:
        case Discrete():
            yield from (("options.points", option.points, ERROR) for option in rule.options)
        case Threshold():
            yield from (("bands.points", band.points, ERROR) for band in rule.bands)
            yield "else", rule.otherwise, ERROR
        case Deduction():
            yield "start", rule.start, ERROR
            yield "min", rule.least, ERROR
            yield from (("steps.minus", minus.minus, WARNING) for minus in rule.minuses)
        case PerItem():
            yield "points_each", rule.points_each, WARNING


def _check_help(row: _Row, rule: Rule) -> Iterator[Problem]:
    """What the people who answer and appraise need beside the rule."""
    if rule.answered_by == UNIT and not row["evidence"]:
        sentence = _("Thiếu gợi ý tài liệu kiểm chứng cho mục tự đánh giá.")
        yield _warning(row, "evidence", sentence) if row["level"] in EXTRA_LEVELS else _error(row, "evidence", sentence)
    above: _Row | None = row
    while above is not None and not (above["lead_appraiser"] or above["lead_appraiser_2025"]):
        above = above.parent
    if above is None:
        yield _warning(row, "lead_appraiser", _("Chưa ghi cơ quan chủ trì thẩm định; Sở Nội vụ sẽ thẩm định."))

