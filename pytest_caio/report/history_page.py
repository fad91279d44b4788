"""``caio history --html``: one page, without scripts and without the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_caio.base.messages import percent
from pytest_caio.report.history_charts import (
    HEIGHT,
    SHOWN,
    Chart,
    Picture,
    age_chart,
    rate_chart,
    strip_picture,
)
from pytest_caio.report.history_words import (
    age_words,
    facts,
    minutes_words,
    profile_words,
    standing,
    strand_words,
    tone,
)
from pytest_caio.report.page_template import page_template
from pytest_caio.report.times import at, local
from pytest_caio.verdict.causes import capital
from pytest_caio.verdict.chronicle import Chronicle, Place, Strand
from pytest_caio.verdict.decide import Verdict

_TONES = {Verdict.GO: "good", Verdict.NO_GO: "bad", Verdict.CANNOT_TELL: "unclear"}
_ROWS = 100


@dataclass(frozen=True)
class StripView:
    """A check's strip: its name and title, how it stands, and its picture."""

    name: str
    title: str
    standing: str
    tone: str
    picture: Picture


@dataclass(frozen=True)
class StrandView:
    """The strips of a profile; ``held`` are checks that nothing was ever against."""

    title: str
    strips: tuple[StripView, ...]
    held: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlaceView:
    """An environment as the page shows it."""

    place: Place
    facts: tuple[tuple[str, str], ...]
    strands: tuple[StrandView, ...]
    rates: Chart | None
    ages: Chart | None


def history_page(told: Chronicle, titles: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the document; ``titles`` are those of checks, by full name."""
    review = told.policy.review
    filters: dict[str, Callable[..., Any]] = {
        "at": lambda moment: at(moment, review.zone),
        "profile": profile_words,
        "percent": percent,
        "minutes": minutes_words,
        "age": age_words,
        "late": lambda age: tone(age, review),
        "tone": lambda verdict: _TONES[verdict],
    }
    return page_template("history.html.j2", filters).render(
        views=tuple(_view(place, told, titles) for place in told.places),
        told=told,
        now=local(told.now, review.zone),
        since=at(told.since, review.zone) if told.since else "",
        shown=SHOWN,
        rows=_ROWS,
        height=HEIGHT,
    )


def _view(place: Place, told: Chronicle, titles: Mapping[str, str]) -> PlaceView:
    review, minimum = told.policy.review, told.policy.replay.min_pass_rate
    return PlaceView(
        place=place,
        facts=tuple((head, capital(text)) for head, text in facts(place, told)),
        strands=tuple(_strand(strand, review.zone, titles) for strand in place.strands),
        rates=rate_chart(place.replays, minimum) if place.replays else None,
        ages=age_chart(place.ages, review) if place.ages else None,
    )


def _strand(strand: Strand, zone: str, titles: Mapping[str, str]) -> StrandView:
    strips = [
        StripView(strip.name, titles.get(strip.name, strip.name), standing(strip, zone),
                  _tone(strip.letters[-1:]), strip_picture(strip))
        for strip in strand.strips if not strip.held
    ]  # fmt: skip
    held = tuple((s.name, titles.get(s.name, s.name)) for s in strand.strips if s.held)
    # What is not met now comes first; the rest stays as the gate has it.
    first = sorted(strips, key=lambda view: view.tone == "good")
    return StrandView(capital(strand_words(strand, zone)), tuple(first), held)


def _tone(letter: str) -> str:
    return {"F": "bad", "?": "unclear", "a": "noted", "w": "noted"}.get(letter, "good")
