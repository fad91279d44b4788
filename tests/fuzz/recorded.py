"""Deployments in good order without a server, and what they answer: recorded once, then replayed.

Whoever asks has the interlock in front of it, as on the wire. What was not recorded (a mutated
answer may lead to other questions) the deployment itself answers, in this process.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie

import httpx2
from mutants.scenes import SCENES

from fuzz.served import ANONYMOUS, SESSION, TOKEN, WRONG, Asked, Seen, Served
from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import Deployment, build

START = datetime(2026, 2, 24, 20, 30, tzinfo=UTC)
"""Half past three on a Tuesday in New York: inside the review window."""
_MADE_UP = re.compile(r"(?<=caio-gate-unknown-)[a-z0-9-]+")
GHL = "/ghl"


@dataclass
class Clock:
    """Time that goes on by a little whenever it is asked for: each run has the same."""

    asked: int = 0

    def __call__(self) -> datetime:
        """The next moment."""
        self.asked += 1
        return START + timedelta(milliseconds=self.asked % 10_000)


@dataclass
class Recorded:
    """One deployment under a name and a URL, with all that it answered when nothing was changed."""

    environment: str
    kind: str
    generation: str
    url: str
    token: str
    deployment: Deployment
    app: httpx2.ASGITransport
    answers: Mapping[Asked, tuple[Served, ...]] = field(default_factory=dict)

    @property
    def secrets(self) -> dict[str, str]:
        """What the gate is given and must be in no output, by name."""
        settings = self.deployment.settings
        given = {"the webhook's secret": settings.heyreach_secret}
        return {
            "the token": self.token,
            "GoHighLevel's token": settings.ghl_token,
            **(given if settings.heyreach_bearer else {}),
        }

    def asked(self, request: httpx2.Request) -> Asked:
        """The question that a request is, whatever it made up for it."""
        path = _MADE_UP.sub("any", request.url.path)
        query = request.url.query.decode("latin-1")
        body = request.content if path != "/login" else b""
        return Asked(self.environment, request.method, path, query, self._who(request), body)

    def _who(self, request: httpx2.Request) -> str:
        if request.url.path.startswith(GHL):
            return TOKEN
        if (request.url.path, request.method) == ("/login", "POST"):
            return SESSION if self.token.encode() in request.content else WRONG
        token, cookie = (request.headers.get(name) for name in ("x-dashboard-token", "cookie"))
        if token is None and cookie is None:
            return ANONYMOUS
        if token is not None:
            return TOKEN if token == self.token else WRONG
        try:
            given = {morsel.value for morsel in SimpleCookie(cookie or "").values()}
        except CookieError:
            return WRONG
        return SESSION if given & self._sessions() else WRONG

    def _sessions(self) -> set[str]:
        return set(self.deployment.state.sessions)


def recorded(environment: str, kind: str, scene: str) -> Recorded:
    """A deployment of a scene of `tests/mutants/scenes.py`, which nobody has asked anything yet."""
    chosen = SCENES[scene]
    number = 8000 + sum(environment.encode()) % 100
    token = f"fuzz-{environment}-0123456789abcdef"
    deployment = build(chosen.generation, token=token, environment=kind, clock=Clock(),
                       announced=False)  # fmt: skip
    chosen.arrange(deployment)
    app = httpx2.ASGITransport(create_app(deployment, lambda _arrived: None))
    url = f"http://127.0.0.1:{number}"
    return Recorded(environment, kind, chosen.generation, url, token, deployment, app)


Change = Callable[[Asked, int, Served], Served]
"""What becomes of an answer; the number says how often that question was asked before."""
ASKING: ContextVar[str] = ContextVar("ASKING", default="")
"""The probe that asks."""


def unchanged(_asked: Asked, _number: int, served: Served) -> Served:
    """Leave an answer as it is."""
    return served


class Wire(httpx2.AsyncBaseTransport):
    """Stands where the network was: `seen` is all that it answered, `sent` what it was asked,
    and how many answers it had given by then.

    `asked_by` are the probes that a question came from.
    """

    def __init__(self, deployments: Iterable[Recorded], change: Change = unchanged) -> None:
        self._by_url = {one.url: one for one in deployments}
        self._change = change
        self._fresh: dict[Asked, list[Served]] = {}
        self._count: Counter[Asked] = Counter()
        self.seen = Seen()
        self.sent: list[tuple[Asked, httpx2.Request, int]] = []
        self.strangers: list[str] = []
        self.asked_by: dict[Asked, set[str]] = {}

    @property
    def answers(self) -> dict[Asked, tuple[Served, ...]]:
        """Every answer as it was before it was changed."""
        return {asked: tuple(fresh) for asked, fresh in self._fresh.items()}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer from the record, changed."""
        await request.aread()
        one = self._by_url.get(f"{request.url.scheme}://{request.url.host}:{request.url.port}")
        if one is None:
            self.strangers.append(str(request.url))
            raise httpx2.ConnectError("nobody is there")
        asked = one.asked(request)
        self.sent.append((asked, request, len(self.seen.all)))
        self.asked_by.setdefault(asked, set()).add(ASKING.get())
        number = self._count[asked]
        self._count[asked] += 1
        served = self._change(asked, number, await self._good(one, asked, number, request))
        self.seen.all.append((asked, served))
        if served.late:
            await asyncio.sleep(served.late)
        if served.error:
            raise httpx2.ReadError(served.error)
        # Bytes, as they would come: not only what a header may hold by rights.
        headers = [(n.encode("latin-1"), v.encode("latin-1", "replace")) for n, v in served.headers]
        stream = httpx2.ByteStream(served.body)
        return httpx2.Response(served.status, headers=headers, stream=stream)

    async def _good(
        self, one: Recorded, asked: Asked, number: int, request: httpx2.Request
    ) -> Served:
        known = one.answers.get(asked, ())
        if known:
            return known[number % len(known)]
        answer = await one.app.handle_async_request(request)
        body = await answer.aread()
        pairs = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.headers.raw)
        served = Served(answer.status_code, pairs, body)
        self._fresh.setdefault(asked, []).append(served)
        return served


def with_header(served: Served, name: str, value: str | None) -> Served:
    """The answer with one header set, or without it."""
    kept = tuple(pair for pair in served.headers if pair[0].lower() != name)
    return replace(served, headers=kept if value is None else (*kept, (name, value)))
