"""Moments in words: in the reviewers' own zone, as they read a clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words
from pytest_caio.gates.policy import ReviewPolicy


def local(moment: datetime, zone: str) -> str:
    """Return ``Tue 24 Feb 2026, 15:00 EST``."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y, %H:%M %Z")


def at(moment: datetime, zone: str) -> str:
    """Return ``Tue 24 Feb, 15:00``, for what is not long ago."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{day_in_words(here)}, {here:%H:%M}"


def utc(moment: datetime) -> str:
    """Return ``2026-02-24 20:00 UTC``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def window(review: ReviewPolicy, now: datetime) -> tuple[datetime, datetime]:
    """Return opening and close of the review window that is open at ``now``, or the next one."""
    here = now.astimezone(ZoneInfo(review.zone))
    # Wall-clock arithmetic: the window opens at 15:00 on both sides of a change of the clocks.
    opens, closes = (datetime.combine(here.date(), clock, here.tzinfo) for clock in review.window)
    later = timedelta(days=1 if here >= closes else 0)
    return opens + later, closes + later


def deadline(review: ReviewPolicy, now: datetime) -> str:
    """Return by when who has to act: before the next supervised live cycle."""
    opens, closes = window(review, now)
    if opens <= now:
        return f"now: the review window is open until {local(closes, review.zone)}"
    return f"before the review window opens: {local(opens, review.zone)}"
