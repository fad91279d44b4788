"""What the deployment says of Redis, Inngest and its webhooks.

Source: ``docs/dashboard.md, Dependencies``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from pytest_caio.rehearsal.deployment.configured import WEBHOOK_PROVIDERS, Settings
from pytest_caio.rehearsal.deployment.core import Deployment

REDIS_TIMEOUT = 0.5


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """One look at the queue's store; `latency_ms` is None when it did not answer."""

    connected: bool
    latency_ms: float | None
    message: str


async def redis_facts(settings: Settings) -> RedisFacts:
    """Ask Redis, where one is named, within half a second; else the in-process store.

    Never raises: a health endpoint that fails on a broken dependency would hide the one thing
    that it is there to say.
    """
    if not settings.redis_up:
        return RedisFacts(False, None, "Redis ping failed: connection refused")
    if settings.redis_url is None:
        return RedisFacts(True, 0.1, "In-process store answered")
    started = perf_counter()
    problem = await _ping(settings.redis_url)
    if problem:
        return RedisFacts(False, None, f"Redis ping failed: {problem}")
    return RedisFacts(True, round((perf_counter() - started) * 1000, 2), "Redis ping succeeded")


async def _ping(url: str) -> str | None:
    # Only here: the `redis` extra is for those who name a Redis.
    try:
        from redis.exceptions import RedisError
    except ImportError:
        return "the redis package is not installed"
    try:
        async with asyncio.timeout(REDIS_TIMEOUT):
            await _ping_once(url)
    except (RedisError, OSError, ValueError) as error:
        return type(error).__name__
    return None


async def _ping_once(url: str) -> None:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    client = Redis.from_url(
        url,
        socket_connect_timeout=REDIS_TIMEOUT,
        socket_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        await client.ping()
    finally:
        await client.aclose()


async def dependencies_json(deployment: Deployment) -> dict[str, Any]:
    """The body that /api/runtime/dependencies and /api/health/ready share, without `auth`."""
    settings = deployment.settings
    facts = await redis_facts(settings)
    dependencies = {
        "redis": _redis(settings, facts, deployment.behaviour.redis_ready(facts.connected)),
        "inngest": _inngest(settings),
        "webhooks": _webhooks(settings),
    }
    failures = [
        f"{name}: {dependency['message']}"
        for name, dependency in dependencies.items()
        if dependency["required"] and not dependency["ready"]
    ]
    return {
        "status": "degraded" if failures else "ready",
        "ready": not failures,
        "checked_at": deployment.now().isoformat(),
        "dependencies": dependencies,
        "required_failures": failures,
    }


def auth_json(settings: Settings) -> dict[str, Any]:
    """The `auth` object that G2 declares."""
    return {
        "strict_mode": settings.auth_strict,
        "query_token_enabled": settings.query_token_enabled,
        "token_header": "X-Dashboard-Token",
        "token_configured": settings.token_declared,
        "session_secret_explicit": settings.session_secret_explicit,
        "webhook_signature_required": settings.webhooks_strict,
        "environment": settings.declared_environment or settings.environment,
    }


def _redis(settings: Settings, facts: RedisFacts, ready: bool) -> dict[str, Any]:
    return {
        "name": "redis",
        "required": settings.redis_required,
        "configured": True,
        "package_available": True,
        "connected": facts.connected,
        "latency_ms": facts.latency_ms,
        "status": "healthy" if facts.connected else "unhealthy",
        "ready": ready,
        "message": facts.message,
    }


def _inngest(settings: Settings) -> dict[str, Any]:
    mounted = settings.inngest_declared_mounted
    ready = settings.inngest_keys and mounted
    lacking = "Inngest keys are missing" if mounted else "Inngest route is not mounted"
    return {
        "name": "inngest",
        "required": settings.inngest_required,
        "configured": settings.inngest_keys,
        "package_available": True,
        "keys_present": settings.inngest_keys,
        "route_mounted": mounted,
        "status": "healthy" if ready else "degraded",
        "ready": ready,
        "message": "Inngest keys present and route mounted" if ready else lacking,
    }


def _webhooks(settings: Settings) -> dict[str, Any]:
    providers = {name: _provider(settings, name) for name in WEBHOOK_PROVIDERS}
    unauthed = [name for name, facts in providers.items() if not facts["authed"]]
    return {
        "name": "webhooks",
        "required": True,
        "configured": not unauthed,
        "ready": not unauthed,
        "status": "degraded" if unauthed else "healthy",
        "message": f"No webhook auth for: {', '.join(unauthed)}"
        if unauthed
        else "Webhook auth configured for all providers",
        "provider_auth": providers,
        "unauthed_providers": unauthed,
    }


def _provider(settings: Settings, name: str) -> dict[str, Any]:
    heyreach = name == "heyreach"
    hmac = name in settings.webhook_secrets
    facts = {
        "hmac": hmac,
        "bearer": heyreach and settings.heyreach_bearer,
        # HeyReach signs nothing, so a deployment counts it as authenticated either way.
        "no_auth_provider": heyreach,
        "authed": hmac or heyreach,
    }
    if settings.generation == "g2":
        facts["unsigned_allowlisted"] = heyreach and settings.heyreach_allow_listed
    return facts
