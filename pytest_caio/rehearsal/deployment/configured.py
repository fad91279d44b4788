"""The flags that a deployment was started with, as its environment would set them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Generation = Literal["g2", "g1", "g0"]
GENERATIONS: tuple[Generation, ...] = ("g2", "g1", "g0")

LIVE_DAILY_LIMIT = 5
WEBHOOK_PROVIDERS = ("instantly", "heyreach", "rb2b", "clay")


@dataclass(frozen=True, slots=True)
class Ramp:
    """The supervised ramp (``docs/dashboard.md, Operator status``)."""

    enabled: bool = True
    mode: str | None = "clean_days"
    clean_days_required: int = 3
    email_limit: int = LIVE_DAILY_LIMIT
    tier_filter: str | None = "tier_1"


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment's configuration. Frozen: a fault replaces the whole value.

    `token` is the one that the deployment accepts, which need not be the one handed out.
    """

    token: str
    environment: str = "rehearsal"
    generation: Generation = "g2"

    declared_environment: str | None = None
    auth_declared: bool = True
    auth_strict: bool = True
    token_declared: bool = True
    query_token_enabled: bool = False
    docs_enabled: bool = False
    session_secret_explicit: bool = True
    pages_need_login: bool = True
    login_enabled: bool = True
    session_cookie: str = "caio_session"
    sales_slash: bool = False
    bookmark_enabled: bool = True

    redis_url: str | None = None
    redis_required: bool = True
    redis_up: bool = True
    queue_store_connected: bool = True
    inngest_required: bool = True
    inngest_keys: bool = True
    inngest_declared_mounted: bool = True
    inngest_mounted: bool = True

    webhooks_strict: bool = True
    webhook_secrets: frozenset[str] = frozenset({"instantly", "rb2b", "clay"})
    heyreach_bearer: bool = True
    heyreach_secret: str = ""
    heyreach_allow_listed: bool = False

    queue_max_age_hours: float = 72.0
    queue_tier_filter: str | None = "tier_1"
    queue_watcher_low_water: int = 0
    seed_enabled: bool = True
    traces_enabled: bool = True
    tags_enabled: bool = True

    operator_enabled: bool = True
    emergency_stop: bool = False
    gatekeeper_required: bool = True
    ramp: Ramp = field(default_factory=Ramp)

    health_monitor: str = "ok"
    health: str = "healthy"

    live_cards: int | None = None
    announced: bool = True

    approval_sends: bool = True
    send_hours_override: bool = True
    server_zone: str = "America/New_York"

    ghl_up: bool = True
    ghl_token: str = ""
    ghl_location_id: str = "loc-rehearsal"

    @property
    def cookie_secure(self) -> bool:
        """Secure outside the rehearsal: a browser on plain http would drop it."""
        return self.environment != "rehearsal"


def settings_for(
    generation: Generation, token: str, environment: str, redis_url: str | None = None
) -> Settings:
    """The flags of a deployment of that generation in good order."""
    if generation == "g2":
        return Settings(token=token, environment=environment, redis_url=redis_url)
    older = Settings(
        token=token,
        environment=environment,
        generation=generation,
        redis_url=redis_url,
        auth_declared=False,
        query_token_enabled=True,
        docs_enabled=True,
        pages_need_login=False,
        login_enabled=False,
        seed_enabled=False,
        traces_enabled=False,
        heyreach_bearer=False,
        approval_sends=False,
    )
    if generation == "g1":
        return older
    return replace(older, tags_enabled=False, ramp=Ramp(mode=None))
