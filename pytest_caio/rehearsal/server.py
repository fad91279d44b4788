"""Starts and stops the embedded deployment on a loopback port."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.configured import GENERATIONS, Generation, Settings
from pytest_caio.rehearsal.deployment.core import Clock, Deployment, build, utc_now
from pytest_caio.rehearsal.deployment.middleware import Arrived
from pytest_caio.rehearsal.faults.catalogue import Fault, named

STOP_SECONDS = 5.0
ANSWER_SECONDS = 1.0
"""What an answer that is under way when the server stops may still take."""


@dataclass(slots=True)
class RehearsalServer:
    """A running deployment; `requests` grows as they arrive.

    `token` is the one handed out, and so is `webhook_secret`, which is empty where its webhook
    takes none.
    """

    url: str
    token: str
    deployment: Deployment
    webhook_secret: str = ""
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
    faults: Iterable[str | Fault] = (),
    environment: str = "rehearsal",
    token: str | None = None,
    redis_url: str | None = None,
    latency: float = 0.0,
    clock: Clock = utc_now,
    port: int = 0,
    cards: int | None = None,
    announced: bool = True,
) -> Iterator[RehearsalServer]:
    """Serve a deployment of `generation`, broken by `faults`, until the block is left.

    `environment` is what it declares; `token` is random unless given; `redis_url` makes it ask a
    real Redis; `latency` is in seconds per answer; `clock` gives its time, aware; `port` 0 is
    any that is free; `cards` is how many live cards wait at first (None: the usual few). Unless it
    is not `announced`, to stand for a real deployment in a test, each answer says what it is.
    Raises ValueError for an unknown generation or fault, or a port that can't be had, before
    anything is started.
    """
    if generation not in GENERATIONS:
        raise ValueError(f"unknown generation {generation!r}: one of {', '.join(GENERATIONS)}")
    chosen = named(faults)
    given = token or secrets.token_urlsafe(24)
    deployment = build(
        generation,
        token=given,
        environment=environment,
        redis_url=redis_url,
        clock=clock,
        live_cards=cards,
        announced=announced,
    )
    server = RehearsalServer("", given, deployment, _webhook_secret(deployment.settings))
    _break(deployment, chosen)
    with _listening(port) as listener:
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with _serving(server, listener, latency):
            yield server


def _webhook_secret(settings: Settings) -> str:
    return settings.heyreach_secret if settings.heyreach_bearer else ""


def _break(deployment: Deployment, faults: Iterable[Fault]) -> None:
    for fault in faults:
        try:
            fault.apply(deployment)
        except (ValueError, StopIteration):  # there was no card to choose
            text = f"the fault {fault.name!r} breaks a live card, and none waits: ask for cards"
            raise ValueError(text) from None


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # Listening before the thread runs: a client may connect at once and is served in time.
    try:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise ValueError(
            f"port {port} can't be had ({why}): choose another, or 0 for any that is free"
        ) from None
    with listener:
        yield listener


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
