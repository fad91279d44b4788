"""A server that says on its socket whatever a case wants: loopback, and gone with the fixture."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import build

TOKEN = "hostile-token-0123456789"
MAX_REQUEST = 1_000_000
BLIND = b"GET /api/health HTTP/1.1\r\nhost: deployment.example\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What a deployment in good order would answer; cases start from it."""

    path: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def with_json(self, change: Callable[[Any], Any]) -> Answer:
        """The same answer with its JSON changed; one that is no JSON stays."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return self
        return replace(self, body=json.dumps(change(value)).encode())

    def raw(self) -> bytes:
        """The answer on the wire, in good form."""
        lines = [b"HTTP/1.1 %d -" % self.status, b"content-length: %d" % len(self.body)]
        kept = (h for h in self.headers if h[0].lower() not in {b"content-length", b"connection"})
        lines += [b"%s: %s" % pair for pair in kept]
        return b"\r\n".join([*lines, b"connection: close", b"", self.body])


@dataclass
class Wire:
    """The server's end of one connection."""

    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def half_close(self) -> None:
        """Send no more, and wait for the other side."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
        await self.wait()

    async def wait(self) -> None:
        """Keep the connection until the other side gives up."""
        await asyncio.sleep(3600)

    def reset(self) -> None:
        """Drop the connection as a crash does."""
        found: socket.socket = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behave = Callable[[Answer, Wire], Awaitable[None]]


@dataclass
class Listening:
    """A case's server; ``received`` is every byte that came."""

    url: str
    received: list[bytes] = field(default_factory=list)


class Hosts:
    """Starts servers on one event loop in a thread of its own."""

    def __init__(self) -> None:
        self.servers: list[asyncio.Server] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="hostile", daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Drop every connection and end the thread."""
        self._call(self._drop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _drop(self) -> None:
        for server in self.servers:
            server.close()
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    @contextlib.contextmanager
    def serving(
        self, behave: Behave, tls: ssl.SSLContext | None = None, scheme: str = ""
    ) -> Iterator[Listening]:
        """Serve until the block is left; each connection is one request."""
        scheme = scheme or ("https" if tls else "http")
        # Whoever expects TLS and gets none does not wait for a request that can be read.
        host = _Host(behave, blind=scheme == "https" and tls is None)
        server = self._call(host.start(tls))
        # It goes on listening: closing it trips over a connection that is just being made.
        self.servers.append(server)
        port = server.sockets[0].getsockname()[1]
        name = "localhost" if scheme == "https" else "127.0.0.1"
        host.here.url = f"{scheme}://{name}:{port}"
        try:
            yield host.here
        finally:
            self._call(host.drop())


@dataclass
class _Host:
    """One listening port, with a deployment in good order behind it."""

    behave: Behave
    blind: bool = False
    here: Listening = field(default_factory=lambda: Listening(""))
    open: dict[asyncio.StreamWriter, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        deployment = build("g2", token=TOKEN, environment="production")
        self.app = httpx2.ASGITransport(create_app(deployment, lambda arrived: None))

    async def start(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        return await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=tls)

    async def drop(self) -> None:
        """Drop what is still open: a case may go on for ever."""
        for writer, task in list(self.open.items()):
            task.cancel()
            writer.transport.abort()
        await asyncio.sleep(0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = (OSError, asyncio.IncompleteReadError, asyncio.CancelledError)
        self.open[writer] = asyncio.current_task()
        with contextlib.suppress(*gone):
            request = BLIND if self.blind else await _read(reader, self.here.received)
            good = await _good(self.app, request)
            await self.behave(good, Wire(writer))
        with contextlib.suppress(*gone):
            writer.close()
            await writer.wait_closed()
        writer.transport.abort()
        self.open.pop(writer, None)


async def _read(reader: asyncio.StreamReader, received: list[bytes]) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    received.append(head)
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = min(int(value), MAX_REQUEST)
    body = await reader.readexactly(length)
    received.append(body)
    return head + body


async def _good(app: httpx2.ASGITransport, request: bytes) -> Answer:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = [tuple(part.strip() for part in line.split(b":", 1)) for line in lines]
    asked = httpx2.Request(
        method, f"http://deployment.example{target}", headers=headers, content=body
    )
    answer = await app.handle_async_request(asked)
    return Answer(
        target.partition("?")[0],
        answer.status_code,
        tuple(answer.headers.raw),
        await answer.aread(),
    )
