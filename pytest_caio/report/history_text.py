"""``caio history`` as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from pytest_caio.base.messages import plural
from pytest_caio.report.history_words import (
    age_words,
    facts,
    run_words,
    standing,
    strand_words,
    tone,
)
from pytest_caio.report.times import at
from pytest_caio.verdict.causes import capital
from pytest_caio.verdict.chronicle import LETTERS, Chronicle, Place, Strand, Strip

STRIP = 60
"""So many runs a strip shows, the last ones."""
_SLOWEST = 10


def lines(told: Chronicle, *, every: bool = False) -> Iterator[str]:
    """Yield the lines; ``every`` shows checks too that held in each run."""
    for number, place in enumerate(told.places):
        yield from [""] if number else []
        yield from _place(place, told, every=every)
    yield ""
    legend = ", ".join(f"{sign} {word}" for sign, word in LETTERS.items())
    yield f"A letter is a run, the newest last, {STRIP} at most: {legend}."


def _place(place: Place, told: Chronicle, *, every: bool) -> Iterator[str]:
    zone = told.policy.review.zone
    yield place.name
    yield f"  Last verdicts: {'; '.join(run_words(run, zone) for run in place.last)}"
    for strand in place.strands:
        yield from _strand(strand, zone, every=every)
    yield from (f"  {head}: {text}." for head, text in facts(place, told))
    yield from _slow(place, told)


def _strand(strand: Strand, zone: str, *, every: bool) -> Iterator[str]:
    yield f"  {capital(strand_words(strand, zone))}"
    shown = [strip for strip in strand.strips if every or not strip.held]
    width = max((len(strip.name) for strip in shown), default=0)
    runs = min(len(strand.runs), STRIP)
    for strip in shown:
        text = f"    {strip.name:<{width}}  {strip.letters[-STRIP:]:<{runs}}  "
        yield f"{text}{standing(strip, zone)}".rstrip()
    if held := len(strand.strips) - len(shown):
        yield f"    {plural(held, 'check')} held in every run"


def _slow(place: Place, told: Chronicle) -> Iterator[str]:
    """Yield the cards that were decided too late, the slowest first."""
    review = told.policy.review
    late = [age for age in place.ages if tone(age, review) == "bad"]
    late.sort(key=lambda age: -age.minutes)
    for age in late[:_SLOWEST]:
        word = "approved" if age.approved else "rejected"
        yield f"    {age.card[:8]}  {word} after {age_words(age)}, {at(age.decided, review.zone)}"
    if len(late) > _SLOWEST:
        yield f"    and {plural(len(late) - _SLOWEST, 'card')} more"


def as_json(told: Chronicle) -> dict[str, Any]:
    """Return all of it as JSON values, moments in UTC."""
    review = told.policy.review
    return {
        "schema": 1,
        "now": told.now.isoformat(),
        "since": told.since.isoformat() if told.since else None,
        "zone": review.zone,
        "minutes": {"review": review.review_minutes, "decision": review.decision_minutes},
        "letters": dict(LETTERS),
        "environments": {place.name: _place_json(place) for place in told.places},
    }


def _place_json(place: Place) -> dict[str, Any]:
    clean, days = place.clean, place.days
    return {
        "last": [
            {"at": run.at.isoformat(), "profile": run.profile, "verdict": str(run.own),
             "whole": run.whole, "rehearsal": run.rehearsal, "report": run.report}
            for run in place.last
        ],
        "profiles": [_strand_json(strand) for strand in place.strands],
        "waivers": {name: until.isoformat() for name, until in place.waivers},
        "preflights": {
            "days": [d.isoformat() for d in days.with_one],
            "clean": [d.isoformat() for d in days.clean],
            "missing": [d.isoformat() for d in days.missing],
        },
        "replays": [{"at": at.isoformat(), "rate": rate} for at, rate in place.replays],
        "clean_days": {
            "claimed": clean.clean_claimed if clean else None,
            "recounted": clean.clean_recounted if clean else None,
            "seen": [d.isoformat() for d in days.cycles],
        },
        "decisions": [
            {"card": age.card, "decided": age.decided.isoformat(), "approved": age.approved,
             "minutes": age.minutes, "at_least": age.at_least}
            for age in place.ages
        ],
        "waiting": place.waiting,
    }  # fmt: skip


def _strand_json(strand: Strand) -> dict[str, Any]:
    return {
        "profile": strand.profile,
        "rehearsal": strand.rehearsal,
        "runs": [run.at.isoformat() for run in strand.runs],
        "checks": {strip.name: _strip_json(strip) for strip in strand.strips},
    }


def _strip_json(strip: Strip) -> dict[str, Any]:
    trend = strip.trend
    return {
        "outcomes": strip.letters,
        "not_met_since": trend.since.isoformat() if trend else None,
        "runs_in_a_row": trend.runs if trend else 0,
        "new": bool(trend and trend.new),
        "flaky": strip.flaky,
    }
