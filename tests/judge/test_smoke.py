"""``smoke``: every row of the table of checks, in every situation (parity has its own file)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from deployments import (
    CANNOT_TELL,
    DEPENDENCIES_BODY,
    FAIL,
    FORM,
    GATEWAY,
    GENERATIONS,
    GONE,
    NOT_APPLICABLE,
    PAGE,
    PASS,
    QUERY_OFF,
    READY_BODY,
    UNREADY,
    card,
    edited,
    g1,
    g2,
    mistyped,
    older,
    queue_body,
    redirect,
    ruled,
    unusable,
)
from deployments import NOW as MADE

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import (
    BOOKMARK,
    BOOKMARK_SESSION,
    DEPENDENCIES,
    HEALTH,
    LOGIN,
    LOGIN_PAGE,
    PAGE_REJECT,
    QUEUE,
    QUEUE_AGAIN,
    READY,
    REJECT_INCOMPLETE,
    SALES,
    SALES_SESSION,
    STATUS,
)
from pytest_caio.testing import ENVIRONMENT, exchange, observed, unobserved
from pytest_caio.verdict.finding import Outcome

CHECKS = (
    "ready dependencies sales-page bookmark queue-refreshes card-contract health parity"
).split()


@pytest.mark.parametrize("generation", GENERATIONS)
def test_in_good_order(generation: str) -> None:
    """In each generation every check holds; parity has nothing to compare one with."""
    base = GENERATIONS[generation]()
    found = {name: ruled(f"smoke.{name}", base).outcome for name in CHECKS}
    assert found == dict.fromkeys(CHECKS, PASS) | {"parity": NOT_APPLICABLE}


NOT_LET_IN = {f"{READY}: 401", f"{READY}: 403", f"{HEALTH}: 401", f"{HEALTH}: 403"}
READY_FIELDS = {"status": str, "checks": dict}


def ready(path: str, value: Any) -> Evidence:
    """Readiness with another value at ``path``."""
    return observed(READY, edited(READY_BODY, path, value))


def inner(**part: Any) -> Evidence:
    """Readiness whose Redis says this of itself."""
    return ready("runtime_dependencies.dependencies", {"redis": part})


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *(p for p in unusable(READY, READY_BODY) if p.id not in NOT_LET_IN),
        *mistyped(READY, READY_BODY, READY_FIELDS),
        # Nobody has to sign in for this one: a refusal is an answer.
        (observed(READY, {"detail": QUERY_OFF}, 401), FAIL),
        (ready("status", "not_ready"), FAIL),
        (ready("status", "READY"), FAIL),
        (ready("status", " "), FAIL),
        (ready("checks", {}), FAIL),
        (ready("checks.health_monitor", "not running"), FAIL),
        (ready("checks.integrations", None), FAIL),
        (ready("checks.integrations", True), FAIL),
        (ready("checks.integrations", ["ok"]), FAIL),
        (ready("checks.integrations", {"ok": 1}), FAIL),
        (ready("checks.integrations", "degraded"), PASS),
        (ready("checks.another", True), PASS),
        (ready("checks.another", None), PASS),
        (ready("checks.another", 12), PASS),
        (ready("checks.another", "Pass"), PASS),
        (ready("checks.another", "not configured"), PASS),
        (ready("checks.another", {"status": "ok", "latency_ms": 3}), PASS),
        (ready("checks.another", False), FAIL),
        (ready("checks.another", "failed"), FAIL),
        (ready("checks.another", "timeout"), FAIL),
        (ready("checks.another", {"status": "failed"}), FAIL),
        (ready("checks.another", {"status": "ok", "ready": False}), FAIL),
        (ready("checks.health_monitor", True), FAIL),
        (ready("runtime_dependencies", {}), PASS),
        (ready("runtime_dependencies", None), PASS),
        (ready("runtime_dependencies.ready", False), FAIL),
        (ready("runtime_dependencies.required_failures", ["redis: refused"]), FAIL),
        (ready("runtime_dependencies.required_failures", []), PASS),
        (ready("runtime_dependencies.status", "unhealthy"), FAIL),
        (inner(required=True, ready=True, status="unhealthy"), FAIL),
        (inner(required=True, ready=True, status="degraded"), FAIL),
        (inner(required=True, ready=True, status="not_configured"), FAIL),
        (inner(required=True, ready=True, connected=False), FAIL),
        (inner(ready=True, connected=False), FAIL),
        (inner(required=True, ready=False), FAIL),
        (inner(required=True, ready=True, status="configured_unverified"), PASS),
        (inner(required=True, ready=True, status="warm"), PASS),
        (inner(required=False, ready=False, status="not_configured", connected=False), PASS),
        (ready("llm_routing", {"ready": True, "task_routes": {}}), PASS),
        (ready("llm_routing", {"ready": False}), FAIL),
        (ready("slack", {"connected": False, "status": "degraded"}), PASS),
        (ready("workers", {"ready": 3, "failed": []}), PASS),
        (ready("checks.another", "ok"), PASS),
    ],
)
def test_ready(evidence: Evidence, outcome: Outcome) -> None:
    """It says ready, and each of its parts does."""
    assert ruled("smoke.ready", g2(), evidence).outcome is outcome


def dependencies(path: str, value: Any) -> Evidence:
    """The dependencies with another value at ``path``."""
    return observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, path, value))


FIELDS = {"ready": bool, "required_failures": list, "dependencies": dict}


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(DEPENDENCIES, DEPENDENCIES_BODY),
        *mistyped(DEPENDENCIES, DEPENDENCIES_BODY, FIELDS),
        (dependencies("ready", False), FAIL),
        (dependencies("required_failures", ["redis: refused"]), FAIL),
        (dependencies("required_failures", [None]), FAIL),
        (dependencies("dependencies", {}), FAIL),
        (dependencies("dependencies.redis", None), FAIL),
        (dependencies("dependencies.redis", "healthy"), FAIL),
        (dependencies("dependencies.redis.required", "true"), FAIL),
        (dependencies("dependencies.redis.ready", False), FAIL),
        (dependencies("dependencies.redis.ready", "yes"), FAIL),
        (dependencies("dependencies.redis", {"required": False, "ready": False}), PASS),
        (dependencies("dependencies.new", {"required": False}), PASS),
        (dependencies("status", "degraded"), FAIL),
        (dependencies("status", "not_ready"), FAIL),
        (dependencies("status", "healthy"), PASS),
        (dependencies("status", GONE), PASS),
        (dependencies("dependencies.redis.connected", False), FAIL),
        (dependencies("dependencies.redis.status", "unhealthy"), FAIL),
        (dependencies("dependencies.redis.status", "not_configured"), FAIL),
        (dependencies("status", ""), FAIL),
        (dependencies("status", None), FAIL),
        (dependencies("status", ["ready"]), FAIL),
        (dependencies("dependencies.redis.status", "configured"), PASS),
        (dependencies("dependencies.redis.status", "configured_unverified"), PASS),
        (dependencies("dependencies.new", {"required": False, "status": "unhealthy"}), PASS),
        (dependencies("llm_routing", {"ready": True}), PASS),
        (dependencies("llm_routing", {"ready": False}), FAIL),
        (dependencies("llm_routing", {"required": False, "ready": False}), PASS),
        (dependencies("queues", {"failures": ["one"]}), FAIL),
        (observed(READY, UNREADY, 503), FAIL),
        (observed(READY, {"detail": "Health monitor: down"}, 503), PASS),
        (inner(required=False, ready=True), FAIL),
        (inner(required=True, ready=True), PASS),
        (observed(READY, "<html>"), PASS),
        (unobserved(READY, "no answer"), PASS),
    ],
)
def test_dependencies(evidence: Evidence, outcome: Outcome) -> None:
    """Ready, without failures, and each required part says so itself."""
    assert ruled("smoke.dependencies", g2(), evidence).outcome is outcome


REFUSED = observed(STATUS, {"detail": QUERY_OFF}, 401)
BOUNCED = redirect(SALES_SESSION, "/login?next=/sales", 302)


CSP = "content-security-policy"


# Its data are written into the page, which a policy doesn't mind, and its script is a file.
APART = (
    PAGE.replace("<script>", '<script src="/sales.js"></script><script type="application/json">')
    + "<script type='text/template'><b></b></script>"
)


def headed(*headers: tuple[str, str], page: str = PAGE) -> Evidence:
    """The page as who signed in gets it, with these headers."""
    (answer,) = observed(SALES_SESSION, page).exchanges
    return Observed(SALES_SESSION, ENVIRONMENT, (replace(answer, headers=headers),))


NOW, LATER = "Fri, 27 Nov 2026 15:00:00 GMT", "Fri, 27 Nov 2026 16:00:00 GMT"


def kept(*headers: tuple[str, str], status: int = 302) -> Evidence:
    """The redirect to the login, with these headers."""
    (answer,) = redirect(SALES, "/login").exchanges
    others = [one for one in answer.headers if one[0].lower() != "date"]
    headers = (*others, *headers)
    return Observed(SALES, ENVIRONMENT, (replace(answer, status=status, headers=headers),))


@pytest.mark.parametrize(
    ("base", "changes", "outcome", "words"),
    [
        (g2, (observed(SALES_SESSION, FORM),), FAIL, "login page although"),
        (g2, (observed(SALES_SESSION, PAGE + FORM),), FAIL, "login page although"),
        (g2, (BOUNCED,), FAIL, "302"),
        (g2, (observed(SALES_SESSION, "<html>shop"),), FAIL, "not the dashboard"),
        (g2, (observed(SALES_SESSION, ""),), FAIL, "an empty answer"),
        (g2, (observed(SALES_SESSION, "<script src=/app.js>"),), CANNOT_TELL, "script of its own"),
        (g2, (observed(SALES_SESSION, "<script src=//cdn/app.js>"),), FAIL, "not the dashboard"),
        (g2, (observed(SALES_SESSION, PAGE.replace("setInterval", "")),), FAIL, "no setInterval"),
        (g2, (observed(SALES_SESSION, PAGE.replace("visibility", "")),), FAIL, "not wired"),
        (g2, (headed(("content-disposition", "Attachment; x=1")),), FAIL, "a file to be saved"),
        (g2, (headed(("content-disposition", "inline")),), PASS, "wired"),
        (g2, (headed(("content-type", "text/plain")),), FAIL, "sent as text/plain"),
        (g2, (headed(("content-type", "application/xhtml+xml")),), PASS, "wired"),
        (
            g2,
            (headed((CSP, "default-src 'self'; sandbox allow-forms")),),
            FAIL,
            "a sandbox without",
        ),
        (g2, (headed((CSP, "default-src 'self'; script-src 'self'")),), FAIL, "forbids its own"),
        (g2, (headed((CSP, "default-src 'self'")),), FAIL, "forbids its own"),
        (g2, (headed((CSP, "default-src 'self', script-src 'none'")),), FAIL, "forbids its own"),
        (g2, (headed((CSP, "frame-ancestors 'none'; object-src 'none'")),), PASS, "wired"),
        (g2, (headed((CSP, "script-src 'self'"), page=APART),), PASS, "wired"),
        (g2, (headed((CSP, "default-src 'self' 'unsafe-inline'")),), PASS, "wired"),
        (g2, (headed((CSP, "default-src 'none'; script-src 'Nonce-aBc'")),), PASS, "wired"),
        (
            g2,
            (headed((CSP, "script-src 'self' 'sha256-aBc='; default-src 'self'")),),
            PASS,
            "wired",
        ),
        (g2, (headed((CSP, "sandbox allow-scripts")),), FAIL, "without allow-same-origin"),
        (
            g2,
            (
                headed(
                    (CSP, "sandbox allow-scripts allow-same-origin"),
                ),
            ),
            PASS,
            "wired",
        ),
        (g2, (headed((CSP, ";; script-src 'self', x")),), FAIL, "forbids its own"),
        (g2, (headed((CSP, ";; object-src 'self', x")),), PASS, "wired"),
        (g1, (observed(SALES, PAGE, headers=[(CSP, "sandbox")]),), FAIL, "a sandbox without"),
        (g2, (observed(SALES_SESSION, PAGE, 500),), FAIL, "500"),
        (g2, (observed(SALES_SESSION, "", 404),), FAIL, "404"),
        (g2, (observed(SALES_SESSION, GATEWAY, 504),), CANNOT_TELL, "gateway"),
        (g2, (observed(SALES_SESSION, "", 429),), CANNOT_TELL, "429"),
        (g2, (unobserved(SALES_SESSION, "no connection"),), CANNOT_TELL, "no connection"),
        (g2, (unobserved(LOGIN, "no answer"),), CANNOT_TELL, "no answer"),
        (g2, (observed(LOGIN, "locked", 429),), CANNOT_TELL, "429"),
        (g2, (observed(LOGIN, FORM),), FAIL, "refused the right token"),
        (g2, (observed(LOGIN, "", 403),), FAIL, "refused the right token"),
        (g2, (observed(LOGIN, "", 500),), FAIL, "signing in was answered 500"),
        (g2, (redirect(LOGIN, "/login", 303),), FAIL, "refused the right token"),
        (g2, (redirect(LOGIN, "/elsewhere", 303),), FAIL, "signing in was answered 303"),
        (g2, (observed(LOGIN, FORM), REFUSED), CANNOT_TELL, "by the API alike"),
        (g2, (observed(SALES, PAGE),), FAIL, "to everybody"),
        (g2, (observed(SALES, PAGE + FORM),), FAIL, "to everybody"),
        (g2, (observed(SALES, FORM),), PASS, "wired"),
        (g2, (observed(SALES, FORM, 401),), PASS, "wired"),
        (g2, (redirect(SALES, "/login/"),), PASS, "wired"),
        (g2, (kept(("Cache-Control", "private, max-age=3600")),), FAIL, "for 3,600 s that /sales"),
        (g2, (kept(("Cache-Control", "max-age=60, no-cache")),), PASS, "wired"),
        (g2, (kept(("Cache-Control", "max-age=0")),), PASS, "wired"),
        (g2, (kept(("Cache-Control", "max-age=60"), ("Vary", "Accept, Cookie")),), PASS, "wired"),
        (g2, (kept(status=301),), FAIL, "keeps for good that"),
        (g2, (kept(("Cache-Control", "no-store"), status=308),), PASS, "wired"),
        (g2, (kept(("Expires", LATER), ("Date", NOW)),), FAIL, "for 3,600 s that"),
        (g2, (kept(("Expires", NOW), ("Date", LATER)),), PASS, "wired"),
        (g2, (kept(("Expires", "0"), ("Date", NOW)),), PASS, "wired"),
        (g2, (redirect(SALES, "https://sso.example/login"),), FAIL, "is not the login"),
        (g2, (observed(SALES, "<html>shop"),), FAIL, "is not the login"),
        (g2, (observed(SALES, "", 404),), FAIL, "is not the login"),
        (g2, (observed(SALES, GATEWAY, 502),), CANNOT_TELL, "gateway"),
        (g2, (unobserved(SALES, "no answer"),), CANNOT_TELL, "no answer"),
        (g2, (unobserved(SALES, "no answer"), BOUNCED), FAIL, "302"),
        (g2, (observed(SALES, PAGE), unobserved(LOGIN, "no answer")), FAIL, "to everybody"),
        (g1, (observed(SALES, "", 404),), FAIL, "404"),
        (g1, (redirect(SALES, "/elsewhere"),), FAIL, "/elsewhere"),
        (g1, (observed(SALES, "<html>shop"),), FAIL, "not the dashboard"),
        (g1, (observed(SALES, FORM),), FAIL, "login page"),
        (g1, (unobserved(SALES, "no answer"),), CANNOT_TELL, "no answer"),
        (g1, (unobserved(LOGIN_PAGE, "no answer"),), CANNOT_TELL, "which generation"),
        (older, (), PASS, "wired"),
    ],
)
def test_sales_page(base: Any, changes: tuple[Evidence, ...], outcome: Outcome, words: str) -> None:
    """Signed in where there is a login, the page is the dashboard; without a session, the login."""
    said = ruled("smoke.sales-page", base(), *changes)
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


@pytest.mark.parametrize(
    ("page", "polls", "outcome", "words"),
    [
        (PAGE, [1.0, 31.0, 580.0], PASS, "3 reads"),
        ("<script src=/app.js>", [1.0, 331.0], PASS, "2 reads"),
        (PAGE, [1.0, 31.0, 121.0], FAIL, "none in the last five"),
        (PAGE, [], FAIL, "none in the last five"),
        ("<html>shop", [], FAIL, "not the dashboard"),
        (PAGE.replace("setInterval", "setTimeout"), [1.0, 580.0], PASS, "2 reads"),
        (PAGE, None, PASS, "wired"),
        (PAGE, "nonsense", PASS, "wired"),
    ],
)
def test_what_a_browser_saw_decides(page: str, polls: Any, outcome: Outcome, words: str) -> None:
    """Reads in the last minutes are the refresh; without a browser the source's words count."""
    for base, probe in ((g2, SALES_SESSION), (g1, SALES)):
        looked = Observed(PAGE_REJECT, ENVIRONMENT, data={"polls": polls})
        said = ruled("smoke.sales-page", base(), observed(probe, page), looked)
        assert (said.outcome, words in said.observed) == (outcome, True), said.observed


@pytest.mark.parametrize(
    ("redraws", "outcome"), [(True, PASS), (None, PASS), ("no", PASS), (False, FAIL)]
)
def test_what_is_read_again_is_shown(redraws: Any, outcome: Outcome) -> None:
    """A page that reads the queue and goes on showing the old one does not refresh."""
    looked = Observed(PAGE_REJECT, ENVIRONMENT, data={"polls": [580.0], "redraws": redraws})
    assert ruled("smoke.sales-page", g2(), observed(SALES_SESSION, PAGE), looked).outcome is outcome


HERE = "https://caio.example"


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("/sales", PASS),
        ("/sales?from=bookmark", PASS),
        ("/login?next=/sales", PASS),
        (f"{HERE}/sales", PASS),
        ("sales", PASS),
        ("", FAIL),
        ("/", FAIL),
        ("/ChiefAIOfficer", FAIL),
        ("/sales/old", FAIL),
        ("http://caio.example/sales", FAIL),
        ("https://elsewhere.example/sales", FAIL),
        ("https://caio.example.elsewhere.example/login", FAIL),
        ("//elsewhere.example/sales", FAIL),
        ("javascript:/sales", FAIL),
        ("http://[::1/sales", FAIL),
        ("https://caio.example:99999999/sales", FAIL),
    ],
)
def test_bookmark_leads(to: str, outcome: Outcome) -> None:
    """To the dashboard or its login, on this scheme and host; an odd address is a finding."""
    for base, probe in ((g1, BOOKMARK), (g2, BOOKMARK_SESSION)):
        said = ruled("smoke.bookmark", base(), redirect(probe, to))
        assert said.outcome is outcome, said.observed


@pytest.mark.parametrize(
    ("base", "change", "outcome"),
    [
        (g1, observed(BOOKMARK, "", 404), FAIL),
        (g2, observed(BOOKMARK, "", 404), FAIL),
        (g2, observed(BOOKMARK_SESSION, "", 404), FAIL),
        (g2, observed(BOOKMARK_SESSION, PAGE), PASS),
        (g2, observed(BOOKMARK_SESSION, "", 500), FAIL),
        (g2, observed(BOOKMARK_SESSION, "", 307), FAIL),
        (g2, observed(BOOKMARK_SESSION, GATEWAY, 502), CANNOT_TELL),
        (g2, unobserved(BOOKMARK_SESSION, "no answer"), CANNOT_TELL),
        (g2, unobserved(BOOKMARK, "no answer"), CANNOT_TELL),
        (g2, observed(LOGIN, "", 429), CANNOT_TELL),
        (g1, unobserved(LOGIN_PAGE, "no answer"), CANNOT_TELL),
    ],
)
def test_bookmark(base: Any, change: Evidence, outcome: Outcome) -> None:
    """Never 404; where pages need a sign-in, what it leads to is seen signed in."""
    assert ruled("smoke.bookmark", base(), change).outcome is outcome


REFRESH = {"refreshed_at": str}


@pytest.mark.parametrize("probe", [QUEUE, QUEUE_AGAIN])
def test_queue_unusable(probe: str) -> None:
    """Each of the two readings must be one."""
    rows = [*unusable(probe, queue_body(card())), *mistyped(probe, queue_body(), REFRESH)]
    for row in rows:
        evidence, outcome = row.values
        assert ruled("smoke.queue-refreshes", g2(), evidence).outcome is outcome, row.id


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        (queue_body()["refreshed_at"], FAIL),
        ("2026-02-24T20:30:09", PASS),
        ("2026-02-24T20:30:09.5Z", PASS),
        ("", FAIL),
        ("Unknown", FAIL),
        ("just now", FAIL),
        ("0000-00-00T00:00:00", FAIL),
    ],
)
def test_queue_refreshes(moment: str, outcome: Outcome) -> None:
    """The second reading's moment is another one, and is a time."""
    again = observed(QUEUE_AGAIN, queue_body(card()) | {"refreshed_at": moment})
    assert ruled("smoke.queue-refreshes", g2(), again).outcome is outcome


def test_a_copy_kept_for_one_question() -> None:
    """The same read, asked again after the rejections, says another moment, or nothing new."""
    again = observed(QUEUE_AGAIN, queue_body() | {"refreshed_at": "2026-02-24T20:31:00+00:00"})
    for moment, outcome in ((queue_body()["refreshed_at"], FAIL), ("2026-02-24T20:32:00", PASS)):
        last = exchange("GET /api/pending-emails", queue_body() | {"refreshed_at": moment})
        after = Observed(REJECT_INCOMPLETE, ENVIRONMENT, (last,), MappingProxyType({"after": 0}))
        assert ruled("smoke.queue-refreshes", g2(), again, after).outcome is outcome


def test_queue_frozen_says_how_often_it_was_read() -> None:
    """Six reads in all, and the same moment."""
    same = exchange("GET /api/pending-emails", queue_body())
    said = ruled("smoke.queue-refreshes", g2(), Observed(QUEUE_AGAIN, ENVIRONMENT, (same,) * 5))
    assert said.outcome is FAIL
    assert said.observed.startswith("6 reads, and refreshed_at stayed 2026-02-24")


TO_TRAIN = {"target_platform": "training"}


def listed(*cards: Any, **more: Any) -> Evidence:
    """The queue with these cards."""
    return observed(QUEUE, queue_body(*cards, **more))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(QUEUE, queue_body(card())),
        *mistyped(QUEUE, queue_body(), {"pending_emails": list, "_shadow_queue_debug": dict}),
        (listed(), NOT_APPLICABLE),
        (listed(merged=6, hidden=6), CANNOT_TELL),
        (listed(merged=0, hidden=1), CANNOT_TELL),
        (listed(merged="0"), CANNOT_TELL),
        (listed(merged=False), CANNOT_TELL),
        (listed(merged=0, hidden=None), CANNOT_TELL),
        (listed(merged=0, hidden=False), CANNOT_TELL),
        (listed(card(), card(2), merged="two"), PASS),
        (listed(card(), card(2, classifier=None)), FAIL),
        (listed(card(), card(2, classifier="ghl")), FAIL),
        (listed(card(classifier={})), FAIL),
        (listed(card(classifier={"target_platform": " "})), FAIL),
        (listed(card(classifier={"target_platform": ["ghl"]})), FAIL),
        (listed(card(campaign_ref=None)), FAIL),
        (listed(card(campaign_ref={})), FAIL),
        (listed(card(campaign_ref="camp_1")), FAIL),
        (listed(card(), card(2, synthetic=True, campaign_ref=None)), FAIL),
        (listed(card(), card(2, synthetic=True, campaign_ref={"internal_id": ""})), PASS),
        (listed(card(), card(2, classifier=TO_TRAIN, status="approved")), PASS),
        (listed(card(campaign_ref={"internal_id": "", "internal_type": " "})), FAIL),
        (listed(card(campaign_ref={"internal_id": None, "internal_type": "unknown"})), FAIL),
        (listed(card(campaign_ref={"internal_id": "", "internal_type": "t1_exec"})), PASS),
        (listed(card(campaign_ref={"pipeline_run_id": "run_1"})), PASS),
        (listed(card(campaign_ref={"internal_id": 17})), PASS),
        (listed(card(campaign_ref={"a": True, "b": [], "c": {}})), FAIL),
        (listed(card(classifier={"target_platform": "unknown"})), FAIL),
        (listed(card(classifier={"target_platform": "fax"})), FAIL),
        (listed(card(classifier={"target_platform": "HeyReach"})), PASS),
        (listed(card(classifier={"target_platform": "instantly"})), PASS),
        (listed(card(status="approved")), FAIL),
        (listed(card(status=None)), FAIL),
        (listed(card(status="PENDING")), PASS),
        (listed(card(canary="0")), FAIL),
        (listed(card(_do_not_dispatch=1)), FAIL),
        (listed(card(canary=False, synthetic=None, canary_training=0)), PASS),
        (listed(card(synthetic=True, canary="false")), PASS),
        (observed(QUEUE_AGAIN, queue_body(card(), card(3, classifier=None))), FAIL),
        (observed(QUEUE_AGAIN, queue_body(card(), card(3))), PASS),
        (unobserved(QUEUE_AGAIN, "no answer"), PASS),
        (listed(card(), None), FAIL),
        (listed(card(email_id=7)), FAIL),
    ],
)
def test_card_contract(evidence: Evidence, outcome: Outcome) -> None:
    """Every card, the training ones too; an empty list with something hidden can't be told."""
    both = [evidence, replace(evidence, probe=QUEUE_AGAIN)]
    assert (
        ruled("smoke.card-contract", g2(), *both[: 2 if evidence.probe == QUEUE else 1]).outcome
        is outcome
    )


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *(p for p in unusable(HEALTH, {"status": "healthy"}) if p.id not in NOT_LET_IN),
        *mistyped(HEALTH, {"status": "healthy"}, {"status": str}),
        (observed(HEALTH, {"status": "degraded"}), FAIL),
        (observed(HEALTH, {"status": "healthy "}), FAIL),
    ],
)
def test_health(evidence: Evidence, outcome: Outcome) -> None:
    """Healthy, and nothing less."""
    assert ruled("smoke.health", g2(), evidence).outcome is outcome


def test_what_a_stranger_wrote_is_shown_plainly() -> None:
    """No control character, no endless text, in what a finding quotes."""
    evil = "\x1b[2J\x1b[32mGO\x00\u202e" + "x" * 50_000
    said = ruled("smoke.ready", g2(), ready("checks", {evil: evil}))
    assert said.outcome is FAIL
    assert said.observed.isprintable()
    assert len(said.observed) <= 6000
    assert UNREADY["detail"] in ruled("smoke.ready", g2(), observed(READY, UNREADY, 503)).observed


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [(0, PASS), (14, PASS), (16, CANNOT_TELL), (600, CANNOT_TELL), (-600, PASS)],
)
def test_what_was_checked_long_ago(minutes: int, outcome: Outcome) -> None:
    """It says nothing of now; a check in the background may be some minutes old."""
    at = (MADE - timedelta(minutes=minutes)).isoformat()
    evidence = observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "checked_at", at))
    assert ruled("smoke.dependencies", g2(), evidence).outcome is outcome


@pytest.mark.parametrize("at", [None, "", "yesterday", 7, True, "2026-02-24T08:00:00"])
def test_a_check_without_a_time(at: object) -> None:
    """Not every deployment says when, or by which clock."""
    evidence = observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "checked_at", at))
    assert ruled("smoke.dependencies", g2(), evidence).outcome is PASS
