"""What a deployment holds: cards, decisions, dispatch reports, mails, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

CLEAN_DAY_LOOKBACK = timedelta(days=45)
CLEAN_DAY_REPORTS = 2_000
LOCKOUT_WINDOW = timedelta(minutes=5)
LOCKOUT_AFTER = 5

REJECTION_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "personalization_mismatch": "Personalization mismatch",
        "icp_mismatch": "ICP mismatch",
        "campaign_mismatch": "Campaign mismatch",
        "tone_style_issue": "Tone or style issue",
        "factual_inaccuracy": "Factual inaccuracy",
        "weak_subject": "Weak subject",
        "weak_cta": "Weak CTA",
        "length_issue": "Length issue",
        "compliance_issue": "Compliance issue",
        "placeholder_or_rendering_issue": "Placeholder or rendering issue",
        "queue_hygiene_non_actionable": "Queue hygiene: not actionable",
        "other": "Other",
    }
)

COMPLIANT: Mapping[str, bool] = MappingProxyType(
    {
        "unsubscribe_present": True,
        "signature_present": True,
        "cta_present": True,
        "footer_present": True,
    }
)


@dataclass(frozen=True, slots=True)
class Card:
    """One card of the queue (``docs/dashboard.md, The queue's list``).

    `queued` says whether the queue's store still holds it; `timestamp` is ISO 8601 text as the
    pipeline wrote it, which may be "Unknown", naive or missing.
    """

    email_id: str
    to: str
    subject: str
    body: str
    timestamp: str | None
    created_at: str | None
    tier: str = "tier_1"
    status: str = "pending"
    queued: bool = True
    source: str = "pipeline"
    contact_id: str | None = None
    recipient_data: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    classifier: Any = None
    campaign_ref: Any = None
    synthetic: bool = False
    canary: bool = False
    canary_training: bool = False
    do_not_dispatch: bool = False
    compliance_checks: Mapping[str, bool] = field(default_factory=lambda: COMPLIANT)

    @property
    def training(self) -> bool:
        """Whether this is a training card, by its signs (``docs/dashboard.md, Training cards``)."""
        platform = (
            self.classifier.get("target_platform") if isinstance(self.classifier, Mapping) else None
        )
        flagged = self.synthetic or self.canary or self.canary_training or self.do_not_dispatch
        return flagged or platform == "training"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided, and what became of it; `reviewed_at` is aware and in UTC.

    `outcome` is what the feedback loop writes down, where that is another word than `status`.
    """

    email_id: str
    to: str
    subject: str
    status: str
    reviewed_at: datetime
    reviewer: str
    reason: str | None = None
    tag: str | None = None
    feedback: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One dispatch report; None = channel not used."""

    run_id: str
    started_at: datetime
    completed_at: datetime | None
    dry_run: bool = False
    motion: str = "outbound"
    pending_approval: bool = False
    batch_id: str | None = None
    errors: tuple[str, ...] = ()
    instantly: int | None = None
    heyreach: int | None = None
    cadence: int = 0
    revival: int = 0

    @property
    def dispatched(self) -> int:
        """The four dispatched figures, summed."""
        return (self.instantly or 0) + (self.heyreach or 0) + self.cadence + self.revival

    @property
    def day(self) -> str:
        """The calendar date that the report counts for, as the dashboard reads it off the text."""
        return (self.completed_at or self.started_at).isoformat()[:10]

    @property
    def clean(self) -> bool:
        """Whether this report makes its day a clean one (``docs/regimen.md, Ramp graduation``)."""
        held = self.dry_run or self.pending_approval or self.errors
        return not held and self.dispatched >= 1


@dataclass(frozen=True, slots=True)
class Batch:
    """A dispatch that the gatekeeper holds until somebody decides on it."""

    batch_id: str
    created_at: datetime
    email_ids: tuple[str, ...]
    status: str = "pending"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as GHL knows them."""

    id: str
    email: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One message of a GHL conversation; `added` is aware and in UTC."""

    id: str
    contact_id: str
    added: datetime
    direction: str = "outbound"
    message_type: str = "TYPE_EMAIL"
    status: str = "delivered"


@dataclass(slots=True)
class State:
    """Everything that changes while the deployment runs. Its values are frozen, its shelves not."""

    cards: dict[str, Card] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    batches: dict[str, Batch] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    # Path and query of what was read by somebody who was let in.
    reads: set[tuple[str, bytes]] = field(default_factory=set)
    wrong_logins: dict[str, list[datetime]] = field(default_factory=dict)
    seeded: int = 0

    def add(self, *cards: Card) -> None:
        """Put cards into the store, in place of those with the same id."""
        for card in cards:
            self.cards[card.email_id] = card

    def decide(self, decision: Decision) -> None:
        """Record a decision and take the card out of the queue's store."""
        card = self.cards[decision.email_id]
        self.cards[card.email_id] = replace(card, status=decision.status, queued=False)
        self.decisions.append(decision)

    def listed_decisions(self) -> list[Decision]:
        """What the history shows: a card that was sent, or blocked, is in no list any more."""
        return [item for item in self.decisions if item.status in {"approved", "rejected"}]

    def pending_batch(self) -> Batch | None:
        """The oldest batch that waits for a decision, if one does."""
        waiting = [batch for batch in self.batches.values() if batch.status == "pending"]
        return min(waiting, key=lambda batch: batch.created_at, default=None)

    def locked_out(self, address: str, now: datetime) -> bool:
        """Whether `address` has had its five wrong logins of the last five minutes."""
        recent = [at for at in self.wrong_logins.get(address, []) if now - at < LOCKOUT_WINDOW]
        self.wrong_logins[address] = recent
        return len(recent) >= LOCKOUT_AFTER


def clean_days(
    reports: list[Report], now: datetime, required: int, *, dry_runs_count: bool = False
) -> tuple[str, ...]:
    """The clean days that the deployment counts: newest first found, sorted, at most `required`.

    Looks back 45 days and 2,000 reports (``docs/dashboard.md, Dispatch history and clean
    days``). With
    `dry_runs_count` it makes the mistake of a deployment that graduates itself.
    """
    recent = sorted(reports, key=lambda report: report.started_at)[-CLEAN_DAY_REPORTS:]
    horizon = (now - CLEAN_DAY_LOOKBACK).isoformat()[:10]
    days = {
        report.day
        for report in recent
        if report.day >= horizon
        and (report.clean or (dry_runs_count and replace(report, dry_run=False).clean))
    }
    return tuple(sorted(days)[-required:]) if required > 0 else ()
