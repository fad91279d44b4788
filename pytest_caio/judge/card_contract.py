"""``smoke.card-contract``: each card says what it is, where it goes and what it belongs to.

Source: ``docs/dashboard.md, The queue's list`` and ``docs/dashboard.md, Filled-in fields``.
"""

from collections.abc import Iterator
from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.cards import TRAINING_FLAGS
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.judge.look import Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.queue_cards import Card, all_cards, queue, readings
from pytest_caio.judge.queue_trace import platform_of
from pytest_caio.judge.whose_mail import misdirected
from pytest_caio.verdict.finding import Outcome, Ruling

PLATFORMS = ("ghl", "gohighlevel", "instantly", "heyreach")
# What the server or a program writes where there is nothing to write.
_NOTHING = frozenset({"", "unknown", "none", "null", "n/a"})


def card_contract(look: Look) -> Ruling:
    """Every card has a classifier that names its platform, and a campaign_ref; on a live card
    both have something in them, it is pending, and all that it says of its recipient agrees.
    """
    found = all_cards(look)
    if not found:
        _nothing_hidden(look)
        return Ruling(Outcome.NOT_APPLICABLE, "the queue is empty")
    broken = [f"card {card.id} {text}" for card in found for text in _wrong(card)]
    broken += misdirected(found)
    return verdict_on(broken, f"{plural(len(found), 'card')}, each with both")


def _nothing_hidden(look: Look) -> None:
    for probe in readings(look):
        debug = queue(look, probe).get("_shadow_queue_debug", dict)
        hidden = [debug.get("merged_count"), debug.get("excluded_non_actionable_count")]
        if any(count != 0 or isinstance(count, bool) for count in hidden):
            raise NoEvidence(
                f"the list is empty, but the server merged {shown(hidden[0])} cards "
                f"and leaves out {shown(hidden[1])}: none can be looked at"
            )


def _wrong(card: Card) -> Iterator[str]:
    classifier, campaign = card.raw.get("classifier"), card.raw.get("campaign_ref")
    if not isinstance(classifier, dict) or not platform_of(card.raw):
        yield "has no classifier with a target_platform"
    elif not card.training and platform_of(card.raw) not in PLATFORMS:
        yield f"goes to {shown(platform_of(card.raw))}, which is none of {listed(PLATFORMS)}"
    own = str(card.raw.get("delivery_platform") or "").strip().lower()
    if not card.training and own in PLATFORMS and not _same(own, platform_of(card.raw)):
        yield f"is for {own} by its own word, and for {shown(platform_of(card.raw))} by its class"
    if not isinstance(campaign, dict) or not campaign:
        yield "has no campaign_ref"
    elif not card.training and not any(map(_says_something, campaign.values())):
        yield "has a campaign_ref with nothing in it"
    status = card.raw.get("status")
    if not card.training and not (isinstance(status, str) and status.strip().lower() == "pending"):
        yield f"is listed although its status is {shown(status)}, not pending"
    contact = str(card.raw.get("contact_id") or "").strip()
    if card.training and contact and own in PLATFORMS:
        yield f"counts as a training card, and is for {own} and the contact {shown(contact, 40)}"
    for flag in TRAINING_FLAGS:
        # A browser takes such a card for a training card, and approving it sends it.
        if not card.training and (value := card.raw.get(flag)):
            kind = "text" if isinstance(value, str) else "value"
            yield f"has the {kind} {shown(value)} for {flag}, which is neither true nor false"


def _same(one: str, other: str) -> bool:
    """Return whether two names are the same platform's, or the second is none at all."""
    ghl = PLATFORMS[:2]
    return one == other or other not in PLATFORMS or (one in ghl and other in ghl)


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in _NOTHING
    return isinstance(value, int) and not isinstance(value, bool)


JUDGES = (Judge("smoke.card-contract", card_contract, (QUEUE, QUEUE_AGAIN)),)
