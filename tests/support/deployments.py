"""Evidence of deployments in good order, made up here, and ways to spoil one answer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import (
    ACTION_CREDENTIALS,
    ACTIONS_ANONYMOUS,
    ANSWERS_LINK,
    BOOKMARK,
    BOOKMARK_SESSION,
    CORS_PREFLIGHT,
    DECIDED_BY_LINK,
    DEPENDENCIES,
    DOCS,
    FORGED_SESSION,
    HEALTH,
    INNGEST,
    LOGIN,
    LOGIN_PAGE,
    PAGES_ANONYMOUS,
    QUEUE,
    QUEUE_AGAIN,
    READ_CREDENTIALS,
    READS_AGAIN,
    READS_ANONYMOUS,
    READY,
    SALES,
    SALES_SESSION,
    STATUS,
    TAGS,
    WEBHOOKS,
    WRONG_LOGIN,
)
from pytest_caio.gates.policy import TAGS as TAG_IDS
from pytest_caio.judge.ruling import rule
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.testing import ENVIRONMENT, NOW, exchange, look, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling

PASS, FAIL = Outcome.PASS, Outcome.FAIL
CANNOT_TELL, NOT_APPLICABLE = Outcome.CANNOT_TELL, Outcome.NOT_APPLICABLE
JUDGES = {judge.name: judge for judge in standard_judges()}
GONE = object()
CREDENTIALS = (
    "an empty token", "a wrong token", "a shortened token", "a wrong session cookie",
)  # fmt: skip
LOGINS = ("an empty token", "a shortened token")

QUERY_OFF = "Unauthorized. Query-token auth is disabled. Use the X-Dashboard-Token header."
QUERY_ON = "Unauthorized. Use ?token=... or the X-Dashboard-Token header."
FORM = '<form method="post"><input type="password" name="token"><input type="hidden" name="next">'
PAGE = (
    "<html><script>fetch('/api/pending-emails'); fetch('/api/rejection-tags');"
    "setInterval(read, 30000); document.addEventListener('visibilitychange', read)</script>"
)
GATEWAY = "<html><h1>Bad gateway</h1>"
UNREADY = {"detail": "Runtime dependencies not ready: redis: refused"}

READY_BODY = {
    "status": "ready",
    "checks": {"health_monitor": "ok", "integrations": "ok", "runtime_dependencies": "ready"},
    "runtime_dependencies": {"ready": True},
}
DEPENDENCIES_BODY = {
    "status": "ready",
    "ready": True,
    "required_failures": [],
    "dependencies": {
        "redis": {"required": True, "connected": True, "ready": True, "status": "healthy"},
        "inngest": {
            "required": True, "keys_present": True, "route_mounted": True, "ready": True,
        },
        "webhooks": {
            "required": True,
            "ready": True,
            "provider_auth": {
                "heyreach": {"hmac": False, "bearer": True, "unsigned_allowlisted": False}
            },
        },
    },
    "auth": {
        "strict_mode": True, "query_token_enabled": False, "token_configured": True,
        "session_secret_explicit": True, "environment": ENVIRONMENT,
    },
}  # fmt: skip
STATUS_BODY = {
    "enabled": True,
    "emergency_stop": False,
    "ramp": {
        "enabled": True, "mode": "clean_days", "active": True, "tier_filter": "tier_1",
        "email_limit_override": 5, "clean_days_required": 3, "clean_days_completed": 1,
    },
    "today": {"outbound_email": 2, "outbound_linkedin": 0, "revival": 0, "cadence": 0, "runs": 1},
    "limits": {"email_remaining": 3, "linkedin_remaining": 20},
    "gatekeeper": {"required": True, "pending_batch": None},
}  # fmt: skip
TAGS_BODY = {"tags": [{"id": tag, "label": tag.replace("_", " ").title()} for tag in TAG_IDS]}


def card(number: int = 1, hours: float = 1.0, **changes: Any) -> dict[str, Any]:
    """A live card, as old as ``hours``."""
    return {
        "email_id": f"card_{number}",
        "status": "pending",
        "subject": f"An idea, number {number}",
        "body": "Hello, would a call on Thursday suit you?",
        "to": f"lead{number}@example.com",
        "timestamp": (NOW - timedelta(hours=hours)).isoformat(),
        "classifier": {"target_platform": "ghl"},
        "campaign_ref": {"internal_id": "camp_1"},
        "synthetic": False,
        **changes,
    }


def queue_body(*cards: Any, merged: Any = None, hidden: Any = 0, second: int = 0) -> dict[str, Any]:
    """The queue's answer; another ``second`` gives another ``refreshed_at``."""
    return {
        "count": len(cards),
        "refreshed_at": (NOW + timedelta(seconds=second)).isoformat(),
        "pending_emails": list(cards),
        "_shadow_queue_debug": {
            "redis_connected": True,
            "queue_max_age_hours": 72.0,
            "merged_count": len(cards) if merged is None else merged,
            "excluded_non_actionable_count": hidden,
            "excluded_non_actionable_reasons": {},
        },
    }


READ_AGAIN = ("/api/pending-emails", "/api/emails/history", "/api/operator/history")


def _common(environment: str, refusal: str) -> list[Evidence]:
    refused = {"detail": refusal}
    own = card(email_id=f"{environment}_1", to=f"lead@{environment}.example.com")
    return [
        observed(READY, READY_BODY, environment=environment),
        observed(HEALTH, {"status": "healthy"}, environment=environment),
        observed(STATUS, STATUS_BODY, environment=environment),
        observed(TAGS, TAGS_BODY, environment=environment),
        observed(QUEUE, queue_body(own), environment=environment),
        observed(QUEUE_AGAIN, queue_body(own, second=1), environment=environment),
        observed(INNGEST, {"message": "Unauthorized"}, 401, environment=environment),
        observed(CORS_PREFLIGHT, "Disallowed CORS origin", 400, environment=environment),
        *(
            observed(probe, refused, 401, environment=environment)
            for probe in (*READS_ANONYMOUS, *ACTIONS_ANONYMOUS)
        ),
        *(
            observed(probe, {"detail": "Method Not Allowed"}, 405, environment=environment)
            for probe in DECIDED_BY_LINK
        ),
        several(READS_AGAIN, dict.fromkeys(READ_AGAIN, (401, refused)), environment=environment),
        several(ANSWERS_LINK, {}, environment=environment, open=[]),
        *(
            several(probe, dict.fromkeys(CREDENTIALS, (401, refused)), environment=environment)
            for probe in (READ_CREDENTIALS, ACTION_CREDENTIALS)
        ),
        *(
            observed(probe, {"detail": "Missing signature"}, 401, environment=environment)
            for probe in WEBHOOKS
        ),
    ]


def several(
    probe: str,
    answers: Mapping[str, tuple[int | None, Any]],
    *,
    environment: str = ENVIRONMENT,
    **data: Any,
) -> Observed:
    """What a probe saw that asks several things: each by its name, with status and body."""
    exchanges = tuple(
        exchange(
            f"GET {name}" if name.startswith("/") else "GET /api/operator/status", body, status
        )
        for name, (status, body) in answers.items()
    )
    tries = {name: place for place, name in enumerate(answers)}
    return Observed(probe, environment, exchanges, {"tries": tries, **data})


def redirect(probe: str, to: str, status: int = 307, **more: Any) -> Observed:
    """A redirect as the answer of ``probe``."""
    headers = [("location", to), *more.pop("headers", ())]
    return observed(probe, "", status, headers=headers, **more)


def g2(environment: str = ENVIRONMENT) -> dict[str, Evidence]:
    """A G2 deployment in good order."""
    declared = edited(DEPENDENCIES_BODY, "auth.environment", environment)
    cookie = [("set-cookie", "caio_session=[cookie]; HttpOnly")]
    found = [
        *_common(environment, QUERY_OFF),
        observed(DEPENDENCIES, declared, environment=environment),
        observed(LOGIN_PAGE, FORM, environment=environment),
        several(
            WRONG_LOGIN, dict.fromkeys(LOGINS, (200, FORM)), environment=environment, opened={}
        ),
        several(
            FORGED_SESSION,
            {"/sales": (200, FORM), "/api/operator/status": (401, {"detail": QUERY_OFF})},
            environment=environment,
        ),
        redirect(LOGIN, "/sales", 303, headers=cookie, environment=environment),
        redirect(SALES, "/login?next=/sales", 302, environment=environment),
        *(redirect(page, "/login", 302, environment=environment) for page in PAGES_ANONYMOUS),
        observed(SALES_SESSION, PAGE, environment=environment),
        redirect(BOOKMARK, "/login?next=/ChiefAIOfficer", 302, environment=environment),
        redirect(BOOKMARK_SESSION, "/sales", environment=environment),
        *(observed(p, {"detail": "Not Found"}, 404, environment=environment) for p in DOCS),
    ]
    return {evidence.probe: evidence for evidence in found}


def g1(environment: str = ENVIRONMENT) -> dict[str, Evidence]:
    """A G1 deployment in good order: open pages, no ``auth``, no login."""
    missing = {"detail": "Not Found"}
    found = [
        *_common(environment, QUERY_ON),
        observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth", GONE), environment=environment),
        observed(LOGIN_PAGE, missing, 404, environment=environment),
        unobserved(WRONG_LOGIN, "this deployment has no login page", environment),
        unobserved(FORGED_SESSION, "no login gave a session to forge", environment),
        unobserved(LOGIN, "this deployment has no login page", environment),
        unobserved(SALES_SESSION, "not signed in", environment),
        unobserved(BOOKMARK_SESSION, "not signed in", environment),
        observed(SALES, PAGE, environment=environment),
        redirect(BOOKMARK, "/sales", environment=environment),
        *(observed(probe, "<html>docs", environment=environment) for probe in DOCS),
    ]
    return {evidence.probe: evidence for evidence in found}


def older(environment: str = ENVIRONMENT) -> dict[str, Evidence]:
    """A deployment older than G1: no tags, a ramp of calendar days."""
    ramp = {"enabled": True, "active": True, "tier_filter": "tier_1", "email_limit_override": 5}
    return g1(environment) | {
        TAGS: observed(TAGS, {"detail": "Not Found"}, 404, environment=environment),
        STATUS: observed(STATUS, {**STATUS_BODY, "ramp": ramp}, environment=environment),
    }


GENERATIONS: Mapping[str, Callable[..., dict[str, Evidence]]] = {"G2": g2, "G1": g1, "older": older}


def edited(body: Any, path: str, value: Any) -> Any:
    """A copy of ``body`` with another ``value`` at ``path``; GONE takes it out."""
    result = copy.deepcopy(body)
    *way, last = path.split(".")
    place = result
    for key in way:
        place = place[key]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return result


def ruled(name: str, base: Mapping[str, Evidence], *changes: Evidence, **more: Any) -> Ruling:
    """What the judge of that name says of ``base``, with other answers to some probes."""
    evidence = {**base, **{change.probe: change for change in changes}}
    return rule(JUDGES[name].rule, look(*evidence.values(), **more))


def cut(found: Observed) -> Observed:
    """The same answer, cut at the limit of what is read."""
    return replace(found, exchanges=(replace(found.answer, truncated=True),))


def unusable(probe: str, good: Any) -> Iterator[Any]:
    """Every answer to a signed-in read that is none, with what a judge says of it."""
    rows: list[tuple[str, Evidence, Outcome]] = [
        ("unobserved", unobserved(probe, "no connection: refused"), CANNOT_TELL),
        ("429", observed(probe, {"detail": "slow down"}, 429), CANNOT_TELL),
        ("401", observed(probe, {"detail": QUERY_OFF}, 401), CANNOT_TELL),
        ("403", observed(probe, GATEWAY, 403), CANNOT_TELL),
        ("404", observed(probe, {"detail": "Not Found"}, 404), FAIL),
        ("500", observed(probe, "Internal Server Error", 500), FAIL),
        ("502", observed(probe, GATEWAY, 502), CANNOT_TELL),
        ("503", observed(probe, GATEWAY, 503), CANNOT_TELL),
        ("504", observed(probe, GATEWAY, 504), CANNOT_TELL),
        ("503-detail", observed(probe, UNREADY, 503), FAIL),
        ("302", redirect(probe, "/login"), FAIL),
        ("html", observed(probe, PAGE), FAIL),
        ("empty", observed(probe, ""), FAIL),
        ("half", observed(probe, '{"status": "re'), FAIL),
        ("nan", observed(probe, '{"ready": NaN}'), FAIL),
        ("twice", observed(probe, '{"ready": true, "ready": true}'), FAIL),
        ("cut", cut(observed(probe, good)), FAIL),
        ("null", observed(probe, None), FAIL),
        ("true", observed(probe, "true"), FAIL),
        ("list", observed(probe, []), FAIL),
        ("object", observed(probe, {}), FAIL),
    ]
    for name, evidence, outcome in rows:
        yield pytest.param(evidence, outcome, id=f"{probe}: {name}")


WRONG = {
    bool: (GONE, None, "true", 1, 0, [], {}),
    int: (GONE, None, "3", True, 3.5, [3], {}),
    float: (GONE, None, "72", True, [72], {}),
    str: (GONE, None, 7, True, ["x"], {}),
    dict: (GONE, None, "x", True, [], 7),
    list: (GONE, None, "x", True, {}, 7),
}


def mistyped(probe: str, body: Any, fields: Mapping[str, type]) -> Iterator[Any]:
    """The answer with each field missing, null or of a wrong type: always a finding."""
    for path, kind in fields.items():
        for value in WRONG[kind]:
            shown = "gone" if value is GONE else repr(value)
            spoilt = observed(probe, edited(body, path, value))
            yield pytest.param(spoilt, FAIL, id=f"{path}={shown}")
