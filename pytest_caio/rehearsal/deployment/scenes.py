"""The cards, decisions and dispatches of a deployment in good order.

What happened "today" has to be of today both in UTC and in the review window's zone, at any hour:
the whole story is told within the last 28 minutes or, just after a midnight, within the time
since. At the very second of a midnight everything happens at once. Times are whole seconds, so
that the `Date` header, which has no fractions, is never earlier than an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.rehearsal.deployment.state import (
    REJECTION_TAGS,
    Card,
    Contact,
    Decision,
    Mail,
    Report,
    State,
)

REVIEW_ZONE = ZoneInfo("America/New_York")
STORY = timedelta(minutes=28)

_BODY = (
    "Hello {name},\n\nyour team at {company} reviews every campaign by hand. We built a way to do "
    "that in ten minutes a day.\n\nWould a call on Thursday suit you?\n\nKind regards,\n"
    "The rehearsal team\n\nUnsubscribe: https://example.com/unsubscribe"
)
_PEOPLE = (
    ("Ada Lindqvist", "Harbour Analytics", "Chief Revenue Officer"),
    ("Bruno Okafor", "Northfold Staffing", "VP Sales"),
    ("Chidi Marsh", "Quill and Sons", "Head of Growth"),
    ("Dora Venn", "Lanternworks", "Sales Director"),
    ("Elif Soto", "Copper Street Media", "Revenue Operations Lead"),
    ("Finn Abara", "Greywater Consulting", "Managing Partner"),
)


def story_time(now: datetime, share: float) -> datetime:
    """The time `share` (0 = now, 1 = the beginning) back in today's story, in UTC."""
    local = now.astimezone(REVIEW_ZONE)
    midnights = (
        local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC),
        now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
    )
    length = min(STORY, now - max(midnights))
    return (now - length * share).astimezone(UTC).replace(microsecond=0)


def live_card(number: int, at: datetime, *, platform: str = "ghl", **changes: Any) -> Card:
    """A fresh tier_1 card for a live contact, made at `at`; `changes` are fields of `Card`."""
    name, company, title = _PEOPLE[number % len(_PEOPLE)]
    run = f"run_{at:%Y%m%d_%H%M%S}"
    card = Card(
        email_id=f"{run}_{number:02d}",
        to=f"{name.lower().replace(' ', '.')}.{number}@example.com",
        subject=f"An idea for {company} ({number})",
        body=_BODY.format(name=name.split()[0], company=company),
        timestamp=at.isoformat(timespec="microseconds"),
        created_at=at.isoformat(timespec="microseconds"),
        contact_id=f"contact-{number:02d}",
        recipient_data={"name": name, "company": company, "title": title},
        context={"pipeline_run_id": run, "campaign_type": "t1_exec", "icp_tier": "tier_1"},
        classifier=_classifier(platform, "pipeline", "not_synced"),
        campaign_ref=_campaign("camp_rehearsal", "t1_exec", run),
    )
    return replace(card, **changes)


def training_card(number: int, at: datetime, **changes: Any) -> Card:
    """A training card, as the seed endpoint makes it: listed, and never sendable."""
    card = Card(
        email_id=f"seed_{at:%Y%m%d_%H%M%S}_{number:04d}",
        to=f"lead-{number:04d}@seed-training.example",
        subject=f"Training card {number}: weekly review",
        body=_BODY.format(name="Sam", company="the training desk"),
        timestamp=at.isoformat(timespec="microseconds"),
        created_at=at.isoformat(timespec="microseconds"),
        source="dashboard_seed",
        recipient_data={"name": "Sam Training", "company": "Training desk", "title": "Trainee"},
        context={"source": "dashboard_seed", "source_type": "seed_training"},
        classifier=_classifier("training", "dashboard_seed", "non_dispatchable_training"),
        campaign_ref=_campaign("seed_training", "seed_training", ""),
        synthetic=True,
        canary=True,
    )
    return replace(card, **changes)


def in_good_order(
    now: datetime, environment: str = "rehearsal", live_cards: int | None = None
) -> State:
    """A day that went well: one dispatch after three decisions, then three fresh cards.

    The fresh cards came after the dispatch, so they belong to the next cycle, not to this one.
    `live_cards` is how many of them there are instead of three. No two environments hold the same
    live card.
    """
    state = State(tags=[{"id": tag, "label": label} for tag, label in REJECTION_TAGS.items()])
    fresh = [
        live_card(3, story_time(now, 0.35), platform="instantly"),
        live_card(4, story_time(now, 0.20), contact_id=None),
        live_card(5, story_time(now, 0.10)),
    ]
    if live_cards is not None:
        more = (live_card(number, story_time(now, 0.10)) for number in range(6, live_cards + 3))
        fresh = [*fresh, *more][:live_cards]
    state.add(training_card(0, story_time(now, 0.30)), *fresh)
    _review(state, now)
    _dispatch(state, now)
    if environment != "rehearsal":
        state.cards = {card.email_id: card for card in _of(environment, state.cards.values())}
    return state


def _of(environment: str, cards: Iterable[Card]) -> Iterator[Card]:
    for card in cards:
        if card.training or card.status != "pending":
            yield card
        else:
            to = card.to.replace("@", f"@{environment}.")
            yield replace(card, email_id=f"{environment}_{card.email_id}", to=to)


def sent_card(
    state: State, number: int, at: datetime, status: str = "sent_proved", outcome: str | None = None
) -> None:
    """A card that a reviewer approved at `at`, and what came of it there and then (G2)."""
    card = live_card(number, at - timedelta(minutes=3))
    state.add(card)
    decision = Decision(card.email_id, card.to, card.subject, status, at, "hos", outcome=outcome)
    state.decide(decision)
    state.contacts.append(Contact(f"contact-{number:02d}", card.to))
    if status.startswith("sent"):
        state.mails.append(Mail(f"msg-{number:02d}", f"contact-{number:02d}", at))


def clean_run(day: int, at: datetime, **changes: Any) -> Report:
    """A live, clean dispatch of two mails, `day` days before `at`; `changes` are its fields."""
    started = at - timedelta(days=day, minutes=1)
    report = Report(
        run_id=f"op_{started:%Y%m%d_%H%M%S}",
        started_at=started,
        completed_at=at - timedelta(days=day),
        instantly=2,
    )
    return replace(report, **changes)


def graduate(state: State, now: datetime) -> None:
    """Three clean days, with a dry run, a run with errors and a held one in between."""
    at = story_time(now, 0.70)
    state.reports.extend(
        [
            clean_run(1, at),
            clean_run(2, at, dry_run=True, run_id="op_dry"),
            clean_run(3, at, errors=("smtp: connection reset",), run_id="op_errors"),
            clean_run(4, at, pending_approval=True, instantly=None, run_id="op_held"),
            clean_run(5, at),
        ]
    )


def _review(state: State, now: datetime) -> None:
    made = story_time(now, 0.98)
    approved = [live_card(n, made, platform="instantly") for n in (0, 1)]
    rejected = live_card(2, made)
    state.add(*approved, rejected)
    for number, card in enumerate(approved):
        at = story_time(now, 0.86 - number / 100)
        state.decide(Decision(card.email_id, card.to, card.subject, "approved", at, "hos"))
        state.contacts.append(Contact(f"contact-{number:02d}", card.to))
        sent = story_time(now, 0.71 - number / 100)
        state.mails.append(Mail(f"msg-{number:02d}", f"contact-{number:02d}", sent))
    state.decide(
        Decision(
            rejected.email_id,
            rejected.to,
            rejected.subject,
            "rejected",
            story_time(now, 0.83),
            "hos",
            reason="The closing question is vague",
            tag="weak_cta",
        )
    )


def _dispatch(state: State, now: datetime) -> None:
    started, completed = story_time(now, 0.75), story_time(now, 0.68)
    rehearsal = started - timedelta(days=1)
    state.reports.extend(
        [
            Report(f"op_{rehearsal:%Y%m%d_%H%M%S}_dry", rehearsal, rehearsal, dry_run=True),
            Report(f"op_{started:%Y%m%d_%H%M%S}", started, completed, instantly=2),
        ]
    )


def _classifier(platform: str, origin: str, sync: str) -> dict[str, Any]:
    return {
        "queue_stage": "approval_pending",
        "queue_origin": origin,
        "message_direction": "outbound",
        "lead_source_class": "outbound_prospecting",
        "target_platform": platform,
        "routing_targets": ["instantly", "heyreach"],
        "sync_state": sync,
    }


def _campaign(internal_id: str, internal_type: str, run: str) -> dict[str, Any]:
    return {
        "internal_id": internal_id,
        "internal_type": internal_type,
        "internal_name": "",
        "pipeline_run_id": run,
        "external_provider": "",
        "external_campaign_id": "",
        "external_campaign_name": "",
    }
