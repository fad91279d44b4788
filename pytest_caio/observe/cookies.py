"""The cookies of a login, carried by hand: there is no jar that could leak one."""

import re
from collections.abc import Iterable, Mapping

# What a header can carry back; anything else is no cookie.
_COOKIE = re.compile(r"\s*([!#-+.0-9A-Z^-z|~-]+)=([!-:<-~]+)\s*(?:;(.*))?", re.DOTALL)
_TAKEN_BACK = re.compile(r"max-age=\s*[\"']?(?:-|0+\b)|expires=[^;]*\b19[7-9]\d\b", re.IGNORECASE)
_TAIL = 8


def given(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the cookies that an answer sets, by name; one that is taken back at once is none."""
    found: dict[str, str] = {}
    for name, value in headers:
        match = _COOKIE.fullmatch(value) if name.lower() == "set-cookie" else None
        if match and not _TAKEN_BACK.search(match[3] or ""):
            found[match[1]] = match[2]
    return found


def header(cookies: Mapping[str, str]) -> str:
    """Return the ``Cookie`` header that brings them back."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def forged(cookie_header: str) -> str:
    """Return the same cookies as somebody would make them up: each with another end.

    Its form stays, so that only a deployment that checks the whole value refuses it. Several
    characters change, as the last one of a base64 text may hold no more than padding.
    """
    pairs = (pair.partition("=") for pair in cookie_header.split("; "))
    return "; ".join(f"{name}={_other_end(value)}" for name, _, value in pairs)


def _other_end(value: str) -> str:
    return value[:-_TAIL] + "".join("B" if c == "A" else "A" for c in value[-_TAIL:])
