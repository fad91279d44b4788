"""The findings of a run as a whole: how one is made, and those of a run that did not end.

Source: ``docs/checks.md, The run as a whole``.
"""

from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.known_causes import INTERRUPTED

GATE = "run"
BEFORE = "the release, before the sweep"
AFTER = "the release, after the sweep"
UNWRITTEN = "the report can't be written"
_OF_RELEASE = frozenset({"one-release", "release", "stayed-up"})


def unfinished(environment: str, why: str, owner: str) -> Finding:
    """Return the finding of a run that did not get to its end."""
    remedy = "Run the gate again and let it finish."
    if why.startswith(UNWRITTEN):
        remedy = (
            "Make room, or name another folder with --caio-report, then run the gate again; where "
            "that is not it, look at what is named."
        )
        owner = "Engineering"
    return run_finding(
        "finished",
        environment,
        "The gate ran to its end",
        Outcome.NOT_RUN,
        why,
        remedy,
        owner,
        INTERRUPTED,
    )


def absent(environment: str, why: str) -> Finding:
    """Return the finding of an environment whose report is missing where reports are joined."""
    return run_finding(
        "finished",
        environment,
        "There is a report of each environment that was expected",
        Outcome.NOT_RUN,
        f"{environment}: {why}",
        "Look in its own job why it wrote no report, run that again, then join them again.",
        "Engineering",
        "no-report",
    )


def run_finding(
    check: str,
    environment: str,
    title: str,
    outcome: Outcome,
    observed: str,
    remedy: str,
    owner: str = "Engineering",
    cause: str = "",
) -> Finding:
    """Return a required finding of the gate ``run``; must hold is its title."""
    return Finding(
        gate=GATE,
        check=check,
        environment=environment,
        title=title,
        severity=Severity.REQUIRED,
        outcome=outcome,
        expected=title,
        observed=observed,
        remedy=remedy,
        owner=owner,
        cause=cause,
        probes=(BEFORE, AFTER) if check in _OF_RELEASE else (),
    )
