"""What stands where in the workbook of a dossier. Values in, values out.

**One sheet per area.** The areas are how the work is shared among colleagues and how the pages of the workspace are
cut, so a colleague gets the sheet she knows from the screen, and a printed sheet has one heading.

**One line per box to fill.** A choice or a count takes one line, a rate three (two numbers, or a percentage), a
deduction one for each kind of case. All answers stand in one column, so Enter leads from box to box, and nothing
has to be looked for to the right. What belongs to the whole component (nothing arose, not applicable, explanation)
stands on its first line.

Each line carries a hidden key, ``code|field``; the reader compares keys and every text that is not to be filled
with what this module says, so that a moved line is noticed before it is taken for another component.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from criteria import rules
from criteria.models import Node
from criteria.rules import Rule
from parindex import canonical, text
from parindex.numbers import MINUS, shown
from scoring.queries.dossiers import Leaf
from scoring.queries.leaves import EXTRA_LEVELS

#: Grows when the places of a workbook change: a workbook of another layout is not read.
LAYOUT = 1

KEY, CODE, NAME, MAXIMUM, RULE, ASKED, ANSWER, NOTHING, NA, NA_REASON, EXPLANATION, EVIDENCE, POINTS = range(1, 14)
LETTERS = "ABCDEFGHIJKLM"
TITLE_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3
#: Columns whose cells say something and are never filled in; evidence is what stood there at the download.
SAID = (CODE, NAME, MAXIMUM, RULE, ASKED)

OPTION, NUMERATOR, DENOMINATOR, PERCENT, ITEMS, COUNT = "option", "numerator", "denominator", "percent", "items", "count"
HEADING, LINE, CLOSED = "heading", "line", "closed"

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Row:
    """One row of a sheet. ``number`` counts from 1; ``said`` holds the texts by column.

    ``kind``: HEADING, LINE (a box to fill) or CLOSED (a component nobody at the unit answers). ``first``: the line that
    carries what belongs to the whole component. ``label``: of a deduction, whose cases are counted.
    """

    number: int
    kind: str
    key: str
    said: dict[int, str | Decimal]
    code: str = ""
    field: str = ""
    label: str = ""
    first: bool = False


@dataclass(frozen=True)
class Block:
    """The lines of one component that the unit answers."""

    leaf: Leaf
    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """The line that carries explanation and requests."""
        return self.rows[0]

    def row_of(self, name: str, label: str = "") -> Row | None:
        """The line of a field of the answer (and of one kind of case)."""
        return next((row for row in self.rows if row.field == name and (not label or row.label == label)), None)


@dataclass
class Page:
    """One sheet: its name, the title over it, its rows, and the blocks to fill."""

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def heads() -> dict[int, str]:
    """The head row, by column."""
    return {
        KEY: _("Khóa"),
        CODE: _("Mã"),
        NAME: _("Tiêu chí thành phần"),
        MAXIMUM: _("Điểm tối đa"),
        RULE: _("Cách chấm điểm"),
        ASKED: _("Nội dung cần điền"),
        ANSWER: _("Trả lời"),
        NOTHING: _("Không phát sinh"),
        NA: _("Đề nghị không áp dụng"),
        NA_REASON: _("Lý do không áp dụng"),
        EXPLANATION: _("Giải trình"),
        EVIDENCE: _("Tài liệu đã gắn"),
        POINTS: _("Điểm lúc tải"),
    }


def place(row: int, column: int) -> str:
    """The name of a cell: G12."""
    return f"{LETTERS[column - 1]}{row}"


def answerable(leaf: Leaf) -> bool:
    """Whether the unit may answer a component: its rule asks it, and no grant covers it."""
    return leaf.rule.answered_by == rules.UNIT and not leaf.exempt


def pages_of(leaves: Iterable[Leaf], opened: Collection[str]) -> list[Page]:
    """The sheets of a dossier; the components in ``opened`` are to fill, the others only shown."""
    found: dict[str, Page] = {}
    headings: set[int] = set()
    for leaf in leaves:
        page = found.setdefault(*_page_of(leaf, found))
        if leaf.criterion.pk != leaf.node.pk and leaf.criterion.pk not in headings:
            headings.add(leaf.criterion.pk)
            _append(page, HEADING, f"{leaf.criterion.code}|", _said_of(leaf.criterion, ""))
        if leaf.node.code in opened:
            _append_block(page, leaf)
        else:
            said = _said_of(leaf.node, text.clean_text(leaf.node.rule_text)) | {ASKED: closed_words(leaf)}
            _append(page, CLOSED, f"{leaf.node.code}|-", said)
    return list(found.values())


def _page_of(leaf: Leaf, found: dict[str, Page]) -> tuple[str, Page]:
    if leaf.node.level in EXTRA_LEVELS:
        return "", Page(_("Thưởng, phạt"), _("Điểm thưởng, điểm phạt (ngoài 100 điểm)"))
    code, name = leaf.area.code, text.clean_line(leaf.area.name)
    if code in found:
        return code, found[code]
    sheet = _("Lĩnh vực %(code)s") % {"code": _NOT_IN_SHEET_NAMES.sub("-", code)}
    return code, Page(sheet[:31], _("Lĩnh vực %(code)s. %(name)s") % {"code": code, "name": name})


def _append(page: Page, kind: str, key: str, said: dict[int, str | Decimal], **values: object) -> Row:
    row = Row(FIRST_ROW + len(page.rows), kind, key, said, **values)  # type: ignore[arg-type]
    page.rows.append(row)
    return row


def _said_of(node: Node, rule_words: str) -> dict[int, str | Decimal]:
    return {CODE: node.code, NAME: text.clean_line(node.name), MAXIMUM: node.max_points, RULE: rule_words}


def _append_block(page: Page, leaf: Leaf) -> None:
    rows = []
    for position, (name, label, asked) in enumerate(_boxes(leaf.rule)):
        said: dict[int, str | Decimal] = {CODE: leaf.node.code, ASKED: asked}
        if not position:
            said = _said_of(leaf.node, rules.describe(leaf.rule)) | said
        # A label may hold any sign, so the key of a count says its place in the rule.
        key = f"{leaf.node.code}|{name}" + (f"{position + 1}" if label else "")
        rows.append(
            _append(page, LINE, key, said, code=leaf.node.code, field=name, label=label, first=not position)
        )
    page.blocks.append(Block(leaf, tuple(rows)))


def _boxes(rule: Rule) -> list[tuple[str, str, str]]:
    """The boxes of a rule: field, label of a deduction, what the person is asked for."""
    match rule:
        case rules.Discrete():
            return [(OPTION, "", _("Chọn mức đạt trong danh sách"))]
        case rules.Threshold() | rules.Proportional():
            top, bottom = rules.rate_labels(rule)
            return [
                (NUMERATOR, "", top),
                (DENOMINATOR, "", bottom),
                (PERCENT, "", _("hoặc chỉ ghi tỷ lệ (%%): %(metric)s") % {"metric": rule.metric}),
            ]
        case rules.Deduction():
            return [
                (COUNT, minus.label, _("%(label)s: số trường hợp (%(minus)s)") % {
                    "label": minus.label, "minus": f"{MINUS}{shown(minus.minus)}"
                })
                for minus in rule.minuses
            ]  # fmt: skip
        case rules.PerItem():
            each = {"item": rule.item, "points": shown(rule.points_each)}
            return [(ITEMS, "", _("Số %(item)s (+%(points)s)") % each)]
    return []


def closed_words(leaf: Leaf) -> str:
    """Why the unit does not answer a component."""
    if leaf.exempt:
        return _("Không áp dụng cho đơn vị.")
    return {
        rules.SURVEY: _("Điểm do điều tra xã hội học."),
        rules.DERIVED: _("Hệ thống tự tính sau khi thẩm định."),
    }.get(leaf.rule.answered_by, _("Cơ quan thẩm định chấm."))


def framework_mark(nodes: Iterable[Node]) -> str:
    """A digest of everything in the framework that a workbook shows or asks for."""
    return canonical.digest(
        [
            [n.code, n.name, n.level, n.max_points, n.source, n.rule_kind, n.rule_text, n.rule_params, n.na_allowed]
            for n in nodes
        ]
    )
