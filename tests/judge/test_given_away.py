"""What is given away without a token: by a copy, a link, a proxy's cache, an open answer."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import (
    FAIL,
    FORM,
    PASS,
    READ_AGAIN,
    READY_BODY,
    card,
    g1,
    g2,
    queue_body,
    ruled,
    several,
)

from pytest_caio.evidence.probe_names import (
    ANSWERS_LINK,
    DECISIONS,
    HEALTH,
    LOGIN_PAGE,
    QUEUE,
    READS_AGAIN,
    READY,
    SALES_SESSION,
    UNKNOWN,
)
from pytest_caio.interlock.harmless import SPELLED
from pytest_caio.testing import observed, unobserved
from pytest_caio.verdict.finding import Outcome

READS, ACTIONS = "access.reads-refused", "access.actions-refused"
SHUT = (401, {"detail": "Unauthorized."})


@pytest.mark.parametrize("generation", [g1, g2])
@pytest.mark.parametrize("path", READ_AGAIN)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (SHUT, PASS), ((403, {"detail": "Forbidden"}), PASS), ((200, {"emails": []}), FAIL),
        ((422, {"detail": "limit"}), FAIL), ((404, {"detail": "Not Found"}), FAIL),
    ],
)  # fmt: skip
def test_a_copy_is_kept_for_nobody(
    generation: Any, path: str, answer: tuple[int, Any], outcome: Outcome
) -> None:
    """What was answered to a token is answered to nobody else afterwards, nor looked up."""
    again = several(READS_AGAIN, {**dict.fromkeys(READ_AGAIN, SHUT), path: answer})
    said = ruled(READS, generation(), again)
    assert said.outcome is (PASS if generation is g1 and answer[0] == 404 else outcome)
    assert said.outcome is PASS or f"{path} " in said.observed


@pytest.mark.parametrize("path", SPELLED)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (SHUT, PASS), ((404, {"detail": "Not Found"}), PASS), ((307, ""), PASS),
        ((200, "<!doctype html><title>CAIO</title>"), PASS), ((200, {"status": "ok"}), PASS),
        ((200, {"count": 0, "pending_emails": []}), FAIL),
        ((500, {"pending_emails": []}), PASS),
    ],
)  # fmt: skip
def test_another_spelling(path: str, answer: tuple[int, Any], outcome: Outcome) -> None:
    """The queue is shut by whatever spelling; any page may answer what isn't there."""
    again = several(READS_AGAIN, {**dict.fromkeys(READ_AGAIN, SHUT), path: answer})
    said = ruled(READS, g2(), again)
    assert said.outcome is outcome
    assert said.outcome is PASS or f"{path} " in said.observed


def test_where_it_was_not_asked_again() -> None:
    """Nothing was seen then; what is open all the same is said first."""
    lost = unobserved(READS_AGAIN, "no connection")
    assert ruled(READS, g2(), lost).outcome is Outcome.CANNOT_TELL
    linked = several(ANSWERS_LINK, {}, open=["/static/queue.json"])
    assert ruled(READS, g2(), lost, linked).outcome is FAIL


def test_what_an_answer_links_to() -> None:
    """A file that shows people is open to whoever has its name."""
    linked = several(ANSWERS_LINK, {}, open=["/static/queue.json"])
    said = ruled(READS, g2(), linked)
    assert (said.outcome, "/static/queue.json" in said.observed) == (FAIL, True)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, {"detail": "Unauthorized."}, PASS),
        (405, {"detail": "Method Not Allowed"}, PASS),
        (404, {"detail": "Not Found"}, PASS),
        (404, {"detail": f"no such path: /slack/approve/{UNKNOWN}/now"}, PASS),
        (404, {"detail": f"Email {UNKNOWN} not found in queue"}, FAIL),
        (409, {"detail": "decided already"}, FAIL),
    ],
)
def test_a_card_that_links_to_its_own_approval(status: int, body: Any, outcome: Outcome) -> None:
    """With another id in its place the link is asked without a token."""
    path = f"/slack/approve/{UNKNOWN}"
    linked = several(ANSWERS_LINK, {path: (status, body)}, open=[])
    assert ruled(ACTIONS, g2(), linked).outcome is outcome


@pytest.mark.parametrize(
    ("header", "value", "outcome"),
    [
        ("cache-control", "no-store", PASS),
        ("cache-control", "private, max-age=60", PASS),
        ("cache-control", "max-age=60", PASS),
        ("cache-control", "public, no-store", PASS),
        ("cache-control", "public, max-age=60", FAIL),
        ("cache-control", "Public", FAIL),
        ("cache-control", "s-maxage=30", FAIL),
        ("cache-control", "s-maxage=0", PASS),
        ("surrogate-control", "max-age=60", FAIL),
        ("surrogate-control", "no-store", PASS),
    ],
)
@pytest.mark.parametrize("probe", [QUEUE, DECISIONS, SALES_SESSION])
def test_no_proxy_keeps_people(probe: str, header: str, value: str, outcome: Outcome) -> None:
    """A shared cache gives what it keeps to everybody (RFC 9111)."""
    bodies = {QUEUE: queue_body(), DECISIONS: {"emails": []}, SALES_SESSION: "<h1>Sales</h1>"}
    answer = observed(probe, bodies[probe], headers=[(header, value)])
    assert ruled(READS, g2(), answer).outcome is outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("redis://default:secret@eu1.upstash.example:6379", FAIL),
        ("rediss://10.0.0.4:6379/0", FAIL),
        ("postgresql+psycopg://app@db/caio", FAIL),
        ("Redis ping succeeded", PASS),
        ("connecting to redis:6379 failed", PASS),
        ("https://caio.example/health", PASS),
    ],
)
def test_no_store_is_named_to_everybody(text: str, outcome: Outcome) -> None:
    """In production its address holds its password."""
    assert ruled(READS, g2(), observed(READY, {**READY_BODY, "store": text})).outcome is outcome


@pytest.mark.parametrize("probe", [READY, HEALTH])
@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("event_key", "evt-4f2a90cc17", FAIL), ("INNGEST_SIGNING_KEY", "signkey-prod-77ab", FAIL),
        ("api_key", "sk_live_0a1b2c3d", FAIL), ("redis_password", "hunter2hunter2", FAIL),
        ("hmac", "s1", FAIL), ("hmac", True, PASS), ("bearer", "yes", PASS), ("hmac", "", PASS),
        ("event_key", "configured_unverified", PASS), ("event_key", "set-4f2a90", FAIL),
        ("event_key", "configured", PASS), ("event_key", "not_configured", PASS),
        ("event_key", "evt-…17", PASS), ("event_key", "ev********", PASS),
        ("event_key", "INNGEST_EVENT_KEY", PASS), ("event_key", True, PASS),
        ("event_key", "set", PASS), ("cache_key", "queue-v2-2026", PASS),
        ("signing_key", "is set since Monday", PASS), ("secrets_configured", "all-of-them", PASS),
    ],
)  # fmt: skip
def test_a_key_in_an_open_answer(probe: str, name: str, value: Any, outcome: Outcome) -> None:
    """Whether it is there may be told, and what it is called; not what it is."""
    body = READY_BODY if probe == READY else {"status": "healthy"}
    said = ruled(READS, g2(), observed(probe, {**body, "inngest": {name: value}}))
    assert said.outcome is outcome, said.observed
    assert outcome is PASS or name in said.observed


@pytest.mark.parametrize(
    ("probe", "answer", "outcome"),
    [
        (LOGIN_PAGE, f"{FORM}<p>1 mail waits: Maria Keller (COO)</p>", FAIL),
        (LOGIN_PAGE, f"<title>Norlund Freight: log in</title>{FORM}", PASS),
        (LOGIN_PAGE, f"{FORM}<p>2 mails wait, for NORLUND freight and Halden Legal</p>", FAIL),
        (LOGIN_PAGE, f"{FORM}<p>Mail for Keller, Maria and Freight by Norlund</p>", PASS),
        (HEALTH, {"status": "healthy", "next": "Maria Keller"}, FAIL),
        (HEALTH, {"status": "healthy", "next": {"recipient_name": "Maria Keller"}}, FAIL),
        (HEALTH, {"status": "healthy", "next": {"recipient_name": "Maria Kellermann"}}, PASS),
        (HEALTH, {"status": "healthy", "waiting": 3}, PASS),
    ],
)
@pytest.mark.parametrize("training", [False, True])
def test_people_by_their_names(probe: str, answer: Any, outcome: Outcome, training: bool) -> None:
    """Without an address too: a name or a company of two words; nobody is a training card's."""
    person = {"name": "Maria Keller", "company": "Norlund Freight", "title": "COO"}
    other = {"name": "Ines Duarte", "company": "Halden Legal"}
    cards = [card(n, recipient_data=one, canary=training) for n, one in enumerate((person, other))]
    queue = observed(QUEUE, queue_body(*cards))
    said = ruled(READS, g2(), queue, observed(probe, answer))
    assert said.outcome is (PASS if training else outcome)


def test_what_a_login_page_may_show() -> None:
    """Who reports errors or counts visits from a page has a key that is for everybody."""
    keys = '{"dsn": "https://a1b2@o1.example/2", "api_key": "phc_4f2a"}'
    page = observed(LOGIN_PAGE, f"{FORM}<script>start({keys})</script>")
    assert ruled(READS, g2(), page).outcome is PASS
