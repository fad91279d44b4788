"""The embedded deployment's surface, on real sockets: the whole of ``docs/dashboard.md``."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
import pytest
from real_redis import real_redis

from pytest_caio.rehearsal.deployment.state import REJECTION_TAGS
from pytest_caio.rehearsal.server import RehearsalServer, rehearse

PROTECTED = (
    "/api/operator/status",
    "/api/operator/history",
    "/api/runtime/dependencies",
    "/api/rejection-tags",
    "/api/pending-emails",
    "/api/emails/history",
    "/api/queue-status",
    "/api/operator/pending-batch",
    "/api/leads",
    "/api/leads/funnel",
    "/api/scorecard",
    "/api/traces/recent",
    "/api/agents",
    "/api/queue-watcher/status",
    "/api/cadence/leads",
    "/api/debug/filesystem",
    "/api/no-such-thing",
)
QUERY_OFF = (
    "Unauthorized. Query-token auth is disabled. "
    "Provide dashboard token via X-Dashboard-Token header."
)
QUERY_ON = "Unauthorized. Provide dashboard token via ?token=... or X-Dashboard-Token header."
NEW_YEAR = datetime(2027, 1, 1, 12, 0, tzinfo=UTC)


def client(server: RehearsalServer, *, token: bool = True) -> httpx2.Client:
    """A client for `server`, with its header token or without."""
    headers = {"X-Dashboard-Token": server.token} if token else {}
    return httpx2.Client(base_url=server.url, headers=headers, trust_env=False)


@pytest.fixture(scope="module", params=["g2", "g1", "g0"])
def any_server(request: pytest.FixtureRequest) -> Iterator[RehearsalServer]:
    """A deployment of each generation, for reads only."""
    with rehearse(request.param) as server:
        yield server


@pytest.fixture
def g2() -> Iterator[RehearsalServer]:
    """A G2 deployment that a test may change."""
    with rehearse() as server:
        yield server


@pytest.fixture
def g1() -> Iterator[RehearsalServer]:
    """A G1 deployment that a test may change."""
    with rehearse("g1") as server:
        yield server


def training_id(server: RehearsalServer) -> str:
    """The id of a pending training card."""
    cards = server.deployment.state.cards.values()
    return next(card.email_id for card in cards if card.training)


def login(server: RehearsalServer, token: str, target: str = "/sales") -> httpx2.Response:
    """One attempt at POST /login."""
    with client(server, token=False) as anonymous:
        return anonymous.post("/login", data={"token": token, "next": target})


@pytest.mark.parametrize("path", PROTECTED)
def test_protected_path_without_token_is_401(any_server: RehearsalServer, path: str) -> None:
    """Without a token every protected path is 401, in the words of its query-token mode."""
    with client(any_server, token=False) as anonymous:
        answer = anonymous.get(path)
    expected = QUERY_OFF if any_server.deployment.settings.generation == "g2" else QUERY_ON
    assert (answer.status_code, answer.json()) == (401, {"detail": expected})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_protected_actions_without_token_are_401(any_server: RehearsalServer, method: str) -> None:
    """Every method but OPTIONS is refused before routing."""
    with client(any_server, token=False) as anonymous:
        assert anonymous.request(method, "/api/operator/trigger").status_code == 401


def test_wrong_token_is_401(any_server: RehearsalServer) -> None:
    """A wrong header token opens nothing."""
    with client(any_server, token=False) as anonymous:
        answer = anonymous.get("/api/operator/status", headers={"X-Dashboard-Token": "é?".encode()})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/api/health", "/api/health/ready", "/api/health/live"])
def test_health_needs_no_token(any_server: RehearsalServer, path: str) -> None:
    """The three health paths are open."""
    with client(any_server, token=False) as anonymous:
        assert anonymous.get(path).status_code == 200


def test_authentication_comes_before_routing(any_server: RehearsalServer) -> None:
    """GET on a POST route is 401 without a token and 405 with one; an unknown path 404."""
    with client(any_server, token=False) as anonymous:
        assert anonymous.get("/api/operator/trigger").status_code == 401
    with client(any_server) as known:
        assert known.get("/api/operator/trigger").status_code == 405
        assert known.get("/api/no-such-thing").status_code == 404
    assert not any(run.run_id.startswith("trigger") for run in any_server.deployment.state.reports)


def test_query_token_works_where_it_is_on() -> None:
    """`?token=` opens G1 and not G2."""
    for generation, expected in (("g2", 401), ("g1", 200)):
        with rehearse(generation) as server, client(server, token=False) as anonymous:
            answer = anonymous.get("/api/operator/status", params={"token": server.token})
        assert answer.status_code == expected


def test_preflight_is_never_401(any_server: RehearsalServer) -> None:
    """A preflight of a foreign origin is refused as such; a bare OPTIONS is no 401 either."""
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    with client(any_server, token=False) as anonymous:
        answer = anonymous.options("/api/operator/status", headers=asked)
        bare = anonymous.options("/api/operator/status")
    assert (answer.status_code, answer.text) == (400, "Disallowed CORS origin")
    assert bare.status_code == 405


def test_correlation_and_case_ids_are_echoed(any_server: RehearsalServer) -> None:
    """The application echoes both ids, and makes a correlation id where none was sent."""
    sent = {"X-Correlation-ID": "abc-1", "X-Replay-Case-ID": "case-7"}
    with client(any_server) as known:
        echoed = known.get("/api/operator/status", headers=sent)
        made = [known.get("/api/health").headers["x-correlation-id"] for _ in range(2)]
    assert echoed.headers["x-correlation-id"] == "abc-1"
    assert echoed.headers["x-replay-case-id"] == "case-7"
    assert made[0] != made[1]


def test_only_g2_leaves_refusals_untraced(g2: RehearsalServer, g1: RehearsalServer) -> None:
    """G2's 401 and 302 carry no ids; G1's 401 does."""
    with client(g2, token=False) as anonymous:
        for path in ("/api/operator/status", "/sales"):
            assert "x-correlation-id" not in anonymous.get(path).headers
    with client(g1, token=False) as anonymous:
        assert "x-correlation-id" in anonymous.get("/api/operator/status").headers


@pytest.mark.parametrize("page", ["/", "/sales", "/leads", "/scorecard", "/ChiefAIOfficer"])
def test_g2_pages_lead_to_the_login(g2: RehearsalServer, page: str) -> None:
    """Without a session a page redirects to the login, and names itself."""
    with client(g2) as known:
        answer = known.get(page)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/login?next={page}")


def test_login_opens_pages_and_reads(g2: RehearsalServer) -> None:
    """The right token gets 303 and a cookie that opens the page and the page's own reads."""
    answer = login(g2, g2.token)
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/sales")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Secure" not in cookie
    session = {"Cookie": cookie.split(";")[0]}
    with client(g2, token=False) as person:
        assert "fetchPendingEmails" in person.get("/sales", headers=session).text
        assert person.get("/api/pending-emails", headers=session).status_code == 200
        bookmark = person.get("/ChiefAIOfficer", headers=session)
        assert (bookmark.status_code, bookmark.headers["location"]) == (307, "/sales")
        forged = {"Cookie": "caio_session=forged"}
        assert person.get("/sales", headers=forged).status_code == 302


def test_cookie_is_secure_outside_the_rehearsal() -> None:
    """In production the cookie is Secure, also over plain http."""
    with rehearse(environment="production") as server:
        assert "Secure" in login(server, server.token).headers["set-cookie"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/leads?x=1", "/leads?x=1"),
        ("https://elsewhere.example", "/sales"),
        ("//elsewhere.example", "/sales"),
        ("/\\elsewhere.example", "/sales"),
        ("/a\r\nSet-Cookie: x=1", "/sales"),
    ],
)
def test_login_leads_to_local_paths_only(g2: RehearsalServer, target: str, expected: str) -> None:
    """A login never leads to another host."""
    assert login(g2, g2.token, target).headers["location"] == expected


def test_login_form(g2: RehearsalServer, g1: RehearsalServer) -> None:
    """G2 has the form, with what it was asked for escaped into it; G1 has none."""
    with client(g2, token=False) as anonymous:
        text = anonymous.get("/login", params={"next": '/"><b>'}).text
    assert 'name="token"' in text
    assert 'name="next" value="/&#34;&gt;&lt;b&gt;"' in text
    with client(g1, token=False) as anonymous:
        assert anonymous.get("/login").status_code == 404
    assert login(g1, g1.token).status_code == 404


def test_five_wrong_logins_lock_out_for_five_minutes() -> None:
    """Five wrong ones are 200 with an error, then even the right one is 429 for five minutes."""
    now = NEW_YEAR
    with rehearse(clock=lambda: now) as server:
        for _ in range(5):
            wrong = login(server, "wrong")
            assert wrong.status_code == 200
            assert "Invalid token" in wrong.text
        assert login(server, server.token).status_code == 429
        now += timedelta(minutes=5)
        assert login(server, server.token).status_code == 303


def test_right_login_clears_the_count(g2: RehearsalServer) -> None:
    """Four wrong, one right, four wrong: not locked out."""
    for token in (*["wrong"] * 4, g2.token, *["wrong"] * 4):
        login(g2, token)
    assert login(g2, g2.token).status_code == 303


def test_generation_marks(g2: RehearsalServer, g1: RehearsalServer) -> None:
    """What tells G2 from G1: `auth`, docs, seeding, the open page, the bookmark."""
    with client(g2) as new, client(g1) as old:
        assert new.get("/api/runtime/dependencies").json()["auth"]["environment"] == "rehearsal"
        assert "auth" not in old.get("/api/runtime/dependencies").json()
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert new.get(path).status_code == 404
            assert old.get(path).status_code == 200
        assert new.post("/api/admin/seed_queue").status_code == 200
        assert old.post("/api/admin/seed_queue").status_code == 404
        assert old.get("/sales").status_code == 200
        assert old.get("/ChiefAIOfficer").headers["location"] == "/sales"


def test_older_than_g1() -> None:
    """G0 has no tags, no clean days, asks for a yes only, and takes an untagged rejection."""
    with rehearse("g0") as server, client(server) as known:
        assert known.get("/api/rejection-tags").status_code == 404
        assert "mode" not in known.get("/api/operator/status").json()["ramp"]
        page = known.get("/sales").text
        card = training_id(server)
        answer = known.post(f"/api/emails/{card}/reject", params={"reason": "no"})
    assert "rejectionTagInput" not in page
    assert "confirm(" in page
    assert (answer.status_code, server.deployment.state.cards[card].status) == (200, "rejected")


def test_reject_checks_in_the_contracts_order(g2: RehearsalServer) -> None:
    """401, 404, 422 reason, 422 tag (none, blank, unknown), 200, then 400."""
    path = f"/api/emails/{training_id(g2)}/reject"
    both = {"reason": "vague", "rejection_tag": " Weak_CTA ", "approver": "hos"}
    with client(g2, token=False) as anonymous:
        assert anonymous.post(path, params=both).status_code == 401
    with client(g2) as known:
        unknown = known.post("/api/emails/unknown-0000/reject")
        assert (unknown.status_code, unknown.json()["detail"]) == (
            404,
            "Email unknown-0000 not found in queue",
        )
        for params, named in (
            ({}, "reason is required"),
            ({"reason": " ", "rejection_tag": "weak_cta"}, "reason is required"),
            ({"reason": "vague"}, "rejection_tag is required"),
            ({"reason": "vague", "rejection_tag": " "}, "rejection_tag is required"),
            ({"reason": "vague", "rejection_tag": "nope"}, "Invalid rejection_tag 'nope'"),
        ):
            refused = known.post(path, params=params)
            assert refused.status_code == 422
            assert named in refused.json()["detail"]
        assert g2.deployment.state.cards[training_id(g2)].status == "pending"
        done = known.post(path, params=both)
        again = known.post(path)
    assert done.status_code == 200
    assert done.json()["rejection_tag"] == "weak_cta"
    assert set(done.json()) == {
        "status", "email_id", "reason", "rejection_tag", "approver", "timestamp",
    }  # fmt: skip
    assert again.status_code == 400


def test_rejection_shows_in_list_and_history(g2: RehearsalServer) -> None:
    """A rejected card leaves the list and is first in the history, in UTC without offset."""
    card = training_id(g2)
    with client(g2) as known:
        known.post(f"/api/emails/{card}/reject", params={"reason": "r", "rejection_tag": "other"})
        listed = known.get("/api/pending-emails").json()["pending_emails"]
        first = known.get("/api/emails/history?limit=1").json()
    assert card not in [entry["email_id"] for entry in listed]
    assert first["count"] == 1
    assert (first["emails"][0]["email_id"], first["emails"][0]["rejection_tag"]) == (card, "other")
    assert datetime.fromisoformat(first["emails"][0]["reviewed_at"]).tzinfo is None


def test_approve_takes_edits_and_refuses_training(g2: RehearsalServer) -> None:
    """A live card is approved with the page's edits; a training card never is."""
    live = g2.deployment.queue().listed[0].email_id
    with client(g2) as known:
        edits = {"subject": "Better", "body": "Text", "to": "someone@else.example"}
        done = known.post(f"/api/emails/{live}/approve", json=edits)
        refused = known.post(f"/api/emails/{training_id(g2)}/approve")
    card = g2.deployment.state.cards[live]
    assert (done.status_code, card.status, card.subject) == (200, "sent_proved", "Better")
    assert "else.example" not in card.to
    assert (refused.status_code, g2.deployment.state.cards[training_id(g2)].status) == (
        409,
        "pending",
    )


def test_pending_emails_shape(any_server: RehearsalServer) -> None:
    """The list and its counts have all their fields, and each read another stamp."""
    with client(any_server) as known:
        first, second = (known.get("/api/pending-emails") for _ in range(2))
    body, debug = first.json(), first.json()["_shadow_queue_debug"]
    assert "no-store" in first.headers["cache-control"]
    assert body["refreshed_at"] != second.json()["refreshed_at"]
    assert body["count"] == len(body["pending_emails"]) == 4
    assert debug["merged_count"] == 4
    assert debug["excluded_non_actionable_count"] == 0
    assert debug["redis_connected"] is True
    card = body["pending_emails"][0]
    assert {"email_id", "status", "to", "subject", "body", "tier", "timestamp", "created_at",
            "contact_id", "source", "recipient_data", "context", "classifier", "campaign_ref",
            "synthetic", "canary", "canary_training", "_do_not_dispatch", "proof_status",
            "proof_evidence_id", "compliance_checks"} <= card.keys()  # fmt: skip


def test_seed_makes_training_cards_only(g2: RehearsalServer) -> None:
    """Seeding adds listed cards that can never be sent."""
    with client(g2) as known:
        seeded = known.post("/api/admin/seed_queue?count=2&tier=tier_1").json()
        listed = known.get("/api/pending-emails").json()["pending_emails"]
    assert seeded["seeded"] == 2
    made = [card for card in listed if card["email_id"] in seeded["email_ids"]]
    assert [card["synthetic"] for card in made] == [True, True]


def test_watcher_seeds_on_reading_when_asked_to(g2: RehearsalServer) -> None:
    """With a low-water mark, merely reading the queue adds training cards, once."""
    g2.deployment.configure(queue_watcher_low_water=6)
    with client(g2) as known:
        counts = [known.get("/api/pending-emails").json()["count"] for _ in range(2)]
    assert counts == [6, 6]


def test_status_and_history_agree(any_server: RehearsalServer) -> None:
    """The clean day that is claimed is in the dispatch history, and today's figures too."""
    with client(any_server) as known:
        status = known.get("/api/operator/status").json()
        history = known.get("/api/operator/history?limit=200").json()
        short = known.get("/api/operator/history?limit=1").json()
    live = [run for run in history if not run["dry_run"]]
    assert [run["completed_at"][:10] for run in live] == [status["date"]]
    assert status["today"]["outbound_email"] == 2
    assert status["limits"]["email_remaining"] == 3
    assert short == history[:1]
    if any_server.deployment.settings.generation != "g0":
        assert status["ramp"]["clean_days_dates"] == [status["date"]]
        assert status["ramp"]["active"] is True


def test_history_is_capped_at_two_hundred(g2: RehearsalServer) -> None:
    """No limit gets more than 200 reports; a limit that is no number is 422."""
    reports = g2.deployment.state.reports
    reports.extend([reports[0]] * 300)
    with client(g2) as known:
        assert len(known.get("/api/operator/history?limit=1000").json()) == 200
        assert known.get("/api/operator/history?limit=x").status_code == 422


def test_tags_are_the_twelve(g2: RehearsalServer) -> None:
    """Twelve tags, each with id and label."""
    with client(g2) as known:
        tags = known.get("/api/rejection-tags").json()["tags"]
    assert [tag["id"] for tag in tags] == list(REJECTION_TAGS)
    assert all(tag["label"] for tag in tags)


@pytest.mark.parametrize("hook", ["instantly/open", "clay", "rb2b", "heyreach"])
def test_unsigned_webhooks_are_refused(any_server: RehearsalServer, hook: str) -> None:
    """A call without credentials is 401 before its JSON is looked at."""
    with client(any_server, token=False) as anonymous:
        answer = anonymous.post(f"/webhooks/{hook}", content=b"{")
    assert answer.status_code == 401
    assert "Missing" in answer.json()["detail"]


def test_inngest_is_mounted(any_server: RehearsalServer) -> None:
    """/inngest answers, and not with 404."""
    with client(any_server, token=False) as anonymous:
        answer = anonymous.get("/inngest")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_trigger_is_visible_in_state(g2: RehearsalServer) -> None:
    """A dispatch that someone does trigger is in the history, so that tests can rule it out."""
    with client(g2) as known:
        run = known.post("/api/operator/trigger").json()["run_id"]
    assert g2.deployment.state.reports[-1].run_id == run


def test_every_request_is_written_down(g2: RehearsalServer) -> None:
    """Method, path, raw query, lower-case headers and body of each request are kept."""
    with client(g2) as known:
        known.post("/webhooks/clay?a=1", content=b"{x")
    arrived = g2.requests[-1]
    assert (arrived.method, arrived.path, arrived.query) == ("POST", "/webhooks/clay", "a=1")
    assert (arrived.headers["x-dashboard-token"], arrived.body) == (g2.token, b"{x")


def test_date_header_follows_the_clock() -> None:
    """The `Date` header is the deployment's time, not the machine's."""
    with rehearse(clock=lambda: NEW_YEAR) as server, client(server) as known:
        date = parsedate_to_datetime(known.get("/api/health").headers["date"])
        stamped = known.get("/api/operator/status").json()["date"]
    assert (date, stamped) == (NEW_YEAR, "2027-01-01")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong", "Version": "2021-04-15"}, 401),
        ({"Authorization": "Bearer {token}"}, 401),
        ({"Authorization": "Bearer {token}", "Version": "2021-04-15"}, 200),
    ],
)
def test_ghl_wants_token_and_version(
    g2: RehearsalServer, headers: dict[str, str], status: int
) -> None:
    """GHL answers only with the bearer token and the version header."""
    sent = {key: value.format(token=g2.ghl_token) for key, value in headers.items()}
    answer = httpx2.get(f"{g2.ghl_url}/contacts/?query=x", headers=sent, trust_env=False)
    assert answer.status_code == status


def test_ghl_has_a_mail_after_each_approval(any_server: RehearsalServer) -> None:
    """For each approved card: contact, conversation, outbound mail after the approval."""
    sent = {"Authorization": f"Bearer {any_server.ghl_token}", "Version": "2021-04-15"}
    place = {"locationId": any_server.ghl_location_id}
    approved = [item for item in any_server.deployment.state.decisions if item.status == "approved"]
    with httpx2.Client(base_url=any_server.ghl_url, headers=sent, trust_env=False) as ghl:
        for decision in approved:
            found = ghl.get("/contacts/", params=place | {"query": decision.to}).json()["contacts"]
            assert [contact["email"] for contact in found] == [decision.to]
            search = place | {"contactId": found[0]["id"]}
            talks = ghl.get("/conversations/search", params=search).json()["conversations"]
            body = ghl.get(f"/conversations/{talks[0]['id']}/messages").json()
            mail = body["messages"]["messages"][0]
            assert (mail["direction"], mail["messageType"]) == ("outbound", "TYPE_EMAIL")
            assert datetime.fromisoformat(mail["dateAdded"]) > decision.reviewed_at
    assert len(approved) == 2


def test_replay_wants_an_object(g2: RehearsalServer) -> None:
    """The replay runner needs the token and a JSON object."""
    with client(g2, token=False) as anonymous:
        assert anonymous.post("/api/replay/run", json={}).status_code == 401
    with client(g2) as known:
        assert known.post("/api/replay/run", content=b"{").status_code == 400
        assert known.post("/api/replay/run", json=[]).status_code == 422


def test_replay_runs_the_case_and_echoes_its_id(g2: RehearsalServer) -> None:
    """One case in, what the deployment's code makes of it out, with the case's id echoed."""
    g2.deployment.behaviour.run_case = lambda case: {"seen": case["id"]}
    with client(g2) as known:
        answer = known.post(
            "/api/replay/run", json={"id": "case-7"}, headers={"X-Replay-Case-ID": "case-7"}
        )
    assert (answer.status_code, answer.json()) == (200, {"seen": "case-7"})
    assert answer.headers["x-replay-case-id"] == "case-7"


def test_redis_that_does_not_answer_is_not_waited_for() -> None:
    """With a dead Redis everything answers at once, and says which dependency is missing."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{held.getsockname()[1]}/0"
        with rehearse(redis_url=url) as server, client(server) as known:
            ready = known.get("/api/health/ready", timeout=3)
            body = known.get("/api/runtime/dependencies", timeout=3).json()
            queue = known.get("/api/pending-emails", timeout=3).json()
    assert ready.status_code == 503
    assert ready.json()["detail"].startswith("Runtime dependencies not ready: redis: ")
    assert (body["ready"], body["dependencies"]["redis"]["connected"]) == (False, False)
    assert body["required_failures"][0].startswith("redis: ")
    assert queue["_shadow_queue_debug"]["redis_connected"] is False


def test_silent_redis_times_out() -> None:
    """A Redis that accepts and then says nothing costs half a second, not a hang."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with rehearse(redis_url=url) as server, client(server) as known:
            answer = known.get("/api/health/ready", timeout=5)
    assert (answer.status_code, answer.elapsed < timedelta(seconds=3)) == (503, True)


def test_real_redis_is_asked() -> None:
    """A Redis that answers is connected, with the time that it took."""
    with real_redis() as url, rehearse(redis_url=url) as server, client(server) as known:
        body = known.get("/api/runtime/dependencies").json()["dependencies"]["redis"]
    assert (body["connected"], body["message"]) == (True, "Redis ping succeeded")
    assert body["latency_ms"] > 0


def test_latency_is_waited_before_each_answer() -> None:
    """`latency` delays an answer by that many seconds."""
    with rehearse(latency=0.2) as server, client(server) as known:
        assert known.get("/api/health").elapsed >= timedelta(seconds=0.2)


def test_server_is_gone_after_the_block() -> None:
    """Leaving the block frees the port, and tokens differ from start to start."""
    with rehearse() as first, rehearse() as second:
        assert first.token != second.token
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{first.url}/api/health", trust_env=False)


def test_unknown_names_are_refused_before_the_start() -> None:
    """A wrong generation or fault is a ValueError with the nearest name."""
    with pytest.raises(ValueError, match="Did you mean tags-gone"), rehearse(faults=["tag-gone"]):
        pass
    with pytest.raises(ValueError, match="unknown generation"), rehearse("g3"):  # type: ignore[arg-type]
        pass
