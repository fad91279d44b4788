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
# A first and a last name: one word alone may be what somebody is, or a fill-in.
_WHOLE = 2
_NAMES = ("name", "first_name", "last_name", "full_name")
# What is filled in where there is no address or contact, of which nobody hid a part.
_FILLED_IN = ("", "unknown", "none", "null", "n/a")
_NOTHING = frozenset(facts(word).digest for word in _FILLED_IN)
# Whom a mail greets that greets nobody, and how one is called whose name isn't known.
_NOBODY = frozenset(
    facts(word).named[0] for word in ("there", "team", "all", "everyone", "folks", "unknown")
)


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
        if contact.lower() not in _FILLED_IN and address:
            people[contact].setdefault(address, card.id)
    for contact, cards in people.items():
        if len(cards) > 1:
            yield (
                f"cards {listed(cards.values())} go to one contact, {shown(contact, 40)}, "
                "and to different addresses"
            )


def _mixed_up(found: Sequence[Card]) -> Iterator[str]:
    """Yield the cards whose mails greet others than their recipients: those of other cards, or
    several people where the cards have one and the same recipient.
    """
    own = {card.id: _named(card) for card in found}
    greeted = {card.id: facts(_text(card.raw, "body")).named for card in found}
    odd = [card.id for card in found if _at_odds(greeted[card.id], own[card.id])]
    wrong = [
        one for one in odd
        if any({*names} & {*greeted[one]} for other, names in own.items() if other != one)
        or _is_one_for_all({greeted[other] for other in odd if own[other] == own[one]}, own[one])
    ]  # fmt: skip
    if len(wrong) >= _SEVERAL:
        yield f"the mails of {listed(wrong)} greet others than their recipients"


def _at_odds(greeted: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Return whether a mail greets somebody by name who isn't the recipient."""
    named = bool(greeted and own) and not _NOBODY & {*own, *greeted}
    return named and not {*greeted} & {*own}


def _is_one_for_all(greeted: set[tuple[str, ...]], own: tuple[str, ...]) -> bool:
    """Return whether a whole name stands on the cards of several people."""
    return len(own) >= _WHOLE and len(greeted) >= _SEVERAL


def _named(card: Card) -> tuple[str, ...]:
    person = _person(card)
    return tuple(word for name in _NAMES for word in facts(_text(person, name)).named)


def _person(card: Card) -> Mapping[str, Any]:
    found = card.raw.get("recipient_data")
    return found if isinstance(found, Mapping) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found.strip() if isinstance(found, str) else ""
