"""``rejection``: the training card, after the rejections that it had to survive.

Source: ``docs/checks.md, Gate rejection``.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import GATE_REVIEWER, QUEUE
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence, usable
from pytest_caio.judge.queue_cards import cards, queue

# What a card is. Everything else that an answer says of it may be about the reading: when it was
# served, how old it is, where it stands.
_IS = (
    *("status", "tier", "subject", "body", "to", "contact_id"),
    *("synthetic", "canary", "canary_training", "_do_not_dispatch"),
    *("rejection_reason", "rejection_tag", "reviewed_at", "reviewer"),
)
_WINDOW = 20


def unchanged(look: Look, tried: Observed, card: str) -> None:
    """Raise what is to be said of the card after the rejections that it had to survive."""
    before, after = "the queue before", "the queue afterwards"
    place = tried.data["before"]
    first = look.observed(QUEUE).answer if place is None else tried.exchanges[place]
    old = _card(_at(look, before, first), card, before) or {}
    later = _at(look, after, tried.exchanges[tried.data["after"]])
    new = _card(later, card, after)
    if new is None or new.get("status") != "pending":
        _decided_by_others(look, tried, card)
    if new is None:
        _hidden_meanwhile(later, card, after)
        raise BadAnswer(f"the training card {card} is gone from the queue afterwards")
    if new.get("status") != "pending":
        raise BadAnswer(f"the training card {card} is {shown(new.get('status'))} afterwards")
    changed = [key for key in _IS if old.get(key) != new.get(key)]
    if _platform(old) != _platform(new):
        changed.append("target_platform")
    if changed:
        raise BadAnswer(f"the training card {card} is changed afterwards: {listed(changed)}")


def _platform(card: Mapping[str, Any]) -> object:
    classifier = card.get("classifier")
    return classifier.get("target_platform") if isinstance(classifier, Mapping) else None


def _decided_by_others(look: Look, tried: Observed, card: str) -> None:
    """Raise NoEvidence where the history shows that somebody else decided the card meanwhile.

    That is a whole decision of another reviewer; one without a tag or a reason is none that
    the server may have taken, whoever asked for it.
    """
    place = tried.data["decisions"]
    if place is None:
        return
    name = "the history afterwards"
    found = _at(look, name, tried.exchanges[place]).object(name).get("emails", list)
    for one in found:
        if not isinstance(one, dict) or one.get("email_id") != card:
            continue
        whole = (
            one.get("rejection_reason") and one.get("rejection_tag") in look.policy.rejection_tags
        )
        if one.get("reviewer") != GATE_REVIEWER and (one.get("status") == "approved" or whole):
            raise NoEvidence(f"somebody else decided the training card {card} meanwhile")


def _hidden_meanwhile(look: Look, card: str, probe: str) -> None:
    """Raise NoEvidence where the card may be in the queue still, but not in its list."""
    debug = queue(look, probe).value_at("_shadow_queue_debug")
    debug = debug if isinstance(debug, Mapping) else {}
    merged = debug.get("merged_count")
    if isinstance(merged, int) and merged >= _WINDOW:
        raise NoEvidence(f"{card} is not among the newest {_WINDOW} cards any more")
    examples = debug.get("excluded_non_actionable_examples")
    for one in examples if isinstance(examples, list) else ():
        reasons = one.get("reasons") if isinstance(one, dict) and one.get("email_id") == card else 0
        if isinstance(reasons, list) and not any(str(r).startswith("status:") for r in reasons):
            raise NoEvidence(f"{card} is left out of the list meanwhile: {listed(reasons)}")


def _card(look: Look, card: str, probe: str) -> Mapping[str, Any] | None:
    return next((c.raw for c in cards(look, probe) if c.id == card), None)


def _at(look: Look, name: str, exchange: Exchange) -> Look:
    """Return a look in which one exchange of a probe is read by the rules for any answer."""
    step = Observed(name, look.environment, (usable(name, exchange),))
    return replace(look, evidence=MappingProxyType({**look.evidence, name: step}))
