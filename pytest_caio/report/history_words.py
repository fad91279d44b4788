"""Sentences about many days, which text and page of ``caio history`` share."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, listed, percent, plural
from pytest_caio.gates.policy import ReviewPolicy
from pytest_caio.report.report_view import PROFILES
from pytest_caio.report.times import at
from pytest_caio.report.trend_words import flaky, in_words
from pytest_caio.verdict.chronicle import Chronicle, Place, Strand, Strip
from pytest_caio.verdict.decision_ages import DecisionAge
from pytest_caio.verdict.past import PastRun
from pytest_caio.verdict.trends import Trend

_DAYS = 10


def standing(strip: Strip, zone: str) -> str:
    """Return how a check stands: failing since when, and whether it is flaky."""
    trend: Trend | None = strip.trend
    return in_words(trend, zone) if trend else flaky(strip.changes)


def run_words(run: PastRun, zone: str) -> str:
    """Return ``NO-GO Tue 24 Feb, 15:04 (before a live cycle)``."""
    part = "" if run.whole else ", some checks alone"
    kind = ", a rehearsal" if run.rehearsal else ""
    return f"{run.own} {at(run.at, zone)} ({profile_words(run.profile)}{part}{kind})"


def profile_words(profile: str) -> str:
    """Return what a profile is for."""
    return PROFILES.get(profile, profile)


def strand_words(strand: Strand, zone: str) -> str:
    """Return ``before a live cycle: 41 whole runs, Wed 14 Jan to Tue 24 Feb``."""
    first, last = (
        day_in_words(run.at.astimezone(ZoneInfo(zone))) for run in (strand.runs[0], strand.runs[-1])
    )
    span = f"{first} to {last}" if first != last else first
    kind = ", a rehearsal" if strand.rehearsal else ""
    runs = plural(len(strand.runs), "whole run")
    return f"{profile_words(strand.profile)}{kind}: {runs}, {span}"


def facts(place: Place, told: Chronicle) -> list[tuple[str, str]]:
    """Return what is counted over days, as headings and sentences; without what nobody knows."""
    every: tuple[tuple[str, Callable[[Place, Chronicle], str]], ...] = (
        ("Waivers that end within 7 days", _waivers),
        ("Clean pre-flights", _preflights),
        ("Runs that were due and did not happen", _missing),
        ("Replay", _replay),
        ("Clean days", _clean_days),
        ("Decisions on cards", _decisions),
    )
    return [(head, text) for head, say in every if (text := say(place, told))]


def days_listed(days: Sequence[date]) -> str:
    """Return the last of some days, and how many there are before them."""
    more = len(days) - _DAYS
    shown = [day_in_words(day) for day in days[-_DAYS:]]
    before = f", and {plural(more, 'day')} before" if more > 0 else ""
    return f"{listed(shown, _DAYS)}{before}"


def _waivers(place: Place, told: Chronicle) -> str:
    return listed(f"{name} (until {day_in_words(until)})" for name, until in place.waivers)


def _preflights(place: Place, told: Chronicle) -> str:
    with_one, clean = len(place.days.with_one), len(place.days.clean)
    if not with_one:
        return ""
    last = f"; the last on {day_in_words(place.days.clean[-1])}" if clean else ""
    return f"GO on {clean} of {plural(with_one, 'day')} with a pre-flight{last}"


def _missing(place: Place, told: Chronicle) -> str:
    if not told.policy.history.preflight_days or not place.days.with_one:
        return ""
    missing = place.days.missing
    if not missing:
        return "none: each day that was due has a pre-flight"
    return f"no pre-flight on {plural(len(missing), 'day')}: {days_listed(missing)}"


def _replay(place: Place, told: Chronicle) -> str:
    if not place.replays:
        return ""
    when, rate = place.replays[-1]
    lowest, needed = min(rate for _, rate in place.replays), told.policy.replay.min_pass_rate
    replays = plural(len(place.replays), "replay")
    return (
        f"{percent(rate)} passed on {_day(when, told)}, at worst {percent(lowest)}, in {replays}; "
        f"{percent(needed)} needed"
    )


def _clean_days(place: Place, told: Chronicle) -> str:
    """Return clean days as the deployment claims them, as its history shows them, and as we did."""
    seen = f"our own runs saw {plural(len(place.days.cycles), 'day')} with a GO after the cycle"
    if place.clean is None:
        return seen if place.days.cycles else ""
    claimed, counted = place.clean.clean_claimed, place.clean.clean_recounted
    words = [
        f"the deployment claims {claimed}" if claimed is not None else "",
        f"its history shows {counted}" if counted is not None else "",
        seen,
    ]
    differ = None not in (claimed, counted) and claimed != counted
    said = f"{', '.join(filter(None, words))} (as of {_day(place.clean.at, told)})"
    return f"{said}. Claim and history differ" if differ else said


def _decisions(place: Place, told: Chronicle) -> str:
    waiting = (
        f"{plural(place.waiting, 'live card')} waited at the last look" if place.waiting else ""
    )
    if not place.ages:
        return waiting
    ages = [age.minutes for age in place.ages]
    review = told.policy.review
    within = [
        f"{sum(a <= limit for a in ages)} within {minutes_words(limit)}"
        for limit in (review.review_minutes, review.decision_minutes)
    ]
    slowest = max(place.ages, key=lambda age: age.minutes)
    words = [
        f"{plural(len(ages), 'card')} decided, {' and '.join(within)}",
        f"half of them within {minutes_words(median(ages))}",
        f"the slowest after {age_words(slowest)}, {at(slowest.decided, review.zone)}",
        waiting,
    ]
    return "; ".join(filter(None, words))


def tone(age: DecisionAge, review: ReviewPolicy) -> str:
    """Return whether a decision came in time: good, to note, or bad."""
    if age.minutes > review.decision_minutes:
        return "bad"
    return "noted" if age.minutes > review.review_minutes else "good"


def age_words(age: DecisionAge) -> str:
    """Return how long a card waited: ``25 min``, ``at least 3 h``."""
    return f"{'at least ' if age.at_least else ''}{minutes_words(age.minutes)}"


def minutes_words(minutes: float) -> str:
    """Return ``25 min``, ``3.5 h``, ``4 days``."""
    if minutes < 120:
        return f"{minutes:.0f} min" if minutes != 120 else "2 h"
    hours = minutes / 60
    return f"{hours:.3g} h" if hours < 100 else f"{hours / 24:.0f} days"


def _day(moment: datetime, told: Chronicle) -> str:
    return day_in_words(moment.astimezone(ZoneInfo(told.policy.review.zone)))
