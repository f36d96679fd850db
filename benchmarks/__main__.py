"""``python -m benchmarks [--json] [--turns N] [ID …]``: make a scratch database, measure, drop it.

A benchmark is a module of this package with an ``ID`` (of the list below) and ``run(turns) -> Outcome``.
It finds an empty, migrated database and leaves whatever it likes in it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import benchmarks
from benchmarks.measure import say

#: The order of the report.
IDS = (
    "compute",
    "save-queries",
    "save-history",
    "framework-page",
    "ranking-page",
    "last-hour",
    "cached-page",
    "bare-page",
    "uncached-page",
    "xlsx",
    "pdf-all",
    "verify",
)
DEFAULT_SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    """Run what was asked for; 0 when every goal is met, 1 when one is missed, 2 when nothing could be measured."""
    arguments = parse()
    server = os.environ.get("DATABASE_URL") or DEFAULT_SERVER
    if not server.startswith(("postgres://", "postgresql://")):
        say("The benchmarks need PostgreSQL: set DATABASE_URL=postgres://user:password@host:5432/database.")
        return 2
    os.environ.setdefault("PARINDEX_ENV", "test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "parindex.settings"
    with tempfile.TemporaryDirectory(prefix="parindex-bench-") as folder:
        os.environ["PARINDEX_VAR"] = folder
        outcomes = []
        for name in arguments.ids or IDS:
            measured = in_scratch_database(server, name, arguments.turns)
            if measured is not None:
                outcomes.append(measured)
    if arguments.json:
        print(json.dumps(outcomes, ensure_ascii=False, indent=1))
    return 0 if outcomes and all(each["ok"] for each in outcomes) else 1 if outcomes else 2


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true", help="standard output holds only the list of results")
    parser.add_argument("--turns", type=int, default=11, help="measured pairs of each comparison")
    parser.add_argument("ids", nargs="*", metavar="ID", choices=[[], *IDS], help=f"of {', '.join(IDS)}")
    return parser.parse_args()


def modules() -> dict[str, str]:
    """The module of each benchmark there is; read without importing, because most need Django."""
    found = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        source = (Path(benchmarks.__path__[0]) / f"{info.name}.py").read_text(encoding="utf-8")
        for line in source.splitlines():
            if line.startswith("ID = "):
                found[line.removeprefix("ID = ").strip().strip('"')] = f"benchmarks.{info.name}"
    return found


def in_scratch_database(server: str, name: str, turns: int) -> dict | None:
    """Measure one benchmark in a process and database of its own; None when there is no such benchmark."""
    module = modules().get(name)
    if module is None:
        say(f"{name}: not written yet")
        return None
    database = f"parindex_bench_{os.getpid()}"
    reading, writing = os.pipe()
    create(server, database)
    try:
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(measure(module, server, database, turns, writing))
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
    finally:
        drop(server, database)
    if not answer:
        say(f"{name}: failed, see above")
        return {"id": name, "ok": False}
    return json.loads(answer)


def measure(module: str, server: str, database: str, turns: int, answer: int) -> int:
    """In the child: migrate, run, hand the outcome to the parent."""
    import traceback

    try:
        parts = urlsplit(server)
        os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{database}"))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        loaded: ModuleType = importlib.import_module(module)
        outcome = loaded.run(turns)
        say(outcome.line())
        os.write(answer, json.dumps(outcome.as_json()).encode())
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def execute(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def create(server: str, database: str) -> None:
    """An empty database beside the one of the address."""
    drop(server, database)
    execute(server, f'CREATE DATABASE "{database}" TEMPLATE template0 ENCODING "UTF8"')


def drop(server: str, database: str) -> None:
    """Remove the scratch database, whoever is still connected."""
    execute(server, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


if __name__ == "__main__":
    sys.exit(main())
