"""Forms about notices: the words of a kind, and one's own address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from units.forms.fields import LineField
from units.notice_kinds import MOST_BODY, MOST_SUBJECT


class NoticeTextForm(forms.Form):
    """Subject and body of one kind of notice."""

    subject = LineField(
        label=_("Tiêu đề"), max_length=MOST_SUBJECT, help_text=_("Cũng là dòng hiện trong trang Thông báo.")
    )
    body = forms.CharField(
        label=_("Nội dung thư"),
        max_length=MOST_BODY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Chữ thường, không định dạng. Địa chỉ trang và chữ ký được thêm ở cuối thư."),
    )


class OwnEmailForm(forms.Form):
    """Where the person wants mail to go."""

    email = forms.EmailField(
        label=_("Thư điện tử"), required=False, help_text=_("Để trống thì thông báo chỉ hiện trong cổng.")
    )
