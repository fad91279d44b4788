"""A mutant before the gate, and what it breaks."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from fuzz import invariants
from fuzz.gate import Outcome, State, state
from fuzz.mutant import Mutant, mutant
from fuzz.served import Seen

OUTPUTS_EACH = 100
"""Of every so many mutants all is asked, and all outputs are made."""
_STATES = {
    "G2": (("production", "production", "G2"),),
    "G1": (("production", "production", "G1"),),
    "G2, graduated": (("production", "production", "G2, graduated, no live card"),),
    "staging and production": (("staging", "staging", "G2"), ("production", "production", "G2")),
}


@dataclass(frozen=True)
class Trial:
    """What a mutant came to: the verdict, and each invariant that it broke, with what was seen."""

    mutant: Mutant
    verdict: str
    broken: tuple[tuple[str, str], ...]
    whole: bool


@cache
def states() -> Mapping[str, State]:
    """Every state in good order, recorded."""
    with quiet():
        found = {name: state(name, "all", *named) for name, named in _STATES.items()}
    # They stay for the whole run: nobody needs to look through them for what can go.
    gc.collect()
    gc.freeze()
    return found


def try_out(seed: int, *, whole: bool | None = None) -> Trial:
    """Make the mutant of a seed and let the gate look at it; with `whole` at all of it."""
    made = mutant(seed, {name: one.deployments for name, one in states().items()})
    every = seed % OUTPUTS_EACH == 0 if whole is None else whole
    with quiet():
        try:
            broken = list(_broken(states()[made.state], made, every))
        except Exception:  # noqa: BLE001 - that there is one is what is looked for
            broken = [("", ""), (invariants.TRACEBACK, traceback.format_exc(limit=-6))]
    verdict = broken[0][0]
    return Trial(made, verdict, tuple(dict.fromkeys(broken[1:])), every)


def _broken(of: State, made: Mutant, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield the verdict first, and then what is broken."""
    # Who comes late takes from the time of all: no part can stand for the whole then.
    affected = None if made.late else of.affected_by(made.questions)
    part = of.run(made.change(), affected, judged_anew=made.times)
    yield part.result.verdict, ""
    # What a part breaks is asked of a whole run again: that is what an operator has.
    if not whole and not list(invariants.of_every(of, _seen(of, part), part)):
        return
    every = part if made.late else of.run(made.change())
    yield from invariants.of_every(of, every.wire.seen, every)
    yield from invariants.of_outputs(of, every)
    # Which time it is that a part asks is another than for the whole.
    if not made.now_and_then:
        yield from ((invariants.SHORT, text) for text in _otherwise(part, every))


def _seen(of: State, part: Outcome) -> Seen:
    """All answers: those of now, and those of before to what was not asked again."""
    assert of.before is not None
    anew = {asked for asked, _ in part.wire.seen.all}
    kept = [pair for pair in of.before.wire.seen.all if pair[0] not in anew]
    return Seen([*kept, *part.wire.seen.all])


def _otherwise(part: Outcome, every: Outcome) -> Iterator[str]:
    first, second = ({f.key: f.outcome for f in one.result.findings} for one in (part, every))
    for key in first.keys() | second.keys():
        if first.get(key) != second.get(key):
            yield f"{key} is {first.get(key)} by a part and {second.get(key)} by all"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what a broken deployment makes libraries say out of the way."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
