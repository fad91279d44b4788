"""Strips and charts of ``caio history --html``: shapes for inline SVG, and their words.

A shape says by its height what its colour says, for those who don't see the colour and on paper.
"""

import math
from collections import Counter
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from datetime import datetime

from pytest_caio.gates.policy import ReviewPolicy
from pytest_caio.report.history_words import tone
from pytest_caio.verdict.chronicle import LETTERS, Strip
from pytest_caio.verdict.decision_ages import DecisionAge

SHOWN = 60
"""So many runs, replays and decisions a picture shows, the last ones: a year stays one page."""
_FEWEST = 20  # cells of a picture: what are fewer stand at its right
CELL, HEIGHT = 10, 20
_TONES = {".": "good", "F": "bad", "a": "noted", "?": "unclear", "w": "waived", "-": "quiet"}
_HEIGHTS = {".": 8, "F": 20, "a": 14, "?": 14, "w": 14, "-": 4}


@dataclass(frozen=True)
class Picture:
    """An SVG: its width, paths by tone, and what it says in words."""

    width: int
    paths: tuple[tuple[str, str], ...]
    words: str


def strip_picture(strip: Strip) -> Picture:
    """Return a strip, a cell for each run: high where it failed, low where it held."""
    letters = strip.letters[-SHOWN:]
    cells: dict[str, list[str]] = {}
    for place, letter in enumerate(letters, _first(letters)):
        if letter in _TONES:
            high = _HEIGHTS[letter]
            cells.setdefault(_TONES[letter], []).append(_bar(place, HEIGHT - high, high))
    counted = Counter(letters)
    words = ", ".join(f"{LETTERS[sign]} {counted[sign]}" for sign in LETTERS if counted[sign])
    last = LETTERS[letters[-1]] if letters else "nothing"
    return Picture(
        _width(letters), _paths(cells), f"{len(letters)} runs: {words}; the last: {last}"
    )


def _first(shown: Sized) -> int:
    return max(_FEWEST - len(shown), 0)


def _width(shown: Sized) -> int:
    return (len(shown) + _first(shown)) * CELL


def _bar(place: int, top: float, high: float) -> str:
    return f"M{place * CELL} {top:g}h{CELL - 2}v{high:g}h-{CELL - 2}z"


def _paths(cells: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "".join(bars)) for name, bars in cells.items())


@dataclass(frozen=True)
class Chart:
    """A chart of 100 units' height: its picture, where its limits lie from the top, and the values
    at its upper and lower end.
    """

    picture: Picture
    limits: tuple[float, ...]
    top: str
    bottom: str


def rate_chart(replays: Sequence[tuple[datetime, float]], minimum: float) -> Chart:
    """Return a bar for each replay, from below the worst rate (and the limit) up to all cases."""
    shown = [rate for _, rate in replays[-SHOWN:]]
    low = max(0.0, math.floor(min(*shown, minimum) * 10 - 0.5) / 10)
    cells: dict[str, list[str]] = {}
    for place, rate in enumerate(shown, _first(shown)):
        high = max(100 * (rate - low) / (1 - low), 1)
        name = "good" if rate >= minimum else "bad"
        cells.setdefault(name, []).append(_bar(place, 100 - high, high))
    below = sum(rate < minimum for rate in shown)
    words = f"{len(shown)} replays, {below} of them below {minimum:.4g}; each is in the table below"
    limit = 100 - 100 * (minimum - low) / (1 - low)
    picture = Picture(_width(shown), _paths(cells), words)
    return Chart(picture, (round(limit, 2),), "100 %", f"{low * 100:.0f} %")


def age_chart(ages: Sequence[DecisionAge], review: ReviewPolicy) -> Chart:
    """Return a bar for each decision; ten times as long is the same step higher."""
    shown = ages[-SHOWN:]
    most = max(*(age.minutes for age in shown), review.decision_minutes * 2.0)
    cells: dict[str, list[str]] = {}
    for place, age in enumerate(shown, _first(shown)):
        high = max(_step(age.minutes, most), 2)
        cells.setdefault(tone(age, review), []).append(_bar(place, 100 - high, high))
    limits = tuple(
        round(100 - _step(minutes, most), 2)
        for minutes in (review.review_minutes, review.decision_minutes)
    )
    late = sum(tone(age, review) == "bad" for age in shown)
    words = f"{len(shown)} decisions, {late} of them too late; each is in the table below"
    top = f"{most / 60:.0f} h" if most < 6_000 else f"{most / 1_440:.0f} days"
    return Chart(Picture(_width(shown), _paths(cells), words), limits, top, "0")


def _step(minutes: float, most: float) -> float:
    return 100 * math.log1p(max(minutes, 0)) / math.log1p(most)
