"""How long cards wait, and the review window: borders, unusable times, days of daylight saving."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pytest_caio import testing
from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import LEDGER, QUEUE
from pytest_caio.gates.policy import Policy, ReviewPolicy
from pytest_caio.judge import sla
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.testing import ENVIRONMENT, NOW, observed, unobserved
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.past import PastCard, PastRun
from pytest_caio.verdict.past_as_data import Past, as_data

JUDGES = {judge.name: judge for judge in sla.JUDGES}
PASS, FAIL, UNSEEN, NA = "pass", "fail", "cannot-tell", "n/a"
SECOND = timedelta(seconds=1)


def card(number: int, timestamp: Any, **changes: Any) -> dict[str, Any]:
    return {"email_id": f"card_{number}", "status": "pending", "timestamp": timestamp, **changes}


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def ruled(
    name: str,
    *cards: dict[str, Any],
    date: datetime = NOW,
    past: tuple[Evidence, ...] = (),
    **more: Any,
) -> Any:
    body = {
        "pending_emails": list(cards),
        "_shadow_queue_debug": {
            "merged_count": len(cards),
            "excluded_non_actionable_count": 0,
            "excluded_non_actionable_reasons": {},
        },
    }
    return testing.ruling(JUDGES[name], observed(QUEUE, body, date=date), *past, **more)


@pytest.mark.parametrize(
    ("timestamp", "decision", "review"),
    [
        (ago(1), PASS, PASS),
        (ago(30), PASS, PASS),
        (ago(30.02), PASS, FAIL),
        (ago(120), PASS, FAIL),
        (ago(120.02), FAIL, FAIL),
        (ago(60 * 80), FAIL, FAIL),
        ((NOW - timedelta(hours=3)).replace(tzinfo=None).isoformat(), FAIL, FAIL),
        ("2026-02-24T15:29:00-05:00", PASS, PASS),
        ("2026-02-24T12:00:00-05:00", FAIL, FAIL),
        ("Unknown", UNSEEN, UNSEEN),
        ("", UNSEEN, UNSEEN),
        (None, UNSEEN, UNSEEN),
        (1771965000, UNSEEN, UNSEEN),
        ((NOW + timedelta(hours=1)).isoformat(), UNSEEN, UNSEEN),
        ((NOW + timedelta(seconds=2)).isoformat(), PASS, PASS),
    ],
)
def test_waiting(timestamp: Any, decision: str, review: str) -> None:
    assert ruled("queue.sla-decision", card(1, timestamp)).outcome == decision
    assert ruled("queue.sla-review", card(1, timestamp)).outcome == review


def test_names_cards_ages_and_owner_oldest_first() -> None:
    cards = [card(1, ago(5)), card(2, ago(185)), card(3, ago(300)), card(4, "Unknown")]
    found = ruled("queue.sla-decision", *cards)
    assert found.outcome == FAIL
    assert "card_3 (5 h 00 min) and card_2 (3 h 05 min)" in found.observed
    assert "PTO" in found.observed
    assert "no usable time on card_4" in found.observed
    assert [row["id"] for row in found.facts["sla"]] == ["card_4", "card_3", "card_2", "card_1"]
    assert found.facts["sla"][1] == {"id": "card_3", "age_minutes": 300.0, "owner": "PTO"}


@pytest.mark.parametrize(
    "changes", [{"synthetic": True}, {"status": "approved"}, {"_do_not_dispatch": True}]
)
def test_only_undecided_live_cards(changes: dict[str, Any]) -> None:
    assert ruled("queue.sla-decision", card(1, ago(500), **changes)).outcome == NA


def test_at_any_hour_of_any_day() -> None:
    for hours in range(0, 7 * 24, 5):
        date = NOW + timedelta(hours=hours)
        born = (date - timedelta(minutes=121)).isoformat()
        assert ruled("queue.sla-decision", card(1, born), date=date).outcome == FAIL


@pytest.mark.parametrize(
    ("local", "wanted"),
    [
        # Winter in New York is UTC−5, summer UTC−4; the clocks change on 8 March and 1 November.
        ("2026-02-24T20:00:00", PASS),
        ("2026-02-24T19:59:59", FAIL),
        ("2026-02-24T21:59:59", PASS),
        ("2026-02-24T22:00:00", FAIL),
        ("2026-03-07T20:00:00", PASS),
        ("2026-03-08T19:00:00", PASS),
        ("2026-03-08T21:00:00", FAIL),
        ("2026-07-01T19:00:00", PASS),
        ("2026-07-01T21:00:00", FAIL),
        ("2026-10-31T19:00:00", PASS),
        ("2026-11-01T19:00:00", FAIL),
        ("2026-11-01T20:00:00", PASS),
        ("2026-02-25T00:00:00", FAIL),
    ],
)
def test_window(local: str, wanted: str) -> None:
    date = datetime.fromisoformat(local).replace(tzinfo=UTC)
    assert ruled("queue.window", date=date).outcome == wanted


def test_weekend_is_only_said() -> None:
    found = ruled("queue.window", date=datetime(2026, 2, 28, 20, 30, tzinfo=UTC))
    assert found.outcome == PASS
    assert "a weekend" in found.observed


def test_the_policys_own_zone_and_hours() -> None:
    policy = Policy(review=ReviewPolicy(zone="Europe/Berlin", opens="09:00", closes="09:30"))
    date = datetime(2026, 2, 24, 8, 0, tzinfo=UTC)
    assert ruled("queue.window", date=date, policy=policy).outcome == PASS
    assert ruled("queue.window", date=date - SECOND, policy=policy).outcome == FAIL


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Olympus"}, {"opens": "3 pm"}, {"opens": "17:00", "closes": "15:00"}]
)
def test_a_policy_that_can_not_be(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        ReviewPolicy(**wrong)


def reading(minutes: float, *waits: tuple[int, float], **changes: Any) -> PastRun:
    """A run so many minutes ago, and the cards that it saw: each with its age in minutes then."""
    at = NOW - timedelta(minutes=minutes)
    cards = tuple(
        PastCard(*hashed(f"card_{n}"), at - timedelta(minutes=old), changes.get("waits", True))
        for n, old in waits
    )
    return PastRun(
        "", ENVIRONMENT, "deploy", at, Verdict.NO_GO, Verdict.GO, at, cards=cards, whole=False,
        rehearsal=changes.get("rehearsal", False),
    )  # fmt: skip


def remembered(*runs: PastRun) -> tuple[Evidence, ...]:
    return (Observed(LEDGER, ENVIRONMENT, (), as_data(Past(runs, NOW - timedelta(days=2)))),)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([reading(30, (7, 121))], "1 card had waited longer than 2 h 00 min earlier today, and no "
         "longer waits"),
        ([reading(30, (7, 121), (8, 400))], "2 cards had waited longer than 2 h 00 min"),
        ([reading(60, (7, 121)), reading(30, (7, 151))], "1 card had waited"),
        ([reading(30, (7, 120))], ""),
        # It still waits, so it is told of already.
        ([reading(30, (1, 121))], ""),
        ([reading(30, (7, 121), waits=False)], ""),
        ([reading(30, (7, 121), rehearsal=True)], ""),
        # It is half past three: the day began at midnight in New York.
        ([reading(60 * 15, (7, 121))], "1 card had waited"),
        ([reading(60 * 16, (7, 121))], ""),
        ([reading(-5, (7, 300))], ""),
        ([], ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("cards", "wanted"), [([], NA), ([card(1, ago(5))], PASS), ([card(1, ago(300))], FAIL)]
)
def test_what_earlier_readings_of_today_saw(
    runs: list[PastRun], said: str, cards: list[Any], wanted: str
) -> None:
    """It is said, and changes nothing."""
    if not cards and runs and any(c.card == hashed("card_1")[0] for r in runs for c in r.cards):
        said = "1 card had waited"
    plain = ruled("queue.sla-decision", *cards)
    found = ruled("queue.sla-decision", *cards, past=remembered(*runs))
    assert (found.outcome, found.severity, found.remedy) == (wanted, None, plain.remedy)
    assert found.observed.startswith(plain.observed)
    assert said in found.observed
    assert (found == plain) is not bool(said)
    assert ("earlier_today" in found.facts) is bool(said)
    assert found.facts.get("sla") == plain.facts.get("sla")
    assert ruled("queue.sla-review", *cards, past=remembered(*runs)).observed == (
        ruled("queue.sla-review", *cards).observed
    )


def test_the_longest_wait_is_a_fact() -> None:
    past = remembered(reading(60, (7, 121), (8, 200)), reading(30, (7, 151.5)))
    found = ruled("queue.sla-decision", past=past)
    assert found.facts["earlier_today"] == {"cards": 2, "longest_minutes": 200.0}


HIDING = {"excluded_non_actionable_count": 1,
          "excluded_non_actionable_reasons": {"stale_gt_72h": 1}}  # fmt: skip


@pytest.mark.parametrize(
    "counts", [HIDING, {**HIDING, "excluded_non_actionable_reasons": {}}, {"merged_count": 20}]
)
def test_what_may_still_wait_unseen_is_not_said_to_wait_no_more(counts: dict[str, Any]) -> None:
    body = {"pending_emails": [card(1, ago(5))], "_shadow_queue_debug": {
        "merged_count": 1, "excluded_non_actionable_count": 0,
        "excluded_non_actionable_reasons": {}, **counts}}  # fmt: skip
    judge, queue = JUDGES["queue.sla-decision"], observed(QUEUE, body)
    past = remembered(reading(30, (7, 121)))
    assert testing.ruling(judge, queue, *past) == testing.ruling(judge, queue)


@pytest.mark.parametrize(
    "past",
    [
        unobserved(LEDGER, "the ledger is locked by somebody else"),
        Observed(LEDGER, ENVIRONMENT, (), {}),
        Observed(LEDGER, ENVIRONMENT, (), {"runs": [7], "since": None}),
        Observed(LEDGER, ENVIRONMENT, (), as_data(Past(absent="no ledger is named"))),
    ],
)
def test_without_a_ledger_nothing_changes(past: Evidence) -> None:
    for cards in ([], [card(1, ago(5))], [card(1, ago(300))], [card(1, None)]):
        found = ruled("queue.sla-decision", *cards, past=(past,))
        assert found == ruled("queue.sla-decision", *cards)
