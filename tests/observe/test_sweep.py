"""The sweep in adverse timing: no login leaks, no round too many, nothing beyond the deadline."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from virtual import run_virtually

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BOOKMARK_SESSION,
    BROWSER,
    LOGIN,
    LOGIN_PAGE,
    PAGE_REJECT,
    QUEUE_AGAIN,
    READY,
    SALES,
    SALES_SESSION,
    SENT_MAIL,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
    WRONG_LOGIN,
)
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.request import RequestProblem, parse_request
from pytest_caio.interlock.rules import Grant, Interlock
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.release import reading
from pytest_caio.observe.sender import Limits
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import Deployment, build
from pytest_caio.rehearsal.faults.catalogue import named
from pytest_caio.settings.environments import Environment
from pytest_caio.verdict.run_finding import AFTER, BEFORE

NAMES = ("staging", "production")
ELSEWHERE = {SENT_MAIL, BROWSER, PAGE_REJECT}
PROBES = {probe.name: probe for probe in standard_probes()}


def every_probe() -> tuple[str, ...]:
    """The probes of all standard checks that ask the dashboard over HTTP."""
    judges = {judge.name: judge for judge in standard_judges()}
    gates, _ = read_folder(packaged_folder())
    names: dict[str, None] = {}
    for gate in gates:
        for check in gate.checks:
            own = judges[check.judge].probes if check.judge else (check.parsed_request.name,)
            names |= dict.fromkeys(own)
    return tuple(name for name in names if name not in ELSEWHERE and _known(name))


def _known(name: str) -> bool:
    try:
        return name in PROBES or bool(parse_request(name))
    except RequestProblem:
        return False


def place(name: str) -> Environment:
    """An environment with a token of its own."""
    return Environment(name, name, f"https://{name}.example", Secret(f"token-of-{name}"))


@dataclass
class Network(httpx2.AsyncBaseTransport):
    """Both deployments, in this process; every answer takes as long as ``delay`` says."""

    seed: int | None = None
    seconds: float = 1.0
    faults: tuple[str, ...] = ()
    generation: Any = "g2"
    arrived: list[httpx2.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.delays = random.Random(self.seed)
        self.apps = {
            f"{name}.example": httpx2.ASGITransport(
                create_app(self._broken(name), lambda arrived: None)
            )
            for name in NAMES
        }

    def _broken(self, name: str) -> Deployment:
        deployment = build(self.generation, token=f"token-of-{name}", environment=name)
        for fault in named(self.faults):
            fault.apply(deployment)
        return deployment

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.arrived.append(request)
        before = self.seconds if self.seed is None else self.delays.choice((0, 0, 1, 5, 20))
        await asyncio.sleep(before)
        answer = await self.apps[request.url.host].handle_async_request(request)
        after = 0 if self.seed is None else self.delays.choice((0, 0, 1, 5, 20))
        await asyncio.sleep(after)
        return answer

    async def aclose(self) -> None:
        """Stay open: two clients share this."""


def look(
    network: httpx2.AsyncBaseTransport,
    wanted: Iterable[str],
    names: Iterable[str] = NAMES,
    *,
    known: dict[str, Probe] | None = None,
    deadline: float = 600,
    limits: Limits | None = None,
    concurrency: int = 40,
    closing: Probe | None = None,
) -> tuple[dict[tuple[str, str], Evidence], float]:
    """What a sweep saw, by environment and probe, and the virtual seconds that it took."""
    places = [place(name) for name in names]
    wanted = tuple(wanted)
    order = Order(
        {e.name: wanted for e in places},
        known or PROBES,
        Policy(),
        concurrency=concurrency,
        deadline=deadline,
        limits=limits or Limits(100, 15),
        closing=closing,
    )
    redactor = Redactor({f"token:{e.name}": e.token for e in places})
    grants = {e.name: frozenset({Grant.SEED}) for e in places}
    interlock = Interlock(places, redactor, grants, seed_kinds=NAMES)
    found: dict[tuple[str, str], Evidence] = {}
    work = sweep(places, order, interlock, redactor, found, transport=network)
    _, seconds = run_virtually(work)
    return found, seconds


PAGES = (SALES, STATUS_ANONYMOUS, SALES_SESSION, BOOKMARK_SESSION, LOGIN_PAGE, WRONG_LOGIN, STATUS)


@pytest.mark.parametrize("seed", range(60))
def test_no_login_leaks(seed: int) -> None:
    """Whatever comes first, anonymous stays anonymous, and staging's login is staging's."""
    wanted = list(PAGES)
    random.Random(seed).shuffle(wanted)
    network = Network(seed)
    found, _ = look(network, wanted, concurrency=random.Random(seed).choice((1, 3, 16)))
    for name in NAMES:
        seen = {probe: e for (env, probe), e in found.items() if env == name}
        answers = {p: e.answer.status for p, e in seen.items() if isinstance(e, Observed)}
        assert answers == {
            SALES: 302, STATUS_ANONYMOUS: 401, SALES_SESSION: 200, BOOKMARK_SESSION: 307,
            LOGIN_PAGE: 200, WRONG_LOGIN: 200, LOGIN: 303, STATUS: 200,
        }  # fmt: skip
    assert_credentials(network.arrived)


def assert_credentials(arrived: list[httpx2.Request]) -> None:
    """Each place gets its own cookie, on two pages, and its own token, on what needs it."""
    cookies: dict[str, set[str]] = {name: set() for name in NAMES}
    for request in arrived:
        name = request.url.host.removesuffix(".example")
        cookie, token = request.headers.get("cookie"), request.headers.get("x-dashboard-token")
        assert token in {None, f"token-of-{name}"}
        assert not (cookie and token)
        if cookie:
            assert request.url.path in {"/sales", "/ChiefAIOfficer"}
            cookies[name].add(cookie)
    assert [len(found) for found in cookies.values()] == [1, 1]
    assert cookies["staging"] != cookies["production"]


def test_two_wrong_logins_and_before_the_right_one() -> None:
    """The order is by what waits for what, not by who answers first."""
    for seed in range(20):
        network = Network(seed)
        look(network, (LOGIN, WRONG_LOGIN, SALES_SESSION), NAMES[:1])
        logins = [r.content for r in network.arrived if r.method == "POST"]
        assert sorted(logins[:2]) == [
            b"token=&next=%2Fsales", b"token=token-of-stagin&next=%2Fsales",
        ]  # fmt: skip
        assert logins[2:] == [b"token=token-of-staging&next=%2Fsales"]


@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_everything_takes_three_rounds(generation: Any) -> None:
    """With a second of latency all checks of both environments are seen in three seconds.

    Wrong logins and a read; the right login and a rejection; the page behind it and a second read.
    """
    network = Network(generation=generation)
    # As in a whole run, which reads the release at both ends.
    known = {**PROBES, BEFORE: reading(BEFORE)}
    found, seconds = look(network, (BEFORE, *every_probe()), known=known, closing=reading(AFTER))
    unseen = {key: e.reason for key, e in found.items() if isinstance(e, Unobserved)}
    assert not unseen or generation == "g1"
    assert len(network.arrived) > 2 * 30
    assert seconds == pytest.approx(3, abs=0.3)


def test_seeding_takes_two_rounds_more() -> None:
    """Where a training card has to be made first: seed it, see it, try it, look again.

    Both readings of the list come before that, side by side.
    """
    found, seconds = look(Network(faults=("no-training-card",)), every_probe(), NAMES[:1])
    assert not [key for key, e in found.items() if isinstance(e, Unobserved)]
    assert seconds == pytest.approx(5, abs=0.3)


def test_each_request_goes_out_once() -> None:
    """The same request is the same probe, whoever asks for it."""
    network = Network()
    look(network, (*every_probe(), *reversed(every_probe())), NAMES[:1])
    reads = [
        (r.method, str(r.url), r.headers.get("x-dashboard-token"), r.headers.get("cookie"))
        for r in network.arrived
        if r.method != "POST" and r.url.path != "/api/pending-emails"
    ]
    # A second look goes with the wrong logins: what cookies came of it is never kept as evidence.
    reads.remove(("GET", "https://staging.example/login", None, None))
    # With a proxy's headers, which the question without them is another one than.
    reads.remove(("GET", "https://staging.example/api/operator/status", None, None))
    # Reading changes nothing: that shows when it is done twice.
    for path in ("emails/history?limit=100", "operator/history?limit=200"):
        url = f"https://staging.example/api/{path}"
        reads.remove(next(one for one in reads if one[1] == url and one[2]))
    assert len(reads) == len(set(reads))


class Silent(httpx2.AsyncBaseTransport):
    """Answers nothing but the readiness."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/health/ready":
            return httpx2.Response(200, json={"status": "ready"})
        await asyncio.sleep(86_400)
        raise AssertionError(request)


@pytest.mark.parametrize("concurrency", [1, 16])
def test_the_deadline_holds(concurrency: int) -> None:
    """What was seen until then is kept, and the rest says why it was not."""
    wanted = (READY, STATUS, TAGS, SALES_SESSION, QUEUE_AGAIN)
    found, seconds = look(
        Silent(), wanted, deadline=30, limits=Limits(10, 15), concurrency=concurrency
    )
    assert 20 <= seconds <= 30.01
    # With one slot, single reads wait behind the chain that begins with the status.
    assert isinstance(found["staging", READY], Observed) or concurrency == 1
    reasons = (
        "no answer within 10 s",
        "deadline of 30 s",
        "whether the API takes the token was not",
    )
    for probe in wanted[1:]:
        lost = found["production", probe]
        assert isinstance(lost, Unobserved)
        assert any(reason in lost.reason for reason in reasons), (probe, lost.reason)


async def _fails(context: Context) -> Evidence:
    raise ZeroDivisionError(f"{context.sender.environment.token.reveal()} jane@example.com")


async def _looks(context: Context) -> Evidence:
    return Observed("after", context.environment, context.evidence["broken"].exchanges)


def test_a_probe_that_fails_is_missing_evidence() -> None:
    """It loses neither the others nor those that wait for it, and shows no secret."""
    known = {"broken": Probe("broken", _fails), "after": Probe("after", _looks, ("broken",))}
    found, _ = look(Network(), ("after", READY), NAMES[:1], known=known)
    lost = found["staging", "broken"]
    assert isinstance(lost, Unobserved)
    assert lost.reason.startswith("the probe itself failed: ZeroDivisionError: [token:staging] j…@")
    assert isinstance(found["staging", "after"], Observed)
    assert isinstance(found["staging", READY], Observed)


def test_nothing_wanted() -> None:
    """No probe, no request."""
    network = Network()
    found, seconds = look(network, ())
    assert (found, network.arrived, seconds) == ({}, [], 0)
