"""Deadlines moved for everybody when the portal itself was down."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from criteria.models import Population
from units.models import User


class Outage(models.Model):
    """The portal was down before a deadline, and everybody was given more time: one recorded act.

    ``until`` is the new last minute. Never changed or deleted.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="outage_times_ordered"),
            models.CheckConstraint(condition=~Q(reason=""), name="outage_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class OutageExtension(models.Model):
    """What an outage changed in one population: its deadline before and after. Never changed or deleted."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="extensions")
    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="outages")
    before = models.DateTimeField()
    after = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outage", "population"], name="outage_extension_unique")]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.population_id}"
