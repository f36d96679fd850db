"""Self-assessment, evidence, appraisal, runs and publications.

One row per leaf and dossier (``Score``), saved one at a time under a version
number. Results are rows of a ``Run``; a frozen run refuses change in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from criteria.models import Node, Population
from parindex import canonical
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
    origin = models.CharField(max_length=10, default="web", help_text="web or import")

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
    kind = models.CharField(max_length=12, help_text="self, appraisal, import, close")
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


class Evidence(models.Model):
    """A document of a unit (tài liệu kiểm chứng): stored outside the web root, served as an attachment."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="evidence")
    original_name = models.CharField(_("tên tệp"), max_length=255)
    stored_as = models.CharField(max_length=255, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("dung lượng"), help_text="bytes")
    content_type = models.CharField(max_length=100)
    number = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200, blank=True)
    title = models.CharField(_("trích yếu"), max_length=500, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty")]

    def __str__(self) -> str:
        return self.number or self.title or self.original_name


class EvidenceLink(models.Model):
    """A document given for one leaf, with the page or section that proves the point."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="evidence_links")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    pages = models.CharField(_("trang, mục"), max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["score", "evidence"], name="evidence_link_unique")]

    def __str__(self) -> str:
        return f"{self.score_id} {self.evidence_id}"


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
