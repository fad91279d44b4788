"""What a page in the browser asks for: answered by the gate, so nothing leaves by itself.

The browser has no network. Reads and the login go out through the sweep's own sender, and so
through its interlock; whatever would change something ends here and is noted
(``docs/promises.md, No harm``).
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from playwright.async_api import BrowserContext, Error, Route
from playwright.async_api import Request as PageRequest

from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.request import READS, Identity, Request
from pytest_caio.interlock.rules import Outgoing, Stopped
from pytest_caio.observe.probe import Sends
from pytest_caio.observe.sender import Answer
from pytest_caio.settings.environments import origin_of

BARRIER = "/caio-gate-barrier"
_QUEUE = "/api/pending-emails"
# What a server looks at; the rest is the client's own affair, and a token goes by identity alone.
_FROM_PAGE = frozenset({"accept", "accept-language", "content-type", "origin", "referer",
                        "user-agent", "x-requested-with"})  # fmt: skip
_NOT_TO_PAGE = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection",
                          "set-cookie", "strict-transport-security", "alt-svc"})  # fmt: skip
_TOKEN_KEYS = frozenset({"token", "access_token", "api_key"})
_REDIRECTS = 5


@dataclass
class Attempts:
    """What a page tried to send that would change something: method, URL and body, redacted."""

    seen: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[dict[str, str]] = field(default_factory=list)


class PageNetwork:
    """Answers the requests of one environment's page. ``cards`` is what the queue holds.

    ``attempts`` takes what the page tries from now on; each step puts a fresh one there.
    """

    def __init__(self, sender: Sends, cards: Mapping[str, object]) -> None:
        self._sender = sender.signed_out()
        self._cards = json.dumps(cards)
        self._reads: dict[tuple[str, str], asyncio.Task[Answer | None]] = {}
        self._sent: list[Exchange] = []
        self.elsewhere: dict[str, None] = {}
        self.foreign_scripts: dict[str, None] = {}
        self.attempts = Attempts()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was sent for the pages, in order, without the bodies."""
        return tuple(sorted(self._sent, key=lambda exchange: exchange.started_at))

    @property
    def signed_in(self) -> bool:
        """Whether a page's login gave a session."""
        return self._sender.session is not None

    async def attach(self, context: BrowserContext) -> None:
        """Answer whatever the pages of ``context`` ask for, also a window that a page opens."""
        await context.route("**/*", self._route)

    async def close(self) -> None:
        """Let go of what is still under way."""
        for task in self._reads.values():
            task.cancel()
        await asyncio.gather(*self._reads.values(), return_exceptions=True)

    async def _route(self, route: Route) -> None:
        # A page that is closed meanwhile needs no answer any more.
        with contextlib.suppress(Error):
            await self._handle(route)

    async def _handle(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if origin_of(request.url) != self._sender.environment.url:
            self._stop_elsewhere(request)
            await route.abort("blockedbyclient")
        elif parts.path == BARRIER:
            await route.fulfill(status=204)
        elif request.method in READS and parts.path.rstrip("/") == _QUEUE:
            await route.fulfill(body=self._cards, content_type="application/json")
        elif request.method in READS or (request.method, parts.path) == ("POST", "/login"):
            try:
                await self._answer(route)
            except Stopped:
                await self._keep_back(route)
        else:
            await self._keep_back(route)

    async def _keep_back(self, route: Route) -> None:
        """Note a request that would change something, and let it go nowhere."""
        redactor, request = self._sender.redactor, route.request
        body = (request.post_data_buffer or b"").decode("utf-8", "replace")
        noted = {"method": request.method, "url": redactor.url(request.url)}
        self.attempts.requests.append(noted | {"body": redactor.body(body) if body else ""})
        self.attempts.seen.set()
        await route.abort("blockedbyclient")

    def _stop_elsewhere(self, request: PageRequest) -> None:
        """Have the interlock say once that a page wanted something from another host."""
        origin = origin_of(request.url)
        if request.resource_type == "script":
            self.foreign_scripts[origin] = None
        if origin in self.elsewhere:
            return
        self.elsewhere[origin] = None
        outgoing = Outgoing(self._sender.environment.name, request.method, request.url, {})
        with contextlib.suppress(Stopped):
            self._sender.interlock.permit(outgoing)

    async def _answer(self, route: Route) -> None:
        """Give the page what the deployment answers, redirects included."""
        request = route.request
        url = request.url
        answer = await self._fetch(request.method, url, request)
        for _ in range(_REDIRECTS):
            target = _redirect(answer, url)
            if target is None:
                break
            if request.is_navigation_request():
                # The browser would follow a redirect past its routes; this comes by them again.
                await route.fulfill(body=_go_to(target), content_type="text/html")
                return
            if origin_of(target) != self._sender.environment.url:
                answer = None
                break
            url = target
            answer = await self._fetch("GET", url, request)
        if answer is None:
            await route.abort("failed")
            return
        headers = {n: v for n, v in answer.headers if n.lower() not in _NOT_TO_PAGE}
        await route.fulfill(status=answer.status, headers=headers, body=self._shown(answer))

    def _shown(self, answer: Answer) -> bytes:
        """Return a body as a page may show it: people's data would end up in screenshots."""
        kind = next((v for n, v in answer.headers if n.lower() == "content-type"), "")
        if "json" not in kind.lower():
            return answer.body
        return self._sender.redactor.body(answer.body.decode("utf-8", "replace")).encode()

    async def _fetch(self, method: str, url: str, request: PageRequest) -> Answer | None:
        """Send one request for the page; a read that another page made already is not repeated."""
        path = _path_without_token(url)
        headers = {n: v for n, v in request.headers.items() if n in _FROM_PAGE}
        if method not in READS:
            body = request.post_data_buffer or b""
            self._reads.clear()
            return await self._send(Request(method, path, self._identity(path), headers, body))
        key = (method, path)
        if key not in self._reads:
            asked = Request(method, path, self._identity(path), headers)
            self._reads[key] = asyncio.create_task(self._send(asked))
        return await asyncio.shield(self._reads[key])

    def _identity(self, path: str) -> Identity:
        if self.signed_in:
            return Identity.SESSION
        return Identity.TOKEN if path.startswith("/api/") else Identity.ANONYMOUS

    async def _send(self, request: Request) -> Answer | None:
        kept: list[Answer] = []
        exchanges = await self._sender.send(request, keep=kept.append)
        self._sent += [replace(exchange, body="") for exchange in exchanges]
        return kept[-1] if kept and exchanges[-1].status is not None else None


def _redirect(answer: Answer | None, url: str) -> str | None:
    """Return where an answer leads, or None where it is no redirect."""
    if answer is None or not 300 <= answer.status < 400:
        return None
    location = next((v for n, v in answer.headers if n.lower() == "location"), None)
    return urljoin(url, location) if location else None


def _go_to(url: str) -> str:
    target = json.dumps(url).replace("<", "\\u003c")
    return f"<!doctype html><script>location.replace({target})</script>"


def _path_without_token(url: str) -> str:
    """Return path and query; a token that an old page puts there goes into a header instead."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in _TOKEN_KEYS]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return (parts.path or "/") + (f"?{query}" if query else "")
