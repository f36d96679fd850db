"""The confined child: what it may not do, and that nothing of it is left."""

from __future__ import annotations

import io
import os
import signal
import textwrap
import time
from pathlib import Path

import pytest

from parindex import childwork
from parindex.childwork import ENDED, TOO_SLOW, ChildFailed, Limits

pytestmark = pytest.mark.once
MIB = 1024 * 1024
LIMITS = Limits(memory=300 * MIB, seconds=5, file=MIB, wall=10, silence=4)


@pytest.fixture
def run(tmp_path):
    """Run a program in a workshop; gives its lines."""

    def go(program: str, limits: Limits = LIMITS, source: bytes = b"content", **more):
        path = tmp_path / "program.py"
        path.write_text("import json\n\ndef say(value):\n    print(json.dumps(value), flush=True)\n\n" + textwrap.dedent(program))
        with childwork.workshop(io.BytesIO(source)) as place:
            return list(childwork.lines_of(place, path, [], limits, **more))

    return go


def test_it_reads_its_file_and_answers_line_by_line(run):
    assert run("say(open('source').read()); say({'a': 1})") == ["content", {"a": 1}]


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "import socket; socket.socketpair()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "open('big', 'wb').write(bytes(2 * 1024 * 1024))",
        "bytes(400 * 1024 * 1024)",
        "held = [open('source') for _ in range(100)]",
    ],
)
def test_the_kernel_refuses_what_a_reader_does_not_need(run, act):
    program = f"""
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            {act}
        except (OSError, MemoryError) as error:
            say(type(error).__name__)
        else:
            say("done")
    """
    assert run(program)[0] in ("PermissionError", "OSError", "MemoryError")


def test_it_knows_nothing_of_the_environment(run, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for a child")
    [environment] = run("import os; say(dict(os.environ))")
    assert "SECRET_KEY" not in environment
    assert environment["TMPDIR"].startswith("/")


@pytest.mark.parametrize("program", ["while True: pass", "import time; time.sleep(60)"])
def test_a_child_that_does_not_end_is_ended(run, program):
    begun = time.monotonic()
    with pytest.raises(ChildFailed) as caught:
        run(program, Limits(memory=300 * MIB, seconds=2, file=MIB, wall=30, silence=3))
    assert caught.value.code == TOO_SLOW
    assert time.monotonic() - begun < 15


def test_a_child_that_talks_without_end_is_ended(run):
    with pytest.raises(ChildFailed) as caught:
        run("import time\nwhile True:\n    say(1); time.sleep(0.05)", Limits(memory=300 * MIB, seconds=60, file=MIB, wall=2, silence=2))
    assert caught.value.code == TOO_SLOW


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('no json')",
        "import sys; sys.stdout.write('x' * 6_000_000); sys.stdout.flush()",
    ],
)
def test_a_child_that_breaks_says_so(run, program):
    with pytest.raises(ChildFailed) as caught:
        run(program)
    assert caught.value.code == ENDED


def test_leaving_early_ends_the_child_and_its_folder(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)")
    with childwork.workshop(io.BytesIO(b"x")) as place:
        lines = childwork.lines_of(place, program, [], LIMITS)
        pid = next(lines)
        os.kill(pid, 0)
        lines.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not Path(place).exists()


def test_what_the_beat_raises_ends_the_child(run):
    def beat():
        raise RuntimeError("taken over")

    with pytest.raises(RuntimeError, match="taken over"):
        run("import time; time.sleep(60)", Limits(memory=300 * MIB, seconds=5, file=MIB, wall=9, silence=1), beat=beat)


def test_killed_from_outside_is_a_failure(run):
    with pytest.raises(ChildFailed):
        run(f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")
