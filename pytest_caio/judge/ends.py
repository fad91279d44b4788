"""How a card can end, and which end an outcome of the traces speaks of.

Source: ``docs/checks.md, Gate cycle`` and ``docs/dashboard.md, From approval to mail``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pytest_caio.evidence.cards import was_training
from pytest_caio.judge.outcome_traces import Trace


class End(StrEnum):
    """How a card of the cycle ended."""

    SENT = "sent"
    UNPROVED = "sent unproved"
    BLOCKED = "blocked"
    FAILED = "send failed"
    UNSENT = "approved unsent"
    REJECTED = "rejected"
    UNDECIDED = "undecided"
    EXPIRED = "expired"
    UNACCOUNTED = "unaccounted for"


APPROVED = frozenset({End.SENT, End.UNPROVED, End.BLOCKED, End.FAILED, End.UNSENT})
BY_APPROVAL = frozenset({End.SENT, End.UNPROVED})


@dataclass(frozen=True)
class CardEnd:
    """A card, its end, where that was seen, and since when; ``by_approval``: sent by approving."""

    id: str
    end: End
    source: str
    at: datetime | None = None
    tag: str = ""
    by_approval: bool = False


def of_trace(trace: Trace) -> CardEnd | None:
    """Return the end that an outcome speaks of, None for a word that speaks of none."""
    word = trace.outcome
    if was_training({"email_id": trace.id}):
        return None
    at, source = trace.at, "traces"
    if "reject" in word:
        return CardEnd(trace.id, End.REJECTED, source, at, trace.tag)
    if "block" in word:
        return CardEnd(trace.id, End.BLOCKED, source, at)
    if "fail" in word or "error" in word:
        return CardEnd(trace.id, End.FAILED, source, at)
    if "sent" in word:
        end = End.UNPROVED if "unresolved" in word else End.SENT
        return CardEnd(trace.id, end, source, at, by_approval=True)
    return CardEnd(trace.id, End.UNSENT, source, at) if "approve" in word else None
