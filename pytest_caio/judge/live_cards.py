"""``queue``: what holds for each live card that waits for a decision.

Source: ``docs/regimen.md, Pre-flight`` and ``docs/dashboard.md, Sendability``.
"""

from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN, STATUS
from pytest_caio.judge.hygiene import hidden, ramp_tier, tier_of, unseen, waiting
from pytest_caio.judge.look import Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.queue_cards import Card
from pytest_caio.judge.queue_trace import has_address, has_contact, platform_of
from pytest_caio.judge.ways_out import cause_of
from pytest_caio.privacy.reduced_text import facts
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import HIDDEN_CARDS, MISSING

COMPLIANCE = ("signature_present", "cta_present", "footer_present")
# What is trimmed off an excerpt, beside what is left out.
_TRIMMED, _SEVERAL, _ROUND, _DOTS = 3, 2, 10, 4
_WAYS_OUT = ("unsubscribe", "reply_stop", "opt_out")


def live(look: Look) -> tuple[Card, ...]:
    """Return the listed live cards that wait; raise NoEvidence where one may wait unseen."""
    found = waiting(look)
    if not found and (why := unseen(look)):
        raise NoEvidence(f"no live card is listed, but {why}")
    if not found and hidden(look).drift:
        raise NoEvidence(
            "no live card is listed, but live cards are hidden or may be", cause=HIDDEN_CARDS
        )
    return found


def of_all(look: Look, broken: list[str], good: str, **more: Any) -> Ruling:
    """Return what is said of *all* cards: what is broken, or that some may not have been seen."""
    why = "" if broken else unseen(look)
    if why:
        more = {**more, "cause": cause_of(why)}
        return Ruling(Outcome.CANNOT_TELL, f"{good}, as far as seen; {why}", **more)
    return verdict_on(broken, good, **more)


def _nobody() -> Ruling:
    return Ruling(Outcome.NOT_APPLICABLE, "no live card is waiting")


def tier(look: Look) -> Ruling:
    """While the ramp is active, every live card is of the ramp's tier."""
    wanted = ramp_tier(look)
    if not wanted:
        return Ruling(Outcome.NOT_APPLICABLE, "the ramp is not active")
    found = live(look)
    wrong = [f"{c.id} is of {tier_of(c.raw) or 'no tier'}" for c in found
             if tier_of(c.raw) != wanted]  # fmt: skip
    if not found:
        return _nobody()
    cause = "" if any(tier_of(card.raw) for card in found) else MISSING
    return of_all(look, wrong, f"all {len(found)} of {wanted}", cause=cause)


def compliance(look: Look) -> Ruling:
    """The compliance checks of every live card are true, one on a way to unsubscribe among them.

    Deployments call that one ``unsubscribe_present`` or ``reply_stop_present``. Whether the card's
    own words show a way to unsubscribe is advice: the checks are worked out by the server
    that appends the words (``docs/dashboard.md, Filled-in fields``).
    """
    found = live(look)
    if not found:
        return _nobody()
    broken: list[str] = []
    cut_alike = _are_excerpts(found)
    for card in found:
        checks = card.raw.get("compliance_checks")
        checks = checks if isinstance(checks, dict) else {}
        # Further keys may be no checks at all, like a version; those that say "present" are.
        names = dict.fromkeys([*COMPLIANCE, *(k for k in checks if k.endswith("_present"))])
        wrong = [f"{n} {shown(checks.get(n))}" for n in names if checks.get(n) is not True]
        if not any(name.startswith(_WAYS_OUT) for name in names):
            wrong.append("no check on a way to unsubscribe")
        if not wrong and (cut_alike or _ends_cut(card)):
            wrong.append("its text breaks off, and is sent as it is shown")
        broken += [f"{card.id}: {listed(wrong)}"] if wrong else []
    stuck = [card.id for card in found if not _shows_a_way_out(card)]
    advice = f"; advice: no way to unsubscribe in the text of {listed(stuck)}" if stuck else ""
    cause = "" if any("compliance_checks" in card.raw for card in found) else MISSING
    ruling = of_all(look, broken, f"{plural(len(found), 'live card')}, all true", cause=cause)
    return Ruling(
        ruling.outcome, f"{ruling.observed}{advice}", remedy=ruling.remedy, cause=ruling.cause
    )


def _shows_a_way_out(card: Card) -> bool:
    body = card.raw.get("body")
    return isinstance(body, str) and facts(body).unsubscribe


def _are_excerpts(found: tuple[Card, ...]) -> bool:
    """Return whether the texts of several cards break off at one round length, and all longer ones.

    A phrase of a template may end so as well; it does where the names before it let it.
    """
    cuts = [_cut(card) for card in found]
    longest = max(cuts, default=0)
    alike = [cut for cut in cuts if 0 <= longest - cut <= _TRIMMED]
    whole = [card for card in found if not _cut(card) and _length(card) > longest]
    return len(alike) >= _SEVERAL and longest % _ROUND == 0 and longest > 0 and not whole


def _ends_cut(card: Card) -> bool:
    """Return whether a text breaks off at its end, without the way that its checks tell of."""
    last = _length(card) - _cut(card) <= _DOTS
    return _cut(card) > 0 and last and not _shows_a_way_out(card)


def _length(card: Card) -> int:
    body = card.raw.get("body")
    return facts(body).length if isinstance(body, str) else 0


def _cut(card: Card) -> int:
    body = card.raw.get("body")
    return facts(body).cut if isinstance(body, str) else 0


def sendable(look: Look) -> Ruling:
    """Every live card that goes through GHL has a contact or an address of its own."""
    found = live(look)
    # What doesn't say where it goes may well go there.
    for_ghl = [c for c in found if platform_of(c.raw) in {"", "unknown", "ghl", "gohighlevel"}]
    if not for_ghl:
        why = unseen(look)
        if why:
            raise NoEvidence(f"no live card for GHL is listed, but {why}")
        return Ruling(Outcome.NOT_APPLICABLE, "no live card for GHL is waiting")
    blocked = [c.id for c in for_ghl if not has_contact(c) and not has_address(c)]
    broken = [f"neither contact nor address: {listed(blocked)}"] if blocked else []
    return of_all(look, broken, f"{plural(len(for_ghl), 'live card')} for GHL, all with one")


def expected_number(look: Look) -> Ruling:
    """The number of live cards is within the policy."""
    least, most = look.policy.queue.expected_min, look.policy.queue.expected_max
    number = len(waiting(look))
    text = f"{plural(number, 'live card')} waiting"
    expected = f"{least} to {most} live cards are waiting"
    wrong = number > most or (number < least and not unseen(look))
    return of_all(look, [text] if wrong else [], text, expected=expected)


_BOTH = (QUEUE, QUEUE_AGAIN)
JUDGES = (
    Judge("queue.tier", tier, (*_BOTH, STATUS)),
    Judge("queue.compliance", compliance, _BOTH),
    Judge("queue.sendable", sendable, _BOTH),
    Judge("queue.expected", expected_number, _BOTH),
)
