"""``smoke.parity``: no live card is in two environments.

A card of production that staging shows too is approved there by somebody who takes it for a test
(``docs/checks.md, Gate smoke``).
"""

from collections.abc import Iterator, Mapping

from pytest_caio.base.messages import listed
from pytest_caio.judge.hygiene import hidden, waiting
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.queue_cards import Card
from pytest_caio.privacy.reduced_text import address_digest, facts
from pytest_caio.settings.environments import STANDARD
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_EXPECTED = "no live card is in two environments"
_REMEDY = (
    "Approve nothing in either environment. Give each its own store (REDIS_URL and its prefix), "
    "and remove the cards that are in the wrong one."
)


def in_several(looks: Mapping[str, Look]) -> Ruling:
    """Return whether a live card is in two environments; required where both are named."""
    severity = Severity.REQUIRED if set(STANDARD) <= looks.keys() else None
    places: dict[str, dict[str, str]] = {}
    for name, look in looks.items():
        try:
            for mark, card_id in _marks(look):
                places.setdefault(mark, {})[name] = card_id
        except (NoEvidence, BadAnswer) as unseen:
            text = f"which cards {name} has was not seen: {unseen}"
            return Ruling(Outcome.CANNOT_TELL, text, _EXPECTED, severity=severity)
    found = dict.fromkeys(
        listed(f"{name} {card_id}" for name, card_id in where.items())
        for where in places.values()
        if len(where) > 1
    )
    if not found:
        return Ruling(Outcome.PASS, _EXPECTED)
    text = f"the same live card is in several: {'; '.join(list(found)[:5])}"
    return Ruling(Outcome.FAIL, text, _EXPECTED, _REMEDY, severity)


def _marks(look: Look) -> Iterator[tuple[str, str]]:
    """Yield what would be the same of a card elsewhere, and its id: the id, the mail itself."""
    for card in waiting(look):
        yield card.id, card.id
        if mail := _mail(card):
            yield mail, card.id
    for example in hidden(look).examples:
        card_id = example.get("email_id")
        if isinstance(card_id, str) and card_id.strip() and not card_id.startswith("seed_"):
            yield card_id, card_id


def _mail(card: Card) -> str:
    texts = [card.raw.get(part) for part in ("to", "subject", "body")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        return ""
    to, subject, body = (str(text) for text in texts)
    person = address_digest(to)
    return f"{person} {facts(subject).digest} {facts(body).digest}" if person else ""
