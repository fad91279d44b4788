"""One request: what is repeated, what is recorded, what ends it, what it carries and keeps."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx2
import pytest
from virtual import run_virtually

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.rules import Interlock, Stopped
from pytest_caio.judge.ways_out import cause_of
from pytest_caio.observe.answer_bytes import BODY_LIMIT, decode
from pytest_caio.observe.client import open_client
from pytest_caio.observe.sender import Limits, Sender
from pytest_caio.observe.slots import Slots
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment
from pytest_caio.verdict.known_causes import PLAIN_HTTP

TOKEN = "gate-token-0123456789"
HERE = Environment("production", "production", "https://caio.example", Secret(TOKEN))
READ = "GET /api/operator/status"
GATEWAY = "<h1>502 Bad Gateway</h1>"
LOGIN = Request(
    "POST",
    "/login",
    Identity.ANONYMOUS,
    {"Content-Type": "application/x-www-form-urlencoded"},
    f"token={TOKEN}&next=/sales".encode(),
)

Handler = Callable[[httpx2.Request], Any]


@dataclass
class Server:
    """Answers in turn, the last one for ever; an exception is raised. Keeps what arrived."""

    answers: tuple[Any, ...]
    arrived: list[httpx2.Request] = field(default_factory=list)

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.arrived.append(request)
        answer = self.answers[min(len(self.arrived), len(self.answers)) - 1]
        answer = answer(request) if callable(answer) and not isinstance(answer, type) else answer
        if isinstance(answer, Exception):
            raise answer
        if asyncio.iscoroutine(answer):
            await answer
        return answer


class Stream(httpx2.AsyncByteStream):
    """A body in pieces, with a pause before each."""

    def __init__(self, pieces: Any, pause: float = 0.0) -> None:
        self.pieces, self.pause = pieces, pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await asyncio.sleep(self.pause)
            yield piece


def ask(server: Handler, *requests: str | Request, limits: Limits | None = None) -> Asked:
    """Send the requests one after the other, in virtual time."""

    async def work() -> list[tuple[Exchange, ...]]:
        interlock = Interlock([HERE], REDACTOR)
        async with open_client(HERE, interlock, 4, httpx2.MockTransport(server)) as client:
            sender = Sender(HERE, interlock, REDACTOR, Slots(4), client, limits or Limits())
            wanted = [parse_request(r) if isinstance(r, str) else r for r in requests]
            return [await sender.send(request) for request in wanted]

    return Asked(*run_virtually(work()))


REDACTOR = Redactor({"token:production": Secret(TOKEN)})


@dataclass(frozen=True)
class Asked:
    """Every attempt at each request, and the seconds that all took."""

    requests: list[tuple[Exchange, ...]]
    seconds: float

    @property
    def attempts(self) -> tuple[Exchange, ...]:
        """The attempts at the first request."""
        return self.requests[0]


def ok(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json={"enabled": True})


def answering(status: int, body: Any) -> Handler:
    more = {"text": body} if isinstance(body, str) else {"json": body}
    return lambda request: httpx2.Response(status, **more)


BROKEN = [
    httpx2.ConnectError("refused"),
    httpx2.ReadError(""),
    httpx2.WriteError("reset"),
    httpx2.RemoteProtocolError("peer closed connection"),
    httpx2.ConnectTimeout(""),
    OSError("network is down"),
]


@pytest.mark.parametrize("error", BROKEN, ids=lambda e: type(e).__name__)
def test_connection_errors_are_repeated(error: Exception) -> None:
    """A read is repeated, and each attempt is recorded with what it came to."""
    server = Server((error, error, ok))
    attempts = ask(server, READ).attempts
    assert [e.attempt for e in attempts] == [1, 2, 3]
    assert [e.status for e in attempts] == [None, None, 200]
    assert all(e.error for e in attempts[:2])
    assert not attempts[2].error


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("body", [GATEWAY, "", {"message": "Application failed to respond"}, []])
def test_gateway_errors_are_repeated(status: int, body: Any) -> None:
    """A gateway's error says nothing of the deployment behind it."""
    attempts = ask(Server((answering(status, body), ok)), READ).attempts
    assert [e.status for e in attempts] == [status, 200]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, {"detail": "broken"}), (503, {"detail": "not ready"}), (504, {"detail": None}),
        (500, GATEWAY), (429, ""), (404, ""), (401, ""), (302, ""), (200, ""), (520, ""),
    ],
)  # fmt: skip
def test_answers_are_not_repeated(status: int, body: Any) -> None:
    """The application's own word counts, at once."""
    server = Server((answering(status, body),))
    assert [e.status for e in ask(server, READ).attempts] == [status]
    assert len(server.arrived) == 1


WEBHOOK = Request("POST", "/webhooks/clay", Identity.ANONYMOUS, {}, b"{not json")
REJECT = parse_request("POST /api/emails/caio-gate-unknown-0000/reject as anonymous")


@pytest.mark.parametrize("request_", [LOGIN, WEBHOOK, REJECT], ids=lambda r: r.path)
@pytest.mark.parametrize("trouble", [httpx2.ReadError("reset"), answering(503, GATEWAY)])
def test_only_reads_are_repeated(request_: Request, trouble: Any) -> None:
    """What may have had an effect is sent once."""
    server = Server((trouble, ok))
    assert len(ask(server, request_).attempts) == len(server.arrived) == 1


@pytest.mark.parametrize("warm_up", [15, 0])
@pytest.mark.parametrize("error", BROKEN[:4], ids=lambda e: type(e).__name__)
def test_three_attempts_at_a_deployment_that_is_down(error: Exception, warm_up: float) -> None:
    """It is not waited for, whatever time a waking one may take."""
    asked = ask(Server((error,)), READ, limits=Limits(warm_up=warm_up))
    assert len(asked.attempts) == 3
    assert asked.seconds < 2


def test_a_deployment_that_wakes_up_is_waited_for() -> None:
    """Its gateway answers for it, for as long as the warm-up lasts."""
    limits = Limits(warm_up=15)
    asked = ask(Server((*[answering(503, GATEWAY)] * 7, ok)), READ, limits=limits)
    assert (len(asked.attempts), asked.attempts[-1].status) == (8, 200)
    never = ask(Server((answering(503, GATEWAY),)), READ, limits=limits)
    assert never.attempts[-1].status == 503
    assert 10 < never.seconds < 18


def test_once_awake_nobody_waits_again() -> None:
    """A later gateway error gets three attempts."""
    server = Server((ok, answering(503, GATEWAY)))
    first, second = ask(server, READ, READ).requests
    assert (len(first), len(second)) == (1, 3)


def test_untrusted_certificate_is_final() -> None:
    """No attempt makes it a trusted one, and the finding names the reason."""
    error = httpx2.ConnectError("handshake")
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_message = "certificate has expired"
    error.__cause__ = refused
    attempts = ask(Server((error,)), READ).attempts
    assert [e.error for e in attempts] == [
        "the TLS certificate was not accepted: certificate has expired"
    ]


def test_plain_http_where_https_was_asked_for_is_final() -> None:
    """A port that can't speak it is told as that, not as one where nobody listens."""
    error = httpx2.ConnectError("handshake")
    refused = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    refused.reason = "WRONG_VERSION_NUMBER"
    error.__cause__ = refused
    attempts = ask(Server((error,)), READ).attempts
    (said,) = [e.error for e in attempts]
    assert said == ("no connection: what answers there does not speak https (WRONG_VERSION_NUMBER)")
    assert cause_of(said) == PLAIN_HTTP


def silent(request: httpx2.Request) -> Any:
    return asyncio.sleep(3600)


def drip(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, stream=Stream(iter(lambda: b" ", None), 0.5))


@pytest.mark.parametrize("server", [silent, drip])
def test_silence_and_drip_end_at_the_time_limit(server: Handler) -> None:
    """The limit is for the whole answer, not for each byte of it."""
    asked = ask(Server((server,)), READ, limits=Limits(2, 0))
    assert {e.error for e in asked.attempts} == {"no answer within 2 s"}
    assert {e.status for e in asked.attempts} == {None}
    assert asked.seconds < 8


def endless(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, stream=Stream(iter(lambda: b"[" * 1_000_000, None)))


def test_body_is_cut_at_five_megabytes() -> None:
    """And says so, also when a judge asks for its JSON."""
    found = ask(Server((endless,)), READ).attempts[-1]
    assert (found.truncated, found.body_bytes, len(found.body)) == (True, BODY_LIMIT, BODY_LIMIT)
    with pytest.raises(JsonProblem, match="cut after 5,000,000 characters"):
        found.json()


def test_body_of_five_megabytes_is_whole() -> None:
    """The limit itself is not cut."""
    body = b"1" + b" " * (BODY_LIMIT - 1)
    found = ask(lambda r: httpx2.Response(200, stream=Stream([body])), READ).attempts[-1]
    assert (found.truncated, found.json()) == (False, 1)


@pytest.mark.slow
@pytest.mark.parametrize("layers", [1, 2])
def test_gzip_bomb(layers: int) -> None:
    """What inflates to 200 MB is cut at the limit, also when packed twice."""
    packed = gzip.compress(b"\0" * 200_000_000, 6)
    packed = gzip.compress(packed) if layers == 2 else packed
    coding = {"content-encoding": ", ".join(["gzip"] * layers)}
    found = ask(
        lambda r: httpx2.Response(200, headers=coding, stream=Stream([packed])), READ
    ).attempts[-1]
    assert (found.status, found.truncated, found.body_bytes) == (200, True, BODY_LIMIT)


def test_gzip_that_is_none() -> None:
    """It can't be decoded, and no attempt makes it so."""
    coding = {"content-encoding": "gzip"}
    attempts = ask(
        lambda r: httpx2.Response(200, headers=coding, stream=Stream([b"not gzip"])), READ
    ).attempts
    assert [e.status for e in attempts] == [None]
    assert attempts[0].error.startswith("the answer can't be decoded")


def baking(request: httpx2.Request) -> httpx2.Response:
    cookies = [("set-cookie", "caio_session=secret-1; Path=/"), ("set-cookie", "other=2; Path=/")]
    return httpx2.Response(303, headers=[*cookies, ("location", "https://evil.example/")])


def test_no_cookie_is_kept_and_no_redirect_followed() -> None:
    """An answer's cookies and its Location lead nowhere."""
    server = Server((baking,))
    ask(server, READ, f"{READ} as anonymous", "GET /sales as session")
    assert [str(r.url) for r in server.arrived] == [
        "https://caio.example/api/operator/status",
        "https://caio.example/api/operator/status",
        "https://caio.example/sales",
    ]
    assert not any("cookie" in r.headers for r in server.arrived)


def test_session_is_that_of_the_login_and_on_session_requests_only() -> None:
    """Only the right login gives one, whatever its cookies are called; only requests as session
    carry it, and never the token.
    """
    server = Server((baking,))
    ask(server, READ, LOGIN, READ, f"{READ} as anonymous", "GET /sales as session")
    assert [r.headers.get("cookie") for r in server.arrived] == [
        None, None, None, None, "caio_session=secret-1; other=2",
    ]  # fmt: skip
    assert [r.headers.get("x-dashboard-token") for r in server.arrived] == [
        TOKEN, None, TOKEN, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cookie",
    [b"caio_session=\xc3\xa9\xff", b"caio_session=", b"caio_session", b"x=1; caio_session=2"],
)
def test_odd_session_cookies_break_nothing(cookie: bytes) -> None:
    """A cookie that no header can carry is none."""

    def odd(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(303, headers=[(b"set-cookie", cookie)])

    asked = ask(Server((odd,)), LOGIN, "GET /sales as session")
    assert [attempts[-1].status for attempts in asked.requests] == [303, 303]


def test_nothing_secret_is_recorded() -> None:
    """Neither the token nor the session, in whatever header or body they come back."""

    def echo(request: httpx2.Request) -> httpx2.Response:
        token = request.headers.get("x-dashboard-token", TOKEN)
        headers = {"x-you": token, "x-dashboard-token": token, "set-cookie": "caio_session=s3cr3t"}
        return httpx2.Response(200, headers=headers, json={"you": [token, {token: 1}]})

    asked = ask(Server((echo,)), READ, LOGIN, "GET /sales as session")
    shown = json.dumps([asdict(e) for attempts in asked.requests for e in attempts])
    assert TOKEN not in shown
    assert "s3cr3t" not in shown
    assert shown.count("[token:production]") >= 6


@pytest.mark.parametrize("name", ["caio_session", "dashboard_sid", "x"])
def test_a_session_is_a_secret_under_whatever_name_it_comes_back(name: str) -> None:
    """From the answer that gives it on: in a header, in a body, in another cookie."""
    session = "u1.a1b2c3d4e5f6g7h8i9j0"

    def echo(request: httpx2.Request) -> httpx2.Response:
        headers = {"set-cookie": f"{name}={session}; Path=/", "x-request-id": session}
        body = {"you": session, "data": f"<{session}>", "half": session[:-8]}
        return httpx2.Response(200, headers=headers, json=body)

    asked = ask(Server((echo,)), LOGIN, READ, "GET /sales as session")
    shown = json.dumps([asdict(e) for attempts in asked.requests for e in attempts])
    assert session[:-8] not in shown
    assert "[session]" in shown


def test_a_stopped_request_never_leaves() -> None:
    """The interlock stands in front of the transport."""
    server = Server((ok,))
    with pytest.raises(Stopped):
        ask(server, "POST /api/operator/trigger")
    with pytest.raises(Stopped):
        ask(server, "DELETE /api/emails/x as anonymous")
    assert server.arrived == []


@pytest.mark.parametrize(
    ("raw", "content_type", "text"),
    [
        (b'{"a": "\xc3\xa9"}', "application/json; charset=latin-1", '{"a": "é"}'),
        (b"\xe9", "text/html; charset=iso-8859-1", "é"),
        (b"\xe9", "text/html; charset='ISO-8859-1'", "é"),
        (b"\x80", "text/html; charset=windows-1252", "€"),
        (b"\xe9", "application/json; charset=latin-1", "�"),
        (b"\xe9", "text/html", "�"),
        (b"\xe9", "text/html; charset=no-such", "�"),
        (b"\xe9" * 3, "text/html; charset=punycode", "�" * 3),
        (b"\xe9", "text/html; charset=unicode_escape", "�"),
        (b"\xef\xbb\xbf{}", "application/json", "{}"),
        ("é".encode("utf-16"), "text/html; charset=utf-16", "é"),
        (b"\xff\xfe\x00", "text/html; charset=utf-16", "��\x00"),
        (b"a\x00b", "", "a\x00b"),
    ],
)
def test_decode(raw: bytes, content_type: str, text: str) -> None:
    """UTF-8 where it is that, what was declared where it is known, else with marks."""
    assert decode(raw, content_type) == text


def test_slots_go_to_the_longest_chain_first() -> None:
    """Whoever has the most waiting for it goes first; a place that is given up is passed on."""
    order: list[str] = []

    async def work() -> None:
        slots = Slots(1)

        async def one(name: str, depth: int) -> None:
            async with slots.slot(depth):
                order.append(name)
                await asyncio.sleep(1)

        first = asyncio.create_task(one("first", 0))
        await asyncio.sleep(0.5)
        waiting = {
            name: asyncio.create_task(one(name, depth))
            for name, depth in (("leaf", 0), ("gone", 9), ("chain", 2), ("step", 1), ("leaf 2", 0))
        }
        await asyncio.sleep(0)
        waiting.pop("gone").cancel()
        await asyncio.gather(first, *waiting.values())
        assert slots._free == 1

    _, seconds = run_virtually(work())
    assert order == ["first", "chain", "step", "leaf", "leaf 2"]
    assert seconds == pytest.approx(5)


def test_reserved_slots_are_for_chains_only() -> None:
    """Single reads leave room for a chain's next step, and take all of it back afterwards."""
    order: list[str] = []

    async def work() -> None:
        slots = Slots(3, reserved=1)

        async def one(name: str, depth: int) -> None:
            async with slots.slot(depth):
                order.append(name)
                await asyncio.sleep(1)

        singles = [asyncio.create_task(one(f"single {i}", 0)) for i in range(5)]
        await asyncio.sleep(0.5)
        await asyncio.gather(asyncio.create_task(one("step", 1)), *singles)
        assert (slots._free, slots._free_for_singles) == (3, 2)

    _, seconds = run_virtually(work())
    assert order[:3] == ["single 0", "single 1", "step"]
    assert seconds == pytest.approx(3)
