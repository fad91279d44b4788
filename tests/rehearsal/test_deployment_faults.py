"""Every fault can be applied, breaks what it says, and lets the deployment go on answering."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from pytest_caio.rehearsal.deployment.app import create_app
from pytest_caio.rehearsal.deployment.core import Deployment, build
from pytest_caio.rehearsal.faults.catalogue import FAULTS, named
from pytest_caio.rehearsal.faults.fault import code

TOKEN = "rehearsal-token"
CHECKS_TABLE = """
environment.reachable environment.token-accepted environment.name environment.auth-strict
environment.redis-required environment.inngest-required environment.queue-max-age
access.reads-refused access.actions-refused access.preflight-open access.no-token-echo
access.login access.query-token access.docs-closed access.session-secret access.webhooks-signed
access.heyreach-hard-auth rejection.tags rejection.server-blocks rejection.page-blocks
rejection.page-tags ramp.clean-days-mode ramp.consistent ramp.limits ramp.gatekeeper
ramp.emergency-stop ramp.graduation ramp.cap-growth smoke.ready smoke.dependencies
smoke.sales-page smoke.bookmark smoke.queue-refreshes smoke.card-contract smoke.health smoke.webhook
queue.no-drift queue.sources-agree queue.tier queue.compliance queue.sendable queue.instant-reject
queue.sla-decision
queue.sla-review queue.expected queue.window cycle.decided cycle.rejections-tagged cycle.dispatch
cycle.sent-evidence cycle.send-hours
"""
READS = (
    "/api/health/ready",
    "/api/health",
    "/api/runtime/dependencies",
    "/api/operator/status",
    "/api/operator/history",
    "/api/rejection-tags",
    "/api/pending-emails",
    "/api/emails/history",
    "/api/queue-status",
    "/sales",
    "/login",
    "/inngest",
    "/ChiefAIOfficer",
    "/docs",
    "/ghl/contacts/",
)


@dataclass
class Reply:
    """One answer, read in-process."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(
    deployment: Deployment, path: str, method: str = "GET", query: str = "", **headers: str
) -> Reply:
    """Send one request through the app, without a socket."""
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        "client": ("127.0.0.1", 1), "scheme": "http", "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(create_app(deployment, lambda _arrived: None)(scope, receive, send))  # type: ignore[arg-type]
    pairs = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], pairs, b"".join(part.get("body", b"") for part in sent[1:]))


def broken(*faults: str, generation: Any = "g2") -> Deployment:
    """A deployment with those faults."""
    deployment = build(generation, token=TOKEN, environment="rehearsal")
    for fault in named(faults):
        fault.apply(deployment)
    return deployment


def read(deployment: Deployment, path: str) -> Reply:
    """Read a protected path with the token that was handed out."""
    return ask(deployment, path, x_dashboard_token=TOKEN)


EVERY_FAULT = [
    pytest.param(fault.name, generation, id=f"{fault.name}-{generation}")
    for fault in FAULTS.values()
    for generation in fault.generations
]


def test_every_check_has_a_fault() -> None:
    """Each check that one deployment alone can fail is named by some fault, and no other is."""
    named_checks = {check for fault in FAULTS.values() for check in fault.checks}
    assert {check for check in named_checks if not check.startswith("replay.")} == set(
        CHECKS_TABLE.split()
    )


def test_faults_are_told_in_one_plain_line() -> None:
    """Names are kebab case; descriptions are one sentence on one line."""
    for name, fault in FAULTS.items():
        assert name == fault.name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert re.fullmatch(r"\S[^\n]{10,90}\.", fault.description), name
        assert set(fault.generations) <= {"g2", "g1"}


def test_listing_faults_needs_no_web_server() -> None:
    """Importing the list imports neither starlette nor uvicorn nor redis."""
    program = (
        "import sys, pytest_caio.rehearsal.faults.catalogue;"
        "print([m for m in ('starlette', 'uvicorn', 'redis') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "generation"), EVERY_FAULT)
def test_broken_deployment_still_answers(name: str, generation: str) -> None:
    """Under every fault each read gets an answer, and none is a crash (500)."""
    deployment = broken(name, generation=generation)
    statuses = {path: read(deployment, path).status for path in READS}
    assert 500 not in statuses.values(), statuses


@pytest.mark.parametrize(("name", "generation"), EVERY_FAULT)
def test_fault_changes_the_deployment(name: str, generation: str) -> None:
    """A fault leaves a trace in settings, state, code or clock."""
    plain = build(generation, token=TOKEN, environment="rehearsal")  # type: ignore[arg-type]
    before = (plain.settings, plain.clock, repr(plain.state), repr(plain.behaviour))
    FAULTS[name].apply(plain)
    assert before != (plain.settings, plain.clock, repr(plain.state), repr(plain.behaviour))


def test_faults_can_be_combined() -> None:
    """Several faults hold at once, whatever their order; the clock does not undo the others."""
    deployment = broken("stale-hidden", "outside-window", "tags-gone")
    debug = read(deployment, "/api/pending-emails").json["_shadow_queue_debug"]
    assert debug["excluded_non_actionable_reasons"] == {"stale_gt_72h": 5}
    assert read(deployment, "/api/rejection-tags").status == 404


def test_code_faults_name_real_pieces() -> None:
    """A fault of code that names no piece of behaviour is an error, not a no-op."""
    with pytest.raises(AttributeError):
        code(no_such_piece=True)(broken())


def test_rotated_token_is_refused() -> None:
    """The token that was handed out no longer opens anything."""
    assert read(broken("token-rotated"), "/api/operator/status").status == 401


def test_open_doors_are_open_one_by_one() -> None:
    """Open reads leave actions shut, and the other way round."""
    for fault, expected in (("reads-open", (200, 401)), ("actions-open", (401, 405))):
        deployment = broken(fault)
        seen = tuple(
            ask(deployment, path).status
            for path in ("/api/operator/status", "/api/operator/trigger")
        )
        assert seen == expected


def test_echoed_token_is_in_the_answer() -> None:
    """The fault repeats the header; a deployment in good order does not."""
    for faults, count in ((("token-echo",), 1), ((), 0)):
        body = read(broken(*faults), "/api/operator/status").body
        assert body.count(TOKEN.encode()) == count


def test_not_ready_is_told_apart() -> None:
    """Readiness and dependencies can be wrong together and each alone."""
    for fault, ready, dependencies in (
        ("not-ready", 503, False),
        ("monitor-down", 503, True),
        ("ready-regardless", 200, False),
        ("redis-down", 503, False),
    ):
        deployment = broken(fault)
        assert ask(deployment, "/api/health/ready").status == ready
        assert read(deployment, "/api/runtime/dependencies").json["ready"] is dependencies


@pytest.mark.parametrize(
    ("fault", "query"),
    [
        ("untagged-accepted", "reason=r"),
        ("unknown-tag-accepted", "reason=r&rejection_tag=nope"),
        ("blank-tag-accepted", "reason=r&rejection_tag=%20"),
        ("reasonless-accepted", ""),
    ],
)
def test_lax_rejection_is_lax_in_one_way(fault: str, query: str) -> None:
    """Each lax server takes its own kind of rejection, and a good one takes none of them."""
    for faults, expected in ((("no-training-card",), 422), ((fault,), 200)):
        deployment = broken(*faults)
        card = deployment.queue().listed[0].email_id
        path = f"/api/emails/{card}/reject"
        assert ask(deployment, path, "POST", query, x_dashboard_token=TOKEN).status == expected


def test_strict_servers_still_refuse_the_other_kinds() -> None:
    """A server that takes unknown tags still wants a tag at all."""
    deployment = broken("unknown-tag-accepted")
    card = deployment.queue().listed[0].email_id
    answer = ask(
        deployment, f"/api/emails/{card}/reject", "POST", "reason=r", x_dashboard_token=TOKEN
    )
    assert answer.status == 422


def test_hidden_drift_is_counted_but_not_listed() -> None:
    """At most five examples, and the list itself looks clean."""
    body = read(broken("stale-hidden", "noise-hidden"), "/api/pending-emails").json
    debug = body["_shadow_queue_debug"]
    assert body["count"] == 4
    assert debug["merged_count"] == body["count"] + debug["excluded_non_actionable_count"]
    assert len(debug["excluded_non_actionable_examples"]) == 5


@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_full_window(generation: str) -> None:
    """Twenty merged, none excluded, and no more live cards than before."""
    body = read(broken("twenty-merged", generation=generation), "/api/pending-emails").json
    debug = body["_shadow_queue_debug"]
    assert (debug["merged_count"], debug["excluded_non_actionable_count"]) == (20, 0)
    assert sum(not card["synthetic"] for card in body["pending_emails"]) == 3


def test_self_graduation_is_not_in_the_history() -> None:
    """Three days are claimed, the history shows one clean one."""
    deployment = broken("self-graduated")
    ramp = read(deployment, "/api/operator/status").json["ramp"]
    live = {run["completed_at"][:10] for run in read(deployment, "/api/operator/history").json
            if not run["dry_run"]}  # fmt: skip
    assert (ramp["clean_days_completed"], ramp["active"], len(live)) == (3, False, 1)


def test_true_graduation_is_in_the_history() -> None:
    """After three real clean days the claim holds, and only the cap is out of bounds."""
    ramp = read(broken("graduated-cap-jump"), "/api/operator/status").json["ramp"]
    assert (ramp["clean_days_completed"], ramp["active"]) == (3, False)
    assert ramp["email_limit_override"] == 100


def test_outside_window_is_night_at_the_reviewers() -> None:
    """The clock stands at half past three in New York, and the cards are fresh by it."""
    deployment = broken("outside-window")
    local = read(deployment, "/api/health").headers["date"]
    assert local[20:22] in {"30", "31"}
    assert deployment.queue().excluded == ()
