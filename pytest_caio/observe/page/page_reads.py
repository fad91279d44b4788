"""A page's reads: how they are named, without what differs each time or a token, and redirected."""

import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pytest_caio.observe.sender import Answer

TOKEN_KEYS = frozenset({"token", "access_token", "api_key"})


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
