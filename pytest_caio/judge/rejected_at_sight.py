"""``queue.instant-reject``: cards that HoS rejects at sight, by the rules of the policy.

Source: ``docs/regimen.md, Instant rejection``.
"""

from collections.abc import Iterable
from dataclasses import replace

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.gates.instant_reject import KEPT
from pytest_caio.judge.live_cards import live, of_all
from pytest_caio.judge.look import Judge, Look, NoEvidence
from pytest_caio.judge.queue_cards import readings
from pytest_caio.judge.ruling import rule
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_WORDS = {
    "personal": "to a personal address",
    "competitors": "to a competitor",
    "customers": "to a customer",
    "titles": "to somebody with such a title",
}
_LACKS = {"titles": "title"}
_LOOK = "Look at these cards in /sales yourself: the gate can't tell whether a rule rejects them."


def instant_reject(look: Look) -> Ruling:
    """No listed live card falls under a rule that is on; each as severe as the policy says."""
    on = look.policy.instant_reject.on
    if not on:
        text = "no rule is on (instant_reject in gates/policy.yaml)"
        return Ruling(Outcome.NOT_APPLICABLE, text)
    found = rule(_ruled, look)
    # Of rules that hold, or can't be told, the strictest counts; of broken ones their own.
    broken = found.facts.get("rules") or on
    required = any(on[name].severity == "required" for name in broken)
    expected = f"no listed live card is {listed((_WORDS[name] for name in on), 4)}"
    severity = Severity.REQUIRED if required else None
    return replace(found, severity=severity, expected=expected)


def _ruled(look: Look) -> Ruling:
    waiting = {card.id for card in live(look)}
    if not waiting:
        return Ruling(Outcome.NOT_APPLICABLE, "no live card is waiting")
    broken, unclear = _under(look, "broken", waiting), _under(look, "unclear", waiting)
    said = [f"{_WORDS[name]}: {listed(cards)}" for name, cards in broken.items()]
    lacks = [f"no {_LACKS.get(name, 'address')} to go by: {listed(cards)}"
             for name, cards in unclear.items()]  # fmt: skip
    if said:
        text = "; ".join([*said, *dict.fromkeys(lacks)])
        return Ruling(Outcome.FAIL, text, facts={"rules": list(broken)})
    if lacks:
        text = "; ".join(dict.fromkeys(lacks))
        return Ruling(Outcome.CANNOT_TELL, text, remedy=_LOOK, facts={"rules": list(unclear)})
    on = listed(look.policy.instant_reject.on)
    return of_all(look, [], f"{plural(len(waiting), 'live card')}, none under a rule ({on})")


def _under(look: Look, what: str, waiting: Iterable[str]) -> dict[str, list[str]]:
    """Return the waiting cards under each rule, in either reading of the list."""
    found: dict[str, dict[str, None]] = {}
    for probe in readings(look):
        rows = look.observed(probe).data.get(KEPT)
        if not isinstance(rows, list):
            raise NoEvidence(f"{probe}: what the rules look at was not kept")
        for row in rows:
            for name in row[what] if row["id"] in waiting else ():
                found.setdefault(name, {})[row["id"]] = None
    return {name: list(found[name]) for name in _WORDS if name in found}


JUDGES = (Judge("queue.instant-reject", instant_reject, (QUEUE, QUEUE_AGAIN)),)
