"""What appraisers type: a decision at the desk, filters of the board, reasons and dates, grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.rules import AnswerError
from parindex import text
from parindex.numbers import NumberError, parse_points
from scoring.actions.appraisal import Verdict
from scoring.forms.answers import Typed, statement_of, typed_from

KINDS = ("accept", "correct", "points", "grant_na")
MOST_REASON = 2000


@dataclass(frozen=True)
class Decided:
    """A decision as typed: ``typed`` are the corrected inputs, ``points`` the other points, ``onward`` what comes next."""

    kind: str
    version: int
    typed: Typed
    points: str
    reason: str
    onward: str


def decided_from(data: Mapping[str, Any]) -> Decided:
    """Read the posted fields of the desk. Without a readable version nothing stored can be decided over."""
    typed = typed_from(data)
    return Decided(
        kind=str(data.get("verdict", "")),
        version=typed.version,
        typed=typed,
        points=text.clean_line(str(data.get("points", ""))),
        reason=text.clean_text(str(data.get("reason", ""))),
        onward="component" if data.get("onward") == "component" else "unit",
    )


def verdict_of(decided: Decided, *, digits: int) -> Verdict:
    """The decision that was typed. Raises ``AnswerError`` naming the field that cannot be read."""
    if decided.kind not in KINDS:
        raise AnswerError(_("Chọn một cách quyết định."), "verdict")
    if len(decided.reason) > MOST_REASON:
        raise AnswerError(_("Lý do dài hơn %(most)d ký tự. Rút gọn lại.") % {"most": MOST_REASON}, "reason")
    answer = statement_of(decided.typed).answer if decided.kind == "correct" else None
    points = _points(decided.points, digits) if decided.kind == "points" else None
    return Verdict(decided.kind, answer=answer, points=points, reason=decided.reason)  # type: ignore[arg-type]


def _points(typed: str, digits: int) -> Decimal:
    if not typed:
        raise AnswerError(_("Chọn hoặc ghi điểm."), "points")
    try:
        return parse_points(typed, digits=digits)
    except NumberError as error:
        raise AnswerError(str(error), "points") from None


class BoardForm(forms.Form):
    """Which dossiers of the board."""

    q = forms.CharField(label=gettext_lazy("Tìm đơn vị"), required=False, max_length=100)
    viec = forms.ChoiceField(
        label=gettext_lazy("Việc"),
        required=False,
        choices=[
            ("", gettext_lazy("Tất cả")),
            ("con", gettext_lazy("Còn phải quyết định")),
            ("k-ap-dung", gettext_lazy("Có đề nghị không áp dụng")),
            ("mo-lai", gettext_lazy("Có tiêu chí phải xem lại")),
            ("xong", gettext_lazy("Đã quyết định hết")),
            ("chua-nop", gettext_lazy("Đơn vị chưa nộp")),
        ],
    )
    linh_vuc = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["linh_vuc"].choices = [("", _("Tất cả")), *areas]


class ReasonForm(forms.Form):
    """A reason that the unit reads."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi lý do.")},
    )


class ReturnForm(ReasonForm):
    """Why a dossier goes back, and until when."""

    until = forms.DateTimeField(
        label=gettext_lazy("Hạn nộp lại"),
        required=False,
        input_formats=["%d/%m/%Y %H:%M"],
        widget=forms.DateTimeInput(attrs={"placeholder": "30/11/2024 17:00", "autocomplete": "off"}),
        help_text=gettext_lazy("Ngày và giờ, ví dụ 30/11/2024 17:00."),
        error_messages={
            "invalid": gettext_lazy("Ghi ngày và giờ dạng 30/11/2024 17:00."),
            "required": gettext_lazy("Ghi hạn mới."),
        },
    )


class ExtensionForm(ReturnForm):
    """A later deadline of one unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = True
        self.fields["until"].label = _("Hạn nộp mới")


class ExemptionForm(ReasonForm):
    """A grant of "not applicable": unit, node, reason."""

    dossier = forms.TypedChoiceField(label=gettext_lazy("Đơn vị"), coerce=int)
    code = forms.ChoiceField(label=gettext_lazy("Lĩnh vực, tiêu chí"))
    field_order = ["dossier", "code", "reason"]

    def __init__(
        self, *args: Any, dossiers: Iterable[tuple[int, str]], nodes: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dossier"].choices = [("", _("Chọn đơn vị")), *dossiers]
        self.fields["code"].choices = [("", _("Chọn mã")), *nodes]
        self.fields["reason"].help_text = _("Căn cứ theo quy định của năm; đơn vị đọc được.")
