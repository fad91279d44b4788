"""Many deployments in one process of their own, each on its port, with a token of its own.

As a script, ``many_served.py COUNT LATENCY FAULT…``: prints each one's URL and token as JSON and
serves until its input ends. What the process uses of the processor is nobody's but its own.
"""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import build
from pytest_caio.rehearsal.faults.catalogue import named


@dataclass(frozen=True)
class Served:
    """Where the deployments are; ``requests`` is not known, they are another process's."""

    places: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the gate calls them: ``many-0`` and so on."""
        return tuple(f"many-{number}" for number in range(len(self.places)))

    def first(self, count: int) -> Served:
        """Return the first of them alone."""
        return Served(self.places[:count])

    @property
    def variables(self) -> dict[str, str]:
        """URL, token and kind of each, as the gate reads them."""
        found: dict[str, str] = {}
        for number, (url, token) in enumerate(self.places):
            values = {"URL": url, "TOKEN": token, "KIND": "staging"}
            found |= {f"CAIO_MANY_{number}_{what}": value for what, value in values.items()}
        return found


@contextmanager
def many_served(count: int, latency: float = 0.0, faults: Iterable[str] = ()) -> Iterator[Served]:
    """Serve so many deployments, all broken by the same faults, until the block is left."""
    command = [sys.executable, str(Path(__file__)), str(count), str(latency), *faults]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            places = json.loads(process.stdout.readline())
            yield Served(tuple((url, token) for url, token in places))
        finally:
            process.stdin.close()


class _Many:
    """One application for all: which deployment is asked is told by the port."""

    def __init__(self) -> None:
        self.apps: dict[int, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.apps[scope["server"][1]](scope, receive, send)


def _serve(count: int, latency: float, faults: Iterable[str]) -> None:
    many, sockets, places = _Many(), [], []
    for _ in range(count):
        token = secrets.token_urlsafe(24)
        deployment = build("g2", token=token, environment="staging", announced=False)
        for fault in named(faults):
            fault.apply(deployment)
        sockets.append(socket.create_server(("127.0.0.1", 0), backlog=128))
        port = sockets[-1].getsockname()[1]
        many.apps[port] = create_app(deployment, lambda arrived: None, latency)
        places.append((f"http://127.0.0.1:{port}", token))
    print(json.dumps(places), flush=True)
    config = uvicorn.Config(
        many, loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None,
        access_log=False, date_header=False, server_header=False, proxy_headers=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    threading.Thread(target=_until_input_ends, args=(server,), daemon=True).start()
    server.run(sockets=sockets)


def _until_input_ends(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.force_exit = server.should_exit = True


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
