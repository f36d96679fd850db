"""Drawn figures as SVG: bar, dots, spark bars, bricks, stacked bar, steps, years, heat cells.

Geometry is in `parindex.charts`; this prints it. Colours are classes of the stylesheet.
A table beside the figure carries the numbers: a drawing with a `label` is an image with one
name, one without is decoration. `paper=True` writes the colours into the drawing, because a
PDF renderer does not style a drawing from the document's sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from parindex import charts
from parindex.numbers import shown, shown_short

register = template.Library()

#: Colours of drawings on paper, black and one blue.
INK = {
    "t0": "#e8e8e8",
    "v": "#1c2a6b",
    "m": "#000000",
    "a": "#1c2a6b",
    "b": "#7c8ac6",
    "c": "#c3cbe8",
    "d": "#8c2017",
    "s4": "#1c2a6b",
    "s3": "#7c8ac6",
    "s2": "#c3cbe8",
    "sx": "#8c2017",
}

NOTHING = SafeString("")
PAPER_STROKE = SafeString(' stroke="#777777" stroke-width="0.75"')
PAPER_LETTERING = SafeString(' font-family="Parindex Serif" font-size="11"')


def _role(label: str) -> SafeString:
    if not label:
        return mark_safe('aria-hidden="true" focusable="false"')
    return format_html('role="img" aria-label="{}"', label)


def _fill(kind: str, paper: bool) -> SafeString:
    return format_html(' fill="{}"', INK[kind]) if paper else NOTHING


@register.simple_tag
def bar(
    part: Decimal | None,
    whole: Decimal | int = 100,
    *,
    marker: Decimal | None = None,
    label: str = "",
    progress: bool = False,
    paper: bool = False,
) -> SafeString:
    """A bar from 0 to the whole, with an upright line at `marker` (median, last year).

    `progress` turns a full bar pale: what is done needs no attention.
    """
    shape = charts.bar(None if part is None else Decimal(part), Decimal(whole), marker)
    line = (
        format_html('<rect class="m" x="{}" y="-3" width="2.5" height="16"{}/>', shape.marker, _fill("m", paper))
        if shape.marker
        else ""
    )
    return format_html(
        '<svg class="bar{}" {}><rect class="t0" width="100%" height="10"{}/>'
        '<rect class="v" width="{}" height="10"{}/>{}</svg>',
        " done" if progress and shape.full else "",
        _role(label),
        _fill("t0", paper),
        shape.width,
        _fill("v", paper),
        line,
    )


@register.simple_tag
def dots(now: Decimal | None, before: Decimal | None = None) -> SafeString:
    """This year's dot with a tail from last year, for a cell of class `dt`."""
    if now is None:
        return NOTHING
    shape = charts.dot(now, before)
    tail = (
        format_html('<rect x="{}" width="{}"/>', shape.tail_x, shape.tail_width) if shape.tail_x is not None else ""
    )
    return format_html(
        '<svg class="dots" aria-hidden="true">{}<circle{} cx="{}"/></svg>',
        tail,
        mark_safe(' class="d"') if shape.low else "",
        shape.x,
    )


@register.simple_tag
def dots_axis() -> SafeString:
    """The figures 50, 70, 90 in the head of a column of dots."""
    ticks = ((charts.place(bound, charts.AXIS_LOW), shown(bound, 0)) for bound in charts.BOUNDS)
    words = format_html_join("", '<text x="{}" y="16" text-anchor="middle">{}</text>', ticks)
    return format_html('<svg class="dots" aria-hidden="true">{}</svg>', words)


@register.simple_tag
def mini(percents: Sequence[Decimal | None]) -> SafeString:
    """Spark bars of the areas in order, the lowest in the accent; write its name beside it."""
    shape = charts.mini_bars(percents)
    return format_html(
        '<svg class="mini" viewBox="0 0 70 22" preserveAspectRatio="none" aria-hidden="true">'
        '<path d="{}"/><path class="w" d="{}"/></svg>',
        shape.others,
        shape.lowest,
    )


@register.simple_tag
def bricks(
    values: Iterable[tuple[Decimal, str]],
    label: str,
    *,
    axis: bool = True,
    most: int | None = None,
    low: Decimal | None = None,
    paper: bool = False,
) -> SafeString:
    """One brick per unit from (index, band) pairs, with the bounds as dotted lines; `low` starts the axis."""
    shape = charts.bricks(values, axis=axis, most=most, low=low)
    foot = shape.inner + 4 if axis else shape.inner
    rules = format_html_join(
        "",
        '<line class="th" x1="{0}" x2="{0}" y1="0" y2="{1}"{2}/>',
        ((tick.x, foot, _stroke(paper)) for tick in shape.ticks),
    )
    stacks = format_html_join(
        "",
        '<path class="{}" d="{}"{}/>',
        ((band.lower()[:1], path, _fill(band.lower()[:1], paper)) for band, path in shape.paths),
    )
    figures = _axis_figures(shape, paper) if axis else ""
    return format_html(
        '<svg class="plot" height="{}" {}>{}'
        '<svg viewBox="0 0 70 {}" width="100%" height="{}" preserveAspectRatio="none">{}</svg>'
        '<line class="ax" x1="0" x2="100%" y1="{}.5" y2="{}.5"{}/>{}</svg>',
        shape.height,
        _role(label),
        rules,
        shape.inner,
        shape.inner,
        stacks,
        shape.inner,
        shape.inner,
        _stroke(paper),
        figures,
    )


def _stroke(paper: bool) -> SafeString:
    return PAPER_STROKE if paper else NOTHING


def _axis_figures(shape: charts.Bricks, paper: bool) -> SafeString:
    y = shape.inner + 18
    lettering = PAPER_LETTERING if paper else NOTHING
    last = mark_safe(' class="hide-s"') if shape.crowded and not paper else NOTHING
    ends = (("0", "start", NOTHING, shape.low), ("100%", "end", last, charts.AXIS_HIGH))
    inner = ((tick.x, "middle", NOTHING, tick.value) for tick in shape.ticks)
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}"{}{}>{}</text>',
        ((x, y, anchor, css, lettering, shown(value, 0)) for x, anchor, css, value in (*ends, *inner)),
    )


@register.simple_tag
def stackbar(
    parts: Sequence[tuple[str, Decimal | int]], label: str = "", *, whole: Decimal | None = None, paper: bool = False
) -> SafeString:
    """Pieces of a whole from (kind, size) pairs; kinds s4, s3, s2 from dark to pale, sx for loss."""
    pieces = charts.segments([(kind, Decimal(size)) for kind, size in parts], whole)
    rects = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="16"{}/>',
        ((piece.kind, piece.x, piece.width, _fill(piece.kind, paper)) for piece in pieces),
    )
    return format_html('<svg class="stackbar" {}>{}</svg>', _role(label), rects)


@register.simple_tag
def steps(rows: Sequence[Any], reached: int | None = None) -> SafeString:
    """The scoring steps of a rule in a row, the reached one filled.

    `rows` have `label` and `points`. Many or long steps become a list, which never overlaps.
    """
    words = [(str(row.label), shown(row.points)) for row in rows]
    # The next box says where a band ends: "từ 90% đến dưới 100%" is drawn as "từ 90%".
    short = [label.split(_(" đến dưới "))[0] for label, _points in words]
    if len(words) > 6 or any(len(label) > 14 for label in short):
        return _step_list(words, reached)
    boxes = charts.step_boxes(len(words))
    drawn = format_html_join(
        "",
        '<rect class="s{0}" x="{1}" width="{2}" height="28" rx="3"/>'
        '<text x="{3}" y="18.5" text-anchor="middle">{4}<tspan class="hide-s"> · {5}</tspan></text>',
        (
            (" on" if index == reached else "", box.x, box.width, box.middle, label, points)
            for index, (box, label, (_long, points)) in enumerate(zip(boxes, short, words, strict=True))
        ),
    )
    name = "; ".join(
        _("%(step)s: %(points)s điểm") % {"step": label, "points": points} for label, points in words
    )
    if reached is not None:
        name = _("%(steps)s. Đang ở bậc %(step)s.") % {"steps": name, "step": words[reached][0]}
    return format_html('<svg class="steps" role="img" aria-label="{}">{}</svg>', name, drawn)


def _step_list(words: Sequence[tuple[str, str]], reached: int | None) -> SafeString:
    items = format_html_join(
        "",
        '<li{}><span>{}</span><span class="num">{}</span></li>',
        (
            (mark_safe(' class="on" aria-current="true"') if index == reached else "", label, points)
            for index, (label, points) in enumerate(words)
        ),
    )
    return format_html('<ol class="steplist" aria-label="{}">{}</ol>', _("Các bậc điểm"), items)


@register.simple_tag
def years(values: Sequence[tuple[int, Decimal | None]], label: str) -> SafeString:
    """The course of the index over the years with the bound 90; a missing year breaks the line."""
    shape = charts.year_line(values)
    lines = format_html_join(
        "",
        '<line class="ln" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        ((a.x, a.y, b.x, b.y) for a, b in shape.lines),
    )
    marks = format_html_join(
        "",
        '<circle class="{0}" cx="{1}" cy="{2}" r="5"/><text x="{1}" y="{3}" text-anchor="middle"{4}>{5}</text>',
        (
            ("dot" if p.last else "dot0", p.x, p.y, p.text_y, mark_safe(' class="k"') if p.last else "", shown(p.value))
            for p in shape.points
            if p.y is not None
        ),
    )
    feet = format_html_join(
        "", '<text x="{}" y="184" text-anchor="middle">{}</text>', ((p.x, p.year) for p in shape.points)
    )
    return format_html(
        '<svg class="plot" height="{0}" {1}><line class="th" x1="0" x2="100%" y1="{2}" y2="{2}"/>'
        '<text x="0" y="{2}" dy="-6">{3}</text>{4}{5}{6}</svg>',
        shape.height,
        _role(label),
        shape.bound_y,
        _("mốc %(bound)s") % {"bound": shown_short(charts.BOUNDS[-1])},
        lines,
        marks,
        feet,
    )


@register.simple_tag
def heat(percent: Decimal | None, href: str = "") -> SafeString:
    """A cell of the heat sheet: one decimal, coloured by loss; k.a.d. where nothing applies."""
    if percent is None:
        text, css = _("k.a.d."), "na"
    else:
        text, css = shown(percent, 1), f"l{charts.heat_level(percent)}"
    inner = format_html('<a href="{}">{}</a>', href, text) if href else text
    return format_html('<td class="c {}">{}</td>', css, inner)


#: Keys: (class of the swatch, words), by what the figure shows.
def _keys() -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        "band": (
            ("a", _("A từ 90")),
            ("b", _("B 70 đến dưới 90")),
            ("c", _("C 50 đến dưới 70")),
            ("d", _("D dưới 50")),
        ),
        "heat": (
            ("l0", _("từ 90")),
            ("l1", _("80 đến dưới 90")),
            ("l2", _("70 đến dưới 80")),
            ("l3", _("50 đến dưới 70")),
            ("l4", _("dưới 50")),
        ),
        "progress": (
            ("s4", _("đã nộp")),
            ("s3", _("chờ lãnh đạo duyệt")),
            ("s2", _("đang làm")),
            ("sx", _("chưa đăng nhập")),
        ),
    }


@register.simple_tag
def key(what: str | Sequence[tuple[str, str]]) -> SafeString:
    """The key of a figure: "band", "heat", "progress", or own (class, words) pairs."""
    rows = _keys()[what] if isinstance(what, str) else what
    items = format_html_join(
        "",
        '<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="{}" x=".5" y=".5" width="13" height="13" rx="2"/>'
        "</svg>{}</li>",
        rows,
    )
    return format_html('<ul class="key">{}</ul>', items)
