"""``rejection``: no rejection without a structured tag.

Source: ``docs/regimen.md, Structured rejection``.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import QUEUE, REJECT_UNTAGGED, TAGS
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, answered, seen, verdict_on
from pytest_caio.judge.queue_cards import cards, queue
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_TAG = re.compile(r"(?<![a-z])tags?(?![a-z])", re.IGNORECASE)
_REASON = re.compile(r"reason", re.IGNORECASE)
# A card's own fields that tell the time of the reading are not a change of the card.
_CLOCK = re.compile(r"(?:^|_)(?:age|ago)(?:_|$)|refreshed_at|fetched_at")
_WINDOW = 20
_SEED = "Open /sales, Email Queue, press Seed Training Emails, and run the gate again."
_WAIT = (
    "This generation has no way to make a training card. Run the gate again when one is in the "
    "queue, or deploy the current generation."
)


def tags(look: Look) -> Ruling:
    """The twelve tags, labelled, unique. A further tag is shown and does no harm."""
    found: list[str] = []
    labels: list[str] = []
    broken: list[str] = []
    for i, tag in enumerate(look.object(TAGS).get("tags", list), 1):
        if not isinstance(tag, dict) or not isinstance(tag.get("id"), str):
            raise BadAnswer(f"tag {i} of {TAGS} has no id")
        found.append(tag["id"])
        label = tag.get("label")
        if not isinstance(label, str) or not label.strip():
            broken.append(f"the tag {tag['id']} has no label")
        else:
            labels.append(label.strip().casefold())
    known = look.policy.rejection_tags
    missing = [tag for tag in known if tag not in found]
    extra = [tag for tag in dict.fromkeys(found) if tag not in known]
    broken += [f"missing: {listed(missing, 12)}"] if missing else []
    broken += [f"the tag {t} stands {n} times" for t, n in Counter(found).items() if n > 1]
    broken += [f"the label {t!r} stands {n} times" for t, n in Counter(labels).items() if n > 1]
    more = f", and {listed(extra)} beside them" if extra else ""
    expected = f"the {len(known)} tags of the policy, each with a label, each once"
    return verdict_on(broken, f"all {len(known)} tags{more}", expected=expected)


def server_blocks(look: Look) -> Ruling:
    """No rejection without a known tag and a reason: 422 for each, and the card stays as it was."""
    tried = look.observed(REJECT_UNTAGGED)
    card = tried.data["card"]
    if card is None:
        return _no_card(look, tried)
    broken: list[str] = []
    unclear: list[str] = []
    rules = [(_refused, case, place) for case, place in tried.data["tries"].items()]
    for rule, case, place in (*rules, (_unchanged, card, tried.data["after"])):
        try:
            rule(look, case, tried.exchanges[place])
        except BadAnswer as bad:
            broken.append(str(bad))
        except NoEvidence as missing:
            unclear.append(str(missing))
    if not broken and unclear:
        raise NoEvidence("; ".join(unclear))
    good = f"each is refused with 422, and the training card {card} is pending and as before"
    return verdict_on(broken, good, expected=_EXPECTED, facts={"card": card})


_EXPECTED = (
    "a rejection without a reason, or with no, a blank or an unknown tag is refused with 422, "
    "which names what is missing; the card stays pending and unchanged"
)


def _refused(look: Look, case: str, exchange: Exchange) -> None:
    """Raise what is to be said of one rejection that had to be refused with 422."""
    name = f"a rejection with {case}"
    answer = _at(look, name, exchange).answer(name)
    status = answer.status or 0
    if status < 300:
        raise BadAnswer(f"{name} was accepted ({status})")
    if status < 400 or status in {401, 403}:
        raise NoEvidence(f"{name} was answered {answered(answer)}: the gate was not let in")
    if status == 404:
        raise NoEvidence(f"{name} was answered 404, although the queue lists the card")
    if status == 400 and "already" in answer.body.lower():
        raise NoEvidence(f"{name} met a card that was decided already: {seen(answer)}")
    if status != 422:
        raise BadAnswer(f"{name} was answered {answered(answer)}, not 422")
    named = _TAG.search(answer.body) or (
        case == "neither reason nor tag" and _REASON.search(answer.body)
    )
    if not named:
        raise BadAnswer(f"{name} was refused, but not for what is missing: {seen(answer)}")


def _unchanged(look: Look, card: str, exchange: Exchange) -> None:
    """Raise what is to be said of the card after the rejections that it had to survive."""
    tried = look.observed(REJECT_UNTAGGED)
    before, after = "the queue before", "the queue afterwards"
    place = tried.data["before"]
    first = look.observed(QUEUE).answer if place is None else tried.exchanges[place]
    old = _card(_at(look, before, first), card, before)
    later = _at(look, after, exchange)
    new = _card(later, card, after)
    if new is None:
        merged = queue(later, after).value_at("_shadow_queue_debug.merged_count")
        if isinstance(merged, int) and merged >= _WINDOW:
            raise NoEvidence(f"{card} is not among the newest {_WINDOW} cards any more")
        raise BadAnswer(f"the training card {card} is gone from the queue afterwards")
    if new.get("status") != "pending":
        raise BadAnswer(f"the training card {card} is {shown(new.get('status'))} afterwards")
    keys = sorted({*(old or {}), *new})
    changed = [k for k in keys if (old or {}).get(k) != new.get(k) and not _CLOCK.search(k)]
    if changed:
        raise BadAnswer(f"the training card {card} is changed afterwards: {listed(changed)}")


def _card(look: Look, card: str, probe: str) -> Mapping[str, Any] | None:
    return next((c.raw for c in cards(look, probe) if c.id == card), None)


def _at(look: Look, name: str, exchange: Exchange) -> Look:
    """Return a look in which one exchange of a probe is read by the rules for any answer."""
    if exchange.status is None:
        raise NoEvidence(f"{name}: {exchange.error}")
    step = Observed(name, look.environment, (exchange,))
    return replace(look, evidence=MappingProxyType({**look.evidence, name: step}))


def _no_card(look: Look, tried: Observed) -> Ruling:
    """Nothing to try the rule on: cannot tell, and advice alone where no card can be made."""
    place = tried.data["seed"]
    answer = None if place is None else tried.exchanges[place]
    if answer is None:
        why = "the policy does not let the gate make one here"
    elif answer.status is None:
        why = f"making one got no answer: {answer.error}"
    elif answer.status == 200:
        why = "making one was answered 200, but the queue shows none afterwards"
    else:
        why = f"making one was answered {answered(answer)}"
    none = Outcome.CANNOT_TELL, f"there is no training card to try the rule on, and {why}"
    can_seed = answer is not None and answer.status not in {404, 405}
    if can_seed or _generation(look) is Generation.G2:
        return Ruling(*none, expected=_EXPECTED, remedy=_SEED)
    return Ruling(*none, expected=_EXPECTED, remedy=_WAIT, severity=Severity.ADVISORY)


def _generation(look: Look) -> Generation:
    """Return the generation; what doesn't show is held to the strictest rules."""
    try:
        return generation.generation(look)
    except NoEvidence:
        return Generation.G2


JUDGES = (
    Judge("rejection.tags", tags, (TAGS,)),
    Judge("rejection.server-blocks", server_blocks, (REJECT_UNTAGGED, QUEUE, *generation.PROBES)),
)
