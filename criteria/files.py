"""The columns of a framework file, and its rows on the way in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from criteria.drafted import Facts
from criteria.linking import CONTINUED
from criteria.linter import COLUMNS
from criteria.models import Framework, Node
from parindex import canonical
from parindex.tabular import CODE, LONG_TEXT, NUMBER, Column, read

OPTIONAL = ("previous_code", "link")
_KINDS = {
    "code": CODE,
    "parent_code": CODE,
    "previous_code": CODE,
    "max_points": NUMBER,
    "rule_text": LONG_TEXT,
    "evidence": LONG_TEXT,
}
_MOST = {
    "rule_params": 20_000,
    "rule_text": 5000,
    "evidence": 5000,
    "name": 2000,
    "lead_appraiser": 300,
    "lead_appraiser_2025": 300,
}

FRAMEWORK_COLUMNS = tuple(
    Column(name, kind=_KINDS.get(name, "text"), needed=name not in OPTIONAL, most=_MOST.get(name, 200))
    for name in COLUMNS
)

#: The second sheet of a workbook: what is said about the framework beside its rows.
FACTS_SHEET = "Thông tin"
FACTS_COLUMNS = (Column("key"), Column("value", kind=LONG_TEXT, most=5000))


def facts_in(source: Path | BinaryIO, name: str = "") -> Facts:
    """What the second sheet of a workbook says about the framework; empty when it has none."""
    table = read(source, columns=FACTS_COLUMNS, name=name, sheet=FACTS_SHEET)
    if table is None:
        return Facts()
    table.refuse_if_faulty()
    said = {row["key"]: row["value"] for row in table.rows}
    return Facts(said.get("name", ""), said.get("legal_basis", ""), said.get("drafted_note", ""))


def rows_of(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    """Nodes as rows of the file: ``max_points`` a Decimal, everything else text."""
    listed = list(nodes)
    codes = {node.pk: node.code for node in listed}
    leaves = {node.pk for node in listed if node.is_leaf}
    return [
        {
            "code": node.code,
            "parent_code": codes.get(node.parent_id or 0, ""),
            "level": node.level,
            "name": node.name,
            "max_points": node.max_points,
            "source": node.source,
            "rule_kind": node.rule_kind,
            "rule_text": node.rule_text,
            "evidence": node.evidence,
            "lead_appraiser": node.lead_appraiser,
            "lead_appraiser_2025": node.lead_appraiser_2025,
            "na_allowed": "yes" if node.na_allowed else ("no" if node.pk in leaves else ""),
            "rule_params": "" if node.rule_params in ("", "{}") else node.rule_params,
            "previous_code": node.previous_code,
            "link": _said(node.link, node.previous_code),
        }
        for node in listed
    ]


def _said(link: str, previous_code: str) -> str:
    """The link as a file says it: nothing for a row that merely goes on under its own code and name."""
    return "" if link == CONTINUED and not previous_code else link


def tree_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of the canonical tree: the rows in the order of their codes, as ``rows_of`` gives them."""
    return canonical.digest([{**row, "link": _said(row["link"], row["previous_code"])} for row in rows])


def framework_digest(framework: Framework) -> str:
    """The digest of a stored framework."""
    return tree_digest(rows_of(framework.nodes.order_by("position")))
