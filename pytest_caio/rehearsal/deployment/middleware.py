"""What happens to a request before and after its route, as plain ASGI.

Source: ``docs/dashboard.md, Access``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from posixpath import normpath
from urllib.parse import quote
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.credentials import known, signed_in, unauthorized

REHEARSAL_HEADER = "x-caio-rehearsal"
"""Says of each answer that no real dashboard gave it (``docs/glossary.md, Rehearsal``)."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it arrived; `query` is raw, header names are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Front:
    """The outermost layer: writes down each request, waits, dates each answer and owns up."""

    def __init__(
        self, app: ASGIApp, deployment: Deployment, log: Callable[[Arrived], None], latency: float
    ) -> None:
        self.app, self.deployment, self.log, self.latency = app, deployment, log, latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything but HTTP is ignored."""
        if scope["type"] != "http":
            return
        body = await _read(receive)
        headers = dict(Headers(scope=scope).items())
        query = scope["query_string"].decode("latin-1")
        self.log(Arrived(scope["method"], scope["path"], query, headers, body))
        if self.latency:
            await asyncio.sleep(self.latency)
        if not self.deployment.behaviour.is_dashboard:
            await _other_service(scope["path"])(scope, receive, self._dated(send))
            return
        await self.app(scope, _replay(body), self._dated(send))

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self.deployment.now().replace(microsecond=0), usegmt=True)
                headers = MutableHeaders(scope=message)
                headers["date"] = date
                if self.deployment.settings.announced:
                    headers[REHEARSAL_HEADER] = "true"
            await send(message)

        return dated


class Traced:
    """Gives each answer `X-Correlation-ID`, and echoes `X-Replay-Case-ID` (Access, tracing)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = Headers(scope=scope)
        correlation = asked.get("x-correlation-id") or str(uuid4())
        case = asked.get("x-replay-case-id")

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-correlation-id"] = correlation
                if case:
                    headers["x-replay-case-id"] = case
            await send(message)

        await self.app(scope, receive, traced)


class Guarded:
    """Authentication, before routing (Access, order): 401 for the API, the login for pages."""

    def __init__(self, app: ASGIApp, deployment: Deployment) -> None:
        self.app, self.deployment = app, deployment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or hand it on."""
        answer = self._refusal(scope)
        if self.deployment.behaviour.method_in_query and b"_method=POST" in scope["query_string"]:
            scope = {**scope, "method": "POST"}
        if self.deployment.behaviour.paths_tidied and "/.." in scope["path"]:
            scope = {**scope, "path": normpath(scope["path"])}
        await (answer or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        method, path = scope["method"], scope["path"]
        if method == "OPTIONS":
            return self._preflight(scope)
        deployment = self.deployment
        if deployment.behaviour.guarded(method, path) and not self._let_in(scope):
            return unauthorized(deployment)
        page = path in deployment.behaviour.guarded_pages and deployment.settings.pages_need_login
        if page and not signed_in(self.deployment, Headers(scope=scope)):
            return RedirectResponse(f"/login?next={quote(path)}", status_code=302)
        return None

    def _let_in(self, scope: Scope) -> bool:
        read = (scope["path"], scope["query_string"])
        if known(self.deployment, scope):
            self.deployment.state.reads.add(read)
            return True
        copied = self.deployment.behaviour.copies_before_door and scope["method"] == "GET"
        return copied and read in self.deployment.state.reads

    def _preflight(self, scope: Scope) -> ASGIApp | None:
        behaviour = self.deployment.behaviour
        if behaviour.preflight_guarded and behaviour.guarded("OPTIONS", scope["path"]):
            return unauthorized(self.deployment)
        headers = Headers(scope=scope)
        if "origin" in headers and "access-control-request-method" in headers:
            if not behaviour.lets_in_origins:
                return PlainTextResponse("Disallowed CORS origin", status_code=400)
            let_in = {"access-control-allow-credentials": "true"}
            let_in["access-control-allow-origin"] = headers["origin"]
            return PlainTextResponse("OK", headers=let_in)
        return None


def _other_service(path: str) -> ASGIApp:
    if path == "/":
        return HTMLResponse("<!doctype html><title>Welcome</title><h1>It works!</h1>")
    return HTMLResponse("<!doctype html><title>404</title><h1>Not Found</h1>", status_code=404)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return pending.pop() if pending else {"type": "http.disconnect"}

    return receive
