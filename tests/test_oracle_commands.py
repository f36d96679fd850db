"""The whole road through the files and the database: import, compute, export, against the independent recomputation.

A few seeds in every run of the suite; ``ORACLE_SEEDS=200`` walks them all.
"""

from __future__ import annotations

import json
import os
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import call_command

from tests import oracle, random_province

SEEDS = range(int(os.environ.get("ORACLE_SEEDS", "8")))

pytestmark = pytest.mark.django_db


def command(name, *arguments, **options):
    """Run a command that must succeed; what it says stands in the failure."""
    said = StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=said, stderr=said, **options)
    except BaseException as error:
        raise AssertionError(f"{name}: {error}\n{said.getvalue()}") from error


def load(province, folder):
    """Every file of a province through its command."""
    paths = province.write(folder)
    here = {"year": province.year, "level": province.level}
    command("import_units", paths["units"])
    if province.tables["heads"]:
        command("import_heads", paths["heads"])
    for year in sorted(province.tables["results"]):
        if province.tables["results"][year]:
            command("import_results", paths[f"results-{year}"], year=year, level=province.level)
    command("import_framework", paths["framework"], **here)
    for name in ("exemptions", "answers", "scores", "survey"):
        if province.tables[name]:
            command(f"import_{name}", paths[name], **here)


def exported(name, province, folder):
    target = folder / f"{name}.json"
    command(name, year=province.year, level=province.level, format="json", output=str(target))
    content = json.loads(target.read_text(encoding="utf-8"))
    return content["rows"] if isinstance(content, dict) else content


def number(text):
    return None if text in (None, "") else Fraction(str(text))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exports_equal_the_independent_recomputation(seed, tmp_path):
    province = random_province.build(seed)
    expected = oracle.recompute(province.tables, year=province.year, level=province.level)

    load(province, tmp_path)
    command("compute_index", year=province.year, level=province.level)

    rows = exported("export_index", province, tmp_path)
    assert {row["unit_code"] for row in rows} == set(expected)
    for position, row in enumerate(rows):
        wanted = expected[row["unit_code"]]
        assert position == wanted["position"]
        assert row["rank"] == wanted["rank"]
        assert (row["band"] or "") == wanted["band"]
        for name in ("appraised_points", "survey_points", "points", "max_points", "index_percent", "change"):
            assert number(row[name]) == wanted[name], (row["unit_code"], name)
        assert number(row["previous_index_percent"]) == wanted["previous"]
    same_outcomes(exported("export_outcomes", province, tmp_path), expected)


def same_outcomes(rows, expected):
    """Kind, article and subject of every proposal, and what its facts say of years and heads."""
    found, wanted = [], []
    for row in rows:
        facts = row["facts"] if isinstance(row["facts"], dict) else json.loads(row["facts"])
        status = facts.get("article_20_7", {}).get("status")
        years = [year["year"] for year in facts.get("years", [])]
        days = sorted(head["days"] for head in facts.get("heads", []))
        known = facts.get("head_known", False)
        place = (row["unit_code"], row["kind"], row["article"], row["subject"])
        found.append((*place, known, status, years, days, facts.get("unit_two_year_run")))
    for code, result in expected.items():
        for outcome in result["outcomes"]:
            place = (code, outcome["kind"], outcome["article"], outcome["subject"])
            known, status = outcome["head"] is not None, outcome.get("article_20_7")
            days = sorted(outcome.get("days", {}).values())
            wanted.append(
                (*place, known, status, outcome.get("years") or [], days, outcome.get("unit_two_year_run"))
            )
    assert sorted(found, key=str) == sorted(wanted, key=str)
