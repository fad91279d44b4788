"""Reading the pending queue: cards, which of them are live, and how old they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pytest_caio.base.messages import listed
from pytest_caio.evidence.cards import is_training, parse_time
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.judge.look import BadAnswer, Fields, Look, NoEvidence
from pytest_caio.verdict.known_causes import CLOCK

# Dashboard and pipeline are different machines: so far a card may lie in the future.
SKEW = timedelta(minutes=5)
# So far may the deployment's clock be off the gate's (``docs/checks.md, Nothing to see``).
CLOCK_SKEW = timedelta(minutes=10)
_SET_PIPELINE = (
    "For Engineering: set the clock of the pipeline right, or find out why it dates these cards "
    "later than they were made; correct the cards or make them anew, then run the gate again."
)
_SEVERAL = 2
_MADE_BY_READING = (
    "Run the gate again. If it says so again, for Engineering: find out what dates the cards of "
    "the queue by the time at which they are read."
)
NO_TIME = (
    "Look at these cards in /sales and decide them, then run the gate again. For Engineering: find "
    "out why the pipeline gave them no usable time."
)


@dataclass(frozen=True)
class Card:
    """One card of the queue; ``raw`` is the redacted JSON, ``born`` is in UTC or None."""

    id: str
    raw: Mapping[str, Any]
    training: bool
    born: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide it: live, and not said to be decided."""
        decided = str(self.raw.get("status")).strip().lower() in {"approved", "rejected"}
        return not self.training and not decided


def queue(look: Look, probe: str = QUEUE) -> Fields:
    """Return the queue's answer."""
    return look.object(probe)


def readings(look: Look) -> tuple[str, ...]:
    """Return the readings of the list: the full one, and the default one where it is usable.

    What is wrong with the full one is for who reads it to say; what is wrong with the default one
    is said by ``queue.no-drift`` and ``smoke.queue-refreshes``.
    """
    try:
        queue(look, QUEUE_AGAIN).get("pending_emails", list)
    except (NoEvidence, BadAnswer):
        return (QUEUE,)
    return (QUEUE, QUEUE_AGAIN)


def cards(look: Look, probe: str = QUEUE) -> tuple[Card, ...]:
    """Return the listed cards; raise :class:`BadAnswer` where the list is not one of cards."""
    listed = queue(look, probe).get("pending_emails", list)
    found: list[Card] = []
    for i, raw in enumerate(listed):
        if not isinstance(raw, dict):
            raise BadAnswer(f"card {i + 1} of the queue is not an object")
        card_id = raw.get("email_id")
        if not isinstance(card_id, str) or not card_id.strip():
            raise BadAnswer(f"card {i + 1} of the queue has no email_id")
        born = parse_time(raw.get("timestamp")) or parse_time(raw.get("created_at"))
        found.append(Card(card_id, raw, is_training(raw), born))
    return tuple(found)


def all_cards(look: Look) -> tuple[Card, ...]:
    """Return the cards of the full reading, and those that the default one alone lists."""
    found = cards(look)
    known = {card.id for card in found}
    for probe in readings(look)[1:]:
        found += tuple(card for card in cards(look, probe) if card.id not in known)
    return found


def retimed(look: Look) -> list[str]:
    """Return the live cards that each reading dates anew: then no age of theirs is true."""
    again = {card.id: card.born for card in cards(look, QUEUE_AGAIN)}
    return [
        card.id
        for card in cards(look)
        if card.waits and card.born and card.born != (again.get(card.id) or card.born)
    ]


def made_just_now(look: Look) -> NoEvidence | None:
    """Return that all live cards, of several, are dated at the moment of the reading, if so.

    By a time in whole seconds two readings of one second can't tell a card that each dates anew.
    What was made a second before is told: it stays as it was.
    """
    now, found = look.answer(QUEUE).date, [card for card in cards(look) if card.waits]
    times = [card.born for card in found if card.born]
    if now is None or len(found) < _SEVERAL or len(times) < len(found):
        return None
    if any(born.replace(microsecond=0) != now for born in times):
        return None
    text = f"all {len(found)} live cards are dated at the moment of the reading"
    return NoEvidence(text, _MADE_BY_READING)


def clock_problem(look: Look, probe: str = QUEUE) -> str:
    """Return why the deployment's clock shows no age, or nothing where it does.

    Held against the gate's own time of the exchange, where evidence has it.
    """
    answer = look.answer(probe)
    if answer.date is None:
        return f"{probe} came without a usable Date: the deployment's time doesn't show"
    own = parse_time(answer.started_at)
    if own is None:
        return ""
    off = answer.date - own
    if abs(off) <= CLOCK_SKEW + timedelta(seconds=answer.seconds):
        return ""
    way = "ahead of" if off > timedelta() else "behind"
    return f"the deployment's clock is {age_words(abs(off))} {way} the gate's own"


def age(look: Look, card: Card, probe: str = QUEUE) -> timedelta | None:
    """Return a card's age by the deployment's own clock, or None where it has no usable time.

    A card from the future has none: one of the two clocks is wrong. So has none where the
    deployment's clock itself is wrong.
    """
    now = look.answer(probe).date
    if now is None or card.born is None or clock_problem(look, probe) or in_future(look, card):
        return None
    return max(now - card.born, timedelta())


def in_future(look: Look, card: Card) -> bool:
    """Return whether a card is dated later than the deployment's own clock has it."""
    now = look.answer(QUEUE).date
    return bool(now and card.born and card.born - now > SKEW)


def ageless(look: Look, found: Iterable[Card]) -> NoEvidence | None:
    """Return why the age of some of these cards can't be told, and what to do; None if it can."""
    unknown = [card for card in found if age(look, card) is None]
    if not unknown:
        return None
    if problem := clock_problem(look):
        return NoEvidence(problem, cause=CLOCK)
    future = [card.id for card in unknown if in_future(look, card)]
    others = [card.id for card in unknown if card.id not in future]
    said = [f"{listed(future)} dated in the future"] if future else []
    said += [f"no usable time on {listed(others)}"] if others else []
    return NoEvidence("; ".join(said), _SET_PIPELINE if future else NO_TIME)


def age_hours(look: Look, card: Card, probe: str = QUEUE) -> float | None:
    """Return a card's age in hours, or None where it has no usable time."""
    found = age(look, card, probe)
    return None if found is None else found.total_seconds() / 3600


def age_words(found: timedelta | None) -> str:
    """Return an age as a person would say it: ``45 min``, ``3 h 05 min``, ``80 h``."""
    if found is None:
        return "of unknown age"
    minutes = int(found.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes // 60:,} h"
