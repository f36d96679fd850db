"""Runs, results and publications. A frozen run refuses change in the database."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from criteria.models import Node, Population
from units.models import Unit, User


class Run(models.Model):
    """One computation of a population (lần tính). Frozen when it is published."""

    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of everything the run was computed from.")
    parameters = models.TextField(default="{}", help_text="Canonical JSON: digits, bands, rounding, software version.")
    provisional = models.BooleanField(default=True, help_text="Made before the population was settled.")
    totals_only = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    milliseconds = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["population", "number"], name="run_number_unique")]

    def __str__(self) -> str:
        return f"{self.population_id} #{self.number}"


class UnitResult(models.Model):
    """The result of one unit in a run. ``index_percent`` is empty when nothing applies to the unit."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results")
    unit_code = models.CharField(max_length=20)
    unit_name = models.CharField(max_length=200)
    self_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    appraised_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    survey_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    index_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(null=True, help_text="Within the population; empty = not ranked.")
    band = models.CharField(max_length=20, blank=True)
    previous_index_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    change = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="percentage points")
    comparable = models.BooleanField(default=True, help_text="False: the framework changed since the year before.")
    complete = models.BooleanField(default=True, help_text="False: shown as 'chưa đủ'.")
    missing = models.PositiveSmallIntegerField(default=0, help_text="Leaves that are empty or without data.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit"], name="unit_result_unique"),
            models.CheckConstraint(
                condition=Q(index_percent__isnull=True) | Q(index_percent__gte=0, index_percent__lte=100),
                name="unit_result_index_between_0_and_100",
            ),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(index_percent__isnull=False), name="unit_result_rank_needs_index"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=F("max_points")), name="unit_result_points_within_max"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_code}"


class CellState(models.TextChoices):
    """How a node counted in a run (design §3.3)."""

    SCORED = "scored", _("đã chấm")
    EMPTY = "empty", _("chưa trả lời")
    NOT_APPLICABLE = "na", _("không áp dụng")
    NO_DATA = "no_data", _("chưa có dữ liệu")


class NodeResult(models.Model):
    """Points of one node (area, criterion or component) of one unit in a run."""

    # No index of their own: the constraint below begins with the result, the index with the node.
    result = models.ForeignKey(UnitResult, on_delete=models.CASCADE, related_name="nodes", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=CellState.choices)
    max_points = models.DecimalField(max_digits=7, decimal_places=2, help_text="Applicable maximum.")
    self_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "node"], name="node_result_unique")]
        indexes = [models.Index(fields=["node"], name="node_result_node")]

    def __str__(self) -> str:
        return f"{self.result_id} {self.node_id}"


class Publication(models.Model):
    """A published version of a population's result. Never changed; a correction is a new version."""

    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveSmallIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="publications")
    decision_number = models.CharField(_("số quyết định"), max_length=100)
    decided_on = models.DateField(_("ngày quyết định"))
    reason = models.TextField(_("lý do"), blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["population", "version"], name="publication_version_unique"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="publication_correction_has_reason"),
            models.CheckConstraint(condition=~Q(decision_number=""), name="publication_has_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.population_id} v{self.version}"


class Aftereffect(models.Model):
    """A later publication that rests on a figure which another publication has changed (design §3.12).

    ``affected`` stays as it was published and is marked until its population is published
    again. The counts say for how many units the change from the year before, or a proposal
    of Điều 19 and 20, would now read differently.
    """

    cause = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="aftereffects")
    affected = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="doubts")
    changes = models.PositiveSmallIntegerField(default=0)
    outcomes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "affected"], name="aftereffect_unique")]

    def __str__(self) -> str:
        return f"{self.cause_id} → {self.affected_id}"
