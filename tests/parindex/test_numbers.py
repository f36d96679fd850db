import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.numbers import (
    NumberError,
    half_up,
    parse_count,
    parse_number,
    parse_percent,
    parse_points,
    shown,
    shown_rate,
    shown_short,
)

D = Decimal


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (D("0.125"), 2, "0.13"),
        (D("0.135"), 2, "0.14"),
        (D("2.5"), 0, "3"),
        (D("1.005"), 2, "1.01"),
        (D("84.995"), 2, "85.00"),
        (D("-0.125"), 2, "-0.13"),
        (D("-0.001"), 2, "0.00"),
        (D("1"), 2, "1.00"),
        (D("1E+3"), 2, "1000.00"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(-1, 800), 2, "0.00"),
        (7, 2, "7.00"),
        (Fraction(899999999999999999999999999995, 10**28), 2, "90.00"),
    ],
)
def test_half_up_rounds_away_from_zero_at_the_half(value, digits, expected):
    assert str(half_up(value, digits)) == expected


@pytest.mark.parametrize("value", [1.5, "1.5", None])
def test_half_up_refuses_what_is_not_exact(value):
    with pytest.raises(TypeError):
        half_up(value)


@pytest.mark.parametrize("value", [D("NaN"), D("Infinity")])
def test_half_up_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError):
        half_up(value)


@given(st.fractions(min_value=-10000, max_value=10000), st.integers(0, 6))
def test_half_up_agrees_with_the_definition(value, digits):
    result = half_up(value, digits)
    distance = abs(Fraction(result) - value)
    half = Fraction(1, 2 * 10**digits)
    assert distance <= half
    assert distance < half or abs(Fraction(result)) > abs(value)
    assert result.as_tuple().exponent == -digits


@given(st.decimals(min_value=-10000, max_value=10000, places=5))
def test_half_up_of_a_decimal_and_of_its_fraction_are_one(value):
    assert half_up(value) == half_up(Fraction(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (D("1234.5"), "1.234,50"),
        (D("1234567.891"), "1.234.567,89"),
        (D("0"), "0,00"),
        (D("-0.51"), "−0,51"),
        (D("-0.001"), "0,00"),
        (Fraction(1, 3), "0,33"),
        (100, "100,00"),
        (None, "–"),
    ],
)
def test_shown_writes_the_official_form(value, expected):
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(D("2.31"), "+2,31"), (D("-0.51"), "−0,51"), (D("0.00"), "0,00"), (D("0.004"), "0,00")],
)
def test_shown_signed_marks_a_change(value, expected):
    assert shown(value, signed=True) == expected


def test_shown_keeps_every_digit_of_a_long_number():
    assert shown(D("123456789012345678901234567890.12")) == "123.456.789.012.345.678.901.234.567.890,12"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (D("100.0"), "100"),
        (D("0.50"), "0,5"),
        (D("1E+2"), "100"),
        (12500, "12.500"),
        (D("99.75"), "99,75"),
        (0, "0"),
    ],
)
def test_shown_short_drops_needless_zeros(value, expected):
    assert shown_short(value) == expected


@pytest.mark.parametrize(
    ("rate", "bounds", "expected"),
    [
        (Fraction(90), [90], "90,00%"),
        (Fraction(1800, 20), [90], "90,00%"),
        (Fraction(89996, 1000), [90], "89,996%"),
        (Fraction(89996, 1000), [], "90,00%"),
        (Fraction(8999999, 100000), [90, 100], "89,99999%"),
        (Fraction(9000001, 100000), [90], "90,00001%"),
        (Fraction(200, 3), [70], "66,67%"),
        (D("33.335"), [D("33.335")], "33,335%"),
    ],
)
def test_shown_rate_never_contradicts_the_comparison(rate, bounds, expected):
    assert shown_rate(rate, bounds) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from([50, 70, 80, 90, 99, 100]))
def test_shown_rate_is_on_the_same_side_as_the_rate(numerator, denominator, bound):
    text = shown_rate(Fraction(100 * numerator, denominator), [bound])
    printed = Fraction(text.rstrip("%").replace(".", "").replace(",", "."))
    assert (printed < bound) == (100 * numerator < bound * denominator)
    assert (printed == bound) == (100 * numerator == bound * denominator)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,5", "1.5"), ("1.5", "1.5"), (" 2 ", "2"), ("0,25", "0.25"), ("007", "7"), ("1,50", "1.50")],
)
def test_points_are_read_with_a_comma_or_a_point(text, expected):
    assert parse_points(text) == D(expected)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "một", "1,555", "1.500", "1.234,5", "1,234.5", "-1", "+1", "−1", "1e3", "NaN", "Infinity", ",5", "1,",
        "1 000", "1\u00a0000", "١", "½", "0x10", "=1+1", "1_000", "1234567890123456", "１",
    ],
)  # fmt: skip
def test_points_refuse_anything_doubtful(text):
    with pytest.raises(NumberError) as refused:
        parse_points(text)
    assert str(refused.value).endswith((".", "?"))


def test_the_refusal_names_the_number_typed_and_the_way_out():
    with pytest.raises(NumberError, match="“1,555” có 3 chữ số lẻ, chỉ được tối đa 2"):
        parse_points("1,555")


def test_a_pasted_page_does_not_become_the_message():
    with pytest.raises(NumberError) as refused:
        parse_points("x" * 5000)
    assert len(str(refused.value)) < 250


def test_digits_are_data_of_the_population():
    assert parse_points("1,555", digits=3) == D("1.555")
    with pytest.raises(NumberError):
        parse_points("1,5", digits=0)


def test_amounts_may_have_more_decimals():
    assert parse_number("12,345678") == D("12.345678")


def test_percent_ends_at_one_hundred():
    assert parse_percent("90,1234") == D("90.1234")
    with pytest.raises(NumberError, match="100,01% lớn hơn 100%"):
        parse_percent("100,01")


def test_counts_are_whole():
    assert parse_count(" 1250 ") == 1250
    for text in ["1.250", "1,5", "-1", "", "1e3", "10 000", "9" * 16]:
        with pytest.raises(NumberError):
            parse_count(text)


def test_every_number_shown_can_be_read_again():
    rng = random.Random(7)
    for _ in range(500):
        value = D(rng.randrange(0, 100000)) / 100
        assert parse_points(shown(value).replace(".", "")) == value
