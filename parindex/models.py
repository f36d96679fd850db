"""Rows of the kernel: the mark of the installation, the audit log, and jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parindex import clock


class Installation(models.Model):
    """The one row that says what this database is.

    ``demonstration`` marks a database filled with invented scores. The mark is
    shown on every page and document, and production settings refuse to start on it.
    """

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    province = models.CharField(_("tỉnh"), max_length=100, default="Sơn La")
    demonstration = models.BooleanField(_("dữ liệu minh họa"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="installation_single_row")]

    def __str__(self) -> str:
        return self.province


class AuditEvent(models.Model):
    """One change, by whom and when. Never changed or deleted; see ``parindex.audit``."""

    at = models.DateTimeField(_("lúc"), db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("người thực hiện"), max_length=150, blank=True)
    action = models.CharField(_("việc"), max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    unit_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=20, default="web")
    data = models.TextField(default="{}", help_text="Canonical JSON.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["unit_id", "id"], name="audit_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("đang chờ")
    RUNNING = "running", _("đang chạy")
    DONE = "done", _("xong")
    FAILED = "failed", _("không xong")


class Job(models.Model):
    """A piece of long work as a row: Celery only wakes a worker to look at it.

    The lease says until when the worker that took the job is believed to be
    alive; the sweeper gives an expired job back. See ``parindex.jobs``.
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, help_text="What it is about; one live job per kind and subject.")
    params = models.TextField(default="{}", help_text="Canonical JSON.")
    title = models.CharField(_("việc"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    step = models.CharField(_("bước"), max_length=200, blank=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    result = models.TextField(default="{}", help_text="Canonical JSON.")
    error = models.TextField(blank=True, help_text="A sentence for the user; the trace is in the log.")
    file_name = models.CharField(max_length=255, blank=True)
    expires_at = models.DateTimeField(null=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=[JobState.WAITING, JobState.RUNNING]),
                name="job_one_live_per_subject",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_sweep")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 to 100."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.progress // self.total) if self.total else 0

    @property
    def live(self) -> bool:
        """Still waiting or running."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def interrupted(self) -> bool:
        """Begun by a worker that went silent, and not taken up by another yet: step and start are old news."""
        if self.state == JobState.RUNNING:
            return self.lease_until is not None and self.lease_until < clock.now()
        return self.state == JobState.WAITING and self.attempts > 0
