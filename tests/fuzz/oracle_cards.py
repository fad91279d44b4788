"""The oracle's reading of the queue: docs/checks.md, Gate queue; docs/dashboard.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fuzz.served import TOKEN, Seen, dates

QUEUE = "/api/pending-emails"
FLAGS = ("synthetic", "canary", "canary_training", "_do_not_dispatch")
PLATFORMS = {"ghl", "instantly", "heyreach"}
LIVE = ("queue.no-drift", "queue.sla-decision", "queue.compliance", "queue.sendable")
_UNFILLED = re.compile(r"\{\{\s*\w+\s*\}\}|\{% if \w+ %\}|\[Your Company\]|\*\|FNAME\|\*")
_MARGIN = timedelta(minutes=5)
Why = Iterator[tuple[str, str]]


def training(card: Mapping[str, Any]) -> bool:
    """Whether a card can never be sent; what is unclear is live."""
    classifier = card.get("classifier")
    platform = classifier.get("target_platform") if isinstance(classifier, dict) else None
    return any(card.get(flag) is True for flag in FLAGS) or platform == "training"


def moment(text: Any) -> datetime | None:
    """The time that a text says; without an offset it is UTC."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def cannot_be_met(seen: Seen) -> Why:
    """Yield what the readings of the queue rule out, where all of them say it."""
    every = [s for a, s in seen.all if (a.path, a.who, a.method) == (QUEUE, TOKEN, "GET")]
    if any(s.status == 200 and not isinstance(s.json, dict) for s in every):
        return
    readings = [s.json for s in every if s.status == 200]
    if not readings:
        return
    times = [max(dates([s]), default=None) for s in every if s.status == 200]
    said = [dict(_of_one(*one)) for one in zip(readings, times, strict=True)]
    for check, why in said[0].items():
        if all(check in other for other in said):
            yield check, why
    stamps = [reading.get("refreshed_at") for reading in readings]
    if len(stamps) > 1 and len(set(map(str, stamps))) == 1:
        yield "smoke.queue-refreshes", "every reading has the same refreshed_at"
    if not any(isinstance(stamp, str) and stamp for stamp in stamps):
        yield "smoke.queue-refreshes", "no reading has a refreshed_at"


def _of_one(reading: Mapping[str, Any], now: datetime | None) -> Why:
    cards, debug = reading.get("pending_emails"), reading.get("_shadow_queue_debug")
    if not isinstance(cards, list) or not all(isinstance(card, dict) for card in cards):
        yield from ((check, "the list holds what is no card") for check in LIVE)
        yield "smoke.card-contract", "the list holds what is no card"
        return
    if isinstance(debug, dict):
        yield from _counted(reading, cards, debug)
    else:
        yield "environment.queue-max-age", "the list declares no maximum age"
        yield "queue.sources-agree", "the list counts nothing"
        yield "queue.no-drift", "the list counts nothing"
    for card in cards:
        if not isinstance(card.get("classifier"), dict):
            yield "smoke.card-contract", "a card has no classifier"
        if not isinstance(card.get("campaign_ref"), dict):
            yield "smoke.card-contract", "a card has no campaign reference"
    live = [card for card in cards if not training(card)]
    flags = ("synthetic", "canary", "canary_training", "_do_not_dispatch")
    if any(card.get(flag) for card in live for flag in flags):
        yield "smoke.card-contract", "a flag is neither true nor false"
    for card in live:
        yield from _of_card(card, now)
    mails = Counter((str(card.get("to")).lower(), str(card.get("subject"))) for card in live)
    if mails and max(mails.values()) > 1:
        yield "queue.no-drift", "the same mail to the same person is there twice"


def _counted(reading: Mapping[str, Any], cards: list[Any], debug: Mapping[str, Any]) -> Why:
    age = debug.get("queue_max_age_hours")
    if isinstance(age, bool) or age != 72:
        yield "environment.queue-max-age", "the maximum age is not 72"
    if debug.get("redis_connected") is False:
        yield "environment.redis-required", "the queue's list disagrees"
    merged, out = debug.get("merged_count"), debug.get("excluded_non_actionable_count")
    if not _whole(merged) or not _whole(out) or merged != len(cards) + out:
        yield "queue.sources-agree", "merged is not listed and excluded"
    if not _whole(reading.get("count")) or reading["count"] != len(cards):
        yield "queue.sources-agree", "count is not what is listed"
    if _whole(merged) and merged >= 20:
        yield from ((check, "the window is full") for check in LIVE)
    reasons = debug.get("excluded_non_actionable_reasons")
    for reason, many in reasons.items() if isinstance(reasons, dict) else ():
        hidden = reason.startswith(("status:", "placeholder", "unrendered"))
        if hidden and _whole(many) and many > 0 and not _training_alone(debug):
            yield "queue.no-drift", f"hidden: {reason}"


def _training_alone(debug: Mapping[str, Any]) -> bool:
    """Whether as many training cards are hidden as cards: then the reasons are theirs."""
    reasons = debug.get("excluded_non_actionable_reasons")
    return isinstance(reasons, dict) and any("non_dispatchable" in key for key in reasons)


def _whole(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)


def _of_card(card: Mapping[str, Any], now: datetime | None) -> Why:
    yield from (("queue.no-drift", why) for why in _drift(card))
    if card.get("status") != "pending":
        yield "smoke.card-contract", "a live card is not pending"
        yield "queue.no-drift", "a card is listed that is decided"
    classifier = card.get("classifier")
    platform = classifier.get("target_platform") if isinstance(classifier, dict) else None
    if not isinstance(platform, str) or platform.lower() not in PLATFORMS:
        yield "smoke.card-contract", "the platform is none that is known"
    reference = card.get("campaign_ref")
    if isinstance(reference, dict) and not any(reference.values()):
        yield "smoke.card-contract", "the campaign reference is empty"
    checks = card.get("compliance_checks")
    if not isinstance(checks, dict) or any(v is False or v is None for v in checks.values()):
        yield "queue.compliance", "a declared check is not true"
    elif not any(re.search(r"unsub|stop|opt", key, re.IGNORECASE) for key in checks):
        yield "queue.compliance", "none is on a way to unsubscribe"
    nobody = not card.get("contact_id") and card.get("to") in (None, "", "unknown@example.com")
    if platform == "ghl" and nobody:
        yield "queue.sendable", "a card has neither contact nor address"
    times = [moment(card.get(key)) for key in ("timestamp", "created_at")]
    if not any(times):
        yield "queue.sla-decision", "a card has no usable time"
    elif now and times[0]:
        yield from _by_age(now - times[0])


def _by_age(age: timedelta) -> Why:
    if age < -_MARGIN:
        yield "queue.sla-decision", "a card is from the future"
    if age > timedelta(hours=2) + _MARGIN:
        yield "queue.sla-decision", "a card waits for more than two hours"
    if age > timedelta(hours=72) + _MARGIN:
        yield "queue.no-drift", "a card is stale"
        yield "environment.queue-max-age", "a listed card is older than 72 hours"


def _drift(card: Mapping[str, Any]) -> Iterator[str]:
    for key, fill in (("subject", "No Subject"), ("body", "No Body Content")):
        text = card.get(key)
        if not isinstance(text, str) or not text.strip():
            yield f"there is no {key}"
        elif text.strip() == fill or _UNFILLED.search(text):
            yield f"the {key} is nobody's text"
    if isinstance(card.get("body"), str) and re.match(r"(?:Hi|Dear) None,", card["body"]):
        yield "the greeting is nobody's"
