"""What follows from a result under QĐ 884 Điều 19 and 20: proposals with facts and article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parindex import canonical
from scoring.models import Run
from units.models import Head, Unit


class OutcomeKind(models.TextChoices):
    """Kinds of consequences; all are proposals until people decide."""

    COMMENDATION = "commendation", _("đề nghị xét khen thưởng")
    CRITICISM = "criticism", _("đề nghị phê bình")
    DISCIPLINE_REVIEW = "discipline_review", _("đề nghị xem xét kỷ luật")


class OutcomeSubject(models.TextChoices):
    """Whom a consequence concerns."""

    UNIT = "unit", _("tập thể")
    HEAD = "head", _("người đứng đầu")


class Outcome(models.Model):
    """One proposal for one unit or its head, computed with the run and stored with it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="outcomes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=20, choices=OutcomeKind.choices)
    article = models.CharField(max_length=40, help_text="Reads 'Điều 20.7'.")
    subject = models.CharField(max_length=4, choices=OutcomeSubject.choices)
    head = models.ForeignKey(Head, null=True, on_delete=models.PROTECT, related_name="outcomes")
    facts = models.TextField(help_text="Canonical JSON: figures, years, heads with days, notes.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit", "kind", "subject"], name="outcome_unique"),
            models.CheckConstraint(condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=OutcomeKind.COMMENDATION) | Q(subject=OutcomeSubject.HEAD),
                name="outcome_only_commendation_for_units",
            ),
            models.CheckConstraint(
                condition=Q(head__isnull=True) | Q(subject=OutcomeSubject.HEAD), name="outcome_head_only_for_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_id} {self.kind} {self.subject}"

    @property
    def facts_value(self) -> Mapping[str, Any]:
        """The facts as values."""
        return canonical.loads(self.facts)
