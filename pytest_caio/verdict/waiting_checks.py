"""How many checks a cause hides: one number, in the same words in every output."""

from pytest_caio.base.messages import listed, plural
from pytest_caio.verdict.causes import WORST, Cause
from pytest_caio.verdict.finding import Outcome

_NAMED = 3
_VERBS = {
    Outcome.FAIL: ("fails with it", "fail with it"),
    Outcome.NOT_RUN: ("did not run", "did not run"),
}


def waiting(cause: Cause, limit: int = _NAMED) -> str:
    """Return which checks stand behind a cause: ``5 checks wait for it: a, b and 3 more``.

    Each counts once, in however many environments it waits, by its worst outcome there; golden
    cases are counted apart. With a ``limit`` of 0 none is named.
    """
    worst: dict[str, Outcome] = {}
    for finding in cause.hidden:
        first = worst.setdefault(finding.name, finding.outcome)
        worst[finding.name] = min(first, finding.outcome, key=WORST.index)
    outcomes = [outcome for outcome in WORST if outcome in worst.values()]
    return "; ".join(
        _counted(outcome, [name for name in worst if worst[name] is outcome], limit)
        for outcome in outcomes
    )


def _counted(outcome: Outcome, names: list[str], limit: int) -> str:
    one, many = _VERBS.get(outcome, ("waits for it", "wait for it"))
    cases = [name for name in names if name.startswith("replay.case[")]
    checks = [name for name in names if name not in set(cases)]
    kinds = ((checks, "check"), (cases, "golden case"))
    number = " and ".join(plural(len(found), kind) for found, kind in kinds if found)
    text = f"{number} {one if len(names) == 1 else many}"
    return f"{text}: {listed(checks or cases, limit)}" if limit else text
