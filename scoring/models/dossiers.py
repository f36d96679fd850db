"""The dossier of a unit in a year: its state, its moves, its receipts, who of the unit works on what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.models import Node, Population
from scoring.states import State
from units.models import Unit, User


class Assessment(models.Model):
    """The dossier of one unit in one population (hồ sơ tự đánh giá)."""

    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=15, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    extended_until = models.DateTimeField(_("gia hạn đến"), null=True, blank=True)
    extension_reason = models.CharField(max_length=500, blank=True)
    closed_unsubmitted_at = models.DateTimeField(
        null=True, help_text="Closed after the deadline without submission; empties are 'không tự đánh giá'."
    )
    closed_unsubmitted_reason = models.CharField(max_length=500, blank=True)
    ranked = models.BooleanField(_("xếp hạng"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["population", "unit"], name="assessment_unique"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="assessment_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.population_id} {self.unit_id}"


class Transition(models.Model):
    """One move of a dossier: from, to, who, when, why. Never changed or deleted."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="transitions")
    move = models.CharField(max_length=30)
    source = models.CharField(max_length=15)
    target = models.CharField(max_length=15)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.move}"


class ReturnPoint(models.Model):
    """One component named when a dossier was given back, with what is to be mended. Never changed or deleted."""

    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="points")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transition", "node"], name="return_point_unique"),
            models.CheckConstraint(condition=~Q(note=""), name="return_point_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.transition_id} {self.node_id}"


class ReportText(models.Model):
    """What the unit writes in its report besides the scores: difficulties and proposals (QĐ 884 Điều 4.5a, 11.5a)."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="report_text")
    difficulties = models.TextField(_("khó khăn, vướng mắc"), blank=True, default="")
    proposals = models.TextField(_("đề xuất, kiến nghị"), blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.assessment_id} v{self.version}"


class Submission(models.Model):
    """The receipt of one submission: when, by whom, totals, and the digest of everything that was signed.

    ``contents`` is canonical JSON of the sheet as submitted (answers, points, explanations,
    hashes of documents, difficulties and proposals); ``digest`` is its SHA-256 and stands on
    the printed report. Never changed or deleted: a withdrawn dossier submitted again has a
    further receipt.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(help_text="1 for the first submission of the dossier.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=7, decimal_places=2, help_text="Points claimed.")
    max_points = models.DecimalField(max_digits=7, decimal_places=2, help_text="Maximum of what was asked.")
    answered = models.PositiveSmallIntegerField()
    asked = models.PositiveSmallIntegerField()
    documents = models.PositiveSmallIntegerField(default=0)
    contents = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="submission_number_unique")]

    def __str__(self) -> str:
        return f"{self.assessment_id} #{self.number}"


class Share(models.Model):
    """An area, criterion or component of a dossier given to one person of the unit. The deepest share counts."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="shares")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shares")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "node", "user"], name="share_unique")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node_id} {self.user_id}"


class InternalNote(models.Model):
    """A word among the unit's own people about one component. Appraisers never see it (design §3.10)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="notes")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="internal_note_not_empty")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node_id} {self.pk}"
