"""Ways to have a deployment say the same in another way: wrappers around its application."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
Wrap = Callable[[ASGIApp], ASGIApp]
"""Puts something around an application."""


def on_answers(change: Callable[[Scope, int, Headers, bytes], tuple[int, Headers, bytes]]) -> Wrap:
    """Let `change` have each whole answer: path and method in the scope, status, headers, body."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            await app(scope, receive, keep)
            body = b"".join(one.get("body", b"") for one in messages[1:])
            start = messages[0]
            status, headers, body = change(scope, start["status"], list(start["headers"]), body)
            kept = [(n, v) for n, v in headers if n != b"content-length"]
            kept.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": status, "headers": kept})
            await send({"type": "http.response.body", "body": body})

        return wrapped

    return wrap


def on_json(change: Callable[[Any], Any], path: str = "/api/", status: int = 200) -> Wrap:
    """Let `change` have the JSON of answers under `path` with that status."""

    def rewrite(
        scope: Scope, code: int, headers: Headers, body: bytes
    ) -> tuple[int, Headers, bytes]:
        kind = dict(headers).get(b"content-type", b"")
        if scope["path"].startswith(path) and code == status and b"json" in kind:
            body = json.dumps(change(json.loads(body)), ensure_ascii=False).encode()
        return code, headers, body

    return on_answers(rewrite)


def on_text(change: Callable[[bytes], bytes], path: str = "/") -> Wrap:
    """Let `change` have the bytes of every answer under `path`, and nothing else of it."""
    return on_answers(lambda scope, code, headers, body: (
        code, headers, change(body) if scope["path"].startswith(path) and body else body
    ))  # fmt: skip


def on_page(change: Callable[[str], str]) -> Wrap:
    """Let `change` have the dashboard's page."""

    def rewrite(
        scope: Scope, code: int, headers: Headers, body: bytes
    ) -> tuple[int, Headers, bytes]:
        if scope["path"].rstrip("/") == "/sales" and code == 200:
            body = change(body.decode()).encode()
        return code, headers, body

    return on_answers(rewrite)


def with_headers(*more: tuple[str, str], path: str = "/") -> Wrap:
    """Add headers to each answer under `path`."""
    added = [(name.encode(), value.encode()) for name, value in more]
    return on_answers(lambda scope, code, headers, body: (
        code, [*headers, *(added if scope["path"].startswith(path) else [])], body
    ))  # fmt: skip


def with_status(path: str, old: int, new: int, body: bytes | None = None, kind: str = "") -> Wrap:
    """Another status, and maybe another body, for answers under `path` that have the old one."""

    def rewrite(
        scope: Scope, code: int, headers: Headers, text: bytes
    ) -> tuple[int, Headers, bytes]:
        if not scope["path"].startswith(path) or code != old:
            return code, headers, text
        if kind:
            headers = [(n, v) for n, v in headers if n != b"content-type"]
            headers.append((b"content-type", kind.encode()))
        return new, headers, text if body is None else body

    return on_answers(rewrite)


def later(seconds: float, spread: float = 0.0) -> Wrap:
    """Answer after a while; with a `spread`, not always the same while."""
    dice = random.Random(7)

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(seconds + spread * dice.random())
            await app(scope, receive, send)

        return wrapped

    return wrap


def in_pieces(size: int = 97) -> Wrap:
    """Answers without a length, in small pieces."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            async def cut(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = [h for h in message["headers"] if h[0] != b"content-length"]
                    await send({**message, "headers": headers})
                    return
                body = message.get("body", b"")
                for at in range(0, len(body), size):
                    await send(
                        {
                            "type": "http.response.body",
                            "body": body[at : at + size],
                            "more_body": True,
                        }
                    )
                await send(
                    {
                        "type": "http.response.body",
                        "body": b"",
                        "more_body": message.get("more_body", False),
                    }
                )

            await app(scope, receive, cut)

        return wrapped

    return wrap


def everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    """Let `change` have every object of a JSON answer, the innermost first."""

    def through(value: Any) -> Any:
        if isinstance(value, dict):
            return change({key: through(item) for key, item in value.items()})
        if isinstance(value, list):
            return [through(item) for item in value]
        return value

    return through


def field(path: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let `change` have what stands at a dotted path; `*` is each item of a list, or each value."""
    return lambda value: _at(value, path.split("."), change)


def _at(value: Any, way: list[str], change: Callable[[Any], Any]) -> Any:
    if not way:
        return change(value)
    first, *rest = way
    if first == "*" and isinstance(value, list):
        return [_at(item, rest, change) for item in value]
    if first == "*" and isinstance(value, dict):
        return {key: _at(item, rest, change) for key, item in value.items()}
    if isinstance(value, dict) and first in value:
        return {**value, first: _at(value[first], rest, change)}
    return value


def all_of(wraps: Iterable[Wrap]) -> Wrap:
    """One wrapper around the other."""

    def wrap(app: ASGIApp) -> ASGIApp:
        for one in wraps:
            app = one(app)
        return app

    return wrap
