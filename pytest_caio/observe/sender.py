"""Sending requests and keeping what came back.

There is no cookie jar at all: a login's cookie is put into a header by hand, for signed-in page
requests only, so no login can leak into an anonymous read.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx2
import stamina

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.request import Identity, Request
from pytest_caio.interlock.made_up import login_token
from pytest_caio.interlock.rules import Grant, Interlock
from pytest_caio.observe import cookies
from pytest_caio.observe.answer_bytes import FINAL, decode, read_body, reason
from pytest_caio.observe.client import open_client
from pytest_caio.observe.slots import Slots
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

TOKEN_HEADER = "X-Dashboard-Token"
GATEWAY_ERRORS = frozenset({502, 503, 504})
_READ_ATTEMPTS = 3
_LARGE = 200_000
_ELSEWHERE_SLOTS = 4


class _Again(Exception):
    """The read is worth another attempt."""


@dataclass(frozen=True)
class Limits:
    """Seconds for a request, and for a deployment that is waking up."""

    request_timeout: float = 10.0
    warm_up: float = 15.0


@dataclass(frozen=True)
class Answer:
    """An answer as it came, for a page in a browser: never for evidence."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Keep = Callable[[Answer], None]


def utc_now() -> datetime:
    """Return the gate's own time, that a deployment's clock is held against."""
    return datetime.now(UTC)


@dataclass
class Sender:
    """Sends one environment's requests through the interlock and records each attempt.

    ``raw`` bodies never leave this object but through ``redactor``.
    """

    environment: Environment
    interlock: Interlock
    redactor: Redactor
    slots: Slots
    client: httpx2.AsyncClient
    limits: Limits = field(default_factory=Limits)
    awake: bool = False
    session: Secret | None = None
    api_session: Secret | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def patient(self, seconds: float, concurrency: int) -> "Sender":
        """Return a sender for slow requests, which take no slot away from the sweep."""
        limits = Limits(seconds, self.limits.warm_up)
        return replace(self, slots=Slots(concurrency), limits=limits)

    def signed_out(self) -> "Sender":
        """Return a sender of the same environment that shares no login with this one."""
        return replace(self, session=None, api_session=None)

    @contextlib.asynccontextmanager
    async def elsewhere(self, url: str) -> AsyncIterator["Sender"]:
        """Give a sender for another origin, which never carries the dashboard's token there."""
        there = replace(self.environment, url=url, token=Secret(""))
        async with open_client(there, self.interlock, _ELSEWHERE_SLOTS) as client:
            slots = Slots(_ELSEWHERE_SLOTS)
            # Only the deployment itself may need time to wake up.
            yield replace(self, environment=there, client=client, slots=slots, awake=True)

    async def send(
        self,
        request: Request,
        *,
        depth: int = 0,
        grant: Grant | None = None,
        keep: Keep = lambda answer: None,
    ) -> tuple[Exchange, ...]:
        """Return every attempt at ``request``; the last one's ``status`` is None where nothing
        usable came back. What is repeatable is repeated on connection errors and gateway errors,
        nothing else is. Raises :class:`~pytest_caio.interlock.rules.Stopped`.
        ``keep`` gets each answer as it came.
        """
        attempts: list[Exchange] = []
        started = time.monotonic()
        retries = stamina.retry_context(
            on=_Again,
            attempts=None,
            timeout=None,
            wait_initial=0.1,
            wait_max=2.0,
            wait_jitter=0.1,
        )
        with contextlib.suppress(_Again):
            async for attempt in retries:
                with attempt:
                    exchange = await self._once(request, depth, grant, len(attempts) + 1, keep)
                    attempts.append(exchange)
                    again = self._worth_repeating(exchange, len(attempts), started)
                    if request.repeatable and again:
                        raise _Again
        return tuple(attempts)

    def _worth_repeating(self, exchange: Exchange, attempts: int, started: float) -> bool:
        gateway = exchange.status in GATEWAY_ERRORS and not exchange.has_detail
        if exchange.status is not None and not gateway:
            self.awake = True
            return False
        if exchange.error.startswith(FINAL):
            return False
        # A deployment that is waking up answers through its gateway, or slowly; one that is down
        # refuses the connection, and waiting longer does not help.
        waking = not self.awake and (gateway or exchange.error.startswith("no answer within"))
        patient = waking and time.monotonic() - started < self.limits.warm_up
        return attempts < _READ_ATTEMPTS or patient

    async def _once(
        self, request: Request, depth: int, grant: Grant | None, attempt: int, keep: Keep
    ) -> Exchange:
        async with self.slots.slot(depth):
            built = self._build(request, grant)
            exchange = Exchange(
                method=request.method,
                url=self.redactor.url(str(built.url)),
                request_headers=self.redactor.headers(built.headers.multi_items()),
                request_body=self.redactor.text(request.body.decode("utf-8", "replace")),
                started_at=utc_now().isoformat(timespec="milliseconds"),
                attempt=attempt,
            )
            started, patience = time.monotonic(), self._patience(request)
            came: tuple[httpx2.Response, bytes, bool] | None = None
            try:
                async with asyncio.timeout(patience):
                    came = await self._receive(built)
            except TimeoutError:
                exchange = _broken(exchange, f"no answer within {patience:g} s")
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
                exchange = _broken(exchange, self.redactor.text(reason(error, patience)))
            exchange = replace(exchange, seconds=round(time.monotonic() - started, 6))
            return await self._answered(exchange, *came, keep) if came else exchange

    def _patience(self, request: Request) -> float:
        """Return the seconds for one attempt: what may go only once waits till others are awake."""
        once = not (request.repeatable or self.awake)
        return self.limits.request_timeout + (self.limits.warm_up if once else 0)

    def _build(self, request: Request, grant: Grant | None) -> httpx2.Request:
        headers = dict(request.headers)
        if request.identity is Identity.TOKEN:
            headers[TOKEN_HEADER] = self.environment.token.reveal()
        api = request.path.startswith(f"{cookies.API}/")
        session = self.api_session if api else self.session
        if request.identity is Identity.SESSION and session:
            headers["Cookie"] = session.reveal()
        return self.client.build_request(
            request.method,
            self.environment.url + request.path,
            headers=httpx2.Headers(headers, encoding="utf-8"),
            content=request.body or None,
            extensions={"caio": (self.environment.name, grant)},
        )

    async def _receive(self, built: httpx2.Request) -> tuple[httpx2.Response, bytes, bool]:
        response = await self.client.send(built, stream=True)
        try:
            raw, truncated = await read_body(response)
        finally:
            await response.aclose()
        return response, raw, truncated

    async def _answered(
        self, exchange: Exchange, response: httpx2.Response, raw: bytes, truncated: bool, keep: Keep
    ) -> Exchange:
        if len(raw) < _LARGE:
            return self._read(exchange, response, raw, truncated, keep)
        # A second's work each: one at a time, so that a deadline can come in between.
        async with self.reading:
            await asyncio.sleep(0)
            return self._read(exchange, response, raw, truncated, keep)

    def _read(
        self, exchange: Exchange, response: httpx2.Response, raw: bytes, truncated: bool, keep: Keep
    ) -> Exchange:
        text = decode(raw, response.headers.get("content-type", ""))
        path = response.request.url.path
        if path == "/api/pending-emails" and response.status_code == 200 and not truncated:
            with contextlib.suppress(JsonProblem):
                self.interlock.saw_queue(self.environment.name, loads(text))
        if path == "/api/runtime/dependencies" and response.status_code == 200:
            with contextlib.suppress(JsonProblem):
                self.interlock.saw_dependencies(self.environment.name, loads(text))
        self._keep_session(response)
        keep(Answer(response.status_code, tuple(response.headers.multi_items()), raw))
        return replace(
            exchange,
            status=response.status_code,
            headers=self.redactor.headers(response.headers.multi_items()),
            body=self.redactor.body(text),
            body_bytes=len(raw),
            truncated=truncated,
        )

    def _keep_session(self, response: httpx2.Response) -> None:
        """Keep the right login's cookies, whatever their names, for page requests only.

        What any answer's cookies open with is a secret from now on, wherever it comes back.
        """
        asked = response.request
        login = (asked.method, asked.url.path) == ("POST", "/login")
        came = response.headers.multi_items()
        found = cookies.given(came, host=asked.url.host)
        self.redactor.learn(cookies.secrets_in(found, login=login), self.environment.name)
        if login and found and login_token(asked.content) == self.environment.token.reveal():
            self.session = Secret(cookies.header(found))
            there = cookies.given(came, cookies.API, asked.url.host)
            self.api_session = Secret(cookies.header(there)) if there else None


def _broken(exchange: Exchange, error: str) -> Exchange:
    return replace(exchange, status=None, error=error)
