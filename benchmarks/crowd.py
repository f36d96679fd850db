"""Many browsers at once, in a process of its own: ``python crowd.py PORT`` with the plan as JSON on standard input.

The plan is a list of connections; each is a list of requests (text of latin-1 characters) sent one after the
other, the next as soon as the last is answered. Standard output gets ``seconds`` from the first byte to the last answer, ``times`` of
all requests in seconds, ``bad`` (answers other than 200, with their beginning), ``again`` (requests sent a second time because
the server had closed the connection) and ``client`` (seconds of processor time spent here). It imports nothing of the product.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


class Browser(asyncio.Protocol):
    """One connection that lives as long as the server lets it."""

    def __init__(self, requests: list[bytes], port: int, report: dict, done: asyncio.Future) -> None:
        self.requests, self.port, self.report, self.done = requests, port, report, done
        self.place = 0
        self.begun = 0.0
        self.answer = b""
        self.transport: asyncio.Transport | None = None
        self.task: asyncio.Task | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request, or the one that a closed connection left unanswered."""
        self.transport = transport  # type: ignore[assignment]
        self.answer = b""
        self.send()

    def send(self) -> None:
        """The next request; its time runs from its first sending."""
        self.begun = self.begun or time.perf_counter()
        self.transport.write(self.requests[self.place])

    def data_received(self, data: bytes) -> None:
        """Wait for the whole answer."""
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self.answered(head)

    def answered(self, head: bytes) -> None:
        """Note the time, go on with the next request."""
        self.report["times"].append(time.perf_counter() - self.begun)
        if head[9:12] != b"200":
            self.report["bad"].append(self.answer[:600].decode("latin-1"))
        self.begun, self.answer = 0.0, b""
        self.place += 1
        if self.place == len(self.requests):
            self.done.set_result(None)
            self.transport.close()
        elif b"\r\nconnection: close" not in head.lower():
            self.send()

    def connection_lost(self, _reason: Exception | None) -> None:
        """Connect anew while requests are left: a server may end a worker between two of them."""
        if self.done.done():
            return
        self.report["again"] += bool(self.begun)
        self.task = asyncio.get_running_loop().create_task(self.connect())

    async def connect(self) -> None:
        """Open the connection; a server that does not listen for 30 s ends the measurement."""
        loop = asyncio.get_running_loop()
        for _try in range(300):
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                return
        self.done.set_exception(ConnectionError("nobody listens"))


async def visit(port: int, plan: list[list[str]]) -> dict:
    """All connections at once."""
    report: dict = {"times": [], "bad": [], "again": 0}
    loop = asyncio.get_running_loop()
    waiting = []
    begun = time.perf_counter()
    for requests in plan:
        done = loop.create_future()
        browser = Browser([each.encode("latin-1") for each in requests], port, report, done)
        browser.task = loop.create_task(browser.connect())
        waiting.append(done)
    await asyncio.gather(*waiting)
    return report | {"seconds": time.perf_counter() - begun, "client": time.process_time()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(visit(int(sys.argv[1]), json.load(sys.stdin)))))
