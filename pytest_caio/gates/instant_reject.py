"""HoS's rules for cards that are rejected at sight: by recipient, by title; off until they are on.

Source: ``docs/regimen.md, Instant rejection``. A rule looks at the whole card, so it is worked out
where the card is read; what is kept of an address or a title could not tell any more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from pytest_caio.base.strict_yaml import FORBID_EXTRA
from pytest_caio.privacy.reduced_text import EMAIL

KEPT = "instant_reject"
"""What a reading of the queue keeps beside its answer: the cards that fall under a rule."""

TITLES = "titles"
PERSONAL = (
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
    *("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "icloud.com", "me.com", "mac.com"),
    *("proton.me", "protonmail.com", "pm.me", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com"),
    *("yahoo.co.uk", "hotmail.co.uk", "outlook.fr", "hotmail.fr", "yahoo.fr", "orange.fr"),
    *("yahoo.de", "hotmail.de", "t-online.de", "comcast.net", "verizon.net", "att.net"),
)
# What the server writes where a card has no address (``docs/dashboard.md, Filled-in fields``).
_FILLED_IN = "unknown@example.com"


@dataclass(frozen=True)
class RejectRule:
    """One rule: how severe it is that a card falls under it, and what it names."""

    __pydantic_config__ = FORBID_EXTRA

    severity: Literal["ignored", "advisory", "required"] = "ignored"
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.on and not any(name.strip(" .@*") for name in self.names):
            raise ValueError("names: a rule that is on has to name something")

    @property
    def on(self) -> bool:
        """Whether anybody asked for it."""
        return self.severity != "ignored"


@dataclass(frozen=True)
class PersonalRule(RejectRule):
    """The rule on personal addresses, which knows the usual providers by itself."""

    names: tuple[str, ...] = PERSONAL


@dataclass(frozen=True)
class InstantReject:
    """Domains of recipients that are personal, competitors or customers; and words of titles."""

    __pydantic_config__ = FORBID_EXTRA

    personal: PersonalRule = field(default_factory=PersonalRule)
    competitors: RejectRule = field(default_factory=RejectRule)
    customers: RejectRule = field(default_factory=RejectRule)
    titles: RejectRule = field(default_factory=RejectRule)

    @property
    def on(self) -> Mapping[str, RejectRule]:
        """The rules that are on, by name."""
        rules = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: rule for name, rule in rules.items() if rule.on}


def fallen_under(rules: InstantReject, cards: object) -> list[dict[str, Any]]:
    """Return the listed cards that fall under a rule, or of which that can't be told.

    Each has the card's ``id`` and the names of rules, ``broken`` and ``unclear``; no address.
    """
    found = []
    for card in cards if isinstance(cards, list) else ():
        if not isinstance(card, Mapping):
            continue
        told = {name: _told(name, rule, card) for name, rule in rules.on.items()}
        broken = [name for name, falls in told.items() if falls]
        unclear = [name for name, falls in told.items() if falls is None]
        if broken or unclear:
            found.append({"id": card.get("email_id"), "broken": broken, "unclear": unclear})
    return found


def _told(name: str, rule: RejectRule, card: Mapping[str, Any]) -> bool | None:
    """Return whether a card falls under a rule; None where it lacks what the rule looks at."""
    if name == TITLES:
        title = _person(card).get("title")
        return _has_word(title, rule.names) if isinstance(title, str) and title.strip() else None
    hosts = list(_hosts(card))
    return any(_is_of(host, rule.names) for host in hosts) if hosts else None


def _hosts(card: Mapping[str, Any]) -> Iterator[str]:
    for address in (card.get("to"), _person(card).get("email")):
        if isinstance(address, str) and address.strip().lower() != _FILLED_IN:
            yield from (found["host"].lower() for found in EMAIL.finditer(address) if found["host"])


def _person(card: Mapping[str, Any]) -> Mapping[str, Any]:
    found = card.get("recipient_data")
    return found if isinstance(found, Mapping) else {}


def _is_of(host: str, names: Iterable[str]) -> bool:
    domains = (name.strip().lower().lstrip("*@.") for name in names)
    return any(host == domain or host.endswith(f".{domain}") for domain in domains if domain)


def _has_word(title: str, names: Iterable[str]) -> bool:
    plain = " ".join(title.split())
    words = (re.escape(" ".join(name.split())) for name in names if name.strip())
    return any(re.search(rf"(?<!\w){word}(?!\w)", plain, re.IGNORECASE) for word in words)
