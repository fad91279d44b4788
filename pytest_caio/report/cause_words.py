"""A cause in the few words that several outputs share."""

from pytest_caio.base.messages import listed, plural
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.finding import Finding, Outcome

_NAMED = 3
_VERBS = {
    Outcome.FAIL: ("fails with it", "fail with it"),
    Outcome.NOT_RUN: ("did not run", "did not run"),
}


def waiting(cause: Cause, limit: int = _NAMED) -> str:
    """Return which checks stand behind a cause: ``5 checks wait for it: a, b and 3 more``."""
    hidden: dict[Outcome, dict[str, None]] = {}
    for finding in cause.hidden:
        hidden.setdefault(finding.outcome, {})[finding.name] = None
    return "; ".join(_counted(outcome, list(names), limit) for outcome, names in hidden.items())


def _counted(outcome: Outcome, names: list[str], limit: int) -> str:
    one, many = _VERBS.get(outcome, ("waits for it", "wait for it"))
    number = plural(len(names), "check")
    return f"{number} {one if len(names) == 1 else many}: {listed(names, limit)}"


def shown_by(cause: Cause, *, everywhere: bool = False) -> str:
    """Return the check that shows a cause by its name, and where; for those who look it up.

    ``everywhere`` leaves the place out: there is no other.
    """
    name = cause.findings[0].name
    return name if everywhere else f"{name} in {listed(cause.environments, 4)}"


def seen_of(finding: Finding) -> str:
    """Return what a finding saw, without the outcome that a waiver puts before it."""
    return finding.observed.removeprefix(f"{finding.waived_from}: ")
