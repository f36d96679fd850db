"""``python -m benchmarks [--json] [--turns N] [ID …]``: make a scratch database, measure, drop it.

A benchmark is a module of this package with an ``ID`` (of the list below) and ``run(turns) -> Outcome``.
It finds an empty, migrated database, leaves whatever it likes in it, and has ``LONGEST`` seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import select
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import benchmarks
from benchmarks.measure import say

#: The order of the report. Only what exists: docs/performance.md names what comes later.
IDS = ("compute", "save-queries", "save-history", "last-hour", "framework-page", "ranking-page")
#: Seconds one benchmark may take, its data included; beyond that it is ended and counts as missed.
LONGEST = 120
#: Seconds all of them may take together.
ALTOGETHER = 280
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
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the scratch database is dropped
        last = time.monotonic() + ALTOGETHER
        outcomes = [in_scratch_database(server, name, arguments.turns, last) for name in arguments.ids or IDS]
    if arguments.json:
        print(json.dumps(outcomes, ensure_ascii=False, indent=1))
    return 0 if all(each["ok"] for each in outcomes) else 1


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true", help="standard output holds only the list of results")
    parser.add_argument("--turns", type=int, default=11, help="measured pairs of each comparison")
    parser.add_argument("ids", nargs="*", metavar="ID", help=f"of {', '.join(IDS)}")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.ids if name not in IDS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(IDS)}")
    if arguments.turns < 1:
        parser.error("--turns must be at least 1")
    return arguments


def modules() -> dict[str, str]:
    """The module of each benchmark there is; read without importing, because most need Django."""
    found = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        source = (Path(benchmarks.__path__[0]) / f"{info.name}.py").read_text(encoding="utf-8")
        for line in source.splitlines():
            if line.startswith("ID = "):
                found[line.removeprefix("ID = ").strip().strip('"')] = f"benchmarks.{info.name}"
    return found


def in_scratch_database(server: str, name: str, turns: int, last: float) -> dict:
    """Measure one benchmark in a process and database of its own, no longer than to the moment ``last``."""
    seconds = max(min(LONGEST, last - time.monotonic()), 0)
    database = f"parindex_bench_{os.getpid()}"
    reading, writing = os.pipe()
    create(server, database)
    child = 0
    try:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)  # so that what it starts (servers, visitors) ends with it
            os.close(reading)
            os._exit(measure(modules()[name], server, database, turns, writing))
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            ended = select.select([pipe], [], [], seconds)[0]
            answer = pipe.read() if ended else ""
        if not ended:
            say(f"{name}: ended after {seconds:.0f} seconds")
    finally:
        if child:
            end(child)
        drop(server, f"{database}_long")  # save-history's second one, when it was ended in the middle
        drop(server, database)
    return json.loads(answer) if answer else failed(name)


def end(child: int) -> None:
    """Make sure that a child of ours is gone, and whatever it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def failed(name: str) -> dict:
    """The result of a benchmark that could not be measured."""
    say(f"{name}: failed, see above")
    empty = dict.fromkeys(("value", "baseline", "ours", "spread", "goal"))
    return {"id": name, **empty, "ok": False, "command": f"./run bench {name}"}


def measure(module: str, server: str, database: str, turns: int, answer: int) -> int:
    """In the child: migrate, run, hand the outcome to the parent."""
    import traceback

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
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
    except BaseException:  # the child must never run on in the parent's code
        traceback.print_exc()
        return 1
    return 0


def execute(server: str, statement: str) -> None:
    # The database of the address need not exist yet; the server's own always does.
    connection = psycopg2.connect(urlunsplit(urlsplit(server)._replace(path="/postgres")))
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
