"""Cycles, populations with their stage dates, and frameworks with their tree.

A framework that is in use (``frozen_at`` set) is never changed: the database
refuses. Another year has another framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from criteria.stages import Stage
from parindex import canonical
from units.models import Level, Unit


class Cycle(models.Model):
    """The evaluation of one year (đợt đánh giá)."""

    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    name = models.CharField(_("tên"), max_length=200, blank=True)
    legal_basis = models.TextField(_("căn cứ"), blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2200), name="cycle_year_sane")]

    def __str__(self) -> str:
        return str(self.year)


class Framework(models.Model):
    """A set of criteria (bộ tiêu chí) of one cycle and level: 100 points, areas → criteria → components."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="frameworks")
    level = models.CharField(max_length=12, choices=Level.choices)
    name = models.CharField(_("tên"), max_length=200, blank=True)
    legal_basis = models.TextField(_("căn cứ"), blank=True)
    drafted_note = models.TextField(
        _("lưu ý về nguồn"), blank=True, help_text="Said wherever the tree is shown (honest data)."
    )
    is_draft = models.BooleanField(_("bản nháp"), default=False)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the canonical tree.")
    source_name = models.CharField(max_length=255, blank=True)
    imported_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "level"], name="framework_one_per_cycle_level"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="framework_level_known"),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(frozen_at__isnull=True), name="framework_draft_not_frozen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.level}"


class NodeLevel(models.TextChoices):
    """Levels of the tree; bonus and penalty rows stand outside it."""

    AREA = "area", _("lĩnh vực")
    CRITERION = "criterion", _("tiêu chí")
    COMPONENT = "component", _("tiêu chí thành phần")
    BONUS = "bonus", _("điểm thưởng")
    PENALTY = "penalty", _("điểm phạt")


class Node(models.Model):
    """One row of a framework file. The contract of its columns is design §6."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="nodes")
    code = models.CharField(_("mã"), max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    level = models.CharField(max_length=10, choices=NodeLevel.choices)
    name = models.TextField(_("tên"))
    max_points = models.DecimalField(_("điểm tối đa"), max_digits=7, decimal_places=2)
    source = models.CharField(max_length=10, help_text="self, survey; mixed on parents")
    rule_kind = models.CharField(max_length=20)
    rule_text = models.TextField(_("quy định chấm"), blank=True)
    evidence = models.TextField(_("tài liệu kiểm chứng"), blank=True)
    lead_appraiser = models.CharField(_("cơ quan chủ trì thẩm định"), max_length=300, blank=True)
    lead_appraiser_2025 = models.CharField(max_length=300, blank=True)
    na_allowed = models.BooleanField(_("được đề nghị không áp dụng"), default=False)
    rule_params = models.TextField(default="{}", help_text="Canonical JSON.")
    previous_code = models.CharField(max_length=20, blank=True)  # of the row it continues; see criteria/linking.py
    link = models.CharField(max_length=10, blank=True, help_text="continued, changed or new")
    position = models.PositiveSmallIntegerField(help_text="Natural order of codes over the whole tree.")
    is_leaf = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="node_code_unique"),
            models.CheckConstraint(condition=Q(level__in=NodeLevel.values), name="node_level_known"),
            models.CheckConstraint(condition=Q(max_points__gte=0), name="node_points_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def params(self) -> Mapping[str, Any]:
        """The rule's parameters with ``Decimal`` numbers."""
        return canonical.loads(self.rule_params or "{}")


class Population(models.Model):
    """The units ranked together: cycle × level, for communes × district while districts exist.

    State, stage dates and publication belong here (design §3.13). Stage dates are
    the last moment of each stage, stored in UTC.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="populations")
    framework = models.ForeignKey(
        Framework, null=True, blank=True, on_delete=models.PROTECT, related_name="populations"
    )  # empty for a past year known by totals only
    level = models.CharField(max_length=12, choices=Level.choices)
    parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="populations")
    reference_date = models.DateField(_("ngày chốt đơn vị"))
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.PREPARING)
    opens_at = models.DateTimeField(_("mở tự đánh giá"), null=True, blank=True)
    self_assessment_ends_at = models.DateTimeField(_("hạn nộp tự đánh giá"), null=True, blank=True)
    appraisal_ends_at = models.DateTimeField(_("hạn thẩm định"), null=True, blank=True)
    explanation_ends_at = models.DateTimeField(_("hạn giải trình"), null=True, blank=True)
    second_appraisal_ends_at = models.DateTimeField(_("hạn thẩm định lần hai"), null=True, blank=True)
    council_ends_at = models.DateTimeField(_("hạn hội đồng"), null=True, blank=True)
    publishes_at = models.DateTimeField(_("dự kiến công bố"), null=True, blank=True)
    digits = models.PositiveSmallIntegerField(_("số chữ số thập phân"), default=2)
    bands = models.TextField(default="", blank=True, help_text="Canonical JSON [[name, lower bound], …]; empty = default.")
    totals_only = models.BooleanField(default=False, help_text="A past year known only by its totals.")
    opened_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "level"], condition=Q(parent__isnull=True), name="population_unique_without_parent"
            ),
            models.UniqueConstraint(
                fields=["cycle", "level", "parent"],
                condition=Q(parent__isnull=False),
                name="population_unique_with_parent",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="population_level_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="population_stage_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(level=Level.COMMUNE), name="population_parent_only_communes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.level} {self.parent_id or ''}".strip()

    def ends_at(self, stage: str) -> datetime | None:
        """Last moment of a stage, or None when no date is set."""
        field = {
            Stage.SELF_ASSESSMENT: self.self_assessment_ends_at,
            Stage.APPRAISAL: self.appraisal_ends_at,
            Stage.EXPLANATION: self.explanation_ends_at,
            Stage.SECOND_APPRAISAL: self.second_appraisal_ends_at,
            Stage.COUNCIL: self.council_ends_at,
            Stage.SETTLED: self.publishes_at,
        }
        return field.get(stage)
