"""The unit lists of Sơn La: the committed file is what the converter makes, and every day has its units."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from units import conversion
from units.management.commands.convert_unit_lists import DATA, converted, read

COMMITTED = DATA / "sonla-units.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with COMMITTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def valid_on(rows: list[dict[str, str]], day: str) -> list[dict[str, str]]:
    return [
        row for row in rows if row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])
    ]


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def test_the_committed_file_is_what_the_lists_give():
    assert COMMITTED.read_text(encoding="utf-8") == converted()


@pytest.mark.parametrize(
    ("day", "departments", "districts", "communes"),
    [
        ("2024-12-31", 20, 12, 204),
        ("2025-01-31", 20, 12, 204),
        ("2025-02-01", 20, 12, 200),
        ("2025-02-28", 20, 12, 200),
        ("2025-03-01", 15, 12, 200),
        ("2025-06-30", 15, 12, 200),
        ("2025-07-01", 15, 0, 75),
        ("2026-12-31", 15, 0, 75),
    ],
)
def test_units_of_a_day(rows, day, departments, districts, communes):
    levels = Counter(row["level"] for row in valid_on(rows, day))

    assert (levels["department"], levels["district"], levels["commune"]) == (departments, districts, communes)


def test_a_code_stands_for_one_unit_on_every_day(rows):
    for day in sorted(
        {row["valid_from"] for row in rows} | {row["valid_to"] for row in rows if row["valid_to"]}
    ):
        codes = Counter(row["code"] for row in valid_on(rows, day))
        assert [code for code, times in codes.items() if times > 1] == []


def test_every_parent_and_predecessor_is_valid_when_it_is_named(rows):
    for row in rows:
        districts = {
            each["code"] for each in valid_on(rows, row["valid_from"]) if each["level"] == "district"
        }
        assert row["parent_code"] in districts | {""}
        before = {each["code"] for each in valid_on(rows, day_before(row["valid_from"]))}
        assert set(filter(None, row["predecessor_codes"].split(";"))) <= before


def test_each_of_the_200_communes_went_into_one_of_the_75(rows):
    last_day = {row["code"] for row in valid_on(rows, "2025-06-30") if row["level"] == "commune"}
    arrows = Counter(
        code
        for row in valid_on(rows, "2025-07-01")
        if row["level"] == "commune"
        for code in row["predecessor_codes"].split(";")
    )

    assert set(arrows) == last_day
    assert set(arrows.values()) == {1}


def test_what_is_not_confirmed_is_said(rows):
    unconfirmed = [row for row in rows if row["remark"]]

    assert len([row for row in unconfirmed if row["valid_to"] == "2025-01-31"]) == 7
    assert [row["code"] for row in unconfirmed if row["valid_from"] == "2025-02-01"] == [
        "03980",
        "03983",
        "03984",
    ]
    assert next(row for row in unconfirmed if row["code"] == "123")["name"] == "Huyện Mộc Châu"
    assert {row["code"] for row in unconfirmed if row["level"] == "department"} == {
        *("SNGV", "SNV25", "STC25", "SNNMT", "SXD25", "SKHCN25", "SDTTG")
    }


def test_seventy_four_codes_are_used_again_for_another_territory(rows):
    old = {row["code"] for row in valid_on(rows, "2024-12-31") if row["level"] == "commune"}
    after = {row["code"] for row in valid_on(rows, "2025-07-01") if row["level"] == "commune"}

    assert len(after & old) == 74
    assert after - old == {"03980"}


def test_lists_that_contradict_each_other_are_refused():
    lists = {
        "departments": [],
        "units_2024": read(DATA / "source" / "sonla-units-2024.csv"),
        "units_2025": read(DATA / "source" / "sonla-units-2025.csv"),
        "lineage": read(DATA / "source" / "sonla-lineage-2025.csv"),
    }
    wrong = [{**row, "new_code": "04033"} if row["old_code"] == "03646" else row for row in lists["lineage"]]

    with pytest.raises(conversion.ListsDisagree, match="03646 went into 04033 Phường Tô Hiệu"):
        conversion.convert(**{**lists, "lineage": wrong})


def test_the_command_writes_the_file(tmp_path: Path, capsys):
    call_command("convert_unit_lists", output=tmp_path / "units.csv")

    assert (tmp_path / "units.csv").read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8")
    assert "320 rows" in capsys.readouterr().out
