"""A trend in words: the same in every output (``docs/ledger.md, Failing since, new, flaky``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, plural
from pytest_caio.report.previous import Previous
from pytest_caio.verdict.causes import Cause, capital
from pytest_caio.verdict.finding import MET, Finding
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.trends import FLAKY, Key, Trend


@dataclass(frozen=True)
class TrendWords:
    """What a ledger knows of a result's findings, as sentences; empty where it knows nothing."""

    known: Mapping[Key, Trend]
    zone: str

    def of(self, finding: Finding) -> str:
        """Return the trend of a finding that is not met."""
        trend = self.known.get(finding.key)
        return capital(in_words(trend, self.zone)) if trend and finding.outcome not in MET else ""

    def of_cause(self, cause: Cause) -> str:
        """Return the trend of a cause: of the findings that show it, the oldest."""
        behind = {finding.key for finding in cause.hidden}
        shows = [f for f in cause.findings if f.key in self.known and f.key not in behind]
        return self.of(min(shows, key=lambda f: self.known[f.key].since)) if shows else ""


def trend_words(result: Result, previous: Previous | None) -> TrendWords:
    """Return the words for a result and what it is compared with."""
    return TrendWords(previous.trends if previous else {}, result.snapshot.policy.review.zone)


def in_words(trend: Trend, zone: str) -> str:
    """Return ``failing for 3 days (since Sat 21 Feb, 5 runs)`` or ``new since the last run``, and
    whether it is flaky.
    """
    first = "new since the last run" if trend.new else _standing(trend, zone)
    return "; ".join(filter(None, (first, flaky(trend.changes))))


def flaky(changes: int) -> str:
    """Return ``flaky: it changed 3 times without a deploy``, or nothing where it is not."""
    return f"flaky: it changed {changes} times without a deploy" if changes >= FLAKY else ""


def _standing(trend: Trend, zone: str) -> str:
    since, now = (moment.astimezone(ZoneInfo(zone)) for moment in (trend.since, trend.at))
    verb = "failing" if trend.failed else "not met"
    days, runs = (now.date() - since.date()).days, plural(trend.runs, "run")
    if not days:
        return f"{verb} since {day_in_words(since)}, {since:%H:%M} ({runs})"
    return f"{verb} for {plural(days, 'day')} (since {day_in_words(since)}, {runs})"
