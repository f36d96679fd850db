"""Documents of a unit, their pages as pictures, and what they prove."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models.dossiers import Submission
from scoring.models.scores import Score
from units.models import Unit, User


class Scan(models.TextChoices):
    """What the antivirus daemon said about a file; ``UNSCANNED`` when none is configured."""

    UNSCANNED = "unscanned", _("chưa quét")
    WAITING = "waiting", _("chờ quét")
    CLEAN = "clean", _("đã quét, không thấy mã độc")
    REFUSED = "refused", _("có mã độc")


class Reading(models.TextChoices):
    """How far a document has been read for its pages, text and particulars."""

    WAITING = "waiting", _("chờ đọc")
    DONE = "done", _("đã đọc")
    FAILED = "failed", _("không đọc được")
    NONE = "none", _("không có trang để xem")


class Evidence(models.Model):
    """A document of a unit (tài liệu kiểm chứng): stored outside the web root, served as an attachment.

    Never deleted: a document that nothing uses is withdrawn, a mended one is replaced by a new
    version that points back (``replaces``).
    """

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
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.UNSCANNED)
    scan_note = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True)
    reading = models.CharField(max_length=10, choices=Reading.choices, default=Reading.WAITING)
    pages = models.PositiveIntegerField(_("số trang"), null=True)
    has_text = models.BooleanField(null=True, help_text="False: a scan without text.")
    suggested = models.TextField(
        default="{}", help_text="Canonical JSON: number, issued_on, issuer, title as read from the file's text."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="evidence_scan_known"),
            models.CheckConstraint(condition=Q(reading__in=Reading.values), name="evidence_reading_known"),
            models.CheckConstraint(condition=~Q(replaces=F("pk")), name="evidence_replaces_another"),
        ]

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


class EvidencePage(models.Model):
    """One page of a document as a picture made here: the only form in which a browser shows it."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="page_images")
    number = models.PositiveSmallIntegerField(help_text="1 for the first page.")
    stored_as = models.CharField(max_length=255)
    width = models.PositiveSmallIntegerField(help_text="pixels")
    height = models.PositiveSmallIntegerField(help_text="pixels")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["evidence", "number"], name="evidence_page_unique")]

    def __str__(self) -> str:
        return f"{self.evidence_id} p{self.number}"


class SignedScan(models.Model):
    """The signed and stamped report of one submission, as a scanned document. Never changed or deleted."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="scans")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["submission", "evidence"], name="signed_scan_unique")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.evidence_id}"
