"""Remembered runs, made up for the tests of what a ledger gives."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.past import PastCheck, PastRun

NOW = datetime(2026, 2, 24, 20, 4, tzinfo=UTC)  # 15:04 in New York
LETTERS = {
    ".": Outcome.PASS,
    "F": Outcome.FAIL,
    "?": Outcome.CANNOT_TELL,
    "-": Outcome.NOT_APPLICABLE,
    "w": Outcome.WAIVED,
    "x": Outcome.NOT_RUN,
}


def past(day: float, letters: str = "", name: str = "queue.no-drift", **more: Any) -> PastRun:
    """Return a run ``day`` days before ``NOW``; a letter is a check's outcome, a blank none."""
    checks = tuple(
        PastCheck(name if not i else f"{name}-{i}", Severity.REQUIRED, LETTERS[letter])
        for i, letter in enumerate(letters)
        if letter != " "
    )
    at = NOW - timedelta(days=day)
    given = {
        "run": f"run-{day}-{more.get('environment', 'prod')}-{more.get('profile', 'preflight')}",
        "environment": "prod",
        "profile": "preflight",
        "at": at,
        "verdict": Verdict.GO,
        "own": Verdict.GO,
        "release": "r1",
        "checks": checks,
    }
    return PastRun(**{**given, **more})


def strip(letters: str, **more: Any) -> tuple[PastRun, ...]:
    """Return a run a day up to ``NOW``, with the outcomes of one check."""
    return tuple(past(len(letters) - 1 - i, letter, **more) for i, letter in enumerate(letters))
