"""The way to the wire: no cookie jar, no redirects, and the interlock in front of it."""

import contextlib
import logging
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from pytest_caio.interlock.outgoing import Outgoing
from pytest_caio.interlock.rules import Interlock
from pytest_caio.settings.environments import Environment, is_loopback
from pytest_caio.settings.network_variables import certificate_problems, proxy_for

_NOISY_LOGGERS = ("httpx2", "httpcore2", "stamina", "hpack", "asyncio")
_BELOW = tuple(f"{name}." for name in _NOISY_LOGGERS)


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
    host = httpx2.URL(environment.url).host
    mounts: Mapping[str, httpx2.AsyncBaseTransport] = {}
    if transport is None:
        pool = httpx2.Limits(max_connections=limit, max_keepalive_connections=limit)
        transport = httpx2.AsyncHTTPTransport(
            verify=_trusting(environment.url, host), http2=True, limits=pool
        )
        mounts = _proxies(interlock, host)
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


def _trusting(url: str, host: str) -> ssl.SSLContext:
    """Return whom to trust at ``url``: over plain http nobody, as no certificate comes that way."""
    if url.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    named = tuple(os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    usable = not (is_loopback(host) and any(certificate_problems(os.environ)))
    return _certificates(named if usable else None)


@cache
def _certificates(named: tuple[str, ...] | None) -> ssl.SSLContext:
    """Read the certificates once for all environments: each reading takes as long as ten requests.

    ``named`` are the files that the variables name; None leaves the variables aside.
    """
    return httpx2.create_ssl_context(trust_env=named is not None)


def _proxies(interlock: Interlock, host: str) -> dict[str, httpx2.AsyncBaseTransport]:
    """Return the company's proxy for ``host``, behind the same interlock."""
    proxy = proxy_for(host)
    if not proxy:
        return {}
    return {"https://": _Guarded(_ByProxy(proxy=proxy), interlock)}


class _ByProxy(httpx2.AsyncHTTPTransport):
    """Says which of the two could not be reached: the library names neither."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except httpx2.ConnectError as error:
            text = f"the proxy of this machine: {error}"
            raise httpx2.ConnectError(text, request=request) from error


@contextlib.contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep the HTTP library's debug log, which shows headers, out of every log file."""
    # Also those below them, where somebody gave one a level of its own.
    known = [name for name in logging.root.manager.loggerDict if name.startswith(_BELOW)]
    loggers = [logging.getLogger(name) for name in (*_NOISY_LOGGERS, *known)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
