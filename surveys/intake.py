"""The survey file: its columns, and its rows checked against the rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from criteria.models import Node
from criteria.queries.places import Place, Register
from criteria.rules import Rule, Survey
from parindex.tabular import CODE, NUMBER, Column, Row, Table
from surveys.merging import MergeError, check_answer, check_group

SURVEY_COLUMNS = (
    Column("unit_code", kind=CODE, filled=True, most=20),
    Column("component_code", kind=CODE, filled=True, most=20),
    Column("group", most=200),
    Column("answer", most=200),
    Column("count", kind=NUMBER, most=20),
    Column("percent", kind=NUMBER, needed=False, most=20),
)
MOST_FORMS = 10_000_000


class Figure(NamedTuple):
    """One row of the file. ``percent`` None: ``count`` forms of ``group`` gave ``answer``."""

    place: Place
    node_id: int
    group: str
    answer: str
    count: int
    percent: Decimal | None


def read_figures(table: Table, register: Register, rules: Mapping[str, tuple[Node, Rule]]) -> list[Figure]:
    """Check every row; raises ``FileRefused`` with all problems. ``rules`` are the scored nodes by code."""
    found = [_figure(row, register, rules) for row in table.rows]
    table.unique(["unit_code", "component_code", "group", "answer"])
    table.refuse_if_faulty()
    return [figure for figure in found if figure is not None]


def _figure(row: Row, register: Register, rules: Mapping[str, tuple[Node, Rule]]) -> Figure | None:
    place = register.find(row)
    node, rule = rules.get(row["component_code"], (None, None))
    if node is None or not isinstance(rule, Survey):
        if row["component_code"]:
            row.refuse("component_code", _wrong_component(row["component_code"], known=node is not None))
        return None
    if rule.imported:
        return _percent(row, place, node)
    if row["percent"]:
        row.refuse("percent", _("Tiêu chí này tính từ số phiếu, không nhận tỷ lệ. Để trống cột percent."))
        return None
    return _forms(row, place, node, rule)


def _wrong_component(code: str, *, known: bool) -> str:
    if known:
        return _("Tiêu chí %(code)s không chấm bằng điều tra xã hội học.") % {"code": code}
    return _("Bộ tiêu chí không có tiêu chí điều tra mã «%(code)s».") % {"code": code}


def _percent(row: Row, place: Place | None, node: Node) -> Figure | None:
    for column in ("group", "answer", "count"):
        if row[column]:
            row.refuse(column, _("Tiêu chí này chỉ nhận tỷ lệ. Để trống cột này, ghi tỷ lệ vào cột percent."))
    if not row["percent"]:
        row.refuse("percent", _("Ô này không được để trống: ghi tỷ lệ từ 0 đến 100."))
    percent = row.percent("percent")
    if place is None or percent is None:
        return None
    return Figure(place, node.pk, "", "", 0, percent)


def _forms(row: Row, place: Place | None, node: Node, rule: Survey) -> Figure | None:
    group = answer = ""
    try:
        group = check_group(rule, row["group"])
        answer = check_answer(rule, row["answer"])
    except MergeError as error:
        row.refuse(error.column, error.sentence)
    if not row["count"]:
        row.refuse("count", _("Ô này không được để trống: ghi số phiếu, kể cả 0."))
    count = row.count("count")
    if count is not None and count > MOST_FORMS:
        row.refuse("count", _("Số phiếu quá lớn. Kiểm tra lại."))
    if place is None or not answer or count is None:
        return None
    return Figure(place, node.pk, group, answer, count, None)
