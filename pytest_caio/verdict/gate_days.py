"""Days as the regimen counts them: with a clean pre-flight, without one, and clean cycles.

Source: ``docs/ledger.md, Days``. A day is one of the reviewers' zone; a rehearsal makes none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.gates.policy import WEEKDAYS, Policy
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.past import PastRun

CYCLE = "cycle"


@dataclass(frozen=True)
class GateDays:
    """Days with a whole pre-flight, those on which one was GO, and those that lack one that was
    due; ``cycles`` are days on which a whole run after the cycle was GO.
    """

    with_one: tuple[date, ...]
    clean: tuple[date, ...]
    missing: tuple[date, ...]
    cycles: tuple[date, ...]


def gate_days(
    runs: Iterable[PastRun], policy: Policy, now: datetime, since: datetime | None = None
) -> GateDays:
    """Return the days of one environment's runs, from ``since``, else from the first run."""
    zone = ZoneInfo(policy.review.zone)
    real = [run for run in runs if not run.rehearsal]
    days = [(run.at.astimezone(zone).date(), run) for run in real]
    begin = since.astimezone(zone).date() if since else min((d for d, _ in days), default=None)
    shown = [(day, run) for day, run in days if begin and day >= begin]
    preflights = [(day, run) for day, run in shown if run.preflight]
    with_one = {day for day, _ in preflights}
    # Where no pre-flight ever ran, as in an environment that only sees deploys, none is missed.
    due = _due(begin, policy, now.astimezone(zone)) if any(run.preflight for run in real) else ()
    return GateDays(
        with_one=tuple(sorted(with_one)),
        clean=_days(day for day, run in preflights if run.own is Verdict.GO),
        missing=tuple(day for day in due if day not in with_one),
        cycles=_days(
            day for day, run in shown
            if run.whole and run.profile == CYCLE and run.own is Verdict.GO
        ),
    )  # fmt: skip


def _days(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _due(begin: date | None, policy: Policy, here: datetime) -> tuple[date, ...]:
    """Return the days on which a pre-flight was due: today only once the review window is open."""
    if begin is None:
        return ()
    opens, _ = policy.review.window
    past = (here.date() - begin).days + (1 if here.time() >= opens else 0)
    every = (begin + timedelta(days=n) for n in range(past))
    return tuple(d for d in every if WEEKDAYS[d.weekday()] in policy.history.preflight_days)
