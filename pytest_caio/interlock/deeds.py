"""What is let through beside plain reads, and why none of it can touch a live contact.

Source: ``docs/promises.md, No harm``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pytest_caio.interlock.outgoing import Grant

READ = "read"


class Deed(StrEnum):
    """A kind of request that is no plain read, in the words of the interlock's record."""

    LOGIN = "login"
    WRONG_LOGIN = "a login with a made-up token"
    NO_CARD_REJECTED = "an anonymous rejection of a card that does not exist"
    NO_CARD_APPROVED = "an anonymous approval of a card that does not exist"
    NO_BATCH_DECIDED = "an anonymous decision on a batch that does not exist"
    NO_CARD_BY_LINK = "a look at whether a link would decide a card that does not exist"
    NO_CARD_MADE = "an anonymous wish for no training card at all"
    UNSIGNED_WEBHOOK = "an unsigned webhook call that is not JSON"
    SIGNED_WEBHOOK = "a webhook call with its own secret, that is not JSON"
    REFUSED_REJECTION = "a rejection without a known tag or without a reason, of a training card"
    NO_CARD_REFUSED = "a rejection without a known tag, by an id that no card has"


_NOT_JSON = "nothing can be made of its text, also where it is let in"
WHY_HARMLESS: Mapping[str, str] = MappingProxyType(
    {
        Deed.LOGIN: "it opens the page, as a person does, and decides nothing",
        Deed.WRONG_LOGIN: "it opens nothing; never five, which would lock out",
        Deed.NO_CARD_REJECTED: "no card has the id that it names",
        Deed.NO_CARD_APPROVED: "no card has the id that it names",
        Deed.NO_BATCH_DECIDED: "no batch has the id that it names",
        Deed.NO_CARD_BY_LINK: "no card and no batch has the id that it names",
        Deed.NO_CARD_MADE: "it asks for a count of 0, which is out of range",
        Deed.UNSIGNED_WEBHOOK: _NOT_JSON,
        Deed.SIGNED_WEBHOOK: _NOT_JSON,
        Deed.NO_CARD_REFUSED: (
            "it has to be refused; the id is made up, or that of a training card without its end, "
            "and the id of no live card that this run has seen has that in it"
        ),
        Deed.REFUSED_REJECTION: (
            "only of a card that this very run has seen flagged as training, and never as live; it "
            "has to be refused, and a training card goes to nobody"
        ),
        Grant.SEED: (
            "what it makes is a training card, which goes to nobody; only where the deployment "
            "itself says that it is of a kind that policy.yaml names (seed.kinds)"
        ),
        Grant.REPLAY: "it goes to the one path that policy.yaml names, with a made-up case",
        Grant.CLEANUP: "only a card that a rule of hygiene names; no gate run does this",
    }
)
"""Each deed and grant, with the reason in words that its owner can read."""
