"""Imported results of the sociological survey: counts of answers, never persons.

The portal stores aggregates only (unit × component × group × answer), with the
file they came from. Points are computed by ``surveys.merging`` when a run is made.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from criteria.models import Cycle, Node
from units.models import Level, Unit


class Campaign(models.Model):
    """The survey of one cycle and level."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="campaigns")
    level = models.CharField(max_length=12, choices=Level.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "level"], name="campaign_unique")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.level}"


class SurveyFile(models.Model):
    """A file that brought survey figures: kept with its hash and who imported it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=255, help_text="Name in the private file store.")
    imported_by_id = models.BigIntegerField(null=True)
    imported_by = models.CharField(max_length=150, blank=True)
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SurveyCount(models.Model):
    """How many forms of a group gave an answer about a unit on a component."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="counts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    file = models.ForeignKey(SurveyFile, on_delete=models.PROTECT, related_name="counts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "node", "group", "answer"], name="survey_count_natural_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.node_id} {self.group} {self.answer}: {self.count}"


class SurveyPercent(models.Model):
    """A percentage measured elsewhere (SIPAS) for a unit and component, 0–100."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="percents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=9, decimal_places=4)
    file = models.ForeignKey(SurveyFile, on_delete=models.PROTECT, related_name="percents")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit", "node"], name="survey_percent_natural_key"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="survey_percent_between_0_and_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.node_id}: {self.percent}"
