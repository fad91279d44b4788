"""Faults of the queue gate: drift, counts, cards that can't be sent, cards left undecided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.listing import RULES, WINDOW
from pytest_caio.rehearsal.deployment.scenes import live_card, story_time, training_card
from pytest_caio.rehearsal.faults.fault import Fault, code
from pytest_caio.rehearsal.faults.smoke_faults import deepest_live

DRIFT, TIER = "queue.no-drift", "queue.tier"
DECIDE, REVIEW = "queue.sla-decision", "queue.sla-review"


def listed(rule: str, **changes: Any) -> Callable[[Deployment], None]:
    """A card that `rule` would leave out, listed because the code no longer has that rule."""

    def apply(deployment: Deployment) -> None:
        deployment.behaviour.queue_rules = RULES - {rule}
        at = story_time(deployment.now(), 0.25)
        deployment.state.add(live_card(10, at, **changes))

    return apply


def _twice(deployment: Deployment) -> None:
    twin = deepest_live(deployment)
    listed("duplicate", to=twin.to, subject=twin.subject)(deployment)


def _old(hours: float, *, rules: frozenset[str] = RULES) -> Callable[[Deployment], None]:
    def apply(deployment: Deployment) -> None:
        deployment.behaviour.queue_rules = rules
        deployment.state.add(live_card(10, deployment.now() - timedelta(hours=hours)))

    return apply


def _hide_stale(deployment: Deployment) -> None:
    now = deployment.now()
    for number in range(5):
        at = now - timedelta(hours=80 + number)
        deployment.state.add(live_card(10 + number, at))


def _hide_noise(deployment: Deployment) -> None:
    at, twin = story_time(deployment.now(), 0.5), deepest_live(deployment)
    deployment.state.add(
        live_card(10, at, tier="tier_2"),
        live_card(11, at, body="No body content"),
        live_card(12, at, body="{{ email_body }}"),
        live_card(13, at, to=twin.to, subject=twin.subject),
        live_card(14, deployment.now() - timedelta(hours=100), tier="tier_3"),
    )


def _fill_the_window(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.15)
    missing = WINDOW - deployment.queue().merged
    deployment.state.add(*(training_card(100 + number, at) for number in range(missing)))


def _flood(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.15)
    deployment.state.add(*(live_card(20 + number, at) for number in range(13)))


def newest_card(**changes: Any) -> Callable[[Deployment], None]:
    """The newest live card, with other fields."""

    def apply(deployment: Deployment) -> None:
        newest = next(card for card in deployment.queue().listed if not card.training)
        deployment.state.add(replace(newest, **changes))

    return apply


def _decided_and_listed(deployment: Deployment) -> None:
    deployment.behaviour.queue_rules = RULES - {"status"}
    at = story_time(deployment.now(), 0.25)
    deployment.state.add(live_card(10, at, status="approved"))


def _unruled_by_default(deployment: Deployment) -> None:
    deployment.behaviour.default_rules = RULES - {"tier"}
    deployment.state.add(live_card(10, story_time(deployment.now(), 0.25), tier="tier_2"))


def _stale_by_default(deployment: Deployment) -> None:
    deployment.behaviour.default_rules = RULES
    _old(80, rules=RULES - {"stale"})(deployment)


def _dated_by_reading(deployment: Deployment) -> None:
    reading = count()

    def dated(body: Any) -> Any:
        at = deployment.now() - timedelta(minutes=10) + timedelta(milliseconds=next(reading))
        cards = [card | {"timestamp": at.isoformat()} for card in body["pending_emails"]]
        return body | {"pending_emails": cards}

    deployment.behaviour.reshape["/api/pending-emails"] = dated


def _hide_training(deployment: Deployment) -> None:
    now, hidden = deployment.now(), {"do_not_dispatch": True}
    at = story_time(now, 0.3)
    deployment.state.add(
        training_card(50, now - timedelta(hours=90), **hidden),
        training_card(51, at, tier="tier_2", **hidden),
        training_card(52, at, **hidden),
        training_card(53, at, to=training_card(52, at).to, subject=training_card(52, at).subject,
                      **hidden),
    )  # fmt: skip


def _from_the_future(deployment: Deployment) -> None:
    at = deployment.now() + timedelta(days=1)
    deployment.state.add(live_card(10, at))


QUEUE_FAULTS = (
    Fault(
        "stale-hidden",
        "Five stale cards are kept out of the list, and only counted.",
        (DRIFT,),
        _hide_stale,
    ),
    Fault(
        "noise-hidden",
        "Cards of a wrong tier, without text or twice over are kept out of the list.",
        (DRIFT,),
        _hide_noise,
    ),
    Fault(
        "stale-listed",
        "A card of more than three days is still offered for sending.",
        (DRIFT, DECIDE, REVIEW, "cycle.decided", "environment.queue-max-age"),
        _old(80, rules=RULES - {"stale"}),
    ),
    Fault("duplicate-listed", "The same mail is offered twice.", (DRIFT,), _twice),
    Fault(
        "wrong-tier-listed",
        "A card of tier 2 is offered for sending.",
        (DRIFT, TIER),
        listed("tier", tier="tier_2"),
    ),
    Fault(
        "decided-listed",
        "A card that was approved is still in the list.",
        (DRIFT, "smoke.card-contract"),
        _decided_and_listed,
    ),
    Fault(
        "default-reading-lists-drift",
        "The list that the page reads has a rule less: it offers a card of tier 2.",
        (DRIFT, TIER),
        _unruled_by_default,
    ),
    Fault(
        "stale-in-default-reading",
        "A live card is stale, and only the reading that the page makes hides it.",
        (DRIFT, DECIDE, REVIEW, "cycle.decided", "environment.queue-max-age"),
        _stale_by_default,
    ),
    Fault(
        "dated-by-reading",
        "Reading the queue dates each card anew, so that none is ever old.",
        (DRIFT,),
        _dated_by_reading,
    ),
    Fault(
        "training-cards-hidden",
        "Training cards are hidden as old, twice and of a wrong tier: that is no drift.",
        (),
        _hide_training,
    ),
    Fault(
        "card-from-the-future",
        "A card is dated tomorrow: how long it has waited can't be told.",
        (),
        _from_the_future,
    ),
    Fault(
        "queue-miscount",
        "It looked at one card more than it lists and leaves out.",
        ("queue.sources-agree",),
        code(merged_count=lambda merged: merged + 1),
    ),
    Fault(
        "merged-count-text",
        "It gives the number of cards as a word.",
        ("queue.sources-agree",),
        code(merged_count=lambda merged: f"about {merged}"),
    ),
    Fault(
        "twenty-merged",
        "The queue is full: what lies below its newest twenty cards can't be told.",
        (),
        _fill_the_window,
    ),
    Fault(
        "undecided-3h",
        "A live card has been waiting for a decision for three hours.",
        (DECIDE, REVIEW, "cycle.decided"),
        _old(3),
    ),
    Fault(
        "unreviewed-45m",
        "A live card has been waiting for a first look for 45 minutes.",
        (REVIEW, "cycle.decided"),
        _old(0.75),
    ),
    Fault(
        "card-without-time",
        "Nobody knows how old one card is: how long it has waited can't be told.",
        (),
        newest_card(timestamp="Unknown", created_at=None),
    ),
    Fault(
        "queue-flood",
        "Far more live cards than a day's work are waiting.",
        ("queue.expected",),
        _flood,
    ),
)
