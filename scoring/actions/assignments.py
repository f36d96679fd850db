"""Who verifies what in a population: bodies for areas, criteria and components, and persons of a body."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from criteria.models import Node, Population
from parindex import audit, clock
from parindex.decisions import refuse, require
from scoring import permissions, policies
from scoring.actions.populations import lock_population
from scoring.models import Assignment
from scoring.queries.assignments import appraisers_of, effective_bodies
from units.authorization import Permission
from units.models import Unit

#: Stands for "no own assignment": the node follows the node above it.
FOLLOW = "follow"


def assign_body(
    *,
    population_id: int,
    codes: Collection[str],
    body: int | str | None,
    by: Any,
    now: datetime | None = None,
) -> int:
    """Give nodes to a body: its unit id, None for the council, ``FOLLOW`` to follow the node above.

    Persons named below lose what is no longer their body's. Returns how many nodes changed. Raises ``Refused``
    for a population that a district verifies, an ended or unknown body, and after the result is settled.
    """
    with transaction.atomic():
        population = lock_population(population_id)
        at = now or clock.now()
        _ask(by, population)
        if population.parent_id is not None:
            refuse(
                _("Huyện thẩm định các xã của mình; đợt này không giao cho cơ quan khác."), code="district"
            )
        if isinstance(body, int) and not Unit.objects.valid_on(clock.today(at)).filter(pk=body).exists():
            refuse(_("Cơ quan này không còn hoạt động. Chọn cơ quan khác."), code="body")
        changed = 0
        for node in _nodes(population, codes):
            rows = Assignment.objects.filter(population=population, node=node, user=None)
            before = list(rows.values_list("body_id", flat=True))
            if before == ([] if body == FOLLOW else [body]):
                continue
            rows.delete()
            if body != FOLLOW:
                Assignment.objects.create(population=population, node=node, body_id=body)
            data = {
                "population": population.pk,
                "code": node.code,
                "from": before,
                "to": [] if body == FOLLOW else [body],
            }
            audit.record("assignment.body_set", node, by=by, at=at, data=data)
            changed += 1
        _drop_strangers(population)
        return changed


def assign_people(
    *, population_id: int, codes: Collection[str], people: Sequence[int], by: Any, now: datetime | None = None
) -> int:
    """Give nodes to persons of their body, who alone verify them then; no persons means everybody of the body.

    Refused as a whole when one of them is not an appraiser of the body of one of the nodes.
    """
    with transaction.atomic():
        population = lock_population(population_id)
        at = now or clock.now()
        _ask(by, population)
        wanted = set(people)
        nodes = _nodes(population, codes)
        bodies = effective_bodies(population)
        known = appraisers_of(set(bodies.values()), clock.today(at))
        changed = 0
        for node in nodes:
            body = bodies[node.pk]
            if wanted - {person.pk for person in known.get(body, ())}:
                refuse(
                    _(
                        "%(code)s: có người không phải thẩm định viên của cơ quan được giao. Giao cơ quan trước, rồi giao người."
                    )
                    % {"code": node.code},
                    code="person",
                )
            rows = Assignment.objects.filter(population=population, node=node, user__isnull=False)
            before = set(rows.values_list("user_id", flat=True))
            if before == wanted:
                continue
            rows.delete()
            Assignment.objects.bulk_create(
                Assignment(population=population, node=node, body_id=body, user_id=person)
                for person in sorted(wanted)
            )
            data = {
                "population": population.pk,
                "code": node.code,
                "from": sorted(before),
                "to": sorted(wanted),
            }
            audit.record("assignment.people_set", node, by=by, at=at, data=data)
            changed += 1
        return changed


def _ask(by: Any, population: Population) -> None:
    require(permissions.may_in_population(by, population, Permission.ASSIGNMENT_EDIT))
    require(policies.may_change_appraisal(population.stage))


def _nodes(population: Population, codes: Collection[str]) -> list[Node]:
    """The named nodes in the order of the tree; refused when there is none."""
    nodes = list(
        Node.objects.filter(framework_id=population.framework_id, code__in=list(codes)).order_by("position")
    )
    if not nodes:
        refuse(_("Đánh dấu ít nhất một lĩnh vực hoặc tiêu chí."), code="node")
    return nodes


def _drop_strangers(population: Population) -> None:
    """Take away persons whose node now belongs to another body; otherwise nobody could decide it."""
    bodies = effective_bodies(population)
    rows = Assignment.objects.filter(population=population, user__isnull=False)
    gone = [row.pk for row in rows if row.body_id != bodies.get(row.node_id)]
    Assignment.objects.filter(pk__in=gone).delete()
