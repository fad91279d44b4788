"""Reading the pending queue: cards, which of them are live, and how old they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pytest_caio.evidence.cards import is_training, parse_time
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.judge.look import BadAnswer, Fields, Look, NoEvidence

# Dashboard and pipeline are different machines: so far a card may lie in the future.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Card:
    """One card of the queue; ``raw`` is the redacted JSON, ``born`` is in UTC or None."""

    id: str
    raw: Mapping[str, Any]
    training: bool
    born: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide it: live, and not said to be decided."""
        decided = str(self.raw.get("status")).strip().lower() in {"approved", "rejected"}
        return not self.training and not decided


def queue(look: Look, probe: str = QUEUE) -> Fields:
    """Return the queue's answer."""
    return look.object(probe)


def readings(look: Look) -> tuple[str, ...]:
    """Return the readings of the list: the full one, and the default one where it is usable.

    What is wrong with the full one is for who reads it to say; what is wrong with the default one
    is said by ``queue.no-drift`` and ``smoke.queue-refreshes``.
    """
    try:
        queue(look, QUEUE_AGAIN).get("pending_emails", list)
    except (NoEvidence, BadAnswer):
        return (QUEUE,)
    return (QUEUE, QUEUE_AGAIN)


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


def age(look: Look, card: Card, probe: str = QUEUE) -> timedelta | None:
    """Return a card's age by the deployment's own clock, or None where it has no usable time.

    A card from the future has none: one of the two clocks is wrong.
    """
    now = look.answer(probe).date
    if now is None or card.born is None or card.born - now > SKEW:
        return None
    return max(now - card.born, timedelta())


def age_hours(look: Look, card: Card, probe: str = QUEUE) -> float | None:
    """Return a card's age in hours, or None where it has no usable time."""
    found = age(look, card, probe)
    return None if found is None else found.total_seconds() / 3600


def age_words(found: timedelta | None) -> str:
    """Return an age as a person would say it: ``45 min``, ``3 h 05 min``, ``80 h``."""
    if found is None:
        return "of unknown age"
    minutes = int(found.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // 60:,} h"
