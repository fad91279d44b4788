"""What a card of the pending queue says of itself (``docs/dashboard.md, The queue's list``)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pytest_caio.evidence.moments import moment_of

TRAINING_FLAGS = ("synthetic", "canary", "canary_training", "_do_not_dispatch")


def is_training(card: Mapping[str, Any]) -> bool:
    """Return whether a card can never be sent (``docs/dashboard.md, Training cards``).

    Only a plain ``true`` counts: whatever is unclear is a live contact.
    """
    classifier = card.get("classifier")
    platform = classifier.get("target_platform") if isinstance(classifier, Mapping) else None
    return platform == "training" or any(card.get(flag) is True for flag in TRAINING_FLAGS)


def was_training(decision: Mapping[str, Any]) -> bool:
    """Return whether a decision of the history is on a training card.

    The history keeps little of a card: its signs where it has them, and its id. What seeding makes
    has an id of its own and is never anything else (``docs/dashboard.md, Seeding``).
    """
    return is_training(decision) or is_seeded(decision)


def is_seeded(card: Mapping[str, Any]) -> bool:
    """Return whether an id is one that seeding gives (``docs/dashboard.md, Seeding``)."""
    card_id = card.get("email_id")
    return isinstance(card_id, str) and card_id.startswith("seed_")


def parse_time(value: object) -> datetime | None:
    """Return a card's timestamp in UTC, or None where it says nothing usable.

    Without an offset it is UTC (``docs/dashboard.md, The queue's list``).
    """
    if not isinstance(value, str):
        return None
    try:
        return moment_of(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return None
