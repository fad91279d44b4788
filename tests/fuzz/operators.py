"""What may become of an answer: its JSON, its bytes, its headers, its status, its time.

Each operator is given a random generator, so that a seed says which one it was and what it did.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from random import Random
from types import MappingProxyType
from typing import Any

from fuzz.oracle_cards import moment
from fuzz.recorded import START, with_header
from fuzz.served import Served

Path = tuple[str | int, ...]
_OTHERS = (None, True, False, 0, 1, -1, 1.5, "", "x", [], {}, [[]], {"a": None})
_HUGE = (10**9, 2**63, 10**300, -(10**18), 1e308, 5e-324)
_TEXTS = (
    "", " ", "\u00a0", "Hi {{first_name}},", "Hi None,", "[Your Company]", "No Subject",
    "No Body Content", "unknown@example.com", "tier_2", "prod", "Production", "staging", "approved",
    "rejected", "sent_proved", "unknown", "training", "ghl", "not ready", "unhealthy", "false",
    "2026-13-45", "Unknown", "\x00", "\x1b[31mGO\x1b[0m", "<script>alert(1)</script>", "]]>&amp;",
    "\ud83d", "\u202eOG", "a" * 5000, "::error::GO", "| GO |", "=1+1", "../../etc", "%00",
)  # fmt: skip
_HOURS = (-2000, -200, -73, -71.9, -30, -3, -2.2, -1.9, -0.6, 0.1, 0.3, 3, 80, 9000)


def nodes(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value but its root."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) \
        if isinstance(value, list) else ()  # fmt: skip
    for key, below in parts:
        yield (*here, key)
        yield from nodes(below, (*here, key))


def at(value: Any, path: Path) -> Any:
    """What lies at a place."""
    for key in path:
        value = value[key]
    return value


# --- what becomes of one place: each gets what holds it, its key, and the generator


def _drop(holder: Any, key: Any, _random: Random) -> None:
    del holder[key]


def _null(holder: Any, key: Any, _random: Random) -> None:
    holder[key] = None


def _other_type(holder: Any, key: Any, random: Random) -> None:
    holder[key] = copy.deepcopy(random.choice(_OTHERS))


def _empty(holder: Any, key: Any, _random: Random) -> None:
    value = holder[key]
    holder[key] = type(value)() if isinstance(value, str | list | dict | int | float) else ""


def _opposite(holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float):
        holder[key] = random.choice((-value, value - 1, value + 1, -1, value * 2, float(value)))
    else:
        holder[key] = random.choice((True, False, str(value), "true", "0"))


def _huge(holder: Any, key: Any, random: Random) -> None:
    holder[key] = random.choice(_HUGE)


def _time(holder: Any, key: Any, random: Random) -> None:
    before = moment(holder[key]) or START
    after = before + timedelta(hours=random.choice(_HOURS))
    text = after.isoformat()
    holder[key] = random.choice(
        (text, text, text, text[:19], text[:10], text.replace("+00:00", "Z"), after.timestamp(),
         after.isoformat().replace("+00:00", "+14:00"))
    )  # fmt: skip


def _text(holder: Any, key: Any, random: Random) -> None:
    holder[key] = random.choice(_TEXTS)


def _around(holder: Any, key: Any, random: Random) -> None:
    value = holder[key] if isinstance(holder[key], str) else str(holder[key])
    holder[key] = random.choice((f" {value}", f"{value}\n", value.upper(), value.title(),
                                 value[:-1], f"{value}x", f"{value} {value}"))  # fmt: skip


def _twice(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, list):
        holder.insert(random.randint(0, len(holder)), copy.deepcopy(holder[key]))
    else:
        holder[f"{key}_2"] = copy.deepcopy(holder[key])


def _many(holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    holder[key] = [copy.deepcopy(value) for _ in range(random.choice((2, 20, 200)))]


def _swap(holder: Any, key: Any, random: Random) -> None:
    other = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def _case(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, dict):
        value = holder.pop(key)
        name = random.choice((key.upper(), key.title(), key.replace("_", ""), f"{key} "))
        holder[name] = value
    else:
        _around(holder, key, random)


def _nest(holder: Any, key: Any, random: Random) -> None:
    value = holder[key]
    holder[key] = random.choice(([value], {str(key): value}, [[value]], {"value": value}))


PLACE: Mapping[str, Callable[[Any, Any, Random], None]] = MappingProxyType(
    {
        "drop": _drop, "null": _null, "other type": _other_type, "empty": _empty,
        "opposite": _opposite, "huge": _huge, "other time": _time, "other text": _text,
        "around": _around, "twice": _twice, "many": _many, "swap": _swap, "wrong case": _case,
        "nested": _nest,
    }
)  # fmt: skip


def in_json(served: Served, random: Random) -> tuple[str, Served] | None:
    """Change one place of an answer's JSON; None where there is no place in it."""
    value = copy.deepcopy(served.json)
    places = list(nodes(value)) if isinstance(value, dict | list) else []
    if not places:
        return None
    path, name = random.choice(places), random.choice(list(PLACE))
    PLACE[name](at(value, path[:-1]), path[-1], random)
    body = json.dumps(value).encode("utf-8", "surrogatepass")
    return f"{name} at {'.'.join(map(str, path))}", replace(served, body=body)


# --- bytes, headers, status, time


_STATUS = (200, 201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 418, 422,
           429, 500, 501, 502, 503, 504, 511)  # fmt: skip


def status(served: Served, random: Random) -> tuple[str, Served]:
    """Another status, and the same answer."""
    code = random.choice(_STATUS)
    return f"status {code}", replace(served, status=code)


def detail(served: Served, random: Random) -> tuple[str, Served]:
    """An error as the application words it."""
    code = random.choice((400, 401, 403, 404, 422, 500, 503))
    body = json.dumps({"detail": random.choice((*_TEXTS[:6], "Unauthorized. …", [], None))})
    return f"detail with {code}", replace(served, status=code, body=body.encode())


_BODIES: Mapping[str, Callable[[bytes, Random], bytes]] = MappingProxyType(
    {
        "no body": lambda body, _: b"",
        "white space": lambda body, _: b" \n ",
        "cut": lambda body, random: body[: random.randint(0, max(len(body) - 1, 0))],
        "with a mark": lambda body, _: b"\xef\xbb\xbf" + body,
        "utf-16": lambda body, _: body.decode("utf-8", "replace").encode("utf-16"),
        "a broken sign": lambda body, random: _inserted(body, b"\xff\xfe\x80", random),
        "a zero": lambda body, random: _inserted(body, b"\x00", random),
        "more after it": lambda body, _: body + b'{"status": "ready"}',
        "NaN": lambda body, _: re.sub(rb"\b\d+\b", b"NaN", body, count=1),
        "a key twice": lambda body, _: re.sub(rb'\{("\w+": ?)', rb"{\1null, \1", body, count=1),
        "too deep": lambda body, _: b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        "far too deep": lambda body, _: b"[" * 20_000 + b"]" * 20_000,
        "a list of it": lambda body, _: b"[" + body + b"]",
        "as a text": lambda body, _: json.dumps(body.decode("utf-8", "replace")).encode(),
        "a page": lambda body, _: b"<!doctype html><title>Sign in</title><form>token</form>",
        "null": lambda body, _: b"null",
        "a number": lambda body, _: b"1" * 400,
        "true": lambda body, _: b"true",
    }
)


def _inserted(body: bytes, part: bytes, random: Random) -> bytes:
    where = random.randint(0, len(body))
    return body[:where] + part + body[where:]


def body(served: Served, random: Random) -> tuple[str, Served]:
    """Other bytes."""
    name = random.choice(list(_BODIES))
    return name, replace(served, body=_BODIES[name](served.body, random))


_HEADERS: Mapping[str, tuple[str | None, ...]] = MappingProxyType(
    {
        "content-type": (None, "", "text/html", "application/json; charset=utf-7", "x" * 3000,
                         "application/json; charset=iso-8859-1", "multipart/mixed"),
        "content-encoding": ("gzip", "br", "deflate", "identity", "x", "gzip, gzip"),
        "location": (None, "/login", "/sales", "//elsewhere.example/", "https://elsewhere.example/",
                     "javascript:alert(1)", "", "/login?next=%2Fsales", "http://[", "\x7f"),
        "set-cookie": (None, "caio_session=x", "caio_session=; Max-Age=0", "=", ";;;",
                       "a=b; Domain=elsewhere.example", "caio_session=" + "y" * 5000),
        "retry-after": ("0", "5", "100000", "-1", "x", "Wed, 21 Oct 2026 07:28:00 GMT"),
        "date": (None, "", "x", "Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 24 Feb 2026 99:99:99 GMT",
                 "Fri, 31 Dec 9999 23:59:59 GMT", "Tue, 24 Feb 2026 20:30:00 +9999"),
        "x-correlation-id": (None, "\xff\xfe", "x" * 9000, "<b>"),
        "cache-control": (None, "public, max-age=600"),
        "www-authenticate": ("Basic", "Bearer"),
        "transfer-encoding": ("chunked", "x"),
        "access-control-allow-origin": ("*", "null"),
    }
)  # fmt: skip


def header(served: Served, random: Random) -> tuple[str, Served]:
    """One header otherwise."""
    name = random.choice(list(_HEADERS))
    value = random.choice(_HEADERS[name])
    if name == "date" and random.random() < 0.5:
        moved = START + timedelta(hours=random.choice(_HOURS))
        value = format_datetime(moved, usegmt=True)
    return f"{name}: {str(value)[:40]}", with_header(served, name, value)


def timing(served: Served, random: Random) -> tuple[str, Served]:
    """Late, too late, or no answer at all."""
    late = random.choice((0.3, 2.0, 9.0, 11.0, 29.0, 31.0, 300.0, 0.0))
    if late:
        return f"{late:g} s late", replace(served, late=late)
    return "broken off", replace(served, error="the connection was reset")
