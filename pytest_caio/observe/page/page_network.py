"""What a page in the browser asks for: answered by the gate, so nothing leaves by itself.

The browser has no network. What the gate's sweep has read already is not read again; other reads
and the login go out through the sweep's own sender, and so through its interlock; whatever would
change something ends here and is noted (``docs/page.md, What leaves the browser``).
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Route
from playwright.async_api import Request as PageRequest

from pytest_caio.evidence.model import Evidence, Exchange, Observed
from pytest_caio.gates.request import READS, Identity, Request
from pytest_caio.interlock.rules import Outgoing, Stopped
from pytest_caio.observe.cookies import API
from pytest_caio.observe.page.open_reads import open_reads
from pytest_caio.observe.page.page_reads import (
    go_to,
    known_answer,
    passed_on,
    path_without_token,
    read_key,
    reads_only,
    redirect_of,
    shows_token,
    text_of,
)
from pytest_caio.observe.probe import Sends
from pytest_caio.observe.sender import Answer
from pytest_caio.settings.environments import origin_of

_QUEUE = "/api/pending-emails"
_NOT_TO_PAGE = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection",
                          "set-cookie", "strict-transport-security", "alt-svc"})  # fmt: skip
_REDIRECTS = 5
# What ends a session; a press or a script asks for it, and nothing that the page only loads.
_SIGNS_OUT = re.compile(r"/(?:log|sign)[-_]?(?:out|off)/?$", re.IGNORECASE)
_ASKED = frozenset({"fetch", "xhr"})

Note = Callable[[str, str, str], None]
"""Takes what a page tried to send: method, URL and body, as they are."""


class PageNetwork:
    """Answers the requests of one environment's pages; what one page has read, all have.

    ``page`` is the path of the page that is looked at, or of the one that it leads to in the end;
    ``queue`` is what its queue's list holds where the page's own scripts did not ask for it.
    """

    def __init__(self, sender: Sends, page: str, queue: Callable[[], str]) -> None:
        self._sender = sender.signed_out()
        self.page = page
        self._queue = queue
        self._reads: dict[str, asyncio.Task[Answer | None]] = {}
        self._known: dict[str, Answer] = {}
        self._sent: list[Exchange] = []
        self.under_way = 0
        self.signs_out = ""
        self.refuses_session: str | None = None
        self.open: list[str] = []
        self.elsewhere: dict[str, None] = {}
        self.foreign_scripts: dict[str, None] = {}

    def learn(self, found: Iterable[Evidence]) -> None:
        """Take over what the sweep has read already: JSON of the dashboard's own API."""
        for exchange in (one for e in found if isinstance(e, Observed) for one in e.exchanges):
            if answer := known_answer(exchange):
                self._known[read_key(exchange.url)] = answer

    def known_reads(self) -> dict[str, dict[str, object]]:
        """Return what the API answered so far, for answering it inside of the page."""
        found = dict(self._known)
        for key, answer in self._answers().items():
            if key.startswith("/api/") and answer.status < 500:
                found[key] = answer
        return {key: self._as_read(answer) for key, answer in found.items()
                if not 300 <= answer.status < 400 and urlsplit(key).path != _QUEUE}  # fmt: skip

    def _as_read(self, answer: Answer) -> dict[str, object]:
        kind = next((v for n, v in answer.headers if n.lower() == "content-type"), "")
        body = self._shown(answer).decode("utf-8", "replace")
        return {"status": answer.status, "type": kind, "body": body}

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was sent for the pages, in order, without the bodies."""
        return tuple(sorted(self._sent, key=lambda exchange: exchange.started_at))

    @property
    def signed_in(self) -> bool:
        """Whether a page's login gave a session."""
        return self._sender.session is not None

    async def attach(self, context: BrowserContext, note: Note, *, stays: bool) -> None:
        """Answer whatever the pages of ``context`` ask for, also a window that a page opens.

        ``stays`` keeps the page from being left: a navigation to elsewhere is answered with 204.
        """

        async def route(route: Route) -> None:
            self.under_way += 1
            try:
                # A page that is closed meanwhile needs no answer any more.
                with contextlib.suppress(Error):
                    await self._handle(route, note, stays)
            finally:
                self.under_way -= 1

        await context.route("**/*", route)

    def _answers(self) -> dict[str, Answer]:
        """Return what was answered so far, by the key of the read."""
        done = {key: task for key, task in self._reads.items() if task.done()}
        well = {k: t.result() for k, t in done.items() if not (t.cancelled() or t.exception())}
        return {key: answer for key, answer in well.items() if answer is not None}

    async def find_open_reads(self) -> None:
        """Ask for what the page read and what it links to as somebody who has not signed in."""
        answers = self._answers()
        page = answers.get(read_key(self.page))
        self.open, sent = await open_reads(self._sender, answers, page.body if page else b"")
        self._sent += [replace(exchange, body="") for exchange in sent]

    async def close(self) -> None:
        """Let go of what is still under way."""
        for task in self._reads.values():
            task.cancel()
        await asyncio.gather(*self._reads.values(), return_exceptions=True)

    async def _handle(self, route: Route, note: Note, stays: bool) -> None:
        request = route.request
        parts = urlsplit(request.url)
        top = request.is_navigation_request() and request.frame.parent_frame is None
        if not stays and parts.path.startswith(f"{API}/") and request.method in READS:
            await self._try_session(request)
        if origin_of(request.url) != self._sender.environment.url:
            self._stop_elsewhere(request)
            await (route.fulfill(status=204) if top and stays else route.abort("blockedbyclient"))
        elif _SIGNS_OUT.search(parts.path) and not (top or request.resource_type in _ASKED):
            self.signs_out = parts.path
            await route.fulfill(status=204)
        elif not reads_only(request.method, request.url):
            note(request.method, request.url, text_of(request.post_data_buffer))
            await route.fulfill(status=204)
        elif request.method in READS and parts.path.rstrip("/") == _QUEUE:
            await route.fulfill(body=self._queue(), content_type="application/json")
        elif top and stays and parts.path.rstrip("/") != self.page.rstrip("/"):
            await route.fulfill(status=204)
        else:
            try:
                await self._answer(route)
            except Stopped:
                note(request.method, request.url, text_of(request.post_data_buffer))
                await route.fulfill(status=204)

    async def _try_session(self, request: PageRequest) -> None:
        """Note the first read that the API refuses a page whose session is all that it shows."""
        path = path_without_token(request.url)
        shows = shows_token(request.url, request.headers)
        if shows or self.refuses_session is not None or not self.signed_in:
            return
        self.refuses_session = ""
        answer = await self._send(Request("GET", path, Identity.SESSION))
        if answer and answer.status in {401, 403}:
            self.refuses_session = path

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
            target = redirect_of(answer, url)
            if target is None:
                break
            if request.is_navigation_request():
                self._moved(url, target)
                # The browser would follow a redirect past its routes; this comes by them again.
                await route.fulfill(body=go_to(target), content_type="text/html")
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

    def _moved(self, url: str, target: str) -> None:
        """Take the page that a session is led to for the one that is looked at."""
        mine = urlsplit(url).path.rstrip("/") == self.page.rstrip("/")
        here = origin_of(target) == self._sender.environment.url
        if mine and here and self.signed_in:
            self.page = urlsplit(target).path

    def _shown(self, answer: Answer) -> bytes:
        """Return a body as a page may show it: people's data would end up in screenshots."""
        kind = next((v for n, v in answer.headers if n.lower() == "content-type"), "")
        if "json" not in kind.lower():
            return answer.body
        return self._sender.redactor.body(answer.body.decode("utf-8", "replace")).encode()

    async def _fetch(self, method: str, url: str, request: PageRequest) -> Answer | None:
        """Send one request for the page; a read that another page made already is not repeated."""
        path = path_without_token(url)
        headers = passed_on(request.headers)
        if method not in READS:
            body = request.post_data_buffer or b""
            self._reads.clear()
            return await self._send(Request(method, path, self._identity(path), headers, body))
        key = path if path.startswith("/login") else read_key(path)
        if method == "GET" and key in self._known:
            return self._known[key]
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
