"""The queue's rules, the clean days and the day's story, without a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pytest_caio.rehearsal.deployment.core import build
from pytest_caio.rehearsal.deployment.listing import RULES, Filter, view
from pytest_caio.rehearsal.deployment.scenes import clean_run, graduate, in_good_order, live_card
from pytest_caio.rehearsal.deployment.state import Report, State, clean_days

NOW = datetime(2026, 3, 4, 19, 30, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, ()),
        ({"status": "approved"}, ("status:approved",)),
        ({"tier": "Tier_2"}, ("tier_mismatch:tier_2",)),
        ({"body": "  No Body Content "}, ("placeholder_body",)),
        ({"body": ""}, ("placeholder_body",)),
        ({"body": "{{ email_body }}"}, ("unrendered_placeholder_body",)),
        ({"body": "Hello {{name}}, …"}, ()),
        ({"do_not_dispatch": True}, ("non_dispatchable:_do_not_dispatch",)),
        ({"canary_training": True, "tier": "tier_2"}, ("non_dispatchable:canary_training",)),
        ({"synthetic": True, "canary": True}, ()),
        ({"timestamp": "Unknown", "created_at": None}, ()),
        ({"timestamp": "2026-03-01T19:30:00+00:00"}, ()),
        ({"timestamp": "2026-03-01T19:29:59"}, ("stale_gt_72h",)),
        ({"timestamp": None, "created_at": "2026-03-01T20:29:59+01:00"}, ("stale_gt_72h",)),
        (
            {"tier": "tier_3", "body": "", "timestamp": "2026-02-27T00:00:00Z"},
            ("tier_mismatch:tier_3", "placeholder_body", "stale_gt_72h"),
        ),
    ],
)
def test_exclusion_reasons(changes: dict[str, Any], reasons: tuple[str, ...]) -> None:
    """Each rule excludes what it names, at its border values, in the dashboard's words."""
    found = view([live_card(1, NOW, **changes)], NOW, Filter())
    assert tuple(reason for item in found.excluded for reason in item.reasons) == reasons
    assert found.merged == 1


@pytest.mark.parametrize(("days", "merged"), [(6.99, 1), (7, 0), (30, 0)])
def test_a_card_is_gone_after_seven_days(days: float, merged: int) -> None:
    """Undecided and without a trace: it is not even counted."""
    found = view([live_card(1, NOW - timedelta(days=days))], NOW, Filter())
    assert (found.merged, len(found.listed)) == (merged, 0)


def test_non_dispatchable_cards_can_be_asked_for() -> None:
    """With include_non_dispatchable the training cards that are kept back are listed."""
    card = live_card(1, NOW, do_not_dispatch=True)
    assert view([card], NOW, Filter(include_non_dispatchable=True)).listed == (card,)


def test_of_duplicates_the_newest_is_listed() -> None:
    """Same recipient and subject, whatever the case: the older one is left out."""
    new = live_card(1, NOW)
    old = live_card(2, NOW - timedelta(hours=1), to=new.to.upper(), subject=new.subject)
    found = view([old, new], NOW, Filter())
    assert found.listed == (new,)
    assert found.reasons == {"duplicate_recipient_subject": 1}


def test_only_the_newest_twenty_are_looked_at() -> None:
    """Below the window nothing is seen, not even counted."""
    fresh = [live_card(number, NOW - timedelta(minutes=number)) for number in range(25)]
    stale = live_card(99, NOW - timedelta(days=9))
    found = view([stale, *reversed(fresh)], NOW, Filter())
    assert (found.merged, found.listed) == (20, tuple(fresh[:20]))


def test_a_rule_that_is_off_lists_the_card() -> None:
    """Without its rule a card is listed."""
    card = live_card(1, NOW, tier="tier_2")
    assert view([card], NOW, Filter(rules=RULES - {"tier"})).listed == (card,)


@pytest.mark.parametrize(
    ("report", "clean"),
    [
        (clean_run(0, NOW), True),
        (clean_run(0, NOW, dry_run=True), False),
        (clean_run(0, NOW, pending_approval=True), False),
        (clean_run(0, NOW, errors=("x",)), False),
        (clean_run(0, NOW, instantly=0), False),
        (clean_run(0, NOW, instantly=None, revival=1), True),
        (clean_run(0, NOW, completed_at=None), True),
    ],
)
def test_clean_report(report: Report, clean: bool) -> None:
    """Live, approved, without errors, and at least one dispatch."""
    assert clean_days([report], NOW, 3) == (("2026-03-04",) if clean else ())


def test_clean_days_stop_at_the_required_number_and_45_days() -> None:
    """Counts no further than required, and does not see what is older than 45 days."""
    runs = [clean_run(day, NOW) for day in (0, 1, 2, 3, 46)]
    assert clean_days(runs, NOW, 3) == ("2026-03-02", "2026-03-03", "2026-03-04")
    assert len(clean_days(runs, NOW, 9)) == 4


def test_graduate_tells_clean_days_from_the_others() -> None:
    """Dry, failed and held runs in between do not count."""
    state = in_good_order(NOW)
    graduate(state, NOW)
    assert clean_days(state.reports, NOW, 9) == ("2026-02-27", "2026-03-03", "2026-03-04")


MIDNIGHTS = [
    datetime(2026, 3, 4, 0, 0, 40, tzinfo=UTC),
    datetime(2026, 3, 4, 5, 1, tzinfo=UTC),  # 00:01 in New York
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),  # clocks go forward there
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # clocks go back there
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    datetime(2026, 7, 4, 4, 0, 0, 250, tzinfo=UTC),
    NOW,
]


def moments(state: State) -> list[datetime]:
    """Every time of the day's story, but the dry run of the day before."""
    cards = [datetime.fromisoformat(card.timestamp or "") for card in state.cards.values()]
    runs = [run for run in state.reports if not run.dry_run]
    return [
        *cards,
        *(item.reviewed_at for item in state.decisions),
        *(run.started_at for run in runs),
        *(run.completed_at for run in runs if run.completed_at),
        *(mail.added for mail in state.mails),
    ]


@pytest.mark.parametrize("now", MIDNIGHTS)
def test_todays_story_is_of_today_in_both_zones(now: datetime) -> None:
    """At any hour all of it is of today in UTC and in New York, past, and under 30 minutes old."""
    for at in moments(in_good_order(now)):
        assert at <= now.replace(microsecond=0)
        assert now - at < timedelta(minutes=30)
        assert at.astimezone(UTC).date() == now.date()
        assert at.astimezone(NEW_YORK).date() == now.astimezone(NEW_YORK).date()


@pytest.mark.parametrize("now", MIDNIGHTS)
def test_todays_story_is_in_order(now: datetime) -> None:
    """Made, decided, dispatched, mailed, and only then the next cycle's fresh cards."""
    state = in_good_order(now)
    decided = [item.reviewed_at for item in state.decisions]
    run = next(run for run in state.reports if not run.dry_run)
    assert run.completed_at is not None
    fresh = [
        datetime.fromisoformat(card.timestamp or "")
        for card in state.cards.values()
        if card.status == "pending"
    ]
    assert max(decided) <= run.started_at <= run.completed_at <= min(fresh)
    assert all(mail.added >= max(decided) for mail in state.mails)
    assert run.dispatched <= sum(item.status == "approved" for item in state.decisions)


def test_good_order_is_good() -> None:
    """Three live cards that can be sent, one training card, nothing left out."""
    deployment = build("g2", token="t", environment="rehearsal", clock=lambda: NOW)
    found = deployment.queue()
    live = [card for card in found.listed if not card.training]
    assert (len(live), len(found.listed), found.excluded) == (3, 4, ())
    assert all(card.contact_id or card.to for card in live)
    assert all(all(card.compliance_checks.values()) for card in live)
    assert deployment.ramp_active()


def test_cards_are_values() -> None:
    """A card can't be changed in place, so an untouched one is what it was."""
    card = live_card(1, NOW)
    with pytest.raises(AttributeError):
        card.status = "approved"  # type: ignore[misc]
    assert replace(card) == card
