"""Faults of the environment gate, and of how access is set up."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from pytest_caio.rehearsal.deployment.configured import Settings
from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code, setting


def _rotate(deployment: Deployment) -> None:
    deployment.configure(token=secrets.token_urlsafe(24))


def _rotate_webhook(deployment: Deployment) -> None:
    deployment.configure(heyreach_secret=deployment.settings.heyreach_secret[::-1])


def _declare_other(deployment: Deployment) -> None:
    other = "staging" if deployment.settings.environment == "production" else "production"
    # The cookie stays as it was: what is wrong is the name that the deployment goes by.
    deployment.configure(declared_environment=other)


def _readable_session(settings: Settings) -> str:
    told = json.dumps({"token": settings.token, "at": secrets.token_hex(4)}).encode()
    return f"{base64.urlsafe_b64encode(told).decode().rstrip('=')}.{secrets.token_hex(8)}"


def _poorly_masked(deployment: Deployment) -> None:
    def shown(body: Any) -> Any:
        return body | {"config": {"dashboard_token": f"{deployment.settings.token[:-4]}****"}}

    deployment.behaviour.reshape["/api/runtime/dependencies"] = shown


ACCESS_FAULTS = (
    Fault(
        "not-a-dashboard",
        "The address answers, but as some other web service.",
        ("environment.reachable",),
        code(is_dashboard=False),
    ),
    Fault(
        "token-rotated",
        "The deployment's token was changed, the one handed out is the old one.",
        ("environment.token-accepted",),
        _rotate,
    ),
    Fault(
        "wrong-environment",
        "It declares another environment than the one it is run as.",
        ("environment.name",),
        _declare_other,
        G2_ONLY,
    ),
    Fault(
        "token-undeclared",
        "It says of itself that no token is configured.",
        ("environment.auth-strict",),
        setting(token_declared=False),
        G2_ONLY,
    ),
    Fault(
        "strict-flag-off",
        "DASHBOARD_AUTH_STRICT is declared off, although calls are still refused.",
        ("environment.auth-strict",),
        setting(auth_strict=False),
        G2_ONLY,
    ),
    Fault(
        "auth-undeclared",
        "It no longer says how its access is configured.",
        ("environment.name", "environment.auth-strict", "access.session-secret"),
        setting(auth_declared=False),
        G2_ONLY,
    ),
    Fault(
        "redis-not-required",
        "REDIS_REQUIRED is off: it would start without its store.",
        ("environment.redis-required",),
        setting(redis_required=False),
    ),
    Fault(
        "environment-misspelled",
        "It goes by the word prod, which no deployment knows.",
        ("environment.name",),
        setting(declared_environment="prod"),
        G2_ONLY,
    ),
    Fault(
        "redis-down",
        "Its store does not answer.",
        ("environment.redis-required", "smoke.ready", "smoke.dependencies"),
        setting(redis_up=False),
    ),
    Fault(
        "queue-without-redis",
        "The store answers, but the queue is not connected to it.",
        ("environment.redis-required",),
        setting(queue_store_connected=False),
    ),
    Fault(
        "inngest-not-required",
        "INNGEST_REQUIRED is off: it would start without its job runner.",
        ("environment.inngest-required",),
        setting(inngest_required=False),
    ),
    Fault(
        "inngest-keys-missing",
        "The keys of the job runner are missing.",
        ("environment.inngest-required", "smoke.ready", "smoke.dependencies"),
        setting(inngest_keys=False),
    ),
    Fault(
        "inngest-unmounted",
        "It says that the job runner's route is mounted, but there is none.",
        ("environment.inngest-required",),
        setting(inngest_mounted=False),
    ),
    Fault(
        "queue-max-age-168",
        "Cards count as stale after a week instead of three days.",
        ("environment.queue-max-age",),
        setting(queue_max_age_hours=168.0),
    ),
    Fault(
        "preflight-401",
        "A browser's preflight request is asked for a token.",
        ("access.preflight-open",),
        code(preflight_guarded=True),
    ),
    Fault(
        "token-echo",
        "An answer repeats the caller's token.",
        ("access.no-token-echo",),
        code(echo_token=True),
    ),
    Fault(
        "token-masked-poorly",
        "An answer shows all of the token but its last four characters.",
        ("access.no-token-echo",),
        _poorly_masked,
    ),
    Fault(
        "session-holds-token",
        "The session that a login opens is made of the token, which anybody can read in it.",
        ("access.no-token-echo",),
        code(new_session=_readable_session),
        G2_ONLY,
    ),
    Fault(
        "query-token-on",
        "The token may travel in the address.",
        ("access.query-token",),
        setting(query_token_enabled=True),
        G2_ONLY,
    ),
    Fault(
        "docs-open",
        "The API's documentation is public.",
        ("access.docs-closed",),
        setting(docs_enabled=True),
        G2_ONLY,
    ),
    Fault(
        "session-secret-implicit",
        "Sessions are signed with a secret that nobody set.",
        ("access.session-secret",),
        setting(session_secret_explicit=False),
        G2_ONLY,
    ),
    Fault(
        "webhooks-unsigned",
        "Webhooks take unsigned calls.",
        ("access.webhooks-signed",),
        setting(webhooks_strict=False),
    ),
    Fault(
        "heyreach-allow-listed",
        "HeyReach may call without signature or token.",
        ("access.webhooks-signed", "access.heyreach-hard-auth"),
        setting(heyreach_bearer=False, heyreach_allow_listed=True),
        G2_ONLY,
    ),
    Fault(
        "heyreach-without-bearer",
        "HeyReach has neither signature nor token, so every call of it is refused.",
        ("access.heyreach-hard-auth", "smoke.webhook"),
        setting(heyreach_bearer=False),
        G2_ONLY,
    ),
    Fault(
        "webhook-secret-rotated",
        "The webhook's secret was changed: every bounce and unsubscribe is refused.",
        ("smoke.webhook",),
        _rotate_webhook,
        G2_ONLY,
    ),
)
