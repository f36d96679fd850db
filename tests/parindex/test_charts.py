"""Geometry of the figures: places in percent, exact and never outside the drawing."""

from __future__ import annotations

import re
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex import charts

INDEX = st.decimals(min_value=0, max_value=100, places=2)


@pytest.mark.parametrize(
    ("value", "low", "expected"),
    [("50", "30", "28.57%"), ("70", "30", "57.14%"), ("90", "30", "85.71%"), ("100", "30", "100%"), ("12", "30", "0%")],
)
def test_place_on_the_axis(value, low, expected):
    assert charts.place(D(value), D(low)) == expected


def test_bar_knows_full_and_absent():
    assert charts.bar(D("8"), D("8")) == charts.Bar("100%", None, True)
    assert charts.bar(D("14"), D("16"), D("12")) == charts.Bar("87.5%", "75%", False)
    assert charts.bar(None) == charts.Bar("0%", None, False)
    assert charts.bar(D(0), D(0)) == charts.Bar("0%", None, False)


def test_dot_has_a_tail_only_when_there_was_a_year_before():
    assert charts.dot(D("93.88"), D("85.68")) == charts.Dot("91.26%", "79.54%", "11.71%", False)
    assert charts.dot(D("39.99"), None) == charts.Dot("14.27%", None, None, True)
    assert charts.dot(D("50.00")).low is False


@given(INDEX, INDEX)
def test_tail_lies_between_the_two_years(now, before):
    dot = charts.dot(now, before)
    start, width = D(dot.tail_x[:-1]), D(dot.tail_width[:-1])
    assert 0 <= start <= 100
    assert start + width <= D("100.02")
    assert D(dot.x[:-1]) in (start, min(start + width, D(100))) or abs(D(dot.x[:-1]) - start - width) <= D("0.02")


def test_mini_bars_mark_the_first_lowest_and_skip_the_absent():
    shape = charts.mini_bars([D(90), None, D(80), D(80), D(95), D(95), D(95), D(95)])
    assert shape.lowest_index == 2
    assert shape.lowest.startswith("M18 5h7v17")
    assert shape.others.count("z") == 6
    assert charts.mini_bars([]).lowest_index is None
    assert charts.mini_bars([None]).others == ""


def test_mini_bars_fit_any_number_of_areas():
    shape = charts.mini_bars([D(100)] * 7)
    ends = [D(x) + D(w) for x, w in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", shape.others + shape.lowest)]
    assert max(ends) == D("70")


@given(st.lists(INDEX, max_size=80))
def test_every_unit_is_one_brick_inside_the_drawing(values):
    shape = charts.bricks([(value, "A") for value in values])
    corners = [
        (D(x), D(y)) for _band, path in shape.paths for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)h", path)
    ]
    assert len(corners) == len(values)
    assert all(0 <= x < 70 and 0 <= y < shape.inner for x, y in corners)
    assert len(set(corners)) == len(corners)


def test_bricks_begin_a_new_step_at_every_bound():
    below, at = charts.bricks([(D("89.99"), "B")]), charts.bricks([(D("90.00"), "A")])
    assert below.paths[0][1].split("h")[0] == "M58.16 2.5"
    assert at.paths[0][1].split("h")[0] == "M60.16 2.5"


def test_bricks_show_a_very_low_unit_on_a_longer_axis():
    assert charts.bricks([(D("29.99"), "D")]).low == 0
    assert charts.bricks([(D("30.00"), "D")]).low == 30


def test_the_figures_90_and_100_are_too_close_on_the_longer_axis_only():
    assert charts.bricks([(D("29.99"), "D")]).crowded
    assert not charts.bricks([(D("30.00"), "D")]).crowded


def test_segments_leave_out_the_empty_and_end_at_the_whole():
    pieces = charts.segments([("s4", D(5)), ("s3", D(0)), ("s2", D(15))])
    assert [(piece.kind, piece.x, piece.width) for piece in pieces] == [("s4", "0%", "24.6%"), ("s2", "25%", "74.6%")]
    assert charts.segments([]) == ()


def test_step_boxes_share_the_width():
    boxes = charts.step_boxes(5)
    assert boxes[0] == charts.StepBox("0.25%", "19.5%", "10%")
    assert boxes[-1].x == "80.25%"


def test_a_year_without_a_result_breaks_the_line():
    shape = charts.year_line([(2021, D("86.40")), (2022, None), (2023, D("89.89")), (2024, D("89.38"))])
    assert [(a.year, b.year) for a, b in shape.lines] == [(2023, 2024)]
    assert shape.points[1].y is None
    assert D(shape.points[2].y) < D(shape.points[3].y), "more points stand higher"
    assert [point.last for point in shape.points] == [False, False, False, True]


def test_one_year_stands_in_the_middle():
    assert charts.year_line([(2024, D(80))]).points[0].x == "50%"


@pytest.mark.parametrize(("percent", "level"), [("90", 0), ("89.99", 1), ("80", 1), ("70", 2), ("50", 3), ("49.99", 4)])
def test_heat_levels_turn_at_their_bounds(percent, level):
    assert charts.heat_level(D(percent)) == level
