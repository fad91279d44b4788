"""Remembered runs, made up for the tests of what a ledger gives."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.past import PastCard, PastCheck, PastEnd, PastRun

HOUR = timedelta(hours=1)
GO = Verdict.GO
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


NAMES = (
    "access.reads-refused", "environment.reachable", "queue.no-drift", "queue.sla-decision",
    "queue.tier", "ramp.limits", "rejection.page-blocks", "smoke.dependencies", "smoke.ready",
    "smoke.webhook",
)  # fmt: skip
_ODD: dict[str, dict[int, str]] = {
    "queue.no-drift": {0: "F", 1: "F", 4: "F", 20: "F", 21: "F"},
    "queue.sla-decision": {1: "F", 3: "F", 5: "F", 7: "F"},
    "rejection.page-blocks": {0: "?", 40: "?"},
    "smoke.ready": dict.fromkeys(range(4), "w") | {4: "F"},
    "smoke.dependencies": dict.fromkeys(range(0, 60, 7), "-"),
}


def sixty_days(now: datetime = NOW) -> tuple[PastRun, ...]:
    """Return a run before and one after the cycle for each working day of sixty, in production;
    a deploy a week in staging; oldest first. One working day lacks its pre-flight.
    """
    return tuple(run for day in range(59, -1, -1) for run in _day(now, day))


def _day(now: datetime, day: int) -> Iterator[PastRun]:
    at = now - timedelta(days=day)
    if at.weekday() < 5 and day != 12:
        checks = tuple(
            PastCheck(
                name,
                Severity.ADVISORY if name == "smoke.webhook" else Severity.REQUIRED,
                LETTERS[_ODD.get(name, {}).get(day, "F" if name == "smoke.webhook" else ".")],
            )
            for name in NAMES
        )
        bad = {str(c.outcome) for c in checks if c.severity is Severity.REQUIRED}
        own = (
            Verdict.NO_GO if "fail" in bad else Verdict.CANNOT_TELL if "cannot-tell" in bad else GO
        )
        card = f"{day:02}c0ffee"
        yield past(
            day, environment="production", at=at, checks=checks, own=own, verdict=own,
            read_at=at, run=f"p{day}", release=f"r{day // 9}", clean_claimed=3,
            clean_recounted=3 if day else 2, waivers={"smoke.ready": (now + HOUR * 72).date()},
            cards=(PastCard(card, "", at - HOUR / 6), PastCard(f"{day:02}bad", "", None)),
            ends=(
                PastEnd(card, at + HOUR * (day % 7) / 4, day % 3 > 0),
                *([PastEnd(f"{day:02}bad", at + HOUR * 30, True)] if day % 9 == 1 else []),
            ),
        )  # fmt: skip
        mails = PastCheck("cycle.mails", Severity.REQUIRED, Outcome.PASS)
        yield past(day, environment="production", at=at + 2 * HOUR, profile="cycle",
                   run=f"c{day}", checks=(mails,))  # fmt: skip
    if day % 7 == 1:
        yield past(day, environment="staging", at=at - HOUR, profile="deploy", run=f"d{day}",
                   replay_rate=0.91 + day / 1000 if day % 2 else 0.97,
                   checks=(PastCheck("replay.pass-rate", Severity.REQUIRED, Outcome.PASS),)
                   )  # fmt: skip
