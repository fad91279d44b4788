"""``queue``: what waits for approval is fresh, whole and countable.

Source: ``docs/regimen.md, Pre-flight`` and ``docs/regimen.md, Stale cards``.
"""

from collections.abc import Iterable

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_STATUS, STATUS
from pytest_caio.judge.hygiene import (
    WINDOW,
    Excluded,
    Named,
    excluded,
    merged,
    named_hidden,
    named_listed,
    ramp_tier,
    rule_words,
    tier_of,
    waiting,
)
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.queue_cards import Card, age, age_words, cards, queue
from pytest_caio.judge.queue_trace import platform_of, sendability, trace
from pytest_caio.verdict.finding import Outcome, Ruling

COMPLIANCE = ("unsubscribe_present", "signature_present", "cta_present", "footer_present")
_UNSEEN = f"the server looks at its newest {WINDOW} cards only: older ones are unseen"


def remedy(look: Look) -> str:
    """Return the clean-up command of this environment, first without its consequences."""
    command = f"caio cleanup --env={look.environment}"
    return (
        f"See what clean-up would reject: {command}. If you agree: {command} --apply. "
        "Then run the gate again."
    )


def live(look: Look) -> tuple[Card, ...]:
    """Return the listed live cards that wait; raise NoEvidence where one may wait unseen."""
    found = waiting(look)
    number = merged(look)
    if not found and (excluded(look).drift or number is None or number >= WINDOW):
        raise NoEvidence("no live card is listed, but not every card was shown")
    return found


def _nobody() -> Ruling:
    return Ruling(Outcome.NOT_APPLICABLE, "no live card is waiting")


def no_drift(look: Look) -> Ruling:
    """Nothing stale, without text, twice or of a wrong tier: in the list or kept out of it."""
    limit = look.policy.queue.max_age_hours
    expected = (
        f"no live card is older than {limit:g} h, a placeholder, unrendered, a duplicate or of a "
        "wrong tier, neither in the list nor hidden from it"
    )
    problems, unclear = [], []
    tier = ""
    try:
        tier = ramp_tier(look)
    except NoEvidence as missing:
        unclear.append(f"which tier is right doesn't show ({missing})")
    except BadAnswer as bad:
        problems.append(str(bad))
    hidden = excluded(look)
    problems = [*_drift(look, tier, hidden), *problems]
    problems += [
        f"{card.id} has no text that could be read"
        for card in waiting(look)
        if not isinstance(card.raw.get("body"), str)
    ]
    number = merged(look)
    unclear += _unclear(look, number)
    facts = {"queue": trace(look)}
    if problems:
        text = "; ".join([*problems, *([_UNSEEN] if _UNSEEN in unclear else [])])
        return Ruling(Outcome.FAIL, text, expected, remedy(look), facts=facts)
    if unclear:
        return Ruling(Outcome.CANNOT_TELL, "; ".join(unclear), expected, facts=facts)
    text = _good(look, number or 0, hidden)
    return Ruling(Outcome.PASS, text, expected, facts=facts)


def _unclear(look: Look, number: int | None) -> Iterable[str]:
    yield from (f"how old {c.id} is doesn't show" for c in waiting(look) if age(look, c) is None)
    if number is None:
        yield "how many cards the server looked at doesn't show"
    elif number >= WINDOW:
        yield _UNSEEN


def _good(look: Look, number: int, hidden: Excluded) -> str:
    if not number:
        return "the queue is empty"
    out = f", {hidden.count} left out as decided or training" if hidden.count else ""
    return f"{plural(len(waiting(look)), 'live card')} of {number} cards, none of them drift{out}"


def _drift(look: Look, tier: str, hidden: Excluded) -> Iterable[str]:
    found = named_listed(look, tier)
    if found:
        yield f"listed: {listed(_named(look, card) for card in found)}"
    if not hidden.drift:
        return
    reasons = listed(f"{n} {rule_words(r, look)}" for r, n in hidden.drift.items())
    examples = named_hidden(look, tier)
    shows = f" (such as {listed((card.id for card in examples), 5)})" if examples else ""
    yield (
        f"{plural(hidden.count, 'card')} hidden from the list and only counted: {reasons}{shows}"
    )


def _named(look: Look, card: Named) -> str:
    return f"{card.id} ({listed(rule_words(r, look) for r in card.rules)}; {age_words(card.age)})"


def sources_agree(look: Look) -> Ruling:
    """Merged = listed + excluded, as long as the server looks at all of its cards."""
    answer = queue(look)
    number = answer.get("_shadow_queue_debug.merged_count", int)
    count = answer.get("count", int)
    shows, hidden = len(cards(look)), excluded(look).count
    text = f"{number} looked at, {shows} listed, {hidden} left out{_other_store(look)}"
    expected = f"cards looked at = cards listed + cards left out (below {WINDOW})"
    broken = [] if count == shows else [f"count is {count}, and {shows} cards are listed"]
    if number >= WINDOW and not broken:
        return Ruling(Outcome.NOT_APPLICABLE, f"{text}; {_UNSEEN}", expected)
    broken += [] if number == shows + hidden or number >= WINDOW else [text]
    return verdict_on(broken, text, expected=expected)


def _other_store(look: Look) -> str:
    """Return what ``/api/queue-status`` counts: another store, so shown and never compared."""
    try:
        found = look.object(QUEUE_STATUS).get("shadow_mode_emails", dict)
    except (NoEvidence, BadAnswer):
        return ""
    counts = listed(f"{shown(key)} {shown(value)}" for key, value in found.items())
    return f" (another store, /api/queue-status, counts {counts})" if counts else ""


def tier(look: Look) -> Ruling:
    """While the ramp is active, every live card is of the ramp's tier."""
    wanted = ramp_tier(look)
    if not wanted:
        return Ruling(Outcome.NOT_APPLICABLE, "the ramp is not active")
    found = live(look)
    wrong = [f"{c.id} is of {tier_of(c.raw) or 'no tier'}" for c in found
             if tier_of(c.raw) != wanted]  # fmt: skip
    return verdict_on(wrong, f"all {len(found)} of {wanted}") if found else _nobody()


def compliance(look: Look) -> Ruling:
    """The compliance checks of every live card are true."""
    found = live(look)
    broken: list[str] = []
    for card in found:
        checks = card.raw.get("compliance_checks")
        checks = checks if isinstance(checks, dict) else {}
        # Further keys may be no checks at all, like a version; those that say "present" are.
        names = dict.fromkeys([*COMPLIANCE, *(k for k in checks if k.endswith("_present"))])
        wrong = [f"{n} {shown(checks.get(n))}" for n in names if checks.get(n) is not True]
        broken += [f"{card.id}: {listed(wrong)}"] if wrong else []
    return (
        verdict_on(broken, f"{plural(len(found), 'live card')}, all true") if found else _nobody()
    )


def sendable(look: Look) -> Ruling:
    """Every live card that goes through GHL has a contact or an address."""
    found = live(look)
    for_ghl = [card for card in found if platform_of(card.raw) in {"", "ghl"}]
    if not for_ghl:
        return Ruling(Outcome.NOT_APPLICABLE, "no live card for GHL is waiting")
    blocked = [c.id for c in for_ghl if sendability(c) == "blocked_missing_contact_id"]
    broken = [f"neither contact nor address: {listed(blocked)}"] if blocked else []
    return verdict_on(broken, f"{plural(len(for_ghl), 'live card')} for GHL, all with one")


def expected_number(look: Look) -> Ruling:
    """The number of live cards is within the policy."""
    least, most = look.policy.queue.expected_min, look.policy.queue.expected_max
    number = len(waiting(look))
    text = f"{plural(number, 'live card')} waiting"
    expected = f"{least} to {most} live cards are waiting"
    return verdict_on([] if least <= number <= most else [text], text, expected=expected)


JUDGES = (
    Judge("queue.no-drift", no_drift, (QUEUE, STATUS)),
    Judge("queue.sources-agree", sources_agree, (QUEUE, QUEUE_STATUS)),
    Judge("queue.tier", tier, (QUEUE, STATUS)),
    Judge("queue.compliance", compliance, (QUEUE,)),
    Judge("queue.sendable", sendable, (QUEUE,)),
    Judge("queue.expected", expected_number, (QUEUE,)),
)
