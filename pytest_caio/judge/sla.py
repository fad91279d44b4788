"""``queue``: how long live cards may wait, and when they are reviewed.

Source: ``docs/regimen.md, Approval SLA``.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, listed, plural
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.judge.live_cards import live, of_all
from pytest_caio.judge.look import Judge, Look, NoEvidence
from pytest_caio.judge.queue_cards import Card, age, age_words, ageless
from pytest_caio.verdict.finding import Outcome, Ruling


def decision(look: Look) -> Ruling:
    """No live card is undecided for longer than the policy's minutes, at any hour of any day."""
    return _waits(look, look.policy.review.decision_minutes, "decision")


def review(look: Look) -> Ruling:
    """No live card waits longer than the policy's minutes for its first review."""
    return _waits(look, look.policy.review.review_minutes, "review")


def _waits(look: Look, minutes: int, what: str) -> Ruling:
    owner = look.policy.review.owner
    limit = age_words(timedelta(minutes=minutes))
    expected = f"no live card waits longer than {limit} for a {what}"
    found = live(look)
    if not found:
        return Ruling(Outcome.NOT_APPLICABLE, "no live card is waiting", expected)
    ages = {card.id: age(look, card) for card in found}
    over = [c for c in reversed(found) if (ages[c.id] or timedelta()) > timedelta(minutes=minutes)]
    unclear = ageless(look, found)
    facts = {"sla": [_row(look, card, owner) for card in reversed(found)], "limit_minutes": minutes}
    if over:
        named = listed(f"{card.id} ({age_words(ages[card.id])})" for card in over)
        wait = "waits" if len(over) == 1 else "wait"
        text = f"{plural(len(over), 'live card')} {wait} longer than {limit} for {owner}: {named}"
        text = f"{text}; {unclear}" if unclear else text
        return Ruling(Outcome.FAIL, text, expected, facts=facts)
    if unclear:
        return unclear.ruling(expected, facts=facts)
    oldest = max(known for known in ages.values() if known is not None)
    text = f"{plural(len(found), 'live card')}, the oldest {age_words(oldest)}"
    return of_all(look, [], text, expected=expected, facts=facts)


def _row(look: Look, card: Card, owner: str) -> dict[str, Any]:
    old = age(look, card)
    minutes = None if old is None else round(old.total_seconds() / 60, 1)
    return {"id": card.id, "age_minutes": minutes, "owner": owner}


def window(look: Look) -> Ruling:
    """It is inside the review window: open at its first minute, closed at its last."""
    policy = look.policy.review
    now = look.answer(QUEUE).date
    if now is None:
        raise NoEvidence(f"{QUEUE}: the answer has no usable Date header, so the time doesn't show")
    here = now.astimezone(ZoneInfo(policy.zone))
    opens, closes = policy.window
    expected = f"it is between {policy.opens} and {policy.closes} in {policy.zone}"
    inside = opens <= here.time() < closes
    outcome = Outcome.PASS if inside else Outcome.FAIL
    return Ruling(outcome, f"it is {_words(here)}", expected)


def _words(here: datetime) -> str:
    weekend = ", a weekend," if here.weekday() >= 5 else ""
    return f"{day_in_words(here)}{weekend} {here:%H:%M %Z}"


JUDGES = (
    Judge("queue.sla-decision", decision, (QUEUE, QUEUE_AGAIN)),
    Judge("queue.sla-review", review, (QUEUE, QUEUE_AGAIN)),
    Judge("queue.window", window, (QUEUE,)),
)
