"""Whom a mail goes to, by each thing that a card says of it: address, contact, name, greeting.

Source: ``docs/checks.md, Gate smoke``. An approval sends to the one, HoS reads the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.judge.queue_cards import Card
from pytest_caio.judge.queue_trace import platform_of
from pytest_caio.privacy.reduced_text import address_digest, facts

# A nickname may be another person's name; two at once are a mix-up.
_SEVERAL = 2
_NAMES = ("name", "first_name", "last_name", "full_name")
# What is filled in where there is no address, of which nobody hid a part.
_NOTHING = frozenset(facts(word).digest for word in ("", "unknown", "none", "null", "n/a"))


def misdirected(found: Sequence[Card]) -> Iterator[str]:
    """Yield what is wrong with whom the live cards among ``found`` go to, as far as it shows."""
    live = [card for card in found if card.waits]
    for card in live:
        yield from _own_words(card)
    yield from _one_contact(live)
    yield from _mixed_up(found)


def _own_words(card: Card) -> Iterator[str]:
    to, other = _text(card.raw, "to"), address_digest(_text(_person(card), "email"))
    by_mail = platform_of(card.raw) != "heyreach"
    if by_mail and not address_digest(to) and facts(to).digest not in _NOTHING:
        yield f"card {card.id} shows no whole address for whom it goes to"
    elif other and address_digest(to) not in {"", other}:
        yield f"card {card.id} goes to one address, and its recipient has another"


def _one_contact(live: Sequence[Card]) -> Iterator[str]:
    """Approving sends to the contact; what stands beside it is the address."""
    people: dict[str, dict[str, str]] = defaultdict(dict)
    for card in live:
        contact, address = _text(card.raw, "contact_id"), address_digest(_text(card.raw, "to"))
        if contact and address:
            people[contact].setdefault(address, card.id)
    for contact, cards in people.items():
        if len(cards) > 1:
            yield (
                f"cards {listed(cards.values())} go to one contact, {shown(contact, 40)}, "
                "and to different addresses"
            )


def _mixed_up(found: Sequence[Card]) -> Iterator[str]:
    """Yield the cards whose greeting isn't their own recipient's: it is another card's, or one
    recipient stands on cards to several addresses.
    """
    own = {card.id: _named(card) for card in found}
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for card in found:
        places[own[card.id]].add(address_digest(_text(card.raw, "to")))
    wrong = []
    for card in found:
        greeted, mine = set(facts(_text(card.raw, "body")).named), own[card.id]
        others = {name for other, names in own.items() if other != card.id for name in names[:1]}
        several = len(places[mine] - {""}) > 1
        if greeted and mine and not greeted & set(mine) and (several or greeted & others):
            wrong.append(card.id)
    if len(wrong) >= _SEVERAL:
        yield f"the mails of {listed(wrong)} greet others than their recipients"


def _named(card: Card) -> tuple[str, ...]:
    person = _person(card)
    return tuple(word for name in _NAMES for word in facts(_text(person, name)).named)


def _person(card: Card) -> Mapping[str, Any]:
    found = card.raw.get("recipient_data")
    return found if isinstance(found, Mapping) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found.strip() if isinstance(found, str) else ""
