import hashlib
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.canonical import CanonicalError, digest, dumps, loads

D = Decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"option": "Ban hành kịp thời"}, '{"option":"Ban hành kịp thời"}'),
        ([1, None, True, False, "x"], '[1,null,true,false,"x"]'),
        ((1, 2), "[1,2]"),
        (D("1.50"), "1.5"),
        (D("2.00"), "2"),
        (D("1E+2"), "100"),
        (D("0.000"), "0"),
        (D("-0"), "0"),
        (D("-1.25"), "-1.25"),
        (D("0.000001"), "0.000001"),
        ('a"b\\\n', '"a\\"b\\\\\\n"'),
        ({}, "{}"),
        ([], "[]"),
        ({"ê": 1, "z": 2, "a": {"c": [], "b": D("0.1")}}, '{"a":{"b":0.1,"c":[]},"z":2,"ê":1}'),
    ],
)
def test_a_value_has_one_way_to_be_written(value, expected):
    assert dumps(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        Fraction(1, 2),
        {1: 2},
        D("NaN"),
        D("Infinity"),
        {1, 2},
        b"x",
        object(),
        D("1E+50"),
        D("1E-50"),
        10**40,
    ],
)
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(CanonicalError):
        dumps({"value": value})


def test_numbers_are_read_as_decimals_and_whole_numbers():
    value = loads('{"max": 0.1, "count": 3, "exact": 1.0}')
    assert value == {"max": D("0.1"), "count": 3, "exact": D("1.0")}
    assert type(value["max"]) is D
    assert type(value["count"]) is int


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', "NaN", "Infinity", "-Infinity", "", "{", "{'a': 1}", '{"a": 1,}',
        "1e999999999", "1e-999999999", "9" * 5000, "0." + "1" * 100, "[" * 100000, "\ufeff{}",
    ],
)  # fmt: skip
def test_doubtful_json_is_refused(text):
    with pytest.raises(CanonicalError):
        loads(text)


def test_a_duplicate_key_is_named():
    with pytest.raises(CanonicalError, match="duplicate key: option"):
        loads('{"option": "a", "option": "b"}')


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.decimals(-(10**6), 10**6, places=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values)
def test_what_is_written_reads_back_equal(value):
    text = dumps(value)
    assert loads(text) == value
    assert dumps(loads(text)) == text


@given(values)
def test_any_json_reader_can_read_it(value):
    json.loads(dumps(value))


def test_digest_is_sha256_of_the_bytes():
    expected = hashlib.sha256('{"a":"ế"}'.encode()).hexdigest()
    assert digest({"a": "ế"}) == digest('{"a":"ế"}') == digest('{"a":"ế"}'.encode()) == expected


def test_equal_values_have_equal_digests_however_they_were_built():
    assert digest({"x": D("1.50"), "y": 1}) == digest({"y": 1, "x": D("1.5")})
