"""Work on somebody else's file in a process of its own, which may crash, loop or swell without harm.

    with workshop(source) as shop:                       # a folder of its own, the file in it
        for line in lines_of(shop, READER, ["pdf"], limits, beat=…):
            …

The child (``parindex/confined``) has caps on memory, processor time, file size and open files, and neither network nor
other programs; it gets an empty environment and the folder as its place. It answers with JSON lines. Whatever goes
wrong in it becomes ``ChildFailed``; a folder and a process are never left behind.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

CONFINED = Path(__file__).with_name("confined")
SOURCE = "source"
PIECE = 256 * 1024
MOST_LINE = 4 * 1024 * 1024
BEAT_SECONDS = 10

TOO_SLOW, ENDED = "too_slow", "ended"


@dataclass(frozen=True)
class Limits:
    """Caps of a child: ``memory`` bytes of address space, ``seconds`` of processor, ``file`` bytes of one file
    written, ``wall`` seconds in all, ``silence`` seconds between two lines."""

    memory: int
    seconds: int
    file: int
    wall: int
    silence: int


class ChildFailed(Exception):
    """The child gave no answer. ``code``: TOO_SLOW (stopped by a limit of time) or ENDED (crashed, out of memory)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def workshop(source: BinaryIO) -> Iterator[Path]:
    """A private folder that holds a copy of the file under the name ``source``; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="parindex-child-") as folder:
        place = Path(folder)
        with (place / SOURCE).open("wb") as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        yield place


def lines_of(
    place: Path,
    program: Path,
    arguments: Sequence[str],
    limits: Limits,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[Any]:
    """Run ``program`` (a folder with ``__main__.py``, or a file) in ``place`` and give its JSON lines as they come.

    ``beat`` is called at least every ten seconds; what it raises ends the child. Raises ``ChildFailed`` when the child
    is too slow, ends with an error, or says what is no JSON.
    """
    caps = {name: value for name, value in asdict(limits).items() if name in ("memory", "seconds", "file")}
    command = [sys.executable, "-I", str(CONFINED), json.dumps(caps), str(program), *arguments]
    child = subprocess.Popen(  # noqa: S603 (our own program, no shell)
        command,
        cwd=place,
        env={"TMPDIR": str(place), "LANG": "C.UTF-8", "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for line in _lines(child, limits, beat):
            try:
                yield json.loads(line)
            except ValueError:
                raise ChildFailed(ENDED) from None
        status = child.wait(timeout=5)
        if status != 0:
            raise ChildFailed(TOO_SLOW if status in (-signal.SIGXCPU, -signal.SIGKILL) else ENDED)
    except subprocess.TimeoutExpired:
        raise ChildFailed(TOO_SLOW) from None
    finally:
        _end(child)


def _lines(child: subprocess.Popen[bytes], limits: Limits, beat: Callable[[], None]) -> Iterator[bytes]:
    """The child's lines until it closes its output; time is counted here, not by the child."""
    assert child.stdout is not None
    begun = spoke = time.monotonic()
    rest = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while True:
            if waiting.select(timeout=min(BEAT_SECONDS, limits.silence, limits.wall)):
                piece = os.read(child.stdout.fileno(), PIECE)
                if not piece:
                    return
                spoke = time.monotonic()
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole
                if len(rest) > MOST_LINE:
                    raise ChildFailed(ENDED)
            beat()
            now = time.monotonic()
            if now - begun > limits.wall or now - spoke > limits.silence:
                raise ChildFailed(TOO_SLOW)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Whatever the child started ends with it: it is the head of its own session."""
    if child.stdout is not None:
        child.stdout.close()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
