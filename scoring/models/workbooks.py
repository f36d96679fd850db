"""A filled workbook of a dossier, read and waiting for a person to look at the differences."""

from __future__ import annotations

from django.db import models

from scoring.models.dossiers import Assessment
from units.models import User


class WorkbookUpload(models.Model):
    """The rows of one uploaded workbook, before and after they were applied.

    ``rows`` is canonical JSON: per component code what the workbook says, and the version and
    values it was taken from. The file itself is not kept.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="workbook_uploads")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, help_text="When the workbook was downloaded.")
    rows = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.file_name}"
