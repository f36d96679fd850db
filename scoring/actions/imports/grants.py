"""Grants of "not applicable" that come with a file (design §3.4)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from criteria.models import Node
from parindex import audit
from scoring.actions.imports.intake import Intake
from scoring.models import Exemption
from scoring.queries.leaves import chain


class Grants:
    """The grants of a framework: read with one query, changed in memory, written at once."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.by_id = {node.pk: node for node in intake.nodes.values()}
        self.there: dict[tuple[int, int], Exemption] = {
            (grant.unit_id, grant.node_id): grant
            for grant in Exemption.objects.filter(node__framework=intake.framework)
        }
        self.new: list[Exemption] = []
        self.changed: list[tuple[Exemption, dict[str, Any]]] = []
        self.gone: list[Exemption] = []
        self.covered = 0

    def reason(self, unit_id: int, node: Node) -> str:
        """The reason of the grant at a node, "" without one."""
        grant = self.there.get((unit_id, node.pk))
        return grant.reason if grant is not None else ""

    def request(self, unit_id: int, node: Node, reason: str) -> bool:
        """The unit's own request is granted; a grant that stands by the rule of the cycle stays. True when changed."""
        grant = self.there.get((unit_id, node.pk))
        if grant is None:
            self._add(unit_id, node, Exemption.Origin.REQUEST, reason)
            return True
        return grant.origin == Exemption.Origin.REQUEST and self._change(grant, grant.origin, reason)

    def no_request(self, unit_id: int, node: Node) -> None:
        """The leaf has points: a granted request of the unit ends; other grants above it still cover it."""
        grant = self.there.get((unit_id, node.pk))
        if grant is not None and grant.origin == Exemption.Origin.REQUEST:
            self.gone.append(self.there.pop((unit_id, node.pk)))
        if any((unit_id, part) in self.there for part in chain(node, self.by_id)):
            self.covered += 1

    def rule(self, unit_id: int, node: Node, reason: str) -> str:
        """Granted by the rule of the cycle; returns new, changed or same."""
        grant = self.there.get((unit_id, node.pk))
        if grant is None:
            self._add(unit_id, node, Exemption.Origin.RULE, reason)
            return "new"
        return "changed" if self._change(grant, Exemption.Origin.RULE, reason) else "same"

    def _add(self, unit_id: int, node: Node, origin: str, reason: str) -> None:
        grant = Exemption(
            unit_id=unit_id, node=node, origin=origin, reason=reason,
            granted_at=self.intake.at, granted_by=self.intake.by,
        )  # fmt: skip
        self.there[unit_id, node.pk] = grant
        self.new.append(grant)

    def _change(self, grant: Exemption, origin: str, reason: str) -> bool:
        if (grant.origin, grant.reason) == (origin, reason):
            return False
        self.changed.append((grant, {"origin": grant.origin, "reason": grant.reason}))
        grant.origin, grant.reason = origin, reason
        return True

    def write(self) -> None:
        """Store what changed, with an audit row each; remark on points that do not count."""
        Exemption.objects.bulk_create(self.new, batch_size=500)
        Exemption.objects.bulk_update(
            [grant for grant, _old in self.changed], ["origin", "reason"], batch_size=200
        )
        rows = [self._row("exemption.granted", grant, {}) for grant in self.new]
        rows += [self._row("exemption.changed", grant, {"before": old}) for grant, old in self.changed]
        rows += [self._row("exemption.withdrawn", grant, {}) for grant in self.gone]
        ids = [grant.pk for grant in self.gone]
        for start in range(0, len(ids), 500):
            Exemption.objects.filter(pk__in=ids[start : start + 500]).delete()
        audit.record_many(rows)
        if self.covered:
            sentence = _(
                "%(count)d dòng có điểm nằm trong phần không áp dụng của đơn vị, điểm không được tính."
            )
            self.intake.notices.append(sentence % {"count": self.covered})

    def _row(self, action: str, grant: Exemption, more: dict[str, Any]) -> dict[str, Any]:
        code = self.by_id[grant.node_id].code
        data = {"code": code, "origin": grant.origin, "reason": grant.reason, **more}
        intake = self.intake
        return audit.row(
            action, grant, by=intake.by, at=intake.at, data=data, unit=grant.unit_id, origin="import"
        )
