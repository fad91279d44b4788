"""A probe: one thing to be seen in one environment, and what it needs to have seen before."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Protocol

from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.rules import Grant, Interlock, Stopped
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.page.shared_browser import SharedBrowser
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

Keep = Callable[[Any], None]
"""Takes an answer as it came."""


class Sends(Protocol):
    """What a probe may do: send a request, through the interlock."""

    environment: Environment
    interlock: Interlock
    redactor: Redactor

    @property
    def session(self) -> Secret | None:
        """The cookie of a login, once there was one."""

    async def send(
        self,
        request: Request,
        *,
        depth: int = 0,
        grant: Grant | None = None,
        keep: Callable[[Any], None] = ...,
    ) -> tuple[Exchange, ...]:
        """Return every attempt at ``request``; ``keep`` gets each answer as it came."""

    def signed_out(self) -> "Sends":
        """Return a sender of the same environment that shares no login with this one."""

    def patient(self, seconds: float, concurrency: int) -> "Sends":
        """Return a sender for slow requests, which take no slot away from the sweep."""

    def elsewhere(self, url: str) -> AbstractAsyncContextManager["Sends"]:
        """Give a sender for another origin, which never carries the dashboard's token there."""


@dataclass(frozen=True)
class Context:
    """What a probe gets: the sender, the evidence that it needs, the policy and its settings.

    ``browser`` is the run's one Chromium, which nobody has started yet. ``under_way`` is what the
    probe looks beside, and may wait for half-way.
    """

    sender: Sends
    evidence: Mapping[str, Evidence]
    policy: Policy
    depth: int = 0
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    browser: SharedBrowser = field(default_factory=SharedBrowser)
    under_way: Mapping[str, asyncio.Task[Evidence]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.sender.environment.name

    def redact(self, text: str) -> str:
        """Return ``text`` without secrets and people's data."""
        return self.sender.redactor.text(text)

    async def send(
        self, request: Request, grant: Grant | None = None, keep: Keep | None = None
    ) -> tuple[Exchange, ...]:
        """Return every attempt at ``request``; raises where the interlock stops it.

        ``keep`` gets each answer as it came.
        """
        more = {"keep": keep} if keep else {}
        return await self.sender.send(request, depth=self.depth, grant=grant, **more)


@dataclass(frozen=True)
class Probe:
    """``observe`` looks; ``needs`` names the probes whose evidence it must have first.

    ``after`` names probes that go first only where they are wanted anyway. ``patience`` is how
    many seconds beyond the run's deadline it may take, for what is slow by nature: a browser.
    ``steps`` is how many more requests it sends, each after the one before. ``beside`` names probes
    whose evidence it needs only after its own first request, so that both are asked at once.
    ``asks`` says what it may ask, for ``--caio-plan``; None where it doesn't say.
    """

    name: str
    observe: Callable[[Context], Awaitable[Evidence]]
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    patience: float = 0.0
    steps: int = 0
    asks: tuple[Asked, ...] | None = None
    beside: tuple[str, ...] = ()

    def waits_for(self, planned: Container[str]) -> tuple[str, ...]:
        """Return the probes among ``planned`` that this one waits for."""
        return (*self.needs, *(name for name in self.after if name in planned))


def of_request(name: str) -> Probe:
    """Return the probe of a plain request, like ``GET /api/rejection-tags``."""
    parsed = parse_request(name)
    # The interlock lets no anonymous request through that could do anything.
    request = replace(parsed, twice=parsed.identity is Identity.ANONYMOUS)

    async def observe(context: Context) -> Evidence:
        return await ask(context, request, name)

    needs = ("login",) if request.identity == "session" else ()
    # A cache in front of the door gives everybody what somebody was let in to read before.
    after = (f"{request.method} {request.path}",) if request.twice else ()
    return Probe(name, observe, needs, after, asks=(Asked(parsed.name),))


async def ask(
    context: Context,
    request: Request,
    name: str,
    grant: Grant | None = None,
    keep: Keep | None = None,
) -> Evidence:
    """Send ``request`` and return its evidence under ``name``; what was stopped is unobserved."""
    try:
        exchanges = await context.send(request, grant, keep)
    except Stopped as stop:
        reason = f"{request.method} {request.path} was stopped by the interlock: {stop}"
        return Unobserved(name, context.environment, reason)
    return from_exchanges(name, context.environment, exchanges)


def from_exchanges(
    name: str, environment: str, exchanges: tuple[Exchange, ...], **data: Any
) -> Evidence:
    """Return evidence of the last exchange: observed where it has an answer."""
    last = exchanges[-1]
    if last.status is None:
        return Unobserved(name, environment, last.error, exchanges)
    return Observed(name, environment, exchanges, MappingProxyType(data))
