"""Sharing a dossier out among the unit's own people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node
from parindex import audit, clock
from parindex.decisions import refuse, require
from scoring import permissions
from scoring.actions.scores import lock_dossier
from scoring.models import Assessment, Share
from scoring.queries.team import staff_of


def share(
    *,
    assessment_id: int,
    codes: Collection[str],
    people: Collection[int],
    by: Any,
    now: datetime | None = None,
) -> int:
    """Give areas, criteria or components to people of the unit; no people takes the nodes' own shares away.

    The people named are the only ones at these nodes afterwards; shares further down stay, and
    count there. A share says who looks after a component and never who may edit it, so neither
    state nor deadline stands in the way. Returns how many nodes changed; asking twice is
    harmless. Refused for strangers, without a known node, and for somebody who is not of the unit today.
    """
    with transaction.atomic():
        assessment = lock_dossier(assessment_id)
        at = now or clock.now()
        require(permissions.may_work_inside(by, assessment))
        wanted = set(people)
        _of_the_unit(assessment, wanted)
        changed = 0
        for node in _nodes(assessment, codes):
            before = set(Share.objects.filter(assessment=assessment, node=node).values_list("user_id", flat=True))
            if before == wanted:
                continue
            Share.objects.filter(assessment=assessment, node=node).exclude(user_id__in=wanted).delete()
            new = [Share(assessment=assessment, node=node, user_id=user, at=at, by=by) for user in wanted - before]
            Share.objects.bulk_create(sorted(new, key=lambda row: row.user_id))
            data = {"assessment": assessment.pk, "code": node.code, "from": sorted(before), "to": sorted(wanted)}
            audit.record("share.set", node, by=by, at=at, unit=assessment.unit_id, data=data)
            changed += 1
        return changed


def _of_the_unit(assessment: Assessment, people: Collection[int]) -> None:
    if set(people) - {person.pk for person in staff_of(assessment.unit)}:
        refuse(_("Chỉ giao cho cán bộ hoặc lãnh đạo đang làm ở đơn vị. Tải lại trang rồi chọn lại người."), code="person")


def _nodes(assessment: Assessment, codes: Collection[str]) -> list[Node]:
    rows = Node.objects.filter(framework_id=assessment.population.framework_id, code__in=list(codes))
    nodes = list(rows.order_by("position"))
    if not nodes:
        refuse(_("Đánh dấu ít nhất một lĩnh vực hoặc tiêu chí để giao."), code="node")
    return nodes
