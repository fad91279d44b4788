"""A page's reads: how they are named, without what differs each time or a token, and redirected."""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pytest_caio.evidence.model import Exchange
from pytest_caio.evidence.page_attempts import ACTING
from pytest_caio.gates.request import READS
from pytest_caio.observe.sender import Answer

TOKEN_KEYS = frozenset({"token", "access_token", "api_key"})
_ACTING = re.compile(ACTING, re.IGNORECASE)
# What a server looks at; the rest is the client's own affair, and a token goes by identity alone.
_FROM_PAGE = frozenset({"accept", "accept-language", "content-type", "origin", "referer",
                        "user-agent", "x-requested-with"})  # fmt: skip


def read_key(url: str) -> str:
    """Return path and query as the same read has them each time: without times and tokens."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [f"{n}={v}" for n, v in pairs if not n.startswith("_") and n.lower() not in TOKEN_KEYS
            and not re.fullmatch(r"\d{10,}", v)]  # fmt: skip
    return (parts.path or "/") + ("?" + "&".join(kept) if kept else "")


def path_without_token(url: str) -> str:
    """Return path and query; a token that an old page puts there goes into a header instead."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in TOKEN_KEYS]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return (parts.path or "/") + (f"?{query}" if query else "")


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what of a page's headers goes on to the server."""
    return {name: value for name, value in headers.items() if name in _FROM_PAGE}


def shows_token(url: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request may show more than a session: a header of its own, or a key."""
    own = [n for n in headers if n.startswith("x-") and n not in _FROM_PAGE]
    keys = {key.lower() for key, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return bool(own or "authorization" in headers or TOKEN_KEYS & keys)


def reads_only(method: str, url: str) -> bool:
    """Return whether a request of a page's changes nothing; a login is taken for a read."""
    parts = urlsplit(url)
    if (method, parts.path) == ("POST", "/login"):
        return True
    return method in READS and not _ACTING.search(f"{parts.path}?{parts.query}")


def text_of(body: bytes | None) -> str:
    """Return what a page sends as text."""
    return (body or b"").decode("utf-8", "replace")


def known_answer(exchange: Exchange) -> Answer | None:
    """Return what the gate has read already as a page gets it; None for what tells nothing here."""
    kind = exchange.header("content-type") or ""
    status = exchange.status or 0
    if exchange.method != "GET" or exchange.truncated or "json" not in kind.lower():
        return None
    if not 0 < status < 500 or status in {401, 403, 429}:
        return None
    return Answer(status, (("content-type", "application/json"),), exchange.body.encode())


def redirect_of(answer: Answer | None, url: str) -> str | None:
    """Return where an answer leads, or None where it is no redirect."""
    if answer is None or not 300 <= answer.status < 400:
        return None
    location = next((v for n, v in answer.headers if n.lower() == "location"), None)
    return urljoin(url, location) if location else None


def go_to(url: str) -> str:
    """Return a page that leads there by itself."""
    target = json.dumps(url).replace("<", "\\u003c")
    return f"<!doctype html><script>location.replace({target})</script>"
