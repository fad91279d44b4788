"""The rehearsal's further routes: batches, admin, and what its other pages read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest

from pytest_caio.rehearsal.deployment.state import Batch
from pytest_caio.rehearsal.server import RehearsalServer, rehearse


@pytest.fixture
def server() -> Iterator[RehearsalServer]:
    """A G2 deployment that a test may change."""
    with rehearse() as running:
        yield running


@pytest.fixture
def known(server: RehearsalServer) -> Iterator[httpx2.Client]:
    """A client with the token."""
    headers = {"X-Dashboard-Token": server.token}
    with httpx2.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "with_token"),
    [
        ("GET", "/api/operator/trigger", 405),
        ("POST", "/api/emails/nobody/approve", 404),
        ("POST", "/api/emails/nobody/reject", 404),
        ("POST", "/api/operator/approve-batch/nobody", 404),
        ("POST", "/api/operator/reject-batch/nobody", 404),
        ("POST", "/api/admin/seed_queue?count=0", 422),
        ("POST", "/api/admin/seed_queue?count=21", 422),
        ("POST", "/api/admin/seed_queue?count=one", 422),
        ("GET", "/api/admin/clear-queue", 405),
    ],
)
def test_harmless_questions(
    server: RehearsalServer, known: httpx2.Client, method: str, path: str, with_token: int
) -> None:
    """401 without a token, whatever is asked; with one, what shows that nothing was done."""
    assert httpx2.request(method, server.url + path, trust_env=False).status_code == 401
    assert known.request(method, path).status_code == with_token


@pytest.mark.parametrize("count", [1, 20])
def test_as_many_training_cards_as_asked(known: httpx2.Client, count: int) -> None:
    """From 1 to 20 at a time."""
    assert known.post(f"/api/admin/seed_queue?count={count}").json()["seeded"] == count


def test_clearing_needs_the_token_and_takes_what_is_pending(
    server: RehearsalServer, known: httpx2.Client
) -> None:
    """What no gate may ever ask is protected, and does what it says."""
    anonymous = httpx2.delete(f"{server.url}/api/admin/clear-queue", trust_env=False)
    assert (anonymous.status_code, len(server.deployment.queue().listed)) == (401, 4)
    assert known.delete("/api/admin/clear-queue").json() == {"status": "ok", "cleared": 4}
    assert len(server.deployment.queue().listed) == 0


def test_a_batch_waits_until_it_is_decided_on(
    server: RehearsalServer, known: httpx2.Client
) -> None:
    """Shown in both places while it waits; a second decision on it is 400."""
    assert known.get("/api/operator/pending-batch").json() == {"pending_batch": None}
    batch = Batch("batch_1", server.deployment.now(), ("card_1",))
    server.deployment.state.batches[batch.batch_id] = batch
    assert known.get("/api/operator/pending-batch").json()["pending_batch"]["size"] == 1
    gatekeeper = known.get("/api/operator/status").json()["gatekeeper"]
    assert gatekeeper == {"required": True, "pending_batch": "batch_1"}
    assert known.post("/api/operator/reject-batch/batch_1").json()["status"] == "rejected"
    assert known.post("/api/operator/approve-batch/batch_1").status_code == 400
    assert known.get("/api/operator/pending-batch").json() == {"pending_batch": None}


def test_traces_tell_of_each_decision(server: RehearsalServer, known: httpx2.Client) -> None:
    """Newest first, both summaries JSON as text; of other agents there are none; 404 in G1."""
    found = known.get("/api/traces/recent?agent=feedback_loop&limit=200").json()
    asked = [json.loads(trace["tool_input_summary"]) for trace in found["traces"]]
    assert found["count"] == len(server.deployment.state.decisions) == 4
    assert {one["action"] for one in asked} == {"approve_email", "reject_email"}
    assert [one["metadata"]["rejection_tag"] for one in asked].count("weak_cta") == 1
    stamps = [trace["timestamp"] for trace in found["traces"]]
    assert stamps == sorted(stamps, reverse=True)
    assert known.get("/api/traces/recent?agent=crafter").json()["count"] == 0
    with rehearse("g1") as older:
        headers = {"X-Dashboard-Token": older.token}
        url = f"{older.url}/api/traces/recent"
        assert httpx2.get(url, headers=headers, trust_env=False).status_code == 404


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("/api/leads", "count", 8),
        (
            "/api/leads/funnel",
            "stages",
            {"approved": 2, "sent_proved": 1, "rejected": 1, "pending": 4},
        ),
        ("/api/scorecard", "approval_rate", 3 / 4),
        ("/api/cadence/leads", "leads", []),
        ("/api/queue-watcher/status", "enabled", False),
        ("/api/debug/filesystem", "files", []),
    ],
)
def test_further_reads(known: httpx2.Client, path: str, key: str, value: object) -> None:
    """Each says what the state says."""
    assert known.get(path).json()[key] == value
