"""What answers link to is asked for without a token; whatever else stands in them is let alone."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import ANSWERS_LINK, QUEUE, READ_TWICE, READS_AGAIN, UNKNOWN
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.ambiguity import ambiguity
from pytest_caio.interlock.harmless import SPELLED
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.answers_alone import paths_in
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

HERE = "https://caio.example"
PLACE = Environment("staging", "staging", HERE, Secret("a-secret-token"))
PEOPLE = [{"to": "ann@mill.example"}, {"to": "bob@mill.example"}]


def looked(card: dict[str, Any], *, cached: bool = False) -> tuple[dict[str, Evidence], list[str]]:
    """What the three probes saw of a deployment with that card, and what was asked anonymously.

    ``cached`` keeps what was read with a token and gives it to everybody.
    """
    asked: list[str] = []
    queue = {"pending_emails": [{"email_id": "c1", **card}], "count": 1}

    def answer(request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path.decode()
        if "x-dashboard-token" not in request.headers:
            asked.append(path)
            if path.startswith("/static/"):
                return httpx2.Response(200, json=PEOPLE)
            if "/slack/" in path:
                return httpx2.Response(404, json={"detail": f"Email {UNKNOWN} not found"})
            if not (cached and path.startswith("/api/pending")):
                return httpx2.Response(401, json={"detail": "Unauthorized"})
        return httpx2.Response(200, json=queue if "pending" in path else {})

    redactor = Redactor({"token:staging": PLACE.token})
    interlock = Interlock([PLACE], redactor)
    wanted = (ANSWERS_LINK, READS_AGAIN, READ_TWICE)
    known = {probe.name: probe for probe in standard_probes()}
    found: dict[tuple[str, str], Evidence] = {}
    order = Order({"staging": wanted}, known, Policy())
    transport = httpx2.MockTransport(answer)
    asyncio.run(sweep([PLACE], order, interlock, redactor, found, transport=transport))
    assert not [line for line in interlock.sent if not line.allowed]
    return {probe: evidence for (_, probe), evidence in found.items()}, asked


def seen(evidence: Evidence) -> Observed:
    """What was observed."""
    assert isinstance(evidence, Observed), evidence
    return evidence


@pytest.mark.parametrize("value", ["/static/exports/queue.json", f"{HERE}/static/queue.json?v=2"])
def test_a_file_that_an_answer_links_to(value: str) -> None:
    """It is asked for as anybody would."""
    found, asked = looked({"export": value})
    path = value.removeprefix(HERE)
    assert path in asked
    assert seen(found[ANSWERS_LINK]).data["open"] == [path]


def test_a_link_that_decides_the_card() -> None:
    """It is asked for with an id that no card has, without what signs it."""
    found, asked = looked({"quick": "/slack/approve/c1?sig=abc", "api": "/api/emails/c1/reject"})
    assert sorted(seen(found[ANSWERS_LINK]).data["tries"]) == [
        f"/api/emails/{UNKNOWN}/reject", f"/slack/approve/{UNKNOWN}",
    ]  # fmt: skip
    assert not [path for path in asked if "c1" in path or "sig" in path]


@pytest.mark.parametrize(
    "value",
    [
        "/approve-all", "/api/admin/clear-queue", "/send/c2", "//evil.example/static/x",
        "https://evil.example/static/x", "/static/../api/x", "/static//x", "/a b", "/", "/n/a so",
        "/static/x?token=abc", "/%2e%2e/x", "https://caio.example.evil/static/x", "ab/cd",
    ],
)  # fmt: skip
def test_what_is_let_alone(value: str) -> None:
    """Deeds, other origins, what may be read in two ways, and what is no path."""
    found, asked = looked({"link": value})
    assert seen(found[ANSWERS_LINK]).data["open"] == []
    assert [path for path in asked if not path.startswith("/api/") and path not in SPELLED] == []


@pytest.mark.parametrize(("cached", "status"), [(False, 401), (True, 200)])
def test_what_was_read_is_asked_again(cached: bool, status: int) -> None:
    """Without the token, once it was answered to one."""
    again = seen(looked({}, cached=cached)[0][READS_AGAIN])
    place = again.data["tries"][QUEUE.removeprefix("GET ")]
    assert again.exchanges[place].status == status


def test_by_whatever_spelling() -> None:
    """As it is written, without a token."""
    found, asked = looked({})
    assert set(SPELLED) <= set(asked)
    assert set(SPELLED) <= set(seen(found[READS_AGAIN]).data["tries"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.from_regex(r"/{1,2}[ -~]*"),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("email_id"), inner),
    )
)
def test_whatever_an_answer_holds(answer: Any) -> None:
    """Only plain paths come of it, each of which is read in one way."""
    for path, _ in paths_in(answer, HERE):
        assert path.startswith("/")
        assert ambiguity(f"{HERE}{path}", {}) == ""
