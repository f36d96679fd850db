"""The leaves of a framework with their rules, and which of them a grant covers.

A rule is parsed from the text of its node. Equal text gives the same rule, so the
parsed rules are kept between requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from django.db.models import Case, F, When

from criteria.models import Node, NodeLevel
from criteria.rules import Rule, parse_rule
from parindex import canonical

#: Decided points that still stand: a decision counts only on the version it was made on. An answer changed
#: after it (a returned dossier, a file) reopens the component, and the unit's own points count until it is
#: decided again.
STANDING_POINTS = Case(When(appraised_version=F("version"), then=F("appraised_points")))

EXTRA_LEVELS = frozenset({NodeLevel.BONUS, NodeLevel.PENALTY})


def rule_of(node: Node) -> Rule:
    """The rule of a leaf (or of a bonus or penalty row)."""
    return _parsed(node.rule_kind, node.max_points, node.source, node.rule_params or "{}", node.na_allowed)


@lru_cache(maxsize=4096)
def _parsed(kind: str, max_points: Decimal, source: str, params: str, na_allowed: bool) -> Rule:
    return parse_rule(
        kind=kind, max_points=max_points, source=source, params=canonical.loads(params), na_allowed=na_allowed
    )


def chain(node: Node, by_id: Mapping[int, Node]) -> list[int]:
    """Ids of the nodes from a leaf up to its area."""
    found = [node.pk]
    while node.parent_id is not None:
        node = by_id[node.parent_id]
        found.append(node.pk)
    return found


def chain_of(node: Node) -> list[int]:
    """Ids from a leaf up to its area, for a node loaded with its parents (no query then)."""
    found = [node.pk]
    while node.parent is not None:
        node = node.parent
        found.append(node.pk)
    return found
