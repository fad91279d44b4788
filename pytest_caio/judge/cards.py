"""Reading the pending queue: cards, which of them are live, and how old they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_caio.cards import is_training, parse_time
from pytest_caio.judge.look import BadAnswer, Fields, Look
from pytest_caio.judge.probes import QUEUE


@dataclass(frozen=True)
class Card:
    """One card of the queue; ``raw`` is the redacted JSON, ``born`` is in UTC or None."""

    id: str
    raw: Mapping[str, Any]
    training: bool
    born: datetime | None


def queue(look: Look, probe: str = QUEUE) -> Fields:
    """Return the queue's answer."""
    return look.object(probe)


def cards(look: Look, probe: str = QUEUE) -> tuple[Card, ...]:
    """Return the listed cards; raise :class:`BadAnswer` where the list is not one of cards."""
    listed = queue(look, probe).get("pending_emails", list)
    found: list[Card] = []
    for i, raw in enumerate(listed):
        if not isinstance(raw, dict):
            raise BadAnswer(f"card {i + 1} of the queue is not an object")
        card_id = raw.get("email_id")
        if not isinstance(card_id, str) or not card_id.strip():
            raise BadAnswer(f"card {i + 1} of the queue has no email_id")
        born = parse_time(raw.get("timestamp")) or parse_time(raw.get("created_at"))
        found.append(Card(card_id, raw, is_training(raw), born))
    return tuple(found)


def age_hours(look: Look, card: Card, probe: str = QUEUE) -> float | None:
    """Return a card's age in hours by the deployment's own clock, or None where it has none."""
    now = look.answer(probe).date
    if now is None or card.born is None:
        return None
    return (now - card.born).total_seconds() / 3600
