"""Which body leads the appraisal of which node, read from the names in the framework file. Pure.

A lead is text in the file ("Sở Tư pháp", or several names separated by ";"). It is matched by
name against the bodies of the reference date; the first name that matches leads. What matches
nothing goes to the standing body (Sở Nội vụ) and is listed as a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from parindex import text

#: From this year on the framework file's ``lead_appraiser_2025`` names the leads.
NEW_MAP_YEAR = 2025


class LeadNode(NamedTuple):
    """A node of the framework, parents before children; ``lead`` is the text of the file."""

    id: int
    parent_id: int | None
    code: str
    lead: str


@dataclass(frozen=True)
class Leads:
    """Bodies to assign by node id (only where they differ from the node above), and (code, text) of what matched nothing."""

    bodies: Mapping[int, int]
    unmatched: tuple[tuple[str, str], ...]


def match_leads(nodes: Iterable[LeadNode], names: Mapping[str, int], standing: int | None) -> Leads:
    """Match the leads of a framework.

    ``names`` maps the search key of every body's names to its id (``name_key``); ``standing`` is
    the id of Sở Nội vụ, None when there is none. A node without text follows the node above.
    """
    effective: dict[int, int | None] = {}
    bodies: dict[int, int] = {}
    unmatched: list[tuple[str, str]] = []
    for node in nodes:
        above = standing if node.parent_id is None else effective.get(node.parent_id, standing)
        body = above
        if node.lead.strip():
            body = next(
                (names[key] for part in node.lead.split(";") if (key := name_key(part)) in names), None
            )
            if body is None:
                body = standing
                unmatched.append((node.code, text.clean_line(node.lead)))
        effective[node.id] = body
        if body is not None and (node.parent_id is None or body != above):
            bodies[node.id] = body
    return Leads(bodies, tuple(unmatched))


def name_key(name: str) -> str:
    """Names are equal without regard to case, accents and spaces."""
    return text.search_key(text.clean_line(name))
