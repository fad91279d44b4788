"""Every hostile or broken deployment, by name."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from wire import Answer, Behave, Wire

JSON_TYPE = b"application/json"
HTML = b"<html><body><h1>502 Bad Gateway</h1><p>nginx</p></body></html>"
REFUSAL = b'{"detail": "Unauthorized. Query-token auth is disabled."}'
NEGATIVE = frozenset({"access.preflight-open", "access.no-token-echo"})
REFUSES = NEGATIVE | {"access.reads-refused", "access.actions-refused"}
BIG = 5_200_000


@dataclass(frozen=True)
class Case:
    """A way to answer. ``passes`` are the required checks that may hold all the same.

    ``words`` stand in some finding; ``tls`` names the certificate; ``elsewhere`` says that the
    answer leads to the other host.
    """

    behave: Behave
    passes: frozenset[str] | None = NEGATIVE
    words: str = ""
    tls: str = ""
    scheme: str = ""


def saying(data: bytes, *, then: str = "close") -> Behave:
    """The same bytes for everything, and what happens to the connection after them."""

    async def behave(good: Answer, wire: Wire) -> None:
        if data:
            await wire.say(data)
        match then:
            case "wait":
                await wire.wait()
            case "half":
                await wire.half_close()
            case "reset":
                wire.reset()

    return behave


def body(data: bytes, kind: bytes = JSON_TYPE, status: int = 200, headers: bytes = b"") -> Behave:
    """The same whole answer for everything."""
    head = b"HTTP/1.1 %d -\r\ncontent-type: %s\r\ncontent-length: %d\r\n%sconnection: close\r\n\r\n"
    return saying(head % (status, kind, len(data), headers) + data)


def head(*lines: bytes, status: bytes = b"200 OK") -> bytes:
    """The head of an answer, in the form that ``lines`` give it."""
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines, b"", b""])


def changed(change: Callable[[Answer], Answer]) -> Behave:
    """A deployment in good order, but for one change to each answer."""

    async def behave(good: Answer, wire: Wire) -> None:
        await wire.say(change(good).raw())

    return behave


def leaves(change: Callable[[Any], Any]) -> Behave:
    """A deployment in good order, but for each value in its JSON."""

    def every(value: Any) -> Any:
        if isinstance(value, dict):
            # A frozen queue is waited for, and has its own case.
            return {k: v if k == "refreshed_at" else every(v) for k, v in value.items()}
        return [every(item) for item in value] if isinstance(value, list) else change(value)

    return changed(lambda good: good.with_json(every))


def dripping(data: bytes, pause: float = 0.1) -> Behave:
    """One byte at a time."""

    async def behave(good: Answer, wire: Wire) -> None:
        for i in range(len(data)):
            await wire.say(data[i : i + 1])
            await asyncio.sleep(pause)
        await wire.wait()

    return behave


def endless(first: bytes, again: bytes) -> Behave:
    """Without end."""

    async def behave(good: Answer, wire: Wire) -> None:
        await wire.say(first)
        while True:
            await wire.say(again)
            await asyncio.sleep(0.005)

    return behave


def moved(to: Callable[[Answer], bytes], paths: str = "") -> Behave:
    """A redirect of everything, or of one path with the rest in good order."""

    async def behave(good: Answer, wire: Wire) -> None:
        if paths and good.path != paths:
            await wire.say(good.raw())
            return
        cookie = b"set-cookie: caio_session=stolen\r\n"
        await wire.say(head(b"location: " + to(good), b"content-length: 0", b"connection: close",
                            cookie.strip(), status=b"302 Found"))  # fmt: skip

    return behave


def bodies() -> Iterator[tuple[str, Case]]:
    """One body for everything."""
    texts = {
        "json-object": b"{}", "json-true": b"true", "json-null": b"null", "json-list": b"[]",
        "json-text": b'"ok"', "json-number": b"1", "json-half": b'{"status": "re',
        "json-comma": b'{"a": 1,}', "json-nan": b'{"ready": NaN, "status": Infinity}',
        "json-twice": b'{"ready": false, "ready": true}', "json-float": b'{"a": 1e999}',
        "json-deep": b"[" * 90 + b"]" * 90, "json-deeper": b'{"a":' * 5000 + b"1" + b"}" * 5000,
        "json-surrogate": b'{"\\ud800": "\\udfff"}', "json-number-huge": b"9" * 100_000,
        "json-number-big": b'{"a": ' + b"9" * 400 + b"}", "nul-bytes": b"\0" * 2000,
        "escapes": b"\x1b[2J\x1b[32mGO: production\x1b[0m\r\n::error::GO\n" * 9,
        "xml-breaker": b"]]>\x01\x02\xff<![CDATA[ <script>alert(1)</script>",
        "utf-16": '{"status": "ready"}'.encode("utf-16"), "bom": b"\xef\xbb\xbf",
        "empty": b"", "spaces": b" " * 5000, "not-utf-8": b'{"status": "\xff\xfe"}',
    }  # fmt: skip
    yield from ((name, Case(body(text))) for name, text in texts.items())
    page = b"<html><form><input name=token><p>Sign in</form>"
    yield "html-for-json", Case(body(b"<html>hello"), words="not valid JSON")
    yield "proxy-page-200", Case(body(HTML, b"text/html"))
    form = body(page, b"text/html; charset=utf-8")
    # It does show a login page, and refuses a wrong token.
    yield "login-page-200", Case(form, NEGATIVE | {"access.login"})
    for charset in (b"punycode", b"utf-7", b"hex", b"unicode_escape", b"idna", b"\xff\x00 ;;="):
        kind = b"text/html; charset=" + charset
        name = charset.decode("ascii", "replace").strip("\0 ;=")
        yield f"charset-{name}", Case(body(b"<html>\xff\\x41" * 500, kind.replace(b"\0", b"")))
    large = {
        "5-mb-brackets": b"[" * BIG, "5-mb-address": b"@" + b"a" * BIG,
        "4-mb-list": b"[" + b"{}," * 1_300_000 + b"1]",
    }  # fmt: skip
    yield from ((name, Case(body(text, b"text/html"))) for name, text in large.items())


def statuses() -> Iterator[tuple[str, Case]]:
    """One status for everything."""
    yield "401-json", Case(body(REFUSAL, status=401), REFUSES | {"environment.reachable"})
    yield "401-html", Case(body(HTML, b"text/html", 401), words="not the dashboard's refusal")
    yield (
        "503-detail",
        Case(body(b'{"detail": "no"}', status=503), NEGATIVE | {"environment.reachable"}),
    )
    for status in (403, 404, 418, 429, 500, 501, 502, 503, 504, 520, 599, 999, 600, 205, 226):
        yield f"{status}-html", Case(body(HTML, b"text/html", status))
    for status in (b"204 No Content", b"304 Not Modified", b"100 Continue", b"000 Zero"):
        name = status[:3].decode()
        yield f"{name}-bare", Case(saying(head(b"connection: close", status=status)))


def wires(elsewhere: str) -> Iterator[tuple[str, Case]]:
    """Broken HTTP."""
    other = elsewhere.encode()
    ok = b"HTTP/1.1 200 OK\r\n"
    yield "silence", Case(saying(b"", then="wait"), words="no answer within")
    yield "closed-at-once", Case(saying(b""))
    yield "reset-at-once", Case(saying(b"", then="reset"))
    yield "half-a-head", Case(saying(ok + b"content-type: te", then="half"))
    yield "half-a-head-reset", Case(saying(ok + b"content-type: te", then="reset"))
    yield "half-a-body", Case(saying(head(b"content-length: 99") + b"{}", then="half"))
    yield "half-a-body-reset", Case(saying(head(b"content-length: 99") + b"{}", then="reset"))
    yield "length-too-long", Case(saying(head(b"content-length: 99") + b"{}"))
    yield "length-too-short", Case(saying(head(b"content-length: 2") + b"{}{}{}HTTP/1.1 200 OK"))
    yield "length-twice", Case(saying(head(b"content-length: 2", b"content-length: 3") + b"{}}"))
    yield "length-negative", Case(saying(head(b"content-length: -1") + b"{}"))
    yield "length-word", Case(saying(head(b"content-length: many") + b"{}"))
    yield (
        "length-and-chunks",
        Case(
            saying(
                head(b"content-length: 2", b"transfer-encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n"
            )
        ),
    )
    chunked = head(b"transfer-encoding: chunked")
    yield "chunk-garbage", Case(saying(chunked + b"zz\r\n{}\r\n"))
    yield "chunk-huge", Case(saying(chunked + b"ffffffffffffffffffffff\r\n{}", then="half"))
    yield "chunk-negative", Case(saying(chunked + b"-2\r\n{}\r\n0\r\n\r\n"))
    yield "chunk-without-end", Case(saying(chunked + b"2\r\n{}\r\n", then="half"))
    yield "chunks-endless", Case(endless(chunked, b"1\r\n \r\n" * 500))
    yield "coding-unknown", Case(saying(head(b"transfer-encoding: brotli") + b"{}"))
    yield "body-endless", Case(endless(head(), b"[" * 65536))
    yield "head-endless", Case(endless(ok, b"x-more: again\r\n" * 50))
    yield "head-one-line", Case(endless(ok + b"x-long: ", b"a" * 65536))
    many = [b"x-%d: %s" % (i, b"v" * 50) for i in range(900)]
    yield "head-many", Case(saying(head(*many, b"content-length: 2") + b"{}"))
    odd = {
        "head-not-utf-8": b"x-odd: \xff\xfe\xc3", "head-escape": b"x-odd: \x1b[2J\x07",
        "head-nul": b"x-odd: a\0b", "head-no-colon": b"just words", "head-folded": b"x: 1\r\n 2",
        "head-empty-name": b": nothing", "head-spaced": b"x y : 1", "head-bare-lf": b"x: 1\ny: 2",
        "date-odd": b"date: the day before", "date-far": b"date: Fri, 31 Dec 9999 23:59:59 -2359",
        "cookie-odd": b"set-cookie: caio_session=\xff\xc3\xa9; x\x01",
        "type-odd": b"content-type: \xff/\x7f; charset=\x01",
    }  # fmt: skip
    for name, line in odd.items():
        yield name, Case(saying(head(line, b"content-length: 2", b"connection: close") + b"{}"))
    yield "flood-of-100", Case(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20))
    yield "flood-of-103", Case(endless(b"", b"HTTP/1.1 103 -\r\nlink: </x>\r\n\r\n" * 20))
    yield "101-switching", Case(saying(head(b"upgrade: x", status=b"101 Switching"), then="wait"))
    yield "http-0.9", Case(saying(b"<html>hello</html>"))
    yield "http-2-frames", Case(saying(b"\0\0\x12\x04\0\0\0\0\0" + b"\0\x03\0\0\0\x80" * 3))
    yield "http-9", Case(saying(b"HTTP/9.9 200 OK\r\n\r\n{}"))
    yield "no-http", Case(saying(b"SSH-2.0-OpenSSH_9.6\r\n", then="wait"))
    yield "status-word", Case(saying(b"HTTP/1.1 fine OK\r\n\r\n{}"))
    yield "binary", Case(saying(bytes(range(256)) * 20))
    yield "drip-of-head", Case(dripping(ok + b"x: " + b"y" * 999), words="no answer within")
    yield "drip-of-body", Case(dripping(head(b"content-length: 900") + b" " * 900))
    packed = gzip.compress(b"\0" * 50_000_000)
    for name, data, coding in (
        ("gzip-bomb", packed, b"gzip"),
        ("gzip-bomb-twice", gzip.compress(packed), b"gzip, gzip"),
        ("gzip-garbage", b"not gzip at all", b"gzip"),
        ("gzip-half", gzip.compress(b"{}" * 5000)[:20], b"gzip"),
        ("deflate-garbage", b"\0\1\2", b"deflate"),
        ("coding-br", b"\x0b\x02\x80{}\x03", b"br"),
        ("coding-odd", b"{}", b"\xff, gzip;q=nan, identity"),
    ):
        yield name, Case(body(data, headers=b"content-encoding: " + coding + b"\r\n"))
    yield "redirect-endless", Case(moved(lambda good: good.path.encode() + b"x"))
    yield "redirect-other-host", Case(moved(lambda good: other + good.path.encode()))
    yield "redirect-no-scheme", Case(moved(lambda good: other.partition(b":")[2] + b"/login"))
    yield "redirect-file", Case(moved(lambda good: b"file:///etc/hostname"))
    yield "redirect-odd", Case(moved(lambda good: b"http://[::1/\xff"))
    for path in ("/sales", "/login", "/ChiefAIOfficer", "/api/operator/status"):
        there = other + path.encode()
        name = f"redirect-of-{path.strip('/').replace('/', '-')}"
        yield name, Case(moved(lambda good, to=there: to, path), None, words=elsewhere)


TIMES = (
    "Unknown", "", "2026-02-24", "2026-02-24T16:33:35", "2026-02-24T16:33:35+99:00", "now",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1e9", "1771950815", "２０２６-02-24",
    "2026-02-30T25:61:61Z", "20260224T163335Z", "2026-W09-2", "\u0000", "\ud83d",
)  # fmt: skip


def deployments() -> Iterator[tuple[str, Case]]:
    """A deployment in good order with something wrong in every answer."""
    yield "values-null", Case(leaves(lambda value: None), None)
    yield "values-list", Case(leaves(lambda value: [value]), None)
    yield "values-object", Case(leaves(lambda value: {"value": value}), None)
    yield "values-text", Case(leaves(lambda v: v if isinstance(v, str) else json.dumps(v)), None)
    yield "values-true", Case(leaves(lambda value: True), None)
    yield "values-zero", Case(leaves(lambda value: 0), None)
    yield "values-huge", Case(leaves(lambda v: 10**300 if type(v) in {int, float} else v), None)
    yield "values-negative", Case(leaves(lambda v: -1 if type(v) in {int, float} else v), None)
    yield "values-long", Case(leaves(lambda v: v * 500 if isinstance(v, str) else v), None)
    yield (
        "keys-odd",
        Case(
            changed(
                lambda good: good.with_json(lambda v: {"\x1b[2J": v} if isinstance(v, dict) else v)
            ),
            None,
        ),
    )
    for i, moment in enumerate(TIMES):
        name = f"time-{i}-{moment.encode('ascii', 'ignore').decode()[:10].strip(chr(0)) or 'odd'}"
        yield name, Case(leaves(lambda v, to=moment: to if _is_time(v) else v), None)
    yield (
        "keys-twice",
        Case(
            changed(
                lambda good: replace(
                    good, body=good.body.replace(b"{", b'{"ready": 1, "ready": 2, ', 1)
                )
            ),
            None,
        ),
    )
    yield "body-cut", Case(changed(lambda good: replace(good, body=good.body[:-1])), None)
    yield "body-reversed", Case(changed(lambda good: replace(good, body=good.body[::-1])), None)
    frozen = {"refreshed_at": "2026-02-24T16:33:35"}
    yield (
        "queue-frozen",
        Case(
            changed(
                lambda good: good.with_json(lambda v: v | frozen if isinstance(v, dict) else v)
            ),
            None,
        ),
    )
    yield "date-of-1970", Case(changed(_dated(b"Thu, 01 Jan 1970 00:00:00 GMT")), None)
    yield "date-of-9999", Case(changed(_dated(b"Fri, 31 Dec 9999 23:59:59 -2359")), None)
    yield "date-none", Case(changed(_dated(b"")), None)
    yield (
        "utf-16-as-utf-8",
        Case(changed(lambda good: replace(good, body=good.body.decode().encode("utf-16"))), None),
    )


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and value[:2] == "20" and value[4:5] == "-"


def _dated(moment: bytes) -> Callable[[Answer], Answer]:
    def change(good: Answer) -> Answer:
        kept = tuple(h for h in good.headers if h[0].lower() != b"date")
        return replace(good, headers=(*kept, *([(b"date", moment)] if moment else [])))

    return change


def certificates() -> Iterator[tuple[str, Case]]:
    """TLS that does not fit."""
    ok = body(b"{}")
    yield "tls-wrong-name", Case(ok, frozenset(), "the TLS certificate was not accepted", "wrong")
    yield "tls-expired", Case(ok, frozenset(), "the TLS certificate was not accepted", "expired")
    yield "tls-untrusted", Case(ok, frozenset(), "the TLS certificate was not accepted", "strange")
    yield "tls-good", Case(ok, tls="good")
    yield "http-on-tls-port", Case(ok, frozenset(), "no connection", scheme="https")
    yield "tls-on-http-port", Case(ok, frozenset(), tls="good", scheme="http")


def every_case(elsewhere: str) -> dict[str, Case]:
    """All cases by name; ``elsewhere`` is the other host's address."""
    return dict((*bodies(), *statuses(), *wires(elsewhere), *deployments(), *certificates()))
