"""One deployment: its settings, its state, its code and its clock. No web server in here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.rehearsal.deployment.behaviour import Behaviour, behaviour_for
from pytest_caio.rehearsal.deployment.configured import Generation, Settings, settings_for
from pytest_caio.rehearsal.deployment.listing import Filter, QueueView, view
from pytest_caio.rehearsal.deployment.scenes import (
    in_good_order,
    sent_card,
    story_time,
    training_card,
)
from pytest_caio.rehearsal.deployment.state import State

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Deployment:
    """What the web layer serves. A fault changes one of its four parts, never an answer."""

    settings: Settings
    state: State
    behaviour: Behaviour
    clock: Clock = utc_now

    def now(self) -> datetime:
        """The deployment's time, aware and in UTC; every timestamp and `Date` comes from here."""
        return self.clock().astimezone(UTC)

    def local_now(self) -> datetime:
        """The same moment by the clock on the machine's own wall."""
        return self.now().astimezone(ZoneInfo(self.settings.server_zone))

    def configure(self, **changes: Any) -> None:
        """Restart with other flags: the names are those of `Settings`."""
        self.settings = replace(self.settings, **changes)

    def set_ramp(self, **changes: Any) -> None:
        """Restart with another ramp: the names are those of `Ramp`."""
        self.configure(ramp=replace(self.settings.ramp, **changes))

    def move_clock(self, clock: Clock) -> None:
        """Take another clock, and a state in good order as of that clock's time."""
        self.clock = clock
        self.state = story(self.settings, self.now())

    def queue(self, *, include_non_dispatchable: bool = False) -> QueueView:
        """What GET /api/pending-emails lists and leaves out at this moment."""
        rules, default = self.behaviour.queue_rules, self.behaviour.default_rules
        cut = Filter(
            tier=self.settings.queue_tier_filter,
            max_age_hours=self.settings.queue_max_age_hours,
            include_non_dispatchable=include_non_dispatchable,
            rules=rules if include_non_dispatchable or default is None else default,
            expires_after=self.behaviour.expires_after,
        )
        return view(self.state.cards.values(), self.now(), cut)

    def clean_days(self) -> tuple[str, ...]:
        """The clean days that this deployment claims, as dates; none with the ramp switched off."""
        if not self.settings.ramp.enabled:
            return ()
        required = self.settings.ramp.clean_days_required
        return self.behaviour.claimed_days(self.state.reports, self.now(), required)

    def ramp_active(self) -> bool:
        """Whether the ramp holds the deployment back (``docs/dashboard.md, Operator status``)."""
        ramp = self.settings.ramp
        done = len(self.clean_days())
        return bool(ramp.enabled and self.behaviour.ramp_active(done, ramp.clean_days_required))

    def seed(self, count: int, tier: str) -> list[str]:
        """Make training cards, and say their ids (``docs/dashboard.md, Seeding``)."""
        ids = []
        for _ in range(count):
            self.state.seeded += 1
            card = training_card(self.state.seeded, self.now(), tier=tier)
            self.state.add(card)
            ids.append(card.email_id)
        return ids


def story(settings: Settings, now: datetime) -> State:
    """A day that went well; where approving sends, one of its cards left by being approved."""
    state = in_good_order(now, settings.environment, settings.live_cards)
    if settings.approval_sends:
        sent_card(state, 50, story_time(now, 0.80))
    return state


def build(
    generation: Generation,
    *,
    token: str,
    environment: str,
    redis_url: str | None = None,
    clock: Clock = utc_now,
    live_cards: int | None = None,
    announced: bool = True,
) -> Deployment:
    """A deployment of that generation in good order, as of the clock's time."""
    settings = replace(
        settings_for(generation, token, environment, redis_url),
        ghl_token=secrets.token_urlsafe(24),
        heyreach_secret=secrets.token_urlsafe(24),
        live_cards=live_cards,
        announced=announced,
    )
    state = story(settings, clock().astimezone(UTC))
    return Deployment(settings, state, behaviour_for(generation), clock)
