"""What two readings of the queue say of each other, and what is doubtful in it: advice, mostly.

Source: ``docs/dashboard.md, Training cards`` and ``docs/checks.md, Texts of a card``.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.judge.hygiene import excluded, rule_words, waiting
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.judge.queue_cards import Card, cards, readings
from pytest_caio.privacy.reduced_text import facts

_TRAINING = "non_dispatchable:"
_LOOK_AGAIN = (
    "The full reading of the queue hides cards for being old, twice or of a wrong tier, and the "
    "default reading, which tells live cards from training cards, does not account for them. Run "
    "the gate again. For Engineering: if it stays so, find out which cards they are."
)


def unaccounted(look: Look) -> NoEvidence | None:
    """Return why cards that the full reading hides may be live ones, or None.

    The default reading counts a hidden training card as such and as nothing else; what the full
    one counts as drift beyond that has to be a training card there.
    """
    if QUEUE_AGAIN not in readings(look):
        drift = excluded(look).drift
        if not drift:
            return None
        kinds = listed(f"{n} {rule_words(reason, look)}" for reason, n in drift.items())
        text = f"hidden cards ({kinds}) may be training cards: {QUEUE_AGAIN} wasn't seen"
        return NoEvidence(text, _LOOK_AGAIN)
    beyond = _beyond(look)
    training = sum(
        number
        for reason, number in excluded(look, QUEUE_AGAIN).reasons.items()
        if reason.startswith(_TRAINING)
    )
    training += sum(card.training for card in cards(look, QUEUE_AGAIN))
    most = max(beyond.values(), default=0)
    if most <= training:
        return None
    text = (
        f"the full reading hides {plural(most, 'card')} that the default reading doesn't, which "
        f"accounts for {plural(training, 'training card')}"
    )
    return NoEvidence(text, _LOOK_AGAIN)


def _beyond(look: Look) -> Counter[str]:
    """Return the drift that the full reading counts and the default one does not, by reason."""
    return Counter(excluded(look).drift) - Counter(excluded(look, QUEUE_AGAIN).drift)


def advice(look: Look) -> Iterator[str]:
    """Yield what a person should look at, and what is no drift."""
    if QUEUE_AGAIN in readings(look):
        for reason, number in _beyond(look).items():
            yield f"{plural(number, 'hidden training card')} {rule_words(reason, look)}"
        alone = _in_one_reading(look)
        if alone:
            yield f"in one of the two readings alone: {listed(alone)}"
    for part in ("subject", "body"):
        found = [card.id for card in waiting(look) if _doubtful(card, part)]
        if found:
            yield f"a doubtful {part} (a bracket, a greeting without a name) of {listed(found)}"


def _doubtful(card: Card, part: str) -> bool:
    text = card.raw.get(part)
    return isinstance(text, str) and facts(text).doubtful


def hidden_as_training(look: Look) -> list[str]:
    """Return the live cards that the default reading leaves out as training cards.

    It counts more of those than the full reading lists or hides itself, and misses live cards that
    the full one lists: in ``/sales`` nobody sees them.
    """
    if QUEUE_AGAIN not in readings(look):
        return []
    default = excluded(look, QUEUE_AGAIN)
    counted = sum(n for reason, n in default.reasons.items() if reason.startswith(_TRAINING))
    shown = {card.id for card in cards(look, QUEUE_AGAIN)}
    training = sum(card.training and card.id not in shown for card in cards(look, QUEUE))
    gone = [card.id for card in waiting(look, QUEUE) if card.id not in shown]
    return gone if counted > training + excluded(look).count else []


def _in_one_reading(look: Look) -> list[str]:
    """Return the live cards that one reading lists and the other does not; new ones come and go."""
    full, default = waiting(look, QUEUE), waiting(look, QUEUE_AGAIN)
    began = look.answer(QUEUE).date
    known = {card.id for card in full}, {card.id for card in default}
    gone = [card.id for card in full if card.id not in known[1]]
    return gone + [
        card.id
        for card in default
        if card.id not in known[0]
        and not (began and card.born and card.born >= began - timedelta(minutes=1))
    ]
