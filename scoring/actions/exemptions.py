"""Grants of "not applicable" by the rule of the cycle, made and taken back on a page (design §3.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node, NodeLevel
from parindex import audit, clock, text
from parindex.decisions import refuse, require
from scoring import permissions, policies
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment, Exemption
from scoring.states import State
from units.authorization import Permission

_EXTRA = (NodeLevel.BONUS, NodeLevel.PENALTY)


def grant_exemption(
    *, assessment_id: int, code: str, reason: str, by: Any, now: datetime | None = None
) -> Exemption:
    """Grant "not applicable" to the unit of a dossier at an area, criterion or component; it covers every leaf below.

    A granted request at the same node becomes a grant by rule. Raises ``Refused`` after the result is settled,
    for an unknown code, without a reason, or when the node is covered already.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        _ask(by, assessment)
        why = text.clean_line(reason)[:1000]
        if not why:
            refuse(_("Ghi lý do không áp dụng."), code="reason")
        node = _node(assessment, code)
        above = [each for each in (node, node.parent, node.parent.parent if node.parent else None) if each]
        rows = Exemption.objects.filter(unit_id=assessment.unit_id, node__in=above).select_related("node")
        covered = next(
            (row for row in rows if row.node_id != node.pk or row.origin == Exemption.Origin.RULE), None
        )
        if covered is not None:
            refuse(
                _("%(code)s đã không áp dụng cho đơn vị này, theo quyết định ở %(at)s.")
                % {"code": node.code, "at": covered.node.code},
                code="covered",
            )
        values = {"origin": Exemption.Origin.RULE, "reason": why, "granted_at": at, "granted_by": by}
        grant, _made = Exemption.objects.update_or_create(
            unit_id=assessment.unit_id, node=node, defaults=values
        )
        _record("exemption.granted", grant, assessment, reason=why, by=by, at=at)
        return grant


def revoke_exemption(
    *, assessment_id: int, exemption_id: int, reason: str, by: Any, now: datetime | None = None
) -> None:
    """Take a grant by rule back, with a reason, while nothing is settled and the dossier is not closed.

    What appraisers granted on the unit's request is decided again at their desk instead.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        _ask(by, assessment)
        why = text.clean_line(reason)
        if not why:
            refuse(_("Ghi lý do bỏ quyết định không áp dụng."), code="reason")
        rows = Exemption.objects.select_for_update(of=("self",)).select_related("node")
        grant = rows.filter(
            pk=exemption_id,
            unit_id=assessment.unit_id,
            node__framework_id=assessment.population.framework_id,
        ).first()
        if grant is None:
            refuse(_("Quyết định này đã được bỏ trước đó."), code="gone")
        if grant.origin == Exemption.Origin.REQUEST:
            refuse(
                _(
                    "Đây là đề nghị của đơn vị được người thẩm định chấp nhận; người thẩm định quyết định lại."
                ),
                code="origin",
            )
        if assessment.state == State.CLOSED:
            refuse(
                _("Hồ sơ đã thẩm định xong. Mở lại thẩm định trước khi bỏ quyết định không áp dụng."),
                code="state",
            )
        _record("exemption.revoked", grant, assessment, reason=why, by=by, at=at)
        grant.delete()


def _ask(by: Any, assessment: Assessment) -> None:
    require(permissions.may_in_population(by, assessment.population, Permission.EXEMPTION_GRANT))
    require(policies.may_change_appraisal(assessment.population.stage))


def _node(assessment: Assessment, code: str) -> Node:
    rows = Node.objects.filter(framework_id=assessment.population.framework_id, code=text.clean_line(code))
    node = rows.exclude(level__in=_EXTRA).select_related("parent__parent").first()
    if node is None:
        refuse(_("Không có mã này trong bộ tiêu chí của đợt."), code="node")
    return node


def _record(
    action: str, grant: Exemption, assessment: Assessment, *, reason: str, by: Any, at: datetime
) -> None:
    audit.record(
        action,
        grant,
        by=by,
        at=at,
        unit=assessment.unit_id,
        data={
            "assessment": assessment.pk,
            "code": grant.node.code,
            "reason": reason,
            "granted_reason": grant.reason,
        },
    )
