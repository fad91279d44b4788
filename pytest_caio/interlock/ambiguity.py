"""Requests that two readers may understand in two ways.

A proxy, a framework and the interlock each read a path, a host and a method by rules of their own.
Where they could disagree, what looks harmless here could be something else there.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

# Headers and query fields by which a server may take a request for another one.
_OVERRIDES = frozenset(
    "x-http-method-override x-http-method x-method-override x-original-url x-rewrite-url "
    "x-forwarded-host x-forwarded-prefix _method".split()
)
_DEFAULT_PORTS = {"https": 443, "http": 80}


def ambiguity(url: str, headers: Mapping[str, str]) -> str:
    """Return in what way a request is not what it seems, or nothing; header names are small."""
    try:
        parts = urlsplit(url)
        port, names = parts.port, {key.lower() for key, _ in parse_qsl(parts.query, True)}
    except ValueError:
        return "this is no URL"
    if "@" in parts.netloc:
        return "a URL holds no user name"
    host = headers.get("host", parts.netloc).lower()
    standard = _DEFAULT_PORTS.get(parts.scheme) if port is None else port
    if host not in {parts.netloc.lower(), f"{parts.netloc.lower()}:{standard}"}:
        return f"the Host header names {host}, not the URL's host"
    found = sorted(_OVERRIDES & (names | set(headers)))
    return f"{found[0]} may make another request of it" if found else _of_path(parts.path)


def _of_path(path: str) -> str:
    plain = unquote(path)
    segments = plain.split("/")
    if "//" in plain or {".", ".."} & set(segments):
        return "the path has empty or dotted parts"
    if plain.count("/") != path.count("/") or "\\" in plain or "%" in plain:
        return "the path is encoded more than it needs to be"
    if ";" in plain or re.search(r"[\x00-\x1f\x7f]", plain) or not plain.isprintable():
        return "the path has parameters or control characters"
    return ""
