"""Units of the province, the people who head and serve them, and who may do what.

An official code is no identity: 74 of the 75 communes of 01/7/2025 re-use a code
with another territory. Identity is our own id; (code, valid_from) is the natural
key of files.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parindex import text
from units.authorization import UNIT_ROLES, Role


class Level(models.TextChoices):
    """Kinds of units that are scored; each has its own framework (QĐ 152, QĐ 884)."""

    DEPARTMENT = "department", _("sở, ban, ngành")
    DISTRICT = "district", _("UBND huyện, thành phố")
    COMMUNE = "commune", _("UBND xã, phường, thị trấn")


class UnitQuerySet(models.QuerySet):
    """Questions asked about units."""

    def valid_on(self, day: date) -> UnitQuerySet:
        """Units whose validity covers the day (``valid_to`` is the last valid day)."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def in_order(self) -> UnitQuerySet:
        """Level, then Vietnamese alphabetical order."""
        return self.order_by("level", "sort_key", "code", "pk")


class Unit(models.Model):
    """A body that is scored: a department, a district or a commune, between two dates."""

    code = models.CharField(_("mã"), max_length=20)
    name = models.CharField(_("tên"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=100, blank=True)
    level = models.CharField(_("cấp"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("trực thuộc"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    remark = models.CharField(
        _("ghi chú"), max_length=300, blank=True, help_text="A fact still to be confirmed; shown where the unit is."
    )
    search_key = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_from_unique"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unit_level_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_dates_ordered"
            ),
        ]
        indexes = [models.Index(fields=["level", "sort_key"], name="unit_level_sort")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        """Keep names in NFC and the two keys in step with them."""
        self.fill_keys()
        fields = kwargs.get("update_fields")
        if fields is not None and {"name", "short_name"} & set(fields):
            kwargs["update_fields"] = {*fields, "search_key", "sort_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The history page of the unit in the working area."""
        return reverse("units:detail", args=[self.pk])

    def fill_keys(self) -> None:
        """Bring names into NFC and make the two keys from them (``bulk_create`` does not call ``save``)."""
        self.name = text.nfc(self.name)
        self.short_name = text.nfc(self.short_name)
        self.search_key = text.search_key(f"{self.name} {self.short_name} {self.code}")[:400]
        self.sort_key = text.sort_key(self.name)[:600]

    def valid_on(self, day: date) -> bool:
        """Whether the unit exists on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Succession(models.Model):
    """One arrow of lineage: the predecessor went (wholly or partly) into the successor."""

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="origins")
    unconfirmed = models.BooleanField(_("chưa xác nhận"), default=False)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_unique"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class Head(models.Model):
    """A person who heads or headed a unit. Never shown to the public (design §3.10)."""

    full_name = models.CharField(_("họ và tên"), max_length=120)
    person_code = models.CharField(_("mã người"), max_length=40, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("người đứng đầu")

    def __str__(self) -> str:
        return self.full_name


class Tenure(models.Model):
    """A head's time at a unit. Acting heads count (QĐ 884 Điều 2.2).

    Two tenures in one unit never overlap: refused by the import and the form.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tenures")
    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="tenures")
    title = models.CharField(_("chức vụ"), max_length=120, blank=True)
    acting = models.BooleanField(_("phụ trách, quyền"), default=False)
    from_date = models.DateField(_("từ ngày"))
    to_date = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        ordering = ["unit_id", "from_date"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "head", "from_date"], name="tenure_natural_key"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name="tenure_dates_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head_id} @ {self.unit_id} {self.from_date}"


class UserManager(BaseUserManager):
    """Creates accounts; the user name is the natural key."""

    def create_user(self, username: str, password: str | None = None, **fields) -> User:
        """Create an account; without a password it cannot log in."""
        user = self.model(username=text.nfc(username).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> User:
        """Create an account for the read-only Django admin."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What they may do comes only from ``RoleAssignment``."""

    username = models.CharField(_("tên đăng nhập"), max_length=150, unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    title = models.CharField(_("chức vụ"), max_length=120, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    is_staff = models.BooleanField(default=False)
    must_change_password = models.BooleanField(_("phải đổi mật khẩu"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("tài khoản")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Name for pages and the log."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        """Vietnamese names are addressed by the whole name."""
        return self.get_full_name()


class RoleAssignment(models.Model):
    """A role of a person, for one body where the role needs one, between two dates."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="role_assignments")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(UNIT_ROLES)) | Q(unit__isnull=False), name="role_unit_where_needed"
            ),
            models.UniqueConstraint(fields=["user", "role", "unit", "valid_from"], name="role_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="role_dates_ordered"
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_to"], name="role_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"


class MailState(models.TextChoices):
    """What became of the mail that goes with a notice."""

    NONE = "none", _("không gửi thư")
    WAITING = "waiting", _("chờ gửi")
    SENT = "sent", _("đã gửi")
    FAILED = "failed", _("không gửi được")


class Notice(models.Model):
    """A message to one person about something that waits for them, in the portal and, if chosen, by mail.

    ``kind`` is a key of ``units.notice_kinds``; ``key`` makes a notice unique for its person, so
    that a reminder asked for twice is sent once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30, blank=True)
    key = models.CharField(max_length=150, blank=True)
    text = models.CharField(max_length=300)
    body = models.TextField(blank=True, help_text="The whole text of the mail; empty = the text alone.")
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=MailState.choices, default=MailState.NONE)
    mailed_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="notice_key_unique"),
            models.CheckConstraint(condition=Q(mail__in=MailState.values), name="notice_mail_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(mail="waiting"), name="notice_mail_waiting"),
        ]

    def __str__(self) -> str:
        return self.text


class NoticePreference(models.Model):
    """Whether a person wants one kind of notice by mail as well; without a row the kind's default counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=30)
    mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class NoticeText(models.Model):
    """The words of one kind of notice as Sở Nội vụ has written them; without a row the built-in words count."""

    kind = models.CharField(max_length=30, unique=True)
    subject = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"))
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.kind
