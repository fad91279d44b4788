"""``queue``: how long live cards may wait, and when they are reviewed.

Source: ``docs/regimen.md, Approval SLA``.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, listed, plural
from pytest_caio.evidence.probe_names import LEDGER, QUEUE, QUEUE_AGAIN
from pytest_caio.judge.hygiene import hidden, unseen
from pytest_caio.judge.live_cards import live, of_all
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence
from pytest_caio.judge.queue_cards import Card, age, age_words, ageless, clock_problem
from pytest_caio.judge.recalled import recalled
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.past import PastCard


def decision(look: Look) -> Ruling:
    """No live card is undecided for longer than the policy's minutes, at any hour of any day.

    Where a ledger is named, it is said besides what its readings of today saw waiting too long.
    """
    minutes = look.policy.review.decision_minutes
    ruling = _waits(look, minutes, "decision")
    waited = _waited_before(look, timedelta(minutes=minutes))
    if not waited:
        return ruling
    cards, limit = plural(len(waited), "card"), age_words(timedelta(minutes=minutes))
    wait = "waits" if len(waited) == 1 else "wait"
    text = f"{cards} had waited longer than {limit} earlier today, and no longer {wait}"
    longest = round(max(waited).total_seconds() / 60, 1)
    facts = {**ruling.facts, "earlier_today": {"cards": len(waited), "longest_minutes": longest}}
    return replace(ruling, observed=f"{ruling.observed}; {text}", facts=facts)


def _waited_before(look: Look, limit: timedelta) -> list[timedelta]:
    """Return how long those live cards had waited, each for longer than ``limit``, that earlier
    readings of today saw and that wait no more: only what is sure, as it is said besides.
    """
    now, zone = look.answer(QUEUE).date, ZoneInfo(look.policy.review.zone)
    try:
        if now is None or clock_problem(look) or unseen(look) or hidden(look).drift:
            return []
        here = [PastCard(*hashed(card.id)) for card in live(look)]
        runs = recalled(look).runs
    except (NoEvidence, BadAnswer):
        return []
    today = now.astimezone(zone).date()
    found: list[tuple[PastCard, timedelta]] = []
    for run in runs:
        if not run.read_at or run.read_at > now or run.read_at.astimezone(zone).date() != today:
            continue
        for card in run.cards:
            waited = run.read_at - card.born if card.waits and card.born else timedelta()
            if waited > limit and not any(card.is_it(other) for other in here):
                # A later reading of the same card has waited longer.
                found = [one for one in found if not one[0].is_it(card)] + [(card, waited)]
    return [waited for _, waited in found]


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
    Judge("queue.sla-decision", decision, (QUEUE, QUEUE_AGAIN, LEDGER)),
    Judge("queue.sla-review", review, (QUEUE, QUEUE_AGAIN)),
    Judge("queue.window", window, (QUEUE,)),
)
