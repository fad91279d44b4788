"""The cookies of a login, carried by hand: there is no jar that could leak one."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

# What a header can carry back; anything else is no cookie.
_COOKIE = re.compile(r"\s*([!#-+.0-9A-Z^-z|~-]+)=([!-:<-~]+)\s*(?:;(.*))?", re.DOTALL)
_TAKEN_BACK = re.compile(r"max-age=\s*[\"']?(?:-|0+\b)", re.IGNORECASE)
_ENDS = re.compile(r"(?:^|;)\s*expires=\s*([^;]+)", re.IGNORECASE)
_LASTS = re.compile(r"(?:^|;)\s*max-age=", re.IGNORECASE)
# Two machines' clocks may differ by so much.
_CLOCKS = timedelta(minutes=10)
_PATH = re.compile(r"(?:^|;)\s*path=\s*([^;\s]*)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:^|;)\s*domain=\s*\.?([^;\s]*)", re.IGNORECASE)
PAGE, API = "/sales", "/api"
_TAIL = 8
_LONG, _STEM = 16, 12
_SESSION = re.compile(r"sess|sid$|auth|token|jwt|login|ticket", re.IGNORECASE)


def given(headers: Iterable[tuple[str, str]], path: str = PAGE, host: str = "") -> dict[str, str]:
    """Return the cookies that an answer of ``host`` sets for a path, by name.

    One that is taken back at once, or has ended by then, is none; and one for other paths, or for
    another host, never comes back there.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        match = _COOKIE.fullmatch(value) if name.lower() == "set-cookie" else None
        more = match[3] or "" if match else ""
        if match and not _over(more) and _for_path(more, path) and _for_host(more, host):
            found[match[1]] = match[2]
    return found


def _over(attributes: str) -> bool:
    """Return whether browsers throw the cookie away at once: a ``Max-Age`` goes before an end."""
    if _TAKEN_BACK.search(attributes):
        return True
    ends = _ENDS.search(attributes)
    if ends is None or _LASTS.search(attributes):
        return False
    try:
        end = parsedate_to_datetime(ends[1].replace("-", " "))
    except (ValueError, OverflowError):
        return False
    return end.replace(tzinfo=end.tzinfo or UTC) < datetime.now(UTC) - _CLOCKS


def _for_path(attributes: str, asked: str) -> bool:
    """Return whether browsers bring the cookie back to a path, by the one that it is for."""
    found = _PATH.search(attributes)
    path = found[1].rstrip("/") if found else ""
    return not path.startswith("/") or f"{asked}/".startswith(f"{path}/")


def _for_host(attributes: str, host: str) -> bool:
    """Return whether browsers take the cookie from a host, by the domain that it is for."""
    found = _DOMAIN.search(attributes)
    domain = found[1].lower() if found else ""
    return not (domain and host) or host == domain or host.endswith(f".{domain}")


def header(cookies: Mapping[str, str]) -> str:
    """Return the ``Cookie`` header that brings them back."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def secrets_in(cookies: Mapping[str, str], *, login: bool) -> Iterator[str]:
    """Yield what of the cookies opens something, and what is left of it where its end is forged.

    What a ``login`` sets does, and what is called like a session or looks like nothing that a
    person could read; a language or a theme is no secret.
    """
    for name, value in cookies.items():
        plain = unquote(value.strip('"'))
        if _is_session(name, plain) or _looks_random(plain):
            yield plain
            yield from (p for p in re.split(r"[.:|]", plain) if p != plain and _looks_random(p))
            if login and len(plain) - _TAIL >= _STEM:
                yield plain[:-_TAIL]
            if login and (other := _other_contents(value)):
                yield other


def _is_session(name: str, value: str) -> bool:
    """Return whether a cookie is a session by its name, and its value no common word."""
    if name == "caio_session":
        return True
    enough = len(value) >= _LONG or (len(value) >= _TAIL and any(c.isdigit() for c in value))
    return enough and bool(_SESSION.search(name))


def _looks_random(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return len(value) >= _LONG and digits >= 2 and sum(c.isalpha() for c in value) >= 2


def forged(cookie_header: str) -> dict[str, str]:
    """Return the same cookies as somebody would make them up, by what is made up of them.

    "another end": its form stays, so that only a deployment that checks the whole value refuses
    it. Several characters change, as the last one of a base64 text may hold no more than padding.
    "other contents": what it says is no more what was signed, if anything was.
    """
    pairs = [(name, value) for name, _, value in _pairs(cookie_header)]
    ends = {name: _other_end(value) for name, value in pairs}
    contents = {name: _other_contents(value) for name, value in pairs}
    changed = any(contents.values())
    return {"another end": header(ends)} | ({"other contents": header(contents)} if changed else {})


def _pairs(cookie_header: str) -> Iterator[tuple[str, str, str]]:
    return (pair.partition("=") for pair in cookie_header.split("; "))


def _other_end(value: str) -> str:
    return value[:-_TAIL] + "".join("B" if c == "A" else "A" for c in value[-_TAIL:])


def _other_contents(value: str) -> str:
    """Return a cookie of JSON in base64 with one field more, and its signature as it was."""
    said, *signed = unquote(value.strip('"')).split(".")
    try:
        fields = json.loads(base64.b64decode(f"{said}==", altchars=b"-_"))
    except (ValueError, RecursionError):
        return ""
    if not isinstance(fields, dict):
        return ""
    other = base64.urlsafe_b64encode(json.dumps({**fields, "caio_gate": 1}).encode()).decode()
    return ".".join([other if said.endswith("=") else other.rstrip("="), *signed])
