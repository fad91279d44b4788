"""The queue trace: every card with what a person needs to judge it, as JSON for reports."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.evidence.probe_names import QUEUE
from pytest_caio.judge.hygiene import Excluded, hidden, merged
from pytest_caio.judge.look import BadAnswer, Look
from pytest_caio.judge.queue_cards import Card, age_hours, cards
from pytest_caio.privacy.reduced_text import address_digest

# What the server writes where a card has no address (``docs/dashboard.md, Filled-in fields``).
_FILLED_IN = address_digest("unknown@example.com")


def trace(look: Look) -> dict[str, Any]:
    """Return ``now``, ``max_age_hours``, ``cards`` and ``excluded``; what is unclear is null.

    Raises BadAnswer where the list is not one of cards.
    """
    now = look.answer(QUEUE).date
    return {
        "now": now.isoformat() if now else None,
        "max_age_hours": look.policy.queue.max_age_hours,
        "cards": [_row(look, card) for card in cards(look)],
        "excluded": _hidden(look),
    }


def sendability(card: Card) -> str:
    """Return what would happen if the card were approved (``docs/dashboard.md, Sendability``)."""
    platform = platform_of(card.raw)
    if platform not in {"", "ghl"}:
        return f"n/a_target_platform:{platform}"
    if card.training:
        return "blocked_synthetic"
    if has_contact(card):
        return "ready_for_live_send"
    if has_address(card):
        return "auto_resolve_on_approve"
    return "blocked_missing_contact_id"


def has_address(card: Card) -> bool:
    """Return whether a card has an address that is its own, and not the server's fill-in."""
    found = address_digest(_text(card.raw.get("to")))
    return bool(found) and found != _FILLED_IN


def has_contact(card: Card) -> bool:
    """Return whether a card names a contact in GHL."""
    return bool(_text(card.raw.get("contact_id")))


def platform_of(card: Mapping[str, Any]) -> str:
    """Return the platform that a card goes to; nothing where it does not say."""
    classifier = card.get("classifier")
    found = classifier.get("target_platform") if isinstance(classifier, Mapping) else None
    return _text(found).lower()


def _row(look: Look, card: Card) -> dict[str, Any]:
    hours = age_hours(look, card)
    return {
        "id": card.id,
        "to": _text(card.raw.get("to")),
        "subject": _text(card.raw.get("subject")),
        "tier": _text(card.raw.get("tier")),
        "run": _inner(card, "campaign_ref", "pipeline_run_id")
        or _inner(card, "context", "pipeline_run_id"),
        "campaign": _inner(card, "campaign_ref", "internal_id"),
        "contact": _text(card.raw.get("contact_id")),
        "platform": platform_of(card.raw),
        "sync": _inner(card, "classifier", "sync_state"),
        "age_hours": None if hours is None else round(hours, 2),
        "sendability": sendability(card),
        "kind": "training" if card.training else "live",
    }


def _inner(card: Card, part: str, name: str) -> str:
    found = card.raw.get(part)
    return _text(found.get(name)) if isinstance(found, Mapping) else ""


def _hidden(look: Look) -> dict[str, Any]:
    try:
        found = hidden(look)
    except BadAnswer:
        found = Excluded(0, {}, ())
    return {
        "count": found.count,
        "merged": merged(look),
        "reasons": dict(found.reasons),
        "examples": [dict(example) for example in found.examples],
    }


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
