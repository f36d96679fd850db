"""Shares and medians: exact, rounded half-up once."""

from decimal import Decimal as D

import pytest

from scoring import analysis


@pytest.mark.parametrize(
    ("points", "maximum", "expected"),
    [
        (D("1"), D("3"), D("33.33")),
        (D("2"), D("3"), D("66.67")),
        (D("0.125"), D("100"), D("0.13")),
        (D("0"), D("5"), D("0.00")),
        (None, D("5"), None),
        (D("0"), D("0"), None),
    ],
)
def test_percent(points, maximum, expected):
    assert analysis.percent(points, maximum) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([None], None),
        ([D("7")], D("7.00")),
        ([D("9"), D("1"), D("5")], D("5.00")),
        ([D("0.01"), D("0.02")], D("0.02")),  # the mean 0,015 goes up
        ([D("80"), None, D("85.01")], D("82.51")),
    ],
)
def test_median(values, expected):
    assert analysis.median(values) == expected


def test_an_absent_figure_has_no_difference_and_lost_nothing():
    assert analysis.difference(D("2"), None) is None
    assert analysis.difference(D("2"), D("5")) == D("-3")
    assert analysis.lost(None, D("5")) == 0
    assert analysis.lost(D("1.25"), D("5")) == D("3.75")
