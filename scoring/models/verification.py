"""Who verifies what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from criteria.models import Node, Population
from units.models import Unit, User


class Assignment(models.Model):
    """Who verifies what: a body for a node of a population, optionally one person of it.

    ``body`` empty means the council. The deepest assignment above a leaf counts.
    Nobody verifies the own unit: the exceptions of design §3.11 are applied when
    the body of a cell is asked for (``scoring.appraising``).
    """

    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="assignments")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="assignments")
    body = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["population", "node"], condition=Q(user__isnull=True), name="assignment_one_body_per_node"
            ),
            models.UniqueConstraint(
                fields=["population", "node", "user"],
                condition=Q(user__isnull=False),
                name="assignment_person_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.population_id} {self.node_id} {self.body_id}"
