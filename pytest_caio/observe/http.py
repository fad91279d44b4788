"""Sending requests and keeping what came back. The one module that imports the HTTP library.

There is no cookie jar at all: a login's cookie is put into a header by hand, for signed-in page
requests only, so no login can leak into an anonymous read.
"""

import asyncio
import contextlib
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2
import stamina

from pytest_caio.environments import Environment, is_loopback
from pytest_caio.evidence import Exchange
from pytest_caio.interlock import Grant, Interlock, Outgoing
from pytest_caio.judge.look import has_detail
from pytest_caio.observe.slots import Slots
from pytest_caio.redact import Redactor, Secret
from pytest_caio.request import Identity, Request
from pytest_caio.strictjson import JsonProblem, loads

BODY_LIMIT = 5_000_000
TOKEN_HEADER = "X-Dashboard-Token"
GATEWAY_ERRORS = frozenset({502, 503, 504})
_READ_ATTEMPTS = 3
_CHARSETS = frozenset({"iso-8859-1", "latin-1", "windows-1252", "utf-16", "us-ascii"})
_ELSEWHERE_SLOTS = 4
_NOISY_LOGGERS = ("httpx2", "httpcore2", "stamina", "hpack", "asyncio")


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

    def patient(self, seconds: float, concurrency: int) -> "Sender":
        """Return a sender for slow requests, which take no slot away from the sweep."""
        limits = Limits(seconds, self.limits.warm_up)
        return replace(self, slots=Slots(concurrency), limits=limits)

    def signed_out(self) -> "Sender":
        """Return a sender of the same environment that shares no login with this one."""
        return replace(self, session=None)

    @contextlib.asynccontextmanager
    async def elsewhere(self, url: str) -> AsyncIterator["Sender"]:
        """Give a sender for another place, which never carries the dashboard's token there."""
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
        usable came back. Reads are repeated on connection errors and gateway errors, nothing
        else is (design, "How a run flows"). Raises :class:`~pytest_caio.interlock.Stopped`.
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
                    if request.reads and self._worth_repeating(exchange, len(attempts), started):
                        raise _Again
        return tuple(attempts)

    def _worth_repeating(self, exchange: Exchange, attempts: int, started: float) -> bool:
        gateway = exchange.status in GATEWAY_ERRORS and not has_detail(exchange)
        if exchange.status is not None and not gateway:
            self.awake = True
            return False
        if exchange.error.startswith(_FINAL):
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
                started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                attempt=attempt,
            )
            started = time.monotonic()
            try:
                async with asyncio.timeout(self.limits.request_timeout):
                    exchange = await self._answer(built, exchange, keep)
            except TimeoutError:
                exchange = _broken(exchange, f"no answer within {self.limits.request_timeout:g} s")
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
                exchange = _broken(exchange, self.redactor.text(reason(error, self.limits)))
            return replace(exchange, seconds=round(time.monotonic() - started, 6))

    def _build(self, request: Request, grant: Grant | None) -> httpx2.Request:
        headers = dict(request.headers)
        if request.identity is Identity.TOKEN:
            headers[TOKEN_HEADER] = self.environment.token.reveal()
        if request.identity is Identity.SESSION and self.session:
            headers["Cookie"] = self.session.reveal()
        return self.client.build_request(
            request.method,
            self.environment.url + request.path,
            headers=headers,
            content=request.body or None,
            extensions={"caio": (self.environment.name, grant)},
        )

    async def _answer(self, built: httpx2.Request, exchange: Exchange, keep: Keep) -> Exchange:
        response = await self.client.send(built, stream=True)
        try:
            raw, truncated = await _body(response)
        finally:
            await response.aclose()
        text = decode(raw, response.headers.get("content-type", ""))
        path = built.url.path
        if path == "/api/pending-emails" and response.status_code == 200 and not truncated:
            with contextlib.suppress(JsonProblem):
                self.interlock.saw_queue(self.environment.name, loads(text))
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
        """Keep a login's cookie for this environment's page requests only."""
        for value in response.headers.get_list("set-cookie"):
            found = re.match(r"caio_session=[!-:<-~]+", value)
            if (
                found
                and response.request.method == "POST"
                and response.request.url.path == "/login"
            ):
                self.session = Secret(found[0])


async def _body(response: httpx2.Response) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes(65536):
        chunks.append(chunk)
        size += len(chunk)
        if size > BODY_LIMIT:
            return b"".join(chunks)[:BODY_LIMIT], True
    return b"".join(chunks), False


def decode(raw: bytes, content_type: str) -> str:
    """Return the text of a body; JSON is UTF-8 whatever the header says (RFC 8259)."""
    found = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    declared = found[1].lower() if found and "json" not in content_type.lower() else ""
    with contextlib.suppress(UnicodeError):
        return raw.decode("utf-8-sig")
    # Python knows a hundred more, and some of them take minutes over a few megabytes.
    with contextlib.suppress(UnicodeError):
        return raw.decode(declared if declared in _CHARSETS else "utf-8")
    return raw.decode("utf-8", "replace")


def _broken(exchange: Exchange, error: str) -> Exchange:
    return replace(exchange, status=None, error=error)


_FINAL = ("the TLS certificate", "the answer can't be decoded")


def reason(error: Exception, limits: Limits) -> str:
    """Return why a request got no usable answer, in plain words."""
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the TLS certificate was not accepted: {cause.verify_message or cause.reason}"
    if isinstance(error, httpx2.TimeoutException):
        return f"no answer within {limits.request_timeout:g} s"
    text = str(error) or str(cause) or type(error).__name__
    match error:
        case httpx2.ConnectError():
            return f"no connection: {text}"
        case httpx2.DecodingError():
            return f"the answer can't be decoded: {text}"
        case httpx2.RemoteProtocolError():
            return f"the answer broke off or is not HTTP: {text}"
        case httpx2.NetworkError():
            return f"the connection broke: {text}"
    return f"no usable answer: {text}"


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


class _Guarded(httpx2.AsyncBaseTransport):
    """The interlock in front of the wire: nothing reaches ``inner`` that it does not permit."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, interlock: Interlock) -> None:
        self._inner = inner
        self._interlock = interlock

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        environment, grant = request.extensions.get("caio", ("", None))
        headers = {name.lower(): value for name, value in request.headers.multi_items()}
        body = await request.aread()
        self._interlock.permit(
            Outgoing(environment, request.method, str(request.url), headers, body, grant)
        )
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextlib.asynccontextmanager
async def open_client(
    environment: Environment,
    interlock: Interlock,
    limit: int,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client of one environment that keeps no cookie and follows no redirect.

    ``transport`` replaces the network in tests; the interlock stands in front of it all the same.
    """
    loopback = is_loopback(httpx2.URL(environment.url).host)
    mounts: Mapping[str, httpx2.AsyncBaseTransport] = {}
    if transport is None:
        pool = httpx2.Limits(max_connections=limit, max_keepalive_connections=limit)
        transport = httpx2.AsyncHTTPTransport(http2=True, limits=pool)
        mounts = {} if loopback else _proxies(interlock)
    client = httpx2.AsyncClient(
        transport=_Guarded(transport, interlock),
        mounts=mounts,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            "User-Agent": "pytest-caio",
            "Accept": "application/json, text/html;q=0.9, */*;q=0.5",
        },
        follow_redirects=False,
        timeout=None,
        trust_env=False,
    )
    async with client:
        yield client


def _proxies(interlock: Interlock) -> dict[str, httpx2.AsyncBaseTransport]:
    """Return the company's proxies from the environment, behind the same interlock."""
    import urllib.request

    found = urllib.request.getproxies()
    proxy = found.get("https") or found.get("all")
    if not proxy:
        return {}
    return {"https://": _Guarded(httpx2.AsyncHTTPTransport(proxy=proxy), interlock)}


@contextlib.contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep the HTTP library's debug log, which shows headers, out of every log file."""
    loggers = [logging.getLogger(name) for name in _NOISY_LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
