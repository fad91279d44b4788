"""Other values of the same type that a real dashboard could answer, for whatever stands there.

Source: ``docs/proof.md, Other values``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pytest_caio.evidence.model import Exchange

_MOST = 3
# What dashboards say where another word could stand (docs/dashboard.md).
WORDS = (
    "", "unknown", "rejected", "approved", "unhealthy", "tier_2", "training", "instantly",
)  # fmt: skip
NOTED_WORDS = ("", "failed", "lost")
"""What may stand in what the gate's own probes note."""
STATUSES = (200, 401, 404, 302, 422, 500)
_SHIFTS = tuple(timedelta(days=d, hours=h) for d, h in ((-1, 0), (-100, 0), (0, -3), (100, 0)))
_REDUCED = re.compile(r"\[\d+ characters, [0-9a-f]{8}")
_REDUCED_OTHERS = (
    "[0 characters, e3b0c442, blank]", "[62 characters, 00000000]",
    "[62 characters, 00000000, placeholder]", "[62 characters, 00000000, unrendered]",
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """What else stands under each name, anywhere in a run's evidence; ``bodies`` are texts."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items: Mapping[str, Any] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()


def vocabulary(trees: Iterable[Any], bodies: Iterable[str] = ()) -> Vocabulary:
    """Return the words and the items of lists in JSON values, by the name that they stand under."""
    words: dict[str, dict[str, None]] = {}
    items: dict[str, Any] = {}
    for tree in trees:
        _collect(tree, "", words, items)
    known = {name: tuple(found)[:_MOST] for name, found in words.items()}
    return Vocabulary(known, items, tuple(dict.fromkeys(bodies)))


def _collect(
    tree: Any, name: str, words: dict[str, dict[str, None]], items: dict[str, Any]
) -> None:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            _collect(value, str(key), words, items)
    elif isinstance(tree, list):
        if tree:
            items.setdefault(name, tree[0])
        for value in tree:
            _collect(value, name, words, items)
    elif isinstance(tree, str) and len(words.setdefault(name, {})) < _MOST:
        words[name][tree] = None


def others(
    name: str, value: Any, known: Vocabulary, words: tuple[str, ...] = WORDS
) -> Iterator[Any]:
    """Yield other values for what stands under ``name``, the likeliest to matter first; ``words``
    are those that may stand there beside what the evidence has under that name.
    """
    for other in _others(name, value, known, words):
        if other != value or type(other) is not type(value):
            yield other


def _others(name: str, value: Any, known: Vocabulary, words: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (type(value)(n) for n in (0, value + 1, value - 1, value * 10 + 1000, -1))
    elif isinstance(value, str):
        yield from _texts(name, value, known, words)
    elif isinstance(value, datetime):
        yield from (value + shift for shift in _SHIFTS)
    elif isinstance(value, list):
        yield from _lists(name, value, known)
    elif isinstance(value, Mapping) and is_table(value):
        yield from _tables(value)


def _texts(name: str, value: str, known: Vocabulary, words: tuple[str, ...]) -> Iterator[str]:
    if _REDUCED.match(value):
        yield from _REDUCED_OTHERS
    yield from _dates(value)
    yield from known.words.get(name, ())
    yield from words
    yield f"{value}x"


def _dates(value: str) -> Iterator[str]:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            at = read(value)
            yield from ((at + shift).isoformat() for shift in _SHIFTS)
        except (ValueError, OverflowError):
            continue
        return


def _lists(name: str, value: list[Any], known: Vocabulary) -> Iterator[list[Any]]:
    if not value:
        yield [known.items.get(name, "another")]
        return
    yield []
    yield value[1:]
    yield value[:-1]
    yield [value[0], *value]


def is_table(value: Mapping[str, Any]) -> bool:
    """Return whether an object is a table of like things by name, and no record of fields."""
    return len({type(each) for each in value.values()}) <= 1 and not any(
        isinstance(each, Mapping | list) for each in value.values()
    )


def _tables(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    first = next(iter(value.values()), 1)
    yield {**value, "another": first}
    if value:
        yield {}
        yield dict(list(value.items())[:-1])


def other_statuses(status: int | None) -> Iterator[int]:
    """Yield other statuses of an answer."""
    yield from (each for each in STATUSES if each != status)


def other_bodies(body: str, mark: str, known: Vocabulary) -> Iterator[str]:
    """Yield other texts of an answer; ``mark`` is what stands where a token was."""
    yield ""
    yield f"{body} ?token={mark}"
    yield from (each for each in known.bodies if each != body)


def other_headers(value: str) -> Iterator[str]:
    """Yield other values of a header."""
    found = (
        *("/login", "/sales", "https://elsewhere.example/", "text/html"),
        *("another=1; Path=/", "public, max-age=60"),
    )
    yield from (each for each in found if each != value)


def with_mark(exchange: Exchange, mark: str) -> tuple[tuple[str, str], ...]:
    """Return an answer's headers with one more, which gives the token away."""
    return (*exchange.headers, ("x-another", mark))
