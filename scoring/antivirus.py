"""A word with an antivirus daemon (clamd) about one file, over its own small protocol.

The address is the setting ``CLAMD``: ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``; empty means none.
Only a plain "OK" counts as clean. Whatever else goes wrong raises ``Unavailable`` or ``Undecided``:
a file nobody looked at is never called clean.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

#: Bytes sent at a time, and seconds to wait for each step.
PIECE = 256 * 1024
PATIENCE = 40
CONNECT_PATIENCE = 5
#: Longest answer taken from the daemon.
MOST_ANSWER = 4096


class Unavailable(Exception):
    """The daemon did not answer."""


class Undecided(Exception):
    """The daemon answered, but neither clean nor found: too large for it, or an error of its own."""


@dataclass(frozen=True)
class Verdict:
    """What the daemon says: ``clean``, or the name of what it found."""

    clean: bool
    found: str = ""


def scan(file: IO[bytes], address: str) -> Verdict:
    """Send a file to the daemon and return its verdict. Raises ``Unavailable`` and ``Undecided``."""
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            _send(line, file)
            answer = _answer(line)
    except (OSError, ValueError) as error:
        raise Unavailable(str(error)) from error
    return read_answer(answer)


def read_answer(answer: bytes) -> Verdict:
    """The verdict in an answer such as ``stream: OK`` or ``stream: Eicar-Test-Signature FOUND``."""
    words = answer.split(b"\0", 1)[0].decode("utf-8", errors="replace").strip()
    said = words.removeprefix("stream: ")
    if said == "OK":
        return Verdict(clean=True)
    if said.endswith(" FOUND"):
        return Verdict(clean=False, found=said.removesuffix(" FOUND")[:150])
    if not words:
        raise Unavailable("no answer")
    raise Undecided(words[:150])


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_PATIENCE)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
    else:
        line = socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout=CONNECT_PATIENCE)
    line.settimeout(PATIENCE)
    return line


def _send(line: socket.socket, file: IO[bytes]) -> None:
    """The file in pieces, each with its length. A daemon that has heard enough may answer and close before the end."""
    try:
        while piece := file.read(PIECE):
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while len(answer) < MOST_ANSWER and b"\0" not in answer:
        piece = line.recv(1024)
        if not piece:
            break
        answer += piece
    return answer
