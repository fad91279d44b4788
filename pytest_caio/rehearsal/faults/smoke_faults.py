"""Faults of the smoke gate."""

from __future__ import annotations

from dataclasses import replace

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.listing import card_time
from pytest_caio.rehearsal.deployment.scenes import live_card, story_time
from pytest_caio.rehearsal.deployment.state import Card
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code, setting


def deepest_live(deployment: Deployment) -> Card:
    """The last live card of the list: the one that a look at the first card misses."""
    live = [card for card in deployment.queue().listed if not card.training]
    return min(live, key=lambda card: card_time(card) or deployment.now())


def _without_classifier(deployment: Deployment) -> None:
    deployment.state.add(replace(deepest_live(deployment), classifier=None))


def _classifier_as_text(deployment: Deployment) -> None:
    deployment.state.add(replace(deepest_live(deployment), classifier="instantly"))


def _without_campaign(deployment: Deployment) -> None:
    deployment.state.add(replace(deepest_live(deployment), campaign_ref=None))


def _unwire(deployment: Deployment) -> None:
    deployment.behaviour.page = replace(deployment.behaviour.page, refreshes=False)


def _no_clay_secret(deployment: Deployment) -> None:
    deployment.configure(webhook_secrets=deployment.settings.webhook_secrets - {"clay"})


def _no_clay_secret_unnoticed(deployment: Deployment) -> None:
    _no_clay_secret(deployment)
    deployment.behaviour.ready_reads_dependencies = False


def _redis_ready_regardless(deployment: Deployment) -> None:
    deployment.configure(redis_up=False)
    deployment.behaviour.redis_ready = lambda _connected: True


def _share_a_card(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.15)
    deployment.state.add(live_card(9, at, email_id="run_shared_09"))


def _freeze(deployment: Deployment) -> None:
    stamp = deployment.now().isoformat()
    deployment.behaviour.refreshed_at = lambda _now, _every: stamp


def _cache(deployment: Deployment) -> None:
    stamps: dict[bool, str] = {}
    deployment.behaviour.refreshed_at = lambda now, every: stamps.setdefault(every, now.isoformat())


CONTRACT = ("smoke.card-contract",)

SMOKE_FAULTS = (
    Fault(
        "not-ready",
        "A required dependency is not ready.",
        ("smoke.ready", "smoke.dependencies"),
        _no_clay_secret,
    ),
    Fault(
        "sales-open",
        "The dashboard's page opens without a session.",
        ("smoke.sales-page", "access.reads-refused"),
        setting(pages_need_login=False),
        G2_ONLY,
    ),
    Fault(
        "sales-with-a-slash",
        "The page lies at /sales/ and redirects there, which is allowed: nothing fails.",
        (),
        setting(sales_slash=True),
    ),
    Fault(
        "monitor-down",
        "Its health monitor is down, all dependencies are fine.",
        ("smoke.ready",),
        setting(health_monitor="not running"),
    ),
    Fault(
        "ready-regardless",
        "It calls itself ready although a required dependency is not.",
        ("smoke.ready", "smoke.dependencies"),
        _no_clay_secret_unnoticed,
    ),
    Fault(
        "redis-ready-regardless",
        "It calls its Redis ready without having reached it.",
        ("smoke.ready", "smoke.dependencies", "environment.redis-required"),
        _redis_ready_regardless,
    ),
    Fault(
        "sales-is-login",
        "Signed in, /sales still shows the login form.",
        ("smoke.sales-page",),
        code(sessions_open_pages=False),
        G2_ONLY,
    ),
    Fault(
        "sales-as-a-file",
        "The page is offered to be saved instead of being shown.",
        ("smoke.sales-page",),
        code(page_headers={"Content-Disposition": 'attachment; filename="sales.html"'}),
    ),
    Fault(
        "sales-in-a-sandbox",
        "A policy puts the page into a sandbox where no script runs.",
        ("smoke.sales-page",),
        code(page_headers={"Content-Security-Policy": "default-src 'self'; sandbox allow-forms"}),
    ),
    Fault(
        "sales-not-wired",
        "The dashboard page is never refreshed.",
        ("smoke.sales-page",),
        _unwire,
    ),
    Fault(
        "bookmark-404",
        "The old bookmark leads nowhere.",
        ("smoke.bookmark",),
        setting(bookmark_enabled=False),
    ),
    Fault(
        "queue-frozen",
        "The queue's list is a copy that is no longer renewed.",
        ("smoke.queue-refreshes",),
        _freeze,
    ),
    Fault(
        "queue-answer-kept",
        "Each question about the queue is answered once, and from a copy ever after.",
        ("smoke.queue-refreshes",),
        _cache,
    ),
    Fault(
        "card-without-classifier",
        "One card, last in the list, has no classifier.",
        CONTRACT,
        _without_classifier,
    ),
    Fault(
        "card-with-text-classifier",
        "One card's classifier is a word where an object belongs.",
        CONTRACT,
        _classifier_as_text,
    ),
    Fault(
        "card-without-campaign-ref",
        "One card, last in the list, belongs to no campaign.",
        CONTRACT,
        _without_campaign,
    ),
    Fault(
        "shared-store",
        "It holds a live card that each other environment with this fault holds too.",
        (),
        _share_a_card,
    ),
    Fault(
        "health-unhealthy",
        "Its health monitor reports it unhealthy.",
        ("smoke.health",),
        setting(health="unhealthy"),
    ),
)
