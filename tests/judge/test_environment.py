"""``environment``: every row of the table of checks, in every situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from deployments import (
    CANNOT_TELL,
    DEPENDENCIES_BODY,
    FAIL,
    GATEWAY,
    GENERATIONS,
    GONE,
    NOT_APPLICABLE,
    PASS,
    QUERY_OFF,
    READY_BODY,
    STATUS_BODY,
    UNREADY,
    card,
    edited,
    g1,
    g2,
    mistyped,
    older,
    queue_body,
    ruled,
    unusable,
)

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import (
    DEPENDENCIES,
    INNGEST,
    LOGIN_PAGE,
    QUEUE,
    QUEUE_AGAIN,
    READY,
    REJECT_ANONYMOUS,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
)
from pytest_caio.gates.policy import Policy, QueuePolicy
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome

HEALTHY = {
    "G2": dict.fromkeys(
        "reachable token-accepted name auth-strict redis-required inngest-required "
        "queue-max-age".split(),
        PASS,
    )
}
HEALTHY["G1"] = HEALTHY["older"] = HEALTHY["G2"] | {"name": NOT_APPLICABLE}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_in_good_order(generation: str) -> None:
    """In each generation every check holds, or has nothing to apply to."""
    base = GENERATIONS[generation]()
    found = {name: ruled(f"environment.{name}", base).outcome for name in HEALTHY["G2"]}
    assert found == HEALTHY[generation]


def ready(body: Any, status: int = 200) -> Evidence:
    """An answer of readiness."""
    return observed(READY, body, status)


def refusal(body: Any, status: int = 401) -> Evidence:
    """An answer to a read without a token."""
    return observed(STATUS_ANONYMOUS, body, status)


NO_READY, NO_REFUSAL = unobserved(READY, "no connection"), unobserved(STATUS_ANONYMOUS, "refused")


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ((NO_READY,), PASS, "401 as a dashboard does"),
        ((NO_REFUSAL,), PASS, "200 as a dashboard does"),
        ((ready(UNREADY, 503), NO_REFUSAL), PASS, "503 as a dashboard does"),
        ((NO_READY, NO_REFUSAL), CANNOT_TELL, "no connection and"),
        ((ready(GATEWAY, 502), refusal(GATEWAY, 502)), CANNOT_TELL, "from a gateway"),
        ((ready("", 429), NO_REFUSAL), CANNOT_TELL, "429"),
        ((ready("<html>shop"), refusal("<html>shop", 200)), FAIL, "not a CAIO dashboard"),
        ((ready("<html>", 404), NO_REFUSAL), FAIL, "not a CAIO dashboard"),
        ((ready(READY_BODY, 500), refusal("", 401)), FAIL, "not a CAIO dashboard"),
        ((ready({"status": "ready"}), refusal({"detail": "no"})), FAIL, "not a CAIO dashboard"),
        ((ready(None), refusal({"detail": 7})), FAIL, "not a CAIO dashboard"),
        ((ready("true"), refusal([])), FAIL, "not a CAIO dashboard"),
        ((ready('{"status'), NO_REFUSAL), FAIL, "not a CAIO dashboard"),
        ((ready({}), refusal({"detail": QUERY_OFF}, 403)), FAIL, "not a CAIO dashboard"),
    ],
)
def test_reachable(changes: tuple[Evidence, ...], outcome: Outcome, words: str) -> None:
    """One answer in a dashboard's own words is enough; nothing that answers is no evidence."""
    said = ruled("environment.reachable", g2(), *changes)
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


REFUSED = {f"{STATUS}: 401", f"{STATUS}: 403"}


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *(p for p in unusable(STATUS, STATUS_BODY) if p.id not in REFUSED),
        (observed(STATUS, {"detail": QUERY_OFF}, 401), FAIL),
        (observed(STATUS, GATEWAY, 403), FAIL),
        (observed(STATUS, {"ramp": None, "enabled": None}), FAIL),
        (observed(STATUS, {"tags": []}), FAIL),
        (observed(STATUS, {"ramp": {}}), PASS),
        (observed(STATUS, {"enabled": False}), PASS),
    ],
)
def test_token_accepted(evidence: Evidence, outcome: Outcome) -> None:
    """A 401 is the token's failure; another answer must be the operator's status."""
    assert ruled("environment.token-accepted", g2(), evidence).outcome is outcome


def declares(environment: Any) -> Evidence:
    """The declaration with another environment."""
    return observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.environment", environment))


NO_AUTH = observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth", GONE))


@pytest.mark.parametrize(
    ("kind", "declared", "outcome"),
    [
        ("production", "production", PASS),
        ("staging", "staging", PASS),
        ("rehearsal", "rehearsal", PASS),
        ("production", " Production ", FAIL),
        ("production", "Production", FAIL),
        ("production", "prod", FAIL),
        ("staging", "stage", FAIL),
        ("qa", "qa", FAIL),
        ("qa", "staging", FAIL),
        ("production", "staging", FAIL),
        ("staging", "production", FAIL),
        ("production", "", FAIL),
        ("production", None, FAIL),
        ("production", ["production"], FAIL),
        ("production", True, FAIL),
        ("production", GONE, FAIL),
    ],
)
def test_name(kind: str, declared: Any, outcome: Outcome) -> None:
    """The declared environment is exactly the kind that was asked for, in one of the two words."""
    assert ruled("environment.name", g2(), declares(declared), kind=kind).outcome is outcome


def test_name_says_what_another_word_means() -> None:
    """A misspelled word has consequences, a swapped one has not; one's own kind has a remedy."""
    misspelled = ruled("environment.name", g2(), declares("prod"))
    assert "defaults of a local machine: documentation open" in misspelled.observed
    assert "defaults" not in ruled("environment.name", g2(), declares("staging")).observed
    own = ruled("environment.name", g2("qa"))
    assert own.remedy.startswith("Set CAIO_QA_KIND to staging or production")


@pytest.mark.parametrize(
    ("base", "changes", "outcome"),
    [
        (g2, (NO_AUTH,), FAIL),
        (g2, (observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth", None)),), FAIL),
        (g2, (unobserved(DEPENDENCIES, "no answer"),), CANNOT_TELL),
        (g2, (observed(DEPENDENCIES, "", 401),), CANNOT_TELL),
        (g2, (observed(DEPENDENCIES, UNREADY, 503),), FAIL),
        (g1, (unobserved(LOGIN_PAGE, "no answer"),), CANNOT_TELL),
        (g1, (observed(LOGIN_PAGE, GATEWAY, 502),), CANNOT_TELL),
        (g1, (observed(LOGIN_PAGE, "", 429),), CANNOT_TELL),
        (older, (), NOT_APPLICABLE),
        (older, (observed(STATUS, "", 404),), CANNOT_TELL),
    ],
)
def test_name_by_generation(base: Any, changes: tuple[Evidence, ...], outcome: Outcome) -> None:
    """G1 declares nothing; a G2 that doesn't is a finding; an unknown generation is neither."""
    assert ruled("environment.name", base(), *changes).outcome is outcome


@pytest.mark.parametrize(
    ("base", "change", "outcome"),
    [
        (g2, refusal({"detail": "open"}, 200), FAIL),
        (g1, refusal(STATUS_BODY, 200), FAIL),
        (g2, observed(REJECT_ANONYMOUS, {"detail": "Not Found"}, 404), FAIL),
        (g2, observed(REJECT_ANONYMOUS, {"detail": "reason is required"}, 422), FAIL),
        (g2, refusal(GATEWAY, 403), CANNOT_TELL),
        (g2, refusal("<h1>Sign in to the proxy</h1>", 401), CANNOT_TELL),
        (g2, refusal("", 429), CANNOT_TELL),
        (g2, refusal(GATEWAY, 503), CANNOT_TELL),
        (g2, NO_REFUSAL, CANNOT_TELL),
        (g2, unobserved(REJECT_ANONYMOUS, "stopped by the interlock"), CANNOT_TELL),
        (g2, observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.strict_mode", False)), FAIL),
        (
            g2,
            observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.token_configured", False)),
            FAIL,
        ),
        (
            g2,
            observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.token_configured", GONE)),
            PASS,
        ),
        (g2, NO_AUTH, FAIL),
        (g2, observed(DEPENDENCIES, "", 401), CANNOT_TELL),
        (g1, unobserved(LOGIN_PAGE, "no answer"), CANNOT_TELL),
        (g1, observed(TAGS, "", 500), PASS),
    ],
)
def test_auth_strict(base: Any, change: Evidence, outcome: Outcome) -> None:
    """By behaviour in each generation, and in G2 by declaration too."""
    assert ruled("environment.auth-strict", base(), change).outcome is outcome


AUTH_FIELDS = [*mistyped(DEPENDENCIES, DEPENDENCIES_BODY, {"auth.strict_mode": bool})]


@pytest.mark.parametrize(("evidence", "outcome"), AUTH_FIELDS)
def test_auth_strict_is_true_and_nothing_like_it(evidence: Evidence, outcome: Outcome) -> None:
    """Neither 1 nor "true" declares strictness."""
    assert ruled("environment.auth-strict", g2(), evidence).outcome is outcome


def flags(path: str, value: Any, status: int = 200) -> Evidence:
    """The dependencies with another value at ``path``."""
    return observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, f"dependencies.{path}", value), status)


def says(**debug: Any) -> Evidence:
    """The queue with other notes of its own."""
    body = queue_body(card())
    return observed(QUEUE, body | {"_shadow_queue_debug": body["_shadow_queue_debug"] | debug})


def again(**debug: Any) -> Evidence:
    """The default reading of the queue with other notes of its own."""
    return replace(says(**debug), probe=QUEUE_AGAIN)


REDIS = {
    f"dependencies.redis{field}": kind
    for field, kind in (("", dict), (".required", bool), (".connected", bool))
}


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(DEPENDENCIES, DEPENDENCIES_BODY),
        *unusable(QUEUE, queue_body(card())),
        *mistyped(DEPENDENCIES, DEPENDENCIES_BODY, REDIS),
        *mistyped(QUEUE, queue_body(), {"_shadow_queue_debug": dict}),
        *mistyped(QUEUE, queue_body(), {"_shadow_queue_debug.redis_connected": bool}),
        (flags("redis.required", False), FAIL),
        (flags("redis.connected", False), FAIL),
        (flags("redis.connected", True, 503), CANNOT_TELL),
        (says(redis_connected=False), FAIL),
        (observed(QUEUE, queue_body()), PASS),
        (again(redis_connected=False), FAIL),
        (again(redis_connected=None), FAIL),
        (unobserved(QUEUE_AGAIN, "no answer"), PASS),
    ],
)
def test_redis_required(evidence: Evidence, outcome: Outcome) -> None:
    """Required, connected, and the queue's own reading agrees."""
    assert ruled("environment.redis-required", g2(), evidence).outcome is outcome


INNGEST_FIELDS = {
    f"dependencies.inngest.{field}": bool for field in ("required", "keys_present", "route_mounted")
}


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(DEPENDENCIES, DEPENDENCIES_BODY),
        *mistyped(DEPENDENCIES, DEPENDENCIES_BODY, INNGEST_FIELDS),
        *((flags(f"inngest.{f.rpartition('.')[2]}", False), FAIL) for f in INNGEST_FIELDS),
        (observed(INNGEST, "", 404), FAIL),
        (observed(INNGEST, "", 405), PASS),
        (observed(INNGEST, {"message": "in cloud mode"}, 500), PASS),
        (observed(INNGEST, {"mode": "cloud", "has_event_key": True}), PASS),
        (observed(INNGEST, ["dev"]), PASS),
        (observed(INNGEST, GATEWAY, 502), CANNOT_TELL),
        (observed(INNGEST, "", 429), CANNOT_TELL),
        (unobserved(INNGEST, "no answer within 10 s"), CANNOT_TELL),
    ],
)
def test_inngest_required(evidence: Evidence, outcome: Outcome) -> None:
    """Required, with keys, and mounted: any answer of the route but 404."""
    assert ruled("environment.inngest-required", g2(), evidence).outcome is outcome


@pytest.mark.parametrize(("kind", "outcome"), [("production", FAIL), ("staging", PASS)])
def test_inngest_for_developers(kind: str, outcome: Outcome) -> None:
    """Where it checks no signature anybody may start its jobs: not in production."""
    declared = observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.environment", kind))
    answer = observed(INNGEST, {"mode": "dev", "function_count": 6})
    assert ruled("environment.inngest-required", g2(), declared, answer).outcome is outcome


def listed(*cards: Any) -> Evidence:
    """The queue with these cards."""
    return observed(QUEUE, queue_body(*cards))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(QUEUE, queue_body(card())),
        *mistyped(QUEUE, queue_body(), {"_shadow_queue_debug.queue_max_age_hours": float}),
        *mistyped(QUEUE, queue_body(), {"pending_emails": list}),
        (says(queue_max_age_hours=72), PASS),
        (says(queue_max_age_hours=168.0), FAIL),
        (says(queue_max_age_hours=0), FAIL),
        (says(queue_max_age_hours=-72), FAIL),
        (says(queue_max_age_hours=10**300), FAIL),
        (listed(), PASS),
        (listed(card(hours=71.9)), PASS),
        (listed(card(), card(2, hours=72.1)), FAIL),
        (listed(card(hours=500, synthetic=True)), PASS),
        (listed(card(hours=500, synthetic="true")), FAIL),
        (listed(card(hours=500, timestamp="Unknown", created_at=None)), PASS),
        (listed(card(timestamp="Unknown", created_at="2026-01-01")), FAIL),
        (listed("card"), FAIL),
        (listed(card(email_id="")), FAIL),
        (listed(card(email_id=None)), FAIL),
        (observed(QUEUE, queue_body(card()), date=None), CANNOT_TELL),
        (observed(QUEUE, queue_body(card()), date=NOW + timedelta(days=4)), FAIL),
    ],
)
def test_queue_max_age(evidence: Evidence, outcome: Outcome) -> None:
    """The setting is the policy's, and no listed live card is older by the server's clock."""
    assert ruled("environment.queue-max-age", g2(), evidence).outcome is outcome


def test_queue_max_age_is_the_policys() -> None:
    """Another policy wants another setting."""
    policy = Policy(queue=QueuePolicy(max_age_hours=48))
    said = ruled("environment.queue-max-age", g2(), policy=policy)
    assert (said.outcome, said.observed) == (FAIL, "queue_max_age_hours is 72, not 48")
