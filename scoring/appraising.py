"""Which body verifies which cell. Pure: plain ids in, plain ids out.

Design §3.11 and QĐ 152 part IV: the lead body of an area verifies it; a body never
verifies itself: its cells go to the standing body (Sở Nội vụ), and the standing
body's own cells to the council. While districts exist, a district verifies its
communes (QĐ 884 Điều 24.2). A body that has ended acts through its successor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: The council stands for "no body": ``None`` is a body id that means the council.
COUNCIL = None


@dataclass(frozen=True)
class Duty:
    """What the assignments of a population say.

    ``bodies`` maps a node id to the id of its body (deepest node wins);
    ``people`` maps a node id to the ids of persons who alone verify it;
    ``standing`` is the id of Sở Nội vụ, ``district`` that of the population's
    district or None; ``acting`` maps an ended body to the one that acts for it;
    ``orphans`` are the ended ones without a successor of their own: the standing body
    acts for them without having become them, so it may verify them.
    """

    bodies: Mapping[int, int | None]
    people: Mapping[int, frozenset[int]]
    standing: int | None
    district: int | None = None
    acting: Mapping[int, int | None] = field(default_factory=dict)
    orphans: frozenset[int] = frozenset()

    def body_of(self, unit_id: int, chain: Iterable[int]) -> int | None:
        """Id of the body that verifies a unit's leaf; ``COUNCIL`` when no body may.

        ``chain`` holds the node ids from the leaf up to its area.
        """
        body = self.district if self.district is not None else self._assigned(chain)
        body = self._acting(body)
        if self._is_same(body, unit_id):
            body = self._acting(self.standing)
        if self._is_same(body, unit_id):
            return COUNCIL
        return body

    def people_of(self, chain: Iterable[int]) -> frozenset[int]:
        """Ids of the persons a leaf is given to; empty when every appraiser of the body may."""
        for node in chain:
            if node in self.people:
                return self.people[node]
        return frozenset()

    def named_for(self, unit_id: int, chain: Iterable[int]) -> frozenset[int]:
        """Ids of the persons a unit's leaf is given to, empty when every appraiser of its body may.

        Where another body steps in (nobody verifies the own unit), the persons named by the usual one do not bind it.
        """
        listed = list(chain)
        usual = self._acting(self.district if self.district is not None else self._assigned(listed))
        return self.people_of(listed) if usual == self.body_of(unit_id, listed) else frozenset()

    def _assigned(self, chain: Iterable[int]) -> int | None:
        for node in chain:
            if node in self.bodies:
                return self.bodies[node]
        return self.standing

    def _acting(self, body: int | None) -> int | None:
        return self.acting.get(body, body) if body is not None else None

    def _is_same(self, body: int | None, unit_id: int) -> bool:
        if body is None or unit_id in self.orphans:
            return False
        return body == unit_id or self.acting.get(unit_id, unit_id) == body
