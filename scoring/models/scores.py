"""What is stated and decided about one component of one dossier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import Node
from parindex import canonical
from scoring.models.dossiers import Assessment
from units.models import Unit, User


class Score(models.Model):
    """One leaf of one dossier: what the unit answered, what the appraiser decided.

    ``version`` grows by one with every saved change; a save names the version it
    saw, and a stale one is refused with both values (two people never overwrite
    each other silently). ``answer`` is canonical JSON, "" when not answered;
    points are computed by the rule (imports of a year kept elsewhere carry points
    without an answer).
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)

    answer = models.TextField(blank=True, default="")
    self_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    explanation = models.TextField(_("giải trình"), blank=True, default="")
    na_requested = models.BooleanField(_("đề nghị không áp dụng"), default=False)
    na_reason = models.CharField(max_length=1000, blank=True, default="")
    not_self_assessed = models.BooleanField(default=False)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, default="web", help_text="web, import or workbook")
    carried_from = models.PositiveSmallIntegerField(
        null=True, help_text="Year the answer was copied from, until a person confirms that it still holds."
    )

    appraised_answer = models.TextField(blank=True, default="")
    appraised_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    appraisal_reason = models.TextField(blank=True, default="")
    appraised_at = models.DateTimeField(null=True)
    appraised_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    appraised_version = models.PositiveIntegerField(null=True, help_text="The version the decision was made on.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "node"], name="score_one_per_leaf"),
            models.CheckConstraint(
                condition=Q(self_points__isnull=True) | Q(self_points__gte=0), name="score_self_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(appraised_points__isnull=True) | Q(appraised_points__gte=0),
                name="score_appraised_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(appraised_points__isnull=True) | Q(appraised_at__isnull=False),
                name="score_appraised_at_with_points",
            ),
            models.CheckConstraint(
                condition=Q(na_requested=False) | Q(answer="", self_points__isnull=True),
                name="score_na_has_no_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node_id}"

    @property
    def answer_value(self) -> Mapping[str, Any] | None:
        """The canonical answer with ``Decimal`` numbers, or None when not answered."""
        return canonical.loads(self.answer) if self.answer else None

    @property
    def is_answered(self) -> bool:
        """Answered, entered as points, or asked to be not applicable."""
        return bool(self.answer) or self.self_points is not None or self.na_requested


class ScoreRevision(models.Model):
    """What a score was after each save. Never changed or deleted."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, help_text="self, copy, workbook, appraisal, import, close")
    values = models.TextField(help_text="Canonical JSON of the changed fields after the save.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["score", "version"], name="revision_unique")]

    def __str__(self) -> str:
        return f"{self.score_id} v{self.version}"


class Exemption(models.Model):
    """A grant of "not applicable" for a unit at a node: it covers every leaf below (design §3.4)."""

    class Origin(models.TextChoices):
        RULE = "rule", _("quy định của năm")
        REQUEST = "request", _("đề nghị của đơn vị")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="exemptions")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="exemptions")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    reason = models.CharField(max_length=1000)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "node"], name="exemption_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.node_id}"
