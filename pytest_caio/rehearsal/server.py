"""Starts and stops the embedded deployment on a loopback port."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.configured import GENERATIONS, Generation
from pytest_caio.rehearsal.deployment.core import Clock, Deployment, build, utc_now
from pytest_caio.rehearsal.deployment.middleware import Arrived
from pytest_caio.rehearsal.faults.catalogue import named

STOP_SECONDS = 5.0
ANSWER_SECONDS = 1.0
"""What an answer that is under way when the server stops may still take."""


@dataclass(slots=True)
class RehearsalServer:
    """A running deployment; `token` is the one handed out, and `requests` grows as they arrive."""

    url: str
    token: str
    deployment: Deployment
    requests: list[Arrived] = field(default_factory=list)

    @property
    def ghl_url(self) -> str:
        """Base URL of the GoHighLevel that this deployment's mails are found in."""
        return f"{self.url}/ghl"

    @property
    def ghl_token(self) -> str:
        """Bearer token for `ghl_url`."""
        return self.deployment.settings.ghl_token

    @property
    def ghl_location_id(self) -> str:
        """Location that the mails belong to."""
        return self.deployment.settings.ghl_location_id


@contextmanager
def rehearse(
    generation: Generation = "g2",
    faults: Iterable[str] = (),
    environment: str = "rehearsal",
    token: str | None = None,
    redis_url: str | None = None,
    latency: float = 0.0,
    clock: Clock = utc_now,
) -> Iterator[RehearsalServer]:
    """Serve a deployment of `generation`, broken by `faults`, until the block is left.

    `environment` is what it declares; `token` is random unless given; `redis_url` makes it ask a
    real Redis; `latency` is in seconds per answer; `clock` gives its time, aware. Raises
    ValueError for an unknown generation or fault, before anything is started.
    """
    if generation not in GENERATIONS:
        raise ValueError(f"unknown generation {generation!r}: one of {', '.join(GENERATIONS)}")
    chosen = named(faults)
    given = token or secrets.token_urlsafe(24)
    deployment = build(
        generation, token=given, environment=environment, redis_url=redis_url, clock=clock
    )
    for fault in chosen:
        fault.apply(deployment)
    with _listening() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = RehearsalServer(url, given, deployment)
        with _serving(server, listener, latency):
            yield server


@contextmanager
def _listening() -> Iterator[socket.socket]:
    # Listening before the thread runs: a client may connect at once and is served in time.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        yield listener
    finally:
        listener.close()


@contextmanager
def _serving(server: RehearsalServer, listener: socket.socket, latency: float) -> Iterator[None]:
    config = uvicorn.Config(
        create_app(server.deployment, server.requests.append, latency),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
    )
    runner = _Prompt(config)
    thread = threading.Thread(
        target=runner.run, kwargs={"sockets": [listener]}, name="caio-rehearsal", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        runner.told.set_result(None)
        thread.join(STOP_SECONDS)


class _Prompt(uvicorn.Server):
    """Stops when it is told to: uvicorn's own loops look only ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told: Future[None] = Future()

    async def main_loop(self) -> None:
        await asyncio.wrap_future(self.told)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=ANSWER_SECONDS)
