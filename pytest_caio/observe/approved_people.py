"""Whose sent mail is looked up: everybody who was approved, by every source that says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.cards import parse_time, was_training
from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.settings.cycle_start import cycle_start


@dataclass(frozen=True)
class Sources:
    """The history and the traces as they came (None: no answer), and the queue before the cycle."""

    history: Mapping[str, Any]
    traces: Any
    before: Evidence | None


def approved_people(
    sources: Sources, now: datetime | None, since: str, zone: str
) -> list[Mapping[str, Any]] | str:
    """Return who was approved in the cycle, each card once, or why that doesn't show.

    Each has ``email_id``, ``reviewed_at``, ``source`` and a raw ``to`` or a ``contact_id``. Cards
    that waited before the cycle come last: nobody has said yet that they were approved.
    """
    if now is None:
        return f"{DECISIONS}: the answer has no usable Date header, so the time doesn't show"
    start = cycle_start(since, now, zone)
    entries = sources.history.get("emails")
    if not isinstance(entries, list):
        return f"{DECISIONS}: emails is not a list"
    people: dict[str, Mapping[str, Any]] = {}
    named: set[str] = set()
    for person in (*_history(entries), *_traced(sources.traces)):
        card = str(person.get("email_id"))
        # What an earlier report knows of a card is its short id.
        named.add(short_id(card))
        at = parse_time(person.get("reviewed_at"))
        if person.get("approved") and not was_training(person) and (at is None or at >= start):
            people.setdefault(card, person)
    waited = ((str(person["email_id"]), person) for person in _waited(sources.before))
    people |= {card: person for card, person in waited if short_id(card) not in named}
    return list(people.values())


def _history(entries: list[Any]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if isinstance(entry, dict):
            approved = str(entry.get("status")).strip().lower() == "approved"
            yield {**entry, "approved": approved, "source": "history", "contact_id": None}


def _traced(body: Any) -> Iterator[dict[str, Any]]:
    entries = body.get("traces") if isinstance(body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        asked = _asked(entry)
        metadata = asked.get("metadata")
        card = metadata.get("email_id") if isinstance(metadata, dict) else None
        words = f"{asked.get('action')} {asked.get('outcome')}".lower()
        if isinstance(card, str) and card.strip():
            yield {
                "email_id": card,
                "to": asked.get("lead_email"),
                "reviewed_at": entry.get("timestamp"),
                "approved": "reject" not in words,
                "source": "traces",
            }


def _asked(entry: Any) -> dict[str, Any]:
    text = entry.get("tool_input_summary") if isinstance(entry, dict) else None
    try:
        found = loads(text) if isinstance(text, str) else {}
    except JsonProblem:
        return {}
    return found if isinstance(found, dict) else {}


def _waited(before: Evidence | None) -> Iterator[dict[str, Any]]:
    """Yield the cards of the queue before the cycle that can be looked up: by their contact."""
    cards = before.data.get("cards") if isinstance(before, Observed) else None
    for card in cards if isinstance(cards, list) else ():
        if isinstance(card, Mapping) and card.get("contact_id"):
            yield {
                "email_id": str(card.get("id")),
                "to": card.get("to"),
                "reviewed_at": before.data.get("at") if isinstance(before, Observed) else None,
                "source": "queue before",
                "contact_id": card["contact_id"],
            }
