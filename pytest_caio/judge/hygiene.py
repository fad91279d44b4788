"""Queue hygiene: which cards nobody should act on, and the rule that names each.

The one implementation behind ``queue.no-drift`` and ``caio cleanup`` (``docs/regimen.md,
Pre-flight`` and ``docs/regimen.md, Stale cards``). Rules have the names that the server gives them
(``docs/dashboard.md, Exclusion``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pytest_caio.base.messages import shown
from pytest_caio.evidence.cards import is_seeded, is_training, parse_time
from pytest_caio.evidence.probe_names import QUEUE
from pytest_caio.judge.graduated import ramp
from pytest_caio.judge.look import BadAnswer, Look
from pytest_caio.judge.queue_cards import (
    Card,
    age,
    all_cards,
    cards,
    clock_problem,
    queue,
    readings,
)
from pytest_caio.privacy.reduced_text import address_digest, facts

# Left out for these reasons, a card is where it belongs; for every other one it is drift.
IN_ORDER = ("status:", "non_dispatchable:")
WINDOW = 20
UNCOUNTED_WORDS = "how many cards the server looked at doesn't show"
UNSEEN = f"the server looks at its newest {WINDOW} cards only: older ones are unseen"
_DEBUG = "_shadow_queue_debug"
_BY_SERVER = ("placeholder_body", "unrendered_placeholder_body", "duplicate_recipient_subject")


@dataclass(frozen=True)
class Named:
    """A live card that ``rules`` name. ``hidden`` ones are not listed, only shown as examples.

    ``print`` differs where the card does; ``age`` is by the deployment's clock.
    """

    id: str
    rules: tuple[str, ...]
    hidden: bool
    print: str
    to: str = ""
    tier: str = ""
    age: timedelta | None = None


@dataclass(frozen=True)
class Excluded:
    """What the server leaves out of the list and only counts; a card may have several reasons."""

    count: int
    reasons: Mapping[str, int]
    examples: tuple[Mapping[str, Any], ...]

    @property
    def drift(self) -> Mapping[str, int]:
        """The reasons for which a live card should not be in the queue at all.

        An example that shows a training card is none: G2 counts its own seeds by age and repetition
        too, as it hides by two of the training signs only (``docs/dashboard.md, Training cards``).
        """
        training = (e for e in self.examples if is_training(e) or is_seeded(e))
        mine = Counter(str(r) for e in training for r in _list(e.get("reasons")))
        left = {r: n - mine[r] for r, n in self.reasons.items() if not r.startswith(IN_ORDER)}
        return {r: n for r, n in left.items() if n > 0}

    @property
    def in_order(self) -> int:
        """How many cards are left out where they belong: such a card has no other reason."""
        return sum(n for r, n in self.reasons.items() if r.startswith(IN_ORDER))


def ramp_tier(look: Look) -> str:
    """Return the only tier that the ramp lets through, or nothing where it is not active."""
    return look.policy.ramp.tier if ramp(look).get("active", bool) else ""


def tier_of(card: Mapping[str, Any]) -> str:
    """Return a card's tier as the server compares it; nothing where it has none."""
    tier = card.get("tier")
    return tier.strip().lower() if isinstance(tier, str) else ""


def waiting(look: Look, probe: str = "") -> tuple[Card, ...]:
    """Return the listed live cards that wait for a decision, newest first: of one reading of the
    list, or of all.
    """
    found = cards(look, probe) if probe else all_cards(look)
    live = [card for card in found if card.waits]
    return tuple(sorted(live, key=lambda c: c.born.timestamp() if c.born else -1e12, reverse=True))


def excluded(look: Look, probe: str = QUEUE) -> Excluded:
    """Return what is hidden; raise :class:`BadAnswer` where cards are hidden without a reason."""
    answer = queue(look, probe)
    count = answer.get(f"{_DEBUG}.excluded_non_actionable_count", int)
    reasons = answer.get(f"{_DEBUG}.excluded_non_actionable_reasons", dict)
    for reason, number in reasons.items():
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise BadAnswer(f"the count of {shown(reason)} is {shown(number)}, not a number")
    if count < 0 or count > sum(reasons.values()):
        raise BadAnswer(f"it leaves {count} cards out of the list and does not say why")
    examples = _list(answer.get(_DEBUG, dict).get("excluded_non_actionable_examples"))
    return Excluded(count, reasons, tuple(e for e in examples if isinstance(e, dict)))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def hidden(look: Look) -> Excluded:
    """Return what the default reading hides: it tells live cards from training cards.

    Source: ``docs/dashboard.md, Training cards``. Where it wasn't seen, the full one has to do.
    """
    return excluded(look, readings(look)[-1])


def merged(look: Look, probe: str = QUEUE) -> int | None:
    """Return how many cards the server looked at (at most 20), or None where it isn't clear."""
    found = queue(look, probe).get(_DEBUG, dict).get("merged_count")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def unseen(look: Look) -> str:
    """Return why there may be cards that nobody saw, or nothing where all were."""
    numbers = [merged(look, probe) for probe in readings(look)]
    if any(number is None for number in numbers):
        return UNCOUNTED_WORDS
    full = any(number >= WINDOW for number in numbers if number is not None)
    return UNSEEN if full else ""


def stale_rule(look: Look) -> str:
    """Return the name of the rule on age, with the policy's hours in it."""
    return f"stale_gt_{look.policy.queue.max_age_hours:g}h"


def is_stale(look: Look, found: timedelta | None) -> bool:
    """Return whether an age is over the policy's hours; at exactly so many it is not."""
    return found is not None and found > timedelta(hours=look.policy.queue.max_age_hours)


def named_listed(look: Look, tier: str, probe: str = QUEUE) -> tuple[Named, ...]:
    """Return the live cards of a reading that a rule names; ``tier`` is as of :func:`ramp_tier`.

    Of the same mail twice the newest stays, as with the server.
    """
    mails: set[tuple[str, str]] = set()
    found: list[Named] = []
    for card in waiting(look, probe):
        old = age(look, card)
        rules = [stale_rule(look)] if is_stale(look, old) else []
        rules += [*_text_rules(card.raw), *_tier_rule(card.raw, tier), *_twice(card.raw, mails)]
        if rules:
            to = str(card.raw.get("to") or "")
            mark = _print(card.raw)
            found.append(Named(card.id, tuple(rules), False, mark, to, tier_of(card.raw), old))
    return tuple(found)


def named_hidden(look: Look, tier: str) -> tuple[Named, ...]:
    """Return the examples of hidden cards that the policy's rules name too.

    What shows in an example (age, tier) is held against the policy: a server with another policy
    hides cards that are perfectly good. What does not show is the server's word.
    """
    found: list[Named] = []
    for raw in excluded(look).examples:
        born, now = parse_time(raw.get("timestamp")), look.answer(QUEUE).date
        now = None if clock_problem(look) else now
        old = now - born if now and born else None
        rules = [
            reason
            for reason in _list(raw.get("reasons"))
            if reason in _BY_SERVER
            or (reason == stale_rule(look) and is_stale(look, old))
            or (reason in _tier_rule(raw, tier))
        ]
        card_id = raw.get("email_id")
        training = is_training(raw) or is_seeded(raw)
        if rules and isinstance(card_id, str) and card_id.strip() and not training:
            to = str(raw.get("to") or "")
            found.append(Named(card_id, tuple(rules), True, _print(raw), to, tier_of(raw), old))
    return tuple(found)


def rule_words(rule: str, look: Look) -> str:
    """Return a rule's name in plain words."""
    if rule.startswith("stale_gt_"):
        return f"older than {rule.removeprefix('stale_gt_').removesuffix('h')} h"
    if rule.startswith("tier_mismatch:"):
        return f"of {rule.partition(':')[2]}, not {look.policy.ramp.tier}"
    return {
        "placeholder_body": "without a real text",
        "unrendered_placeholder_body": "with a template that nobody filled in",
        "unrendered_placeholder_subject": "with a subject that nobody filled in",
        "placeholder_subject": "without a real subject",
        "duplicate_recipient_subject": "the same mail to the same person once more",
    }.get(rule, rule)


def _text_rules(card: Mapping[str, Any]) -> Iterable[str]:
    body, subject = card.get("body"), card.get("subject")
    if isinstance(body, str):
        known = facts(body)
        if known.unrendered:
            yield "unrendered_placeholder_body"
        elif known.placeholder or known.blank:
            yield "placeholder_body"
    if isinstance(subject, str):
        known = facts(subject)
        if known.unrendered:
            yield "unrendered_placeholder_subject"
        elif known.placeholder or known.blank:
            yield "placeholder_subject"


def _tier_rule(card: Mapping[str, Any], tier: str) -> Iterable[str]:
    own = tier_of(card)
    return [f"tier_mismatch:{own}"] if tier and own and own != tier else []


def _twice(card: Mapping[str, Any], mails: set[tuple[str, str]]) -> Iterable[str]:
    to, subject = card.get("to"), card.get("subject")
    if not (isinstance(to, str) and isinstance(subject, str) and to.strip() and subject.strip()):
        return
    mail = (address_digest(to) or facts(to).digest, facts(subject).digest)
    if mail in mails:
        yield "duplicate_recipient_subject"
    mails.add(mail)


def _print(card: Mapping[str, Any]) -> str:
    keys = ("to", "tier", "status", "subject", "body", "timestamp", "created_at", "contact_id")
    # Not the reasons: they are the server's word, and go when another card does.
    return repr([card.get(key) for key in (*keys, "classifier", "campaign_ref")])
