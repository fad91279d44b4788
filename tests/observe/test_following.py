"""Redirects of a page: followed on the same origin, through the interlock, and not for ever."""

from __future__ import annotations

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import PROBES

from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import SALES, SALES_SESSION
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.following import onward
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

HERE = "https://caio.example"
PLACE = Environment("staging", "staging", HERE, Secret("a-secret-token"))


def look(routes: dict[str, str], probe: str = SALES) -> tuple[Evidence, list[str]]:
    """What the probe saw where each path of ``routes`` redirects, and the paths that were asked."""
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path.decode()
        if request.method == "POST":
            return httpx2.Response(303, headers={"set-cookie": "sid=1", "location": "/sales"})
        if not path.startswith(("/login", "/api/")):
            asked.append(f"{path} {request.headers.get('cookie', '')}".strip())
        if path in routes:
            return httpx2.Response(307, headers={"location": routes[path]})
        return httpx2.Response(200, text="the end")

    import asyncio

    redactor = Redactor({"token:staging": PLACE.token})
    found: dict[tuple[str, str], Evidence] = {}
    order = Order({"staging": (probe,)}, PROBES, Policy())
    work = sweep(
        [PLACE], order, Interlock([PLACE], redactor), redactor, found,
        transport=httpx2.MockTransport(answer),
    )  # fmt: skip
    asyncio.run(work)
    return found["staging", probe], asked


@pytest.mark.parametrize(
    ("routes", "asked", "status"),
    [
        ({}, ["/sales"], 200),
        ({"/sales": "/sales/"}, ["/sales", "/sales/"], 200),
        ({"/sales": f"{HERE}/sales/?tab=1"}, ["/sales", "/sales/?tab=1"], 200),
        ({"/sales": "dashboard"}, ["/sales", "/dashboard"], 200),
        ({"/sales": "/a", "/a": "/b"}, ["/sales", "/a", "/b"], 200),
        # What it leads to is what there is to see.
        ({"/sales": "/login?next=/sales"}, ["/sales"], 307),
        ({"/sales": "/sales/", "/sales/": "/login"}, ["/sales", "/sales/"], 307),
        ({"/sales": "https://elsewhere.example/sales"}, ["/sales"], 307),
        ({"/sales": "http://caio.example/sales/"}, ["/sales"], 307),
        ({"/sales": "//elsewhere.example/"}, ["/sales"], 307),
        ({"/sales": "/sales"}, ["/sales"], 307),
        ({"/sales": "/a", "/a": "/sales"}, ["/sales", "/a"], 307),
        (
            {"/sales": "/1", "/1": "/2", "/2": "/3", "/3": "/4", "/4": "/5"},
            ["/sales", "/1", "/2", "/3", "/4"],
            307,
        ),
        ({"/sales": "http://[::1/"}, ["/sales"], 307),
    ],
)
def test_where_it_ends(routes: dict[str, str], asked: list[str], status: int) -> None:
    """The last answer counts; a login, another origin and a circle are not followed."""
    found, seen = look(routes)
    assert isinstance(found, Observed)
    assert (seen, found.answer.status) == (asked, status)
    assert len(found.exchanges) == len(asked)


@pytest.mark.parametrize("to", ["/api/operator/trigger", "/sales?token=guess", "/a/%2e%2e/b"])
def test_what_the_interlock_stops(to: str) -> None:
    """A page that leads a signed-in gate to something that acts: nothing is sent there."""
    found, seen = look({"/sales": to}, SALES_SESSION)
    assert isinstance(found, Unobserved) or found.answer.status == 307
    assert seen == ["/sales sid=1"]


def test_the_session_goes_along() -> None:
    """Signed in, each step is."""
    _, seen = look({"/sales": "/sales/"}, SALES_SESSION)
    assert seen == ["/sales sid=1", "/sales/ sid=1"]


@given(st.text(max_size=30), st.sampled_from([200, 301, 302, 304, 307, 308]))
def test_whatever_a_location_says(location: str, status: int) -> None:
    """What is followed is a path on this host."""
    found = onward(
        Exchange("GET", f"{HERE}/sales", status=status, headers=(("location", location),))
    )
    assert found == "" or (found.startswith("/") and found.partition("?")[0].isascii())
