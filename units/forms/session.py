"""Log in and choose a password."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from units.models import User


class LoginForm(AuthenticationForm):
    """User name and password. A wrong pair says how many tries are left before the pause."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "inactive": gettext_lazy("Tài khoản này đã ngừng dùng. Hỏi người quản trị của Sở Nội vụ."),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """The same sentence for an unknown name, a wrong password and a closed account."""
        left = settings.AXES_FAILURE_LIMIT - self._failures()
        sentence = _("Tên đăng nhập hoặc mật khẩu chưa đúng.")
        if left > 0:
            minutes = settings.AXES_COOLOFF_TIME.seconds // 60
            sentence += " " + ngettext(
                "Còn %(left)d lần thử trước khi tạm khóa %(minutes)d phút.",
                "Còn %(left)d lần thử trước khi tạm khóa %(minutes)d phút.",
                left,
            ) % {"left": left, "minutes": minutes}
        return ValidationError(sentence, code="invalid_login")

    def _failures(self) -> int:
        if not settings.AXES_ENABLED:
            return 0
        credentials: dict[str, Any] = {"username": self.cleaned_data.get("username", "")}
        return AxesProxyHandler.get_failures(self.request, credentials)


class OwnPasswordForm(PasswordChangeForm):
    """The old password and the new one twice, checked by the validators of the settings."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": gettext_lazy("Mật khẩu đang dùng chưa đúng. Nhập lại."),
        "password_mismatch": gettext_lazy("Hai lần nhập mật khẩu mới không giống nhau."),
        "password_same": gettext_lazy("Mật khẩu mới phải khác mật khẩu đang dùng."),
    }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = _("Mật khẩu đang dùng")
        self.fields["new_password1"].label = _("Mật khẩu mới")
        self.fields["new_password2"].label = _("Mật khẩu mới, nhập lại")
        self.fields["new_password1"].help_text = _(
            "Từ 12 ký tự, không chỉ toàn số, không giống tên đăng nhập, không phải mật khẩu hay gặp."
        )
        self.fields["new_password2"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """A new password differs from the old one (a one-time password must go)."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("new_password1") and cleaned.get("new_password1") == cleaned.get("old_password"):
            self.add_error(
                "new_password1", ValidationError(self.error_messages["password_same"], code="password_same")
            )
        return cleaned
