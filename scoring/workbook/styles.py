"""How the cells of a workbook look: one named style for each kind of cell, so that a file of 400 rows stays small."""

from __future__ import annotations

from typing import Any

from scoring.workbook import layout as at

#: The hidden sheet with the choices of the drop-down lists.
LISTS = "_danh_muc"

#: In characters. Together they fill an A4 page on its side at a size that can still be read.
WIDTHS = {
    at.KEY: 4,
    at.CODE: 9,
    at.NAME: 38,
    at.MAXIMUM: 8,
    at.RULE: 38,
    at.ASKED: 32,
    at.ANSWER: 22,
    at.NOTHING: 10,
    at.NA: 11,
    at.NA_REASON: 22,
    at.EXPLANATION: 38,
    at.EVIDENCE: 24,
    at.POINTS: 9,
}

_INK, _LINE, _TINT, _GROUP, _HEAD = "1F2430", "B9BEC9", "FFF7D6", "E9ECF5", "2F3E75"
_PLAIN, _TEXT, _POINTS = "General", "@", "0.00"


def named_styles() -> list[Any]:
    """The styles of a workbook."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

    side = Side(style="thin", color=_LINE)
    box = Border(left=side, right=side, top=side, bottom=side)

    def style(
        name: str, *, fill: str = "", bold: bool = False, size: int = 10, form: str = _PLAIN, color: str = _INK,
        right: bool = False, framed: bool = True, open_: bool = False, wrap: bool = True, middle: bool = False,
    ) -> Any:  # fmt: skip
        horizontal = "right" if right else "center" if middle else None
        return NamedStyle(
            name,
            font=Font(name="Calibri", size=size, bold=bold, color=color),
            fill=PatternFill("solid", fgColor=fill) if fill else None,
            border=box if framed else None,
            alignment=Alignment(wrap_text=wrap, vertical="center" if middle else "top", horizontal=horizontal),
            number_format=form,
            protection=Protection(locked=not open_),
        )

    return [
        style("p-title", bold=True, size=14, framed=False, wrap=False),
        style("p-plain", framed=False, form=_TEXT),
        style("p-head", bold=True, fill=_HEAD, color="FFFFFF", middle=True),
        style("p-group", bold=True, fill=_GROUP, form=_TEXT),
        style("p-group-n", bold=True, fill=_GROUP, form=_POINTS, right=True),
        style("p-said", form=_TEXT),
        style("p-closed", form=_TEXT, color="6B7280"),
        style("p-points", form=_POINTS, right=True),
        style("p-text", fill=_TINT, form=_TEXT, open_=True),
        style("p-number", fill=_TINT, right=True, open_=True),
    ]
