"""Where something stands in a run's evidence, and the evidence with something else there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from pytest_caio.evidence.model import Exchange, Observed

Path = tuple[str | int, ...]
STATUS, BODY, HEADERS, DATE, STARTED = "status", "body", "headers", "date", "started_at"
JSON, NOTED = "json", "noted"
OPENED = "opened"
"""An answer was read as JSON, whatever then was read of it."""
HEADER = "header "
"""A part that begins so is one header, by its name in small letters."""


@dataclass(frozen=True)
class Place:
    """One value of an environment's evidence.

    ``part`` is of an exchange, the ``number``-th of the probe's, or what the probe noted beside
    them; ``path`` goes on into JSON.
    """

    environment: str
    probe: str
    number: int
    part: str
    path: Path = ()

    def name(self, of: int, environment: str) -> str:
        """Return the field that this is one of; items of a list are one field.

        ``of`` is how many exchanges the probe had, ``environment`` the one that is judged.
        """
        where = self.probe if self.environment == environment else f"elsewhere, {self.probe}"
        numbered = f"answer {self.number + 1}: " if of > 1 and self.part != NOTED else ""
        return f"{where}: {numbered}{self.kind}"

    @property
    def kind(self) -> str:
        """What kind of field it is, whichever probe saw it: what stands twice has one kind."""
        inside = _inside(self.path)
        if self.part == NOTED:
            return f"noted {inside}"
        return (inside or "(the whole)") if self.part == JSON else f"({self.part})"


def _inside(path: Path) -> str:
    text = ""
    for key in path:
        text += "[]" if isinstance(key, int) else f".{key}" if text else key
    return text


def value_at(tree: Any, path: Path) -> Any:
    """Return what stands at a path that is there."""
    for key in path:
        tree = tree[key]
    return tree


def alike(tree: Any, path: Path, here: Path = ()) -> Iterator[Path]:
    """Yield a path, and those that differ from it in the items of lists alone."""
    if not path:
        yield here
    elif isinstance(path[0], str):
        if isinstance(tree, Mapping) and path[0] in tree:
            yield from alike(tree[path[0]], path[1:], (*here, path[0]))
    elif isinstance(tree, list | tuple):
        for number, item in enumerate(tree):
            yield from alike(item, path[1:], (*here, number))


_GONE = object()


def changed(tree: Any, path: Path, value: Any) -> Any:
    """Return a JSON value with another one at ``path``; what doesn't lie on the way is shared."""
    if not path:
        return value
    key, below = path[0], path[1:]
    copy: Any = dict(tree) if isinstance(tree, Mapping) else list(tree)
    if value is _GONE and not below:
        del copy[key]
    else:
        copy[key] = changed(tree[key], below, value)
    return copy


def removed(found: Observed, place: Place) -> Observed:
    """Return evidence without what stands at a place in JSON."""
    return with_value(found, place, _GONE)


def with_value(found: Observed, place: Place, value: Any) -> Observed:
    """Return evidence with another value at a place."""
    if place.part == NOTED:
        return replace(found, data=changed(found.data, place.path, value))
    exchanges = list(found.exchanges)
    exchanges[place.number] = _exchange(exchanges[place.number], place, value)
    return replace(found, exchanges=tuple(exchanges))


class _Said(Exchange):
    """An exchange with another JSON answer, whose text is made where somebody reads it."""

    _parsed: tuple[Any, str]

    @cached_property
    def body(self) -> str:
        return json.dumps(self._parsed[0], ensure_ascii=False)


def saying(exchange: Exchange, value: Any) -> Exchange:
    """Return the same exchange with another JSON answer."""
    made = object.__new__(_Said)
    made.__dict__.update(exchange.__dict__, _parsed=(value, ""))
    made.__dict__.pop("body", None)
    return made


def _exchange(exchange: Exchange, place: Place, value: Any) -> Exchange:
    match place.part:
        case "json":
            return saying(exchange, changed(exchange.json(), place.path, value))
        case "status":
            return replace(exchange, status=value)
        case "body":
            return replace(exchange, body=value)
        case "started_at":
            return replace(exchange, started_at=value)
        case "date":
            return _with_header(exchange, "date", _http_date(value))
        case "headers":
            return replace(exchange, headers=value)
    return _with_header(exchange, place.part.removeprefix(HEADER), value)


def _http_date(value: datetime) -> str:
    return format_datetime(value, usegmt=True)


def _with_header(exchange: Exchange, name: str, value: str) -> Exchange:
    others = tuple(pair for pair in exchange.headers if pair[0].lower() != name)
    return replace(exchange, headers=(*others, (name, value)))
