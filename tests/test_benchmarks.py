"""The benchmarks: what they print, what they refuse, and that a missed goal is a failure."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import measure

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = {"id", "value", "baseline", "ours", "spread", "goal", "ok", "command"}
ADDRESS = os.environ.get("DATABASE_URL", "")
needs_postgresql = pytest.mark.skipif(
    not ADDRESS.startswith(("postgres://", "postgresql://")), reason="the benchmarks measure PostgreSQL"
)


def run(*arguments, address=ADDRESS):
    """``python -m benchmarks`` as ``./run bench`` calls it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PARINDEX_"))}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT, env={**env, "DATABASE_URL": address}, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip


@needs_postgresql
def test_standard_output_holds_only_the_list():
    done = run("--json", "--turns", "1", "save-queries", "framework-page")

    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert [each["id"] for each in printed] == ["save-queries", "framework-page"]
    for each in printed:
        assert set(each) == CONTRACT
        assert each["ok"] is True
        assert each["goal"] == {"save-queries": "<= 10", "framework-page": "<= 12"}[each["id"]]
        assert each["value"] <= int(each["goal"].split()[1])
        assert each["command"] == f"./run bench {each['id']}"


@needs_postgresql
def test_a_benchmark_that_takes_too_long_is_ended_and_counts_as_missed(monkeypatch, capfd):
    monkeypatch.setattr(bench, "LONGEST", 0)
    monkeypatch.setattr(sys, "argv", ["bench", "--json", "save-queries"])
    monkeypatch.setenv("PARINDEX_VAR", os.environ.get("PARINDEX_VAR", ""))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", os.environ.get("DJANGO_SETTINGS_MODULE", ""))

    usual = signal.getsignal(signal.SIGTERM)
    try:
        assert bench.main() == 1
    finally:
        signal.signal(signal.SIGTERM, usual)

    said = capfd.readouterr()
    assert json.loads(said.out)[0]["ok"] is False
    assert set(json.loads(said.out)[0]) == CONTRACT
    assert "ended after 0 seconds" in said.err


def test_another_database_is_refused_with_the_way_out():
    done = run("--json", address="sqlite:///x.sqlite3")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "DATABASE_URL=postgres://" in done.stderr


def test_an_unknown_benchmark_is_refused_with_those_there_are():
    done = run("pdf-all")

    assert done.returncode == 2
    assert "compute, save-queries, save-history, last-hour, framework-page, ranking-page" in done.stderr


def test_every_listed_benchmark_is_written_and_every_written_one_listed():
    assert set(bench.modules()) == set(bench.IDS)


@pytest.mark.parametrize(("worst", "ok"), [(12, True), (13, False)])
def test_a_count_is_judged_by_its_worst(worst, ok):
    counted = measure.count("x", [7, worst], goal="<= 12")

    assert (counted.value, counted.ok, counted.spread) == (worst, ok, (7, worst))
