"""Pages, and where their redirects lead on the same origin."""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from pytest_caio.evidence.model import Evidence, Exchange, Unobserved
from pytest_caio.gates.request import Request
from pytest_caio.interlock.rules import Stopped
from pytest_caio.observe.probe import Context, from_exchanges

HOPS = 4


async def follow(context: Context, request: Request, name: str) -> Evidence:
    """Read a page and the pages that it redirects to, each through the interlock.

    The last answer counts. What leads to the login, off this origin or round in a circle is not
    followed: that it does is what there is to see.
    """
    try:
        exchanges = await read_through(context, request)
    except Stopped as stop:
        reason = f"{request.method} {request.path} led to what the interlock stops: {stop}"
        return Unobserved(name, context.environment, reason)
    return from_exchanges(name, context.environment, exchanges)


async def read_through(context: Context, request: Request) -> tuple[Exchange, ...]:
    """Return every exchange on the way from ``request`` to where its redirects end."""
    exchanges = await context.send(request)
    seen = {request.path}
    while len(seen) <= HOPS and (path := onward(exchanges[-1])) and path not in seen:
        seen.add(path)
        exchanges += await context.send(replace(request, path=path))
    return exchanges


def onward(exchange: Exchange) -> str:
    """Return the path and query of a redirect on the same origin, unless it leads to the login."""
    location = exchange.header("location") or ""
    if exchange.status not in {301, 302, 303, 307, 308} or not location:
        return ""
    try:
        target, own = urlsplit(urljoin(exchange.url, location)), urlsplit(exchange.url)
    except ValueError:
        return ""
    path = target.path or "/"
    if (target.scheme, target.netloc) != (own.scheme, own.netloc) or not path.isascii():
        return ""
    if path.rstrip("/") == "/login":
        return ""
    return path + (f"?{target.query}" if target.query else "")
