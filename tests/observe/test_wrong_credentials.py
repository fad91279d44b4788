"""What is asked with what is no token: which credentials, in what order, and what comes of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from looking import PROBES
from virtual import run_virtually

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    ACTION_CREDENTIALS,
    ACTIONS_ANONYMOUS,
    FORGED_SESSION,
    LOGIN,
    READ_CREDENTIALS,
    SALES_SESSION,
    WEBHOOKS,
    WRONG_LOGIN,
)
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import build
from pytest_caio.rehearsal.faults.catalogue import named
from pytest_caio.settings.environments import Environment

TOKEN = "a-token-of-staging"
PLACE = Environment("staging", "staging", "https://caio.example", Secret(TOKEN))


class Gateway(httpx2.AsyncBaseTransport):
    """A deployment behind a gateway that answers 502 until ``asleep`` requests went by."""

    def __init__(self, *faults: str, generation: Any = "g2", asleep: int = 0) -> None:
        deployment = build(generation, token=TOKEN, environment="staging")
        for fault in named(faults):
            fault.apply(deployment)
        self.app = httpx2.ASGITransport(create_app(deployment, lambda arrived: None))
        self.asleep = asleep
        self.arrived: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asleep -= 1
        if self.asleep >= 0:
            return httpx2.Response(502, text="<h1>Bad gateway</h1>")
        self.arrived.append(request)
        return await self.app.handle_async_request(request)

    @property
    def logins(self) -> list[str]:
        """The tokens that were tried at the login page, in order."""
        posts = (r for r in self.arrived if (r.method, r.url.path) == ("POST", "/login"))
        return [parse_qs(r.content.decode(), True)["token"][0] for r in posts]


def look(gateway: Gateway, *probes: str) -> dict[str, Evidence]:
    """What the probes saw, by name."""
    redactor = Redactor({"token:staging": PLACE.token})
    found: dict[tuple[str, str], Evidence] = {}
    order = Order({"staging": probes}, PROBES, Policy())
    interlock = Interlock([PLACE], redactor)
    run_virtually(sweep([PLACE], order, interlock, redactor, found, transport=gateway))
    assert not [line for line in interlock.sent if not line.allowed]
    return {probe: evidence for (_, probe), evidence in found.items()}


@pytest.mark.parametrize("generation", ["g2", "g1"])
@pytest.mark.parametrize("probe", [READ_CREDENTIALS, ACTION_CREDENTIALS])
def test_each_wrong_credential_alone(generation: str, probe: str) -> None:
    """Six questions, each with one credential that is none, or what a proxy says; each refused."""
    gateway = Gateway(generation=generation)
    seen = look(gateway, probe)[probe]
    assert isinstance(seen, Observed)
    asked = Counter(
        (r.headers.get("x-dashboard-token"), r.headers.get("cookie")) for r in gateway.arrived
    )
    assert asked == Counter(
        [
            ("", None), ("caio-gate-no-such-token", None), (TOKEN[:-1], None),
            ("caio-gat\u00e9-no-such-tok\u00e9n", None),
            (None, "caio_session=caio-gate-no-such-session"), (None, None),
        ]
    )  # fmt: skip
    claims = [r for r in gateway.arrived if r.headers.get("x-forwarded-for") == "127.0.0.1"]
    assert [r.headers["x-original-uri"] for r in claims] == ["/api/health"]
    assert [r.headers["remote-user"] for r in claims] == ["caio-gate@caio.example"]
    assert [r.headers["referer"] for r in claims] == ["https://caio.example/sales"]
    assert {seen.exchanges[place].status for place in seen.data["tries"].values()} == {401}
    assert TOKEN[:-1] not in str(seen)


def test_wrong_logins_open_nothing() -> None:
    """Both are refused, no cookie comes of them, and so nothing more is asked."""
    gateway = Gateway()
    seen = look(gateway, WRONG_LOGIN, LOGIN, FORGED_SESSION, SALES_SESSION)
    assert sorted(gateway.logins[:2]) == ["", TOKEN[:-1]]
    assert gateway.logins[2:] == [TOKEN]
    wrong, forged = seen[WRONG_LOGIN], seen[FORGED_SESSION]
    assert isinstance(wrong, Observed)
    assert isinstance(forged, Observed)
    assert wrong.data == {"tries": {"an empty token": 0, "a shortened token": 1}, "opened": {}}
    assert [e.status for e in forged.exchanges] == [302, 401]
    assert TOKEN[:-1] not in str(seen)


@pytest.mark.parametrize(
    ("fault", "given_by"),
    [
        # It says no and sets a session all the same.
        ("refused-login-signs-in", ("an empty token", "a shortened token")),
        # Looking at a login is not signing in, whatever the page sets or leads anybody to.
        ("login-page-signs-in", ("just a look at it",)),
        ("practice-login", ("the link to /login/practice",)),
    ],
)
def test_the_cookie_that_anybody_gets_is_tried(fault: str, given_by: tuple[str, ...]) -> None:
    """Page and API are asked with it."""
    seen = look(Gateway(fault), WRONG_LOGIN)[WRONG_LOGIN]
    assert isinstance(seen, Observed)
    opened = {what: seen.exchanges[place].status for what, place in seen.data["opened"].items()}
    assert opened == {
        f"{path} with the cookie of {what}": 200
        for what in given_by
        for path in ("/sales", "/api/operator/status")
    }


def test_a_session_that_nobody_signed_is_tried_with_more_in_it() -> None:
    """Beside the one with another end, where it says something of itself."""
    seen = look(Gateway("session-says-itself"), LOGIN, FORGED_SESSION)[FORGED_SESSION]
    assert isinstance(seen, Observed)
    assert {what: seen.exchanges[place].status for what, place in seen.data["tries"].items()} == {
        "/sales with another end": 302, "/api/operator/status with another end": 401,
        "/sales with other contents": 200, "/api/operator/status with other contents": 200,
    }  # fmt: skip


def test_without_a_login_page_nobody_logs_in() -> None:
    """G1 has none: what is no token comes to nowhere, and the right one stays at home."""
    gateway = Gateway(generation="g1")
    seen = look(gateway, WRONG_LOGIN, LOGIN, FORGED_SESSION)
    assert TOKEN not in gateway.logins
    assert all(isinstance(seen[p], Unobserved) for p in (WRONG_LOGIN, LOGIN, FORGED_SESSION))
    wrong = seen[WRONG_LOGIN]
    assert isinstance(wrong, Unobserved)
    assert wrong.reason == "this deployment has no login page"
    assert [e.status for e in wrong.exchanges] == [404, 404, 404]


@pytest.mark.parametrize("asleep", [1, 5, 12, 30])
def test_a_deployment_that_wakes_up(asleep: int) -> None:
    """Behind a gateway that says 502 meanwhile, it is waited for: with questions and logins too."""
    gateway = Gateway(asleep=asleep)
    probes = (*ACTIONS_ANONYMOUS, *WEBHOOKS, READ_CREDENTIALS, ACTION_CREDENTIALS, SALES_SESSION)
    seen = look(gateway, *probes, WRONG_LOGIN)
    for probe, evidence in seen.items():
        assert isinstance(evidence, Observed), probe
        assert evidence.answer.status != 502, probe
    assert gateway.logins.count(TOKEN) == 1
    assert len(gateway.logins) == 3


class Failing(Gateway):
    """Its gateway answers each wrong login in its stead, whatever else it lets through."""

    def __init__(self, answer: httpx2.Response | Exception, times: int) -> None:
        super().__init__()
        self.answer, self.times, self.failed = answer, times, Counter[bytes]()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        wrong = request.method == "POST" and TOKEN.encode() not in request.content
        if not wrong or self.failed[request.content] >= self.times:
            return await super().handle_async_request(request)
        self.failed[request.content] += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (httpx2.Response(502, text="<h1>Bad gateway</h1>"), 2),
        (httpx2.Response(503, text="no healthy upstream"), 2),
        (httpx2.ConnectError("refused"), 2),
        # It may have arrived: nobody knows, so it is left at that.
        (httpx2.Response(504, text="<h1>Gateway timeout</h1>"), 1),
        (httpx2.ReadError("broke off"), 1),
        (httpx2.Response(503, json={"detail": "its own word"}), 1),
        (httpx2.Response(500, text="oh no"), 1),
    ],
)
def test_only_what_came_to_nobody_is_sent_once_more(answer: Any, tries: int) -> None:
    """However often it is lost: each at most twice, so that never five arrive."""
    gateway = Failing(answer, times=9)
    look(gateway, WRONG_LOGIN, LOGIN)
    assert sorted(gateway.failed.values()) == [tries, tries]
    assert gateway.logins == [TOKEN]


def test_what_was_lost_is_seen_the_second_time() -> None:
    """All that was sent is in the evidence, and the answer that counts is the deployment's."""
    gateway = Failing(httpx2.Response(502, text="<h1>Bad gateway</h1>"), times=1)
    seen = look(gateway, WRONG_LOGIN, LOGIN)[WRONG_LOGIN]
    assert isinstance(seen, Observed)
    assert [e.status for e in seen.exchanges] == [502, 502, 200, 200, 200]
    assert seen.data == {"tries": {"an empty token": 3, "a shortened token": 4}, "opened": {}}
    assert sorted(gateway.logins[:2]) == ["", TOKEN[:-1]]


def test_a_wrong_login_waits_for_who_is_slow_to_wake() -> None:
    """It goes out once, so it waits for as long as a read is sent again."""

    class Slow(Gateway):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.method == "POST":
                await asyncio.sleep(12)
            return await super().handle_async_request(request)

    gateway = Slow()
    seen = look(gateway, WRONG_LOGIN)[WRONG_LOGIN]
    assert isinstance(seen, Observed)
    assert [e.status for e in seen.exchanges] == [200, 200, 200]
    assert len(gateway.logins) == 2


def test_a_right_login_is_sent_again() -> None:
    """A gateway that fails in between is no refusal; a wrong login is sent once all the same."""

    class Flapping(Gateway):
        failed = False

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.method == "POST" and TOKEN.encode() in request.content and not self.failed:
                self.failed = True
                return httpx2.Response(502, text="<h1>Bad gateway</h1>")
            return await super().handle_async_request(request)

    seen = look(Flapping(), SALES_SESSION)[SALES_SESSION]
    assert isinstance(seen, Observed)
    assert seen.answer.status == 200
