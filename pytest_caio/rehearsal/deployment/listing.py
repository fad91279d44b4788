"""What the server shows of its queue, and what it counts (``docs/dashboard.md, Exclusion``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pytest_caio.rehearsal.deployment.state import Card

WINDOW = 20
EXAMPLES = 5
EXPIRES_AFTER = timedelta(days=7)
RULES = frozenset(
    {"status", "non_dispatchable", "tier", "placeholder", "unrendered", "stale", "duplicate"}
)
PLACEHOLDERS = frozenset({"", "no body content"})
_UNRENDERED = re.compile(r"\{\{[^{}]+\}\}")
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Excluded:
    """A card that the list leaves out, and every reason for it."""

    card: Card
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueView:
    """The newest twenty cards, split; `listed` and `excluded` are newest first."""

    listed: tuple[Card, ...]
    excluded: tuple[Excluded, ...]

    @property
    def merged(self) -> int:
        """How many cards were looked at, at most twenty."""
        return len(self.listed) + len(self.excluded)

    @property
    def reasons(self) -> dict[str, int]:
        """How many cards each reason was found on; a card may have several."""
        return dict(Counter(reason for item in self.excluded for reason in item.reasons))


@dataclass(frozen=True, slots=True)
class Filter:
    """How the queue is cut: `rules` names the exclusion rules that are on."""

    tier: str | None = "tier_1"
    max_age_hours: float = 72.0
    include_non_dispatchable: bool = False
    rules: frozenset[str] = RULES
    expires_after: timedelta = EXPIRES_AFTER


def card_time(card: Card) -> datetime | None:
    """When the card was made, in UTC; text without an offset is UTC; None if unusable."""
    text = card.timestamp or card.created_at
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def view(cards: Iterable[Card], now: datetime, cut: Filter) -> QueueView:
    """Look at the newest twenty queued cards and split them by the rules that are on.

    What has waited too long is gone from the store, without a trace.
    """
    queued = (card for card in cards if card.queued and not _expired(card, now, cut))
    newest = sorted(queued, key=lambda card: card_time(card) or _BEGINNING, reverse=True)[:WINDOW]
    listed: list[Card] = []
    excluded: list[Excluded] = []
    seen: set[tuple[str, str]] = set()
    for card in newest:
        reasons = _reasons(card, now, cut, seen)
        if reasons:
            excluded.append(Excluded(card, reasons))
        else:
            listed.append(card)
    return QueueView(tuple(listed), tuple(excluded))


def _expired(card: Card, now: datetime, cut: Filter) -> bool:
    at = card_time(card)
    return at is not None and now - at >= cut.expires_after


def _reasons(card: Card, now: datetime, cut: Filter, seen: set[tuple[str, str]]) -> tuple[str, ...]:
    on = cut.rules
    if "status" in on and card.status != "pending":
        return (f"status:{card.status}",)
    if "non_dispatchable" in on and not cut.include_non_dispatchable:
        if card.do_not_dispatch:
            return ("non_dispatchable:_do_not_dispatch",)
        if card.canary_training:
            return ("non_dispatchable:canary_training",)
    found = [
        _tier(card, cut) if "tier" in on else None,
        _body(card, on),
        _stale(card, now, cut) if "stale" in on else None,
        _duplicate(card, seen) if "duplicate" in on else None,
    ]
    return tuple(reason for reason in found if reason)


def _tier(card: Card, cut: Filter) -> str | None:
    tier = card.tier.strip().lower()
    return f"tier_mismatch:{tier}" if cut.tier and tier and tier != cut.tier else None


def _body(card: Card, on: frozenset[str]) -> str | None:
    body = card.body.strip().lower()
    if "placeholder" in on and body in PLACEHOLDERS:
        return "placeholder_body"
    if "unrendered" in on and _UNRENDERED.fullmatch(body):
        return "unrendered_placeholder_body"
    return None


def _stale(card: Card, now: datetime, cut: Filter) -> str | None:
    at = card_time(card)
    limit = timedelta(hours=cut.max_age_hours)
    stale = at is not None and now - at > limit
    return f"stale_gt_{int(cut.max_age_hours)}h" if stale else None


def _duplicate(card: Card, seen: set[tuple[str, str]]) -> str | None:
    key = (card.to.strip().lower(), card.subject.strip().lower())
    if not all(key):
        return None
    if key in seen:
        return "duplicate_recipient_subject"
    seen.add(key)
    return None
