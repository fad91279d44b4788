"""The changes that are tried of what a check read, field by field.

Source: ``docs/proof.md, What is changed``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pytest_caio.base.messages import shown
from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.proof.other_values import (
    NOTED_WORDS,
    WORDS,
    Vocabulary,
    is_table,
    other_bodies,
    other_headers,
    other_statuses,
    others,
    with_mark,
)
from pytest_caio.proof.place import (
    BODY,
    DATE,
    HEADERS,
    JSON,
    NOTED,
    OPENED,
    STARTED,
    STATUS,
    Path,
    Place,
    alike,
    removed,
    value_at,
    with_value,
)

Peers = Mapping[str, Mapping[str, Evidence]]
Key = tuple[str, str]
Change = Mapping[Key, Observed]
"""Changed evidence by environment and probe."""


@dataclass(frozen=True)
class Mutant:
    """Changed evidence; ``words`` say what was changed."""

    change: Change
    words: str


@dataclass(frozen=True)
class Field:
    """A field that a check read, and the places where it stands.

    ``everywhere`` are those of all fields of its kind, also of other answers. ``door`` is a status
    beside an answer's JSON: another one turns anything red.
    """

    name: str
    places: tuple[Place, ...]
    everywhere: tuple[Place, ...]
    door: bool = False


def fields(read: Iterable[Place], peers: Peers, environment: str) -> tuple[Field, ...]:
    """Return what was read by field, in the order of names."""
    places = _with_bodies(tuple(read))
    by_name: dict[str, list[Place]] = {}
    by_kind: dict[str, list[Place]] = {}
    for place in places:
        name = place.name(len(observed_at(place, peers).exchanges), environment)
        by_name.setdefault(name, []).append(place)
        by_kind.setdefault(place.kind, []).append(place)
    inside = {_answer(p) for p in places if p.part == JSON}
    return tuple(
        Field(
            name,
            tuple(found),
            tuple(by_kind[found[0].kind]),
            found[0].part == STATUS and _answer(found[0]) in inside,
        )
        for name, found in sorted(by_name.items())
    )


def _answer(place: Place) -> tuple[str, str, int]:
    return (place.environment, place.probe, place.number)


def _with_bodies(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return the places; of JSON that was opened and of which no field was read, it is the answer
    as such that counts.
    """
    inside = {_answer(p) for p in places if p.part == JSON}
    bodies = (
        replace(p, part=BODY) for p in places if p.part == OPENED and _answer(p) not in inside
    )
    return tuple(dict.fromkeys((*(p for p in places if p.part != OPENED), *bodies)))


def observed_at(place: Place, peers: Peers) -> Observed:
    """Return the evidence that a place is in."""
    found = peers[place.environment][place.probe]
    if not isinstance(found, Observed):
        raise TypeError(f"{place.probe} saw nothing, so nothing of it was read")
    return found


def well_typed(field: Field, peers: Peers, known: Vocabulary) -> Iterator[Mutant]:
    """Yield the field's other values: in the last place that says something, then in all. What
    stands twice is seldom seen where one of the two changes alone.
    """
    said = [p for p in field.places if _value(observed_at(p, peers), p)]
    for place in dict.fromkeys((*said[-1:], field.places[-1])):
        for was, value in other_values(place, peers, known):
            yield Mutant(_changed([place], value, peers), _words(field, was, value))
    everywhere = _siblings(field.everywhere, peers)
    if len(everywhere) > 1:
        for was, value in other_values(field.places[0], peers, known):
            change = _changed(everywhere, value, peers)
            yield Mutant(change, f"{_words(field, was, value)}, everywhere")


def _siblings(places: tuple[Place, ...], peers: Peers) -> tuple[Place, ...]:
    """Return the places, with those of the other items of the same lists: a judge that had seen
    enough read no further.
    """
    found: dict[Place, None] = {}
    for place in dict.fromkeys(replace(p, path=_first(p.path)) for p in places):
        tree = observed_at(place, peers)
        root = tree.data if place.part == NOTED else None
        if place.part == JSON:
            root = tree.exchanges[place.number].json()
        found |= dict.fromkeys(replace(place, path=p) for p in alike(root, place.path))
    return tuple(found)


def _first(path: Path) -> Path:
    return tuple(0 if isinstance(key, int) else key for key in path)


def _words(field: Field, was: Any, value: Any) -> str:
    return f"{field.name}: {_short(was)} → {_short(value)}"


def _short(value: Any) -> str:
    return shown(value.isoformat() if hasattr(value, "isoformat") else value, 40)


def _changed(places: Iterable[Place], value: Any, peers: Peers) -> Change:
    change: dict[Key, Observed] = {}
    for place in places:
        key = (place.environment, place.probe)
        found = change.get(key) or observed_at(place, peers)
        try:
            change[key] = with_value(found, place, value)
        except (KeyError, IndexError):
            # A list above it was emptied by the same change.
            continue
    return change


def other_values(place: Place, peers: Peers, known: Vocabulary) -> Iterator[tuple[Any, Any]]:
    """Yield what stands at a place, with each other value of its type that is known."""
    found = observed_at(place, peers)
    was = _value(found, place)
    yield from ((was, value) for value in _others(found, place, was, known))


def _value(found: Observed, place: Place) -> Any:
    if place.part == NOTED:
        return value_at(found.data, place.path)
    exchange = found.exchanges[place.number]
    if place.part == JSON:
        return value_at(exchange.json(), place.path)
    if place.part in {STATUS, BODY, STARTED, DATE}:
        return getattr(exchange, place.part)
    if place.part == HEADERS:
        return ""
    return exchange.header(place.part.partition(" ")[2])


def _others(found: Observed, place: Place, was: Any, known: Vocabulary) -> Iterator[Any]:
    mark = f"[token:{place.environment}]"
    match place.part:
        case "status":
            yield from other_statuses(was)
        case "body":
            yield from other_bodies(was, mark, known)
        case "headers":
            yield with_mark(found.exchanges[place.number], mark)
        case "date" | "started_at" | "json" | "noted":
            name = next((k for k in reversed(place.path) if isinstance(k, str)), "")
            # What the gate's own probe noted has words of its own, and no dashboard's.
            words = NOTED_WORDS if place.part == NOTED else WORDS
            yield from others(name, was, known, words)
        case _:
            yield from other_headers(was)


def another_answer(
    probes: Iterable[str], environment: str, peers: Peers, known: Vocabulary
) -> Iterator[Mutant]:
    """Yield that something else answers whatever a check may look at."""
    seen = [f for p in probes if isinstance(f := peers[environment].get(p), Observed)]
    for body in islice(known.bodies, 3):
        change = {
            (environment, found.probe): with_value(
                found, Place(environment, found.probe, len(found.exchanges) - 1, BODY), body
            )
            for found in seen
        }
        yield Mutant(change, f"every answer: {shown(body, 40)}")


_RETYPED: tuple[Any, ...] = ("another", 7)


def apart(field: Field, peers: Peers) -> Iterator[Mutant]:
    """Yield the field in another type, and without it: that turns anything red, and is no proof."""
    place = field.places[0]
    if place.part not in {JSON, NOTED} or not place.path:
        return
    found = observed_at(place, peers)
    was, key = _value(found, place), (place.environment, place.probe)
    other = next(v for v in _RETYPED if type(v) is not type(was))
    yield Mutant({key: with_value(found, place, other)}, f"{field.name}: of another type")
    yield Mutant({key: removed(found, place)}, f"{field.name}: removed")


def has_others(field: Field, peers: Peers) -> bool:
    """Return whether other values of a field are known: of nothing, and of a record, none is."""
    found = [_value(observed_at(place, peers), place) for place in field.places]
    return any(w is not None and (not isinstance(w, Mapping) or is_table(w)) for w in found)
