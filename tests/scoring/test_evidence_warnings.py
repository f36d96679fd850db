"""What is odd about a document: the table, row by row."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.evidence_warnings import MIB, TABLE, Facts, is_plan, warnings_of

FINE = {"number": "1/BC-SNV", "issued_on": date(2024, 6, 1), "size": 300_000, "pages": 3, "has_text": True}


def codes(years=2024, **changes):
    return [warning.code for warning in warnings_of(Facts(**{**FINE, **changes}), years)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"issued_on": date(2024, 1, 1)}, []),
        ({"issued_on": date(2024, 12, 31)}, []),
        ({"issued_on": date(2025, 1, 1)}, ["outside_year"]),
        ({"issued_on": date(2023, 12, 28)}, ["outside_year"]),
        ({"issued_on": date(2023, 12, 28), "number": "215/KH-SNV"}, []),
        ({"issued_on": date(2023, 12, 28), "title": "Quyết định ban hành Kế hoạch năm 2024"}, []),
        ({"issued_on": date(2023, 11, 30), "number": "215/KH-SNV"}, ["outside_year"]),
        ({"issued_on": date(2024, 12, 28), "number": "215/KH-SNV"}, []),
        ({"has_text": False}, ["no_text"]),
        ({"infected": True}, ["infected"]),
        ({"has_text": None}, []),
        ({"number": ""}, ["undescribed"]),
        ({"issued_on": None}, ["undescribed"]),
        ({"size": 10 * MIB, "pages": 50}, []),
        ({"size": 10 * MIB + 1, "pages": 50}, ["large"]),
        ({"size": 6 * MIB, "pages": 3}, []),
        ({"size": 6 * MIB + 1, "pages": 3}, ["large"]),
        ({"size": 6 * MIB + 1, "pages": None}, []),
        ({"size": 5 * 1024}, []),
        ({"size": 5 * 1024 - 1}, ["small"]),
        ({"size": 100, "number": "", "issued_on": None, "has_text": False}, ["no_text", "undescribed", "small"]),
    ],
)
def test_each_row_of_the_table_at_its_edges(changes, expected):
    assert codes(**changes) == expected


def test_used_in_several_years_the_date_must_lie_in_one_of_them():
    assert codes({2023, 2024}, issued_on=date(2023, 3, 3)) == []
    assert codes({2024, 2025}, issued_on=date(2023, 3, 3)) == ["outside_year"]


def test_the_words_name_the_day_and_the_year():
    [warning] = warnings_of(Facts(**{**FINE, "issued_on": date(2022, 3, 4)}), 2024)

    assert warning.short == "ngày ngoài năm 2024"
    assert "04/03/2022" in warning.text
    assert "năm 2024" in warning.text


def test_what_is_missing_is_named():
    def short(**changes):
        return warnings_of(Facts(**{**FINE, **changes}), 2024)[0].short

    assert short(number="") == "chưa ghi số, ký hiệu"
    assert short(issued_on=None) == "chưa ghi ngày"
    assert short(number="", issued_on=None) == "chưa ghi số, ngày"


def test_every_row_of_the_table_is_tried():
    assert {code for code, _question in TABLE} == {"infected", "outside_year", "no_text", "undescribed", "large", "small"}


@pytest.mark.parametrize(
    ("number", "title", "plan"),
    [("12/KH-UBND", "", True), ("3/QĐ-UBND", "", False), ("", "CHƯƠNG TRÌNH công tác", True), ("1/BC-KHDT", "", False)],
)
def test_a_plan_is_known_by_number_or_title(number, title, plan):
    assert is_plan(Facts(number=number, title=title)) is plan
