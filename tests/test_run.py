"""The one door: what it says, what it leaves alone, and a demonstration from start to end."""

import http.client
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# None of this touches the database under test: once is enough.
pytestmark = pytest.mark.once
RUN = runpy.run_path(str(ROOT / "run"), run_name="run")


def environment(folder, **changes):
    """The environment of somebody who has set nothing but the folder."""
    hidden = ("PARINDEX_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "PYTEST", "COV")
    env = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return {**env, "PARINDEX_VAR": str(folder), **changes}


def run(folder, *arguments, **changes):
    """Call ./run to its end."""
    return subprocess.run(
        [sys.executable, "run", *map(str, arguments)],
        cwd=ROOT, env=environment(folder, **changes), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_needs_nothing_but_the_standard_library():
    code = "import runpy; runpy.run_path('run', run_name='run')"
    assert subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=ROOT, check=False).returncode == 0


def test_help_names_every_command(tmp_path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for name in RUN["COMMANDS"]:
        assert f"./run {name}" in done.stdout


def test_an_unknown_command_is_refused(tmp_path):
    done = run(tmp_path, "domo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "run does not know 'domo'; it knows demo, test" in done.stderr


def test_manage_adds_nothing_to_standard_output_and_passes_the_status(tmp_path):
    good = run(tmp_path, "manage", "version")
    assert (good.returncode, good.stdout) == (0, "5.2.19\n")
    bad = run(tmp_path, "manage", "no_such_command")
    assert (bad.returncode, bad.stdout) == (1, "")


def test_a_first_use_makes_the_embedded_database(tmp_path):
    counted = "from units.models import Unit; print(Unit.objects.count())"
    done = run(tmp_path, "manage", "shell", "-v0", "-c", counted)
    assert (done.returncode, done.stdout) == (0, "0\n")
    assert (tmp_path / "parindex.sqlite3").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "0"], "--port 0 is no port number"),
        (["--port=http"], "--port http is no port number"),
        (["--port"], "--port needs a value"),
        (["--host", "0.0.0.0"], "demo does not know '--host'"),
    ],
)
def test_demo_refuses_what_it_cannot_do(tmp_path, arguments, sentence):
    done = run(tmp_path, "demo", *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_demo_says_that_the_port_is_taken(tmp_path, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = run(tmp_path, "demo", "--port", port)
    assert done.returncode == 1
    assert f"Port {port} is in use by another program. Choose another: ./run demo --port " in done.stderr
    assert not (tmp_path / "parindex.sqlite3").exists()


def test_demo_leaves_a_database_alone_that_is_not_marked(tmp_path, port):
    made = run(tmp_path, "manage", "shell", "-v0", "-c", "from units.models import User; User.objects.create_user('a', 'b')")
    assert made.returncode == 0
    before = (tmp_path / "parindex.sqlite3").read_bytes()

    done = run(tmp_path, "demo", "--port", port)

    assert done.returncode == 1
    assert "is not marked as a demonstration; ./run demo leaves it alone." in done.stderr
    assert (tmp_path / "parindex.sqlite3").read_bytes() == before


def test_backup_and_restore_take_names_from_where_they_are_typed(tmp_path):
    assert run(tmp_path / "a", "manage", "migrate", "-v0").returncode == 0

    def typed(folder, *arguments):
        return subprocess.run(
            [sys.executable, ROOT / "run", *arguments],
            cwd=tmp_path, env=environment(folder), capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert typed(tmp_path / "a", "backup", "x.tar").returncode == 0
    assert (tmp_path / "x.tar").exists()
    assert typed(tmp_path / "b", "restore", "x.tar").returncode == 0
    missing = typed(tmp_path / "b", "restore", "y.tar")
    assert missing.returncode == 1
    assert "y.tar cannot be read" in missing.stderr
    assert "takes one file" in run(tmp_path, "backup").stderr


def test_on_ci_missing_services_fail_the_tests(tmp_path):
    done = run(
        tmp_path, "test", "tests/test_requirements.py",
        CI="1", DATABASE_URL="postgres://nobody@127.0.0.1:1/x", REDIS_URL="redis://127.0.0.1:1/0",
    )  # fmt: skip
    assert done.returncode == 1
    assert "PostgreSQL does not answer (" in done.stderr
    assert "Redis does not answer" in done.stderr


def test_without_root_the_one_command_is_printed(monkeypatch, capsys):
    monkeypatch.setenv("RUN_NO_APT", "1")
    assert RUN["install_packages"](["libpango-1.0-0"], "Without it there are no PDF files.") is False
    said = capsys.readouterr().err
    assert "Without it there are no PDF files." in said
    assert "sudo apt-get install --no-install-recommends -y libpango-1.0-0" in said


def test_another_lock_another_python_another_place_make_another_environment(tmp_path):
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("x==1")
    second.write_text("x==2")
    prints = {RUN["fingerprint"](first), RUN["fingerprint"](second), RUN["fingerprint"](first, second)}
    assert len(prints) == 3
    assert RUN["fingerprint"](first) in prints


def answer(port, path="/healthz"):
    """The status of an address, 0 when nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


def until(condition, seconds, what):
    """Wait for something another process does."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {seconds} s")


def children(pid):
    """The processes started by one, with their command lines."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            found[int(child)] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("last_word", [signal.SIGTERM, signal.SIGINT])
def test_a_demonstration_from_start_to_end(tmp_path, port, last_word):
    mark = "from parindex.models import Installation; Installation.objects.create(demonstration=True)"
    assert run(tmp_path, "manage", "shell", "-v0", "-c", mark).returncode == 0
    # A database of somebody else in the environment is none of the demonstration's business.
    env = environment(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/x", REDIS_URL="redis://127.0.0.1:1/0")
    out = (tmp_path / "out").open("w")
    demo = subprocess.Popen([sys.executable, "run", "demo", "--port", str(port)], cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        until(lambda: answer(port) == 200, 120, "an answer")
        until(lambda: "Ctrl-C" in (tmp_path / "out").read_text(), 120, "the table of accounts")
        assert answer(port, "/readyz") == 200
        assert f"http://127.0.0.1:{port}/" in (tmp_path / "out").read_text()
        mine = children(demo.pid)
        assert sorted(word for line in mine.values() for word in ("gunicorn", " worker ", " beat ") if word in line) == [
            " beat ", " worker ", "gunicorn",
        ]  # fmt: skip
        second = run(tmp_path, "demo", "--port", port + 1 if port < 65535 else port - 1)
        assert "A demonstration already runs in" in second.stderr

        worker = next(pid for pid, line in mine.items() if " worker " in line)
        os.kill(worker, signal.SIGKILL)
        until(lambda: any(" worker " in line for line in children(demo.pid).values()), 60, "a new worker")

        family = children(demo.pid)
        demo.send_signal(last_word)
        assert demo.wait(60) == 0
        assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
        assert answer(port) == 0
    finally:
        demo.kill()
        demo.wait()
        out.close()
