"""Gives up what a reader of somebody else's file does not need, then runs the reader.

Run as ``python -I confined LIMITS PROGRAM ARGUMENT…``; ``parindex.childwork`` does. From here on the process has a cap on
memory, processor time, file size and open files, and the kernel refuses it sockets and other programs.
"""

from __future__ import annotations

import ctypes
import errno
import json
import platform
import resource
import runpy
import struct
import sys

#: Refused system calls by machine: socket, socketpair, execve, execveat, ptrace, io_uring_setup.
REFUSED = {
    "x86_64": (0xC000003E, (41, 53, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 199, 221, 281, 117, 425)),
}
X32 = 0x40000000  # system calls of the other table of x86_64
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, AT_LEAST, GIVE = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


class Program(ctypes.Structure):
    """A filter as the kernel takes it."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def limit(limits: dict[str, int]) -> None:
    """Cap memory (bytes of address space), processor time (seconds), size of a file (bytes), open files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file"], limits["file"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def cut_off() -> bool:
    """Have the kernel refuse sockets and other programs; False on a machine where that is not known."""
    known = REFUSED.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    arch, numbers = known
    steps = [(LOAD, 0, 0, 4), (EQUAL, 0, len(numbers) + 2, arch), (LOAD, 0, 0, 0)]
    steps += [(EQUAL, len(numbers) - place + 1, 0, number) for place, number in enumerate(numbers)]
    steps += [(AT_LEAST, 1, 0, X32), (GIVE, 0, 0, ALLOW), (GIVE, 0, 0, REFUSE)]
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(packed, len(packed))
    program = Program(len(steps), ctypes.cast(held, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(SECCOMP, FILTER, ctypes.byref(program), 0, 0) == 0


def main() -> None:
    """Limit, cut off, run."""
    limits, program = json.loads(sys.argv[1]), sys.argv[2]
    limit(limits)
    cut_off()
    sys.argv = sys.argv[2:]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
