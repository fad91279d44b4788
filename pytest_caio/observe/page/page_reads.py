"""How a page's reads are named: without what differs each time, and without a token."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

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
